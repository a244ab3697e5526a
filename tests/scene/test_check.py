"""check_scene: a right scene passes, a planted mistake is found and called by its name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.check_geometry import convex_hull
from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)
from fourdp_qa.scene.scene import Capability

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])


@pytest.fixture
def world(box_world):
    return box_world(height=72, width=80, frames=12)


def text_of(scene):
    report = check_scene(scene)
    return report, "\n".join(report.lines)


# --- right scenes -------------------------------------------------------------------------------


def turn_y_up():
    return np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])


RIGHT = {
    "square": {"height": 96, "width": 96},
    "wide, 14 frames": {"height": 60, "width": 128, "frames": 14},
    "tall, 16 frames": {"height": 100, "width": 56, "frames": 16},
    "camera at rest": {"camera_still": True},
    "no background": {"floor": False},
    "no objects": {"boxes": ()},
    "world with y up": {"world_turn": turn_y_up()},
    "telephoto": {"focal": 2.0, "camera_travel": (0.5, 0.2, 0.1)},
    "more frames than are read": {"frames": 40},
}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_scene_passes_without_a_word(box_world, kind):
    report, text = text_of(box_world(**RIGHT[kind]))
    assert report.ok, text
    assert not report.findings, text


def test_the_report_carries_the_numbers(world):
    report, text = text_of(world)
    measured = report.measured
    assert measured.frames == 12
    assert measured.points > 3000
    assert measured.object_error < 1e-6
    assert measured.background_error < 1e-6
    assert measured.object_distance < 1e-5
    assert measured.found_again > 0.8
    assert measured.in_box == 1.0
    assert text.startswith("scene box_world: ok; 12 frames,")


def test_noisy_depth_is_no_mistake(world):
    """Half a percent of noise is a real sensor's; nothing must be named."""
    exact, rng = world.depth, np.random.default_rng(0)
    noise = rng.normal(1, 0.005, size=(12, 72, 80))
    world.depth = lambda t: (exact(t) * noise[t]).astype(np.float32)
    world.facts = replace(
        world.facts, capabilities=world.facts.capabilities - {Capability.EXACT_VISIBILITY}
    )
    report, text = text_of(world)
    assert report.ok, text
    assert 1e-3 < report.measured.object_error < 1e-2


def test_depth_too_noisy_to_use_is_an_error_without_an_invented_cause(world):
    exact, rng = world.depth, np.random.default_rng(0)
    noise = rng.normal(1, 0.02, size=(12, 72, 80))
    world.depth = lambda t: (exact(t) * noise[t]).astype(np.float32)
    report, text = text_of(world)
    assert not report.ok
    assert "likely mistake" not in text


def test_poses_rounded_to_millimetres_are_no_mistake(world):
    rng = np.random.default_rng(1)
    world.world_from_object[:, :, :3, 3] += rng.normal(0, 1e-3, size=(12, 4, 3))
    report, text = text_of(world)
    assert report.ok, text


def test_boxes_looser_than_their_objects_are_no_mistake(world):
    world.objects = tuple(replace(item, size=1.2 * item.size) for item in world.objects)
    report, text = text_of(world)
    assert report.ok, text


# --- planted mistakes that are called by their name ---------------------------------------------


def reordered(pose, order):
    quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])[..., order]
    return make_pose(rotation_from_quaternion_wxyz(quaternion), pose[..., :3, 3])


XYZW_AS_WXYZ, WXYZ_AS_XYZW = (1, 2, 3, 0), (3, 0, 1, 2)


def transposed(pose):
    return make_pose(np.swapaxes(pose[..., :3, :3], -1, -2), pose[..., :3, 3])


def camera(change):
    def plant(world):
        world.world_from_camera = change(world.world_from_camera)
    return plant


def objects(change):
    def plant(world):
        world.world_from_object = change(world.world_from_object)
    return plant


def both(change):
    def plant(world):
        camera(change)(world)
        objects(change)(world)
    return plant


def depth(factor_of):
    def plant(world):
        exact, factor = world.depth, factor_of(world)
        world.depth = lambda t: (exact(t) * factor).astype(np.float32)
    return plant


