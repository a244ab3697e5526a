"""Which of two objects is nearer to the camera, each in a frame of its own (types 8 and 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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
from fourdp_qa.questions.thresholds import DepthLimits


@dataclass(frozen=True)
class Places:
    """Objects in frames: indices of objects and frames of the clip, arrays of one shape."""

    objects: Ints
    frames: Ints

    def __getitem__(self, index: Any) -> Places:
        return Places(self.objects[index], self.frames[index])


def nearer_to_camera(
    measured: Measurements, limits: DepthLimits, first: Places, second: Places
) -> Comparison:
    """Compare the distances to the camera, each place seen by the camera of its own frame.

    Distances and z-depths of the centres and the 10-90 % intervals of the visible surface must all
    say the same: then every reading of "nearer" gives one answer.
    """
    motion = measured.motion
    a, b = (first.frames, first.objects), (second.frames, second.objects)
    z_a, z_b = motion.centre_camera[..., 2][a], motion.centre_camera[..., 2][b]
    surface_a, surface_b = motion.surface[a], motion.surface[b]
    with np.errstate(divide="ignore", invalid="ignore"):
        ln_z = np.log(z_b / z_a)
        apart = np.maximum(surface_b[..., 0] - surface_a[..., 1], 0.0) - np.maximum(
            surface_a[..., 0] - surface_b[..., 1], 0.0)
        ln_ratio = np.log(motion.distance[b] / motion.distance[a])
    compared = agreed(ln_ratio, float(np.log(limits.ratio)), [(ln_z, float(np.log(limits.z_ratio)))])
    parted = (apart * compared.sign > 0) & (np.minimum(z_a, z_b) > 0)
    return Comparison(
        ln_ratio=ln_ratio, sign=np.where(parted, compared.sign, 0),
        margin=np.where(parted, compared.margin, 0.0), hi=compared.hi,
    )


def camera_statements(
    measured: Measurements, limits: DepthLimits, question_type: str, variant: str, places: Places,
    quantity: str,
) -> list[Statement]:
    """One statement for each row of places (M, 2) or (M, 4); fours only where all is decided.

    An object that comes twice in a row, in two frames, is pointed at in the first of them.
    """
    first, second = sides(places.objects.shape[1])
    compared = nearer_to_camera(measured, limits, places[:, first], places[:, second])
    statements = []
    for k in range(len(places.objects)):
        found = component_of(compared, k, quantity)
        if found is None:
            continue
        name, component = found
        frames = places.frames[k].tolist()
        named_at: dict[int, int] = {}
        for n, frame in zip(places.objects[k].tolist(), frames, strict=True):
            named_at.setdefault(measured.objects[n].id, frame)
        statements.append(Statement(
            question_type=question_type, variant=variant, objects=tuple(named_at),
            frames=tuple(dict.fromkeys(frames)), named_at=tuple(named_at.values()),
            reference_system="camera", components={name: component}, entangled="none",
            cues=_cues(measured, places[k], found_nearest(component)),
        ))
    return statements


def _cues(measured: Measurements, places: Places, found: int | None) -> dict[str, float]:
    """How far the one found nearest of some places (P,) is ahead by simple cues of the picture: the
    largest mask, and the lowest contact point; of four, also how far of all but one other.
    """
    if found is None:
        return {}
    at = places.frames, places.objects
    area, lowest = measured.motion.area[at], measured.motion.mask_box[..., 3][at]
    others = np.arange(len(area)) != found
    cues = {
        "size": float(np.log(area[found] / area[others].max())),
        "height": float(lowest[found] - lowest[others].max()),
    }
    if len(area) > 2:
        cues["second_size"] = float(np.log(area[found] / np.sort(area[others])[-2]))
    return cues
