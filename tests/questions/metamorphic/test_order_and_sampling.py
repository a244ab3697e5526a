"""Objects listed in another order, and every second frame: the answers name the same things."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from underchange.comparing import VISUAL, agree, names, say_the_same, some
from underchange.followed import both_ways, named_tracks, one_way, way
from underchange.told import Told, decided

from fourdp_qa.scene.segment import Segment


def test_the_answer_names_the_same_thing_whoever_is_named_first(on_scenes, recorded):
    def check(told, tally, seed):
        order = np.random.default_rng(seed).permutation(len(told.scene.objects))
        changed = Told(recorded.in_order(told.scene, order))
        alone, together = names(1, 2, 3, 4, 5), names(6, 7, 8, 9, 10, 11)
        say_the_same(some(told.said, *alone), some(changed.said, *alone), tally)
        # Which comparisons are made is drawn from the objects in their order.
        both = told.said.keys() & changed.said.keys()
        before, after = ({p: said[p] for p in both} for said in (told.said, changed.said))
        say_the_same(some(before, *together), some(after, *together), tally)
        named, others = named_tracks(told), named_tracks(changed)
        assert named.keys() == others.keys()
        for key, track in named.items():
            both_ways(tally, track, others[key])

    on_scenes(check, range(1, 14), seed=st.integers(0, 1000))


def test_every_second_frame_says_the_same(on_scenes):
    def check(told, tally):
        half = Segment(0, 2, told.last // 2 + 1, told.scene.facts.fps)
        changed = Told(told.scene, segment=half)
        in_all_frames = {
            place._replace(candidates=frozenset((ids, 2 * f) for ids, f in place.candidates)):
                (label[0], 2 * label[1]) if isinstance(label, tuple) else label
            for place, label in decided(changed.said).items()
        }
        agree(decided(told.said), in_all_frames, tally)
        named, others = named_tracks(told), named_tracks(changed)
        for (thing, frame), track in named.items():
            for (same, at), other in others.items():
                if thing == same:
                    one_way(tally, VISUAL, way(track.visual)[::2], other.visual)
                if (thing, frame) == (same, 2 * at):
                    both_ways(tally, track, other, lambda path: path[::2])

    on_scenes(check, range(1, 12))
