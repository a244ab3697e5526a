"""Type 3, object_rotation: how an object turns about the world's up, seen from above."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.series_components import series_component, unless_turn_hidden, withheld
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.turning import (
    angle_from_start,
    heading_turn,
    horizontal,
    turn_about,
    turn_since_start,
    turns_upright,
)
from fourdp_qa.questions.verdicts import SeriesVerdict, Verdict, judge_series
from fourdp_qa.scene.pose import Floats

NAME = "object_rotation"


def object_rotation_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """For each object index: its turn in degrees, counter-clockwise positive.

    None without gravity, for a shape that looks the same when it turns, for what is not rigid, and
    for what tumbles. `seen` (T, N): a reversal whose turn is hidden is not asked about.
    """
    if measured.facts.up is None:
        return []
    return [
        s for n in objects
        if measured.objects[n].is_rigid and not measured.objects[n].symmetric_about_up
        and (s := _statement(measured, limits, n, measured.facts.up, seen[:, n])) is not None
    ]


def _statement(
    measured: Measurements, limits: Thresholds, n: int, up: Floats, seen: NDArray[np.bool_]
) -> Statement | None:
    rotations = measured.motion.world_from_object[:, n, :3, :3]
    if not turns_upright(rotations, up, limits.turning):
        return None
    turn = np.degrees(turn_about(rotations, up))
    verdict = unless_turn_hidden(_judge(turn, rotations, up, limits), seen)
    own = limits.object_rotation
    picture = judge_series(
        turn - _bearing(measured, n, up), own.turn_lo_deg, own.turn_hi_deg, limits.series
    )
    return Statement(
        question_type=NAME, variant="about_up", objects=(measured.objects[n].id,), frames=(0,),
        named_at=(0,), reference_system="gravity",
        components={"turn": series_component("turn_about_up", "degrees", verdict, turn, picture)},
    )


def _judge(turn: Floats, rotations: Floats, up: Floats, limits: Thresholds) -> SeriesVerdict:
    """What rocks without turning about up still rotates to a person: "does not rotate" needs the
    total angle to the first frame to stay small too. And what goes round in a cone sums up a turn
    that its poses do not show: both ways to measure the turn must say the same.
    """
    own = limits.object_rotation
    summed, shown = (
        judge_series(q, own.turn_lo_deg, own.turn_hi_deg, limits.series)
        for q in (turn, np.degrees(turn_since_start(rotations, up)))
    )
    total = float(np.degrees(angle_from_start(rotations)).max())
    rocks = summed.verdict == Verdict.ABSENT and total > own.turn_lo_deg
    return withheld(summed) if rocks or shown.verdict != summed.verdict else summed


def _bearing(measured: Measurements, n: int, up: Floats) -> Floats:
    """Direction from the camera to the object about up, (T,) degrees since the first frame.

    The turn minus this is the change of the side that the object shows to the camera; NaN where the
    camera looks straight down on it.
    """
    to_object = measured.motion.centre_world[:, n] - measured.camera.world_from_camera[:, :3, 3]
    return np.degrees(heading_turn(horizontal(to_object, up), up))
