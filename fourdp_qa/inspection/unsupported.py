"""What the scenes of a source cannot support, and which question types are therefore not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.scene import Capability, Scene

REASONS: Final = {
    Capability.DEPTH: "nothing says how far away a pixel is",
    Capability.BACKGROUND_DEPTH: "nothing proves that a camera stands still",
    Capability.INSTANCES: "nothing says which pixels are one object",
    Capability.OBJECT_POSES: "nothing says how an object moves between frames",
    Capability.GRAVITY: "nothing says which way is up",
    Capability.METRIC_SCALE: "lengths have no unit",
    Capability.EXACT_VISIBILITY: "what hides what is read from ids and depth",
    Capability.WORLD_POINT_TRACKS: "nobody says how the camera moved while the points were tracked",
}
"""Capability -> what its absence means. Points of its own are an offer, not something a source lacks."""

INSTEAD: Final = {
    Capability.BACKGROUND_DEPTH: "no camera is called stationary, a translation must be larger",
    Capability.METRIC_SCALE: "every type is asked: no question depends on the unit",
    Capability.EXACT_VISIBILITY: "every type is asked, flags by the visible surface",
}
"""What follows where no type is lost."""


def unsupported(scene: Scene) -> list[str]:
    """One line for each thing that the data of a scene lack, with what is not asked for it."""
    offered = scene.facts.capabilities
    own_points = Capability.POINT_TRACKS in offered
    lines = []
    for capability, reason in REASONS.items():
        if capability in offered or (capability == Capability.WORLD_POINT_TRACKS and not own_points):
            continue
        lost = [t.name for t in TYPES if capability in t.missing(offered)]
        if lost or not own_points:
            lines.append(_line(f"no {capability}", reason, lost, INSTEAD.get(capability, "")))
    if Capability.UNMODELLED_OCCLUDERS in offered and not own_points:
        lines.append(_line(str(Capability.UNMODELLED_OCCLUDERS), "something without an id may hide a point",
                           [], "no point of the static background is tracked"))
    if Capability.OBJECT_POSES in offered:
        lines += _of_objects(scene)
    if scene.facts.estimated:
        lines.append(_line("estimated", "the geometry was reconstructed, not measured", [],
                           "rows say so, and no benchmark holds them"))
    return lines


def unsupported_lines(source: str, of_scenes: Iterable[list[str]]) -> list[str]:
    """Lines for people about all scenes of a source: how many of them lack what."""
    listed = list(of_scenes)
    counts = Counter(line for lines in listed for line in lines)
    if not counts:
        return [f"{source}: its data support every question type"]
    return [f"{source}: what its data cannot support", *(
        f"  {line}" + (f" ({count} of {len(listed)} scenes)" if count < len(listed) else "")
        for line, count in counts.items())]


def _of_objects(scene: Scene) -> list[str]:
    lines = []
    objects = [item for item in scene.objects if not item.is_environment]
    if objects and not any(item.is_followed for item in objects):
        lost = [t.name for t in TYPES if 2 <= t.number <= 7]
        lines.append(_line("no followed object", "only the place of an object in each frame is known", lost))
    if not any(item.is_agent and item.is_rigid and item.front is not None for item in objects):
        lost = [t.name for t in TYPES if t.needs_agents and not t.missing(scene.facts.capabilities)]
        if lost:
            lines.append(_line(
                "no agent", "no object is a person or vehicle with a front that moves as one piece", lost))
    return lines


def _line(what: str, reason: str, lost: list[str], instead: str = "") -> str:
    left = [t.name for t in TYPES if t.name not in lost]
    if not lost:
        follows = instead or "every type is asked"
    elif not left:
        follows = "nothing is asked"
    else:
        named = ", ".join(lost) if len(lost) <= len(left) else f"all but {', '.join(left)}"
        follows = f"not asked: {named}"
    return f"{what} ({reason}): {follows}"
