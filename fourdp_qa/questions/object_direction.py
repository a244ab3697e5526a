"""Type 4, object_direction: which way an object moves, in each of the systems it is asked in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.object_direction_own import own_front_components
from fourdp_qa.questions.object_direction_screen import screen_components
from fourdp_qa.questions.object_direction_views import named_frame_of, view_components
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import Thresholds

NAME = "object_direction"


def object_direction_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """For each object index: seen from the first camera, from the camera of another frame, on the
    screen, and from the object's own front at the start.

    `seen` (T, N) decides about turns: a reversal whose turn is hidden is not asked about.
    """
    return [
        s for n in objects if np.isfinite(measured.motion.centre_world[:, n]).all()
        for s in _statements(measured, limits, n, seen[:, n])
    ]


def _statements(
    measured: Measurements, limits: Thresholds, n: int, seen: NDArray[np.bool_]
) -> list[Statement]:
    other = named_frame_of(measured, limits, n, seen)
    told = [
        ("first_camera", 0, "camera", view_components(measured, limits, n, 0, seen)),
        ("screen", 0, "screen", screen_components(measured, limits, n, seen)),
        ("own_front", 0, "object", own_front_components(measured, limits, n, seen)),
    ]
    if other is not None:
        told.append(
            ("named_frame", other, "camera", view_components(measured, limits, n, other, seen)))
    return [
        _statement(measured, n, variant, frame, system, components)
        for variant, frame, system, components in told if components
    ]


def _statement(
    measured: Measurements, n: int, variant: str, frame: int, system: str,
    components: dict[str, Component],
) -> Statement:
    return Statement(
        question_type=NAME, variant=variant, objects=(measured.objects[n].id,), frames=(frame,),
        named_at=(frame,), reference_system=system, components=components,
        # On the screen the picture itself is the truth: nothing can mislead.
        entangled="none" if system == "screen" else "",
    )
