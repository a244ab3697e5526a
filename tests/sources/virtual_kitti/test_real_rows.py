"""Rows of the release itself, typed by hand: the conventions hold on them to the last digit.

Virtual KITTI 2.0.3, Scene01/clone, frame 0, Camera_0 (Naver Labs Europe, CC BY-NC-SA 3.0).
"""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import invert_pose
from fourdp_qa.sources.virtual_kitti.recording import read_recording
from fourdp_qa.sources.virtual_kitti.stated_boxes import projected_edges

K = np.array([[725.0087, 0, 621.0], [0, 725.0087, 187.5], [0, 0, 1]])
EXTRINSIC = ("-0.265882 0.072179 -0.961300 7.760929 0.017728 0.997390 0.069986 112.384514 "
             "0.963843 0.001566 -0.266468 -0.904663 0 0 0 1")
POSE = """\
1 -1.796513 1.612032 1.404795 3.772344 12.85112 -111 -6.945244 0.2689006 0 0 \
3.008632 1.41593 13.15864 -1.571733 0.001502285 -0.07224342
2 -1.654057 1.567278 1.413269 3.158158 18.77596 -111 -8.52928 0.3388072 0 0 \
2.956056 1.410106 19.29135 -1.502008 0.006540446 -0.07196293
3 1.832166 1.555003 1.527328 3.576751 25.4738 -111 -1.092491 -2.856606 0 0 \
-5.973762 2.049313 23.76534 1.585904 -0.002663161 0.07221006
5 -1.634804 1.746308 1.512623 3.775172 48.3271 -111 -16.87533 0.2681896 0 0 \
3.121991 1.349885 49.99796 -1.572443 0.001450962 -0.07224449
7 1.664531 1.652467 1.73687 4.107703 60.61275 -111 -11.18089 -2.870891 0 0 \
-5.618606 1.966214 60.322 1.571656 -0.001632296 0.07224065"""
BBOX = """\
1 722 866 186 281 5433 0 0.3971491 False
2 696 771 185 246 2109 0 0.4609836 False
3 394 474 201 256 2534 0 0.5759091 False
5 651 682 184 208 357 0 0.4798387 False
7 539 566 189 212 293 0 0.4718196 False"""
INFO = ("1 Car Hatchback Black", "2 Car Hybrid Black", "3 Car Hatchback Red", "5 Car Hatchback Blue",
        "7 Car SUV Black")


@pytest.fixture
def folder(tmp_path):
    from_header = {
        "intrinsic": ("frame cameraID K[0,0] K[1,1] K[0,2] K[1,2]", ["0 0 725.0087 725.0087 620.5 187"]),
        "extrinsic": ("frame cameraID r1,1 r1,2 r1,3 t1 r2,1 r2,2 r2,3 t2 r3,1 r3,2 r3,3 t3 0 0 0 1",
                      [f"0 0 {EXTRINSIC}"]),
        "info": ("trackID label model color", INFO),
        "bbox": ("frame cameraID trackID left right top bottom number_pixels truncation_ratio "
                 "occupancy_ratio isMoving", [f"0 0 {row}" for row in BBOX.splitlines()]),
        "pose": ("frame cameraID trackID alpha width height length world_space_X world_space_Y "
                 "world_space_Z rotation_world_space_y rotation_world_space_x rotation_world_space_z "
                 "camera_space_X camera_space_Y camera_space_Z rotation_camera_space_y "
                 "rotation_camera_space_x rotation_camera_space_z",
                 [f"0 0 {row}" for row in POSE.splitlines()]),
    }
    for name, (header, rows) in from_header.items():
        (tmp_path / f"{name}.txt").write_text("\n".join([header, *rows]) + "\n")
    return tmp_path


