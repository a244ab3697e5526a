"""The plans hold what the demonstration promises."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.config import read_config, recipe_path
from fourdp_qa.train.demonstration.plan import plan_named, smaller
from fourdp_qa.train.families import family_named
from fourdp_qa.train.plan import make_plan

NAMES = ("short", "full")


@pytest.mark.parametrize("name", NAMES)
def test_clips_model_and_recipe_of_a_plan_fit_together(name):
    plan = plan_named(name)
    config = read_config(recipe_path(plan.recipe))
    assert (config.data.size, config.data.frames) == (plan.side, plan.frames)
    assert plan.side <= plan.size
    assert plan.side % (plan.model.patch * plan.model.merge) == 0
    assert plan.frames % plan.model.slice_frames == 0
    make_plan(config.optimisation, family_named("qwen3_vl"), config.data.samples, devices=2)


@pytest.mark.parametrize("name", NAMES)
def test_no_held_out_scene_is_a_training_scene(name):
    plan = plan_named(name)
    assert plan.training.seed != plan.held_out.seed


def test_the_full_plan_keeps_models_at_30_40_and_100_minutes_of_two_cores():
    plan = plan_named("full")
    assert plan.marks("tm") == (60.0, 80.0, 200.0)
    assert plan.marks("std") == (80.0,)
    assert plan.marks("tm", minutes=35) == (60.0, 70.0)
    assert next(iter(plan.core_minutes)) == "tm"


def test_the_short_plan_leaves_time_for_its_evaluation():
    assert plan_named("short").marks("std")[-1] < 40


def test_wrong_names_say_what_there_is(tmp_path):
    with pytest.raises(FourdpQaError, match="--plan long: found no such plan, expected one of full, short"):
        plan_named("long")
    with pytest.raises(FourdpQaError, match=r"--mix pt: .*expected one of tm, std"):
        plan_named("full").marks("pt")
    with pytest.raises(FourdpQaError, match="--minutes -1: expected a number above 0"):
        plan_named("full").marks("tm", -1)
    (tmp_path / "plans.toml").write_text("[clips]\nsize = 64\n[own]\nscene = 3\n")
    with pytest.raises(FourdpQaError, match="own: found other fields than expected"):
        plan_named("own", tmp_path / "plans.toml")


def test_a_trial_has_fewer_scenes_on_both_sides():
    small = smaller(plan_named("full"), 50)
    assert (small.training.scenes, small.held_out.scenes) == (50, 5)
