"""Stored scenes as a source: which there are, and that they ask and answer as the scene did."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.storage import write_scene
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle


@pytest.fixture
def store(box_world, tmp_path):
    """``store("a", scene_id="a")``: a small stored scene in the folder "a"."""

    def make(name, scene_id=None):
        world = box_world(height=20, width=24, frames=12, scene_id=scene_id or name)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        return write_scene(world, tmp_path / name)

    return make


def listed(*roots, scenes=None):
    return [h.scene_id for h in list_scenes("stored", SourceOptions(roots=roots, scenes=scenes))]


def test_the_registry_knows_it():
    source = get_source("stored")
    assert (source.name, source.code, source.extra) == ("stored", "sto", None)


def test_a_root_is_one_scene_or_a_folder_of_them_in_the_order_of_names(store, tmp_path):
    for name in ("b", "a", "c"):
        store(f"root/{name}", scene_id=f"scene {name}")
    (tmp_path / "root" / "notes").mkdir()
    assert listed(tmp_path / "root" / "b") == ["scene b"]
    assert listed(tmp_path / "root") == ["scene a", "scene b", "scene c"]
    assert listed(tmp_path / "root", scenes=2) == ["scene a", "scene b"]


def test_a_handle_keeps_where_the_scene_comes_from(store):
    (handle,) = list_scenes("stored", SourceOptions(roots=(store("a"),)))
    facts = handle.open().facts
    assert (handle.source, handle.scene_id, handle.split_key) == (
        facts.source, facts.scene_id, facts.split_key) == ("box_world", "a", "a")


def test_what_a_killed_writer_left_is_no_scene(store, tmp_path):
    whole = store("root/a")
    whole.rename(tmp_path / "root" / ".a.unfinished-12")
    with pytest.raises(SourceDataError, match="found no stored scene"):
        listed(tmp_path / "root")


def test_without_a_root():
    with pytest.raises(FourdpQaError, match="stored: no folder given"):
        listed()


@pytest.mark.parametrize(("name", "words"), [
    ("nowhere", "found no folder, expected a stored scene"), ("empty", "found no stored scene"),
])
def test_a_root_without_scenes_is_one_clear_line(tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceDataError, match=rf"{words}.*; give the folder write_scene made"):
        listed(tmp_path / name)


def test_two_scenes_of_one_id_are_refused(store, tmp_path):
    store("root/a", scene_id="same")
    store("root/b", scene_id="same")
    with pytest.raises(FourdpQaError, match=r"a and .*b have one scene_id, 'same'"):
        listed(tmp_path / "root")


def test_a_scene_whose_facts_are_damaged_does_not_stop_the_listing(store, tmp_path):
    for name in ("a", "b"):
        store(f"root/{name}")
    (tmp_path / "root" / "a" / "scene.json").write_text("{")
    handles = list_scenes("stored", SourceOptions(roots=(tmp_path / "root",)))
    assert [h.scene_id for h in handles] == [str(tmp_path / "root" / "a"), "root/b"]
    with pytest.raises(SourceDataError, match=r"scene\.json: found a damaged file"):
        handles[0].open()


# --- round trip ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[(1, 16), (3, 23), (26, 12)], ids=str)
def simulated(request):
    index, frames = request.param
    return SimulatorHandle(7, index, 112, frames).open()


@pytest.fixture
def back(simulated, tmp_path):
    """The simulated scene, stored and read back as the source gives it."""
    write_scene(simulated, tmp_path / "stored")
    (handle,) = list_scenes("stored", SourceOptions(roots=(tmp_path / "stored",)))
    return handle.open()


def said_of(scene):
    (segment,) = cut_segments(scene.facts.frame_count, scene.facts.fps, 32)
    return state_segment(measure_segment(square_view(scene), segment))


def verdicts(said):
    return {
        s.key: {name: (c.quantity.verdict, c.picture) for name, c in s.components.items()}
        for s in said.statements
    }


def test_a_stored_scene_says_what_the_scene_said_wherever_both_ask(simulated, back):
    ours, theirs = verdicts(said_of(back)), verdicts(said_of(simulated))
    both = ours.keys() & theirs.keys()
    assert len(both) > 40
    assert {key: ours[key] for key in both} == {key: theirs[key] for key in both}


def test_seen_through_depth_images_alone_both_say_exactly_the_same(simulated, back):
    blind = copy.copy(simulated)
    blind.facts = replace(simulated.facts, capabilities=simulated.facts.capabilities
                          - {Capability.EXACT_VISIBILITY})
    ours, theirs = said_of(back), said_of(blind)
    assert ours == theirs
    assert len(ours.tracks) > 10


def test_the_command_line_generates_from_it(store, tmp_path):
    store("root/a")
    store("root/b")
    arguments = ["generate", "stored", tmp_path / "root", "--out", tmp_path / "made", "--size", 64,
                 "--frames", 12, "--workers", 1, "--no-clips", "--json"]
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout[result.stdout.index("{"):])["rows"] > 10
