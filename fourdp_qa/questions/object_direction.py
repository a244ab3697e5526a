"""Type 4, object_direction: how an object translates, in the heading axes of a named frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.screen_size import diagonal_change_px
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.verdicts import (
    PRESENT,
    SeriesVerdict,
    Verdict,
    band_beside,
    judge_series,
)
from fourdp_qa.scene.camera import heading_axes
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points

NAME = "object_direction"
AXES = ("away", "right", "up")


@dataclass(frozen=True)
class _View:
    """A frozen viewpoint: unit axes (3, 3) with rows forward, right, up, and its place (3,)."""

    axes: Floats
    place: Floats
    frame: int


def object_direction_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """For each object index: seen from the first camera, and from the camera of the last frame.

    `seen` (T, N) decides about turns: a reversal whose turn is hidden is not asked about.
    """
    last = measured.segment.count - 1
    statements = []
    for variant, frame in (("first_camera", 0), ("named_frame", last)):
        view = _view(measured, limits, frame)
        if view is None:
            continue
        statements += [
            s for n in objects if (s := _statement(measured, limits, n, view, variant, seen[:, n]))
            is not None
        ]
    return statements


def _view(measured: Measurements, limits: Thresholds, frame: int) -> _View | None:
    """None where heading axes mean nothing to a person: a camera that looks steeply down or up."""
    camera = measured.camera
    elevation = abs(float(np.degrees(camera.angles.elevation[frame])))
    if camera.heading.gravity_aligned and elevation > limits.heading.max_elevation_deg:
        return None
    heading = camera.heading
    axes = np.stack([heading.forward[frame], heading.right[frame], heading.up[frame]])
    return _View(axes, camera.world_from_camera[frame, :3, 3], frame)


def _statement(
    measured: Measurements, limits: Thresholds, n: int, view: _View, variant: str,
    seen: NDArray[np.bool_],
) -> Statement | None:
    path = measured.motion.centre_world[:, n]
    if not np.isfinite(path).all():
        return None
    first_distance = float(measured.motion.distance[0, n])
    judged = _judge(path, view, first_distance, measured, limits, n)
    picture = _judge_picture(measured, limits, n, first_distance)
    names = AXES if measured.camera.heading.gravity_aligned else AXES[:2]
    components = {}
    for name in names:
        verdict, series = judged[name]
        if verdict.turn is not None and not seen[verdict.turn]:
            verdict = _undecided(verdict)
        quantity = Quantity(
            name=f"displacement_{name}", unit="first camera distances", value=verdict.value,
            extent=verdict.extent, lo=verdict.lo, hi=verdict.hi, verdict=str(verdict.verdict),
            series=tuple(float(x) for x in series),
        )
        components[name] = Component(quantity, verdict.margin, str(picture[name].verdict))
    return Statement(
        question_type=NAME, variant=variant, objects=(measured.objects[n].id,),
        frames=(view.frame,), reference_system="camera", components=components,
    )


def _judge(
    path: Floats, view: _View, first_distance: float, measured: Measurements, limits: Thresholds,
    n: int,
) -> dict[str, tuple[SeriesVerdict, Floats]]:
    """Verdict and series of each axis for a world path (T, 3) seen from `view`."""
    series = (path - path[0]) @ view.axes.T / first_distance
    verdicts = _judge_axes(series, limits)
    to_viewpoint = np.linalg.norm(path - view.place, axis=-1) / first_distance
    away = verdicts["away"]
    if away.verdict in PRESENT and not (
        _same_way(away, to_viewpoint, limits)
        and _visibly_nearer(measured, limits, n, away, view.frame)
    ):
        verdicts["away"] = _undecided(away)
    return {name: (verdicts[name], series[:, i]) for i, name in enumerate(AXES)}


def _judge_axes(series: Floats, limits: Thresholds) -> dict[str, SeriesVerdict]:
    """Each axis against its own band, widened beside a larger component (section 2.3)."""
    own = limits.object_direction
    bands = {"away": (own.depth_lo, max(own.depth_hi, own.min_effect)),
             "right": (own.lateral_lo, max(own.lateral_hi, own.min_effect)),
             "up": (own.lateral_lo, max(own.lateral_hi, own.min_effect))}
    extents = [float(np.ptp(series[:, i])) for i in range(3)]
    return {
        name: judge_series(
            series[:, i], *band_beside(extents, *bands[name], limits.series), limits.series
        )
        for i, name in enumerate(AXES)
    }


def _same_way(away: SeriesVerdict, to_viewpoint: Floats, limits: Thresholds) -> bool:
    """Toward and away only if the distance to the viewpoint itself changes the same way."""
    own = limits.object_direction
    judged = judge_series(to_viewpoint, own.depth_lo, own.depth_hi, limits.series)
    return judged.verdict == away.verdict


def _visibly_nearer(
    measured: Measurements, limits: Thresholds, n: int, away: SeriesVerdict, frame: int
) -> bool:
    """The box grows or shrinks visibly for a camera frozen at the named frame: the question is about
    that view, and a camera that follows the object must not make the motion unaskable.
    """
    at = [0, away.turn, -1]
    if away.verdict == Verdict.INCONSISTENT:
        return True
    change = diagonal_change_px(measured, limits, n, at, frozen_at=frame)
    return change >= limits.effect.diagonal_px


def _judge_picture(
    measured: Measurements, limits: Thresholds, n: int, first_distance: float
) -> dict[str, SeriesVerdict]:
    """The same measurement on X' = W_0 C_t^-1 X: the motion as read from the picture by someone who
    believes that the camera never moved.
    """
    cameras = measured.camera.world_from_camera
    in_camera = transform_points(invert_pose(cameras), measured.motion.centre_world[:, [n]])
    apparent = transform_points(cameras[0], in_camera[:, 0])
    heading = heading_axes(cameras[:1], measured.facts.up)
    axes = np.stack([heading.forward[0], heading.right[0], heading.up[0]])
    verdicts = _judge_axes((apparent - apparent[0]) @ axes.T / first_distance, limits)
    to_viewpoint = np.linalg.norm(apparent - cameras[0, :3, 3], axis=-1) / first_distance
    away = verdicts["away"]
    if away.verdict in PRESENT and not _same_way(away, to_viewpoint, limits):
        verdicts["away"] = _undecided(away)
    return verdicts


def _undecided(v: SeriesVerdict) -> SeriesVerdict:
    return SeriesVerdict(Verdict.UNDECIDED, v.value, v.extent, v.lo, v.hi, 0.0)
