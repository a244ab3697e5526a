"""Scenes of boxes that hypothesis makes up: where they stand, how they move, how they are filmed.

Everything drawn is a small whole number, so that a failing scene shrinks to still boxes and a still
camera; the units below turn them into lengths and angles of which none is a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from fourdp_qa.measure.boxes import box_corners
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points

SIDE = 64
LENGTH, ANGLE = 0.173, 3.7
"""Units: scene units, of which the camera is some 10 away, and degrees."""
TRAVEL, SHIFT, PAN_TILT_ROLL = (np.array(v) for v in (
    (0.1771, 0.181, 0.167), (0.179, 0.163, 0.171), (2.9, 2.7, 3.1)))
"""Units along axes that are named together: no share of one is a whole number of another, and none
of the sizes of boxes, in lengths of which agents travel."""
SLOTS = ((0.1, -1.4), (-3.1, 1.1), (3.2, 1.9), (-1.3, 4.7), (2.1, 5.6))
"""Where the boxes start, so that few begin inside each other."""
MIDDLE = (0, 2.1)
FRONTS = {"none": None, "x": (1.0, 0, 0), "back": (-1.0, 0, 0), "y": (0, 1.0, 0)}
PROFILES = {  # share of a motion done at some times; turns lie on even frames of 17
    "on": ((0, 1), (0, 1)),
    "out and back": ((0, 0.5, 1), (0, 1, 0)),
    "to and fro": ((0, 0.25, 0.75, 1), (0, 1, 0, 1)),
}


@dataclass(frozen=True)
class Thing:
    """A box and its motion, in units."""

    place: tuple[int, int]
    size: tuple[int, int, int]
    yaw: int
    travel: tuple[int, int, int]  # the way it goes, or how far ahead and to its left it drives
    turn: int
    profile: str
    drives: bool
    front: str
    is_agent: bool
    symmetric: bool


@dataclass(frozen=True)
class Film:
    """A camera's path, in units."""

    turn: tuple[int, int, int]  # pan, tilt, roll
    shift: tuple[int, int, int]
    profile: str
    roll: int
    elevation: int
    follows: bool  # turns so as to keep looking at the middle of the scene


@dataclass(frozen=True)
class Made:
    """A made-up scene."""

    things: tuple[Thing, ...]
    film: Film
    exact: bool


def whole(most):
    """A number of units, either way."""
    return st.integers(-most, most)


still = st.just((0, 0, 0))
profiles = st.sampled_from(["on", "on", *PROFILES])
things = st.builds(
    Thing, place=st.tuples(whole(4), whole(4)),
    size=st.tuples(st.integers(6, 12), st.integers(6, 12), st.integers(6, 14)), yaw=whole(48),
    travel=st.one_of(still, st.tuples(whole(20), st.just(0), st.just(0)),
                     st.tuples(whole(20), whole(16), whole(6))),
    turn=st.just(0) | whole(40), profile=profiles, drives=st.just(False) | st.booleans(),
    front=st.sampled_from(list(FRONTS)), is_agent=st.just(True) | st.booleans(), symmetric=st.booleans(),
)
films = st.builds(
    Film, turn=st.one_of(still, st.tuples(whole(8), st.just(0), st.just(0)),
                         st.tuples(whole(6), whole(2), whole(4))),
    shift=st.one_of(still, st.tuples(whole(14), whole(20), whole(4)),
                    st.tuples(whole(60), st.just(0), st.just(0))),
    profile=profiles, roll=st.just(0) | whole(4), elevation=st.integers(-7, -2),
    follows=st.booleans(),
)
made_scenes = st.builds(
    Made, things=st.lists(things, min_size=3, max_size=5).map(tuple), film=films, exact=st.booleans())


def camera_path(film: Film, hand_made, frames: int):
    """Poses (T, 4, 4)."""
    done = share_done(film.profile, frames)
    pan, tilt, roll = np.outer(PAN_TILT_ROLL * film.turn, done)
    eye = np.array([0.0, -10, 3.3]) + np.outer(done, SHIFT * film.shift)
    if film.follows:
        pan += np.degrees(np.arctan2(MIDDLE[0] - eye[:, 0], MIDDLE[1] - eye[:, 1]))
    return hand_made.camera_poses(
        eye, pan, ANGLE * film.elevation + tilt, ANGLE * film.roll + roll, frames)


