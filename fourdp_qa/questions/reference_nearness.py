"""Which of two objects is nearer to a third, each pair in a frame of its own (types 9 and 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fourdp_qa.measure.box_gap import box_gaps
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.comparisons import (
    Comparison,
    agreed,
    component_of,
    found_nearest,
    sides,
)
from fourdp_qa.questions.drawing import Ints
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import ObjectObjectDistanceLimits
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats

BEHIND = 10.0
"""What the logarithm of a ratio of lengths on the screen is cut to: a point behind the camera has none."""


@dataclass(frozen=True)
class Spans:
    """From objects to their references in frames: indices, arrays of one shape."""

    objects: Ints
    references: Ints
    frames: Ints

    def __getitem__(self, index: Any) -> Spans:
        return Spans(self.objects[index], self.references[index], self.frames[index])


def nearer_to_reference(
    measured: Measurements, limits: ObjectObjectDistanceLimits, first: Spans, second: Spans
) -> Comparison:
    """Compare the lengths of spans (M, P), centre to centre.

    The difference must be large enough to be seen at the distance of the objects from the camera,
    and the gaps between the boxes must say the same: a long object whose end is near is not
    farther to everyone.
    """
    length_a, length_b = _lengths(measured, first), _lengths(measured, second)
    scale = np.maximum(_camera_distance(measured, first), _camera_distance(measured, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        ln_ratio = np.log(length_b / length_a)
        difference = (length_b - length_a) / scale
    hi = float(np.log(limits.ratio))
    clear = agreed(ln_ratio, hi, [(difference, limits.min_effect)]).sign != 0
    clear &= clear.all(axis=-1, keepdims=True)  # of four, all are asked about or none
    gap_difference = np.zeros(clear.shape)
    gap_a, gap_b = _gaps(measured, first[clear], second[clear])
    gap_difference[clear] = (gap_b - gap_a) / scale[clear]
    return agreed(
        ln_ratio, hi, [(difference, limits.min_effect), (gap_difference, limits.min_gap)])


def reference_statements(
    measured: Measurements, limits: ObjectObjectDistanceLimits, question_type: str, variant: str,
    spans: Spans, quantity: str,
) -> list[Statement]:
    """One statement for each row of spans (M, 2) or (M, 4); fours only where all is decided.

    The reference is named last, and pointed at in the frame of the first span; so is an object that
    comes in two spans.
    """
    first, second = sides(spans.objects.shape[1])
    compared = nearer_to_reference(measured, limits, spans[:, first], spans[:, second])
    on_screen = _on_screen(measured, spans)
    statements = []
    for k in range(len(spans.objects)):
        found = component_of(compared, k, quantity)
        if found is None:
            continue
        name, component = found
        frames = spans.frames[k].tolist()
        named_at: dict[int, int] = {}
        ends = [*spans.objects[k].tolist(), int(spans.references[k, 0])]
        for n, frame in zip(ends, [*frames, frames[0]], strict=True):
            named_at.setdefault(measured.objects[n].id, frame)
        statements.append(Statement(
            question_type=question_type, variant=variant, objects=tuple(named_at),
            frames=tuple(dict.fromkeys(frames)), named_at=tuple(named_at.values()),
            reference_system="world", components={name: component}, entangled="none",
            cues=_cues(on_screen[k], found_nearest(component)),
        ))
    return statements


def _cues(on_screen: Floats, found: int | None) -> dict[str, float]:
    """How much longer on the screen the shortest other of some spans (P,) is than the one found."""
    if found is None:
        return {}
    shortest = on_screen[np.arange(len(on_screen)) != found].min()
    if not np.isfinite(on_screen[found]):
        return {"screen": -BEHIND if np.isfinite(shortest) else 0.0}
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = np.log(shortest) - np.log(on_screen[found])
    return {"screen": float(np.clip(np.nan_to_num(ahead), -BEHIND, BEHIND))}


def _on_screen(measured: Measurements, spans: Spans) -> Floats:
    """Length of spans between the projected centres, pixels; infinite behind the camera."""
    centre = measured.motion.centre_camera
    object_uv, reference_uv = (
        project(measured.facts.K, centre[spans.frames, n]) for n in (spans.objects, spans.references)
    )
    length = np.linalg.norm(object_uv - reference_uv, axis=-1)
    return np.where(np.isfinite(length), length, np.inf)


def _lengths(measured: Measurements, spans: Spans) -> Floats:
    centre = measured.motion.centre_world
    offset = centre[spans.frames, spans.objects] - centre[spans.frames, spans.references]
    return np.linalg.norm(offset, axis=-1)


def _camera_distance(measured: Measurements, spans: Spans) -> Floats:
    """Of the farther end, in the camera of the span's frame."""
    distance = measured.motion.distance
    return np.maximum(distance[spans.frames, spans.objects], distance[spans.frames, spans.references])


def _gaps(measured: Measurements, first: Spans, second: Spans) -> Floats:
    """Gaps (2, M) between the two boxes of first and second spans, each different one once."""
    objects = np.stack([first.objects, second.objects])
    references = np.stack([first.references, second.references])
    frames = np.stack([first.frames, second.frames])
    N = len(measured.objects)
    key = (frames * N + np.minimum(objects, references)) * N + np.maximum(objects, references)
    different, which = np.unique(key, return_inverse=True)
    at, a, b = different // N**2, different // N % N, different % N
    poses = measured.motion.world_from_object
    sizes = np.array([o.size for o in measured.objects], dtype=np.float64).reshape(-1, 3)
    return box_gaps(poses[at, a], sizes[a], poses[at, b], sizes[b])[which].reshape(key.shape)
