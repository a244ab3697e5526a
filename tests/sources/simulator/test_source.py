"""The simulator as a source: handles, wishes and what is said when something is missing."""

import pickle
import subprocess
import sys

import pytest

from fourdp_qa.errors import FourdpQaError, MissingExtraError
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes
from fourdp_qa.sources.simulator import source
from fourdp_qa.sources.simulator.source import SimulatorHandle


def test_the_registry_knows_the_simulator() -> None:
    found = get_source("simulator")
    assert (found.name, found.code, found.extra, found.license) == (
        "simulator", "sim", "sim", "CC-BY-4.0")


def test_handles_are_listed_in_order_with_ids_of_fixed_width() -> None:
    handles = list_scenes("simulator", SourceOptions(scenes=3, seed=5, size=64, frames=12))
    assert [handle.scene_id for handle in handles] == [
        "sim-000005-000000", "sim-000005-000001", "sim-000005-000002"]
    assert all(isinstance(handle, SceneHandle) for handle in handles)
    assert len({handle.split_key for handle in handles}) == 3


def test_a_handle_survives_pickling_and_is_small() -> None:
    handle = SimulatorHandle(5, 2, 64, 12)
    assert pickle.loads(pickle.dumps(handle)) == handle  # noqa: S301
    assert len(pickle.dumps(handle)) < 300


def test_the_scene_carries_its_handles_names() -> None:
    handle = SimulatorHandle(5, 2, 64, 12)
    facts = handle.open().facts
    assert (facts.source, facts.scene_id, facts.split_key) == (
        handle.source, handle.scene_id, handle.split_key)
    assert (facts.frame_count, facts.height, facts.width) == (12, 64, 64)


def test_without_a_number_of_scenes_it_says_what_to_add() -> None:
    with pytest.raises(FourdpQaError, match="--scenes"):
        list_scenes("simulator", SourceOptions())


@pytest.mark.parametrize(("wish", "word"), [({"size": 32}, "--size"), ({"frames": 8}, "--frames")])
def test_wishes_that_are_too_small_are_refused(wish: dict[str, int], word: str) -> None:
    with pytest.raises(FourdpQaError, match=word):
        list_scenes("simulator", SourceOptions(scenes=1, **wish))


@pytest.mark.parametrize("missing", ["mujoco", "embreex"])
def test_a_missing_extra_is_named_with_its_install_line(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(source, "find_spec", lambda name: None if name == missing else object())
    with pytest.raises(MissingExtraError, match=r"pip install 'fourdp-qa\[sim\]'"):
        SimulatorHandle(0, 0, 64, 12).open()


def test_listing_imports_neither_physics_nor_rays() -> None:
    code = (
        "import sys; from fourdp_qa.sources.registry import SourceOptions, list_scenes; "
        "list_scenes('simulator', SourceOptions(scenes=2)); "
        "print(sorted({'mujoco', 'embreex'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