def object_path(thing: Thing, slot, frames: int):
    """Poses (T, 4, 4): along a straight way, or along the front as it turns."""
    done = share_done(thing.profile, frames)
    yaw = np.radians(ANGLE * (thing.yaw + thing.turn * done))
    step, middle = np.diff(done), (yaw[1:] + yaw[:-1]) / 2 * thing.drives
    ahead, left, up = np.outer(TRAVEL * thing.travel, step)
    c, s = np.cos(middle), np.sin(middle)
    steps = np.stack([c * ahead - s * left, s * ahead + c * left, np.abs(up) * np.sign(step)], -1)
    half_height = LENGTH * thing.size[2] / 2
    start = np.array([*(np.array(slot) + LENGTH * np.array(thing.place)), half_height])
    places = start + np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
    c, s, zero = np.cos(yaw), np.sin(yaw), 0 * yaw
    turns = np.stack([c, -s, zero, s, c, zero, zero, zero, zero + 1], -1).reshape(-1, 3, 3)
    return make_pose(turns, places)


def share_done(profile: str, frames: int):
    times, shares = PROFILES[profile]
    return np.interp(np.linspace(0, 1, frames), times, shares)


def build(made: Made, boxes_module, cameras, side=SIDE):
    """The scene, filmed by `cameras` (T, 4, 4)."""
    frames = len(cameras)
    boxes = [
        boxes_module.Box(f"box {n + 1}", (90, 90, 90), tuple(LENGTH * v for v in thing.size), (0, 0, 0))
        for n, thing in enumerate(made.things)
    ]
    scene = boxes_module.BoxWorld(height=side, width=side, frames=frames, boxes=boxes)
    scene.world_from_object = np.stack(
        [object_path(t, SLOTS[n], frames) for n, t in enumerate(made.things)], axis=1)
    scene.world_from_camera = np.asarray(cameras)
    scene._camera, scene._object = scene.world_from_camera.copy(), scene.world_from_object.copy()
    scene.objects = tuple(
        replace(o, is_agent=t.is_agent, symmetric_about_up=t.symmetric,
                front=None if FRONTS[t.front] is None else np.array(FRONTS[t.front]))
        for o, t in zip(scene.objects, made.things, strict=True))
    return scene


def record(scene, recorded):
    """A scene of boxes as arrays; only the rays near a box are tried on it."""
    def seen(t, points, ids):
        # Depth is float32: what it puts a last bit inside its own surface is seen all the same.
        eye = scene.world_from_camera[t, :3, 3]
        return scene.sees(t, eye + (points - eye) * (1 - 1e-5), ids)

    T, H, W = scene.facts.frame_count, scene.facts.height, scene.facts.width
    depth, ids = np.empty((T, H * W)), np.zeros((T, H * W), dtype=np.int32)
    parts = np.full((T, len(scene.boxes)), np.nan)
    for t in range(T):
        origin, rays = scene._rays(t)
        depth[t] = scene._floor_distance(origin, rays)
        silhouette = np.zeros(len(scene.boxes))
        for n in range(len(scene.boxes)):
            near = _pixels_near(scene, t, n)
            hit = scene._box_distance(t, n, origin, rays[near])
            silhouette[n] = np.isfinite(hit).sum()
            first = hit < depth[t, near]
            depth[t, near[first]], ids[t, near[first]] = hit[first], n + 1
        pixels = np.bincount(ids[t], minlength=len(scene.boxes) + 1)[1:]
        np.divide(pixels, silhouette, out=parts[t], where=silhouette > 0)
    depth[~np.isfinite(depth)] = 0
    return recorded.RecordedScene(
        facts=scene.facts, objects=scene.objects, world_from_camera=scene.world_from_camera,
        world_from_object=scene.world_from_object, pose_valid=scene.pose_valid,
        depth=depth.reshape(T, H, W).astype(np.float32), ids=ids.reshape(T, H, W), parts=parts,
        seen_by=seen)


def _pixels_near(scene, t: int, n: int):
    """Flat indices of the pixels in the rectangle around box n; all where it reaches behind."""
    corners = box_corners(scene.world_from_object[t, [n]][None], scene.objects[n].size[None])[0, 0]
    uv = project(scene.facts.K, transform_points(invert_pose(scene.world_from_camera[t]), corners))
    if not np.isfinite(uv).all():
        return np.arange(scene.facts.height * scene.facts.width)
    size = (scene.facts.width, scene.facts.height)
    low, high = np.clip(np.floor(uv.min(0)), 0, size), np.clip(np.ceil(uv.max(0)), 0, size)
    cols, rows = (np.arange(a, b, dtype=np.int64) for a, b in zip(low, high, strict=True))
    return (rows[:, None] * scene.facts.width + cols).ravel()
