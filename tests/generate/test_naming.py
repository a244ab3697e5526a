"""How questions name their objects, and which circled clips they need."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from fourdp_qa.clips.circles import ring_colours
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.naming import MAX_CIRCLED_SHARE, NamingChooser, SegmentNamings, nameable
from fourdp_qa.generate.records import ObjectNaming
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.rows.row import Naming

COMPOSITION = composition_called("training")
FRAMES = 12


class Record:
    """What the chooser looks at of a segment."""

    frame_count = FRAMES

    def __init__(self, *objects):
        self.objects = objects


def thing(number, *, caption="", unique=True, points=True, rings=True, x=None):
    """Things 1, 2, 3 stand side by side, out of each other's rings."""
    frames = (0, 6, 11)
    x = 0.15 + 0.22 * ((number - 1) % 4) if x is None else x
    return ObjectNaming(
        id=number, caption=caption or f"toy {number}", caption_unique=unique,
        points={f: (0.1 * number, 0.5) for f in frames if points},
        boxes=dict.fromkeys(frames, (x - 0.05, 0.1, x + 0.05, 0.2)),
        rings={f: (x, 0.15, 0.09) for f in frames if rings},
        centres=tuple((x, 0.15) if t != 5 else None for t in range(FRAMES)),
    )


def name(chooser, record, ids=(1,), *, frame=0, frames=None, seed=0, planned=None, kind="depth"):
    planned = SegmentNamings() if planned is None else planned
    frames = (frame,) * len(ids) if frames is None else frames
    return chooser.name(record, planned, kind, ids, frames, np.random.default_rng(seed))


@pytest.fixture
def chooser():
    return NamingChooser(COMPOSITION)


def test_modes_come_in_their_shares_when_all_are_possible(chooser):
    modes = Counter(name(chooser, Record(thing(1)), seed=n).naming for n in range(400))
    assert {m: c / 400 for m, c in modes.items()} == pytest.approx(COMPOSITION.naming, abs=0.02)


def test_circles_are_at_most_a_quarter_even_where_others_often_fail(chooser):
    modes = Counter()
    for n in range(400):
        only_circle = n % 2 == 0
        record = Record(thing(1, unique=not only_circle, points=not only_circle))
        named = name(chooser, record, seed=n)
        modes["none" if named is None else str(named.naming)] += 1
    total = sum(modes.values()) - modes["none"]
    assert modes["circle"] <= MAX_CIRCLED_SHARE * total + 1
    assert modes["none"] > 0


def test_every_type_has_shares_of_its_own(chooser):
    for kind in ("depth", "object_direction"):
        modes = {name(chooser, Record(thing(1)), seed=n, kind=kind).naming for n in range(10)}
        assert modes == {Naming.CAPTION, Naming.PIXEL, Naming.CIRCLE}


def test_a_caption_names_only_where_it_fits_one_object(chooser):
    for n in range(20):
        named = name(chooser, Record(thing(1, unique=False)), seed=n)
        assert named is None or named.naming != Naming.CAPTION


def test_an_object_without_a_name_is_not_asked_about(chooser):
    assert name(chooser, Record(thing(1, unique=False, points=False, rings=False))) is None


def test_a_pixel_names_in_the_frame_of_the_question(chooser):
    record = Record(thing(1, unique=False, rings=False))
    named = name(chooser, record, frame=11)
    assert (named.naming, named.variant) == (Naming.PIXEL, 0)
    (mention,) = named.mentions
    assert (mention.frame, mention.point) == (11, (0.1, 0.5))
    assert mention.reference == "the object at (0.100, 0.500) in the last frame"
    assert name(chooser, record, frame=3) is None


def circled(chooser, record, ids=(1,), **options):
    """A circled naming: nothing else is possible for these objects."""
    for n in range(8):  # the first rows must not all be circles
        name(chooser, Record(thing(99)), (99,), seed=n)
    return name(chooser, record, ids, **options)


def test_a_circle_marks_its_object_in_a_clip_of_its_own(chooser):
    planned = SegmentNamings()
    named = circled(chooser, Record(thing(1, unique=False, points=False)), planned=planned)
    assert (named.naming, named.variant) == (Naming.CIRCLE, 1)
    (mention,) = named.mentions
    assert mention.circle == planned.variants[0].marks[1]
    when = "" if planned.variants[0].everywhere else " in the first frame"
    assert mention.reference == f"the object in the {mention.circle.colour} circle{when}"
    assert 0 in mention.circle.centres
    assert mention.circle.radius == 0.09


def test_two_objects_get_two_colours_that_are_in_no_caption(chooser):
    colours = list(ring_colours())
    taken = colours[:-2]
    record = Record(thing(1, unique=False, points=False, caption=" ".join(taken) + " toy"),
                    thing(2, unique=False, points=False))
    named = circled(chooser, record, (1, 2))
    used = {m.circle.colour for m in named.mentions}
    assert used == set(colours[-2:])


