"""Damaged outputs: each is one line that says where, what, what instead and what to do; among others it is
skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import io
import json
import pickle
import shutil
import zipfile

import numpy as np
import pytest
from damage import cut, image, is_one_helpful_line, remove, text_for

from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES = 14
RESULTS, RESULT = "exports/npz/results.npz", "result.npz"


def arrays(name, **changes):
    """`changes` is given each array of an npz; None takes it out."""
    def damage(folder):
        with np.load(folder / name) as stored:
            found = dict(stored)
        for key, change in changes.items():
            if change is None:
                found.pop(key, None)
            else:
                found[key] = change(found)
        np.savez(folder / name, **found)
    return damage


def pickled(name, key):
    def damage(folder):
        np.savez(folder / name, **{key: np.array([{"a": 1}], dtype=object)}, allow_pickle=True)
    return damage


def member(name, inside, content):
    """A zip gets a further member."""
    def damage(folder):
        with zipfile.ZipFile(folder / name, "a") as archive:
            archive.writestr(inside, content)
    return damage


def vast(folder):
    """A header that promises more than any machine holds."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (100_000, 4000, 4000)})
    member(RESULTS, "world_points.npy", header.getvalue())(folder)


def one(key, value, frame=3):
    def change(found):
        array = found[key].copy()
        array[frame].flat[0] = value
        return array
    return change


