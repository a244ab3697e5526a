"""Damaged downloads: each is one line that says where, what, what instead and what to do; among others it
is skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES, PLACE, SEQUENCE = 14, "discrete/videos/train/front", "0003-17fb"
BOXES, MASKS = "det_3d.json", "det_insseg_2d.json"


@pytest.fixture(scope="module")
def whole(box_world, shift_view, tmp_path_factory):
    """An undamaged view: four boxes, 60 x 96 pixels, jpg and depth in zips."""
    root = tmp_path_factory.mktemp("whole")
    return shift_view(box_world(60, 96, FRAMES), root, PLACE, "zip", "zip").write()


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / PLACE)


def edit(name, change):
    """Change the frames of a label file."""
    def damage(folder):
        data = json.loads((folder / name).read_text())
        change(data["frames"])
        (folder / name).write_text(json.dumps(data))
    return damage


def box(**fields):
    return edit(BOXES, lambda frames: frames[3]["labels"][1]["box3d"].update(fields))


def label(**fields):
    return edit(BOXES, lambda frames: frames[3]["labels"][1].update(fields))


def camera(**fields):
    return edit(BOXES, lambda frames: frames[3]["extrinsics"].update(fields))


def mask(**fields):
    return edit(MASKS, lambda frames: frames[3]["labels"][0]["rle"].update(fields))


def runs_cut(frames):
    runs = frames[3]["labels"][0]["rle"]
    runs["counts"] = runs["counts"][:-3]


def runs_longer(frames):
    frames[3]["labels"][0]["rle"]["counts"] += "P137"


def mask_twice(frames):
    frames[3]["labels"].append({**frames[3]["labels"][0], "id": "99999"})


def id_twice(frames):
    frames[3]["labels"].append(frames[3]["labels"][0])


def cut(name, share):
    def damage(folder):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:int(share * len(content))])
    return damage


def cut_in_a_sequence(folder):
    text = (folder / BOXES).read_text()
    (folder / BOXES).write_text(text[:text.index("00000009_img")])


def members(folder, name):
    with zipfile.ZipFile(folder / name) as archive:
        return {item: archive.read(item) for item in archive.namelist()}


def repacked(name, change):
    """Write the zip again with other members."""
    def damage(folder):
        found = members(folder, name)
        change(found)
        with zipfile.ZipFile(folder / name, "w") as archive:
            for member, content in found.items():
                archive.writestr(member, content)
    return damage


def as_tar(change, end=None):
    """Depth in a tar, with one member added by `change`; cut at `end`."""
    def damage(folder):
        with tarfile.open(folder / "depth.tar", "w") as archive:
            for name, content in members(folder, "depth.zip").items():
                item = tarfile.TarInfo(name)
                item.size = len(content)
                archive.addfile(item, io.BytesIO(content))
            if change:
                item = tarfile.TarInfo("odd")
                change(item)
                archive.addfile(item, io.BytesIO(b"x" * item.size))
        (folder / "depth.zip").unlink()
        if end:
            cut("depth.tar", end)(folder)
    return damage


def picture(name, array, kind="PNG"):
    """Another picture for frame 3."""
    content = io.BytesIO()
    Image.fromarray(array).save(content, kind)
    group, ending = ("depth", "png") if name == "depth.zip" else ("img", "jpg")
    return repacked(name, lambda found: found.update(
        {f"{SEQUENCE}/00000003_{group}_front.{ending}": content.getvalue()}))


def flipped_byte(folder):
    """One byte of the packed bytes of depth frame 3."""
    with zipfile.ZipFile(folder / "depth.zip") as archive:
        item = archive.getinfo(f"{SEQUENCE}/00000003_depth_front.png")
    content = bytearray((folder / "depth.zip").read_bytes())
    content[item.header_offset + 30 + len(item.filename) + item.compress_size // 2] ^= 0xFF
    (folder / "depth.zip").write_bytes(bytes(content))


def link(item):
    item.type, item.linkname = tarfile.SYMTYPE, "/etc/passwd"


def named(name):
    def change(item):
        item.name, item.size = name, 1
    return change


LAST = f"{SEQUENCE}/00000013_depth_front.png"

ON_OPENING = {
    "boxes empty": (cut(BOXES, 0), "det_3d.json: found a damaged file"),
    "boxes without frames": (lambda f: (f / BOXES).write_text('{"frames": []}'), "found no frame"),
    "boxes a folder": (lambda f: ((f / BOXES).unlink(), (f / BOXES).mkdir()), "found a damaged file"),
    "sequence a path": (edit(BOXES, lambda frames: frames[0].update(videoName="../../etc")),
                        "videoName: found '../../etc', expected a sequence"),
    "boxes cut": (cut_in_a_sequence, "det_3d.json: frames of 0003-17fb: found a damaged file"),
    "masks cut": (cut(MASKS, 0.6), "det_insseg_2d.json: frames of 0003-17fb: found a damaged file"),
    "a frame missing": (edit(BOXES, lambda frames: frames.pop(5)),
                        "found frame 6 after frame 4, expected frame 5"),
    "a frame twice": (edit(BOXES, lambda frames: frames.append(frames[5])),
                      "found frame 5 after frame 5, expected frame 6"),
    "masks of fewer frames": (edit(MASKS, lambda frames: frames.pop(5)),
                              "found a frame 5 that det_insseg_2d.json lacks"),
    "no frame name": (edit(BOXES, lambda frames: frames[2].update(name="x.jpg")), "found str 'x.jpg'"),
    "no camera": (edit(BOXES, lambda frames: frames[2].pop("extrinsics")),
                  "frame 2 extrinsics.location: found nothing, expected 3 numbers"),
    "camera NaN": (camera(location=[0, float("nan"), 1]), "found float nan, expected a finite number"),
    "camera of two angles": (camera(rotation=[0, 1]), "extrinsics.rotation: found list [0, 1]"),
    "another lens": (edit(BOXES, lambda frames: frames[3]["intrinsics"].update(focal=[50, 50])),
                     "frame 3 intrinsics: found another camera"),
    "id twice": (edit(BOXES, id_twice), "found 11290 a second time, expected each object once"),
    "id a number": (label(id=7), "frame 3 labels[1] id: found int 7, expected a text"),
    "labels no list": (edit(BOXES, lambda frames: frames[3].update(labels={})), "labels: found dict"),
    "another class": (label(category="train"), "category: found 'train', expected one of"),
    "class changes": (label(category="bus"), "category: found bus, expected truck, as elsewhere"),
    "box without place": (box(location=None), "box3d.location: found nothing, expected 3 numbers"),
    "box flat": (box(dimension=[1, 0, 2]), "found [1.0, 0.0, 2.0], expected positive"),
    "box grows": (box(dimension=[5, 5, 5]), "box3d.dimension: found a box that changes by"),
    "box in degrees": (box(orientation=[0, 90, 0]), "likely mistake: degrees stored for radians"),
    "mask size of one": (mask(size=[60]), "rle.size: found list [60], expected 2 numbers"),
    "mask not text": (mask(counts=[5, 6]), "rle.counts: found list [5, 6], expected a text"),
    "depth zip cut": (cut("depth.zip", 0.8), "depth.zip: found a damaged archive"),
    "depth zip empty": (cut("depth.zip", 0), "depth.zip: found a damaged archive"),
    "depth frame missing": (repacked("depth.zip", lambda found: found.pop(LAST)),
                            "depth.zip: 0003-17fb, frame 13: found no picture"),
    "depth of another view": (repacked("depth.zip", lambda found: found.update(
        {LAST.replace("front", "left_45"): found.pop(LAST)})), "frame 13: found no picture"),
    "a frame too many": (repacked("depth.zip", lambda found: found.update(
        {LAST.replace("13", "14"): found[LAST]})), "frame 14: found a picture too many"),
    "depth frame in two folders": (repacked("depth.zip", lambda found: found.update(
        {f"copy/{LAST}": found[LAST]})), "found frame 13 twice"),
    "zip path climbs": (repacked("depth.zip", lambda found: found.update({"a/../../b.png": b"x"})),
                        "member path: found 'a/../../b.png'"),
    "zip path absolute": (repacked("img.zip", lambda found: found.update({"/b.png": b"x"})),
                          "member path: found '/b.png'"),
    "tar path climbs": (as_tar(named("../b.png")), "member path: found '../b.png'"),
    "tar link": (as_tar(link), "is a link or no plain file"),
    "tar cut": (as_tar(None, 0.7), "depth.tar: found a damaged archive"),
    "depth no picture": (repacked("depth.zip", lambda found: found.update(
        {f"{SEQUENCE}/00000000_depth_front.png": b"hello"})), "found no PNG"),
}

ON_READING = {
    "colour of another size": ("rgb", picture("img.zip", np.zeros((30, 48, 3), np.uint8), "JPEG"),
                               "size: found 48x30, expected 96x60"),
    "colour no picture": ("rgb", repacked("img.zip", lambda found: found.update(
        {f"{SEQUENCE}/00000003_img_front.jpg": b"hello"})), "found a damaged image"),
    "depth grey": ("depth", picture("depth.zip", np.zeros((60, 96), np.uint8)),
                   "pixel type: found Pillow mode L, expected RGB or RGBA"),
    "depth of another size": ("depth", picture("depth.zip", np.zeros((96, 60, 3), np.uint8)),
                              "size: found 60x96, expected 96x60"),
    "depth byte changed": ("depth", flipped_byte, "depth.zip: 0003-17fb, frame 3: found"),
    "runs cut": ("instances", edit(MASKS, runs_cut), "found run lengths that do not fill the picture"),
    "runs too long": ("instances", edit(MASKS, runs_longer), "found run lengths that do not fill"),
    "runs of other letters": ("instances", mask(counts="\\\\{"), "found run lengths that do not fill"),
    "mask of another size": ("instances", mask(size=[96, 60]), "found size [96, 60], expected [60, 96]"),
    "pixels in two masks": ("instances", edit(MASKS, mask_twice), "expected each pixel in one mask"),
}


def is_one_helpful_line(message, words):
    """Where, what was found, what was expected, what to do."""
    assert words in message
    assert re.search(r"found .+, expected .+; \w+", message), message
    assert "\n" not in message


def listed(folder):
    return list_scenes("shift", SourceOptions(roots=(folder,)))


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening(folder, what):
    damage, words = ON_OPENING[what]
    damage(folder)
    with pytest.raises(SourceDataError) as caught:
        listed(folder)[0].open()
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", ON_READING)
def test_damage_to_a_picture_is_said_on_reading_it(folder, what):
    read, damage, words = ON_READING[what]
    damage(folder)
    scene = listed(folder)[0].open()
    getattr(scene, read)(2)
    with pytest.raises(SourceDataError) as caught:
        getattr(scene, read)(3)
    is_one_helpful_line(str(caught.value), words)


def test_a_video_that_is_cut_is_said_on_reading_it(shift_view, box_world, tmp_path, packed):
    view = shift_view(box_world(60, 96, FRAMES), tmp_path, PLACE, "mp4", "zip")
    view.write()
    packed(view.folder, "img", "tar", {f"{SEQUENCE}.mp4": view.mp4()[:900]})
    with pytest.raises(SourceDataError) as caught:
        listed(tmp_path)[0].open().rgb(0)
    is_one_helpful_line(str(caught.value), "found a damaged video")


def rows_of(root, stage):
    settings = GenerationSettings(
        source="shift", roots=(str(root),), scenes=None, seed=1, size=60, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


@pytest.mark.parametrize("what", [
    "boxes empty", "boxes cut", "masks cut", "depth zip cut", "runs cut", "box in degrees",
])
def test_a_damaged_view_is_skipped_and_no_other_row_changes(whole, tmp_path, what):
    good = shutil.copytree(whole, tmp_path / "download" / PLACE)
    expected, summary = rows_of(tmp_path / "download", tmp_path / "without")
    assert len(expected) > 10 and not summary.skipped
    damage, words = ON_OPENING.get(what) or ON_READING[what][1:]
    damage(shutil.copytree(whole, good.parent.parent / "val" / "front"))
    rows, summary = rows_of(tmp_path / "download", tmp_path / "with")
    assert rows == expected
    (skipped,) = summary.skipped
    assert skipped in ("discrete/videos/val/front", f"discrete/videos/val/front/{SEQUENCE}")
    is_one_helpful_line(next(iter(summary.skipped.values())), words)
