"""Camera kinds come evenly, and every drawn amount is clear."""

from collections import Counter

import numpy as np
import pytest

from fourdp_qa.scene.camera import camera_angles, heading_axes
from fourdp_qa.sources.simulator.camera_paths import UP, camera_path
from fourdp_qa.sources.simulator.camera_plans import (
    LOWEST,
    SINGLES,
    CameraWish,
    camera_deck,
    dealt_wish,
    draw_camera,
    draw_view,
)

SIZE = len(camera_deck(0))
NAMES = sorted({wish.name for number in (0, 1) for wish in camera_deck(number)})
DEPTH = 8.0
COMPONENTS = ("dolly", "truck", "pedestal", "pan", "tilt", "roll")


def test_scenes_are_dealt_whole_decks() -> None:
    for number in (0, 1):
        dealt = [dealt_wish(5, index) for index in range(number * SIZE, (number + 1) * SIZE)]
        assert Counter(dealt) == Counter(camera_deck(number))


def test_decks_differ_between_seeds_and_in_turn() -> None:
    first = [dealt_wish(1, k) for k in range(SIZE)]
    assert first != [dealt_wish(2, k) for k in range(SIZE)]
    assert first != [dealt_wish(1, SIZE + k) for k in range(SIZE)]


def test_three_of_ten_cameras_are_at_rest() -> None:
    static = sum(wish.name == "static" for wish in camera_deck(0))
    assert static / SIZE == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_deck_holds_every_motion_as_often_as_its_opposite(number: int) -> None:
    one_way = Counter(
        name for wish in camera_deck(number) if wish.course == "one way"
        for name in wish.name.split("+") if name in SINGLES
    )
    back = Counter(wish.name for wish in camera_deck(number) if wish.course == "there and back")
    for kind in COMPONENTS:
        plus, minus = (
            next(name for name, single in SINGLES.items() if single == (kind, s)) for s in (1, -1))
        assert one_way[plus] == one_way[minus] >= 1
        assert back[plus] == back[minus] == 1


def test_every_component_goes_to_and_fro_starting_either_way_by_turns() -> None:
    decks = [{w.name for w in camera_deck(n) if w.course == "to and fro"} for n in (0, 1)]
    assert all({SINGLES[name][0] for name in names} == set(COMPONENTS) for names in decks)
    assert not decks[0] & decks[1]


def test_two_decks_hold_all_four_signs_of_a_pair_once() -> None:
    pairs = Counter(wish.name for n in (4, 5) for wish in camera_deck(n) if "+" in wish.name)
    assert set(pairs.values()) == {1}
    kinds = Counter("+".join(SINGLES[name][0] for name in pair.split("+")) for pair in pairs)
    assert set(kinds.values()) == {4}


@pytest.mark.parametrize(
    ("course", "legs"), [("one way", (1,)), ("there and back", (2,)), ("to and fro", (3, 4))])
def test_a_course_has_its_legs(course: str, legs: tuple[int, ...]) -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        camera = draw_camera(rng, draw_view(rng), CameraWish("pan_left", course), DEPTH)
        assert camera is not None
        azimuth = camera_angles(camera_path(camera, np.linspace(0, 1, 200)), UP).azimuth
        step = np.diff(azimuth)
        way = np.sign(step[np.abs(step) > 1e-9])
        assert way[0] < 0
        assert 1 + np.count_nonzero(np.diff(way)) in legs


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("static", "hand_held", "follow", "track")])
def test_drawn_cameras_move_clearly_in_what_they_are_named_after(name: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        camera = draw_camera(rng, draw_view(rng), CameraWish(name), DEPTH)
        if camera is None:
            continue
        assert camera.name == name
        path = camera_path(camera, np.linspace(0, 1, 33))
        assert path[:, 2, 3].min() >= LOWEST - 1e-9
        axes, angles = heading_axes(path[:1], UP), camera_angles(path, UP)
        moved = path[:, :3, 3] - path[0, :3, 3]
        extents = {
            "dolly": np.ptp(moved @ axes.forward[0]), "truck": np.ptp(moved @ axes.right[0]),
            "pedestal": np.ptp(moved @ UP), "pan": np.ptp(angles.azimuth),
            "tilt": np.ptp(angles.elevation), "roll": np.ptp(angles.roll),
        }
        for kind, extent in extents.items():
            least = 0.06 * DEPTH if kind in ("dolly", "truck", "pedestal") else np.deg2rad(8)
            if any(part.kind == kind for part in camera.components):
                assert extent >= least, kind
            elif camera.components[0].kind != "orbit":
                assert extent < 1e-9, kind


def test_names_say_the_direction() -> None:
    rng = np.random.default_rng(1)
    camera = draw_camera(rng, draw_view(rng), CameraWish("pan_left+roll_clockwise"), DEPTH)
    assert camera is not None
    assert [part.kind for part in camera.components] == ["pan", "roll"]
    assert camera.components[0].amount < 0 < camera.components[1].amount


def test_one_of_four_moving_cameras_is_held_in_the_hand_and_in_four_decks_each_kind_is() -> None:
    moving = [w for n in range(4) for w in camera_deck(n) if w.name not in ("static", "hand_held")]
    held = [wish.name for wish in moving if wish.in_hand]
    assert len(held) / len(moving) == pytest.approx(0.25, abs=0.01)
    assert set(held) >= set(SINGLES)


def test_a_camera_on_a_tripod_does_not_tremble() -> None:
    rng = np.random.default_rng(1)
    assert all(w.in_hand == (w.name == "hand_held") for w in camera_deck(0)
               if w.name in ("static", "hand_held"))
    still = draw_camera(rng, draw_view(rng), CameraWish("static"), DEPTH)
    assert still is not None
    assert still.hand is None


def test_a_hand_trembles_below_what_counts_as_motion_and_above_what_counts_as_still() -> None:
    rng = np.random.default_rng(2)
    for _ in range(60):
        camera = draw_camera(rng, draw_view(rng), CameraWish("hand_held", in_hand=True), 5.0)
        assert camera is not None
        path = camera_path(camera, np.linspace(0, 1, 32))
        angles = camera_angles(path, UP)
        for angle in (angles.azimuth, angles.elevation, angles.roll):
            assert 0 < np.ptp(angle) < np.deg2rad(2)
        assert 0 < np.ptp(path[:, :3, 3], axis=0).max() < 0.02 * 5.0
        turned = np.einsum("ij,tij->t", path[0, :3, :3], path[:, :3, :3])
        assert np.arccos(np.clip((turned - 1) / 2, -1, 1)).max() > np.deg2rad(0.3)


def test_walking_bobs_but_stays_below_what_counts_as_rising() -> None:
    rng = np.random.default_rng(5)
    for _ in range(30):
        camera = draw_camera(rng, draw_view(rng), CameraWish("dolly_in", in_hand=True), 6.0)
        assert camera is not None
        assert camera.hand is not None
        height = camera_path(camera, np.linspace(0, 1, 64))[:, 2, 3]
        assert np.count_nonzero(np.diff(np.sign(np.diff(height)))) >= 5
        assert np.ptp(height) < 0.02 * 6.0


def test_a_pair_goes_there_and_back_once_in_six_pairs_of_decks() -> None:
    pairs = Counter(
        (wish.name, wish.course) for number in range(12) for wish in camera_deck(number)
        if "+" in wish.name
    )
    for name in {name for name, _ in pairs}:
        assert pairs[name, "there and back"] == 1
        assert pairs[name, "one way"] == 5
