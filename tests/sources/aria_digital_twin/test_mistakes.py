"""Mistakes people make when they bring a sequence over, each planted once and found by name."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import invert_pose, make_pose

GL = np.diag([1.0, -1, -1, 1])
MIRROR = np.diag([1.0, -1, 1, 1])


def trajectory(**how):
    return lambda sequence: sequence.write_trajectory(**how)


def objects(**how):
    return lambda sequence: sequence.write_objects(**how)


def both(change):
    def plant(sequence):
        sequence.write_trajectory(change=change)
        sequence.write_objects(change=change)
    return plant


def boxes(change):
    return lambda sequence: sequence.write_boxes(change=change)


def truth(**how):
    return lambda sequence: sequence.write_truth(**how)


def depth_times(factor):
    return truth(depth=lambda t, z: factor * z)


def along_the_ray(power):
    """The distance along the ray instead of z, or z divided by the ray's length."""
    def plant(sequence):
        x, y = sequence.lens.rays.reshape(2, *sequence.picture(0)[0].shape)
        length = np.sqrt(x * x + y * y + 1)
        sequence.write_truth(depth=lambda t, z: z * length**power)
    return plant


def filmed_off(step):
    """Every picture is taken `step` pixels off the stated lens, to the right and down."""
    def plant(sequence):
        sequence.lens, sequence._pictures = sequence.lens.moved(step), {}
        sequence.write_truth()
    return plant


def ids_plus(step):
    def change(t, stored):
        return np.where(stored > 0, stored.astype(np.int64) + step, 0).astype(np.uint64)
    return truth(ids=change)


def two_ids_exchanged(sequence):
    one, two = sequence.uids[1:3]

    def change(t, stored):
        return np.select([stored == one, stored == two], [np.uint64(two), np.uint64(one)], stored)
    sequence.write_truth(ids=change)


def thousandfold(poses):
    return make_pose(poses[..., :3, :3], 1000.0 * poses[..., :3, 3])


def late(poses):
    return poses[np.maximum(np.arange(len(poses)) - 1, 0)]


def mirrored_places(poses):
    return make_pose(poses[..., :3, :3], poses[..., :3, 3] * (1, -1, 1))


def stands_on_its_origin(sequence):
    """Places are those of the bottom while boxes lie around their origin."""
    down = make_pose(np.eye(3), np.stack([np.array([0, 0, low[2]]) for low, _ in sequence.boxes]))
    sequence.write_objects(change=lambda poses: poses @ down)


def gravity_of_the_device(sequence):
    """Gravity as an accelerometer feels it, which turns with the head."""
    rotation = sequence.world_from_device[:, :3, :3]
    sequence.write_trajectory(gravity=np.einsum("tji,j->ti", rotation, sequence.gravity))


MISTAKES = {
    "camera inverted": (trajectory(change=invert_pose), "camera pose inverted (world_from_camera holds"),
    "camera axes flipped": (trajectory(change=lambda p: p @ GL), "camera axes flipped (OpenGL"),
    "camera quaternion w first": (trajectory(order="wxyz"),
                                  "camera quaternion order wrong (w, x, y, z read as x, y, z, w)"),
    "camera late": (trajectory(change=late), "camera poses one frame late"),
    "object quaternion w last": (objects(order="xyzw"),
                                 "object quaternion order wrong (x, y, z, w read as w, x, y, z)"),
    "objects inverted": (objects(change=invert_pose), "object pose inverted (world_from_object holds"),
    "world mirrored": (both(lambda p: MIRROR @ p @ MIRROR), "world mirrored (left-handed poses"),
    "places mirrored": (both(mirrored_places), "camera and object positions mirrored along y"),
    "world in millimetres": (both(thousandfold), "depth scale wrong (stored depth is 0.001 times"),
    "depth in centimetres": (depth_times(0.1), "depth scale wrong (stored depth is 0.1 times"),
    "ray depth as z": (along_the_ray(1), "ray depth read as z"),
    "z as ray depth": (along_the_ray(-1), "z read as ray depth"),
    "half a pixel, one way": (filmed_off(-0.5), "half a pixel in K"),
    "half a pixel, the other": (filmed_off(0.5), "half a pixel in K"),
    "ids one too low": (ids_plus(-1), "likely mistake: ids off by one"),
    "ids one too high": (ids_plus(1), "likely mistake: ids off by one"),
    "two ids exchanged": (two_ids_exchanged, "ids exchanged"),
    "origin at the bottom": (stands_on_its_origin, "pose origin at the lower face of the box (z)"),
    "width and length": (boxes(lambda low, high: (low[[1, 0, 2]], high[[1, 0, 2]])),
                         "box edges in another order (size holds y, x, z)"),
    "half boxes": (boxes(lambda low, high: (0.5 * low, 0.5 * high)), "size holds half edges"),
    "gravity of the device": (gravity_of_the_device, "likely mistake: gravity in the device's axes"),
}


@pytest.fixture(scope="module")
def sound(adt, room, tmp_path_factory):
    """A few small frames are enough: every mistake shows in each pair of them."""
    sequence = adt.AdtSequence(room(side=80, frames=4), tmp_path_factory.mktemp("sound") / "seq",
                               adt.Lens.straight(80))
    sequence.write()
    return sequence


@pytest.fixture
def written(sound, tmp_path):
    return sound.copied_to(tmp_path / "data" / "seq")


def check(sequence):
    side = str(sequence.scene.facts.width)
    return CliRunner().invoke(main, ["check", "aria_digital_twin", str(sequence.folder), "--size", side])


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(written, kind):
    plant, words = MISTAKES[kind]
    plant(written)
    result = check(written)
    assert result.exit_code == 1
    assert "likely mistake" in result.output and words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(written):
    result = check(written)
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output


def test_gravity_of_the_wrong_sign_is_named(written):
    """Which way is up cannot be proved from geometry: a camera that hangs upside down is a hint."""
    written.write_trajectory(gravity=-written.gravity)
    assert "up has the wrong sign or axis" in check(written).output


def test_what_a_z_ray_mistake_changes_in_numbers(written):
    """In the corner of a view of 85 degrees the ray is 1.64 times as long as z."""
    facts = written.scene.facts
    ray = unproject(facts.K, pixel_centres(facts.height, facts.width), np.ones((facts.height, facts.width)))
    assert np.linalg.norm(ray[0, 0]) == pytest.approx(1.63, abs=0.02)
