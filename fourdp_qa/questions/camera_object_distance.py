"""Type 2, camera_object_distance: how the distance between the camera and an object changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.screen_size import diagonal_change_px
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.verdicts import SeriesVerdict, Verdict, judge_series
from fourdp_qa.scene.pose import Floats

NAME = "camera_object_distance"


def camera_object_distance_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """One statement for each object index in `objects`; `seen` (T, N) decides about turns."""
    return [s for n in objects if (s := _statement(measured, limits, n, seen[:, n])) is not None]


def _statement(
    measured: Measurements, limits: Thresholds, n: int, seen: NDArray[np.bool_]
) -> Statement | None:
    own, motion = limits.camera_object_distance, measured.motion
    distance, nearest = motion.distance[:, n], motion.nearest[:, n]
    if not np.isfinite(distance).all() or nearest.min() <= 0:
        return None
    if distance.min() < own.min_box_diagonals * motion.box_diagonal[n]:
        return None
    lo, hi = float(np.log(own.ratio_lo)), float(np.log(own.ratio_hi))
    q = np.log(distance / distance[0])
    judged = judge_series(q, lo, hi, limits.series)
    surface = judge_series(np.log(nearest / nearest[0]), lo, hi, limits.series)
    verdict, margin = _agreed(measured, limits, n, judged, surface)
    if judged.turn is not None and not seen[judged.turn]:
        verdict, margin = Verdict.UNDECIDED, 0.0
    frozen = _seen_from_first_camera(measured, n)
    picture = judge_series(np.log(frozen / frozen[0]), lo, hi, limits.series).verdict
    quantity = Quantity(
        name="ln_distance", unit="natural log of the ratio to the first frame",
        value=judged.value, extent=judged.extent, lo=lo, hi=hi,
        verdict=str(verdict), series=tuple(float(x) for x in q),
    )
    return Statement(
        question_type=NAME, variant="camera", objects=(measured.objects[n].id,), frames=(0,),
        named_at=(0,), reference_system="camera",
        components={"distance": Component(quantity, margin, str(picture))},
    )


def _agreed(
    measured: Measurements, limits: Thresholds, n: int, centre: SeriesVerdict,
    surface: SeriesVerdict,
) -> tuple[Verdict, float]:
    """The verdict of the centre, if the nearest point of the box says the same and a person can see
    the change on the screen.
    """
    if centre.verdict == Verdict.UNDECIDED or surface.verdict != centre.verdict:
        return Verdict.UNDECIDED, 0.0
    if centre.verdict != Verdict.ABSENT:
        at = [0, centre.turn, -1] if centre.turn is not None else [0, -1]
        change = diagonal_change_px(measured, limits, n, at)
        if change < limits.effect.diagonal_px:
            return Verdict.UNDECIDED, 0.0
    return centre.verdict, min(centre.margin, surface.margin)


def _seen_from_first_camera(measured: Measurements, n: int) -> Floats:
    """Distance (T,) from the object's own path to the camera of frame 0: the change that would be left
    had the camera stayed there.
    """
    viewpoint = measured.camera.world_from_camera[0, :3, 3]
    return np.linalg.norm(measured.motion.centre_world[:, n] - viewpoint, axis=-1)
