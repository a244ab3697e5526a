"""Damaged stored scenes: each is one line that says where, what, what instead and what to do; among
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
from fourdp_qa.scene.storage import StoredScene, write_scene

FRAMES, SIDE = 12, 48


@pytest.fixture(scope="module")
def whole(box_world, tmp_path_factory):
    """An undamaged stored scene: four boxes."""
    world = box_world(height=SIDE, width=SIDE, frames=FRAMES, scene_id="whole")
    return write_scene(world, tmp_path_factory.mktemp("whole") / "whole")


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / whole.name)


def edit(change):
    return edit_json("scene.json", change)


def facts(**values):
    return edit(lambda d: d["facts"].update(values))


def first_object(**values):
    return edit(lambda d: d["objects"][0].update(values))


def poses(change):
    def damage(folder):
        with np.load(folder / "poses.npz") as stored:
            arrays = {name: stored[name] for name in stored.files}
        change(arrays)
        np.savez(folder / "poses.npz", **arrays)
    return damage


def set_pose(name, place, value):
    return poses(lambda a: a[name].__setitem__(place, value))


def replaced(name, make):
    return poses(lambda a: a.update({name: make(a[name])}))


def some_depth(value):
    def damage(folder):
        depth = np.array(Image.open(folder / "depth/00003.tiff"))
        depth[20:24, 20:24] = value
        Image.fromarray(depth).save(folder / "depth/00003.tiff")
    return damage


MIRROR = np.diag([1.0, 1, -1, 1])
NAN = float("nan")

ON_OPENING = {
    "no scene.json": (remove("scene.json"), "scene.json: found no file"),
    "scene.json cut": (text_for("scene.json", '{"format"'), "scene.json: found a damaged file"),
    "scene.json empty": (cut("scene.json", 0), "scene.json: found a damaged file"),
    "scene.json a folder": (folder_for("scene.json"), "scene.json: found a damaged file"),
    "another json": (text_for("scene.json", "[]"), "format: found another file"),
    "later version": (edit(lambda d: d.update(version=2)), "version: found 2, expected 1; read it with"),
    "lost field": (edit(lambda d: d["facts"].pop("fps")), "facts.fps: found nothing"),
    "unknown field": (facts(colour="red"), "facts.colour: found an unknown field"),
    "count as text": (facts(frame_count="12"), "facts.frame_count: found '12', expected int"),
    "count a truth": (facts(frame_count=True), "facts.frame_count: found True, expected int"),
    "no frames": (facts(frame_count=0), "poses.npz: world_from_camera: found float64 of shape"),
    "rate not finite": (facts(fps=NAN), "scene.json: facts.fps: found nan"),
    "odd K": (facts(K=[1, 2]), "scene.json: facts: found cannot"),
    "no K": (facts(K=None), "scene.json: facts.K: found shape ()"),
    "K not finite": (facts(K=[[NAN, 0, 1], [0, 1, 1], [0, 0, 1]]), "facts.K: found a value that is not"),
    "K of another size": (facts(K=[[9e3, 0, 24], [0, 9e3, 24], [0, 0, 1]]), "facts.K: found focal length"),
    "unknown units": (facts(units="feet"), "facts.units: found 'feet'"),
    "unknown capability": (facts(capabilities=["smell"]), "facts: found 'smell'"),
    "no licence": (facts(license=""), "facts.license: found an empty text"),
    "gravity lost": (facts(up=None), "facts.up: found None"),
    "objects no list": (edit(lambda d: d.update(objects={})), "objects: found dict"),
    "object lost a field": (edit(lambda d: d["objects"][0].pop("front")), "objects[0].front: found nothing"),
    "object lost": (edit(lambda d: d["objects"].pop()), "poses.npz: world_from_object: found float64 of"),
    "id twice": (first_object(id=2), "scene.json: objects[0] 'red box' id: found 2 a second time"),
    "flat box": (first_object(size=[1, 0, 1]), "scene.json: objects[0] 'red box' size: found [1.0, 0.0"),
    "no poses": (remove("poses.npz"), "poses.npz: found no file"),
    "poses cut": (cut("poses.npz", 500), "poses.npz: found a damaged file"),
    "poses empty": (cut("poses.npz", 0), "poses.npz: found a damaged file"),
    "poses a folder": (folder_for("poses.npz"), "poses.npz: found a damaged file"),
    "poses text": (text_for("poses.npz"), "poses.npz: found a damaged file"),
    "poses one array": (lambda f: np.save((f / "poses.npz").open("wb"), np.zeros(3)),
                        "poses.npz: found a damaged file"),
    "an array lost": (poses(lambda a: a.pop("pose_valid")), "poses.npz: found a damaged file"),
    "camera NaN": (set_pose("world_from_camera", (3, 0, 3), NAN),
                   "poses.npz: world_from_camera frame 3: found a value that is not finite"),
    "object NaN": (set_pose("world_from_object", (5, 1), NAN),
                   "world_from_object frame 5: found a value that is not finite"),
    "no rotation": (set_pose("world_from_object", (5, 1, 0, 0), 3.0), "off a rotation"),
    "scaled camera": (replaced("world_from_camera", lambda a: a * [2, 2, 2, 1]), "off a rotation"),
    "mirrored": (replaced("world_from_camera", lambda a: a @ MIRROR), "found a reflection"),
    "transposed": (replaced("world_from_camera", lambda a: np.swapaxes(a, 1, 2)), "is transposed"),
    "fewer poses": (replaced("world_from_camera", lambda a: a[:-1]),
                    "world_from_camera: found float64 of shape (11, 4, 4), expected float64 of shape (12"),
    "poses as text": (replaced("world_from_camera", lambda a: a.astype(str)), "world_from_camera: found <U"),
    "poses complex": (replaced("world_from_camera", lambda a: a + 1j), "found complex128 of shape"),
    "valid as numbers": (replaced("pose_valid", lambda a: a * 2), "pose_valid: found int64 of shape"),
    "depth missing": (remove("depth/00007.tiff"), "00007.tiff: found no file"),
    "colour empty": (cut("rgb/00000.png", 0), "00000.png: found an empty file"),
    "ids a folder": (folder_for("instances/00004.png"), "00004.png: found a folder"),
    "a frame too many": (text_for("rgb/00012.png"), "00012.png: found a frame too many"),
}

ON_READING = {
    "rgb cut": ("rgb", cut("rgb/00003.png", 700), "00003.png: found a damaged file"),
    "depth cut": ("depth", cut("depth/00003.tiff", 700), "00003.tiff: found a damaged file"),
    "ids cut": ("instances", cut("instances/00003.png", 150), "00003.png: found a damaged file"),
    "rgb grey": ("rgb", image("rgb/00003.png", np.zeros((48, 48), np.uint8)), "found Pillow mode L"),
    "depth as integers": ("depth", image("depth/00003.tiff", np.ones((48, 48), np.int32)),
                          "pixel type: found Pillow mode I, expected F"),
    "ids of 8 bit": ("instances", image("instances/00003.png", np.zeros((48, 48), np.uint8)),
                     "pixel type: found Pillow mode L, expected I;16 or I"),
    "depth of another size": ("depth", image("depth/00003.tiff", np.ones((24, 24), np.float32)),
                              "size: found 24x24, expected 48x48"),
    "depth all zero": ("depth", image("depth/00003.tiff", np.zeros((48, 48), np.float32)),
                       "00003.tiff: depth: found nothing but zeros"),
    "depth NaN": ("depth", some_depth(NAN), "pixels that are negative or not finite"),
    "depth infinite": ("depth", some_depth(np.inf), "pixels that are negative or not finite"),
    "depth negative": ("depth", some_depth(-2), "pixels that are negative or not finite"),
    "id without object": ("instances", image("instances/00003.png", np.full((48, 48), 9, np.uint16)),
                          "00003.png: ids: found id 9 without an object"),
}


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening_in_one_line(folder, what):
    damage, words = ON_OPENING[what]
    damage(folder)
    with pytest.raises(SourceDataError) as caught:
        StoredScene.open(folder)
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", ON_READING)
def test_damage_to_an_image_is_said_on_reading_it(folder, what):
    read, damage, words = ON_READING[what]
    damage(folder)
    scene = StoredScene.open(folder)
    getattr(scene, read)(2)
    with pytest.raises(SourceDataError) as caught:
        getattr(scene, read)(3)
    is_one_helpful_line(str(caught.value), words)


def test_objects_pickled_into_the_poses_are_refused(folder):
    np.savez(folder / "poses.npz", world_from_camera=np.array([{}], dtype=object),
             world_from_object=np.zeros(1), pose_valid=np.zeros(1))
    with pytest.raises(SourceDataError, match="damaged file"):
        StoredScene.open(folder)


def test_whatever_bytes_stand_in_the_poses_it_is_one_line_or_the_same_poses(whole, folder):
    """Flipped and cut bytes: an archive checks itself, and what it lets through is checked too."""
    expected, written = StoredScene.open(whole), (whole / "poses.npz").read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(200):
        damaged = bytearray(written)
        for place in rng.integers(0, len(damaged), 4):
            damaged[place] = rng.integers(256)
        (folder / "poses.npz").write_bytes(damaged[: rng.integers(len(damaged) // 2, len(damaged) + 1)])
        try:
            back = StoredScene.open(folder)
        except SourceDataError as error:
            assert "\n" not in str(error)
            refused += 1
            continue
        np.testing.assert_array_equal(back.world_from_camera, expected.world_from_camera)
        np.testing.assert_array_equal(back.world_from_object, expected.world_from_object)
    assert refused > 150


def rows_of(root, stage, clips=False):
    made = generate(GenerationSettings(
        source="stored", roots=(str(root),), scenes=None, seed=1, size=64, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=clips, per_segment=3), stage)
    return made.staged.rows, made.summary


COLOUR = {name: entry[1:] for name, entry in ON_READING.items() if entry[0] == "rgb"}
GEOMETRY = {**ON_OPENING,
            **{name: entry[1:] for name, entry in ON_READING.items() if name not in COLOUR}}


@pytest.fixture
def good(box_world, tmp_path):
    """A folder of two undamaged scenes, the first and the last in the order of names."""
    root = tmp_path / "scenes"
    root.mkdir()
    for name, travel in (("a", (3.2, 1.4, 0.9)), ("z", (-2, 1, 0.5))):
        world = box_world(height=SIDE, width=SIDE, frames=FRAMES, scene_id=name, camera_travel=travel)
        write_scene(world, root / name)
    return root


def planted(whole, root, damages):
    """Copies of a scene, each under an id of its own and damaged in its own way."""
    for name, (damage, _) in damages.items():
        copy = shutil.copytree(whole, root / f"has {name}")
        facts(scene_id=f"has {name}")(copy)
        damage(copy)


def test_among_good_scenes_every_damaged_one_is_skipped_and_no_other_row_changes(
    whole, good, tmp_path
):
    expected, summary = rows_of(good, tmp_path / "without")
    assert len(expected) > 20 and not summary.skipped
    planted(whole, good, GEOMETRY)
    rows, summary = rows_of(good, tmp_path / "with")
    assert rows == expected
    # Where scene.json cannot be read, the folder stands for the scene's id.
    skipped = {scene_id.rpartition("/")[2]: why for scene_id, why in summary.skipped.items()}
    assert set(skipped) == {f"has {name}" for name in GEOMETRY}
    for name, (_, words) in GEOMETRY.items():
        is_one_helpful_line(skipped[f"has {name}"], words)


def test_damaged_colour_is_found_when_clips_are_written(whole, good, tmp_path):
    planted(whole, good, COLOUR)
    rows, summary = rows_of(good, tmp_path / "stage", clips=True)
    assert set(summary.skipped) == {f"has {name}" for name in COLOUR}
    assert {row.scene_id for row in rows} == {"a", "z"}
