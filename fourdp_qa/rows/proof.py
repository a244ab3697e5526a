"""What travels beside the rows so that a path can be redrawn and an answer re-derived without the source."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fourdp_qa.scene.pose import Floats


@dataclass(frozen=True)
class SegmentProof:
    """Geometry of one segment: where the camera and the objects were in every frame of the clip.

    Attributes
    ----------
    source, scene_id, segment : as in the rows.
    units : "metres" or "relative".
    K : (3, 3) intrinsics of the square frame the measurements were made on, pixels.
    side : side of that square frame in pixels.
    up : (3,) or None.
    scene_length : L, the median depth of the first frame, scene units.
    world_from_camera : (T, 4, 4).
    object_ids, captions : N of each.
    sizes : (N, 3) box edges, scene units.
    world_from_object : (T, N, 4, 4); NaN where there is no pose.
    """

    source: str
    scene_id: str
    segment: str
    units: str
    K: Floats
    side: int
    up: Floats | None
    scene_length: float
    world_from_camera: Floats
    object_ids: tuple[int, ...]
    captions: tuple[str, ...]
    sizes: Floats
    world_from_object: Floats


PROOF_SCHEMA = pa.schema([
    pa.field("source", pa.string()), pa.field("scene_id", pa.string()),
    pa.field("segment", pa.string()), pa.field("units", pa.string()),
    pa.field("side", pa.int64()), pa.field("scene_length", pa.float64()),
    pa.field("K", pa.list_(pa.float64())), pa.field("up", pa.list_(pa.float64())),
    pa.field("frames", pa.int64()), pa.field("object_ids", pa.list_(pa.int64())),
    pa.field("captions", pa.string()), pa.field("sizes", pa.list_(pa.float64())),
    pa.field("world_from_camera", pa.list_(pa.float64())),
    pa.field("world_from_object", pa.list_(pa.float64())),
])


def proofs_to_table(proofs: list[SegmentProof]) -> pa.Table:
    """One row a segment; arrays flattened in C order, their shapes follow from frames and ids."""
    columns: dict[str, list[object]] = {name: [] for name in PROOF_SCHEMA.names}
    for proof in proofs:
        values: dict[str, object] = {
            "source": proof.source, "scene_id": proof.scene_id, "segment": proof.segment,
            "units": proof.units, "side": proof.side, "scene_length": proof.scene_length,
            "K": proof.K.ravel().tolist(),
            "up": None if proof.up is None else proof.up.tolist(),
            "frames": len(proof.world_from_camera), "object_ids": list(proof.object_ids),
            "captions": json.dumps(list(proof.captions), ensure_ascii=False),
            "sizes": proof.sizes.ravel().tolist(),
            "world_from_camera": proof.world_from_camera.ravel().tolist(),
            "world_from_object": proof.world_from_object.ravel().tolist(),
        }
        for name, value in values.items():
            columns[name].append(value)
    return pa.table(columns, schema=PROOF_SCHEMA)


def proofs_from_table(table: pa.Table) -> list[SegmentProof]:
    """Read `proofs_to_table` back."""
    proofs = []
    for item in table.to_pylist():
        frames, count = item["frames"], len(item["object_ids"])
        proofs.append(SegmentProof(
            source=item["source"], scene_id=item["scene_id"], segment=item["segment"],
            units=item["units"], K=np.array(item["K"]).reshape(3, 3), side=item["side"],
            up=None if item["up"] is None else np.array(item["up"]),
            scene_length=item["scene_length"],
            world_from_camera=np.array(item["world_from_camera"]).reshape(frames, 4, 4),
            object_ids=tuple(item["object_ids"]), captions=tuple(json.loads(item["captions"])),
            sizes=np.array(item["sizes"]).reshape(count, 3),
            world_from_object=np.array(item["world_from_object"]).reshape(frames, count, 4, 4),
        ))
    return proofs
