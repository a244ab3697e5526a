"""Which recordings lie under the roots: one tree, one folder for each archive, or a mixture of both."""

from __future__ import annotations

import shutil

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.sources.registry import SourceOptions, list_scenes

LAYERS = ("rgb", "depth", "instanceSegmentation", "textgt")


def make(root, recording="Scene01/clone", layers=LAYERS, cameras=(0, 1)):
    """Empty folders of a recording under `root`."""
    folder = root / recording
    for layer in layers:
        if layer == "textgt":
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "pose.txt").write_text("")
            continue
        for camera in cameras:
            (folder / "frames" / layer / f"Camera_{camera}").mkdir(parents=True)


def listed(*roots, scenes=None):
    handles = list_scenes("virtual_kitti", SourceOptions(roots=roots, scenes=scenes))
    return [handle.scene_id for handle in handles]


def test_all_scenes_variations_and_cameras_in_a_stable_order(tmp_path):
    for recording in ("Scene20/rain", "Scene01/15-deg-left", "Scene01/home-made", "Scene01/clone"):
        make(tmp_path, recording)
    assert listed(tmp_path) == [f"{name}/Camera_{camera}" for name in (
        "Scene01/clone", "Scene01/15-deg-left", "Scene01/home-made", "Scene20/rain") for camera in (0, 1)]
    assert listed(tmp_path, scenes=3)[-1] == "Scene01/15-deg-left/Camera_0"


def test_one_folder_for_each_archive(tmp_path):
    for layer in LAYERS:
        make(tmp_path / f"vkitti_2.0.3_{layer}", layers=(layer,))
    assert listed(tmp_path) == ["Scene01/clone/Camera_0", "Scene01/clone/Camera_1"]
    assert listed(*(tmp_path / f"vkitti_2.0.3_{layer}" for layer in LAYERS)) == listed(tmp_path)


def test_a_mixture_of_both(tmp_path):
    make(tmp_path, layers=("rgb", "textgt"))
    make(tmp_path / "vkitti_2.0.3_depth", layers=("depth",))
    make(tmp_path / "elsewhere" / "ids", layers=("instanceSegmentation",))
    assert len(listed(tmp_path, tmp_path / "elsewhere")) == 2


def test_layers_in_different_places_are_read_as_one_recording(world, layout, tmp_path):
    drive = layout(world, tmp_path / "all")
    root = drive.write()
    for layer in LAYERS[:3]:
        target = tmp_path / f"vkitti_2.0.3_{layer}" / "Scene01/clone/frames"
        target.mkdir(parents=True)
        shutil.move(drive.folder / "frames" / layer, target / layer)
    shutil.move(root, tmp_path / "vkitti_2.0.3_textgt")
    (handle,) = list_scenes("virtual_kitti", SourceOptions(roots=(tmp_path,)))
    assert handle.open().depth(0).shape == (72, 110)


@pytest.mark.parametrize("missing", LAYERS)
def test_a_forgotten_archive_is_one_clear_line(tmp_path, missing):
    make(tmp_path, layers=[layer for layer in LAYERS if layer != missing])
    with pytest.raises(FourdpQaError, match=rf"{missing}: found none.*extract vkitti_2\.0\.3_{missing}\.tar"):
        listed(tmp_path)


def test_a_recording_that_lacks_a_layer_others_have_fails_loudly(tmp_path):
    make(tmp_path)
    make(tmp_path, "Scene01/fog", layers=("rgb", "textgt"), cameras=(0,))
    handles = list_scenes("virtual_kitti", SourceOptions(roots=(tmp_path,)))
    assert [h.scene_id for h in handles][-1] == "Scene01/fog/Camera_0"
    with pytest.raises(FourdpQaError, match="Scene01/fog: depth: found no such folder"):
        handles[-1].open()


def test_one_layer_in_two_places_is_refused(tmp_path):
    make(tmp_path / "a")
    make(tmp_path / "b", layers=("depth",))
    with pytest.raises(FourdpQaError, match="depth of Scene01/clone lies in both"):
        listed(tmp_path)


def test_a_root_that_is_missing_or_holds_nothing(tmp_path):
    with pytest.raises(FourdpQaError, match="no folder given"):
        listed()
    with pytest.raises(FourdpQaError, match="nowhere: found no folder"):
        listed(tmp_path / "nowhere")
    with pytest.raises(FourdpQaError, match="found no folder called Scene01"):
        listed(tmp_path)
