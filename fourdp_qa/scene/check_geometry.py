"""Third part of `check_scene`: depth, ids and poses against each other, and the likely mistake."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.check_images import FrameImages
from fourdp_qa.scene.check_numbers import field_of
from fourdp_qa.scene.check_report import Finding, Measured, Severity
from fourdp_qa.scene.likely_mistake import Explanation, explain, explain_object
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.reprojection import BACKGROUND, Evidence, Landing, Points
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene

MEDIAN_ERROR = 0.01
"""Relative: the finest threshold of a question is 2.5% of a distance, so 1% is the most that is
safe."""

ESTIMATED_ERROR = 0.02
"""The same where geometry is estimated: the thresholds of such scenes are twice as wide."""

AGREES = 0.05
"""Relative error of a single point that still counts as meeting its surface."""

FOUND_AGAIN = 0.5
"""Least share of the visible points that must meet their surface. The rest turned away or hid."""

IN_VIEW = 0.2
"""Least share of all points that must meet a surface at all: a flipped camera loses them all,
while between neighbouring frames no real camera does."""

BOX_TOLERANCE = 0.1
"""How far, in half edges, a lifted pixel may lie outside its box; annotated boxes fit to 5%."""

BOX_DEPTH_TOLERANCE = 2.0 * MEDIAN_ERROR
"""The same relative to depth, for what noise of the depth alone does to small boxes."""

OUTSIDE_BOX = 0.2
"""Largest share of lifted pixels outside the box; ids bleed over edges by a pixel."""

OUTSIDE_HULL = 0.1
"""Largest share of an object's pixels outside its projected box."""

HULL_PIXELS = 2.0
"""Pixels by which the projected box is widened, for edges that blur and boxes that round."""

FEWEST_POINTS = 20
"""Fewer say nothing about an object."""


@dataclass(frozen=True)
class Group:
    """The points of one object, or of the background.

    Attributes
    ----------
    id : int, 0 for the background
    field : str
        How messages name it.
    frame : int
        Scene frame with the largest median error.
    points, usable : int
        All points, and those neither hidden nor outside the image in the other frame.
    met : int
        Points that meet their surface.
    error, distance : float
        Medians over the landed points, relative and in scene units; NaN without any.
    outside_box : float
        Share of the lifted points outside the box; 0 for the background.
    allowed : float
        The largest relative error.
    """

    id: int
    field: str
    frame: int
    points: int
    usable: int
    met: int
    error: float
    distance: float
    outside_box: float
    allowed: float

    @property
    def complaint(self) -> tuple[str, str] | None:
        """What is wrong with it, as found and expected; None when nothing is."""
        if self.points < FEWEST_POINTS:
            return None
        if self.error > self.allowed:
            return _miss(self.error), f"below {self.allowed}"
        if self.usable >= FEWEST_POINTS and self.met < FOUND_AGAIN * self.usable:
            return (f"only {self.met / self.usable:.0%} of the pixels carried by the pose meet the "
                    "surface again"), f"at least {FOUND_AGAIN:.0%}"
        if self.outside_box > OUTSIDE_BOX:
            return (f"{self.outside_box:.0%} of its pixels, lifted by depth, lie outside its box",
                    f"at most {OUTSIDE_BOX:.0%}")
        return None


def check_geometry(scene: Scene, images: FrameImages) -> tuple[list[Finding], Measured]:
    """Lift pixels, carry them with their pose, and compare with other frames and with the boxes."""
    needed = {Capability.DEPTH, Capability.INSTANCES}
    if len(images.frames) < 2 or not needed <= scene.facts.capabilities:
        return _hull_findings(scene, images, "", set()), Measured(frames=len(images.frames))
    evidence = Evidence(scene, images.frames, np.stack(images.depth), np.stack(images.instances))
    points = evidence.points
    if not len(points.id):
        nothing = Finding(Severity.WARNING, "depth", "no pixel that could be carried by a pose",
                          "objects or a background with depth")
        return [nothing], Measured(frames=len(images.frames))
    landing = evidence.land(evidence.reading, points)
    groups = _groups(scene, evidence, landing)
    explanation = explain(evidence)
    if explanation.words:
        findings = _explained(groups, explanation)
    else:
        findings = _unexplained(evidence, groups, landing)
    complained = {item.object_id for item in findings if item.object_id is not None}
    findings += _hull_findings(scene, images, explanation.words, complained)
    return findings, _measured(images, points, landing)


def _groups(scene: Scene, evidence: Evidence, landing: Landing) -> list[Group]:
    names = {item.id: field_of(n, item) for n, item in enumerate(scene.objects)}
    groups = []
    for k in np.unique(evidence.points.id).tolist():
        if k != BACKGROUND and k not in names:
            continue  # already reported as an id without object
        mine = evidence.points.id == k
        usable = mine & ~landing.hidden & ~landing.outside
        groups.append(Group(
            id=k,
            field=names.get(k, "background"),
            frame=_worst_frame(evidence, landing, mine),
            points=int(mine.sum()),
            usable=int(usable.sum()),
            met=int((usable & (landing.error < AGREES)).sum()),
            error=_median(landing.error[mine]),
            distance=_median(landing.distance[mine]),
            outside_box=0.0 if k == BACKGROUND
            else float(np.mean(_outside_box(landing)[mine])),
            allowed=ESTIMATED_ERROR if scene.facts.estimated else MEDIAN_ERROR,
        ))
    return groups


