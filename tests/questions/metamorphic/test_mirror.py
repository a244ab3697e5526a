"""A mirrored world: left and right swap, clockwise and counter-clockwise swap, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from underchange.comparing import negated, say_the_same
from underchange.followed import both_ways, followed_again, named_tracks
from underchange.told import Told, decided

from fourdp_qa.measure.limits import default_limits

MIRRORED = {
    "camera_movement": {"right", "pan", "roll"},
    "object_rotation": {"turn"},
    "object_direction": {"right", "screen_right", "own_right"},
    "agent_motion": {"left", "turn"},
}


def mirrored_label(place, label):
    return negated(label) if place.component in MIRRORED.get(place.question_type, ()) else label


def mirrored_path(path):
    return path * (-1, 1) + (1, 0)


def test_what_a_mirror_swaps_is_a_side(on_scenes, recorded):
    seen = set()

    def check(told, tally):
        # All static pixels are samples: the mirrored picture then gives the same ones.
        limits = default_limits()
        limits = replace(limits, background=replace(
            limits.background, samples=told.scene.facts.width ** 2))
        told = Told(told.scene, limits=limits)
        changed = Told(recorded.mirrored(told.scene), limits=limits)
        assert changed.said.keys() == told.said.keys()
        say_the_same(told.said, changed.said, tally, mirrored_label)
        assert changed.everything.strata == told.everything.strata
        seen.update((place.question_type, place.component)
                    for place, label in decided(told.said).items() if label in ("+", "-"))

    on_scenes(check, range(1, 12))
    swapped = {(name, component) for name, sides in MIRRORED.items() for component in sides}
    assert swapped <= seen


def test_a_mirror_turns_x_of_tracks_and_rings_into_one_minus_x(on_scenes, recorded):
    def check(told, tally):
        mirror, side = recorded.mirrored(told.scene), told.scene.facts.width
        changed = Told(mirror)
        for track in told.measured.tracks:
            twin = followed_again(mirror, track, track.query_frame, lambda col: side - 1 - col)
            both_ways(tally, track, twin, mirrored_path, rtol=1e-6, atol=1e-6)
            assert np.mean(track.visible == twin.visible) >= 0.9  # exact rays graze edges
        named, others = named_tracks(told), named_tracks(changed)
        assert named.keys() == others.keys()
        for key, track in named.items():
            both_ways(tally, track, others[key], mirrored_path)
            assert track.visible == others[key].visible
        rings, others = told.measured.anchors.rings, changed.measured.anchors.rings
        assert rings.keys() == others.keys()
        for place, (x, y, radius) in rings.items():
            assert others[place] == pytest.approx((1 - x, y, radius))

    on_scenes(check, (12, 13))
