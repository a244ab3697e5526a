"""Camera kinds come evenly, and every drawn amount is clear."""

from collections import Counter

import numpy as np
import pytest

from fourdp_qa.scene.camera import camera_angles, heading_axes
from fourdp_qa.sources.simulator.camera_paths import UP, camera_path
from fourdp_qa.sources.simulator.camera_plans import (
    LOWEST,
    PAIRS,
    SINGLES,
    STATIC_SLOTS,
    dealt_name,
    draw_camera,
    draw_view,
)

NAMES = [*SINGLES, *("+".join(pair) for pair in PAIRS)]
DEPTH = 8.0


def test_a_deck_deals_every_kind_once_and_a_third_static() -> None:
    dealt = Counter(dealt_name(5, index) for index in range(36))
    assert dealt.pop("static") == STATIC_SLOTS == 12
    assert dealt == Counter(NAMES)


def test_decks_differ_between_seeds_and_in_turn() -> None:
    first = [dealt_name(1, k) for k in range(36)]
    assert first != [dealt_name(2, k) for k in range(36)]
    assert first != [dealt_name(1, 36 + k) for k in range(36)]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("follow", "track")])
def test_drawn_cameras_move_clearly_in_what_they_are_named_after(name: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        camera = draw_camera(rng, draw_view(rng), name, DEPTH)
        if camera is None:
            continue
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
    camera = draw_camera(rng, draw_view(rng), "pan_left", DEPTH)
    assert camera is not None
    assert camera.name == "pan_left"
    assert camera.components[0].amount < 0


def test_about_a_sixth_goes_there_and_back() -> None:
    rng = np.random.default_rng(2)
    drawn = [draw_camera(rng, draw_view(rng), "truck_left", DEPTH) for _ in range(600)]
    share = np.mean([c.components[0].profile == "there_and_back" for c in drawn if c])
    assert share == pytest.approx(1 / 6, abs=0.05)
