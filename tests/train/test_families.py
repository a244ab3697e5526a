"""The table of families fits the real classes, and only what is listed learns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.families import expect_family, families, family_named
from fourdp_qa.train.model import adapters, freeze, load_model

KINDS = ("qwen2_5_vl", "qwen3_vl", "llava_onevision")


@pytest.mark.parametrize("kind", KINDS)
def test_the_projector_and_the_language_model_learn_and_nothing_else(load_fresh, kind):
    model, _, family = load_fresh(kind)
    sizes = {size.part: size for size in freeze(model, family, ("projector", "llm"))}
    assert sizes["vision"].trained == 0 < sizes["vision"].parameters
    assert all(sizes[part].trained == sizes[part].parameters > 0 for part in ("projector", "llm"))
    learns = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    visual = {name for name in learns if "visual" in name or "vision" in name}
    assert all("merger" in name for name in visual)  # of the Qwen families, which keep the projector inside
    assert sum(s.parameters for s in sizes.values()) == sum(p.numel() for p in model.parameters())


def test_a_switch_of_stage_changes_what_learns(load_fresh):
    model, _, family = load_fresh()
    freeze(model, family, ("projector", "llm"))
    sizes = {size.part: size.trained for size in freeze(model, family, ("projector",))}
    assert sizes["projector"] > 0
    assert sizes["vision"] == sizes["llm"] == 0


def test_tied_weights_are_found_under_both_names(load_fresh):
    model, _, family = load_fresh(tied=True)
    assert "lm_head.weight" not in dict(model.named_parameters())
    sizes = {size.part: size for size in freeze(model, family, ("llm",))}
    assert sizes["llm"].trained == sizes["llm"].parameters


def test_a_prefix_that_fits_nothing_is_an_error(load_fresh):
    model, _, family = load_fresh()
    wrong = replace(family, parts=family.parts | {"projector": ("model.merger.",)})
    with pytest.raises(FourdpQaError, match=r"prefix 'model\.merger\.' of 'projector' fits none"):
        freeze(model, wrong, ("projector",))


def test_a_parameter_of_no_part_is_an_error(load_fresh):
    model, _, family = load_fresh()
    wrong = replace(family, parts={k: v for k, v in family.parts.items() if k != "llm"})
    with pytest.raises(FourdpQaError, match="fits no prefix of vision, projector"):
        freeze(model, wrong, ("projector",))


def test_a_model_of_another_family_is_refused_before_its_weights_are_read(tiny_model, tmp_path):
    from fourdp_qa.train.config import ModelSettings

    folder = tmp_path / "config-only"
    folder.mkdir()
    (folder / "config.json").write_text((tiny_model("qwen3_vl") / "config.json").read_text())
    with pytest.raises(FourdpQaError, match=r"found 'qwen3_vl', .*set model.family: qwen3_vl"):
        load_model(ModelSettings(str(folder), "qwen2_5_vl"), family_named("qwen2_5_vl"))


def test_a_family_unknown_to_the_table_says_where_to_add_it():
    with pytest.raises(FourdpQaError, match=r"add the family to train/families\.toml"):
        expect_family(family_named("qwen2_5_vl"), "gpt2", "somewhere")
    with pytest.raises(FourdpQaError, match="found 'gpt2', expected one of qwen2_5_vl, qwen3_vl"):
        family_named("gpt2")


def test_nvila_lite_is_marked_untested():
    assert [f.name for f in families().values() if not f.tested] == ["nvila_lite"]


def test_adapters_lie_on_the_trained_parts_alone(load_fresh):
    from fourdp_qa.train.config import LoraSettings, ModelSettings

    model, _, family = load_fresh()
    targets = adapters(model, family, ModelSettings("", "qwen2_5_vl", lora=LoraSettings(4, 8))).target_modules
    assert any("language_model" in name for name in targets)
    assert any("visual.merger" in name for name in targets)
    assert not [name for name in targets if "visual.blocks" in name or name == "lm_head"]
