"""Simulated scenes filmed again under a change: what their pictures and labels must keep, and must swap.

The pictures are the witnesses. A mirrored, a reversed and a refilmed scene is rendered, its frames are
compared with those of the original, and where true motion says that a point would be for a camera at rest,
the picture of the camera at rest must show the point's object. Labels are measured anew from the depth and
ids of the changed scene.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from fourdp_qa.errors import FourdpQaError, SceneLeftOutError
from fourdp_qa.generate.measuring import measure_segments
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.inspection.verifying.places import (
    Label,
    Place,
    labels_by_place,
    negated,
    swapped_and_back,
)
from fourdp_qa.questions.statement import PIXEL
from fourdp_qa.randomness import stable_hash
from fourdp_qa.scene.scene import Scene, SceneHandle
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.square import square_view

CAMERAS: Final = ("static_camera", "other_path", "rotation_only", "translation_only")
PACES: Final = ("slower", "faster")
CHANGES: Final = (*CAMERAS, *PACES, "mirrored", "reversed")

MIRRORED: Final = {
    "camera_movement": {"right", "pan", "roll"}, "object_rotation": {"turn"},
    "object_direction": {"right", "screen_right", "own_right"}, "agent_motion": {"left", "turn"},
}
"""Components that a mirror swaps."""
OF_THE_WORLD: Final = (
    "object_rotation", "agent_motion", "moved_distance", "object_object_distance_change",
    "object_object_distance", "multi_view_object_distance",
)
"""Types that another camera path cannot change; of type 4 the variants below."""
WORLD_VIEWS: Final = ("first_camera", "own_front")
REVERSED: Final = {
    "camera_movement": {"pan", "tilt", "roll"}, "camera_object_distance": {"distance"},
    "object_rotation": {"turn"}, "object_object_distance_change": {"distance"},
}
"""Components that reversed time swaps whatever frame L and d0 are taken from."""
IN_FRAMES: Final = ("depth", "object_object_distance", "multi_view_depth", "multi_view_object_distance")
"""Types that compare in named frames."""
NEAR: Final = 1
"""Pixels around a point within which its object must show: a point at an outline may fall beside it."""
MOST_BESIDE: Final = 0.02
"""Share of points that may be beside their object all the same: behind a twig thinner than a pixel."""


@dataclass(frozen=True)
class ChangeTask:
    """One scene of the simulator to film again; `frames` of a segment."""

    handle: SceneHandle
    frames: int


@dataclass
class Changed:
    """What was found: one line for every broken rule, and how much was compared."""

    faults: list[str] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)


def change_tasks(handles: Sequence[tuple[SceneHandle, int]], count: int) -> list[ChangeTask]:
    """`count` of the scenes of a folder, given with their frames: always the same ones.

    Raises
    ------
    FourdpQaError
        When none of them is simulated: recorded scenes cannot be filmed again.
    """
    from fourdp_qa.sources.simulator.source import SimulatorHandle
    from fourdp_qa.sources.simulator.variant_source import VariantHandle

    scenes = {
        ChangeTask(handle.scene if isinstance(handle, VariantHandle) else handle, frames)
        for handle, frames in handles if isinstance(handle, (SimulatorHandle, VariantHandle))
    }
    if not scenes:
        raise FourdpQaError(
            "--changes: found recorded scenes only, expected some of the simulator, which can film its "
            "scenes again"
        )
    return sorted(scenes, key=lambda task: stable_hash("change", task.handle.scene_id))[:count]


def check_changes(task: ChangeTask) -> Changed:
    """Film one scene in all its variants and hold them against the original."""
    from fourdp_qa.sources.simulator.source import SimulatorHandle
    from fourdp_qa.sources.simulator.variant_source import ORIGINAL, VariantHandle

    found = Changed()
    if not isinstance(task.handle, SimulatorHandle):
        raise FourdpQaError(f"{task.handle.scene_id}: found no scene of the simulator")
    try:
        original = _Filmed(VariantHandle(task.handle, ORIGINAL).open(), task.frames)
        for name in CHANGES:
            try:
                changed = _Filmed(VariantHandle(task.handle, name).open(), task.frames)
            except SceneLeftOutError:
                found.compared[f"{name}: left out by the simulator"] += 1
                continue
            faults = [*_pictures(name, original, changed, found.compared),
                      *_labels(name, original, changed, found.compared)]
            if name == "static_camera":
                faults += _tracks_at_rest(original, changed, found.compared)
            found.faults += [f"{task.handle.scene_id} {name}: {fault}" for fault in faults]
            changed.scene.close()
        original.scene.close()
    except FourdpQaError as error:
        found.faults.append(f"{task.handle.scene_id}: not compared: {error}")
    return found


class _Filmed:
    """A scene with its segments as measured from its own depth and ids."""

    def __init__(self, scene: Scene, frames: int) -> None:
        self.scene = scene
        self.records: list[SegmentRecord] = measure_segments(scene, frames)

    def segments(self, other: _Filmed) -> Iterator[tuple[SegmentRecord, SegmentRecord]]:
        """The same segments of two variants."""
        yield from zip(self.records, other.records, strict=True)


def _pictures(
    name: str, original: _Filmed, changed: _Filmed, compared: Counter[str]
) -> Iterator[str]:
    """The frames that a change keeps: all of them, flipped or backwards, or the first."""
    last = original.scene.facts.frame_count - 1
    for t in range(last + 1) if name in ("mirrored", "reversed") else (0,):
        twin = last - t if name == "reversed" else t
        step = -1 if name == "mirrored" else 1
        for kind in ("rgb", "depth", "instances"):
            before, after = getattr(original.scene, kind)(t), getattr(changed.scene, kind)(twin)
            if not np.array_equal(before[:, ::step], after):
                off = float(np.mean(before[:, ::step] != after))
                yield f"frame {twin}: {off:.1%} of the {kind} is not that of frame {t} of the original"
        compared[f"{name}: frames"] += 1


def _labels(name: str, original: _Filmed, changed: _Filmed, compared: Counter[str]) -> Iterator[str]:
    """Labels that both have, as section "What must hold under change" of the documentation relates them."""
    rule: Callable[[Place, Label, int], tuple[Place, Label] | None] = (
        _in_a_mirror if name == "mirrored" else _backwards if name == "reversed"
        else _at_another_pace if name in PACES else _filmed_otherwise)
    for before, after in original.segments(changed):
        there = labels_by_place(after.statements)
        for place, label in labels_by_place(before.statements).items():
            expected = rule(place, label, before.frame_count - 1)
            if expected is None or expected[0] not in there:
                continue
            compared[f"{name}: labels"] += 1
            if there[expected[0]] != expected[1]:
                yield (f"{place.words}: {_said(label)} in the original, so {_said(expected[1])} is expected, "
                       f"found {_said(there[expected[0]])}")
        still = [c.quantity.verdict for s in after.statements for n, c in s.components.items()
                 if n == "still" and s.question_type == "camera_movement"]
        if name == "static_camera" and still and still != ["+"]:
            yield f"camera_movement: the camera is at rest, and still is {still[0]}"


def _in_a_mirror(place: Place, label: Label, last: int) -> tuple[Place, Label]:
    sided = place.component in MIRRORED.get(place.question_type, ())
    return place, negated(label) if sided else label


def _backwards(place: Place, label: Label, last: int) -> tuple[Place, Label] | None:
    if place.component in REVERSED.get(place.question_type, ()):
        return place, swapped_and_back(label)
    if place.question_type not in IN_FRAMES:
        return None
    there = place._replace(candidates=frozenset((ids, last - f) for ids, f in place.candidates))
    return there, label if isinstance(label, str) else (label[0], last - label[1])


def _at_another_pace(place: Place, label: Label, last: int) -> tuple[Place, Label] | None:
    return (place, label) if place.question_type == "camera_movement" else None


def _filmed_otherwise(place: Place, label: Label, last: int) -> tuple[Place, Label] | None:
    world_view = place.question_type == "object_direction" and place.variant in WORLD_VIEWS
    return (place, label) if world_view or place.question_type in OF_THE_WORLD else None


def _said(label: Label) -> str:
    if isinstance(label, str):
        return label
    return f"{'+'.join(map(str, sorted(label[0])))} in frame {label[1]}"


def _tracks_at_rest(original: _Filmed, still: _Filmed, compared: Counter[str]) -> Iterator[str]:
    """Where true motion puts a point for the camera of frame 0, the picture of the camera that stayed there
    shows the point's object, wherever that camera sees the point.
    """
    for before, after in original.segments(still):
        segment = Segment.parse(before.segment)
        view = square_view(still.scene, segment)
        images = [view.instances(t) for t in segment.frames]
        twins = {(t.index, t.object_id): t.track for t in after.tracks
                 if t.variant == PIXEL and t.track.query_frame == 0}
        seen = beside = 0
        for track in before.tracks:
            twin = twins.get((track.index, track.object_id))
            if track.variant != PIXEL or track.track.query_frame or twin is None or not track.object_id:
                continue
            for t, point in enumerate(track.track.true_motion):
                if point is not None and twin.visible[t]:
                    seen += 1
                    beside += not _shows(images[t], point, track.object_id)
        compared["static_camera: points of true motion"] += seen
        if beside > MOST_BESIDE * max(seen, 1) and beside > 1:
            yield f"{beside} of {seen} points of true motion lie beside their object on the picture"


def _shows(instances: np.ndarray, point: tuple[float, float], object_id: int) -> bool:
    side = instances.shape[0]
    x, y = (min(max(int(v * side), 0), side - 1) for v in point)
    around = instances[max(y - NEAR, 0): y + NEAR + 1, max(x - NEAR, 0): x + NEAR + 1]
    return bool((around == object_id).any())
