"""Settings: the recipes say what they should, and every mistake is one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fourdp_qa.dataset.mixtures import shares
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.config import OptimisationSettings, read_config, recipe_path
from fourdp_qa.train.families import family_named
from fourdp_qa.train.plan import cores_to_feed, make_plan

TRAIN = Path(__file__).parents[2] / "train"
RECIPES = sorted(path.stem for path in (TRAIN / "recipes").glob("[!_]*.yaml"))


@pytest.mark.parametrize("path", sorted((TRAIN / "recipes").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_value_of_a_recipe_says_whose_it_is(path):
    for line in path.read_text().splitlines():
        bare = line.partition("#")[0].strip()
        if bare and not bare.endswith(":") and not bare.startswith("base:"):
            assert "# paper" in line or "# ours" in line, line


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_read(name):
    config = read_config(recipe_path(name))
    family_named(config.model.family)
    shares(config.data.mixture)


@pytest.mark.parametrize("name", ["qwen2_5_vl_3b", "qwen2_5_vl_7b", "nvila_lite_8b"])
@pytest.mark.parametrize("mixture", ["std", "tm", "pt", "tm_pt"])
def test_the_runs_of_the_paper_have_its_numbers(name, mixture):
    config = read_config(recipe_path(name), (f"data.mixture={mixture}",))
    family = family_named(config.model.family)
    plan = make_plan(config.optimisation, family, config.data.samples, devices=32)
    assert (plan.batch, plan.accumulation, plan.steps) == (128, 4, 3125)  # "3.1K iterations"
    assert plan.learning_rate == (2e-5 if "nvila" in name else 1e-5)
    assert (config.data.size, config.data.frames) == (448, 32)
    assert config.model.train == ("projector", "llm")
    assert config.optimisation.schedule == "cosine"
    tracking = 1 - shares(config.data.mixture)["standard"]
    assert tracking == pytest.approx(0 if mixture == "std" else 0.2)


@pytest.mark.parametrize("name", ["fsdp2_32_gpus", "deepspeed_zero3_32_gpus"])
def test_launch_files_start_the_papers_32_devices(name):
    from accelerate.commands.config.config_args import ClusterConfig

    path = TRAIN / "launch" / f"{name}.yaml"
    values = yaml.safe_load(path.read_text())
    assert (values["num_machines"], values["num_processes"]) == (4, 32)
    assert ClusterConfig.from_yaml_file(str(path)).mixed_precision == "bf16"


WRONG = {
    "an unknown key": (
        {"data": {"sample": 1}}, r"data\.sample: found an unknown setting.*did you mean samples\?"),
    "a missing key": ({"data": {"path": None}}, r"data\.path: found None, expected a text"),
    "text for a number": ({"optimisation": {"learning_rate": "1e-5"}}, r"write 1\.0e-5, with a point"),
    "a wrong choice": ({"model": {"dtype": "fp8"}}, r"model\.dtype: found 'fp8', expected one of float32"),
    "a negative number": ({"evaluation": {"every": 0}}, r"evaluation\.every: found 0, expected at least 1"),
    "an average that never moves": (
        {"optimisation": {"average": 1.0}}, r"optimisation\.average: found 1\.0, expected a decay below 1"),
    "an average of adapters": (
        {"optimisation": {"average": 0.9}, "model": {"lora": {"rank": 2, "alpha": 4}}},
        r"optimisation\.average: found adapters beside it"),
    "words spelt otherwise": ({"data": {"answers": "word"}}, r"data\.answers: found 'word', expected one of"),
    "no share to hold out": ({"data": {"validation": 0}}, r"data\.validation: found 0.0, expected a share"),
    "an unknown logger": ({"output": {"log_to": ["paper"]}}, r"output\.log_to: found paper"),
    "a list for a section": ({"model": [1]}, r"model: found \[1\], expected a section"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_names_itself(tmp_path, case):
    changed, said = WRONG[case]
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump({"base": str(TRAIN / "recipes" / "qwen2_5_vl_3b.yaml")} | changed))
    with pytest.raises(FourdpQaError, match=said) as error:
        read_config(path)
    assert "\n" not in str(error.value)


def test_a_setting_without_default_must_be_there(tmp_path):
    path = tmp_path / "short.yaml"
    path.write_text("model: {name: x}\n")
    with pytest.raises(FourdpQaError, match=r"model\.family: found nothing, expected a value; add it"):
        read_config(path)


def test_files_that_are_no_settings_are_refused(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("a: [1\n")
    with pytest.raises(FourdpQaError, match="no readable YAML"):
        read_config(path)
    path.write_text("- 1\n")
    with pytest.raises(FourdpQaError, match="expected sections"):
        read_config(path)
    path.write_text("base: broken.yaml\n")
    with pytest.raises(FourdpQaError, match="a chain of more than four files"):
        read_config(path)
    with pytest.raises(FourdpQaError, match="expected one or a recipe: cpu_demonstration"):
        recipe_path("nothing")


def test_a_batch_that_no_accumulation_gives_is_refused():
    with pytest.raises(FourdpQaError, match="a multiple of per_device x devices = 3 x 2 = 6; set it to 6"):
        make_plan(OptimisationSettings(batch=8, per_device=3), family_named("qwen2_5_vl"), 100, 2)
    with pytest.raises(FourdpQaError, match="expected at least one batch of 8"):
        make_plan(OptimisationSettings(batch=8), family_named("qwen2_5_vl"), 7, 1)


def test_cores_to_feed_eight_gpus():
    assert cores_to_feed(8, 0.25) == pytest.approx(8 * 0.3858 * 0.25, rel=1e-3)