def ray_per_z(world):
    centres = pixel_centres(world.facts.height, world.facts.width)
    return np.linalg.norm(unproject(world.facts.K, centres, np.ones(centres.shape[:2])), axis=-1)


def pixels(step):
    def plant(world):
        K = world.facts.K + np.array([[0, 0, step], [0, 0, step], [0, 0, 0]])
        world.facts = replace(world.facts, K=K)
    return plant


def ids(step):
    def plant(world):
        exact = world.instances
        world.instances = lambda t: np.where(exact(t) > 0, exact(t) + step, 0).astype(np.int32)
    return plant


def late(pose):
    return np.concatenate([pose[:1], pose[:-1]])


def early(pose):
    return np.concatenate([pose[1:], pose[-1:]])


def at_the_bottom(world):
    offset = np.array([[0, 0, -0.5 * item.size[2]] for item in world.objects])
    world.world_from_object = world.world_from_object @ make_pose(np.eye(3), offset)


def half_edges(world):
    world.objects = tuple(replace(item, size=0.5 * item.size) for item in world.objects)


def relative_to_the_camera(world):
    world.world_from_object = invert_pose(world.world_from_camera)[:, None] @ world.world_from_object


def opengl_and_ray(world):
    camera(lambda pose: pose @ OPENGL)(world)
    depth(ray_per_z)(world)


