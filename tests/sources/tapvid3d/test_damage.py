"""Damaged files and files of other conventions: each is one line that says where, what, what instead and
what to do; among others it is skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest
from damage import is_one_helpful_line

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.tracking import TRUE_MOTION, VISUAL
from fourdp_qa.sources.tapvid3d import archive
from fourdp_qa.sources.tapvid3d.scene import TapVid3dHandle

FRAMES, SIZE = 14, 48


@pytest.fixture(scope="module")
def arrays(tracked, box_world):
    """An undamaged file of a room mostly at rest: four boxes on a floor, a camera that moves."""
    return tracked(box_world(height=SIZE, width=SIZE, frames=FRAMES), (0, 6)).as_written()


def opened(path):
    return TapVid3dHandle(path, "adt", "Apartment_seq1").open()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "adt" / "Apartment_seq1_0.npz"


def test_the_undamaged_file_opens(arrays, write_npz, path):
    assert opened(write_npz(arrays, path)).facts.frame_count == FRAMES


def without(name):
    return lambda a: a.pop(name)


def put(name, change):
    def damage(a):
        a[name] = change(np.array(a[name]))
    return damage


def at(index, value):
    def change(array):
        array[index] = value
        return array
    return change


def y_up(X):
    return X * np.array([1, -1, 1], np.float32)


def to_world(a):
    poses = np.linalg.inv(a["extrinsics_w2c"])
    X = a["tracks_XYZ"].astype(float)
    turned = np.einsum("tij,tpj->tpi", poses[:, :3, :3], X)
    a["tracks_XYZ"] = (turned + poses[:, None, :3, 3]).astype(np.float32)
    # Whatever then lies behind a camera is not in its picture.
    a["visibility"] = a["visibility"] & (a["tracks_XYZ"][..., 2] > 0)


def one_point_nowhere(a):
    t, p = np.argwhere(a["visibility"])[0]
    a["tracks_XYZ"] = at((t, p), np.nan)(a["tracks_XYZ"].copy())


DAMAGES = {
    "no pictures": (without("images_jpeg_bytes"), "images_jpeg_bytes: found no such array"),
    "no tracks": (without("tracks_XYZ"), "tracks_XYZ: found no such array"),
    "no visibility": (without("visibility"), "visibility: found no such array"),
    "no queries": (without("queries_xyt"), "queries_xyt: found no such array"),
    "no intrinsics": (without("fx_fy_cx_cy"), "fx_fy_cx_cy: found no such array"),
    "pickled pictures": (put("images_jpeg_bytes", lambda a: a.astype(object)), "found pickled objects"),
    "pictures decoded": (put("images_jpeg_bytes", lambda a: np.zeros((FRAMES, 8, 8, 3), np.uint8)),
                         "images_jpeg_bytes: found uint8"),
    "the first picture is none": (put("images_jpeg_bytes", at(0, b"no picture")),
                                  "images_jpeg_bytes frame 0: found a damaged image"),
    "a picture too few": (put("images_jpeg_bytes", lambda a: a[:-1]), f"shape ({FRAMES}, "),
    "few frames": (put("images_jpeg_bytes", lambda a: a[:5]), "found 5 frames"),
    "tracks of points, frames": (put("tracks_XYZ", lambda a: a.swapaxes(0, 1).copy()),
                                 "tracks_XYZ: found shape"),
    "tracks without a third coordinate": (put("tracks_XYZ", lambda a: a[..., :2].copy()), "found shape"),
    "whole numbers for tracks": (put("tracks_XYZ", lambda a: a.astype(int)), "tracks_XYZ: found int64"),
    "flags of other points": (put("visibility", lambda a: a[:, :-1].copy()), "visibility: found shape"),
    "numbers for flags": (put("visibility", lambda a: a.astype(float)), "visibility: found float64"),
    "nothing visible": (put("visibility", np.zeros_like), "found no visible point"),
    "a visible point without a place": (one_point_nowhere, "found 1 visible points without a place"),
    "points behind the camera": (put("tracks_XYZ", np.negative), "found visible points behind the camera"),
    "queries of other points": (put("queries_xyt", lambda a: a[:-1].copy()), "queries_xyt: found shape"),
    "a query in no frame": (put("queries_xyt", at((0, 2), FRAMES)), "found a query in no frame"),
    "a query between frames": (put("queries_xyt", at((0, 2), 0.5)), "found a query in no frame"),
    "intrinsics as a matrix": (put("fx_fy_cx_cy", lambda a: np.eye(3)), "fx_fy_cx_cy: found shape (3, 3)"),
    "no focal length": (put("fx_fy_cx_cy", at(0, 0.0)), "fx_fy_cx_cy: found [0.0"),
    "poses without their last row": (put("extrinsics_w2c", lambda a: a[:, :3].copy()),
                                     "extrinsics_w2c: found shape"),
    "a scaled pose": (put("extrinsics_w2c", at((3, slice(3), slice(3)), 2 * np.eye(3))), "no turn and shift"),
    "a pose that is not finite": (put("extrinsics_w2c", at((3, 0, 3), np.nan)), "no turn and shift"),
}

MISTAKES = {
    "y up": (put("tracks_XYZ", y_up), "likely mistake: y points up in the tracks"),
    "x left": (put("tracks_XYZ", lambda X: X * np.array([-1, 1, 1], np.float32)),
               "likely mistake: x points left"),
    "queries y, x": (put("queries_xyt", lambda q: q[:, [1, 0, 2]]),
                     "likely mistake: queries are y, x, frame"),
    "queries frame, y, x": (put("queries_xyt", lambda q: q[:, ::-1]), "likely mistake: their order"),
    "shares for pixels": (put("queries_xyt", lambda q: q / [SIZE, SIZE, 1]),
                          "likely mistake: queries are shares"),
    "world axes": (to_world, "likely mistake: tracks are in world axes"),
    "poses world from camera": (put("extrinsics_w2c", np.linalg.inv),
                                "likely mistake: the poses are world from camera"),
    "intrinsics of another size": (put("fx_fy_cx_cy", lambda k: k / 2), "pixels from their tracks"),
    "flags of hidden points": (put("visibility", np.ones_like), "of the visible points inside the picture"),
}


@pytest.mark.parametrize("kind", [*DAMAGES, *MISTAKES])
def test_damage_is_one_line(arrays, write_npz, path, kind):
    damage, words = {**DAMAGES, **MISTAKES}[kind]
    damaged = dict(arrays)
    damage(damaged)
    with pytest.raises(SourceDataError) as caught:
        opened(write_npz(damaged, path))
    is_one_helpful_line(str(caught.value), words)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(("damage", "words"), [
    (lambda p: p.write_bytes(b""), "found an empty file"),
    (lambda p: p.write_bytes(p.read_bytes()[:2000]), "found a damaged file"),
    (lambda p: p.write_bytes(b"hello"), "found a damaged file"),
    (lambda p: p.unlink(), "found no file"),
])
def test_a_damaged_file_is_one_line(arrays, write_npz, path, damage, words):
    damage(write_npz(arrays, path))
    with pytest.raises(SourceDataError) as caught:
        opened(path)
    is_one_helpful_line(str(caught.value), words)


def test_one_flipped_bit_is_found(arrays, write_npz, path):
    write_npz(arrays, path)
    content = bytearray(path.read_bytes())
    place = content.index(np.asarray(arrays["tracks_XYZ"]).tobytes()[:64])
    content[place + 20] ^= 1
    path.write_bytes(content)
    with pytest.raises(SourceDataError, match=r"found a damaged file \(Bad CRC"):
        opened(path)


def test_nothing_in_a_file_is_ever_run(arrays, write_npz, path, tmp_path):
    """Unpickling the pictures would leave a file behind."""
    class Runs:
        def __reduce__(self):
            return open, (str(tmp_path / "it ran"), "w")

    poisoned = np.empty(FRAMES, dtype=object)
    poisoned[:] = [Runs()] * FRAMES
    with pytest.raises(SourceDataError, match=r"pickled objects.*docs/sources/tapvid3d\.md"):
        opened(write_npz(dict(arrays, images_jpeg_bytes=poisoned), path))
    stream = io.BytesIO()
    np.save(stream, poisoned)
    assert pickle.dumps(Runs())
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("tracks_XYZ.npy", stream.getvalue())
        packed.writestr("../outside.npy", b"hello")
    with pytest.raises(SourceDataError):
        opened(path)
    assert not (tmp_path / "it ran").exists() and not (tmp_path / "outside.npy").exists()


def test_an_array_of_absurd_size_is_refused_unread(arrays, write_npz, path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 100)
    with pytest.raises(SourceDataError, match="expected at most 100"):
        opened(write_npz(arrays, path))


def test_a_damaged_picture_is_named_by_its_frame(arrays, write_npz, path):
    damaged = dict(arrays)
    put("images_jpeg_bytes", at(5, b"\xff\xd8 cut"))(damaged)
    scene = opened(write_npz(damaged, path))
    with pytest.raises(SourceDataError) as caught:
        scene.rgb(5)
    is_one_helpful_line(str(caught.value), "images_jpeg_bytes frame 5: found a damaged image")


def test_a_converted_file_opens(arrays, write_npz, path):
    """The step that the docs show, for files whose pictures are pickled."""
    objects = np.array(arrays["images_jpeg_bytes"]).astype(object)
    pickled = write_npz(dict(arrays, images_jpeg_bytes=objects), path)
    trusted = dict(np.load(pickled, allow_pickle=True))
    trusted["images_jpeg_bytes"] = np.array(list(trusted["images_jpeg_bytes"]), dtype="S")
    np.savez(pickled, **trusted)
    assert opened(pickled).rgb(FRAMES - 1).shape == (SIZE, SIZE, 3)


def test_a_damaged_file_is_skipped_and_changes_no_other(arrays, write_npz, tmp_path):
    def made(folder, *, with_damage):
        root = tmp_path / folder / "adt"
        write_npz(arrays, root / "Apartment_seq1_0.npz")
        write_npz(arrays, root / "Apartment_seq1_2.npz")
        if with_damage:
            write_npz(dict(arrays, tracks_XYZ=-arrays["tracks_XYZ"]), root / "Apartment_seq1_1.npz")
        settings = GenerationSettings(
            source="tapvid3d", roots=(str(root),), scenes=None, seed=0, size=SIZE, frames=FRAMES,
            types=(VISUAL, TRUE_MOTION), clips=False, per_segment=3)
        return generate(settings, tmp_path / f"{folder}-stage")

    whole, damaged = made("whole", with_damage=False), made("damaged", with_damage=True)
    assert list(damaged.summary.skipped) == ["adt/Apartment_seq1_1"]
    assert [row.id for row in whole.staged.rows] == [row.id for row in damaged.staged.rows]
    assert {row.question_type for row in whole.staged.rows} == {VISUAL, TRUE_MOTION}