def _explained(groups: list[Group], explanation: Explanation) -> list[Finding]:
    """One finding for the objects and one for the background: all share the named mistake."""
    findings = []
    for of_background in (False, True):
        mine = [group for group in groups if (group.id == BACKGROUND) == of_background]
        wrong = [group for group in mine if group.complaint]
        if wrong:
            worst = max(wrong, key=lambda group: np.nan_to_num(group.error, nan=np.inf))
            findings.append(_finding(worst, *(worst.complaint or ("", "")), explanation.words))
    if not findings:
        worst = max(groups, key=lambda group: np.nan_to_num(group.error, nan=-1.0))
        before, after = 10.0**explanation.loss_before, 10.0**explanation.loss_after
        findings.append(_finding(
            worst, f"{_miss(worst.error)}; over the scene the typical error is {before:.1g}, "
            f"and {after:.1g} with the mistake undone",
            "no other reading to fit clearly better", explanation.words,
        ))
    return findings


def _unexplained(evidence: Evidence, groups: list[Group], landing: Landing) -> list[Finding]:
    findings = []
    for group in groups:
        if group.complaint is None:
            continue
        words = "" if group.id == BACKGROUND else explain_object(evidence, group.id).words
        findings.append(_finding(group, *group.complaint, words))
    met = float(np.mean(landing.error < AGREES))
    if not findings and met < IN_VIEW:
        findings.append(Finding(
            Severity.ERROR, "world_from_camera",
            f"only {met:.0%} of the carried pixels meet a surface in the other frames",
            f"at least {IN_VIEW:.0%}",
        ))
    return findings


def _finding(group: Group, found: str, expected: str, words: str) -> Finding:
    return Finding(Severity.ERROR, group.field, found, expected, frame=group.frame,
                   object_id=None if group.id == BACKGROUND else group.id, likely_mistake=words)


def _miss(error: float) -> str:
    return f"pixels carried by the pose miss the surface by {error:.2g} (median, relative)"


def _outside_box(landing: Landing) -> NDArray[np.bool_]:
    """Points (P,) outside their box beyond both tolerances."""
    wide = (1.0 + BOX_TOLERANCE) * landing.half_edges
    beyond = (np.abs(landing.in_object) > wide).any(axis=-1)
    return np.asarray(beyond & (landing.beyond_box > BOX_DEPTH_TOLERANCE), dtype=np.bool_)


def _worst_frame(evidence: Evidence, landing: Landing, mine: NDArray[np.bool_]) -> int:
    sources = np.unique(evidence.points.source[mine])
    errors = [_median(landing.error[mine & (evidence.points.source == s)]) for s in sources]
    worst = sources[int(np.argmax(np.nan_to_num(errors, nan=-1.0)))]
    return int(evidence.frames[worst])


def _measured(images: FrameImages, points: Points, landing: Landing) -> Measured:
    on_object = points.id != BACKGROUND

    def median(values: Floats, mine: NDArray[np.bool_]) -> float | None:
        result = _median(values[mine])
        return result if np.isfinite(result) else None

    return Measured(
        frames=len(images.frames),
        points=len(points.id),
        object_error=median(landing.error, on_object),
        background_error=median(landing.error, ~on_object),
        object_distance=median(landing.distance, on_object),
        background_distance=median(landing.distance, ~on_object),
        found_again=float(np.mean(landing.error < AGREES)),
        in_box=float(np.mean(~_outside_box(landing)[on_object]))
        if on_object.any() else None,
    )


def _hull_findings(
    scene: Scene, images: FrameImages, words: str, complained: set[int]
) -> list[Finding]:
    """Objects whose pixels lie outside their projected box; those already named are left out."""
    wanted = {Capability.INSTANCES, Capability.OBJECT_POSES}
    if not wanted <= scene.facts.capabilities:
        return []
    findings = []
    for n, item in enumerate(scene.objects):
        if item.id in complained or (words and complained):
            continue
        outside = {
            t: share for s, t in enumerate(images.frames)
            if scene.pose_valid[t, n]
            and (share := _outside_hull(scene, n, item, t, images.instances[s])) is not None
        }
        if outside and np.median(list(outside.values())) > OUTSIDE_HULL:
            worst = max(outside, key=lambda t: outside[t])
            findings.append(Finding(
                Severity.ERROR, field_of(n, item),
                f"{outside[worst]:.0%} of its pixels lie outside its projected box",
                f"at most {OUTSIDE_HULL:.0%}", frame=worst, object_id=item.id,
                likely_mistake=words,
            ))
    return findings


def _outside_hull(
    scene: Scene, n: int, item: ObjectFacts, t: int, instances: NDArray[np.int32]
) -> float | None:
    """Share of the object's pixels outside its projected box; None where that cannot be told."""
    pixels = np.argwhere(instances == item.id)
    if len(pixels) < FEWEST_POINTS:
        return None
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    camera_from_object = invert_pose(scene.world_from_camera[t]) @ scene.world_from_object[t, n]
    corners = transform_points(camera_from_object, 0.5 * np.asarray(item.size) * signs)
    if np.all(corners[:, 2] <= 0):
        return 1.0
    if np.any(corners[:, 2] <= 0):
        return None  # a box around the camera has no hull in the image
    hull = convex_hull(project(scene.facts.K, corners))
    uv = pixels[:, ::-1] + 0.5
    edge = np.roll(hull, -1, axis=0) - hull
    normal = np.stack([edge[:, 1], -edge[:, 0]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    beyond = ((uv[:, None] - hull) * normal).sum(axis=-1).max(axis=1)
    return float(np.mean(beyond > HULL_PIXELS))


def convex_hull(points: Floats) -> Floats:
    """Corners (H, 2) of the convex hull of points (P, 2), with the inside on the left of each edge
    in a frame with y up (Andrew's monotone chain).
    """
    ordered = sorted(map(tuple, np.asarray(points, dtype=np.float64).tolist()))

    def chain(sequence: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        kept: list[tuple[float, ...]] = []
        for point in sequence:
            while len(kept) >= 2 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _median(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else float("nan")
