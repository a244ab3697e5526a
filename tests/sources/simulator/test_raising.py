"""Things off the ground: what carries them, and that they are near and yet high in the picture."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from fourdp_qa.sources.simulator.catalogue import mesh_of, scaled_size
from fourdp_qa.sources.simulator.motions import yaw_rotation
from fourdp_qa.sources.simulator.raising import HANGING, HOVERING, WAYS
from fourdp_qa.sources.simulator.rays import build_scene
from fourdp_qa.sources.simulator.rejection import Candidate, why_rejected
from fourdp_qa.sources.simulator.sampling import Sampled, play, sample_scene
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.spec import LandmarkSpec, MotionSpec, ObjectSpec, SceneSpec
from fourdp_qa.sources.simulator.supports import HEIGHTS, STYLES, SUPPORT_KINDS
from fourdp_qa.sources.simulator.wishes import RAISED_CARDS, dealt

SCENES, SEED, SIDE = 40, 3, 96
SEEN_PIXELS, SEEN_PART, RATIO = 25, 0.4, 1.2


@pytest.fixture(scope="module")
def sampled() -> list[Sampled]:
    return [sample_scene(SEED, index, SIDE, 16) for index in range(SCENES)]


def builder_origin(mark: LandmarkSpec) -> np.ndarray:
    """The middle (3,) of a support's top, or of its cord, on the ground."""
    centre = mesh_of(mark.kind).centre * mark.scale
    return np.asarray(mark.position) - yaw_rotation(mark.yaw) @ centre


def stands(spec: SceneSpec) -> list[LandmarkSpec]:
    return [m for m in spec.environment.landmarks if m.kind.rpartition("_")[0] in STYLES]


def carries(mark: LandmarkSpec, entry: ObjectSpec) -> bool:
    """Whether the object's disc is on the flat top of a stand."""
    size = scaled_size(entry.kind, entry.scale)
    style, _, number = mark.kind.rpartition("_")
    origin = builder_origin(mark)
    top = origin[2] + HEIGHTS[int(number)] * mark.scale
    aside = np.hypot(*(np.asarray(entry.position[:2]) - origin[:2]))
    fits = aside + np.hypot(*size[:2]) / 2 <= STYLES[style].top * mark.scale
    return bool(fits and abs(entry.position[2] - size[2] / 2 - top) < 1e-6)


def hangs_from(mark: LandmarkSpec, entry: ObjectSpec) -> bool:
    """Whether the lower end of a cord is in the middle of the object's top."""
    top = entry.position[2] + scaled_size(entry.kind, entry.scale)[2] / 2
    origin = builder_origin(mark)
    end = origin[2]
    if mark.kind.startswith("arm_"):
        end += HEIGHTS[int(mark.kind[-1])] * mark.scale
    aside = np.hypot(*(np.asarray(entry.position[:2]) - origin[:2]))
    return bool(aside < 1e-6 and abs(end - top) < 1e-6)


def test_every_stand_carries_one_thing(sampled: list[Sampled]) -> None:
    found = 0
    for scene in sampled:
        for mark in stands(scene.spec):
            assert sum(carries(mark, entry) for entry in scene.spec.objects) == 1, mark
            found += 1
    assert found > SCENES / 4


def test_what_is_held_hovers_by_itself_or_hangs_on_a_cord(sampled: list[Sampled]) -> None:
    ways = set()
    for scene in sampled:
        cords = [m for m in scene.spec.environment.landmarks if m.kind.startswith(("arm_", "ceiling_cord"))]
        for entry in scene.spec.objects:
            if entry.held and entry.kind not in HOVERING:
                assert entry.kind in HANGING
                assert sum(hangs_from(cord, entry) for cord in cords) == 1
            if entry.held:
                ways.add(entry.kind in HOVERING)
    assert ways == {True, False}


def test_what_rests_or_spins_and_is_not_held_has_something_below_it(sampled: list[Sampled]) -> None:
    for scene in sampled:
        level = scene.spec.environment.stage.level
        for entry in scene.spec.objects:
            if entry.motion.kind in ("rest", "spin") and not entry.held:
                low = entry.position[2] - scaled_size(entry.kind, entry.scale)[2] / 2
                on_ground = abs(low - level) < 1e-3
                assert on_ground or any(carries(mark, entry) for mark in stands(scene.spec))


