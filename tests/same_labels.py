"""What is said of a scene, compared with what is said of the same scene read back from a source's layout.

The simulator's scene is first reduced to what the layout can hold (`reduced`); then both must ask the
same questions and give the same labels. A label may be missing on one side where a stored number is
rounded across the edge of a band; it may never be another.
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.standard import standard_for

COMMON = 0.95  # of the keys of either side


def stated(scene, frames=32):
    """Statements of every segment of a scene, cut as its standard says."""
    facts = scene.facts
    span = standard_for(facts.standard).span_seconds
    return [
        state_segment(measure_segment(square_view(scene, segment), segment))
        for segment in cut_segments(facts.frame_count, facts.fps, frames, span)
    ]


def labels(said):
    """{(segment number, key): {component: (verdict, verdict of the picture)}} of all statements."""
    return {
        (number, s.key): {name: (c.quantity.verdict, c.picture) for name, c in s.components.items()}
        for number, segment in enumerate(said) for s in segment.statements
    }


def reduced(scene, like, objects=None):
    """The simulated scene with the facts of `like`, the scene read back, less exact visibility.

    ``objects`` gives the objects as the layout knows them; by default those of `like`.
    """
    known = copy.copy(scene)
    known.facts = replace(
        scene.facts, source=like.facts.source, scene_id=like.facts.scene_id,
        split_key=like.facts.split_key, profile=like.facts.profile, standard=like.facts.standard,
        capabilities=like.facts.capabilities, up=scene.facts.up if like.facts.up is not None else None,
        group_id=like.facts.group_id, variant=like.facts.variant, units=like.facts.units,
    )
    known.objects = tuple(objects or like.objects)
    known.visible_part = lambda t: None
    known.sees = lambda t, points, ids: None
    return known


def contradictions(ours, theirs):
    """Keys that both ask and decide differently; "undecided" on one side contradicts nothing."""
    found = []
    for key in ours.keys() & theirs.keys():
        for name in ours[key].keys() & theirs[key].keys():
            for mine, other in zip(ours[key][name], theirs[key][name], strict=True):
                if "undecided" not in (mine, other) and mine != other:
                    found.append((key, name, mine, other))
    return found


def common_share(ours, theirs):
    """Share of the keys of either side that the other has too."""
    both = len(ours.keys() & theirs.keys())
    return both / max(len(ours), len(theirs), 1)


def assert_same(ours, theirs, at_least=COMMON):
    """No contradiction between labels, and enough of them common."""
    assert contradictions(ours, theirs) == []
    assert common_share(ours, theirs) >= at_least, (
        f"{len(ours)} and {len(theirs)} keys, {len(ours.keys() & theirs.keys())} common")


def assert_same_tracks(ours, theirs, within, agreeing=0.98):
    """Tracks of common keys lie within `within` (normalised) of each other; flags agree but for the
    share of frames in which a surface lies just at the edge.
    """
    mine = {(n, t.key): t.track for n, said in enumerate(ours) for t in said.tracks}
    other = {(n, t.key): t.track for n, said in enumerate(theirs) for t in said.tracks}
    both = mine.keys() & other.keys()
    assert len(both) >= COMMON * max(len(mine), len(other))
    flags = []
    for key in both:
        a, b = mine[key], other[key]
        np.testing.assert_allclose(a.visual, b.visual, atol=within)
        np.testing.assert_allclose(a.true_motion, b.true_motion, atol=within)
        flags.append(np.array(a.visible) == np.array(b.visible))
    assert not both or np.concatenate([np.ravel(f) for f in flags]).mean() >= agreeing
