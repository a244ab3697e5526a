"""Rays against shapes whose depth, size and hiding are known by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points
from fourdp_qa.sources.simulator.camera_paths import camera_rotation, intrinsics
from fourdp_qa.sources.simulator.motions import yaw_rotation
from fourdp_qa.sources.simulator.rays import GROUND, GROUND_RADIUS, SKY, RayCaster
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.spec import ObjectSpec

MakeObject, MakeScene = Callable[..., ObjectSpec], Callable[..., SimulatedScene]
# The hand-made camera stands at (-6, 0, 1.5), looks level along +x, focal length 1 image width.


def test_the_front_of_a_crate_has_its_hand_computed_depth(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    scene = make_scene(make_object("crate", height=1.5))
    assert scene.depth(0)[48, 48] == pytest.approx(6.0 - 0.26, abs=0.04)
    assert scene.instances(0)[48, 48] == 1


def test_ground_depth_is_z_depth_and_not_ray_length(make_scene: MakeScene) -> None:
    depth = make_scene().depth(0)
    v = np.arange(96) + 0.5
    below = v > 60
    expected = 1.5 * 96 / (v - 48)
    np.testing.assert_allclose(depth[below][:, 0], expected[below], rtol=1e-5)
    np.testing.assert_allclose(depth[below][:, 95], expected[below], rtol=1e-5)


def test_sky_has_no_depth_and_no_id(make_scene: MakeScene) -> None:
    scene = make_scene()
    assert np.all(scene.depth(0)[:40] == 0)
    assert np.all(scene.instances(0) == 0)
    hits = scene.caster.cast(scene.world_from_camera[0], scene.world_from_object[0])
    assert set(np.unique(hits.instance)) == {SKY, GROUND}
    assert hits.depth[np.isfinite(hits.depth)].max() < GROUND_RADIUS + 6.1


def test_a_box_projects_to_its_hand_computed_pixels(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    """A crate of 0.52 m whose front is 5.74 m away covers 96 * 0.52 / 5.74 pixels."""
    ids = make_scene(make_object("crate", height=1.5)).instances(0)
    columns = np.flatnonzero(ids[48] == 1)
    assert len(columns) == pytest.approx(96 * 0.52 / 5.74, abs=1.1)
    assert columns.mean() + 0.5 == pytest.approx(48, abs=0.6)


def test_visible_part_is_the_share_of_the_silhouette_that_is_not_covered(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    near, far = make_object("crate", -2.0, 0.2, height=1.5), make_object("crate", 2.0, height=1.5)
    both = make_scene(near, far, size=192)
    alone = make_scene(far, size=192)
    expected = (both.instances(0) == 2).sum() / (alone.instances(0) == 1).sum()
    assert 0.1 < expected < 0.9
    np.testing.assert_allclose(both.visible_part(0), [1.0, expected])


def test_visible_part_of_something_outside_the_picture_is_nan(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    part = make_scene(make_object("crate", -2.0, 9.0), make_object("crate", -20.0)).visible_part(0)
    assert np.all(np.isnan(part))


def test_a_surface_is_seen_unless_something_is_in_between(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    near, far = make_object("crate", -2.0, height=1.5), make_object("table", 2.0, height=1.5)
    scene = make_scene(near, far)
    points = np.array([
        [-2.26, 0.0, 1.5],   # front of the near crate
        [-1.74, 0.0, 1.5],   # its back
        [1.7, 0.0, 1.5],     # behind it
        [-2.0, 3.9, 1.5],    # free, but outside the picture
        [-9.0, 0.0, 1.5],    # behind the camera
        [0.0, 1.5, 0.0],     # on the ground
        [0.0, 1.5, -0.4],    # under the ground
    ])
    seen = scene.sees(0, points, np.array([1, 1, 2, 1, 1, 0, 0]))
    assert seen.tolist() == [True, False, False, False, False, True, False]


def test_things_that_reach_behind_the_camera_are_seen_where_they_are(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables all around the camera: as with rays through the whole picture."""
    rng = np.random.default_rng(0)
    caster = RayCaster(["table"], [3.0], intrinsics(1.0, 64), 64)
    poses = [
        make_pose(yaw_rotation(float(rng.uniform(-3, 3))), rng.uniform((-2, -3, -1.5), (3, 3, 1.5)))
        for _ in range(150)
    ]
    camera = make_pose(camera_rotation(*(np.array([angle]) for angle in (0.0, -0.2, 0.1)))[0], np.zeros(3))
    bounded = [caster.cast(camera, pose[None]).alone[0] for pose in poses]
    monkeypatch.setattr(caster, "_image_box", lambda pose, half: (0, 0, 64, 64))
    everywhere = [caster.cast(camera, pose[None]).alone[0] for pose in poses]
    assert bounded == everywhere
    assert np.count_nonzero(everywhere) > 50


def test_scattered_rays_find_what_pixel_rays_find(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    scene = make_scene(make_object("duck", -3.0, 0.3), make_object("chair", 0.0, -0.5))
    poses = (scene.world_from_camera[0], scene.world_from_object[0])
    every = scene.caster.cast(*poses)
    pixels = np.random.default_rng(0).choice(96 * 96, 800, replace=False)
    some = scene.caster.cast(*poses, scene.caster.pixel_rays[:, pixels])
    np.testing.assert_array_equal(some.instance, every.instance[pixels])
    np.testing.assert_array_equal(some.depth, every.depth[pixels])


def test_depth_scales_with_the_objects_own_scale(
    make_object: MakeObject, make_scene: MakeScene
) -> None:
    """Rays are carried into the unscaled mesh; what comes back must be metres again."""
    small = make_object("ball", height=1.5)
    scene = make_scene(replace(small, scale=2.0))
    points = scene.caster
    assert points.half_sizes[0] == pytest.approx([0.52, 0.52, 0.52])
    assert scene.depth(0)[48, 48] == pytest.approx(6 - 0.52, abs=0.01)


def test_blocked_agrees_with_depth_images(
    open_scene: Callable[..., SimulatedScene],
) -> None:
    """Each pixel's own surface point is not blocked; a point behind it is."""
    scene = open_scene(0)
    pose = scene.world_from_camera[0]
    depth, ids = scene.depth(0), scene.instances(0)
    v, u = np.nonzero(ids)
    z = depth[v, u].astype(float)
    x = (u + 0.5 - scene.facts.K[0, 2]) / scene.facts.K[0, 0]
    y = (v + 0.5 - scene.facts.K[1, 2]) / scene.facts.K[1, 1]
    for factor, expected in ((1.0, True), (1.02, False)):
        points = transform_points(pose, np.stack([x, y, np.ones_like(x)], 1) * (z * factor)[:, None])
        seen = scene.sees(0, points, ids[v, u].astype(np.int64))
        assert (seen == expected).mean() > 0.995
    assert np.isfinite(project(scene.facts.K, transform_points(invert_pose(pose), points))).all()