def test_raised_things_stay_where_they_are_put(sampled: list[Sampled]) -> None:
    for scene in sampled:
        for n, entry in enumerate(scene.spec.objects):
            on_stand = any(carries(mark, entry) for mark in stands(scene.spec))
            if entry.motion.kind == "rest" and (entry.held or on_stand):
                away = scene.world_from_object[:, n, :3, 3] - np.asarray(entry.position)
                assert np.abs(away).max() < 0.004


@pytest.mark.parametrize("name", HANGING)
def test_a_cord_meets_the_middle_of_what_hangs_on_it(name: str) -> None:
    """It reaches five centimetres into the box: a ray down the middle must have met the thing by then."""
    mesh = mesh_of(name)
    start = np.array([[0.003, 0.002, 2.0]], dtype=np.float32)
    down = np.array([[0.0, 0.0, -1.0]], dtype=np.float32)
    hit = build_scene([(mesh.vertices, mesh.faces)]).run(start, down, output=True)
    assert hit["geomID"][0] >= 0
    assert mesh.size[2] / 2 - (2.0 - hit["tfar"][0]) < 0.03


def test_the_lower_of_two_in_the_picture_is_often_the_farther_one(sampled: list[Sampled]) -> None:
    """Without raised things it is in 2 of 100 pairs whose distances differ by a fifth."""
    pairs = contrary = 0
    for entry in sampled:
        scene = SimulatedScene(entry, "raised", "raised")
        count = len(entry.spec.objects)
        for t in (0, 8, 15):
            ids, part = scene.instances(t), scene.visible_part(t)
            away = np.linalg.norm(
                entry.world_from_object[t, :, :3, 3] - entry.world_from_camera[t, :3, 3], axis=1)
            masks = [ids == n + 1 for n in range(count)]
            lowest = {n: int(np.flatnonzero(mask.any(axis=1)).max()) for n, mask in enumerate(masks)
                      if mask.sum() >= SEEN_PIXELS and part[n] >= SEEN_PART}
            for a, b in combinations(lowest, 2):
                near, far = (a, b) if away[a] < away[b] else (b, a)
                if away[far] >= RATIO * away[near]:
                    pairs += 1
                    contrary += lowest[far] > lowest[near]
    assert contrary / pairs > 0.15


def test_a_path_through_a_stand_is_refused(
    make_object: Callable[..., ObjectSpec], make_spec: Callable[..., SceneSpec]
) -> None:
    crates = [make_object("crate", x, y) for x, y in ((1.2, 1.8), (1.2, -1.8), (2.4, 0.8), (2.4, -0.8))]
    car = make_object("car", 0.0, 1.0, yaw=-np.pi / 2, motion=MotionSpec("drive", distance=2.0))
    spec = make_spec(*crates, car)

    def verdict(x: float) -> str | None:
        half = mesh_of("plinth_2").size[2] / 2
        plinth = LandmarkSpec("plinth_2", (), 1.0, (x, 0.0, float(half)), 0.0)
        with_it = replace(spec, environment=replace(spec.environment, landmarks=(plinth,)))
        played = play(with_it)
        return why_rejected(Candidate(with_it, played.world_from_object, played.world_from_camera, ()))

    assert verdict(0.0) == "an object meets a landmark"
    assert verdict(3.5) is None


def test_about_every_second_scene_is_dealt_raised_things() -> None:
    raised = [dealt(4, k).raised for k in range(200)]
    assert 0.45 < np.mean([bool(ways) for ways in raised]) < 0.7
    assert {way for ways in raised for way in ways} == set(WAYS)
    assert {way for ways in RAISED_CARDS for way in ways} == set(WAYS)
    assert not any(dealt(4, k).raised and dealt(4, k).hidden for k in range(200))


@pytest.mark.parametrize("name", SUPPORT_KINDS)
def test_nobody_is_asked_about_a_support_and_it_is_cheap(name: str) -> None:
    assert SUPPORT_KINDS[name].is_environment
    assert len(mesh_of(name).faces) <= 2500
