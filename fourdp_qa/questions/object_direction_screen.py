"""Type 4 on the screen: which way an object moves over the picture, whatever made it do so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.series_components import (
    judge_together,
    series_component,
    unless_turn_hidden,
)
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.scene.camera import project

AXES = ("screen_right", "screen_up")


def screen_components(
    measured: Measurements, limits: Thresholds, n: int, seen: NDArray[np.bool_]
) -> dict[str, Component]:
    """Displacement of the projected box centre of object n under the cameras as they were, in image
    widths, right and up in the picture; empty when the centre is ever behind the camera.
    """
    uv = project(measured.facts.K, measured.motion.centre_camera[:, n])
    if not np.isfinite(uv).all():
        return {}
    series = (uv - uv[0]) * (1, -1) / measured.facts.width  # v grows downwards
    own = limits.object_direction
    judged = judge_together(series, [(own.screen_lo, own.screen_hi)] * 2, limits.series)
    return {
        name: series_component(
            f"{name}_displacement", "image widths", unless_turn_hidden(verdict, seen), series[:, i])
        for i, (name, verdict) in enumerate(zip(AXES, judged, strict=True))
    }
