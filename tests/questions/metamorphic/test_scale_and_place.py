"""Lengths times k, and a world moved rigidly with its up: all 13 types say the same."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from underchange.comparing import say_the_same
from underchange.followed import both_ways, named_tracks
from underchange.told import Told

from fourdp_qa.scene.pose import make_pose

ALL = range(1, 14)
unit = st.floats(-1, 1)


def test_lengths_times_k_change_nothing_that_is_said(on_scenes, recorded):
    def check(told, tally, exponent):
        all_is_the_same(told, Told(recorded.scaled(told.scene, 10**exponent)), tally)

    on_scenes(check, ALL, exponent=st.floats(-3, 3))


def test_a_world_moved_rigidly_changes_nothing_that_is_said(on_scenes, recorded, rotation):
    def check(told, tally, turn, shift):
        pose = make_pose(rotation(3 * np.array(turn)), 100 * np.array(shift))
        all_is_the_same(told, Told(recorded.moved(told.scene, pose)), tally)

    on_scenes(check, ALL, turn=st.tuples(unit, unit, unit), shift=st.tuples(unit, unit, unit))


def all_is_the_same(told, changed, tally):
    assert changed.said.keys() == told.said.keys()
    say_the_same(told.said, changed.said, tally)
    assert changed.everything.strata == told.everything.strata
    named, others = named_tracks(told), named_tracks(changed)
    assert named.keys() == others.keys()
    for key, track in named.items():
        both_ways(tally, track, others[key], atol=1e-6)
        assert track.visible == others[key].visible
    for a, b in zip(told.measured.tracks, changed.measured.tracks, strict=True):
        assert (a.query_frame, a.object_id) == (b.query_frame, b.object_id)
        # Depth is float32: seven digits, and points near the image plane magnify the last one.
        both_ways(tally, a, b, rtol=1e-4, atol=1e-4)
        assert np.mean(a.visible == b.visible) >= 0.9  # exact rays graze edges
