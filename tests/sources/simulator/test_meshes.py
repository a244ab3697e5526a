"""Shape builders give closed surfaces that face outward, with unit normals."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.meshes import (
    Part,
    assemble,
    bevelled_box,
    cylinder,
    ellipsoid,
    extrude,
    revolve,
    rotation_about,
    torus,
    tube,
)


def volume(part: Part) -> float:
    """Signed volume: negative for a surface that looks inward."""
    a, b, c = (part.vertices[part.faces[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


SHAPES = {
    "revolved": (revolve([(0, 0), (1, 0), (1, 2), (0, 2)], "m", 200), 2 * np.pi),
    "ellipsoid": (ellipsoid((1, 2, 3), (4, 5, 6), "m", 100), 8 * np.pi),
    "cylinder along x": (cylinder(1, 3, (1, 2, 3), "m", "x", 200), 3 * np.pi),
    "cylinder along y": (cylinder(1, 3, (1, 2, 3), "m", "y", 200), 3 * np.pi),
    "torus": (torus(2, 0.5, "m", 120, 120), np.pi**2),
    "straight tube": (tube([(1, 2, 0), (1, 2, 3)], 0.5, "m", 200), 0.75 * np.pi),
    "narrowing tube": (tube([(0, 0, 0), (3, 0, 0)], (1.0, 0.5), "m", 200), 1.75 * np.pi),
    "bent tube": (tube(
        [(2 * np.cos(a), 2 * np.sin(a), 0) for a in np.linspace(0, np.pi, 60)], 0.3, "m", 120),
        0.18 * np.pi**2),
    "box": (bevelled_box((1, 2, 3), (7, 8, 9), "m", 1e-4), 6.0),
    "concave outline": (extrude([(0, 0), (2, 0), (2, 2), (1, 0.5), (0, 2)], 3, "m"), 7.5),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_encloses_its_volume(name: str) -> None:
    part, expected = SHAPES[name]
    assert volume(part) == pytest.approx(expected, rel=0.01)


def test_a_mirrored_part_still_looks_outward() -> None:
    part = bevelled_box((1, 2, 3), (0.5, 0, 0), "m")
    assert volume(part.moved(scale=(1, -1, 1))) == pytest.approx(volume(part))


def test_a_slanting_leg_gets_a_flat_foot() -> None:
    leg = tube([(0, 0, 0), (0.5, 0, 1)], 0.1, "m")
    assert leg.vertices[:, 2].min() < -0.04
    cut = leg.with_flat_foot()
    assert cut.vertices[:, 2].min() == 0
    above = leg.vertices[:, 2] >= 0
    np.testing.assert_array_equal(cut.vertices[above], leg.vertices[above])


def test_rotations_are_right_handed() -> None:
    np.testing.assert_allclose(rotation_about("z", 90) @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(rotation_about("x", 90) @ [0, 1, 0], [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(rotation_about("y", 90) @ [0, 0, 1], [1, 0, 0], atol=1e-12)


def test_assembling_puts_the_origin_into_the_middle_of_the_box() -> None:
    mesh = assemble([bevelled_box((1, 1, 1), (3, 0, 0), "a"), ellipsoid((1, 1, 1), (0, 0, 5), "b")])
    np.testing.assert_allclose(mesh.vertices.min(0), -mesh.vertices.max(0), atol=1e-6)
    np.testing.assert_allclose(mesh.size, [4.5, 2, 6.5], atol=1e-6)
    assert mesh.slots == ("a", "b")


def test_normals_of_a_sphere_point_away_from_its_centre() -> None:
    mesh = assemble([ellipsoid((1, 1, 1), (0, 0, 0), "m", 48)])
    corners = mesh.vertices[mesh.faces]
    assert (corners * mesh.corner_normals).sum(-1).min() > 0.99


def test_sharp_edges_of_a_box_keep_flat_normals() -> None:
    mesh = assemble([bevelled_box((1, 1, 1), (0, 0, 0), "m", 0.1)])
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    flat = np.cross(b - a, c - a)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    np.testing.assert_allclose(mesh.corner_normals, flat[:, None].repeat(3, 1), atol=1e-5)


def test_an_outline_without_an_inside_is_refused() -> None:
    with pytest.raises(ValueError, match="encloses nothing"):
        extrude([(0, 0), (1, 1), (2, 2), (3, 3)], 1, "m")
