"""Phase 1: scenes to statements, without touching colour. One shard a scene."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.records import (
    SegmentRecord,
    Shard,
    label_quality,
    object_namings,
    segment_proof,
    write_shard,
)
from fourdp_qa.measure.limits import Limits, default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.measure.visibility import loss_reasons
from fourdp_qa.questions.registry import TYPES, SegmentStatements, state_segment
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.scene.scene import Scene, SceneHandle
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view


def measure_scene(handle: SceneHandle, frames: int, path: Path) -> str:
    """Measure one scene into the shard at `path`; return the reason when the scene was skipped.

    A scene whose data are damaged is skipped, counted and listed; it never stops the others.
    """
    try:
        scene = square_view(handle.open())
        try:
            segments = tuple(_records(scene, frames))
        finally:
            scene.close()
        shard = Shard(handle.scene_id, segments)
    except FourdpQaError as error:
        shard = Shard(handle.scene_id, (), skipped=str(error))
    write_shard(shard, path)
    return shard.skipped


def _records(scene: Scene, frames: int) -> list[SegmentRecord]:
    limits = default_limits()
    records = []
    for number, segment in enumerate(cut_segments(scene.facts.frame_count, scene.facts.fps, frames)):
        measured = measure_segment(scene, segment, limits=limits)
        stated = state_segment(measured, limits)
        records.append(SegmentRecord(
            source=scene.facts.source, scene_id=scene.facts.scene_id,
            license=scene.facts.license, label_quality=label_quality(measured),
            segment=segment.text, number=number, frame_count=segment.count,
            objects=object_namings(measured, limits.circle.max_other_share),
            statements=stated.statements, tracks=stated.tracks, strata=stated.strata,
            holds=_holds(stated), dropped=_dropped(measured, stated, limits),
            proof=segment_proof(measured),
        ))
    return records


def _holds(stated: SegmentStatements) -> tuple[str, ...]:
    """Needs of templates that the segment fills; what is in the band fills none."""
    holds = []
    strata = stated.strata
    camera = [s for s in stated.statements if s.question_type == "camera_movement"]
    moves = any(
        s.components[c].quantity.verdict == Verdict.PLUS
        for s in camera for c in ("any_translation", "any_rotation")
    )
    if strata.camera_motion == "none":
        holds.append("camera_still")
    elif moves:
        holds.append("camera_moves")
    if strata.scene_motion != "none":
        holds.append("moving_object")
    return tuple(holds)


def _dropped(
    measured: Measurements, stated: SegmentStatements, limits: Limits
) -> dict[str, int]:
    """Why there is no statement, or no decided one: for the summary people read."""
    lost: Counter[str] = Counter()
    for question_type in TYPES:
        missing = sorted(question_type.needs - measured.facts.capabilities)
        if missing:
            lost[f"{question_type.name}: the source has no {', '.join(missing)}"] += 1
    for reason in loss_reasons(measured, limits.visible):
        lost[f"objects: {reason}"] += 1
    for statement in stated.statements:
        verdicts = [c.quantity.verdict for c in statement.components.values()]
        if all(v == Verdict.UNDECIDED for v in verdicts):
            lost[f"{statement.question_type}: inside the ambiguity band"] += 1
    if not any(s.question_type == "camera_movement" for s in stated.statements):
        elevation = np.degrees(measured.camera.angles.elevation[0])
        lost[f"camera_movement: camera elevation {elevation:.0f} degrees leaves no heading"] += 1
    if not stated.tracks:
        lost["tracking: no query point, or static points under a camera that does not move"] += 1
    return dict(lost)
