"""What one object does by itself: turning, moving on the screen, ahead or as an agent."""

from __future__ import annotations

import numpy as np
from rederivation.camera_truth import any_of
from rederivation.phrases import THRESHOLDS
from rederivation.turning import heading_change, headings, lean, turned, whole_turn
from rederivation.verdict import NEAR, NearThresholdError, together, verdict

SERIES = THRESHOLDS["series"]


def rotation_truth(world, frames, object_id):
    """Verdict of ``turn``: counter-clockwise about up, seen from above."""
    rules, facts = THRESHOLDS["object_rotation"] | THRESHOLDS["turning"], world.facts(object_id)
    rotations = world.rotations(object_id, frames)
    series, largest_step = turned(world.up, rotations)
    found = verdict(series, rules["turn_lo_deg"], rules["turn_hi_deg"], SERIES)
    # Standing still means every turn, not only the one about up.
    whole = max(whole_turn(now @ rotations[0].T) for now in rotations)
    if surely_below(whole, rules["turn_lo_deg"]) != (found == "absent"):
        found = None
    upright = surely_below(float(lean(world.up, rotations).max()), rules["max_tilt_deg"])
    if facts.symmetric_about_up or not upright or not surely_below(largest_step, rules["max_step_deg"]):
        found = None
    return {"turn": found}, {"turn": series}


def surely_below(value, threshold):
    """Whether a number is below a threshold, or at it.

    Raises
    ------
    NearThresholdError
        When rounding could decide.
    """
    if abs(value - threshold) <= NEAR:
        raise NearThresholdError
    return value < threshold


def screen_truth(world, frames, object_id):
    """Verdicts of ``screen_right`` and ``screen_up``: where the centre goes on the picture."""
    rules = THRESHOLDS["object_direction"]
    centres = world.centres(object_id, frames)
    places = np.array([world.on_picture(t, c[None])[0] for t, c in zip(frames, centres, strict=True)])
    series = {
        "screen_right": places[:, 0] - places[0, 0],
        "screen_up": (places[0, 1] - places[:, 1]) * world.scene.facts.height / world.width,
    }
    if np.isnan(places).any():
        return dict.fromkeys(series), series
    return together(series, dict.fromkeys(series, (rules["screen_lo"], rules["screen_hi"])), SERIES), series


def own_front_truth(world, frames, object_id):
    """Verdicts of ``ahead``, ``own_right``, ``up``: the object's own axes of the first frame, kept."""
    rules = THRESHOLDS["object_direction"]
    centres = world.centres(object_id, frames)
    ahead = world.fronts(object_id, frames)[0]
    axes = {"ahead": ahead, "own_right": np.cross(ahead, world.up), "up": world.up}
    from_camera = world.distances(object_id, frames)
    series = {n: (centres - centres[0]) @ axis / from_camera[0] for n, axis in axes.items()}
    truth = together(series, dict.fromkeys(series, (rules["lateral_lo"], rules["lateral_hi"])), SERIES)
    extents = {name: np.ptp(q) * from_camera[0] for name, q in series.items()}
    return _only_noticed(truth, extents, from_camera, rules["min_effect"]), series


def _only_noticed(truth, extents, from_camera, share):
    """Leave out what is present but too small, beside the way to the camera, for a person to see."""
    return {
        name: None if v not in (None, "absent") and extents[name] < share * from_camera.min() else v
        for name, v in truth.items()
    }


def agent_truth(world, frames, object_id):
    """Verdicts of ``forward``, ``left``, ``turn``, and whether anything happens at all."""
    rules = THRESHOLDS["agent_motion"]
    centres = world.centres(object_id, frames)
    ahead = world.fronts(object_id, frames)
    # Half-way between two frames the front points along the chord, even on a bend.
    between = headings(world.up, ahead[1:] + ahead[:-1])
    steps = np.diff(centres, axis=0)
    length = body_length(world, object_id, frames[0])
    series = {
        "forward": np.cumsum([0.0, *(steps * between).sum(axis=1)]) / length,
        "left": np.cumsum([0.0, *(steps * np.cross(world.up, between)).sum(axis=1)]) / length,
    }
    truth = together(series, dict.fromkeys(series, (rules["travel_lo"], rules["travel_hi"])), SERIES)
    extents = {name: np.ptp(q) * length for name, q in series.items()}
    truth = _only_noticed(truth, extents, world.distances(object_id, frames), rules["min_effect"])
    series["turn"] = heading_change(world.up, ahead)
    truth["turn"] = verdict(series["turn"], rules["turn_lo_deg"], rules["turn_hi_deg"], SERIES)
    truth["any_motion"] = any_of(truth.values())
    series["still"] = np.linalg.norm(centres - centres[0], axis=1) / length
    truth["still"] = {"+": "absent", "absent": "+", None: None}[truth["any_motion"]]
    lifted = surely_below(rules["travel_lo"] * length, np.ptp(centres @ world.up))
    if truth["still"] == "+" and lifted:
        truth |= {"still": None, "any_motion": None}
    return truth, series


def body_length(world, object_id, t):
    """Height of what stands as a person does, so much taller than wide; else the longest level edge."""
    facts, rotation = world.facts(object_id), world.rotations(object_id, [t])[0]
    upright = int(np.abs(world.up @ rotation).argmax())
    level = [edge for axis, edge in enumerate(facts.size) if axis != upright]
    height, stands = facts.size[upright], THRESHOLDS["agent_motion"]["standing_ratio"]
    return float(height if height > stands * max(level) else max(level))
