"""What holds in every scene: tracks pass their query, nothing contradicts itself."""

from __future__ import annotations

import numpy as np
from underchange.comparing import TRUE_MOTION, names
from underchange.followed import named_tracks, one_way, way
from underchange.told import decided

from fourdp_qa.scene.camera import pixel_centres


def test_at_the_query_frame_both_tracks_are_the_query(on_scenes):
    def check(told, tally):
        scene, side = told.scene, told.scene.facts.width
        centres = pixel_centres(side, side)
        for track in told.measured.tracks:
            query = track.visual[track.query_frame]
            np.testing.assert_allclose(track.true_motion[track.query_frame], query, atol=1e-9)
            col, row = (int(c) for c in query * side)
            np.testing.assert_allclose(query * side, centres[row, col], atol=1e-6)
            assert scene.instances(track.query_frame)[row, col] == track.object_id
            tally.update(names(12, 13))
        for (_, frame), track in named_tracks(told).items():
            one_way(tally, TRUE_MOTION, [track.visual[frame]], [track.true_motion[frame]])
            assert track.visible[frame]

    on_scenes(check, (12, 13))


def test_a_static_point_stays_where_it_is_for_the_frozen_camera(on_scenes):
    def check(told, tally):
        poses = dict(zip((o.id for o in told.scene.objects),
                         np.swapaxes(told.scene.world_from_object, 0, 1), strict=True))
        stands = {thing for thing, path in poses.items() if np.allclose(path, path[:1])} | {0}
        paths = [t.true_motion for t in told.measured.tracks if t.object_id in stands]
        paths += [way(t.true_motion) for (thing, _), t in named_tracks(told).items()
                  if thing in stands]
        for path in paths:
            one_way(tally, TRUE_MOTION, path, np.broadcast_to(path[:1], path.shape), atol=1e-5)

    on_scenes(check, (13,))


def test_no_two_statements_share_a_key(on_scenes):
    def check(told, tally):
        keys = [s.key for s in told.everything.statements]
        assert len(keys) == len(set(keys))
        tally.update(s.question_type for s in told.everything.statements)

    on_scenes(check, range(1, 12))


def test_nothing_is_nearer_than_itself_by_any_chain(on_scenes):
    """A before B and B before C: then C is not before A, whatever frames the three are named in, in
    one type or across the two types that compare the same lengths.
    """
    def check(told, tally):
        orders = {"camera": {}, "objects": {}, "moved": {}}
        for place, best in decided(told.said, *names(6, 8, 9, 10, 11)).items():
            if not isinstance(best, tuple):
                continue
            kind = ("moved" if place.question_type in names(6)
                    else "camera" if place.question_type in names(8, 10) else "objects")
            spans = {c: (c[0] | {place.reference}, c[1]) if place.reference else c
                     for c in place.candidates}
            orders[kind].setdefault(spans[best], set()).update(
                span for c, span in spans.items() if c != best)
            tally[place.question_type] += 1
        for order in orders.values():
            for start in order:
                assert start not in reached(order, start)

    on_scenes(check, (6, 8, 9, 10, 11), least=10)


def reached(order, start):
    """All that `start` comes before, directly or by others."""
    found, todo = set(), [start]
    while todo:
        for place in order.get(todo.pop(), set()) - found:
            found.add(place)
            todo.append(place)
    return found
