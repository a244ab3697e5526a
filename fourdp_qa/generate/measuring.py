"""Phase 1: scenes to statements, without touching colour. One shard a scene."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from fourdp_qa.errors import FourdpQaError, SceneLeftOutError
from fourdp_qa.generate.naming import nameable
from fourdp_qa.generate.point_balance import NEAREST_OF_FOUR
from fourdp_qa.generate.records import (
    ObjectNaming,
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
from fourdp_qa.questions.registry import TYPES, SegmentStatements, get_type, state_segment
from fourdp_qa.questions.statement import NAMED_OBJECT
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.scene.refusing import refuse_numbers
from fourdp_qa.scene.scene import Capability, Scene, SceneHandle
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.standard import standard_for


def measure_scene(handle: SceneHandle, frames: int, path: Path) -> str:
    """Measure one scene into the shard at `path`; return the reason when the scene was skipped.

    A scene whose data are damaged is skipped, counted and listed; it never stops the others.
    """
    try:
        scene = handle.open()
        try:
            refuse_numbers(scene)
            segments = tuple(measure_segments(scene, frames))
        finally:
            scene.close()
        shard = Shard(handle.scene_id, segments)
    except SceneLeftOutError as error:
        shard = Shard(handle.scene_id, (), left_out=str(error))
    except FourdpQaError as error:
        shard = Shard(handle.scene_id, (), skipped=str(error))
    write_shard(shard, path)
    return shard.skipped


def measure_segments(scene: Scene, frames: int) -> list[SegmentRecord]:
    """What holds in every segment of a scene, cut into at most `frames` frames each."""
    limits, facts = default_limits(), scene.facts
    span = standard_for(facts.standard).span_seconds
    records = []
    for number, segment in enumerate(cut_segments(facts.frame_count, facts.fps, frames, span)):
        measured = measure_segment(square_view(scene, segment), segment, limits=limits)
        objects = object_namings(measured, limits.circle.max_other_share)
        stated, unnamed = _only_nameable(state_segment(measured, limits), objects)
        records.append(SegmentRecord(
            source=scene.facts.source, scene_id=scene.facts.scene_id,
            group_id=scene.facts.group_id, variant=scene.facts.variant,
            split_unit=scene.facts.split_key, license=scene.facts.license,
            label_quality=label_quality(measured),
            segment=segment.text, number=number, frame_count=segment.count,
            objects=objects,
            statements=stated.statements, tracks=stated.tracks, strata=stated.strata,
            holds=_holds(stated, measured),
            dropped=dict(unnamed + _dropped(measured, stated, limits)),
            proof=segment_proof(measured),
        ))
    return records


def _only_nameable(
    stated: SegmentStatements, objects: tuple[ObjectNaming, ...]
) -> tuple[SegmentStatements, Counter[str]]:
    """The statements whose objects a question can name, and how many were lost, by type."""
    by_id = {o.id: o for o in objects}

    def can_be_named(ids: tuple[int, ...], frames: tuple[int, ...], variant: str) -> bool:
        return all(i in by_id for i in ids) and nameable(
            [by_id[i] for i in ids], frames, by_points=variant != NEAREST_OF_FOUR)

    statements = [s for s in stated.statements if can_be_named(s.objects, s.named_at, s.variant)]
    tracks = [
        t for t in stated.tracks if t.variant != NAMED_OBJECT
        or can_be_named((t.object_id,), (t.track.query_frame,), t.variant)
    ]
    lost = Counter(s.question_type for s in stated.statements)
    lost.subtract(s.question_type for s in statements)
    lost["tracking"] += len(stated.tracks) - len(tracks)
    reasons = Counter({f"{name}: no caption and no point names its objects": count
                       for name, count in lost.items() if count})
    return replace(stated, statements=tuple(statements), tracks=tuple(tracks)), reasons


def _holds(stated: SegmentStatements, measured: Measurements) -> tuple[str, ...]:
    """Needs of templates that the segment fills; what is in the band fills none."""
    holds = []
    strata = stated.strata
    camera = [s for s in stated.statements if s.question_type == "camera_movement"]
    moves = any(
        s.components[c].quantity.verdict == Verdict.PLUS
        for s in camera for c in ("any_translation", "any_rotation")
    ) or (not camera and Capability.POINT_TRACKS in measured.facts.capabilities
          and strata.camera_motion == "high")
    if strata.camera_motion == "none":
        holds.append("camera_still")
    elif moves:
        holds.append("camera_moves")
    if strata.scene_motion in ("low", "high"):
        holds.append("moving_object")
    if _movers(measured) >= 2:
        holds.append("two_moving_objects")
    turned_back = {str(Verdict.PLUS_MINUS), str(Verdict.MINUS_PLUS)}
    if any(
        c.quantity.verdict in turned_back
        for s in stated.statements if s.variant == "first_camera" and s.objects
        for c in s.components.values()
    ):
        holds.append("reversing_object")
    return tuple(holds)


def _movers(measured: Measurements) -> int:
    """Objects in sight that leave their place clearly, by the rule of type 6."""
    motion = measured.motion
    shown = (motion.area > 0).any(axis=0) & np.isfinite(motion.centre_world).all(axis=(0, 2))
    extent = np.linalg.norm(np.ptp(motion.centre_world[:, shown], axis=0), axis=-1)
    moved = thresholds_for(measured.facts.profile).moved_distance.moved
    return int((extent >= moved * motion.distance[0, shown]).sum())


def _dropped(
    measured: Measurements, stated: SegmentStatements, limits: Limits
) -> Counter[str]:
    """Why there is no statement, or no decided one: for the summary people read."""
    lost: Counter[str] = Counter()
    for question_type in TYPES:
        missing = sorted(question_type.missing(measured.facts.capabilities))
        if missing:
            lost[f"{question_type.name}: the source has no {', '.join(missing)}"] += 1
    for reason in loss_reasons(measured, limits.visible):
        lost[f"objects: {reason}"] += 1
    for statement in stated.statements:
        verdicts = [c.quantity.verdict for c in statement.components.values()]
        if all(v == Verdict.UNDECIDED for v in verdicts):
            lost[f"{statement.question_type}: inside the ambiguity band"] += 1
    if not get_type("camera_movement").missing(measured.facts.capabilities) and not any(
            s.question_type == "camera_movement" for s in stated.statements):
        elevation = np.degrees(measured.camera.angles.elevation[0])
        lost[f"camera_movement: camera elevation {elevation:.0f} degrees leaves no heading"] += 1
    if not stated.tracks:
        lost["tracking: no query point, or static points under a camera that does not move"] += 1
    return lost
