"""Camera and objects over time, seen from above in the heading axes of the first camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import number
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.scene.camera import heading_axes
from fourdp_qa.scene.pose import Floats, transform_points

WIDTH, HEIGHT, ROOM = 720.0, 400.0, 52.0
"""Drawing units; `ROOM` is the free border that labels need."""
LEAST_EXTENT = 0.4
"""Of the scene length: a camera that stands still must not be drawn as a large scribble."""
VIEW_LENGTH = 0.11
"""Length of the drawn view cone, of the drawing's width."""
HEADINGS, HEADING_LENGTH = 8, 0.07
"""Viewing directions drawn over the clip, and their length, of the drawing's width."""


@dataclass(frozen=True)
class Plan:
    """World to drawing.

    Attributes
    ----------
    origin : (3,) first camera centre, world.
    right, forward : (3,) axes of the drawing, world.
    centre : (2,) middle of what is shown, scene units right and forward of `origin`.
    scale : drawing units per scene unit.
    """

    origin: Floats
    right: Floats
    forward: Floats
    centre: Floats
    scale: float

    def place(self, points_in_world: ArrayLike) -> Floats:
        """Drawing coordinates (..., 2) of world points (..., 3)."""
        offset = np.asarray(points_in_world, dtype=np.float64) - self.origin
        plane = np.stack([offset @ self.right, offset @ self.forward], axis=-1) - self.centre
        placed: Floats = np.array([WIDTH / 2, HEIGHT / 2]) + plane * [self.scale, -self.scale]
        return placed


def path_from_above(
    proof: SegmentProof, object_ids: tuple[int, ...], named: tuple[int, ...] = ()
) -> Markup:
    """Draw the camera's path and, coloured and with their boxes, the objects of `object_ids`.

    Other objects are grey. Forward of the first camera points up, its right to the right. Where
    things are in the frames `named` is outlined, unless it is the first frame.
    """
    chosen = [n for n, number_ in enumerate(proof.object_ids) if number_ in object_ids]
    plan = _plan(proof, chosen)
    others = [n for n in range(len(proof.object_ids)) if n not in chosen]
    drawn = [_object(proof, plan, n, "other") for n in others]
    drawn += [_object(proof, plan, n, f"object-{i}") for i, n in enumerate(chosen)]
    drawn += [_moment(proof, plan, t, chosen) for t in named if t != 0]
    return element(
        "svg", *drawn, _camera(proof, plan), _compass(), _scale_bar(proof, plan),
        class_="plan", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", role="img",
        aria_label="Camera and objects seen from above; the first camera looks up the page",
    )


def _plan(proof: SegmentProof, chosen: list[int]) -> Plan:
    pose = proof.world_from_camera
    heading = heading_axes(pose[:1], proof.up)
    if not np.isfinite(heading.forward).all():
        # A camera that looks straight down has no heading: its own axes still make a plan.
        heading = heading_axes(pose[:1], None)
    plan = Plan(pose[0, :3, 3], heading.right[0], heading.forward[0], np.zeros(2), 1.0)
    shown = [pose[:, :3, 3], *(_corners(proof, n, t) for n in chosen for t in _ends(proof, n))]
    shown += [proof.world_from_object[:, n, :3, 3] for n in chosen]
    points = np.concatenate(shown) - plan.origin
    plane = np.stack([points @ plan.right, points @ plan.forward], axis=-1)
    plane = plane[np.isfinite(plane).all(axis=1)]
    low, high = plane.min(axis=0), plane.max(axis=0)
    extent = np.maximum(high - low, LEAST_EXTENT * proof.scene_length)
    scale = float(min((WIDTH - 2 * ROOM) / extent[0], (HEIGHT - 2 * ROOM) / extent[1]))
    return Plan(plan.origin, plan.right, plan.forward, (low + high) / 2, scale)


def _ends(proof: SegmentProof, n: int) -> list[int]:
    """First and last frame in which object n has a pose."""
    known = np.flatnonzero(np.isfinite(proof.world_from_object[:, n]).all(axis=(1, 2)))
    return [int(known[0]), int(known[-1])] if known.size else []


