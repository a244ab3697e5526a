"""What every kind promises."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.catalogue import (
    LANDMARK_KINDS,
    OBJECT_KINDS,
    Collider,
    kind_of,
    mesh_of,
)
from fourdp_qa.sources.simulator.layout import MOTION_WEIGHTS
from fourdp_qa.sources.simulator.materials import colour_names, material, may_be_confused
from fourdp_qa.sources.simulator.motion_plans import MOTION_PLANS

ALL = [*OBJECT_KINDS, *LANDMARK_KINDS]


def test_there_are_at_least_a_dozen_kinds_of_objects() -> None:
    assert len(OBJECT_KINDS) >= 12


@pytest.mark.parametrize("name", ALL)
def test_every_slot_of_a_kind_has_a_material(name: str) -> None:
    kind = kind_of(name)
    for slot in mesh_of(name).slots:
        filled = material(kind, slot, kind.colours[: kind.colour_count])
        assert all(0 <= value <= 1 for value in filled.colour)


@pytest.mark.parametrize("name", ALL)
def test_a_kind_stands_on_the_ground_in_builder_axes(name: str) -> None:
    mesh = mesh_of(name)
    assert mesh.centre[2] - mesh.size[2] / 2 == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_collision_bodies_stay_close_to_the_shape(name: str) -> None:
    mesh = mesh_of(name)
    for collider in OBJECT_KINDS[name].colliders:
        half = _half_extent(collider)
        low, high = np.array(collider.centre) - half, np.array(collider.centre) + half
        assert np.all(low >= mesh.centre - mesh.size / 2 - 0.03)
        assert np.all(high <= mesh.centre + mesh.size / 2 + 0.03)


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_motions_are_known_and_agents_have_a_front(name: str) -> None:
    kind = OBJECT_KINDS[name]
    assert kind.motions
    assert set(kind.motions) <= set(MOTION_PLANS) & set(MOTION_WEIGHTS)
    assert kind.front is not None or not kind.is_agent
    assert not (kind.front is not None and kind.symmetric)
    assert "drive" not in kind.motions or kind.is_agent


@pytest.mark.parametrize("name", [n for n, k in OBJECT_KINDS.items() if k.symmetric])
def test_a_symmetric_shape_is_the_same_after_a_turn(name: str) -> None:
    """The farthest surface in each direction, seen from above, is a circle."""
    mesh = mesh_of(name)
    angle = np.arctan2(mesh.vertices[:, 1], mesh.vertices[:, 0])
    radius = np.hypot(mesh.vertices[:, 0], mesh.vertices[:, 1])
    sector = ((angle + np.pi) / (2 * np.pi) * 12).astype(int) % 12
    widest = np.array([radius[sector == k].max() for k in range(12)])
    assert np.ptp(widest) < 0.01 * widest.mean()


def test_captions_name_colour_and_kind() -> None:
    assert OBJECT_KINDS["car"].caption_for(("red",)) == "red toy car"
    assert OBJECT_KINDS["ball"].caption_for(("blue", "yellow")) == "blue and yellow beach ball"


def test_kinds_wear_only_named_colours() -> None:
    for kind in (*OBJECT_KINDS.values(), *LANDMARK_KINDS.values()):
        assert set(kind.colours) <= set(colour_names())


def test_close_colours_may_be_confused_and_far_ones_not() -> None:
    assert may_be_confused("red", "red")
    assert may_be_confused("red", "orange")
    assert may_be_confused("orange", "red")
    assert not may_be_confused("red", "blue")


def _half_extent(collider: Collider) -> np.ndarray:
    a, b, _ = collider.half
    full = np.array(collider.half)
    return {"box": full, "ellipsoid": full, "sphere": np.full(3, a),
            "cylinder": np.array([a, a, b])}[collider.shape]
