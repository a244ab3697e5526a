"""Counterfactual groups: one question about several variants of a scene, worded alike."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.groups import MIN_VARIANTS, select_groups, whole_groups
from fourdp_qa.generate.run import generate
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.row import LETTERS
from fourdp_qa.sources.simulator.variant_source import VARIANTS

COMPOSITION = composition_called("training")
SLACK = COMPOSITION.balance.group_slack
EVERY = len(VARIANTS)


def ask(shard, truth, *, kind="object_rotation", answer_format="multiple_choice", group="set",
        statement="about A", margin=1.0, entangled="agree", contrast=True):
    digest = stable_hash(kind, answer_format, group, statement) % 16**6
    return Ask(
        shard=shard, number=0, question_type=kind, format=answer_format, variant="about_up",
        statement=statement, group=group, truth=truth, prefer=1, margin=margin, entangled=entangled,
        contrast=contrast, subject=statement, hash=f"{digest:06x}",
    )


def about(scene, truths, **options):
    """One question about the variants of a scene; None where a variant does not decide it."""
    return [ask(scene * EVERY + n, truth, **options)
            for n, truth in enumerate(truths) if truth is not None]


def choose(asks, *, per_segment=3, per_type=None, seed=0, composition=COMPOSITION):
    scenes = {a.shard: f"scene {a.shard // EVERY}" for a in asks}
    return select_groups(asks, scenes, seed, per_segment, per_type, composition)


def test_a_question_is_asked_of_every_variant_that_decides_it():
    (group,) = choose(about(0, ["m0", "m1", None, "m2", "m0", "m3"])).chosen
    assert [a.truth for a in group.asks] == ["m0", "m1", "m2", "m0", "m3"]


def test_three_variants_are_no_group():
    assert choose(about(0, ["m0", "m1", "m2"])).chosen == []


def test_a_label_too_close_to_a_threshold_decides_nothing():
    close = [*about(0, ["m0", "m1", "m2"]), ask(3, "m3", margin=COMPOSITION.least_margin / 2)]
    assert choose(close).chosen == []


def test_the_variants_of_different_scenes_are_no_group():
    assert choose([ask(0, "m0"), ask(1, "m1"), ask(EVERY, "m0"), ask(EVERY + 1, "m1")]).chosen == []


def test_one_answer_for_all_variants_is_asked_only_of_types_where_it_hardly_changes():
    alike = about(0, ["m0"] * 4)
    assert choose(alike).chosen == []
    allowed = replace(COMPOSITION, one_answer_groups=frozenset({"object_rotation"}))
    assert len(choose(alike, composition=allowed).chosen) == 1


def test_the_question_whose_answers_differ_most_is_asked_first():
    asks = [
        *about(0, ["m0", "m0", "m0", "m1"], statement="about A"),
        *about(0, ["m0", "m1", "m2", "m3"], statement="about B"),
        *about(0, ["m0", "m0", "m1", "m1"], statement="about C"),
    ]
    (group,) = choose(asks, per_segment=1).chosen
    assert group.first.statement == "about B"


def test_a_tilted_group_gives_up_what_the_picture_tells_rightly_first():
    truths = ["m0"] * 8 + ["m1"]
    asks = [replace(a, entangled="opposite" if a.shard in (5, 6) else "agree")
            for a in about(0, truths)]
    (group,) = choose(asks).chosen
    assert Counter(a.truth for a in group.asks) == {"m0": SLACK, "m1": 1}
    assert {5, 6} <= {a.shard for a in group.asks}


def test_answers_stay_even_for_every_claim_and_over_the_type():
    rng = random.Random(3)
    asks = []
    for scene in range(120):
        for claim in range(3):
            truths = rng.choices(["Yes", "No", None], [2, 6, 2], k=EVERY)
            asks += about(scene, truths, kind="agent_motion", answer_format="yes_no",
                          group=f"claim {claim}", statement=f"about {claim}")
    chosen = choose(asks, per_segment=2).chosen
    assert len(chosen) >= 150
    rows = [a for g in chosen for a in g.asks]
    counts = [Counter(a.truth for a in rows if a.group == f"claim {c}") for c in range(3)]
    for count in (*counts, Counter(a.truth for a in rows)):
        assert abs(count["Yes"] - count["No"]) <= max(SLACK, 0.1 * max(count.values()))
    assert all(len(g.asks) >= MIN_VARIANTS and len(g.truths) == 2 for g in chosen)


def test_no_more_groups_of_a_segment_and_rows_of_a_type_than_wanted():
    asks = [a for scene in range(6) for n in range(5)
            for a in about(scene, ["m0", "m1", "m2", "m3", "m0"], statement=f"about {n}",
                           group=f"set {n}")]
    chosen = choose(asks, per_segment=2).chosen
    assert set(Counter(g.scene for g in chosen).values()) == {2}
    assert sum(len(g.asks) for g in choose(asks, per_type=13).chosen) <= 13


def test_the_choice_is_the_same_for_any_order_of_the_asks():
    rng = random.Random(1)
    asks = [a for scene in range(20)
            for a in about(scene, rng.choices(["m0", "m1", "m2", "m3", None], k=EVERY))]
    shuffled = rng.sample(asks, len(asks))
    assert choose(asks).chosen == choose(shuffled).chosen


# Generated groups.

@pytest.fixture(scope="module")
def settings(make_settings):
    types = tuple(t for t in make_settings().types if not t.endswith("tracking"))
    return make_settings(scenes=4, size=96, frames=16, types=types, groups=True)


@pytest.fixture(scope="module")
def made(settings, tmp_path_factory):
    return generate(settings, tmp_path_factory.mktemp("groups") / "stage")


@pytest.fixture(scope="module")
def groups(made):
    """group_id -> rows."""
    found = defaultdict(list)
    for row in made.staged.rows:
        found[row.group_id].append(row)
    return found


def test_rows_of_a_group_ask_one_question_about_four_variants_or_more(groups, made):
    assert sum(made.summary.groups.values()) == len(groups) >= 25
    for name, rows in groups.items():
        assert name
        assert len(rows) >= MIN_VARIANTS
        assert len({r.variant for r in rows}) == len({r.scene_id for r in rows}) == len(rows)
        assert {r.variant for r in rows} <= set(VARIANTS)
        for column in ("question_type", "format", "naming", "template_id", "reference_system"):
            assert len({getattr(r, column) for r in rows}) == 1
        if rows[0].naming != "pixel":
            assert len({(r.question, *r.options) for r in rows}) == 1
        if rows[0].question_type not in COMPOSITION.one_answer_groups:
            assert len({r.answer for r in rows}) >= 2


def test_generated_groups_have_answers_of_all_kinds_and_many_types(groups, made):
    assert len({rows[0].question_type for rows in groups.values()}) >= 8
    letters = Counter(r.answer for r in made.staged.rows if r.format == "multiple_choice")
    assert set(letters) == set(LETTERS)
    assert {r.format for r in made.staged.rows} == {"yes_no", "multiple_choice"}
    assert {r.variant for r in made.staged.rows} == set(VARIANTS)


def test_two_workers_make_the_same_groups(made, settings, tmp_path):
    again = generate(settings, tmp_path / "stage", workers=2)
    assert again.staged.rows == made.staged.rows


def test_what_a_variant_was_left_out_for_is_counted_and_no_scene_is_skipped(made):
    assert made.summary.skipped == {}
    left_out = sum(n for reason, n in made.summary.dropped.items() if reason.startswith("left out: "))
    assert made.summary.scenes + left_out == 4 * EVERY


def test_published_groups_are_sound_and_a_broken_one_is_named(made, tmp_path):
    publish(made.staged, tmp_path / "out")
    assert validate(tmp_path / "out") == []
    rows = list(made.staged.rows)
    broken = replace(rows[0], variant=next(
        r.variant for r in rows[1:] if r.group_id == rows[0].group_id))
    publish(replace(made.staged, rows=[broken, *rows[1:]]), tmp_path / "broken")
    assert any(f"group {broken.group_id}: variant: found" in p for p in validate(tmp_path / "broken"))


def test_a_group_that_lost_rows_is_not_published(groups):
    rows = next(iter(groups.values()))
    assert whole_groups(rows[:MIN_VARIANTS]) == rows[:MIN_VARIANTS]
    assert whole_groups(rows[:MIN_VARIANTS - 1]) == []


def test_without_groups_rows_have_none(generated):
    assert {(r.group_id, r.variant) for r in generated.staged.rows} == {("", "")}