DAMAGES = {
    ("Depth Anything 3", "pickled objects"): (pickled(RESULTS, "depth"), "depth: found pickled objects"),
    ("Depth Anything 3", "a pickle for the npz"): (
        lambda f: (f / RESULTS).write_bytes(pickle.dumps({"depth": 1})), "a damaged file"),
    ("Depth Anything 3", "npz cut"): (cut(RESULTS, 5000), "a damaged file"),
    ("Depth Anything 3", "npz empty"): (text_for(RESULTS, ""), "an empty file"),
    ("Depth Anything 3", "an array that is vast"): (vast, "expected at most 4 GiB"),
    ("Depth Anything 3", "a path that leaves"): (member(RESULTS, "../depth.npy", b"x"), "is no array"),
    ("Depth Anything 3", "another member"): (member(RESULTS, "run.py", b"x"), "a member that is no array"),
    ("Depth Anything 3", "no depth"): (arrays(RESULTS, depth=None), "depth: found none among"),
    ("Depth Anything 3", "no pictures"): (arrays(RESULTS, image=None), "the export format npz, not mini_npz"),
    ("Depth Anything 3", "no poses"): (arrays(RESULTS, extrinsics=None), "camera poses: found none among"),
    ("Depth Anything 3", "poses of both directions"): (
        arrays(RESULTS, cam_c2w=lambda a: a["extrinsics"]), "found both extrinsics and cam_c2w"),
    ("Depth Anything 3", "depth under two names"): (
        arrays(RESULTS, depths=lambda a: a["depth"]), "found both depth and depths"),
    ("Depth Anything 3", "fewer poses"): (
        arrays(RESULTS, extrinsics=lambda a: a["extrinsics"][:-1]), "found 13 frames, expected 14"),
    ("Depth Anything 3", "a pose that is not finite"): (
        arrays(RESULTS, extrinsics=one("extrinsics", np.nan)), "a value that is not finite"),
    ("Depth Anything 3", "a pose that is no rotation"): (
        arrays(RESULTS, extrinsics=lambda a: a["extrinsics"] * np.float32(1.5)), "off a rotation in frame"),
    ("Depth Anything 3", "poses of another shape"): (
        arrays(RESULTS, extrinsics=lambda a: a["extrinsics"][:, :, :3]), "expected (T, 3, 4)"),
    ("Depth Anything 3", "intrinsics of other frames"): (
        arrays(RESULTS, intrinsics=lambda a: a["intrinsics"][:3]), "expected (3, 3) or (14, 3, 3)"),
    ("Depth Anything 3", "whole numbers for depth"): (
        arrays(RESULTS, depth=lambda a: a["depth"].astype(np.int32)), "dtype int32, expected floating"),
    ("Depth Anything 3", "texts for depth"): (
        arrays(RESULTS, depth=lambda a: np.array(["far"])), "expected numbers"),
    ("Depth Anything 3", "pictures of another size"): (
        arrays(RESULTS, image=lambda a: a["image"][:, ::2]), "(14, 72, 96, 3)"),
    ("Depth Anything 3", "confidence of another size"): (
        arrays(RESULTS, conf=lambda a: a["conf"][:, ::2]), "as the depth"),
    ("VGGT", "colours beyond 1"): (
        arrays("predictions.npz", images=lambda a: 255 * a["images"]), "floating point from 0 to 1"),
    ("SpatialTrackerV2", "tracks without a flag"): (arrays(RESULT, visibs=None), "expected an array beside"),
    ("SpatialTrackerV2", "tracks on the picture"): (
        arrays(RESULT, coords=lambda a: a["coords"][..., :2]), "points in the world"),
    ("MegaSaM", "mask missing"): (remove("masks/00003.png"), "00003.png: found no file"),
    ("MegaSaM", "a mask too many"): (
        lambda f: shutil.copy(f / "masks/00003.png", f / "masks/00014.png"), "a frame too many"),
    ("MegaSaM", "a mask of another size"): (
        image("masks/00003.png", np.ones((10, 10), np.uint8)), "found 10x10, expected 96x72"),
    ("MegaSaM", "a mask in colours"): (
        image("masks/00003.png", np.zeros((72, 96, 3), np.uint8)), "Pillow mode RGB"),
    ("MegaSaM", "labels that are none"): (text_for("masks/labels.json", "[1]"), "found a damaged file"),
    ("MegaSaM", "a label of id 0"): (
        text_for("masks/labels.json", json.dumps({"0": "floor"})), "expected id of 1 or more"),
    ("MegaSaM", "video.toml is none"): (text_for("video.toml", "fps = = 3"), "found a damaged file"),
    ("MegaSaM", "no rate"): (text_for("video.toml", 'license = "MIT"'), "fps: found None"),
    ("MegaSaM", "no licence"): (text_for("video.toml", "fps = 30"), "license: found None"),
    ("MegaSaM", "an unknown field"): (
        text_for("video.toml", 'fps = 30\nlicense = "MIT"\nframes = 3'), "frames: found an unknown field"),
    ("MegaSaM", "an up of nothing"): (
        text_for("video.toml", 'fps = 30\nlicense = "MIT"\nup = [0, 0, 0]'), "up: found [0, 0, 0]"),
    ("CUT3R", "a frame missing"): (remove("camera/000005.npz"), "without a gap"),
    ("CUT3R", "depth missing"): (remove("depth/000013.npy"), "a frame that not all folders have"),
    ("CUT3R", "depth cut"): (cut("depth/000003.npy", 300), "000003.npy: found a damaged file"),
    ("CUT3R", "a pickled depth"): (
        lambda f: np.save(f / "depth/000003.npy", np.array([{}], dtype=object), allow_pickle=True),
        "000003.npy: found a damaged file"),
    ("CUT3R", "a pose of another shape"): (
        arrays("camera/000004.npz", pose=lambda a: a["pose"][:3]), "expected (4, 4)"),
    ("ViPE", "depth that is no OpenEXR"): (
        lambda f: rewritten(f / "depth/street.zip", {"00000.exr": b"hello"}), "no OpenEXR file"),
    ("ViPE", "a depth that is cut"): (
        lambda f: rewritten(f / "depth/street.zip", {"00006.exr": 900}), "a damaged file"),
    ("ViPE", "a depth missing"): (
        lambda f: rewritten(f / "depth/street.zip", {"00006.exr": None}), "00006.exr: found no such member"),
    ("ViPE", "a path that leaves"): (
        member("depth/street.zip", "../../00001.exr", b"x"), "found another member"),
    ("ViPE", "a lens that distorts"): (
        text_for("intrinsics/street_camera.txt", "0: MEI\n"), "found MEI, expected PINHOLE"),
    ("ViPE", "frames twice"): (
        arrays("pose/street.npz", inds=lambda a: a["inds"] // 2), "frame numbers that grow"),
    ("ViPE", "a gap in the poses"): (
        arrays("pose/street.npz", inds=lambda a: a["inds"] + (a["inds"] > 6)), "expected frames at one step"),
    ("ViPE", "two kinds of masks"): (
        lambda f: (f / "masks").mkdir(), "masks beside those that the tool wrote"),
    ("ViPE", "video missing"): (remove("rgb/street.mp4"), "street.mp4: found no file"),
}


def rewritten(path, changes):
    """A zip with other members: bytes for other content, a number for that many bytes, None for none."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        contents[name] = contents[name][:change] if isinstance(change, int) else change
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)


@pytest.fixture(scope="module")
def written(tools, small_world, tmp_path_factory):
    """Tool -> a folder with its output, written once."""
    root = tmp_path_factory.mktemp("outputs")
    for tool, kind in tools.items():
        kind(small_world, root / tool / "street").write()
    return root


@pytest.fixture
def copied(written, tmp_path):
    """``copied(tool)``: a root with the output of a tool, to be damaged."""
    return lambda tool: shutil.copytree(written / tool, tmp_path / tool)


def opened(root):
    (handle,) = list_scenes("reconstruction", SourceOptions(roots=(root,)))
    return handle.open()


@pytest.mark.parametrize(("tool", "what"), DAMAGES, ids=[" - ".join(key) for key in DAMAGES])
def test_damage_is_said_on_opening_in_one_line(copied, tool, what):
    damage, words = DAMAGES[tool, what]
    root = copied(tool)
    damage(root / "street")
    with pytest.raises(SourceDataError) as caught:
        opened(root)
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize(("tool", "name"), [("CUT3R", "color/000003.png"), ("ViPE", "rgb/street.mp4")])
def test_damage_to_a_picture_is_said_on_reading_it(copied, tool, name):
    root = copied(tool)
    cut(name, 200)(root / "street")
    scene = opened(root)
    with pytest.raises(SourceDataError) as caught:
        scene.rgb(3)
    is_one_helpful_line(str(caught.value), "a damaged")
    scene.close()


def test_nothing_that_is_pickled_is_run(copied, tmp_path):
    class Runs:
        def __reduce__(self):
            return (open, (str(tmp_path / "was_run"), "w"))

    root = copied("MegaSaM")
    (npz,) = (root / "street").glob("*.npz")
    np.savez(npz, depths=np.array([Runs()], dtype=object), allow_pickle=True)
    with pytest.raises(SourceDataError, match="pickled objects"):
        opened(root)
    assert not (tmp_path / "was_run").exists()


def rows_of(root, stage):
    settings = GenerationSettings(
        source="reconstruction", roots=(str(root),), scenes=None, seed=1, size=64, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


def test_rows_of_estimates_are_refused_by_every_benchmark_whatever_their_source(written, tmp_path):
    root = tmp_path / "videos"
    shutil.copytree(written / "MegaSaM" / "street", root / "street")
    rows, _ = rows_of(root, tmp_path / "stage")
    with pytest.raises(FourdpQaError, match=r"found \d+ estimated rows of reconstruction") as caught:
        write_benchmark(rows, tmp_path, tmp_path / "bench", "mine")
    assert "\n" not in str(caught.value) and not (tmp_path / "bench").exists()


def test_among_good_videos_every_damaged_one_is_skipped_and_no_other_row_changes(written, tmp_path):
    root = tmp_path / "videos"
    shutil.copytree(written / "Depth Anything 3" / "street", root / "good")
    expected, _ = rows_of(root, tmp_path / "without")
    assert len(expected) > 5
    assert {row.label_quality for row in expected} == {"estimated"}
    chosen = list(DAMAGES)[2::9]
    for number, (tool, what) in enumerate(chosen):
        folder = shutil.copytree(written / tool / "street", root / f"bad{number}")
        DAMAGES[tool, what][0](folder)
    rows, summary = rows_of(root, tmp_path / "with")
    assert rows == expected
    assert len(summary.skipped) == len(chosen)
    for (_, words), line in zip([DAMAGES[k] for k in chosen], summary.skipped.values(), strict=True):
        is_one_helpful_line(line, words)
