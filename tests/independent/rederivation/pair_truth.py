"""What holds between objects: how far each moved, how far apart they are, in one frame or in two."""

from __future__ import annotations

import numpy as np
from rederivation.boxes import box_gap
from rederivation.motion_truth import surely_below
from rederivation.phrases import THRESHOLDS
from rederivation.verdict import verdict

SERIES = THRESHOLDS["series"]


def moved_truth(world, frames, first, second):
    """Verdict of ``farther``: "+", "-", "same", "neither" or None; and the lengths (2,) of both ways."""
    rules = THRESHOLDS["moved_distance"]
    a, b = (Walk(world, frames, object_id, rules) for object_id in (first, second))
    return {"farther": _farther(a, b, rules)}, {"lengths": np.array([a.length, b.length])}


def _farther(a, b, rules):
    if a.still and b.still:
        return "neither"
    longer, shorter, sign = (a, b, "+") if a.length >= b.length else (b, a, "-")
    if longer.moved and surely_below(shorter.length * rules["ratio_hi"], longer.length):
        nearest = min(a.from_camera, b.from_camera)
        seen = surely_below(rules["min_effect"] * nearest, longer.length - shorter.length)
        return sign if seen and shorter.extent <= longer.extent else None
    if a.moved and b.moved and surely_below(longer.length, shorter.length * rules["ratio_lo"]):
        wide, narrow = max(a.extent, b.extent), min(a.extent, b.extent)
        return "same" if wide < narrow * rules["ratio_hi"] else None
    return None


class Walk:
    """The way of one object's centre.

    Attributes
    ----------
    length : of the way, once steps below the dead band are not counted; 0 for what stays where it is.
    extent : the longest way between two of its places.
    from_camera : the least distance to the camera.
    still, moved : whether it stays where it is, whether it surely does not.
    """

    def __init__(self, world, frames, object_id, rules):
        places = world.centres(object_id, frames)
        unit = world.distances(object_id, frames)[0]
        self.length, last = 0.0, places[0]
        for place in places[1:]:
            step = float(np.sqrt(((place - last) ** 2).sum()))
            if step > rules["dead_band"] * unit:
                self.length, last = self.length + step, place
        self.extent = max(float(np.linalg.norm(places - place, axis=1).max()) for place in places)
        self.from_camera = float(world.distances(object_id, frames).min())
        self.still = surely_below(self.extent, rules["still"] * unit)
        self.length *= not self.still
        self.moved = not surely_below(self.extent, rules["moved"] * unit)


def apart_truth(world, frames, first, second):
    """Verdict of ``distance`` between two objects, and its series, ln of the ratio to the first frame."""
    rules = THRESHOLDS["object_object_distance_change"]
    lengths = np.linalg.norm(world.centres(first, frames) - world.centres(second, frames), axis=1)
    series = np.log(lengths / lengths[0])
    found = verdict(series, np.log(rules["ratio_lo"]), np.log(rules["ratio_hi"]), SERIES)
    nearest = min(world.distances(n, frames).min() for n in (first, second))
    if found not in (None, "absent") and np.ptp(lengths) < rules["min_effect"] * nearest:
        found = None
    return {"distance": found}, {"distance": series}


def closer_truth(world, one, other):
    """ "+" when the pair `one` is closer together than the pair `other`, "-" for the other, or None.

    A pair is (scene frame, id, id). Centres and boxes must both say so, and visibly.
    """
    rules = THRESHOLDS["object_object_distance"]
    near, far = span(world, *one), span(world, *other)
    if near > far:
        found = closer_truth(world, other, one)
        return found and {"+": "-"}[found]
    nearest = min(
        world.distances(object_id, [t])[0] for t, *pair in (one, other) for object_id in pair
    )
    gap, other_gap = (box_gap(world.box(a, t), world.box(b, t)) for t, a, b in (one, other))
    beyond = (
        (near * rules["ratio"], far),
        (near + rules["min_effect"] * nearest, far),
        (gap + rules["min_gap"] * nearest, other_gap),
    )
    return "+" if all(surely_below(less, more) for less, more in beyond) else None


def span(world, t, first, second):
    """Distance of the centres of two objects in scene frame t."""
    a, b = (world.centres(n, [t])[0] for n in (first, second))
    return float(np.linalg.norm(a - b))
