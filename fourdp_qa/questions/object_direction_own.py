"""Type 4 in the object's own axes at the start: ahead, to its own right, up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.apparent_motion import apparent_poses
from fourdp_qa.questions.series_components import (
    judge_together,
    series_component,
    unless_turn_hidden,
)
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.turning import front_and_left
from fourdp_qa.scene.pose import Floats

AXES = {"ahead": "displacement_ahead", "own_right": "displacement_own_right",
        "up": "displacement_up"}


def own_front_components(
    measured: Measurements, limits: Thresholds, n: int, seen: NDArray[np.bool_]
) -> dict[str, Component]:
    """Displacement of object n along its own front, its own right and up, all as they lie in the
    first frame, in first distances; empty for an object without a front that lies about level then.
    """
    axes = _own_axes(measured, limits, n)
    if axes is None:
        return {}
    own = limits.object_direction
    bands = [(own.lateral_lo, max(own.lateral_hi, own.min_effect))] * 3
    path = measured.motion.centre_world[:, n]
    apparent = apparent_poses(measured, n)[:, :3, 3]
    series, seeming = (
        (places - places[0]) @ axes.T / measured.motion.distance[0, n] for places in (path, apparent)
    )
    judged, picture = (judge_together(q, bands, limits.series) for q in (series, seeming))
    return {
        name: series_component(
            AXES[name], "first camera distances", unless_turn_hidden(judged[i], seen), series[:, i],
            picture[i],
        )
        for i, name in enumerate(AXES)
    }


def _own_axes(measured: Measurements, limits: Thresholds, n: int) -> Floats | None:
    """Unit axes (3, 3) of object n in the first frame, rows ahead, right, up. They mean something to
    a person only when its front does not point up or down.
    """
    front, up = measured.objects[n].front, measured.facts.up
    rotation = measured.motion.world_from_object[:1, n, :3, :3]
    if front is None or up is None or not np.isfinite(rotation).all():
        return None
    pitch = np.degrees(np.arcsin(np.clip(up @ rotation[0] @ front, -1, 1)))
    if abs(pitch) > limits.turning.max_tilt_deg:
        return None
    ahead, left = front_and_left(rotation, front, up)
    return np.stack([ahead[0], -left[0], up])
