"""Damaged worker folders: each is one line that says where, what, what instead and what to do; among
others it is skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from damage import cut, edit_json, folder_for, image, is_one_helpful_line, remove, text_for
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.check import check_scene
from fourdp_qa.sources.kubric.folder import FolderHandle

FRAMES = 14


@pytest.fixture(scope="module")
def whole(box_world, write_worker, tmp_path_factory):
    """An undamaged worker folder: four boxes, 48 x 70 pixels."""
    world = box_world(height=48, width=70, frames=FRAMES, scene_id="0001")
    return write_worker(world, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / whole.name)


def some_depth(value):
    """A few pixels of one frame hold `value`."""
    def damage(folder):
        depth = np.array(Image.open(folder / "depth_00003.tiff"))
        depth[20:24, 30:34] = value
        Image.fromarray(depth).save(folder / "depth_00003.tiff")
    return damage


def edit(change):
    return edit_json("metadata.json", change)


def instance(index, **fields):
    return edit(lambda m: m["instances"][index].update(fields))


def camera(**fields):
    return edit(lambda m: m["camera"].update(fields))


def facts(**fields):
    return edit(lambda m: m["metadata"].update(fields))


def corner_moved(metadata):
    metadata["instances"][1]["bboxes_3d"][5][0][0] += 0.3


def corner_not_finite(metadata):
    metadata["instances"][1]["bboxes_3d"][5][0][0] = float("nan")


def quaternion(index, frame, value):
    return edit(lambda m: m["instances"][index]["quaternions"].__setitem__(frame, value))


ON_OPENING = {
    "no metadata": (remove("metadata.json"), "metadata.json: found no file"),
    "metadata cut": (cut("metadata.json", 900), "metadata.json: found a damaged file"),
    "metadata empty": (cut("metadata.json", 0), "metadata.json: found a damaged file"),
    "metadata a folder": (folder_for("metadata.json"), "metadata.json: found a damaged file"),
    "metadata a list": (lambda f: (f / "metadata.json").write_text("[]"), "found nothing, expected"),
    "metadata not text": (lambda f: (f / "metadata.json").write_bytes(b"\xff\xfe\x00"),
                          "metadata.json: found a damaged file"),
    "no instances": (edit(lambda m: m.pop("instances")), "instances: found nothing, expected a list"),
    "fewer instances": (edit(lambda m: m["instances"].pop()),
                        "instances: found 3 entries, expected num_instances = 4"),
    "no camera": (edit(lambda m: m.pop("camera")), "camera.focal_length: found nothing"),
    "no focal length": (edit(lambda m: m["camera"].pop("focal_length")),
                        "camera.focal_length: found nothing, expected a finite number"),
    "no sensor": (camera(sensor_width=0), "camera.sensor_width: found 0, expected a positive number"),
    "half a frame": (facts(num_frames=13.5), "metadata.num_frames: found 13.5, expected a whole"),
    "a frame fewer than poses": (facts(num_frames=13), "expected shape (13, 4)"),
    "endless frames": (facts(num_frames=10**400), "metadata.num_frames: found int 1000"),
    "rate as text": (facts(frame_rate="12"),
                     "metadata.frame_rate: found str '12', expected a finite number"),
    "rate not finite": (facts(frame_rate=float("nan")), "metadata.frame_rate: found float nan"),
    "resolution of three": (facts(resolution=[70, 48, 3]),
                            "metadata.resolution: found shape (3,), expected shape (2,)"),
    "fewer camera poses": (edit(lambda m: m["camera"]["positions"].pop()),
                           "camera.positions: found shape (13, 3), expected shape (14, 3)"),
    "ragged camera": (edit(lambda m: m["camera"]["quaternions"][3].pop()),
                      "camera.quaternions: found a ragged or non-numeric list"),
    "camera NaN": (edit(lambda m: m["camera"]["positions"][4].__setitem__(1, float("nan"))),
                   "camera.positions[4]: found a value that is not finite"),
    "camera no rotation": (edit(lambda m: m["camera"]["quaternions"].__setitem__(6, [3, 0, 0, 4])),
                           "camera.quaternions[6]: found a quaternion of length 5"),
    "corner NaN": (edit(corner_not_finite),
                   "instances[1].bboxes_3d[5]: found a value that is not finite"),
    "corner moved": (edit(corner_moved), "instances[1].quaternions[5]: found a rotation that puts"),
    "zero quaternion": (quaternion(0, 2, [0] * 4),
                        "instances[0].quaternions[2]: found a quaternion of length 0"),
    "another rotation": (quaternion(2, 2, [0.5, 0.5, -0.5, 0.5]),
                         "instances[2].quaternions[2]: found a rotation that puts the corners"),
    "flat box": (instance(0, bboxes_3d=[[[1, 2, 3]] * 8] * 14),
                 "instances[0].bboxes_3d: found edges of length [0.0, 0.0, 0.0], expected a box"),
    "depth frame missing": (remove("depth_00009.tiff"),
                            "depth_00009.tiff: found no file, expected metadata.json says 14 frames"),
    "colour frame missing": (remove("rgba_00000.png"), "rgba_00000.png: found no file"),
    "id frame empty": (cut("segmentation_00009.png", 0), "segmentation_00009.png: found an empty file"),
    "depth a folder": (folder_for("depth_00003.tiff"), "depth_00003.tiff: found a folder"),
    "a frame too many": (text_for("rgba_00014.png"), "rgba_00014.png: found a frame too many"),
    "licence a folder": (lambda f: (f / "license.txt").mkdir(), "license.txt: found a folder"),
}

ON_READING = {
    "rgb cut": ("rgb", cut("rgba_00003.png", 700), "rgba_00003.png: found a damaged file"),
    "depth cut": ("depth", cut("depth_00003.tiff", 700), "depth_00003.tiff: found a damaged file"),
    "ids cut": ("instances", cut("segmentation_00003.png", 300), "segmentation_00003.png: found a"),
    "ids no image": ("instances", text_for("segmentation_00003.png"),
                     "segmentation_00003.png: found a damaged file"),
    "ids as colours": ("instances", image("segmentation_00003.png", np.zeros((48, 70, 3), np.uint8)),
                       "pixel type: found Pillow mode RGB, expected P or L"),
    "rgb grey": ("rgb", image("rgba_00003.png", np.zeros((48, 70), np.uint8)),
                 "pixel type: found Pillow mode L, expected RGBA or RGB"),
    "depth 8 bit": ("depth", image("depth_00003.tiff", np.zeros((48, 70), np.uint8)),
                    "pixel type: found Pillow mode L, expected F"),
    "depth of another size": ("depth", image("depth_00003.tiff", np.ones((70, 48), np.float32)),
                              "size: found 48x70, expected 70x48"),
    "ids of another size": ("instances", image("segmentation_00003.png", np.zeros((24, 35), np.uint8)),
                            "size: found 35x24, expected 70x48"),
    "depth all zero": ("depth", image("depth_00003.tiff", np.zeros((48, 70), np.float32)),
                       "depth_00003.tiff: depth: found 100% pixels that are zero"),
    "depth NaN": ("depth", some_depth(np.nan), "pixels that are zero, negative or not a number"),
    "depth negative": ("depth", some_depth(-1), "pixels that are zero, negative or not a number"),
    "id without object": ("instances", image("segmentation_00003.png", np.full((48, 70), 9, np.uint8)),
                          "ids: found id 9, expected at most 4"),
}


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening_in_one_line(folder, what):
    damage, words = ON_OPENING[what]
    damage(folder)
    with pytest.raises(SourceDataError) as caught:
        FolderHandle(folder).open()
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", ON_READING)
def test_damage_to_an_image_is_said_on_reading_it(folder, what):
    read, damage, words = ON_READING[what]
    damage(folder)
    scene = FolderHandle(folder).open()
    getattr(scene, read)(2)
    with pytest.raises(SourceDataError) as caught:
        getattr(scene, read)(3)
    is_one_helpful_line(str(caught.value), words)


def test_depth_that_is_missing_on_objects_alone_is_refused_too(folder):
    """Blender's "nothing was hit" on an object's pixels: depth and ids do not belong together."""
    depth = np.array(Image.open(folder / "depth_00003.tiff"))
    ids = np.asarray(Image.open(folder / "segmentation_00003.png"))
    Image.fromarray(np.where(ids > 0, np.float32(1e10), depth)).save(folder / "depth_00003.tiff")
    report = check_scene(FolderHandle(folder).open())
    assert "depth frame 3: 100% of the object pixels without" in "\n".join(report.lines)


def test_check_reports_damage_instead_of_failing(folder):
    cut("depth_00003.tiff", 700)(folder)
    report = check_scene(FolderHandle(folder).open())
    assert not report.ok
    assert "depth_00003.tiff: found a damaged file" in report.errors[0].text


def rows_of(roots, stage, clips=False):
    settings = GenerationSettings(
        source="kubric", roots=tuple(map(str, roots)), scenes=None, seed=1, size=64, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=clips, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


@pytest.fixture
def good(whole, box_world, write_worker, tmp_path):
    """Two undamaged folders, the first and the last in the order of names."""
    second = box_world(height=48, width=48, frames=FRAMES, scene_id="zz", camera_travel=(-2, 1, 0.5))
    roots = tmp_path / "scenes"
    return [shutil.copytree(whole, roots / "0001"), write_worker(second, roots)]


COLOUR = {name: entry[1:] for name, entry in ON_READING.items() if entry[0] == "rgb"}
GEOMETRY = {**ON_OPENING,
            **{name: entry[1:] for name, entry in ON_READING.items() if name not in COLOUR}}


def test_among_good_scenes_every_damaged_one_is_skipped_and_no_other_row_changes(
    whole, good, tmp_path
):
    expected, summary = rows_of([good[0].parent], tmp_path / "without")
    assert len(expected) > 20 and not summary.skipped
    for name, (damage, _) in GEOMETRY.items():
        damage(shutil.copytree(whole, good[0].parent / f"has {name}"))
    rows, summary = rows_of([good[0].parent], tmp_path / "with")
    assert rows == expected
    assert set(summary.skipped) == {f"has {name}" for name in GEOMETRY}
    for name, (_, words) in GEOMETRY.items():
        is_one_helpful_line(summary.skipped[f"has {name}"], words)


def test_damaged_colour_is_found_when_clips_are_written(whole, good, tmp_path):
    for name, (damage, _) in COLOUR.items():
        damage(shutil.copytree(whole, good[0].parent / f"has {name}"))
    rows, summary = rows_of([good[0].parent], tmp_path / "stage", clips=True)
    assert set(summary.skipped) == {f"has {name}" for name in COLOUR}
    assert {row.scene_id for row in rows} == {"0001", "zz"}
