"""The truth behind a question: verdicts of what it is about, or which of several things is nearer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from rederivation.camera_truth import camera_truth
from rederivation.motion_truth import agent_truth, own_front_truth, rotation_truth, screen_truth
from rederivation.names import read_object, read_place, scene_frames
from rederivation.object_truth import OPPOSITE, direction_truth, distance_truth, nearer_truth
from rederivation.pair_truth import apart_truth, closer_truth, moved_truth, span
from rederivation.phrases import THRESHOLDS
from rederivation.reading import UnreadableError

ORDERED = ("depth", "object_object_distance", "multi_view_depth", "multi_view_object_distance")
"""Types that ask what is nearer."""
TO_A_REFERENCE = ("object_object_distance", "multi_view_object_distance")
TWO_MOMENTS = ("multi_view_depth", "multi_view_object_distance")

OF_ONE_OBJECT = {
    ("camera_object_distance", ""): distance_truth,
    ("object_rotation", ""): rotation_truth,
    ("object_direction", "screen"): screen_truth,
    ("object_direction", "own_front"): own_front_truth,
    ("agent_motion", ""): agent_truth,
}
OF_TWO_OBJECTS = {
    ("moved_distance", ""): moved_truth,
    ("object_object_distance_change", ""): apart_truth,
}

EVIDENCE_NAMES = {
    "camera_movement": {
        name: f"translation_{name}" for name in ("forward", "right", "up")
    },
    "camera_object_distance": {"distance": "ln_distance"},
    "object_rotation": {"turn": "turn_about_up"},
    "object_direction": {
        **{name: f"displacement_{name}" for name in ("away", "right", "up", "ahead", "own_right")},
        "screen_right": "screen_right_displacement", "screen_up": "screen_up_displacement",
    },
    "agent_motion": {
        "forward": "travel_forward", "left": "travel_left", "turn": "turn_of_front",
        "still": "distance_from_first_place",
    },
    "object_object_distance_change": {"distance": "ln_separation"},
}
"""Names that a row's evidence gives to series which are called by their component here."""


def motion_truth(asked, row, world):
    """Component -> verdict of what a question of types 1-7 is about, and its series by name."""
    frames, objects = scene_frames(row), asked.objects
    if asked.kind == ("camera_movement", ""):
        return camera_truth(world, frames)
    if asked.kind == ("object_direction", ""):
        return direction_truth(world, frames, objects["object"], asked.frame)
    if asked.kind in OF_ONE_OBJECT:
        return OF_ONE_OBJECT[asked.kind](world, frames, objects["object"])
    pair = ("more", "less") if "more" in objects else ("first", "second")
    return OF_TWO_OBJECTS[asked.kind](world, frames, *(objects[slot] for slot in pair))


def share_of_difference(lengths):
    """Evidence of one number: by how much two lengths (2,) differ, as a share of their sum."""
    return float(np.ptp(lengths) / lengths.sum()) if lengths.any() else 0.0


def log_of_next(asked, world, things):
    """Evidence of one number: how many times farther than the nearest thing the next one is, as a log."""
    by_object = asked.kind[0] in TO_A_REFERENCE
    lengths = sorted(
        span(world, *thing) if by_object else float(world.distances(thing[1], [thing[0]])[0])
        for thing in things
    )
    return float(np.log(lengths[1] / lengths[0]))


def compared(asked, row):
    """The two things that a yes/no question of types 8-11 compares, the one said to be nearer first.

    A thing is (scene frame, id) where the camera measures, (scene frame, id, id) where another object
    does.
    """
    frames, objects = scene_frames(row), asked.objects
    both = [asked.moments.get(slot, asked.frame) for slot in ("nearer", "farther")]
    if asked.kind[1] == "one_object":
        return [(frames[f], objects["object"]) for f in both]
    if asked.kind[1] == "one_pair":
        return [(frames[f], objects["first"], objects["second"]) for f in both]
    ids = (objects["nearer"], objects["farther"])
    return [_thing(asked, frames[f], id_) for f, id_ in zip(both, ids, strict=True)]


def listed(asked, row, world):
    """The things that the options of a question of types 8-11 name."""
    frames, things = scene_frames(row), []
    for option in row["options"]:
        if asked.kind[0] in TWO_MOMENTS:
            object_id, frame = read_place(option, row, world) or (None, 0)
        else:
            object_id, frame = read_object(option, row, world), asked.frame
        if object_id is None:
            raise UnreadableError(f"the option '{option}' names nothing")
        things.append(_thing(asked, frames[frame], object_id))
    if len(set(things)) < len(things):
        raise UnreadableError(f"two of the options {row['options']} name one thing")
    return things


def _thing(asked, frame, object_id):
    measured_by_object = asked.kind[0] in TO_A_REFERENCE
    return (frame, object_id, asked.objects["reference"]) if measured_by_object else (frame, object_id)


def in_order(asked, world, things):
    """(thing, thing) -> "+" when the first is nearer, "-" when the second is, or None."""
    compare = closer_truth if asked.kind[0] in TO_A_REFERENCE else nearer_truth
    order = {}
    for one, other in combinations(things, 2):
        order[one, other] = found = compare(world, one, other)
        order[other, one] = found and OPPOSITE[found]
    return order


def far_enough_apart(asked, row, things):
    """Whether things of two moments are taken long enough after one another."""
    if asked.kind[0] not in TWO_MOMENTS:
        return len({frame for frame, *_ in things}) == 1
    frames = scene_frames(row)
    moments = sorted(frames.index(frame) for frame, *_ in things)
    least = THRESHOLDS["multi_view"]["min_apart"] * len(frames)
    if len(things) > 2:  # one choice among different moments
        return len(set(moments)) == len(things)
    return moments[1] - moments[0] >= least
