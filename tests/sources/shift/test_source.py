"""Which sequences a root holds, and what is said of one that holds none."""

from __future__ import annotations

import shutil

import pytest

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes
from fourdp_qa.sources.shift import masks


def ids(*roots):
    return [handle.scene_id for handle in list_scenes("shift", SourceOptions(roots=roots))]


@pytest.fixture(scope="module")
def written(shift_view, box_world, tmp_path_factory):
    """One view as written."""
    return shift_view(box_world(48, 72, 12), tmp_path_factory.mktemp("one"), colour="folder",
                      depth="folder").write()


@pytest.fixture
def download(written, tmp_path):
    """A download with views of several shifts, splits and frame rates."""
    for place in ("discrete/videos/train/front", "discrete/videos/val/right_90",
                  "continuous/videos/1x/train/front", "discrete/videos/test/front"):
        shutil.copytree(written, tmp_path / place)
    return tmp_path


EVERYTHING = ["discrete/videos/train/front/0003-17fb", "discrete/videos/val/right_90/0003-17fb",
              "continuous/videos/1x/train/front/0003-17fb"]


def test_a_source_of_its_own_name_and_code():
    source = get_source("shift")
    assert (source.name, source.code, source.extra, source.license) == (
        "shift", "shf", "shift", "CC-BY-NC-SA-4.0")


def test_all_views_below_a_root_are_listed_but_splits_without_labels(download):
    assert ids(download) == EVERYTHING


@pytest.mark.parametrize("below", ["discrete", "discrete/videos", "discrete/videos/train",
                                   "discrete/videos/train/front", "continuous/videos/1x"])
def test_a_root_may_be_any_folder_of_the_layout_and_ids_stay(download, below):
    assert ids(download / below) == [name for name in EVERYTHING if name.startswith(below)]


def test_views_of_a_sequence_share_its_split_key(download):
    keys = {handle.split_key for handle in list_scenes("shift", SourceOptions(roots=(download,)))}
    assert keys == {"0003-17fb"}


def test_a_split_of_pictures_alone_is_said(download):
    with pytest.raises(SourceDataError, match="found a split of pictures without labels, expected one of"):
        ids(download / "discrete/videos/test")


@pytest.mark.parametrize("missing", ["det_3d.json", "det_insseg_2d.json", "depth", "img"])
def test_a_missing_group_is_named_with_the_file_to_download(download, missing):
    view = download / "discrete/videos/train/front"
    wanted = {"depth": "depth.zip", "img": "img.tar"}.get(missing, missing)
    (shutil.rmtree if (view / missing).is_dir() else lambda path: path.unlink())(view / missing)
    with pytest.raises(SourceDataError, match=f"download {wanted} of this view"):
        ids(view)
    listed = list_scenes("shift", SourceOptions(roots=(download,)))
    assert [handle.scene_id for handle in listed] == ["discrete/videos/train/front", *EVERYTHING[1:]]
    with pytest.raises(SourceDataError, match=f"download {wanted} of this view"):
        listed[0].open()


def test_hdf5_alone_is_said(download):
    view = download / "discrete/videos/train/front"
    shutil.rmtree(view / "depth")
    (view / "depth.hdf5").write_bytes(b"x")
    with pytest.raises(SourceDataError, match=r"found an HDF5 file alone, expected depth\.zip as downloaded"):
        ids(view)


def test_no_root_an_empty_root_and_a_root_given_twice(download, tmp_path):
    with pytest.raises(FourdpQaError, match="no folder given"):
        ids()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceDataError, match="found no view of SHIFT's cameras"):
        ids(tmp_path / "empty")
    with pytest.raises(SourceDataError, match="found no folder"):
        ids(tmp_path / "nowhere")
    with pytest.raises(FourdpQaError, match="are the same part of the layout"):
        ids(download, download / "discrete")


def test_without_pycocotools_one_line_says_what_to_install(download, monkeypatch):
    monkeypatch.setattr(masks, "find_spec", lambda name: None)
    handle = list_scenes("shift", SourceOptions(roots=(download,)))[0]
    with pytest.raises(FourdpQaError, match=r"pip install 'fourdp-qa\[shift\]'"):
        handle.open()
