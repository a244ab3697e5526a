"""The question types that exist, and the statements of a segment for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.measure.limits import Limits, default_limits
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.measure.visibility import followable, seen_in_frames
from fourdp_qa.questions import (
    camera_movement,
    camera_object_distance,
    depth,
    object_direction,
    tracking,
)
from fourdp_qa.questions.statement import Statement, TrackStatement
from fourdp_qa.questions.strata import Strata, strata_of
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.scene import Capability


@dataclass(frozen=True)
class QuestionType:
    """One of the 13 types of the paper.

    Attributes
    ----------
    number : as in the paper, 1-13.
    name : config name.
    category : camera, object, spatial or tracking.
    formats : answer formats it is asked in.
    needs : capabilities without which it cannot be asked.
    summary : one line for people.
    """

    number: int
    name: str
    category: str
    formats: tuple[str, ...]
    needs: frozenset[Capability]
    summary: str


_OBJECTS = frozenset({Capability.DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES})

TYPES: tuple[QuestionType, ...] = (
    QuestionType(1, camera_movement.NAME, "camera", ("yes_no", "multiple_choice", "free_form"),
                 frozenset({Capability.DEPTH}), "How the camera moves and turns."),
    QuestionType(2, camera_object_distance.NAME, "camera",
                 ("yes_no", "multiple_choice", "free_form"), _OBJECTS,
                 "How the distance between the camera and an object changes."),
    QuestionType(4, object_direction.NAME, "object", ("multiple_choice", "free_form"), _OBJECTS,
                 "Which way an object moves in the world, whatever the camera does."),
    QuestionType(8, depth.NAME, "spatial", ("yes_no", "multiple_choice"), _OBJECTS,
                 "Which object is nearer to the camera."),
    QuestionType(12, tracking.VISUAL, "tracking", ("track",), _OBJECTS,
                 "Where a point appears in later frames."),
    QuestionType(13, tracking.TRUE_MOTION, "tracking", ("track",), _OBJECTS,
                 "Where a point would appear had the camera stood still."),
)


def get_type(name: str) -> QuestionType:
    """Return the type called `name`.

    Raises
    ------
    FourdpQaError
        Listing what there is.
    """
    for question_type in TYPES:
        if question_type.name == name:
            return question_type
    raise FourdpQaError(
        f"no question type '{name}'; there are: {', '.join(t.name for t in TYPES)}"
    )


@dataclass(frozen=True)
class SegmentStatements:
    """Everything that holds in a segment.

    Attributes
    ----------
    statements : types 1-11, sorted by key.
    tracks : queries for types 12 and 13.
    strata : how much moves.
    """

    statements: tuple[Statement, ...]
    tracks: tuple[TrackStatement, ...]
    strata: Strata


def state_segment(measured: Measurements, limits: Limits | None = None) -> SegmentStatements:
    """Turn measurements into statements, under the threshold profile of the scene."""
    limits = limits or default_limits()
    thresholds = thresholds_for(measured.facts.profile)
    visible = limits.visible
    seen = seen_in_frames(measured, visible, visible.min_area)
    seen_moving = seen_in_frames(measured, visible, visible.min_area_motion)
    steady = measured.motion.steady
    watched = np.flatnonzero(followable(seen, steady, visible)).tolist()
    followed = np.flatnonzero(followable(seen_moving, steady, visible)).tolist()
    possible = {t.name for t in TYPES if t.needs <= measured.facts.capabilities}
    statements: list[Statement] = []
    if camera_movement.NAME in possible:
        statements += camera_movement.camera_movement_statements(measured, thresholds)
    if camera_object_distance.NAME in possible:
        statements += camera_object_distance.camera_object_distance_statements(
            measured, thresholds, watched, seen)
    if object_direction.NAME in possible:
        statements += object_direction.object_direction_statements(
            measured, thresholds, followed, seen_moving)
    if depth.NAME in possible:
        statements += depth.depth_statements(measured, thresholds, seen)
    tracks = tracking.track_statements(measured, thresholds) if tracking.VISUAL in possible else []
    return SegmentStatements(
        statements=tuple(sorted(statements, key=lambda s: s.key)),
        tracks=tuple(tracks),
        strata=strata_of(measured, thresholds, seen),
    )
