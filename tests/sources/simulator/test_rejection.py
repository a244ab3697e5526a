"""Each reason for rejection, with a scene made to deserve it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.sources.simulator.camera_paths import camera_path
from fourdp_qa.sources.simulator.physics import clip_times, simulate
from fourdp_qa.sources.simulator.rejection import Candidate, why_rejected
from fourdp_qa.sources.simulator.spec import (
    CameraComponent,
    CameraSpec,
    HandSpec,
    LandmarkSpec,
    MotionSpec,
    ObjectSpec,
    SceneSpec,
)
from fourdp_qa.sources.simulator.surroundings import LANDMARK_KINDS

MakeObject, MakeSpec = Callable[..., ObjectSpec], Callable[..., SceneSpec]
# Looks down on the middle from 6 m.
CAMERA = CameraSpec("static", (-5.5, 0.0, 2.4), 0.0, -0.35, 1.0, (0, 0, 0.4), -1, ())
CORNERS = ((-1.5, 1.2), (-1.5, -1.2), (1.2, 1.5), (1.2, -1.5), (0.0, 0.0))


@pytest.fixture
def judged(
    make_object: MakeObject, make_spec: MakeSpec
) -> Callable[..., str | None]:
    """Verdict on a good scene of five crates with one change."""

    def judge(
        *extra: ObjectSpec, camera: CameraSpec = CAMERA, places: object = CORNERS,
        landmarks: tuple[LandmarkSpec, ...] = (),
    ) -> str | None:
        crates = [make_object("crate", x, y) for x, y in places]
        spec = make_spec(*crates, *extra, camera=camera)
        spec = replace(spec, environment=replace(spec.environment, landmarks=landmarks))
        simulated = simulate(spec)
        path = camera_path(spec.camera, clip_times(spec.frames), simulated.world_from_object)
        return why_rejected(
            Candidate(spec, simulated.world_from_object, path, simulated.toppled))

    return judge


def drive(distance: float) -> MotionSpec:
    return MotionSpec("drive", distance=distance)


def test_a_scene_with_nothing_wrong_is_accepted(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    assert judged() is None
    assert judged(make_object("car", -0.8, 1.6, yaw=-np.pi / 2, motion=drive(1.2))) is None


def test_a_mover_must_move_clearly(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    car = make_object("car", -0.8, 0.6, yaw=-np.pi / 2, motion=drive(0.2))
    assert judged(car) == "a mover hardly moves"


def test_motion_towards_the_camera_must_be_longer_than_sideways(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    assert judged(make_object("car", -0.9, 0.6, motion=drive(-0.7))) == "a mover hardly moves"


def test_a_driven_path_through_another_body_is_seen(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    car = make_object("car", 0.0, 2.0, yaw=-np.pi / 2, motion=drive(1.8))
    assert judged(car) == "a driven path meets another body"


def test_a_slightly_pushed_bystander_is_seen(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    ball = make_object("ball", 0.0, 1.4, motion=MotionSpec(
        "roll", velocity=(0.0, -4.0, 0), angular_velocity=(4.0 / 0.26, 0, 0)))
    assert judged(ball) == "an object is nudged"


def test_objects_may_not_leave_the_place(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    assert judged(make_object("car", 2.5, 3.0, motion=drive(7.0))) == "an object leaves the place"


def test_a_camera_that_sinks_is_refused(judged: Callable[..., str | None]) -> None:
    sinking = replace(CAMERA, components=(CameraComponent("pedestal", -2.3),))
    assert judged(camera=sinking) == "the camera goes too low"


def test_a_camera_that_comes_too_near_is_refused(judged: Callable[..., str | None]) -> None:
    low = replace(CAMERA, position=(-5.5, 0.0, 1.0), elevation=-0.1)
    near = replace(low, components=(CameraComponent("dolly", 4.2),))
    assert judged(camera=near) == "an object comes too near"


def test_a_steep_view_is_refused(judged: Callable[..., str | None]) -> None:
    steep = replace(CAMERA, components=(CameraComponent("tilt", -0.5),))
    assert judged(camera=steep) == "the camera looks too steeply"


@pytest.mark.parametrize(("kind", "amount"), [("truck", 0.25), ("pan", 0.08), ("roll", 0.07)])
def test_a_camera_motion_between_none_and_clear_is_refused(
    judged: Callable[..., str | None], kind: str, amount: float
) -> None:
    shaky = replace(CAMERA, components=(CameraComponent(kind, amount),))
    assert judged(camera=shaky) == "the camera's motion is unclear"


def test_an_empty_picture_is_refused(judged: Callable[..., str | None]) -> None:
    assert judged(camera=replace(CAMERA, heading=np.pi)) == "too few objects in sight"


def test_a_hidden_mover_is_refused(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    gone = make_object("car", 0.5, 3.5, yaw=np.pi / 2, motion=drive(3.0))
    assert judged(gone) == "a mover is hardly seen"


def test_one_thing_may_not_fill_the_picture(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    huge = replace(make_object("crate"), scale=5.0, position=(-0.9, 0.0, 1.3))
    assert judged(huge) == "something fills the picture"


def test_toppled_objects_are_refused(
    judged: Callable[..., str | None], make_object: MakeObject
) -> None:
    ball = make_object("ball", 0.0, 3.0, motion=MotionSpec("roll", velocity=(0.5, 0, 0)))
    assert judged(make_object("person", 2.0, height=1.6), ball) == "an object topples"


def test_an_object_in_a_tree_is_refused(judged: Callable[..., str | None]) -> None:
    tree = LandmarkSpec("tree", (), 1.0, (1.2, 1.0, 1.3), 0.0)
    assert judged(landmarks=(tree,)) == "an object meets a landmark"
    assert judged(landmarks=(replace(tree, position=(4.0, 4.0, 1.3)),)) is None


def test_a_camera_in_a_wall_is_refused_and_walls_may_fill_the_picture(
    judged: Callable[..., str | None]
) -> None:
    room = LandmarkSpec("cream_room", (), 1.6, (0.0, 0.0, 2.34), 0.0)
    assert judged(landmarks=(room,)) is None
    assert judged(landmarks=(replace(room, position=(1.7, 0.0, 2.34)),)) == "the camera leaves the room"


def test_a_caption_that_fits_two_things_is_refused(
    judged: Callable[..., str | None], make_object: MakeObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    fir = LandmarkSpec("fir", (), 1.0, (5.0, 5.0, 1.5), 0.0)
    assert judged(landmarks=(fir,)) is None
    monkeypatch.setitem(LANDMARK_KINDS, "fir", replace(LANDMARK_KINDS["fir"], caption="red crate"))
    assert judged(landmarks=(fir,)) == "a caption fits two things"


def test_a_hand_that_hardly_trembles_is_refused(judged: Callable[..., str | None]) -> None:
    hand = HandSpec(0.006, 0.0131, 0.0, 4.0, (0.0, 0.2, 0.4, 0.1, 0.3, 0.5))
    assert judged(camera=replace(CAMERA, hand=hand)) is None
    assert judged(camera=replace(CAMERA, hand=replace(hand, turn=0.004))) == "the hand hardly trembles"