MISTAKES = {
    "camera inverted": (camera(invert_pose), "camera pose inverted (world_from_camera holds"),
    "camera OpenGL": (camera(lambda pose: pose @ OPENGL), "camera axes flipped (OpenGL"),
    "camera OpenGL and inverted": (camera(lambda pose: invert_pose(pose @ OPENGL)),
                                   "camera pose inverted and its axes flipped"),
    "camera transposed": (camera(transposed), "camera rotation transposed"),
    "camera xyzw as wxyz": (camera(lambda pose: reordered(pose, XYZW_AS_WXYZ)),
                            "camera quaternion order wrong (x, y, z, w read as w, x, y, z)"),
    "camera wxyz as xyzw": (camera(lambda pose: reordered(pose, WXYZ_AS_XYZW)),
                            "camera quaternion order wrong (w, x, y, z read as x, y, z, w)"),
    "OpenGL camera xyzw as wxyz": (
        camera(lambda pose: reordered(pose @ OPENGL, XYZW_AS_WXYZ) @ OPENGL),
        "x, y, z, w read as w, x, y, z, then OpenGL to OpenCV"),
    "camera late": (camera(late), "camera poses one frame late"),
    "camera early": (camera(early), "camera poses one frame early"),
    "objects inverted": (objects(invert_pose), "object pose inverted (world_from_object holds"),
    "objects transposed": (objects(transposed), "object rotation transposed"),
    "objects relative to the camera": (relative_to_the_camera,
                                       "object pose relative to the camera"),
    "objects xyzw as wxyz": (objects(lambda pose: reordered(pose, XYZW_AS_WXYZ)),
                             "object quaternion order wrong (x, y, z, w read as w, x, y, z)"),
    "objects wxyz as xyzw": (objects(lambda pose: reordered(pose, WXYZ_AS_XYZW)),
                             "object quaternion order wrong (w, x, y, z read as x, y, z, w)"),
    "objects late": (objects(late), "object poses one frame late"),
    "all quaternions xyzw as wxyz": (both(lambda pose: reordered(pose, XYZW_AS_WXYZ)),
                                     "quaternion order of camera and objects wrong (x, y, z, w"),
    "all poses inverted": (both(invert_pose), "camera and object poses inverted"),
    "ray depth as z": (depth(ray_per_z), "ray depth read as z"),
    "z as ray depth": (depth(lambda world: 1 / ray_per_z(world)), "z read as ray depth"),
    "depth in centimetres": (depth(lambda _: 100.0), "depth scale wrong (stored depth is 100 times"),
    "depth in kilometres": (depth(lambda _: 1e-3), "depth scale wrong (stored depth is 0.001 times"),
    "depth in feet": (depth(lambda _: 3.281), "depth scale wrong (stored depth is 3.28"),
    "half a pixel missing": (pixels(-0.5), "half a pixel in K (K is meant for pixel centres"),
    "half a pixel too much": (pixels(0.5), "half a pixel in K (0.5 added"),
    "ids one too high": (ids(1), "ids off by one (id k of the images is object k - 1"),
    "ids one too low": (ids(-1), "ids off by one (id k of the images is object k + 1"),
    "origin at the bottom": (at_the_bottom, "pose origin at the lower face of the box (z)"),
    "half edges": (half_edges, "size holds half edges"),
    "OpenGL camera and ray depth": (
        opengl_and_ray, "OpenCV is expected) and ray depth read as z"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_named(world, kind):
    plant, words = MISTAKES[kind]
    plant(world)
    report, text = text_of(world)
    assert not report.ok, text
    assert words in text


AT_REST = ["camera inverted", "camera OpenGL", "camera wxyz as xyzw", "objects inverted",
           "objects transposed", "ray depth as z", "depth in feet", "half a pixel missing",
           "ids one too high", "origin at the bottom", "OpenGL camera and ray depth"]


@pytest.mark.parametrize("kind", AT_REST)
def test_a_camera_at_rest_hides_no_mistake(box_world, kind):
    """Its background meets itself whatever the pose says: objects and boxes tell."""
    plant, words = MISTAKES[kind]
    world = box_world(height=72, width=80, frames=12, camera_still=True)
    plant(world)
    report, text = text_of(world)
    assert not report.ok, text
    assert words in text


BACKGROUND_MISTAKES = ["camera inverted", "camera OpenGL", "camera xyzw as wxyz", "ray depth as z",
                       "z as ray depth", "depth in centimetres", "depth in feet",
                       "half a pixel missing"]


@pytest.mark.parametrize("kind", BACKGROUND_MISTAKES)
def test_a_street_without_objects_shows_the_mistakes_of_its_camera(box_world, kind):
    plant, words = MISTAKES[kind]
    world = box_world(height=72, width=80, frames=12, boxes=())
    plant(world)
    report, text = text_of(world)
    assert not report.ok, text
    assert text.count("likely mistake") == 1, text
    assert words in text


def test_the_message_says_where_what_and_why(world):
    objects(invert_pose)(world)
    report, _ = text_of(world)
    line = report.errors[0].text
    assert line.startswith("objects[")
    assert "box' frame " in line
    assert "pixels carried by the pose miss the surface by " in line
    assert "(median, relative), expected below 0.01; likely mistake: object pose inverted" in line


def test_one_wrong_object_is_named_alone(world):
    world.world_from_object[:, 1] = invert_pose(world.world_from_object[:, 1])
    report, text = text_of(world)
    assert {item.object_id for item in report.errors} == {2}, text
    assert "objects[1] 'green box'" in text
    assert "object pose inverted" in text


def test_two_exchanged_ids_are_named(world):
    swap = np.array([0, 1, 3, 2, 4], dtype=np.int32)
    exact = world.instances
    world.instances = lambda t: swap[exact(t)]
    report, text = text_of(world)
    assert {item.object_id for item in report.errors} == {2, 3}, text
    assert "ids exchanged (its pixels move with the pose of id 3 'blue box')" in text
    assert "ids exchanged (its pixels move with the pose of id 2 'green box')" in text


def test_an_error_nobody_foresaw_is_still_an_error(world):
    rng = np.random.default_rng(3)
    world.world_from_object[:, 2, :3, 3] += rng.normal(0, 0.6, size=(12, 3))
    report, text = text_of(world)
    assert {item.object_id for item in report.errors} == {3}, text


def test_without_depth_the_boxes_still_tell(world):
    world.facts = replace(world.facts, capabilities=frozenset(
        {Capability.INSTANCES, Capability.OBJECT_POSES, Capability.GRAVITY}))
    assert check_scene(world).ok
    camera(lambda pose: pose @ OPENGL)(world)
    report, text = text_of(world)
    assert not report.ok
    assert "of its pixels lie outside its projected box" in text


def test_the_hull_of_a_square_with_points_inside_and_on_its_edges():
    hull = convex_hull(np.array([[0, 0], [2, 0], [2, 2], [0, 2], [1, 1], [1, 0], [2, 1.5]]))
    assert sorted(map(tuple, hull.tolist())) == [(0, 0), (0, 2), (2, 0), (2, 2)]
