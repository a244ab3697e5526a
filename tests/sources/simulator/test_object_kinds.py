"""What every kind of object promises: shape, collision bodies, symmetry, colours, caption."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS, kind_of, mesh_of
from fourdp_qa.sources.simulator.kinds import Collider
from fourdp_qa.sources.simulator.materials import SOLID, colour_names, material, named_colour
from fourdp_qa.sources.simulator.motion_plans import MOTION_PLANS
from fourdp_qa.sources.simulator.patterns import draw_pattern
from fourdp_qa.sources.simulator.physics import simulate
from fourdp_qa.sources.simulator.rays import build_scene
from fourdp_qa.sources.simulator.spec import MotionSpec, ObjectSpec, SceneSpec

MakeObject, MakeSpec = Callable[..., ObjectSpec], Callable[..., SceneSpec]
MOST_TRIANGLES = 7000
MOVES = set(MOTION_PLANS) - {"rest"}
NAMED_PATTERNS = ("striped", "dotted", "checked", "and {1}", "and white", "spotted")


def test_there_are_more_than_thirty_kinds_of_many_sorts() -> None:
    assert len(OBJECT_KINDS) >= 34
    assert sum(kind.is_agent for kind in OBJECT_KINDS.values()) >= 12
    assert sum(kind.symmetric for kind in OBJECT_KINDS.values()) >= 5
    assert sum(kind.front is None for kind in OBJECT_KINDS.values()) >= 12


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_motions_are_known_and_agents_have_a_front(name: str) -> None:
    kind = OBJECT_KINDS[name]
    assert kind.motions
    assert set(kind.motions) <= MOVES
    assert kind.front is not None or not kind.is_agent
    assert not (kind.front is not None and kind.symmetric)
    assert not {"drive", "circle", "slalom", "sidestep", "fly"} & set(kind.motions) or kind.is_agent


def test_every_motion_is_open_to_several_kinds_except_rolling_and_flying() -> None:
    for motion in MOVES:
        able = [kind for kind in OBJECT_KINDS.values() if motion in kind.motions]
        assert len(able) >= (2 if motion in ("roll", "fly") else 5), motion


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_a_shape_has_few_triangles_and_a_common_size(name: str) -> None:
    mesh = mesh_of(name)
    assert len(mesh.faces) <= MOST_TRIANGLES
    assert 0.35 <= mesh.size.max() <= 1.35


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_shape_and_bodies_rest_on_the_ground(name: str) -> None:
    mesh = mesh_of(name)
    assert mesh.centre[2] - mesh.size[2] / 2 == pytest.approx(0, abs=5e-4)
    lowest = min(c.centre[2] - _half_extent(c)[2] for c in OBJECT_KINDS[name].colliders)
    assert lowest == pytest.approx(0, abs=5e-4)


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_collision_bodies_enclose_the_shape_closely(name: str) -> None:
    mesh, colliders = mesh_of(name), OBJECT_KINDS[name].colliders
    points = _points_on(name) + mesh.centre
    outside = np.min([_distance(collider, points) for collider in colliders], axis=0)
    assert np.mean(outside < 0.03) > 0.93
    assert outside.max() < 0.095
    low = np.min([np.array(c.centre) - _half_extent(c) for c in colliders], axis=0)
    high = np.max([np.array(c.centre) + _half_extent(c) for c in colliders], axis=0)
    assert np.all(low >= mesh.centre - mesh.size / 2 - 0.02)
    assert np.all(high <= mesh.centre + mesh.size / 2 + 0.02)


@pytest.mark.parametrize("name", [n for n, k in OBJECT_KINDS.items() if "slide" in k.motions])
@pytest.mark.parametrize("yaw", [0.0, 0.8, 1.6])
def test_what_may_slide_slides_upright(
    make_object: MakeObject, make_spec: MakeSpec, name: str, yaw: float
) -> None:
    """At 2 m/s: faster than any path of a clip needs."""
    motion = MotionSpec("slide", velocity=(2.0, 0.0, 0.0))
    spec = make_spec(make_object(name, yaw=yaw, motion=motion), frames=32)
    poses = simulate(spec).world_from_object[:, 0]
    assert poses[:, 2, 2].min() > 0.999
    assert np.abs(poses[:, 2, 3] - poses[0, 2, 3]).max() < 0.003
    assert poses[-1, 0, 3] > 1.0


@pytest.mark.parametrize("name", [n for n, k in OBJECT_KINDS.items() if "roll" in k.motions])
def test_what_may_roll_keeps_straight_and_on_the_ground(
    make_object: MakeObject, make_spec: MakeSpec, name: str
) -> None:
    size = mesh_of(name).size
    radius = float(size[0] / 2)
    motion = MotionSpec("roll", velocity=(1.5, 0, 0), angular_velocity=(0, 1.5 / radius, 0))
    lying = bool(size[2] > 1.05 * size[0])
    spec = make_spec(make_object(name, height=radius, lying=lying, motion=motion), frames=32)
    position = simulate(spec).world_from_object[:, 0, :3, 3]
    assert position[-1, 0] > 2.5
    assert np.abs(position[:, 1]).max() < 0.05
    assert np.abs(position[:, 2] - radius).max() < 0.002


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_symmetric_is_what_looks_the_same_after_any_turn(name: str) -> None:
    """Rays from 23 bearings against rays from the first: place and colour of what they meet."""
    bearings = 0.05 + np.arange(24) * (2 * np.pi * 0.381966)
    origins, directions = _rays_from_around(name, bearings)
    seen = _look_at(name, origins.reshape(-1, 3), directions.reshape(-1, 3))
    distance = seen.distance.reshape(len(bearings), -1)
    colour = seen.colour.reshape(len(bearings), -1, 3)
    with np.errstate(invalid="ignore"):
        place = np.abs(distance - distance[0]) > 0.01
    place |= np.isfinite(distance) != np.isfinite(distance[0])
    place &= np.isfinite(distance) | np.isfinite(distance[0])
    paint = np.abs(colour - colour[0]).max(axis=-1) > 0.02
    differs = (place | paint)[1:].mean()
    if OBJECT_KINDS[name].symmetric:
        # A ray along an edge may meet the facet on either side of it.
        assert differs < 0.02
    else:
        assert differs > 0.02


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_every_slot_is_filled_with_a_material_of_its_own(name: str) -> None:
    kind = OBJECT_KINDS[name]
    slots = mesh_of(name).slots
    for slot in slots:
        filled = material(kind, slot, kind.colours[: kind.colour_count])
        assert all(0 <= value <= 1 for value in filled.colour)
    assert set(kind.patterns) | set(kind.finishes) <= set(slots)


@pytest.mark.parametrize("name", OBJECT_KINDS)
def test_a_caption_takes_all_colours_and_needs_no_other_article(name: str) -> None:
    kind = OBJECT_KINDS[name]
    assert set(kind.colours) <= set(colour_names())
    assert len(kind.colours) >= kind.colour_count
    slots = len(re.findall(r"\{\d\}", kind.caption))
    assert slots == kind.colour_count or (slots == 0 and len(kind.colours) == 1)
    assert not kind.caption.startswith(("a ", "the "))
    starts_with_vowel = any(colour[0] in "aeiou" for colour in kind.colours)
    assert not (starts_with_vowel and " a {0}" in kind.caption)


@pytest.mark.parametrize("name", [n for n, k in OBJECT_KINDS.items() if "{0}" in k.caption])
def test_the_colour_of_the_caption_is_seen_from_all_sides(name: str) -> None:
    kind = OBJECT_KINDS[name]
    for bearing in np.deg2rad([20.0, 110.0, 200.0, 290.0]):
        share = _share_of(name, bearing, named_colour(kind.colours[0]))
        assert share > (0.04 if name == "snowman" else 0.10)


@pytest.mark.parametrize(
    "name",
    [n for n, k in OBJECT_KINDS.items() if any(word in k.caption for word in NAMED_PATTERNS)],
)
def test_a_pattern_that_the_caption_names_is_seen_from_all_sides(name: str) -> None:
    kind = OBJECT_KINDS[name]
    other = (0.85, 0.85, 0.83) if kind.colour_count == 1 else named_colour(kind.colours[1])
    for bearing in np.deg2rad([20.0, 110.0, 200.0, 290.0]):
        assert _share_of(name, bearing, other) > 0.08


@dataclass(frozen=True)
class _Seen:
    """Along each of R rays: distance (R,), inf where nothing is met, and colour (R, 3)."""

    distance: Floats
    colour: Floats


def _look_at(name: str, origins: Floats, directions: Floats) -> _Seen:
    """Cast rays (R, 3) in object axes at an unscaled object in its first colours."""
    kind, mesh = kind_of(name), mesh_of(name)
    hits = build_scene([(mesh.vertices, mesh.faces)]).run(
        np.ascontiguousarray(origins, np.float32), np.ascontiguousarray(directions, np.float32),
        output=True,
    )
    met = np.flatnonzero(hits["geomID"] >= 0)
    distance = np.full(len(origins), np.inf)
    distance[met] = hits["tfar"][met]
    points = (origins[met] + directions[met] * distance[met, None]).T.astype(np.float32)
    normals = hits["Ng"][met].T
    normals = normals / np.linalg.norm(normals, axis=0)
    colour = np.zeros((len(origins), 3))
    slot_met = mesh.face_slots[hits["primID"][met]]
    for number, slot in enumerate(mesh.slots):
        here = np.flatnonzero(slot_met == number)
        filled = material(kind, slot, kind.colours[: kind.colour_count])
        base, second = (
            np.repeat(np.array(c, np.float32)[:, None], len(here), axis=1)
            for c in (filled.colour, filled.second)
        )
        if filled.pattern != SOLID and len(here):
            base = draw_pattern(filled.pattern, points[:, here], normals[:, here], base, second)
        colour[met[here]] = base.T
    return _Seen(distance, colour)


def _rays_from_around(
    name: str, bearings: Floats, rows: int = 40
) -> tuple[Floats, Floats]:
    """Origins and directions (B, 2 * rows, 3) of rays from each bearing (B,) in radians.

    Half of them run level towards the axis, half straight down at distances from it.
    """
    size = mesh_of(name).size
    far = 2.0 * float(np.linalg.norm(size))
    heights = (np.arange(rows) + 0.5) / rows * size[2] - size[2] / 2
    outward = np.stack([np.cos(bearings), np.sin(bearings)], axis=1)
    across = (np.arange(rows) + 0.5) / rows * float(np.hypot(size[0], size[1])) / 2
    origins = np.zeros((len(bearings), 2 * rows, 3))
    directions = np.zeros_like(origins)
    origins[:, :rows, :2] = outward[:, None] * far
    origins[:, :rows, 2] = heights
    directions[:, :rows, :2] = -outward[:, None]
    origins[:, rows:, :2] = outward[:, None] * across[:, None]
    origins[:, rows:, 2] = far
    directions[:, rows:, 2] = -1.0
    return origins, directions


def _share_of(name: str, bearing: float, wanted: tuple[float, float, float]) -> float:
    """Share of what is seen from a side, somewhat from above, that has about a wanted colour."""
    size = mesh_of(name).size
    view = -np.array([np.cos(bearing), np.sin(bearing), 0.35])
    view /= np.linalg.norm(view)
    right = np.array([np.sin(bearing), -np.cos(bearing), 0.0])
    up = np.cross(right, view)
    grid = np.linspace(-0.6, 0.6, 60) * float(np.linalg.norm(size))
    a, b = (values.reshape(-1, 1) for values in np.meshgrid(grid, grid))
    origins = a * right + b * up - 4.0 * view
    seen = _look_at(name, origins, np.broadcast_to(view, origins.shape))
    colour = seen.colour[np.isfinite(seen.distance)]
    unit = np.array(wanted) / np.linalg.norm(wanted)
    length = np.linalg.norm(colour, axis=1)
    like = colour @ unit > 0.97 * length
    like &= (length > 0.45 * np.linalg.norm(wanted)) & (length < 1.8 * np.linalg.norm(wanted))
    return float(like.mean())


def _points_on(name: str) -> Floats:
    """4000 points spread evenly over the surface, object axes."""
    rng = np.random.default_rng(3)
    mesh = mesh_of(name)
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    chosen = rng.choice(len(area), 4000, p=area / area.sum())
    root, share = np.sqrt(rng.random((4000, 1))), rng.random((4000, 1))
    return np.asarray(
        a[chosen] * (1 - root) + b[chosen] * (root * (1 - share)) + c[chosen] * (root * share)
    )


def _distance(collider: Collider, points: Floats) -> Floats:
    """How far points (P, 3) in builder axes lie outside a body, metres."""
    offset = np.abs(points - np.array(collider.centre))
    radius, half_height, _ = collider.half
    if collider.shape == "box":
        return np.asarray(np.linalg.norm(np.maximum(offset - collider.half, 0), axis=1))
    if collider.shape == "cylinder":
        aside = np.maximum(np.hypot(offset[:, 0], offset[:, 1]) - radius, 0)
        return np.hypot(aside, np.maximum(offset[:, 2] - half_height, 0))
    half = _half_extent(collider)
    # Exact for spheres, a little less than the distance for ellipsoids.
    return np.asarray(np.maximum(np.linalg.norm(offset / half, axis=1) - 1, 0) * half.min())


def _half_extent(collider: Collider) -> Floats:
    a, b, _ = collider.half
    full = np.array(collider.half)
    return {"box": full, "ellipsoid": full, "sphere": np.full(3, a),
            "cylinder": np.array([a, a, b])}[collider.shape]
