"""Where each object of a scene is best seen: the largest unobstructed mask inside the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.captioning.constants import (
    AT_BORDER_WORTH,
    FRAMES_LOOKED_AT,
    SMALLEST_SIDE_PX,
    SMALLEST_SIDE_SHARE,
)
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.refusing import refuse_images
from fourdp_qa.scene.scene import Scene

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


@dataclass(frozen=True)
class View:
    """One object in one frame.

    Attributes
    ----------
    object_id, frame : int
    box : (left, top, right, bottom)
        Of its mask, whole pixels, right and bottom exclusive.
    worth : float
        Pixels of its mask, less for what is hidden or cut off.
    """

    object_id: int
    frame: int
    box: tuple[int, int, int, int]
    worth: float


def best_views(scene: Scene) -> dict[int, list[View]]:
    """Views of every object that is seen large enough somewhere, the best first.

    At most `FRAMES_LOOKED_AT` frames are decoded, ids only; of equal views the earlier is better.

    Raises
    ------
    SourceDataError
        When an id image is damaged.
    """
    count = scene.facts.frame_count
    frames = np.unique(np.linspace(0, count - 1, min(count, FRAMES_LOOKED_AT)).round().astype(int))
    found: dict[int, list[View]] = {}
    for t in frames:
        for view in _views_of_frame(scene, int(t)):
            found.setdefault(view.object_id, []).append(view)
    return {
        object_id: sorted(views, key=lambda v: (-v.worth, v.frame))
        for object_id, views in sorted(found.items())
    }


def mask_boxes(ids: NDArray[np.int32]) -> dict[int, tuple[tuple[int, int, int, int], int]]:
    """Box (left, top, right, bottom) and number of pixels of every id but 0 in an image (H, W)."""
    rows, columns = np.nonzero(ids)
    if not len(rows):
        return {}
    values = ids[rows, columns]
    order = np.argsort(values, kind="stable")
    rows, columns, values = rows[order], columns[order], values[order]
    kinds, starts = np.unique(values, return_index=True)
    boxes = {}
    for kind, y, x in zip(kinds, np.split(rows, starts[1:]), np.split(columns, starts[1:]), strict=True):
        box = (int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
        boxes[int(kind)] = (box, len(y))
    return boxes


def _views_of_frame(scene: Scene, t: int) -> list[View]:
    facts = scene.facts
    ids = scene.instances(t)
    refuse_images(scene, t, scene.depth(t), ids)
    boxes = mask_boxes(ids)
    smallest = max(SMALLEST_SIDE_PX, SMALLEST_SIDE_SHARE * min(facts.height, facts.width))
    exact = scene.visible_part(t)
    views = []
    for n, item in enumerate(scene.objects):
        if item.id not in boxes:
            continue
        box, area = boxes[item.id]
        if max(box[2] - box[0], box[3] - box[1]) < smallest:
            continue
        shown = float(exact[n]) if exact is not None else _shown_share(scene, t, n, box)
        cut = box[0] == 0 or box[1] == 0 or box[2] == facts.width or box[3] == facts.height
        worth = area * np.nan_to_num(shown) * (AT_BORDER_WORTH if cut else 1.0)
        views.append(View(item.id, t, box, float(worth)))
    return views


def _shown_share(scene: Scene, t: int, n: int, box: tuple[int, int, int, int]) -> float:
    """Share of the projected box of object n, inside the picture, that the box of its mask covers; 1
    where the pose is unknown or reaches behind the camera.
    """
    if not scene.pose_valid[t, n]:
        return 1.0
    corners = transform_points(scene.world_from_object[t, n], _CORNERS * scene.objects[n].size)
    uv = project(scene.facts.K, transform_points(invert_pose(scene.world_from_camera[t]), corners))
    if not np.isfinite(uv).all():
        return 1.0
    size: Floats = np.array([scene.facts.width, scene.facts.height], dtype=np.float64)
    extent = np.clip(uv.max(axis=0), 0, size) - np.clip(uv.min(axis=0), 0, size)
    whole = float(extent.prod())
    return min(1.0, (box[2] - box[0]) * (box[3] - box[1]) / whole) if whole > 0 else 1.0