def test_the_worked_example(folder):
    """Track 1: its bottom centre lies at pixel (786.27, 265.01), its box centre 0.70 m above."""
    recording = read_recording(folder, 0)
    np.testing.assert_allclose(recording.K, K)
    np.testing.assert_allclose(recording.world_from_camera[0, :3, 3], [0.9431, -112.65, -0.6458],
                               atol=1e-4)
    seen = invert_pose(recording.world_from_camera[0]) @ recording.world_from_object[0, 0]
    np.testing.assert_allclose(seen[:3, 3], [2.9579, 0.7154, 13.1575], atol=2e-4)
    bottom = seen @ [0, 0, -0.5 * 1.404795, 1]
    np.testing.assert_allclose(project(recording.K, bottom[:3]), [786.77, 265.51], atol=0.01)
    assert [o.id for o in recording.objects] == [2, 3, 4, 6, 8]
    np.testing.assert_allclose(recording.objects[0].size, [3.772344, 1.612032, 1.404795])


def test_noses_look_as_the_street_says(folder):
    """Cars parked on the right look the camera's way, those on the left come towards it."""
    recording = read_recording(folder, 0)
    noses = (recording.world_from_camera[0, :3, :3].T @ recording.world_from_object[0, :, :3, 0].T).T
    assert (noses[[0, 1, 3], 2] > 0.99).all() and (noses[[2, 4], 2] < -0.99).all()
    ups = recording.world_from_object[0, :, :3, 2]
    np.testing.assert_allclose(ups, [[0, -1, 0]] * 5, atol=1e-9)


def test_projected_boxes_meet_those_of_bbox_txt(folder):
    """Within a pixel on cars that are whole in the picture; a roof is narrower than its box, so on the
    nearest car one edge lies 1.6 pixels inside.
    """
    from fourdp_qa.sources.virtual_kitti.recording import _extrinsics, _rows, _vehicles

    rows = _rows(folder, 0, _extrinsics(folder, 0), _vehicles(folder))
    stated = np.array([[int(x) for x in row.split()[1:5]] for row in BBOX.splitlines()])
    off = np.abs(projected_edges(rows, K) - 0.5 - stated)
    assert (np.median(off, axis=1) < 1.0).all()
    assert off.mean() < 0.7
    assert off.max() < 1.7


@pytest.mark.parametrize(("old", "new", "words"), [
    ("12.85112 -111 -6.945244", "13.85112 -111 -6.945244", "frame 0 trackID 1, camera_space_X, Y, Z"),
    ("0.3388072 0 0", "0.4388072 0 0", "frame 0 trackID 2, rotation_camera_space"),
])
def test_one_wrong_number_is_noticed(folder, old, new, words):
    path = folder / "pose.txt"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SourceDataError, match=r"found .* of difference, .*damaged numbers") as caught:
        read_recording(folder, 0)
    assert words in str(caught.value)


@pytest.mark.parametrize(("columns", "words"), [
    ((5, 4, 6), "sizes in the order height, width, length"), ((6, 5, 4), "width and length exchanged"),
])
def test_sizes_of_another_order_are_named(folder, columns, words):
    path = folder / "pose.txt"
    header, *rows = path.read_text().splitlines()
    split = [row.split() for row in rows]
    for row in split:
        row[4:7] = [row[k] for k in columns]
    path.write_text("\n".join([header, *map(" ".join, split)]) + "\n")
    with pytest.raises(SourceDataError, match=words):
        read_recording(folder, 0)


def test_the_sample_says_the_same(samples, tmp_path, folder):
    """All 43 published rows: places to 0.00008 m and boxes to a pixel by their typical edge."""
    source = samples / "vkitti2" / "Scene01" / "clone"
    if not source.is_dir():
        pytest.skip(f"no Virtual KITTI sample at {source}")
    for name in ("pose", "bbox"):
        lines = (source / f"{name}.txt").read_text().splitlines()
        (folder / f"{name}.txt").write_text(
            "\n".join([lines[0], *(x for x in lines[1:] if x.startswith("0 "))]) + "\n")
    (folder / "info.txt").write_text((source / "info.txt").read_text())
    recording = read_recording(folder, 0)
    assert len(recording.objects) == 24 and recording.pose_valid.all()
    assert {o.caption for o in recording.objects} >= {
        "black four-door sedan", "blue hatchback car", "black hybrid car", "white small firetruck",
        "grey SUV"}
