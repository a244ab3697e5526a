"""Damaged recordings: each is one line that says where, what, what instead and what to do; among others
it is skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from damage import cut, folder_for, image, remove, text_for
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES, HEIGHT, WIDTH = 14, 72, 110
RECORDING = "Scene01/clone"


@pytest.fixture(scope="module")
def whole(box_world, layout, tmp_path_factory):
    """The root of an undamaged recording."""
    world = box_world(height=HEIGHT, width=WIDTH, frames=FRAMES)
    return layout(world, tmp_path_factory.mktemp("whole")).write()


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "data") / RECORDING


def opened(folder):
    (handle,) = list_scenes("virtual_kitti", SourceOptions(roots=(folder.parent.parent,)))
    return handle.open()


def depth(t):
    return f"frames/depth/Camera_0/depth_{t:05d}.png"


def ids(t):
    return f"frames/instanceSegmentation/Camera_0/instancegt_{t:05d}.png"


def rgb(t):
    return f"frames/rgb/Camera_0/rgb_{t:05d}.jpg"


def line(name, number, change):
    """Row `number` of a table, 0 is the header, as `change` makes it; None drops it."""
    def damage(folder):
        path = folder / f"{name}.txt"
        lines = path.read_text().splitlines()
        changed = change(lines[number])
        lines[number : number + 1] = [] if changed is None else [changed]
        path.write_text("\n".join(lines) + "\n")
    return damage


def field(name, number, column, value):
    def change(text):
        fields = text.split(" ")
        fields[column] = value
        return " ".join(fields)
    return line(name, number, change)


def rows_of(name, keep):
    def damage(folder):
        path = folder / f"{name}.txt"
        header, *rows = path.read_text().splitlines()
        path.write_text("\n".join([header, *filter(keep, rows)]) + "\n")
    return damage


ON_OPENING = {
    "no pose table": (remove("pose.txt"), "pose.txt: found no file"),
    "pose empty": (text_for("pose.txt", ""), "pose.txt: found an empty file"),
    "pose a folder": (folder_for("pose.txt"), "pose.txt: found a folder"),
    "pose header alone": (rows_of("pose", lambda row: False), "pose.txt: found no row"),
    "pose of another release": (field("pose", 0, 3, "label"), "pose.txt: header: found frame cameraID"),
    "pose cut within a row": (cut("pose.txt", 3000), "pose.txt: found rows that cannot be read"),
    "pose cut after a row": (rows_of("pose", lambda row: int(row.split()[0]) < 9),
                             "bbox.txt: frame, trackID: found 56 rows of which 36 have one in pose.txt"),
    "pose no number": (field("pose", 3, 8, "x"), "pose.txt: found rows that cannot be read"),
    "pose not finite": (field("pose", 3, 8, "nan"), "row 3, world_space_Y: found a value that is not"),
    "pose infinite": (field("pose", 3, 8, "inf"), "row 3, world_space_Y: found a value that is not"),
    "a place moved": (field("pose", 3, 7, "3.25"), "frame 0 trackID 2, camera_space_X, Y, Z: found"),
    "an angle moved": (field("pose", 3, 16, "0.2"), "frame 0 trackID 2, rotation_camera_space_y, x, z"),
    "a frame too late": (field("pose", 3, 0, "99"), "pose.txt: frame: found 99, expected 0 to 13"),
    "a row twice": (line("pose", 3, lambda row: f"{row}\n{row}"), "frame 0 trackID 2: found a second row"),
    "a third camera": (field("pose", 3, 1, "2"), "row 3, cameraID: found 2, expected 0 or 1"),
    "an unknown track": (field("pose", 3, 2, "77"), "frame 0, trackID: found 77, expected a trackID"),
    "a flat box": (field("pose", 3, 5, "0"), "frame 0 trackID 2, width height length: found"),
    "a box that grows": (field("pose", 9, 5, "9.5"), "expected the same in all its rows"),
    "bbox with x1 before x0": (field("bbox", 2, 4, "-3"), "which ends before it begins"),
    "bbox cut": (rows_of("bbox", lambda row: int(row.split()[0]) < 9), "bbox.txt: frame, trackID: found 36"),
    "bbox without truth": (field("bbox", 2, 10, "perhaps"), "bbox.txt: found rows that cannot be read"),
    "no extrinsic": (remove("extrinsic.txt"), "extrinsic.txt: found no file"),
    "a camera frame missing": (line("extrinsic", 5, lambda row: None),
                               "extrinsic.txt: frame: found 5 where 4 should follow"),
    "no rotation": (field("extrinsic", 5, 2, "1.7"), "extrinsic.txt: frame 4: found no rigid motion"),
    "fewer intrinsics": (line("intrinsic", 14, lambda row: None), "found 13 frames, expected 14"),
    "a zoom": (field("intrinsic", 5, 2, "140"), "intrinsic.txt: frame 4: found"),
    "a pedestrian": (field("info", 2, 1, "Pedestrian"), "trackID 1, label: found 'Pedestrian'"),
    "an id that fits no palette": (field("info", 2, 0, "300"), "trackID: found 300, expected 0 to 254"),
    "a vehicle twice": (field("info", 2, 0, "0"), "trackID 0: found a second row"),
    "info in bytes": (lambda f: (f / "info.txt").write_bytes(b"\xff\xfe\x00\x00 a\n1"),
                      "info.txt: header: found"),
    "depth frame missing": (remove(depth(9)), "depth_00009.png: found no file, expected extrinsic.txt says"),
    "colour frame missing": (remove(rgb(0)), "rgb_00000.jpg: found no file"),
    "id frame empty": (cut(ids(9), 0), "instancegt_00009.png: found an empty file"),
    "a frame too many": (text_for(rgb(14)), "rgb_00014.jpg: found a frame too many"),
    "first depth no image": (text_for(depth(0)), "depth_00000.png: found a damaged file"),
    "no depth folder": (lambda f: shutil.rmtree(f / "frames/depth/Camera_0"),
                        "depth_00000.png: found no file"),
}

ON_READING = {
    "rgb cut": ("rgb", cut(rgb(3), 700), "rgb_00003.jpg: found a damaged file"),
    "depth cut": ("depth", cut(depth(3), 700), "depth_00003.png: found a damaged file"),
    "ids cut": ("instances", cut(ids(3), 900), "instancegt_00003.png: found a damaged file"),
    "ids no image": ("instances", text_for(ids(3)), "instancegt_00003.png: found a damaged file"),
    "ids as colours": ("instances", image(ids(3), np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
                       "pixel type: found Pillow mode RGB, expected P"),
    "ids as grey": ("instances", image(ids(3), np.zeros((HEIGHT, WIDTH), np.uint8)),
                    "pixel type: found Pillow mode L, expected P"),
    "depth 8 bit": ("depth", image(depth(3), np.ones((HEIGHT, WIDTH), np.uint8)),
                    "pixel type: found Pillow mode L, expected I;16"),
    "depth of another size": ("depth", image(depth(3), np.ones((WIDTH, HEIGHT), np.uint16)),
                              "size: found 72x110, expected 110x72"),
}


def is_one_helpful_line(message, words):
    """Where, what was found, what was expected, what to do."""
    assert words in message
    assert re.search(r"found .+, expected .+; \w+", message) or "expected the same" in message, message
    assert "\n" not in message


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening_in_one_line(folder, what):
    damage, words = ON_OPENING[what]
    damage(folder)
    with pytest.raises(SourceDataError) as caught:
        opened(folder)
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", ON_READING)
def test_damage_to_an_image_is_said_on_reading_it(folder, what):
    read, damage, words = ON_READING[what]
    damage(folder)
    scene = opened(folder)
    getattr(scene, read)(2)
    with pytest.raises(SourceDataError) as caught:
        getattr(scene, read)(3)
    is_one_helpful_line(str(caught.value), words)


def generated(root, stage, clips=False):
    settings = GenerationSettings(
        source="virtual_kitti", roots=(str(root),), scenes=None, seed=1, size=64, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=clips, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


DAMAGED = {
    "ids as grey": (image(ids(3), np.zeros((HEIGHT, WIDTH), np.uint8)), "pixel type"),
    "depth cut": (cut(depth(3), 700), "depth_00003.png: found a damaged file"),
    "pose cut within a row": ON_OPENING["pose cut within a row"],
    "a place moved": ON_OPENING["a place moved"],
}


def test_among_good_recordings_damaged_ones_are_skipped_and_no_other_row_changes(whole, tmp_path):
    root = shutil.copytree(whole, tmp_path / "data")
    expected, summary = generated(root, tmp_path / "without")
    assert len(expected) > 10 and not summary.skipped
    for number, (damage, _) in enumerate(DAMAGED.values()):
        damage(shutil.copytree(whole / RECORDING, root / f"Scene02/clone{number}"))
    rows, summary = generated(root, tmp_path / "with")
    assert rows == expected
    for number, (_, words) in enumerate(DAMAGED.values()):
        assert words in summary.skipped[f"Scene02/clone{number}/Camera_0"]
    assert len(summary.skipped) == len(DAMAGED)


def test_an_id_without_a_row_in_info_is_refused(folder):
    from fourdp_qa.scene.refusing import refuse_images

    picture = Image.open(folder / ids(3))
    palette = picture.getpalette()
    pixels = np.asarray(picture)
    other = Image.fromarray(np.where(pixels == 1, 200, pixels).astype(np.uint8), mode="P")
    other.putpalette(palette + [0] * (768 - len(palette)))
    other.save(folder / ids(3))
    scene = opened(folder)
    with pytest.raises(SourceDataError, match="id 200 without an object"):
        refuse_images(scene, 3, scene.depth(3), scene.instances(3))
