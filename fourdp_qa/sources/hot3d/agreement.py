"""The models must be where the stated boxes and masks are; else the likely mistake is named.

Depth and ids are made from poses and models, so they agree with them whatever is wrong. What tells a
mistake are the boxes and masks that the release states beside the poses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.sources.hot3d.constants import (
    BOX_MARGIN,
    FEWEST_BOXES,
    FRAMES_COMPARED,
    OWN_PIXELS,
    SMALLEST_BOX,
    STATED_BOX,
    STATED_BOX_OF_ONE,
    STATED_GAIN,
)
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.hot3d.mistakes import MISTAKES, exchanges
from fourdp_qa.sources.hot3d.recording import Recording

Frames = NDArray[np.int64]

FAR_OFF = 3.0
"""Distance, in diagonals, of a model behind the camera of which a box is stated; none counts more."""

ALL_ROUND = 1.5
"""Radians: boxes are stated of whole objects, also where they reach beyond what the lens shows."""

PIXELS_TRIED = 64


@dataclass(frozen=True)
class Reading:
    """How the numbers of a recording are understood; see `Recording`. A mistake is another reading.

    Attributes
    ----------
    outlines : (N,) points (P, 3) in the models' axes
    """

    cameras: tuple[Fisheye624, ...]
    world_from_camera: Floats
    world_from_model: Floats
    outlines: tuple[Floats, ...]
    boxes: Floats
    device_from_camera: Floats
    neighbours: dict[int, tuple[Floats, ...]]


def refuse_disagreement(recording: Recording) -> None:
    """Raise where models, boxes and masks are not in one place.

    Raises
    ------
    SourceDataError
        Naming the likely mistake when another reading brings them together.
    """
    reading = reading_of(recording)
    frames = _frames(recording)
    off = box_errors(recording, reading, frames)
    judged = np.isfinite(off)
    if judged.sum() >= FEWEST_BOXES:
        typical = float(np.median(off[judged]))
        mistake = _named(recording, reading, frames, typical)
        if mistake or typical > STATED_BOX:
            raise _box_error(recording, frames, off, typical, mistake)
        _refuse_one(recording, reading, frames, off)
    _refuse_masks(recording, frames)


def reading_of(recording: Recording) -> Reading:
    """The recording as it stands."""
    return Reading(
        recording.cameras, recording.world_from_camera, recording.world_from_model,
        tuple(item.model.outline for item in recording.items), recording.boxes,
        recording.device_from_camera,
        {step: tuple(m.outline for m in models) for step, models in recording.neighbours.items()},
    )


def projected_box(camera: Fisheye624, camera_from_model: Floats, outline: Floats) -> Floats:
    """Left, top, right, bottom (4,) of a model in the stored picture; NaN where a part of it is not seen by
    the camera model.
    """
    uv = camera.project(transform_points(camera_from_model, outline))
    return np.concatenate([uv.min(axis=0), uv.max(axis=0)])


def box_errors(recording: Recording, reading: Reading, frames: Frames) -> Floats:
    """Largest distance (F, N) of an edge from the projected model, in diagonals of the stated box.

    NaN where that cannot be told: no box, a small one, or one at the edge of the picture.
    """
    off = np.full((len(frames), len(reading.outlines)), np.nan)
    for k, t in enumerate(frames):
        camera_from_world = invert_pose(reading.world_from_camera[t])
        for n, outline in enumerate(reading.outlines):
            diagonal = _judged(recording, reading.boxes[t, n])
            if diagonal <= 0 or not np.isfinite(reading.world_from_model[t, n]).all():
                continue
            camera_from_model = camera_from_world @ reading.world_from_model[t, n]
            camera = replace(reading.cameras[t], max_angle=ALL_ROUND)
            projected = projected_box(camera, camera_from_model, outline)
            distance = np.abs(projected - reading.boxes[t, n]).max() / diagonal
            off[k, n] = min(distance, FAR_OFF) if np.isfinite(distance) else FAR_OFF
    return off


def _judged(recording: Recording, box: Floats) -> float:
    """The diagonal of a box in pixels; 0 when it says too little."""
    if not np.isfinite(box).all():
        return 0.0
    inside = box.min() > 0 and box[2] < recording.width - 1 and box[3] < recording.height - 1
    diagonal = float(np.hypot(*(box[2:] - box[:2])))
    return diagonal if inside and diagonal >= SMALLEST_BOX * recording.width else 0.0


def _frames(recording: Recording) -> Frames:
    count = len(recording.cameras)
    return np.unique(np.linspace(0, count - 1, min(count, FRAMES_COMPARED)).round().astype(np.int64))


def _named(recording: Recording, reading: Reading, frames: Frames, typical: float) -> str:
    """The mistake whose undoing leaves the least typical error, if that is clearly less; else nothing."""
    if typical <= STATED_GAIN:
        return ""
    best, least = "", min(0.5 * typical, typical - STATED_GAIN)
    names = [f"{item.id} '{item.name}'" for item in recording.items]
    for words, undo in {**MISTAKES, **exchanges(names)}.items():
        again = undo(reading)
        if again is None:
            continue
        off = box_errors(recording, again, frames)
        left = float(np.median(off[np.isfinite(off)])) if np.isfinite(off).any() else FAR_OFF
        if left < least:
            best, least = words, left
    return best


def _box_error(
    recording: Recording, frames: Frames, off: Floats, typical: float, mistake: str
) -> Exception:
    k, n = np.unravel_index(np.nanargmax(off), off.shape)
    item = recording.items[n]
    return recording.error(
        f"frame {frames[k]} box of {item.id} '{item.name}'",
        f"an edge {off[k, n]:.2g} diagonals from the projected model, {typical:.2g} over the recording",
        f"at most {STATED_BOX} (median)", mistake,
    )


def _refuse_one(
    recording: Recording, reading: Reading, frames: Frames, off: Floats
) -> None:
    """Raise for an object that is not where its boxes are, while most are."""
    for n in range(len(recording.items)):
        mine = off[:, n][np.isfinite(off[:, n])]
        if len(mine) < FEWEST_BOXES or np.median(mine) <= STATED_BOX_OF_ONE:
            continue
        for m, other in enumerate(recording.items):
            poses, outlines = reading.world_from_model.copy(), list(reading.outlines)
            poses[:, n], outlines[n] = poses[:, m], outlines[m]
            again = box_errors(
                recording, replace(reading, world_from_model=poses, outlines=tuple(outlines)), frames)[:, n]
            if m != n and np.isfinite(again).any() and np.nanmedian(again) < STATED_BOX:
                mistake = f"ids exchanged (its boxes are those of {other.id} '{other.name}')"
                raise _box_error(recording, frames, _only(off, n), float(np.median(mine)), mistake)
        raise _box_error(recording, frames, _only(off, n), float(np.median(mine)), "damaged numbers")


def _only(off: Floats, n: int) -> Floats:
    """The errors of one object alone."""
    kept = np.full_like(off, np.nan)
    kept[:, n] = off[:, n]
    return kept


def _refuse_masks(recording: Recording, frames: Frames) -> None:
    """Raise where the masks of more than one object, or of all, lie outside their boxes.

    Masks were made by following the objects through the pictures; that one of them was lost is no mistake
    of reading, and costs it its pixels.
    """
    judged: list[int] = []
    outside: list[tuple[int, float, int]] = []
    for n in range(len(recording.items)):
        shares = [
            (share, int(t)) for t in frames if (share := _share_in_box(recording, int(t), n, n)) is not None
        ]
        if len(shares) < FEWEST_BOXES:
            continue
        judged.append(n)
        if np.median([share for share, _ in shares]) < OWN_PIXELS:
            outside.append((n, *min(shares)))
    if len(outside) > 1 or (outside and len(outside) == len(judged)):
        n, share, t = outside[0]
        item = recording.items[n]
        raise recording.error(
            f"frame {t} masks_modal of {item.id} '{item.name}'",
            f"{1 - share:.0%} of its pixels outside its box",
            f"at most {1 - OWN_PIXELS:.0%} (median)", _mask_mistake(recording, frames, n),
        )


def _mask_mistake(recording: Recording, frames: Frames, n: int) -> str:
    for m, other in enumerate(recording.items):
        shares = [s for t in frames if (s := _share_in_box(recording, int(t), n, m)) is not None]
        if m != n and shares and np.median(shares) >= OWN_PIXELS:
            return f"ids exchanged or off by one (its masks are those of {other.id} '{other.name}')"
    return "runs that go column by column, or masks of another recording"


def _share_in_box(recording: Recording, t: int, n: int, box_of: int) -> float | None:
    """Share of the pixels of mask n that lie in the box of `box_of`; None where that cannot be told."""
    mask = recording.masks[t][n] if recording.masks is not None else None
    box = recording.boxes[t, box_of]
    if mask is None or not mask.pixels or not np.isfinite(box).all():
        return None
    margin = BOX_MARGIN * float(np.hypot(*(box[2:] - box[:2])))
    pixels = mask.some(PIXELS_TRIED)
    inside = (pixels >= box[:2] - margin).all(axis=1) & (pixels <= box[2:] + margin).all(axis=1)
    return float(inside.mean())
