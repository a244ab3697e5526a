"""What phase 1 leaves behind for one segment: statements, namings, and the geometry as proof."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.phrasing.prose import prose_fault
from fourdp_qa.phrasing.references import by_caption
from fourdp_qa.questions.statement import (
    Statement,
    TrackStatement,
    statement_from_plain,
    statement_to_plain,
    track_statement_from_plain,
)
from fourdp_qa.questions.strata import Strata
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import ESTIMATED
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.scene import Capability

Point = tuple[float, float]


@dataclass(frozen=True)
class ObjectNaming:
    """The ways in which one object can be named; frames are clip frames.

    Attributes
    ----------
    id : instance id.
    caption : noun phrase, may be empty.
    caption_unique : whether it can be said and fits no other visible object of the segment.
    points : frame -> normalised (x, y) on the object.
    boxes : frame -> (x0, y0, x1, y1) of its visible pixels, shares of the side.
    rings : frame -> (x, y, radius) in shares of the side, only where no other object fills much of it.
    centres : (x, y) of the projected box centre for every frame in which it is seen, else None. Unlike
        the centre of the mask it does not jump when something passes in front.
    """

    id: int
    caption: str
    caption_unique: bool
    points: dict[int, Point]
    boxes: dict[int, tuple[float, float, float, float]]
    rings: dict[int, tuple[float, float, float]]
    centres: tuple[Point | None, ...]


@dataclass(frozen=True)
class SegmentRecord:
    """One segment after phase 1.

    Attributes
    ----------
    source, scene_id, split_unit, license, label_quality, segment : as in the rows.
    number : number of the segment within its scene.
    frame_count : T.
    objects : namings of the objects seen at least once.
    statements, tracks, strata : what holds.
    holds : needs of templates that this segment fills.
    dropped : "type: reason" -> how many objects or statements were lost to it.
    proof : geometry of the segment.
    group_id, variant : as in SceneFacts; empty for a scene on its own.
    """

    source: str
    scene_id: str
    split_unit: str
    license: str
    label_quality: str
    segment: str
    number: int
    frame_count: int
    objects: tuple[ObjectNaming, ...]
    statements: tuple[Statement, ...]
    tracks: tuple[TrackStatement, ...]
    strata: Strata
    holds: tuple[str, ...]
    dropped: dict[str, int]
    proof: SegmentProof
    group_id: str = ""
    variant: str = ""

    @cached_property
    def by_key(self) -> dict[str, Statement]:
        """The statements by their keys; a segment has hundreds, and each question looks for its own."""
        return {s.key: s for s in self.statements}

    @cached_property
    def track_by_key(self) -> dict[str, TrackStatement]:
        """The tracks by their keys."""
        return {t.key: t for t in self.tracks}


@dataclass(frozen=True)
class Shard:
    """Result of one scene: its segments, or the one-line reason why it was skipped, or left out by
    its source.
    """

    scene_id: str
    segments: tuple[SegmentRecord, ...]
    skipped: str = ""
    left_out: str = ""


def write_shard(shard: Shard, path: Path) -> None:
    """Write a shard; it is there whole or not at all.

    Raises
    ------
    FourdpQaError
        When the disk is full or refuses: no fault of the scene, so it is not skipped for it.
    """
    plain = {
        "scene_id": shard.scene_id, "skipped": shard.skipped, "left_out": shard.left_out,
        "segments": [_segment_to_plain(s) for s in shard.segments],
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(gzip.compress(text.encode(), compresslevel=4, mtime=0))
        temporary.replace(path)
    except OSError as error:
        raise FourdpQaError(
            f"{path}: cannot be written ({error.strerror or error}); make room or choose another --out, "
            "then run the same command again to go on"
        ) from error


def read_shard(path: Path) -> Shard:
    """Read `write_shard` back.

    Raises
    ------
    SourceDataError
        When the file is damaged. A program that is killed leaves none such; a disk may.
    """
    try:
        plain = json.loads(gzip.decompress(path.read_bytes()))
        return Shard(
            scene_id=plain["scene_id"], skipped=plain["skipped"], left_out=plain["left_out"],
            segments=tuple(_segment_from_plain(s) for s in plain["segments"]),
        )
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceDataError(
            path, "", found=f"a damaged file ({reason})", expected="the measurements of a scene",
            do="remove it and run the same command again to measure that scene once more",
        ) from None


def object_namings(measured: Measurements, max_other_share: float) -> tuple[ObjectNaming, ...]:
    """Namings of every object that is seen at least once in the segment."""
    shown = [n for n in range(len(measured.objects)) if (measured.motion.area[:, n] > 0).any()]
    captions = {n: measured.objects[n].caption for n in shown}
    return tuple(
        _naming(measured, n, _fits_one(n, captions), max_other_share) for n in shown
    )


def label_quality(measured: Measurements) -> str:
    """``exact`` where visibility comes from geometry, ``exact_geometry`` where it is estimated from
    exact depth and ids, ``estimated`` where the geometry itself is.
    """
    if measured.facts.estimated:
        return ESTIMATED
    exact = Capability.EXACT_VISIBILITY in measured.facts.capabilities
    return "exact" if exact else "exact_geometry"


def segment_proof(measured: Measurements) -> SegmentProof:
    """Geometry of a segment."""
    facts = measured.facts
    T, N = measured.motion.distance.shape
    return SegmentProof(
        source=facts.source, scene_id=facts.scene_id, segment=measured.segment.text,
        units=facts.units, K=facts.K, side=facts.width, up=facts.up,
        scene_length=measured.camera.scene_length,
        world_from_camera=measured.camera.world_from_camera,
        object_ids=tuple(o.id for o in measured.objects),
        captions=tuple(o.caption for o in measured.objects),
        sizes=np.array([o.size for o in measured.objects]).reshape(N, 3),
        world_from_object=measured.motion.world_from_object.reshape(T, N, 4, 4),
    )


def _fits_one(n: int, captions: dict[int, str]) -> bool:
    """Whether the caption of n can be said, and fits no other: every word of it would have to be in the
    other's. What a source calls an object may be no phrase ("box box"); then a point has to name it.
    """
    words = set(captions[n].lower().split())
    said = by_caption(captions[n])
    if not words or prose_fault(f"It is {said}.", {"object": said}):
        return False
    return not any(words <= set(c.lower().split()) for m, c in captions.items() if m != n)


def _naming(measured: Measurements, n: int, unique: bool, max_other_share: float) -> ObjectNaming:
    anchors, motion = measured.anchors, measured.motion
    boxes = {
        f: (float(b[0]), float(b[1]), float(b[2]), float(b[3]))
        for f in anchors.frames if np.isfinite(b := motion.mask_box[f, n]).all()
    }
    rings = {
        f: ring for (f, m), ring in anchors.rings.items()
        if m == n and anchors.others_in_ring[f, m] <= max_other_share
    }
    path = project(measured.facts.K, motion.centre_camera[:, n]) / measured.facts.width
    centres = tuple(
        (float(x), float(y)) if seen and np.isfinite(x) else None
        for (x, y), seen in zip(path, motion.area[:, n] > 0, strict=True)
    )
    return ObjectNaming(
        id=measured.objects[n].id, caption=measured.objects[n].caption, caption_unique=unique,
        points={f: p for (f, m), p in anchors.points.items() if m == n},
        boxes=boxes, rings=rings, centres=centres,
    )


def _segment_to_plain(record: SegmentRecord) -> dict[str, Any]:
    plain = {
        name: getattr(record, name)
        for name in ("source", "scene_id", "split_unit", "license", "label_quality", "segment",
                     "number", "frame_count", "dropped", "group_id", "variant")
    }
    plain["holds"] = list(record.holds)
    plain["objects"] = [asdict(o) for o in record.objects]
    plain["statements"] = [statement_to_plain(s) for s in record.statements]
    plain["tracks"] = [asdict(t) for t in record.tracks]
    plain["strata"] = asdict(record.strata)
    plain["proof"] = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(record.proof).items()
    }
    return plain


def _segment_from_plain(plain: dict[str, Any]) -> SegmentRecord:
    return SegmentRecord(
        source=plain["source"], scene_id=plain["scene_id"], split_unit=plain["split_unit"],
        license=plain["license"], label_quality=plain["label_quality"],
        segment=plain["segment"], number=plain["number"], frame_count=plain["frame_count"],
        objects=tuple(_naming_from_plain(o) for o in plain["objects"]),
        statements=tuple(statement_from_plain(s) for s in plain["statements"]),
        tracks=tuple(track_statement_from_plain(t) for t in plain["tracks"]),
        strata=Strata(**plain["strata"]), holds=tuple(plain["holds"]), dropped=plain["dropped"],
        proof=_proof_from_plain(plain["proof"]), group_id=plain["group_id"],
        variant=plain["variant"],
    )


def _naming_from_plain(plain: dict[str, Any]) -> ObjectNaming:
    return ObjectNaming(
        id=plain["id"], caption=plain["caption"], caption_unique=plain["caption_unique"],
        points={int(f): (p[0], p[1]) for f, p in plain["points"].items()},
        boxes={int(f): (b[0], b[1], b[2], b[3]) for f, b in plain["boxes"].items()},
        rings={int(f): (r[0], r[1], r[2]) for f, r in plain["rings"].items()},
        centres=tuple(None if c is None else (c[0], c[1]) for c in plain["centres"]),
    )


def _proof_from_plain(plain: dict[str, Any]) -> SegmentProof:
    arrays = ("K", "world_from_camera", "sizes", "world_from_object")
    values = {**plain, **{name: np.array(plain[name], dtype=np.float64) for name in arrays}}
    values["up"] = None if plain["up"] is None else np.array(plain["up"])
    values["object_ids"] = tuple(plain["object_ids"])
    values["captions"] = tuple(plain["captions"])
    return SegmentProof(**values)
