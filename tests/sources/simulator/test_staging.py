"""A scene brought to another size of world is the same scene, seen the same."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fourdp_qa.sources.simulator.camera_paths import camera_path
from fourdp_qa.sources.simulator.motions import kinematic_path
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.spec import (
    CameraComponent,
    CameraSpec,
    HandSpec,
    MotionSpec,
    ObjectSpec,
    StageSpec,
)
from fourdp_qa.sources.simulator.staging import staged_camera, staged_object

STAGE = StageSpec(unit=0.2, level=0.7)
CAMERA = CameraSpec(
    "dolly_in", (-6.0, 0.0, 1.5), 0.0, -0.1, 1.0, (0, 0, 0.3), -1,
    (CameraComponent("dolly", 1.0), CameraComponent("pan", 0.2), CameraComponent("orbit", 0.1)),
    HandSpec(0.01, 0.01, 0.02, 4.0, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
)
TIMES = np.linspace(0, 1, 9)


def test_a_staged_camera_goes_the_same_way_in_small() -> None:
    large, small = camera_path(CAMERA, TIMES), camera_path(staged_camera(CAMERA, STAGE), TIMES)
    np.testing.assert_allclose(small[:, :3, :3], large[:, :3, :3], atol=1e-12)
    np.testing.assert_allclose(small[:, :3, 3], 0.2 * large[:, :3, 3] + [0, 0, 0.7], atol=1e-12)


def test_a_staged_object_goes_the_same_way_in_small(make_object: Callable[..., ObjectSpec]) -> None:
    for motion in (MotionSpec("drive", distance=2.0, turn=0.6),
                   MotionSpec("carry", displacement=(1.0, 0.4, 0.5))):
        entry = make_object("car", 0.5, 1.0, yaw=0.3, motion=motion)
        large, small = (kinematic_path(e, TIMES) for e in (entry, staged_object(entry, STAGE)))
        np.testing.assert_allclose(small[:, :3, :3], large[:, :3, :3], atol=1e-12)
        np.testing.assert_allclose(small[:, :3, 3], 0.2 * large[:, :3, 3] + [0, 0, 0.7], atol=1e-12)


def test_a_staged_scene_looks_the_same(
    make_object: Callable[..., ObjectSpec], make_scene: Callable[..., SimulatedScene]
) -> None:
    level = StageSpec(unit=0.2)
    camera = replace(CAMERA, components=CAMERA.components[:2])
    objects = [make_object("car", 1.0, 0.5), make_object("chair", 2.0, -0.5)]
    large = make_scene(*objects, camera=camera)
    small = make_scene(*(staged_object(o, level) for o in objects), camera=staged_camera(camera, level))
    agree = large.instances(5) == small.instances(5)
    assert agree.mean() > 0.998
    both = (large.instances(5) > 0) & agree
    np.testing.assert_allclose(small.depth(5)[both], 0.2 * large.depth(5)[both], rtol=1e-3)
