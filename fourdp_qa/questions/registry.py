"""The question types that exist, and the statements of a segment for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.measure.limits import Limits, default_limits
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.measure.visibility import followable, seen_in_frames
from fourdp_qa.questions import (
    agent_motion,
    camera_movement,
    camera_object_distance,
    depth,
    moved_distance,
    multi_view_depth,
    multi_view_object_distance,
    object_direction,
    object_object_distance,
    object_object_distance_change,
    object_rotation,
    tracking,
)
from fourdp_qa.questions.statement import Statement, TrackStatement
from fourdp_qa.questions.strata import Strata, strata_of
from fourdp_qa.questions.thresholds import Thresholds, thresholds_for
from fourdp_qa.questions.verdicts import Verdict
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
    or_needs : what suffices instead; empty where nothing does.
    summary : one line for people.
    needs_agents : whether it is asked only about persons and vehicles with a front.
    """

    number: int
    name: str
    category: str
    formats: tuple[str, ...]
    needs: frozenset[Capability]
    summary: str
    needs_agents: bool = False
    or_needs: frozenset[Capability] = frozenset()

    def missing(self, offered: frozenset[Capability]) -> frozenset[Capability]:
        """What `offered` lacks to ask it; nothing when it can be asked one way or the other."""
        if self.needs <= offered:
            return frozenset()
        # A source that brings its own points is told what these lack, not what it would need without.
        return (self.or_needs if self.or_needs & offered else self.needs) - offered


_OBJECTS = frozenset({Capability.DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES})
_UPRIGHT = _OBJECTS | {Capability.GRAVITY}
_POINTS = frozenset({Capability.POINT_TRACKS})
_ALL_FORMATS = ("yes_no", "multiple_choice", "free_form")
_COMPARED = ("yes_no", "multiple_choice")

TYPES: tuple[QuestionType, ...] = (
    QuestionType(1, camera_movement.NAME, "camera", _ALL_FORMATS, frozenset({Capability.DEPTH}),
                 "How the camera moves and turns."),
    QuestionType(2, camera_object_distance.NAME, "camera", _ALL_FORMATS, _OBJECTS,
                 "How the distance between the camera and an object changes."),
    QuestionType(3, object_rotation.NAME, "object", ("multiple_choice", "free_form"), _UPRIGHT,
                 "How an object turns in the world, seen from above."),
    QuestionType(4, object_direction.NAME, "object", ("multiple_choice", "free_form"), _OBJECTS,
                 "Which way an object moves: in the world, on the screen, or by its own front."),
    QuestionType(5, agent_motion.NAME, "object", ("yes_no", "free_form"), _UPRIGHT,
                 "How a person or vehicle moves in its own frame.", needs_agents=True),
    QuestionType(6, moved_distance.NAME, "object", _ALL_FORMATS, _OBJECTS,
                 "Which of two objects travels the longer path."),
    QuestionType(7, object_object_distance_change.NAME, "object", _ALL_FORMATS, _OBJECTS,
                 "How the distance between two objects changes."),
    QuestionType(8, depth.NAME, "spatial", _COMPARED, _OBJECTS,
                 "Which object is nearer to the camera."),
    QuestionType(9, object_object_distance.NAME, "spatial", _COMPARED, _OBJECTS,
                 "Which object is nearer to a third one."),
    QuestionType(10, multi_view_depth.NAME, "spatial", _COMPARED, _OBJECTS,
                 "Which object is nearer to the camera, each at its own moment."),
    QuestionType(11, multi_view_object_distance.NAME, "spatial", _COMPARED, _OBJECTS,
                 "Which object is nearer to a third one, each at its own moment."),
    QuestionType(12, tracking.VISUAL, "tracking", ("track",), _OBJECTS,
                 "Where a point appears in later frames.", or_needs=_POINTS),
    QuestionType(13, tracking.TRUE_MOTION, "tracking", ("track",), _OBJECTS,
                 "Where a point would appear had the camera stood still.",
                 or_needs=_POINTS | {Capability.WORLD_POINT_TRACKS}),
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


def state_segment(
    measured: Measurements, limits: Limits | None = None, thresholds: Thresholds | None = None
) -> SegmentStatements:
    """Turn measurements into statements, under the threshold profile of the scene unless other
    `thresholds` are given.
    """
    limits = limits or default_limits()
    thresholds = thresholds or thresholds_for(measured.facts.profile)
    seen = seen_in_frames(measured, limits.visible, limits.visible.min_area)
    statements = _statements(measured, limits, thresholds, seen)
    tracks: list[TrackStatement] = []
    if not get_type(tracking.VISUAL).missing(measured.facts.capabilities):
        tracks = tracking.track_statements(measured, thresholds, seen)
    return SegmentStatements(
        statements=tuple(sorted(statements, key=lambda s: s.key)),
        tracks=tuple(tracks),
        strata=strata_of(measured, thresholds, seen),
    )


def _statements(
    measured: Measurements, limits: Limits, thresholds: Thresholds, seen: NDArray[np.bool_]
) -> list[Statement]:
    """Statements of types 1-11 as far as the scene's capabilities go.

    Each kind of question has its own least size (questions.md, section 3): what turns must be seen
    best, what moves must be followed, what only is somewhere must be found.
    """
    visible, steady = limits.visible, measured.motion.steady
    seen_moving = seen_in_frames(measured, visible, visible.min_area_motion)
    seen_turning = seen_in_frames(measured, visible, visible.min_area_rotation)
    # What is only somewhere in each frame is compared, and nothing is said of its motion.
    steady = steady & np.array([o.is_followed for o in measured.objects], dtype=np.bool_)
    watched = np.flatnonzero(followable(seen, steady, visible)).tolist()
    followed = np.flatnonzero(followable(seen_moving, steady, visible)).tolist()
    turning = np.flatnonzero(followable(seen_turning, steady, visible)).tolist()
    possible = {t.name for t in TYPES if not t.missing(measured.facts.capabilities)}
    said: list[Statement] = []
    if camera_movement.NAME in possible:
        said += camera_movement.camera_movement_statements(measured, thresholds)
    if object_rotation.NAME in possible:
        said += object_rotation.object_rotation_statements(
            measured, thresholds, turning, seen_turning)
        said += agent_motion.agent_motion_statements(measured, thresholds, followed, seen_moving)
    if depth.NAME not in possible:
        return said
    said += camera_object_distance.camera_object_distance_statements(
        measured, thresholds, watched, seen)
    said += object_direction.object_direction_statements(
        measured, thresholds, followed, seen_moving)
    said += moved_distance.moved_distance_statements(measured, thresholds, followed)
    changes = object_object_distance_change.object_object_distance_change_statements(
        measured, thresholds, followed, seen_moving)
    said += changes
    said += depth.depth_statements(measured, thresholds, seen)
    said += object_object_distance.object_object_distance_statements(measured, thresholds, seen)
    said += multi_view_depth.multi_view_depth_statements(measured, thresholds, seen)
    said += multi_view_object_distance.multi_view_object_distance_statements(
        measured, thresholds, seen, _answered(changes))
    return said


def _answered(changes: list[Statement]) -> frozenset[frozenset[int]]:
    """Pairs of objects whose change of distance is decided."""
    return frozenset(
        frozenset(s.objects) for s in changes
        if s.components["distance"].quantity.verdict != Verdict.UNDECIDED
    )
