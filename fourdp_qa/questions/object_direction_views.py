"""Type 4 in the heading axes of a camera: away, right and up as the camera of one frame would say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.apparent_motion import apparent_poses
from fourdp_qa.questions.screen_size import diagonal_change_px
from fourdp_qa.questions.series_components import (
    judge_together,
    series_component,
    unless_turn_hidden,
    withheld,
)
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.verdicts import PRESENT, SeriesVerdict, Verdict, judge_series
from fourdp_qa.randomness import generator
from fourdp_qa.scene.camera import heading_axes
from fourdp_qa.scene.pose import Floats

AXES = ("away", "right", "up")


@dataclass(frozen=True)
class _View:
    """A frozen viewpoint: unit axes (3, 3) with rows forward, right, up, and its place (3,)."""

    axes: Floats
    place: Floats
    frame: int


def named_frame_of(
    measured: Measurements, limits: Thresholds, n: int, seen: NDArray[np.bool_]
) -> int | None:
    """The frame, other than the first, whose camera object n is asked about.

    Drawn for each object, so that the questions of a clip name several moments; among the frames
    that may be named, in which the object is `seen` (T,) and the camera has a heading.
    """
    facts = measured.facts
    rng = generator(0, facts.source, facts.draw_key, measured.segment.text, "named_frame",
                    measured.objects[n].id)
    for frame in rng.permutation(measured.anchors.frames[1:]).tolist():
        if seen[frame] and _heading_means_something(measured, limits, frame):
            return int(frame)
    return None


def view_components(
    measured: Measurements, limits: Thresholds, n: int, frame: int, seen: NDArray[np.bool_]
) -> dict[str, Component]:
    """Displacement of object n along the heading axes of the camera of `frame`, in first distances;
    empty where heading axes mean nothing to a person.
    """
    if not _heading_means_something(measured, limits, frame):
        return {}
    heading, cameras = measured.camera.heading, measured.camera.world_from_camera
    view = _View(
        np.stack([heading.forward[frame], heading.right[frame], heading.up[frame]]),
        cameras[frame, :3, 3], frame,
    )
    first_distance = float(measured.motion.distance[0, n])
    judged = _judge(measured.motion.centre_world[:, n], view, first_distance, measured, limits, n)
    picture = _judge_picture(measured, limits, n, first_distance)
    names = AXES if heading.gravity_aligned else AXES[:2]
    return {
        name: series_component(
            f"displacement_{name}", "first camera distances", unless_turn_hidden(verdict, seen),
            series, picture[name],
        )
        for name, (verdict, series) in judged.items() if name in names
    }


def _heading_means_something(measured: Measurements, limits: Thresholds, frame: int) -> bool:
    """Not for a camera that looks steeply down or up."""
    camera = measured.camera
    elevation = abs(float(np.degrees(camera.angles.elevation[frame])))
    return not camera.heading.gravity_aligned or elevation <= limits.heading.max_elevation_deg


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
        verdicts["away"] = withheld(away)
    return {name: (verdicts[name], series[:, i]) for i, name in enumerate(AXES)}


def _judge_axes(series: Floats, limits: Thresholds) -> dict[str, SeriesVerdict]:
    """Each axis against its own band, widened beside a larger component (section 2.3)."""
    own = limits.object_direction
    depth = (own.depth_lo, max(own.depth_hi, own.min_effect))
    lateral = (own.lateral_lo, max(own.lateral_hi, own.min_effect))
    judged = judge_together(series, [depth, lateral, lateral], limits.series)
    return dict(zip(AXES, judged, strict=True))


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
    """The same measurement on the apparent path, in the view that the camera seems never to leave."""
    cameras = measured.camera.world_from_camera
    apparent = apparent_poses(measured, n)[:, :3, 3]
    heading = heading_axes(cameras[:1], measured.facts.up)
    axes = np.stack([heading.forward[0], heading.right[0], heading.up[0]])
    verdicts = _judge_axes((apparent - apparent[0]) @ axes.T / first_distance, limits)
    to_viewpoint = np.linalg.norm(apparent - cameras[0, :3, 3], axis=-1) / first_distance
    away = verdicts["away"]
    if away.verdict in PRESENT and not _same_way(away, to_viewpoint, limits):
        verdicts["away"] = withheld(away)
    return verdicts
