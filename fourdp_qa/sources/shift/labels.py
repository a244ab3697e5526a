"""The labels of one sequence: checked, joined from both files, and in the standard conventions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import ObjectFacts
from fourdp_qa.sources.shift.constants import (
    BOXES_FILE,
    CAMERA_TOLERANCE,
    CATEGORIES,
    LARGEST_ANGLE,
    MASKS_FILE,
    NOSE,
    NOT_RIGID,
    SIZE_TOLERANCE,
    UNBOXED_EDGE,
)
from fourdp_qa.sources.shift.fields import Fields, frame_number, in_order
from fourdp_qa.sources.shift.geometry import box_poses, camera_poses
from fourdp_qa.sources.shift.naming import caption_of


@dataclass(frozen=True)
class Mask:
    """The pixels of one object in one frame: COCO's compressed run lengths and their (H, W)."""

    id: int
    counts: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class SequenceLabels:
    """What the label files say of a sequence, in the standard conventions.

    Attributes
    ----------
    numbers : tuple of int
        File number of each frame.
    K : (3, 3) intrinsics in pixels; SHIFT's centre is half the width, so pixel centres are at +0.5
    objects : tuple of ObjectFacts
        Ids 1, 2, ... in the order of SHIFT's own.
    world_from_camera : (T, 4, 4), OpenCV axes
    world_from_object : (T, N, 4, 4), origin at the box centre; NaN where not `pose_valid`
    pose_valid : (T, N) bool
    masks : for each frame its masks
    """

    numbers: tuple[int, ...]
    K: Floats
    objects: tuple[ObjectFacts, ...]
    world_from_camera: Floats
    world_from_object: Floats
    pose_valid: NDArray[np.bool_]
    masks: tuple[tuple[Mask, ...], ...]


@dataclass
class _Seen:
    """What is known of one object: its class, its blueprint, and its boxes by frame."""

    category: str
    blueprint: str
    boxes: dict[int, Floats]
    """Frame index to location, orientation, dimension (3, 3)."""


def read_labels(
    view: Path, step: int, boxes: Sequence[Mapping[str, Any]], masks: Sequence[Mapping[str, Any]]
) -> SequenceLabels:
    """Join the frames of a sequence from both label files.

    Parameters
    ----------
    view : Path
        Folder of the view, for messages.
    step : int
        What the file numbers of neighbouring frames differ by.
    boxes, masks : sequences of mappings
        Its frames in ``det_3d.json`` and ``det_insseg_2d.json``.

    Raises
    ------
    SourceDataError
        When a field is missing, damaged or out of bounds, frames are missing in one file, an id is
        there twice in a frame, or an object changes its class or size.
    """
    framed = in_order(view / BOXES_FILE, boxes, step)
    with_masks = {frame_number(view / MASKS_FILE, frame): frame for frame in masks}
    fields = [Fields(view / BOXES_FILE, f"frame {number}", frame) for number, frame in framed]
    seen: dict[str, _Seen] = {}
    for t, frame in enumerate(fields):
        for text_id, label in frame.labels():
            _note(seen, text_id, label).boxes[t] = _box(label)
    found_masks = []
    for number, _ in framed:
        if number not in with_masks:
            raise fields[0].error("", f"a frame {number} that {MASKS_FILE} lacks", "the same frames in both",
                                  whole_file=True)
        frame = Fields(view / MASKS_FILE, f"frame {number}", with_masks[number])
        found_masks.append([(text_id, *_runs(label)) for text_id, label in frame.labels()
                            if _note(seen, text_id, label)])
    if len(with_masks) != len(framed) or len(masks) != len(framed):
        raise Fields(view / MASKS_FILE, "", {}).error(
            "", f"{len(masks)} frames", f"{len(framed)} as in {BOXES_FILE}", whole_file=True)
    ids = {text: k + 1 for k, text in enumerate(sorted(seen, key=_by_number))}
    camera = camera_poses(
        np.array([frame.vector("extrinsics.location") for frame in fields]),
        np.array([frame.vector("extrinsics.rotation") for frame in fields]),
    )
    poses, valid = _poses(camera, [seen[text] for text in ids])
    return SequenceLabels(
        numbers=tuple(number for number, _ in framed),
        K=_intrinsics(fields),
        objects=tuple(_facts(view, k, text, seen[text]) for text, k in ids.items()),
        world_from_camera=camera, world_from_object=poses, pose_valid=valid,
        masks=tuple(tuple(Mask(ids[text], counts, size) for text, counts, size in frame)
                    for frame in found_masks),
    )