def _corners(proof: SegmentProof, n: int, t: int) -> Floats:
    """The eight box corners (8, 3) of object n in frame t, world."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    return transform_points(proof.world_from_object[t, n], signs * proof.sizes[n] / 2)


def _camera(proof: SegmentProof, plan: Plan) -> Markup:
    centres = plan.place(proof.world_from_camera[:, :3, 3])
    last = len(centres) - 1
    return element(
        "g",
        _headings(proof, plan), _path(centres),
        _view(proof, plan, 0, "view first"), _view(proof, plan, last, "view"),
        _label(centres[0], "camera, frame 0", below=True), _label(centres[-1], f"frame {last}"),
        class_="camera",
    )


def _view(proof: SegmentProof, plan: Plan, t: int, style: str) -> Markup:
    """The horizontal angle of view in frame t."""
    pose = proof.world_from_camera[t]
    half = math.atan(proof.side / 2 / proof.K[0, 0])
    edges = [np.array([math.sin(s * half), 0.0, math.cos(half)]) for s in (-1, 1)]
    length = VIEW_LENGTH * WIDTH / plan.scale
    world = [pose[:3, 3] + pose[:3, :3] @ edge * length for edge in edges]
    corners = plan.place(np.stack([pose[:3, 3], *world]))
    return element("polygon", points=_points(corners), class_=style)


def _headings(proof: SegmentProof, plan: Plan) -> Markup:
    """Where the camera looks at equal steps of time: a turn is seen although the place stays."""
    length = HEADING_LENGTH * WIDTH / plan.scale
    steps = np.linspace(0, len(proof.world_from_camera) - 1, HEADINGS).round().astype(int)
    pose = proof.world_from_camera[steps]
    ends = plan.place(np.stack([pose[:, :3, 3], pose[:, :3, 3] + length * pose[:, :3, 2]], axis=1))
    lines = "".join(f"M{a[0]:.1f},{a[1]:.1f}L{b[0]:.1f},{b[1]:.1f}" for a, b in ends)
    return element("path", d=lines, class_="heading")


def _object(proof: SegmentProof, plan: Plan, n: int, style: str) -> Markup:
    ends = _ends(proof, n)
    if not ends:
        return join()
    centres = plan.place(proof.world_from_object[:, n, :3, 3])
    boxes = [
        _box(proof, plan, n, t, "box first" if t == ends[0] and t != ends[1] else "box")
        for t in dict.fromkeys(ends)
    ]
    title = element("title", proof.captions[n])
    name = join() if style == "other" else _label(centres[ends[-1]], proof.captions[n])
    return element("g", title, *boxes, _path(centres), name, class_=style)


def _moment(proof: SegmentProof, plan: Plan, t: int, chosen: list[int]) -> Markup:
    """The view and the boxes of one frame, outlined."""
    boxes = [
        element("g", _box(proof, plan, n, t, "box named"), class_=f"object-{i}")
        for i, n in enumerate(chosen) if np.isfinite(proof.world_from_object[t, n]).all()
    ]
    return join(_view(proof, plan, t, "view named"), *boxes)


def _box(proof: SegmentProof, plan: Plan, n: int, t: int, style: str) -> Markup:
    """Outline of an object's box from above."""
    outline = _hull(plan.place(_corners(proof, n, t)))
    return element("polygon", points=_points(outline), class_=style)


def _path(centres: Floats) -> Markup:
    """A line with a dot per frame that grows more solid with time, hollow where it starts."""
    known = centres[np.isfinite(centres).all(axis=1)]
    if not len(known):
        return join()
    dots = [
        element("circle", cx=float(x), cy=float(y), r=2.4, opacity=0.25 + 0.75 * i / len(known))
        for i, (x, y) in enumerate(known)
    ]
    start = element("circle", cx=float(known[0, 0]), cy=float(known[0, 1]), r=5.0, class_="start")
    end = element("circle", cx=float(known[-1, 0]), cy=float(known[-1, 1]), r=5.0, class_="end")
    return join(element("polyline", points=_points(known), class_="path"), *dots, start, end)


def _label(at: Floats, text: str, *, below: bool = False) -> Markup:
    x = float(np.clip(at[0] + 9, 4, WIDTH - 4))
    y = float(np.clip(at[1] + (18 if below else -9), 14, HEIGHT - 6))
    anchor = "end" if x > 0.7 * WIDTH else "start"
    return element("text", text, x=x - (18 if anchor == "end" else 0), y=y, text_anchor=anchor)


def _compass() -> Markup:
    return element(
        "g",
        element("path", d="M24,58V22M24,22l-4,7M24,22l4,7M24,58H60M60,58l-7,-4M60,58l-7,4"),
        element("text", "forward", x=32.0, y=28.0), element("text", "right", x=66.0, y=62.0),
        class_="compass",
    )


def _scale_bar(proof: SegmentProof, plan: Plan) -> Markup:
    """A round length near a fifth of the width: metres, or the scene length L without a scale."""
    metric = proof.units == "metres"
    unit = 1.0 if metric else proof.scene_length
    wanted = 0.2 * WIDTH / plan.scale / unit
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    x1, y = WIDTH - 16, HEIGHT - 14
    x0 = x1 - length * unit * plan.scale
    words = f"{number(length)} m" if metric else f"{number(length)} of the scene's depth"
    return element(
        "g",
        element("path", d=f"M{x0:.1f},{y - 4:.0f}v8m0,-4H{x1:.1f}m0,-4v8"),
        element("text", words, x=x1, y=y - 8, text_anchor="end"),
        class_="scale",
    )


def _points(places: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _hull(points: Floats) -> Floats:
    """Convex hull of points (P, 2), by Andrew's monotone chain."""
    ordered = sorted(map(tuple, points.tolist()))
    halves = []
    for run in (ordered, ordered[::-1]):
        half: list[tuple[float, ...]] = []
        for p in run:
            while len(half) > 1 and _turn(half[-2], half[-1], p) <= 0:
                half.pop()
            half.append(p)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