def test_a_ring_does_not_have_a_colour_that_the_object_comes_close_to(chooser):
    for name_of_colour, colour in ring_colours().items():
        for word in colour.near:
            caption = f"{word} toy"
            record = Record(thing(1, unique=False, points=False, caption=caption))
            used = {
                circled(chooser, record, seed=seed).mentions[0].circle.colour for seed in range(40)
            }
            assert name_of_colour not in used
            assert len(used) > 3


@pytest.mark.parametrize(("x", "possible"), [(0.25, False), (0.30, True)])
def test_no_ring_reaches_another_ringed_object(chooser, x, possible):
    """The ring of 0.09 and the half diagonal of 0.071 need 0.161 between the centres."""
    first, second = (thing(n, unique=False, points=False, x=at) for n, at in ((1, 0.125), (2, x)))
    assert (circled(chooser, Record(first, second), (1, 2)) is not None) == possible


def test_three_objects_get_three_colours(chooser):
    record = Record(*(thing(n, unique=False, points=False) for n in (1, 2, 3)))
    named = circled(chooser, record, (1, 2, 3))
    assert len({m.circle.colour for m in named.mentions}) == 3


def test_each_object_is_named_in_its_own_frame(chooser):
    things = [thing(n, unique=False, rings=False) for n in (1, 2)]
    named = name(chooser, Record(*things), (1, 2), frames=(0, 11))
    assert [m.frame for m in named.mentions] == [0, 11]
    assert [m.reference for m in named.mentions] == [
        "the object at (0.100, 0.500) in the first frame",
        "the object at (0.200, 0.500) in the last frame",
    ]


def test_held_rings_of_two_frames_are_drawn_each_around_its_own_frame(chooser):
    hold = default_limits().circle.hold_frames
    for seed in range(20):
        planned = SegmentNamings()
        record = Record(*(thing(n, unique=False, points=False) for n in (1, 2)))
        named = circled(chooser, record, (1, 2), frames=(0, 11), planned=planned, seed=seed)
        variant = planned.variants[named.variant - 1]
        if not variant.everywhere:
            assert sorted(variant.marks[1].centres) == list(range(hold))
            assert sorted(variant.marks[2].centres) == list(range(FRAMES - hold, FRAMES))
            assert named.mentions[1].reference.endswith("circle in the last frame")
            return
    pytest.fail("no seed held its rings")


def test_a_held_ring_is_not_used_for_another_frame(chooser):
    for seed in range(20):
        planned = SegmentNamings()
        record = Record(thing(1, unique=False, points=False))
        circled(chooser, record, frame=0, planned=planned, seed=seed)
        if not planned.variants[0].everywhere:
            again = circled(chooser, record, frame=11, planned=planned, seed=seed)
            assert again.variant == 2
            return
    pytest.fail("no seed held its ring")


def test_captions_or_points_must_be_able_to_name_every_object():
    nameless = thing(1, unique=False, points=False)
    by_point, by_caption = thing(2, unique=False), thing(3, points=False)
    assert not nameable([nameless], (0,))  # a ring alone may be gone when its turn comes
    assert nameable([by_point], (0,))
    assert not nameable([by_point], (3,))
    assert nameable([by_caption], (3,))
    assert not nameable([by_point, by_caption], (0, 0))  # one mode for all objects of a question


def test_a_segment_has_at_most_two_circled_clips_and_uses_them_again():
    chooser = NamingChooser(COMPOSITION)
    planned = SegmentNamings()
    things = [thing(n, unique=False, points=False) for n in range(1, 5)]
    variants = []
    for n in range(4):
        named = circled(chooser, Record(*things), (n + 1,), planned=planned, seed=n)
        variants.append(None if named is None else named.variant)
    assert variants == [1, 2, None, None]
    again = circled(chooser, Record(*things), (1,), planned=planned)
    assert again.variant == 1
    assert len(planned.variants) == 2


@pytest.mark.parametrize("seed", range(6))
def test_a_ring_is_held_for_three_frames_or_drawn_wherever_the_object_is_seen(chooser, seed):
    planned = SegmentNamings()
    record = Record(thing(1, unique=False, points=False))
    circled(chooser, record, planned=planned, frame=11, seed=seed)
    (variant,) = planned.variants
    drawn = sorted(variant.marks[1].centres)
    if variant.everywhere:
        assert drawn == [t for t in range(FRAMES) if t != 5]  # unseen in frame 5
    else:
        hold = default_limits().circle.hold_frames
        assert drawn == list(range(FRAMES - hold, FRAMES))


def test_four_objects_are_never_circled(chooser):
    things = [thing(n, unique=False, points=False) for n in range(1, 5)]
    assert circled(chooser, Record(*things), (1, 2, 3, 4)) is None
