"""The boxes of pose.txt must meet those of bbox.txt in the picture; else the likely mistake is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, make_pose, transform_points
from fourdp_qa.sources.virtual_kitti.agreement import YAW_FROM_NOSE, Rows, body_rotation
from fourdp_qa.sources.virtual_kitti.constants import (
    PIXEL_CENTRE,
    STATED_BOX,
    STATED_BOXES,
    STATED_GAIN,
)
from fourdp_qa.sources.virtual_kitti.tables import Table

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-1.0, 0.0) for z in (-0.5, 0.5)])
"""In widths, heights and lengths: x right side, y down from the bottom face, z nose."""

ROWS_TRIED = 2000
"""Enough for a median; the longest drive has forty thousand."""


@dataclass(frozen=True)
class StatedBoxes:
    """Boxes of bbox.txt beside the rows of pose.txt they belong to.

    Attributes
    ----------
    table : Table
        bbox.txt, for messages.
    rows : Rows
        Of pose.txt, R of them.
    edges : (R, 4) left, right, top, bottom: inclusive pixel indices
    whole : (R,) bool
        Nothing of the object lies outside the picture.
    """

    table: Table
    rows: Rows
    edges: Floats
    whole: NDArray[np.bool_]

    def only(self, chosen: NDArray[np.int64]) -> StatedBoxes:
        """The chosen rows; `table` stays whole."""
        return StatedBoxes(self.table, self.rows.only(chosen), self.edges[chosen], self.whole[chosen])


def projected_edges(rows: Rows, K: Floats) -> Floats:
    """Outer edges (R, 4) left, right, top, bottom of the projected boxes in pixels; NaN as soon as a
    corner is behind the camera.
    """
    corners = transform_points(
        make_pose(body_rotation(rows.camera_angles), rows.in_camera), _CORNERS * rows.size[:, None]
    )
    uv = project(K, corners)
    low, high = uv.min(axis=1), uv.max(axis=1)
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=-1)


def refuse_other_boxes(boxes: StatedBoxes, K: Floats) -> None:
    """Raise where the projected boxes of pose.txt do not meet those of bbox.txt.

    Raises
    ------
    SourceDataError
        Of pose.txt or bbox.txt, naming the likely mistake when another reading makes them meet.
    """
    error = _edge_error(boxes, K)
    known = ~np.isnan(error)
    if not known.any():
        return
    chosen = _thinned(np.flatnonzero(known))
    typical = float(np.median(error[chosen]))
    if typical > STATED_GAIN:  # else there is nothing to gain
        mistake, undone = _best_rereading(boxes.only(chosen), K)
        if undone < min(0.5 * typical, typical - STATED_GAIN):
            raise _box_error(boxes, error, int(np.nanargmax(error)), mistake)
    if np.isinf(error).any():
        raise _box_error(boxes, error, int(np.argmax(np.isinf(error))), "damaged numbers")
    if typical > STATED_BOXES:
        raise _box_error(boxes, error, int(np.nanargmax(error)),
                         "tables of different recordings, or another convention")
    wrong = error > STATED_BOX[1]  # NaN is not; a median beyond needs one of these at least
    for track in np.unique(boxes.rows.track[wrong]):
        mine = np.flatnonzero(known & (boxes.rows.track == track))
        if np.median(error[mine]) > STATED_BOX[1]:
            raise _box_error(boxes, error, int(mine[np.argmax(error[mine])]), "damaged numbers")


def _thinned(known: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most `ROWS_TRIED` of the known rows, spread evenly."""
    return known[np.unique(np.linspace(0, len(known) - 1, min(len(known), ROWS_TRIED)).astype(np.int64))]


def _best_rereading(boxes: StatedBoxes, K: Floats) -> tuple[str, float]:
    """The mistake that leaves the least typical error when it is undone, and that error."""
    errors = {}
    for name, reread in _BOX_MISTAKES.items():
        again = _edge_error(reread(boxes), K)
        errors[name] = float(np.nanmedian(again)) if not np.isnan(again).all() else np.inf
    best = min(errors, key=lambda name: errors[name])
    return best, errors[best]


def _edge_error(boxes: StatedBoxes, K: Floats) -> Floats:
    """Largest distance (R,) of an edge from where it is projected, in widths or heights of the box;
    NaN where that cannot be told, infinite for a box that ends before it begins.
    """
    stated = boxes.edges + PIXEL_CENTRE
    extent = stated[:, [1, 3]] - stated[:, [0, 2]] + 1.0  # the indices of the last pixels count too
    empty = (extent <= 0).any(axis=1)
    judged = boxes.whole & (extent[:, 1] >= STATED_BOX[0]) | empty
    off = np.abs(projected_edges(boxes.rows, K) - stated)
    relative = off / np.repeat(np.where(extent > 0, extent, np.nan), 2, axis=1)
    return np.where(judged, np.where(empty, np.inf, relative.max(axis=1)), np.nan)


def _box_error(boxes: StatedBoxes, error: Floats, r: int, words: str) -> SourceDataError:
    rows = boxes.rows
    found = (f"an edge {error[r]:.2g} box sizes from where pose.txt puts it" if np.isfinite(error[r])
             else f"{boxes.edges[r].astype(int).tolist()}, which ends before it begins")
    return boxes.table.error(
        f"frame {rows.frame[r]} trackID {rows.track[r]}, left right top bottom",
        found,
        f"at most {STATED_BOXES} (median), {STATED_BOX[1]} for one object", f"likely mistake: {words}",
    )


def _sizes(order: tuple[int, int, int]) -> Callable[[StatedBoxes], StatedBoxes]:
    return lambda b: replace(b, rows=replace(b.rows, size=b.rows.size[:, order]))


def _lowered(share: float) -> Callable[[StatedBoxes], StatedBoxes]:
    """The box's bottom is `share` heights below the place that is stated."""

    def reread(boxes: StatedBoxes) -> StatedBoxes:
        rows = boxes.rows
        down = body_rotation(rows.camera_angles)[:, :, 1] * rows.size[:, 1:2]
        return replace(boxes, rows=replace(rows, in_camera=rows.in_camera + share * down))

    return reread


def _turned(boxes: StatedBoxes) -> StatedBoxes:
    rows = boxes.rows
    angles = rows.camera_angles - YAW_FROM_NOSE
    return replace(boxes, rows=replace(rows, camera_angles=angles))


_BOX_MISTAKES: dict[str, Callable[[StatedBoxes], StatedBoxes]] = {
    "box origin at the centre (the release's is the middle of the bottom face)": _lowered(0.5),
    "box origin at the top face (the release's is the middle of the bottom face)": _lowered(1.0),
    "sizes in the order height, width, length (the release's is width, height, length)":
        _sizes((1, 0, 2)),
    "width and length exchanged": _sizes((2, 1, 0)),
    "sizes in the order length, width, height (the release's is width, height, length)":
        _sizes((1, 2, 0)),
    "sizes hold half edges": lambda b: replace(b, rows=replace(b.rows, size=2.0 * b.rows.size)),
    "yaw is a quarter turn off (it is 0 where the nose points along x)": _turned,
    "edges in the order left, top, right, bottom (the release's is left, right, top, bottom)":
        lambda b: replace(b, edges=b.edges[:, [0, 2, 1, 3]]),
}
