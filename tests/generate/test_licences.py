"""Scenes of several licences in one generation: refused before clips are written, and nothing is lost."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate import run as running
from fourdp_qa.generate.run import generate
from fourdp_qa.scene.storage import write_scene

BY, NC, SA = "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0"


@pytest.fixture(scope="module")
def scenes(box_world, tmp_path_factory):
    """``scenes(BY, NC)``: a folder of stored scenes, one under each licence."""
    from dataclasses import replace

    def write(*licences):
        root = tmp_path_factory.mktemp("scenes")
        for number, name in enumerate(licences):
            world = box_world(height=64, width=64, frames=12, scene_id=f"scene {number}",
                              camera_travel=(3.2 - number, 1.4, 0.9))
            world.facts = replace(world.facts, license=name)
            write_scene(world, root / str(number))
        return root

    return write


def ask(make_settings, root, stage, **changes):
    return generate(make_settings(source="stored", roots=(str(root),), scenes=None, **changes), stage).staged


def test_rows_keep_the_licence_of_their_scene(make_settings, scenes, tmp_path):
    staged = ask(make_settings, scenes(BY, NC), tmp_path / "stage")
    assert {(r.scene_id, r.license) for r in staged.rows} == {("scene 0", BY), ("scene 1", NC)}


def test_a_non_commercial_scene_is_refused_in_a_folder_declared_otherwise(make_settings, scenes, tmp_path):
    with pytest.raises(FourdpQaError, match=rf"rows of {NC}, expected what may lie in a folder under {BY}"):
        ask(make_settings, scenes(BY, NC), tmp_path / "stage", license=BY, clips=True)
    assert not list((tmp_path / "stage").rglob("*.mp4")), "refused before clips are written"


def test_scenes_that_share_no_licence_are_refused_without_a_declaration(make_settings, scenes, tmp_path):
    with pytest.raises(FourdpQaError, match="generate a folder for each"):
        ask(make_settings, scenes(SA, NC), tmp_path / "stage")


def test_after_a_refusal_another_declaration_goes_on_without_measuring_again(
    make_settings, scenes, tmp_path, monkeypatch
):
    root, stage = scenes(BY, NC), tmp_path / "stage"
    with pytest.raises(FourdpQaError):
        ask(make_settings, root, stage, license=BY)
    monkeypatch.setattr(running, "measure_scene", None)  # would fail if it were called
    staged = ask(make_settings, root, stage, license=NC)
    assert staged.settings.license == NC and len(staged.rows) > 10


def test_no_row_depends_on_what_is_declared(make_settings, scenes, tmp_path):
    root = scenes(BY)
    assert ask(make_settings, root, tmp_path / "a").rows == (
        ask(make_settings, root, tmp_path / "b", license="CC-BY-NC-SA-4.0").rows)


def test_a_source_that_cannot_fit_is_refused_before_it_is_measured(make_settings, tmp_path):
    with pytest.raises(FourdpQaError, match=r"simulator: license: found CC-BY-4\.0"):
        generate(make_settings(license="CC0-1.0"), tmp_path / "stage")
    assert not (tmp_path / "stage").exists()
