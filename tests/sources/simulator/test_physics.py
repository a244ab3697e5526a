"""Physical motions against what mechanics says."""

from collections.abc import Callable

import numpy as np
import pytest

from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS
from fourdp_qa.sources.simulator.physics import SLIDING_FRICTION, clip_times, simulate
from fourdp_qa.sources.simulator.spec import MotionSpec, ObjectSpec, SceneSpec

MakeObject, MakeSpec = Callable[..., ObjectSpec], Callable[..., SceneSpec]
G = 9.81


def test_a_thrown_ball_flies_a_parabola(make_object: MakeObject, make_spec: MakeSpec) -> None:
    motion = MotionSpec("throw", velocity=(1.0, -0.5, 3.0))
    spec = make_spec(make_object("ball", height=1.0, motion=motion))
    position = simulate(spec).world_from_object[:7, 0, :3, 3]
    t = np.arange(7) / 12
    expected = np.stack([t, -0.5 * t, 1.0 + 3.0 * t - G * t**2 / 2], axis=1)
    np.testing.assert_allclose(position, expected, atol=0.015)


def test_a_rolling_ball_does_not_slip(make_object: MakeObject, make_spec: MakeSpec) -> None:
    motion = MotionSpec("roll", velocity=(1.3, 0, 0), angular_velocity=(0, 1.3 / 0.26, 0))
    poses = simulate(make_spec(make_object("ball", motion=motion))).world_from_object[:, 0]
    way = poses[4, 0, 3] - poses[2, 0, 3]
    turn = poses[4, :3, :3] @ poses[2, :3, :3].T
    angle = np.arctan2(turn[0, 2], turn[0, 0])
    assert way == pytest.approx(0.26 * angle, rel=0.01)


def test_a_slider_is_slowed_by_friction(make_object: MakeObject, make_spec: MakeSpec) -> None:
    motion = MotionSpec("slide", velocity=(1.5, 0, 0))
    poses = simulate(make_spec(make_object("crate", motion=motion), frames=32)).world_from_object
    stop = 1.5**2 / (2 * SLIDING_FRICTION * G)
    assert poses[-1, 0, 0, 3] == pytest.approx(stop, rel=0.1)
    assert poses[:, 0, 2, 2].min() > 0.99


@pytest.mark.parametrize("kind", OBJECT_KINDS)
def test_every_kind_stands_by_itself(
    make_object: MakeObject, make_spec: MakeSpec, kind: str
) -> None:
    mover = make_object("ball", 5.0, 5.0, motion=MotionSpec("roll", velocity=(0.5, 0, 0)))
    simulated = simulate(make_spec(make_object(kind), mover, frames=12))
    assert simulated.toppled == ()
    poses = simulated.world_from_object[:, 0]
    assert np.all(poses == poses[0]), "what nothing hits is exactly still"


def test_what_cannot_stand_is_said_to_topple(make_object: MakeObject, make_spec: MakeSpec) -> None:
    mover = make_object("ball", 5.0, 5.0, motion=MotionSpec("roll", velocity=(0.5, 0, 0)))
    floating = make_object("person", height=1.4)
    assert simulate(make_spec(floating, mover)).toppled == (0,)


def test_a_resting_object_can_be_hit(make_object: MakeObject, make_spec: MakeSpec) -> None:
    ball = make_object("ball", -1.5, 0, motion=MotionSpec(
        "roll", velocity=(3.0, 0, 0), angular_velocity=(0, 3.0 / 0.26, 0)))
    poses = simulate(make_spec(ball, make_object("gift_box"), frames=24)).world_from_object
    assert poses[-1, 1, 0, 3] > 0.05


def test_a_driven_object_keeps_exactly_to_its_path(
    make_object: MakeObject, make_spec: MakeSpec
) -> None:
    car = make_object("car", -2, motion=MotionSpec("drive", distance=2.0))
    ball = make_object("ball", 0, 3, height=1.0, motion=MotionSpec("throw", velocity=(0, 0, 1)))
    poses = simulate(make_spec(car, ball)).world_from_object
    np.testing.assert_allclose(poses[:, 0, 0, 3], -2 + 2 * clip_times(16), atol=1e-12)
