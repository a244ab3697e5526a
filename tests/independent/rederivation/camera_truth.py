"""What the camera does: translation and rotation over time, stillness, each derived anew."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from rederivation.phrases import THRESHOLDS
from rederivation.verdict import NEAR, NearThresholdError, together

RULES = THRESHOLDS["camera_movement"]
TRANSLATION, ROTATION = ("forward", "right", "up"), ("pan", "tilt", "roll")
GREY = 0.1
"""A shift of pixels within this share of its threshold depends on which pixels are looked at."""


def camera_series(world, frames):
    """Component -> series (T,): translation in scene lengths, rotation in degrees."""
    axes = world.heading(frames[0])
    eyes = np.array([world.camera(t)[1] for t in frames])
    moved = (eyes - eyes[0]) / scene_length(world, frames[0])
    series = {name: moved @ axis for name, axis in zip(TRANSLATION, axes, strict=True)}
    series["tilt"] = np.array([world.elevation(t) for t in frames])
    headings = [world.heading(t) for t in frames]
    # From each frame to the next, so that a turn beyond 180 degrees goes on growing.
    pans = [0.0] + [
        np.degrees(np.arctan2(new[0] @ old[1], new[0] @ old[0]))
        for old, new in pairwise(headings)
    ]
    series["pan"] = np.cumsum(pans)
    series["roll"] = np.array([_roll(world, t) for t in frames])
    return {name: q - q[0] for name, q in series.items()}


def _roll(world, t):
    """Degrees by which the top of the camera leans to its right."""
    rotation, right = world.camera(t)[0], world.heading(t)[1]
    top = -rotation[:, 1]
    upright = np.cross(right, rotation[:, 2])
    return float(np.degrees(np.arctan2(top @ right, top @ upright)))


def scene_length(world, t):
    """Median depth of the pixels of frame t that have one."""
    depth = world.depth(t)
    return float(np.median(depth[depth > 0]))


def camera_truth(world, frames):
    """Component -> verdict, with ``still``, ``any_translation`` and ``any_rotation``; and series."""
    series, rules = camera_series(world, frames), THRESHOLDS["series"]
    translation = together(
        {name: series[name] for name in TRANSLATION},
        dict.fromkeys(TRANSLATION, (RULES["translation_lo"], RULES["translation_hi"])), rules,
    )
    turning = (RULES["pan_lo_deg"], RULES["pan_hi_deg"])
    rotation = together(
        {name: series[name] for name in ROTATION},
        {"pan": turning, "tilt": turning, "roll": (RULES["roll_lo_deg"], RULES["roll_hi_deg"])},
        rules,
    )
    if any(v not in (None, "absent") for v in translation.values()) and not _shows(world, frames):
        translation = {n: v if v == "absent" else None for n, v in translation.items()}
    if abs(world.elevation(frames[0])) > THRESHOLDS["heading"]["max_elevation_deg"]:
        translation = dict.fromkeys(translation)
    truth = {
        **translation, **rotation,
        "any_translation": any_of(translation.values()), "any_rotation": any_of(rotation.values()),
    }
    truth["still"] = _still(world, frames, truth)
    return truth, series


def any_of(verdicts):
    """Whether something of a kind happens: "+" or "absent"; None when it may or may not."""
    verdicts = list(verdicts)
    if any(v not in (None, "absent") for v in verdicts):
        return "+"
    return None if None in verdicts else "absent"


def _still(world, frames, truth):
    kinds = (truth["any_translation"], truth["any_rotation"])
    if "+" in kinds:
        return "absent"
    if None in kinds:
        return None
    points, pixels = background(world, frames[0])
    shifts = []
    for t in frames:
        by = np.linalg.norm(world.on_picture(t, points) - pixels, axis=1)
        shifts.append(np.percentile(np.nan_to_num(by, nan=np.inf), 95))
    return "+" if beyond(RULES["still_shift"], max(shifts)) else None


def beyond(threshold, value):
    """Whether a threshold exceeds a statistic of pixels, clearly."""
    if abs(value - threshold) <= max(GREY * threshold, NEAR):
        raise NearThresholdError
    return threshold > value


def background(world, t):
    """World points (P, 3) and image coordinates (P, 2) of the static pixels of frame t."""
    static = [0, *(facts.id for facts in world.scene.objects if facts.is_static)]
    rows, columns = np.nonzero(np.isin(world.instances(t), static) & (world.depth(t) > 0))
    points = world.lifted(t, rows, columns)
    return points, world.on_picture(t, points)


def _shows(world, frames):
    """Whether the picture tells the translation from turning: no rotation explains the shifts."""
    points, _ = background(world, frames[0])
    before = _directions(world.in_camera(frames[0], points))
    largest = 0.0
    for t in frames[1:]:
        seen = world.in_camera(t, points)
        now, inside = world.picture_of(seen), seen[:, 2] > 0
        inside &= np.all((now >= 0) & (now < 1), axis=1)
        if inside.sum() < 16:
            continue
        a, b = before[inside], _directions(seen[inside])
        left, _, right = np.linalg.svd(b.T @ a)
        sign = np.diag([1.0, 1.0, np.linalg.det(left @ right)])
        turned = world.picture_of(a @ (left @ sign @ right).T)
        rest = np.linalg.norm(turned - now[inside], axis=1)
        largest = max(largest, float(np.percentile(np.nan_to_num(rest, nan=np.inf), 90)))
    return not beyond(RULES["parallax"], largest)


def _directions(points):
    return points / np.linalg.norm(points, axis=1, keepdims=True)
