"""Every bias that is planted is found by the check that is made for it, and by no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.inspection.audit.gains import Finding

COUNT = 800


def found(audit):
    """Names of the checks that call something a shortcut of their own."""
    return {name for name, gain in audit.overall.items() if gain.finding == Finding.SHORTCUT}


def uneven(audit):
    return {share.kind for share in audit.shares if share.uneven}


def test_nothing_is_found_where_nothing_is(pairs, choices, audited):
    audit = audited([*pairs(COUNT), *choices(COUNT)])
    assert not found(audit)
    assert not uneven(audit)
    assert audit.duplicates.found == 0


def test_all_answers_a(choices, audited):
    audit = audited(choices(COUNT, letter=lambda lot: 0))
    assert found(audit) == {"constant"}
    assert audit.overall["constant"].gain == pytest.approx(75)
    assert "letters" in uneven(audit)


def test_yes_more_often_than_no(pairs, audited):
    def plant(pair):
        pair.asks_nearer = (pair.nearer == pair.first) == (pair.lot.random() < 0.7)

    audit = audited(pairs(COUNT, plant))
    assert found(audit) == {"constant"}
    assert audit.overall["constant"].gain == pytest.approx(20, abs=4)
    assert audit.overall["size"].reference == pytest.approx(70, abs=4)
    assert "yes" in uneven(audit)


def test_the_nearer_one_always_named_first(pairs, audited):
    def plant(pair):
        pair.first = pair.nearer

    audit = audited(pairs(COUNT, plant))
    assert found(audit) == {"first_named"}
    for name in ("question", "names"):
        assert audit.overall[name].explained_by == "first_named"


def test_a_template_used_with_one_answer_only(pairs, audited):
    def plant(pair):
        pair.template = pair.lot.randrange(4) if pair.yes else pair.lot.randrange(3)

    audit = audited(pairs(4 * COUNT, plant))
    assert found(audit) == {"question"}
    assert uneven(audit) == {"template"}
    first = next(share for share in audit.shares if share.kind == "template")
    assert first.name == "depth.yes_no.q03: Yes"
    assert first.share == 100


def test_a_caption_that_never_wins(pairs, audited):
    def plant(pair):
        if "white house" in pair.captions:
            pair.nearer = 1 - pair.captions.index("white house")

    audit = audited(pairs(2 * COUNT, plant))
    assert found(audit) == {"names"}


def test_the_larger_always_nearer(pairs, audited):
    def plant(pair):
        widths = [box[2] - box[0] for box in pair.boxes]
        pair.nearer = widths.index(max(widths))

    audit = audited(pairs(COUNT, plant))
    assert found(audit) == {"size"}
    assert audit.overall["size"].accuracy > 95
    assert audit.overall["still_picture"].explained_by == "size"


def test_the_lower_always_nearer(pairs, audited):
    def plant(pair):
        bottoms = [box[3] for box in pair.boxes]
        pair.nearer = bottoms.index(max(bottoms))

    audit = audited(pairs(COUNT, plant))
    assert found(audit) == {"position"}
    assert audit.overall["still_picture"].explained_by == "position"


def test_one_option_that_is_true_where_it_is_offered(choices, audited):
    motions = ["Pans to the left", "Pans to the right", "Tilts up", "Tilts down"]

    def with_left_first(lot):
        others = lot.sample(motions[1:], 3)
        return [motions[0], *others] if lot.random() < 0.6 else [others[0], motions[0], *others[1:]]

    audit = audited(_answered(choices(COUNT, options=with_left_first), motions[0]))
    assert {"constant", "best_option"} >= found(audit) >= {"best_option"}
    assert "true_given_offered" in uneven(audit)


def _answered(rows, text):
    """The same rows with one option true in all of them."""
    return [replace(row, answer="ABCD"[row.options.index(text)], answer_text=text) for row in rows]


def test_a_row_that_is_there_twice(pairs, audited):
    rows = pairs(COUNT)
    audit = audited([*rows, replace(rows[7], id="mad-depth-999999")])
    assert audit.duplicates.rows == 1
    assert audit.duplicates.found == 1
    assert audit.duplicates.examples == ("mad-depth-999999",)
    assert not found(audit)
    assert not uneven(audit)


def test_a_question_asked_twice_with_options_in_another_order(choices, audited):
    rows = choices(40)
    again = replace(rows[3], id="mad-camer-999999", options=rows[3].options[::-1], margin=0.6)
    assert audited([*rows, again]).duplicates.questions == 1


def test_rings_of_one_colour_are_in_two_clips_where_no_clip_has_a_name(pairs, audited):
    rows = pairs(40)
    ringed = replace(rows[0], naming="circle", file_name="")
    other = replace(ringed, id="mad-depth-999999", objects=rows[5].objects, margin=0.6)
    again = replace(ringed, id="mad-depth-999998", margin=0.7)
    assert audited([ringed, other, *rows[1:]]).duplicates.questions == 0
    assert audited([ringed, other, again, *rows[1:]]).duplicates.examples == ("mad-depth-999998",)
    # In one clip the same words would mean either.
    named = [replace(row, file_name="videos/mad/00/clip.mp4") for row in (ringed, other)]
    assert audited([*named, *rows[1:]]).duplicates.questions == 1