def _note(seen: dict[str, _Seen], text_id: str, label: Fields) -> _Seen:
    category = label.text("category")
    if category not in CATEGORIES:
        raise label.error("category", f"{category!r:.40}", "one of " + ", ".join(CATEGORIES))
    known = seen.setdefault(text_id, _Seen(category, label.text("attributes.type", ""), {}))
    if known.category != category:
        raise label.error("category", category, f"{known.category}, as elsewhere in the sequence")
    return known


def _box(label: Fields) -> Floats:
    """Location, orientation, dimension of a box as rows (3, 3)."""
    angles = label.vector("box3d.orientation")
    if np.max(np.abs(angles)) > LARGEST_ANGLE:
        raise label.error("box3d.orientation", f"an angle of {np.max(np.abs(angles)):.4g}",
                          "radians, at most a full turn", "likely mistake: degrees stored for radians")
    size = label.vector("box3d.dimension")
    if np.min(size) <= 0:
        raise label.error("box3d.dimension", f"{size.tolist()}", "positive height, width, length")
    return np.stack([label.vector("box3d.location"), angles, size])


def _runs(label: Fields) -> tuple[bytes, tuple[int, int]]:
    height, width = label.vector("rle.size", 2)
    if min(height, width) < 1 or height % 1 or width % 1:
        raise label.error("rle.size", f"[{height:g}, {width:g}]", "[height, width]")
    try:
        counts = label.text("rle.counts").encode("ascii")
    except UnicodeEncodeError:
        raise label.error("rle.counts", "other characters", "COCO's compressed run lengths") from None
    return counts, (int(height), int(width))


def _poses(camera: Floats, seen: Sequence[_Seen]) -> tuple[Floats, NDArray[np.bool_]]:
    """Poses (T, N, 4, 4) and whether there is one (T, N): a box is given in the camera of its frame."""
    poses = np.full((len(camera), len(seen), 4, 4), np.nan)
    valid = np.zeros(poses.shape[:2], dtype=np.bool_)
    for n, item in enumerate(seen):
        if item.boxes:
            frames = np.array(list(item.boxes))
            location, orientation, _ = np.stack(list(item.boxes.values()), axis=1)
            poses[frames, n] = camera[frames] @ box_poses(location, orientation)
            valid[frames, n] = True
    return poses, valid


def _facts(view: Path, number: int, text_id: str, item: _Seen) -> ObjectFacts:
    size = np.full(3, UNBOXED_EDGE)
    if item.boxes:
        sizes = np.stack([box[2] for box in item.boxes.values()])
        height, width, length = np.median(sizes, axis=0)
        off = np.abs(sizes - np.median(sizes, axis=0)).max()
        if off > SIZE_TOLERANCE * max(height, width, length):
            raise Fields(view / BOXES_FILE, f"id {text_id}", {}).error(
                "box3d.dimension", f"a box that changes by {off:.2g} m", "one size over the sequence")
        size = np.array([length, width, height])
    return ObjectFacts(
        id=number, kind=item.category, caption=caption_of(item.category, item.blueprint), size=size,
        front=np.array(NOSE), is_agent=True, is_rigid=item.category not in NOT_RIGID,
        is_environment=not item.boxes,
    )


def _intrinsics(fields: Sequence[Fields]) -> Floats:
    """K (3, 3), the same in all frames."""
    first = None
    for frame in fields:
        (fx, fy), (cx, cy) = frame.vector("intrinsics.focal", 2), frame.vector("intrinsics.center", 2)
        K = np.array([[fx, frame.number("intrinsics.skew"), cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])
        first = K if first is None else first
        if np.abs(K - first).max() > CAMERA_TOLERANCE:
            raise frame.error("intrinsics", "another camera", "one camera over the sequence")
    return np.zeros((3, 3)) if first is None else first


def _by_number(text_id: str) -> tuple[int, str]:
    """SHIFT's ids are numbers written as text."""
    return (int(text_id) if text_id.isdecimal() else -1), text_id
