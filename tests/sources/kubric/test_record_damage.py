"""Damaged records: each is one line that says where, what, what instead and what to do; among others it is
skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import io
import json
import random
import struct

import numpy as np
import pytest
from damage import is_one_helpful_line
from PIL import Image

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES = 14
HEADER = 12


@pytest.fixture(scope="module")
def undamaged(box_world, movi_records, worker_of):
    """Features of a record of four boxes, 48 x 70 pixels."""
    return movi_records.features(worker_of(box_world(height=48, width=70, frames=FRAMES, scene_id="1")))


@pytest.fixture
def features(undamaged):
    return dict(undamaged)


@pytest.fixture(scope="module")
def whole(movi_records, undamaged):
    """The same as the bytes of a message."""
    return movi_records.example(undamaged)


def png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, format="png")
    return file.getvalue()


def set_to(key, value):
    return lambda f: f.update({key: value})


def without(key):
    return lambda f: f.pop(key)


def changed(key, change):
    return lambda f: f.update({key: change(f[key])})


def at(key, place, value):
    def damage(f):
        f[key] = f[key].copy()
        f[key][place] = value
    return damage


def numbers(*values):
    return np.array(values)


IN_FEATURES = {
    "no video": (without("video"), "video: found no such feature, expected a list of bytes"),
    "no depth range": (without("metadata/depth_range"), "metadata/depth_range: found no such feature"),
    "no boxes": (without("instances/bboxes_3d"), "instances/bboxes_3d: found no such feature"),
    "no frame count": (without("metadata/num_frames"), "metadata/num_frames: found no such feature"),
    "no seen boxes": (without("instances/bboxes/ragged_flat_values"), "found no such feature"),
    "a frame fewer": (changed("depth", lambda d: d[:-1]), "depth: found 13 values, expected 14 images"),
    "a frame more": (changed("segmentations", lambda d: [*d, d[0]]), "found 15 values, expected 14 images"),
    "other frame count": (set_to("metadata/num_frames", numbers(13)),
                          "camera/positions: found 42 numbers, expected 39 (13 x 3)"),
    "no frames": (set_to("metadata/num_frames", numbers(0)), "camera/positions: found 42 numbers"),
    "frames below zero": (set_to("metadata/num_frames", numbers(-3)), "num_frames: found -3"),
    "two frame counts": (set_to("metadata/num_frames", numbers(14, 14)), "num_frames: found 2 numbers"),
    "endless frames": (set_to("metadata/num_frames", numbers(2**40)), "camera/positions: found 42"),
    "other object count": (set_to("metadata/num_instances", numbers(3)),
                           "instances/quaternions: found 224 numbers, expected 168 (3 x 14 x 4)"),
    "kind float for int": (set_to("metadata/num_frames", np.float32([14])),
                           "num_frames: found a list of float, expected a list of int64"),
    "kind int for float": (set_to("camera/positions", np.arange(42)),
                           "camera/positions: found a list of int64, expected a list of float"),
    "kind text for float": (set_to("metadata/depth_range", [b"1", b"2"]),
                            "depth_range: found a list of bytes, expected a list of float"),
    "range turned": (changed("metadata/depth_range", lambda r: r[::-1]), "two growing distances above 0"),
    "range empty": (set_to("metadata/depth_range", np.float32([3, 3])), "depth_range: found 3 to 3"),
    "range below zero": (set_to("metadata/depth_range", np.float32([-1, 3])), "found -1 to 3"),
    "range NaN": (set_to("metadata/depth_range", np.float32([np.nan, 3])), "a value that is not finite"),
    "range of an open sky": (set_to("metadata/depth_range", np.float32([3, 1e10])),
                             "depth_range: found 3 to 1e+10, expected at most 1e+06; leave the scene out"),
    "range of three": (set_to("metadata/depth_range", np.float32([1, 2, 3])), "found 3 numbers, expected 2"),
    "focal length zero": (set_to("camera/focal_length", np.float32([0])),
                          "camera.focal_length: found 0, expected a positive number"),
    "camera NaN": (at("camera/positions", 5, np.nan), "camera/positions: found a value that is not"),
    "camera no rotation": (at("camera/quaternions", 6, 9), "camera.quaternions[1]: found a quaternion of"),
    "corner moved": (at("instances/bboxes_3d", 30, 99), "instances[0].quaternions[1]: found a rotation"),
    "enormous picture": (set_to("metadata/width", numbers(10**9)), "found pictures of 1e+09x48"),
    "boxes between pixels": (changed("instances/bboxes/ragged_flat_values", lambda b: b + np.float32(0.003)),
                             "found boxes that are no whole pixels"),
    "boxes of three": (changed("instances/bboxes/ragged_flat_values", lambda b: b[:-1]),
                       "four for each box"),
    "unknown class": (set_to("instances/category", numbers(0, 1, 2, 3)),
                      "instances/category: found class 3, expected 0 to 2"),
    "class below zero": (set_to("instances/category", numbers(0, -1, 2, 2)), "found class -1"),
    "fewer classes": (set_to("instances/category", numbers(0, 1)), "found 2 values, expected 4 values"),
    "fewer names": (changed("instances/asset_id", lambda a: a[1:]), "instances/asset_id: found 3 values"),
}

IN_BYTES = {
    "zero length": (lambda p: b"", "metadata/num_frames: found no such feature"),
    "no message": (lambda p: b"\xff" * 500, "found a number that does not end, expected a tf.train.Example"),
    "huge inner length": (lambda p: b"\x0a\xff\xff\xff\xff\x7f" + p[4:], "bytes beyond its message"),
    "group": (lambda p: b"\x0b" + p, "found wire type 3, expected a tf.train.Example"),
    "half a message": (lambda p: p[: len(p) // 2], "bytes beyond its message"),
}

IN_IMAGES = {
    "video cut": ("rgb", "video", lambda b: b[:700], "video[3]: found a damaged image"),
    "depth no image": ("depth", "depth", lambda b: b"hello", "depth[3]: found a damaged image"),
    "ids cut": ("instances", "segmentations", lambda b: b[:90], "segmentations[3]: found a damaged image"),
    "depth 8 bit": ("depth", "depth", lambda b: png(np.ones((48, 70), np.uint8)),
                    "pixel type: found Pillow mode L, expected I;16 or I"),
    "ids as colours": ("instances", "segmentations", lambda b: png(np.zeros((48, 70, 3), np.uint8)),
                       "pixel type: found Pillow mode RGB, expected L or P"),
    "ids of another size": ("instances", "segmentations", lambda b: png(np.zeros((24, 35), np.uint8)),
                            "size: found 35x24, expected 70x48"),
    "id without object": ("instances", "segmentations", lambda b: png(np.full((48, 70), 9, np.uint8)),
                          "ids: found id 9, expected at most 4"),
}


def first(path):
    return list_scenes("kubric", SourceOptions(roots=(path,)))[0]


def refused(path, words):
    with pytest.raises(SourceDataError) as caught:
        first(path).open()
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", IN_FEATURES)
def test_a_damaged_feature_is_said_on_opening(features, movi_records, tmp_path, what):
    damage, words = IN_FEATURES[what]
    damage(features)
    refused(movi_records.write(tmp_path, features), words)


@pytest.mark.parametrize("what", IN_BYTES)
def test_a_message_that_is_none_is_said_on_opening(whole, movi_records, tmp_path, what):
    """With checksums that fit: the parser must not trust a length."""
    damage, words = IN_BYTES[what]
    refused(movi_records.write(tmp_path, damage(whole)), words)


@pytest.mark.parametrize("what", IN_IMAGES)
def test_a_damaged_image_is_said_on_reading_it(features, movi_records, tmp_path, what):
    read, key, damage, words = IN_IMAGES[what]
    images = features[key]
    features[key] = [*images[:3], damage(images[3]), *images[4:]]
    scene = first(movi_records.write(tmp_path, features)).open()
    getattr(scene, read)(2)
    with pytest.raises(SourceDataError) as caught:
        getattr(scene, read)(3)
    is_one_helpful_line(str(caught.value), words)


# --- the file -----------------------------------------------------------------------------------


def flipped(place):
    def damage(content):
        content[place] ^= 1
        return content
    return damage


FILES = {
    "file cut": (lambda c: c[:-1000], "found a file that ends 1000 bytes before the record does"),
    "payload flipped": (flipped(5000), "found a payload whose checksum does not fit"),
    "checksum flipped": (flipped(-1), "found a payload whose checksum does not fit"),
    "length flipped": (flipped(2), "found a header whose checksum does not fit"),
    "header cut": (lambda c: c[:7], "found a header of 7 bytes, expected a TFRecord header of 12 bytes"),
    "no TFRecord": (lambda c: b"hello world, this is text", "found a header whose checksum does not fit"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_damaged_file_is_said_on_opening(whole, movi_records, tmp_path, what):
    damage, words = FILES[what]
    path = movi_records.write(tmp_path, whole)
    path.write_bytes(damage(bytearray(path.read_bytes())))
    refused(path, words)


def test_a_huge_length_with_a_right_checksum_asks_for_no_memory(whole, movi_records, tmp_path):
    path = movi_records.write(tmp_path, whole)
    length = struct.pack("<Q", 2**62)
    path.write_bytes(length + movi_records.checksum(length) + path.read_bytes()[HEADER:])
    refused(path, f"found a record of {2**62} bytes, expected at most")


def test_records_that_the_file_lost_are_listed_and_fail_loudly(whole, movi_records, tmp_path):
    movi_records.write(tmp_path, whole)
    info = {"splits": [{"name": "train", "shardLengths": ["3"]}]}
    (tmp_path / "dataset_info.json").write_text(json.dumps(info))
    handles = list_scenes("kubric", SourceOptions(roots=(tmp_path,)))
    assert [h.scene_id for h in handles] == ["movi_e-train-1", *(
        f"movi_e-train.tfrecord-00000-of-00001#{n}" for n in (1, 2))]
    with pytest.raises(SourceDataError, match="#2: found a header of 0 bytes"):
        handles[2].open()


@pytest.mark.parametrize("text", ["{", "[]", '{"splits": [{"name": "train", "shardLengths": []}]}'])
def test_a_damaged_table_of_shards_is_said(whole, movi_records, tmp_path, text):
    path = movi_records.write(tmp_path, whole)
    (tmp_path / "dataset_info.json").write_text(text)
    with pytest.raises(FourdpQaError) as caught:
        first(path)
    is_one_helpful_line(str(caught.value), "dataset_info.json: found a damaged file")


def test_an_empty_file_holds_no_record(tmp_path):
    (tmp_path / "movi_e-train.tfrecord-00000-of-00001").write_bytes(b"")
    with pytest.raises(FourdpQaError, match="found no worker folder and no record"):
        first(tmp_path)


def test_whatever_bytes_a_message_holds_it_is_one_line_or_a_scene(whole, movi_records, tmp_path):
    """Flipped and cut bytes under right checksums."""
    rng = random.Random(0)
    refusals = 0
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(6):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path = movi_records.write(tmp_path, bytes(damaged[: rng.randrange(len(damaged) // 2, len(damaged))]))
        try:
            scene = first(path).open()
            scene.rgb(0), scene.depth(0), scene.instances(0)
        except SourceDataError as error:
            assert "\n" not in str(error)
            refusals += 1
    assert refusals > 40


# --- among good ones ----------------------------------------------------------------------------


def rows_of(root, stage):
    made = generate(GenerationSettings(
        source="kubric", roots=(str(root),), scenes=None, seed=1, size=64, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3), stage)
    return made.staged.rows, made.summary


def test_among_good_records_every_damaged_one_is_skipped_and_no_other_row_changes(
    features, movi_records, tmp_path
):
    good = [{**features, "metadata/video_name": [name]} for name in (b"1", b"zz")]
    movi_records.write(tmp_path / "good", *good)
    expected, summary = rows_of(tmp_path / "good", tmp_path / "without")
    assert len(expected) > 20 and not summary.skipped
    bad = []
    for n, (damage, _) in enumerate(IN_FEATURES.values()):
        damaged = {**features, "metadata/video_name": [f"bad{n}".encode()]}
        damage(damaged)
        bad.append(damaged)
    movi_records.write(tmp_path / "mixed", good[0], *bad, good[1])
    rows, summary = rows_of(tmp_path / "mixed", tmp_path / "with")
    assert rows == expected
    assert set(summary.skipped) == {f"movi_e-train-bad{n}" for n in range(len(bad))}
    for n, (_, words) in enumerate(IN_FEATURES.values()):
        is_one_helpful_line(summary.skipped[f"movi_e-train-bad{n}"], words)
