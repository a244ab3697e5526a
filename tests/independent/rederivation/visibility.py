"""Whether an object can be asked about in one frame: how much of it the picture shows."""

from __future__ import annotations

from functools import cache

import numpy as np
from rederivation.phrases import read_toml
from rederivation.solids import shapes, triangles

RULES = read_toml("measure", "visibility.toml")["visible"]
GRID = 250
"""Samples along each side of a projected hull: shares of its area are found to about 0.5 %."""
GREY_SHARE = 0.01
"""A share this close to its threshold depends on pixels whose centres lie on an outline."""


def askable(world, object_id, t, least_area=RULES["min_area"]):
    """Whether frame t shows enough of the object; None where a share is too close to call."""
    facts = world.facts(object_id)
    valid = world.scene.pose_valid[t, world.object_index(object_id)]
    if facts.is_environment or not valid or object_id not in world.instances(t):
        return False
    checks = (
        float((world.instances(t) == object_id).mean()) >= least_area,
        _exceeds(visible_part(world, object_id, t), RULES["min_visible_part"]),
        _exceeds(RULES["max_hull_outside"], hull_outside(world, object_id, t)),
    )
    if False in checks:
        return False
    return None if None in checks else True


def _exceeds(value, threshold):
    """Whether one share is above another; None when they are as good as equal."""
    return None if abs(value - threshold) <= GREY_SHARE else value > threshold


@cache
def visible_part(world, object_id, t):
    """Share of the object's outline inside the picture that shows the object."""
    alone = outline(world, object_id, t)
    return float((world.instances(t) == object_id).sum() / max(alone.sum(), 1))


def outline(world, object_id, t):
    """Pixels (H, W) whose centre the object would cover, were it alone in the world."""
    n = world.object_index(object_id)
    kind, scale = shapes(world)[n]
    axes, centre, _ = world.box(object_id, t)
    corners = triangles(kind).reshape(-1, 3) * scale @ axes.T + centre
    height, width = world.scene.facts.height, world.scene.facts.width
    flat = world.on_picture(t, corners) * (width, height)
    covered = np.zeros((height, width), dtype=bool)
    flat = flat.reshape(-1, 3, 2)
    # From the first to the last pixel whose centre a triangle can cover: mostly there is none.
    starts = np.ceil(flat.min(axis=1) - 0.5).clip(0)
    ends = np.floor(flat.max(axis=1) + 0.5).clip(None, (width, height))
    some = np.all(starts < ends, axis=1)  # never behind the camera: NaN
    flat, starts, sizes = flat[some], starts[some].astype(int), (ends - starts)[some].astype(int)
    # Every pixel of every such rectangle, one after the other, with its triangle.
    counts = sizes.prod(axis=1)
    triangle = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(triangle)) - np.repeat(counts.cumsum() - counts, counts)
    columns = starts[triangle, 0] + place % sizes[triangle, 0]
    rows = starts[triangle, 1] + place // sizes[triangle, 0]
    corners = flat[triangle].transpose(1, 2, 0)
    sides = np.array([
        (q[0] - p[0]) * (rows + 0.5 - p[1]) - (q[1] - p[1]) * (columns + 0.5 - p[0])
        for p, q in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ])
    within = np.all(sides >= 0, axis=0) | np.all(sides <= 0, axis=0)
    covered[rows[within], columns[within]] = True
    return covered


@cache
def hull_outside(world, object_id, t):
    """Share of the area of the hull of the projected box that lies beyond the picture."""
    corners = world.on_picture(t, world.box_corners(object_id, t))
    if np.isnan(corners).any():
        return 1.0
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    places = [low + (np.arange(GRID) + 0.5) / GRID * (high - low)
              for low, high in ((left, right), (top, bottom))]
    x, y = np.meshgrid(*places)
    hull = _inside_hull(corners, x, y)
    beyond = hull & ((x < 0) | (x > 1) | (y < 0) | (y > 1))
    return float(beyond.sum() / max(hull.sum(), 1))


def _inside_hull(corners, x, y):
    """Whether places lie in the hull: on the inner side of every line with all corners on one side."""
    inside = np.ones(x.shape, dtype=bool)
    for i, p in enumerate(corners):
        for j, q in enumerate(corners):
            across = np.array([-(q - p)[1], (q - p)[0]])
            if i != j and np.all((corners - p) @ across >= -1e-12) and across.any():
                inside &= (x - p[0]) * across[0] + (y - p[1]) * across[1] >= 0
    return inside
