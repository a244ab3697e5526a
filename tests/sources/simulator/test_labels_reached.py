"""Every label that the questions know is given by some scene: counted from poses alone.

The labels are worked out here from the rules (questions.md, sections 2 and 5), not by the library's
questions; whether a person would see the object well enough is not asked here.
"""

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import kind_of, scaled_size
from fourdp_qa.sources.simulator.sampling import Sampled, sample_scene

pytestmark = pytest.mark.long
SCENES, FRAMES, LEAST = 240, 24, 2
DEPTH = 8.0
"""Units of the stage, about the scenes' median depth L."""
FIVE = {"+", "-", "+-", "-+", "none"}
SEVEN = FIVE | {"to and fro"}
UP = np.array([0.0, 0.0, 1.0])
Count = Callable[[str, str], None]


def course(series: Floats, lo: float, hi: float) -> str:
    """What a series does: its legs by a hysteresis of `lo`, each of which must reach `hi`."""
    if np.ptp(series) <= lo:
        return "none"
    ends, way = [series[0]], 0
    extreme = series[0]
    for value in series[1:]:
        if way == 0 and abs(value - extreme) > lo:
            way, extreme = int(np.sign(value - extreme)), value
        elif way and (value - extreme) * way > 0:
            extreme = value
        elif way and (extreme - value) * way > lo:
            ends.append(extreme)
            way, extreme = -way, value
    legs = np.diff([*ends, extreme])
    if np.abs(legs).min() < hi:
        return "?"
    return {1: "+", 2: "+-"}.get(len(legs), "to and fro") if legs[0] > 0 else (
        {1: "-", 2: "-+"}.get(len(legs), "to and fro"))


def courses(series: Floats, bands: list[tuple[float, float]]) -> list[str]:
    """Courses of components (T, C) that are named together."""
    largest = float(np.ptp(series, axis=0).max())
    return [
        course(q, max(lo, 0.15 * largest), max(hi, 0.40 * largest))
        for q, (lo, hi) in zip(series.T, bands, strict=True)
    ]


def level_axes(rotation: Floats) -> Floats:
    """Rows forward, right, up of a camera (3, 3)."""
    forward = rotation[:, 2] * (1, 1, 0)
    forward = forward / np.linalg.norm(forward)
    return np.stack([forward, np.cross(forward, UP), UP])


def heading_of(poses: Floats) -> Floats:
    """Degrees (T,), counter-clockwise seen from above."""
    return np.degrees(np.unwrap(np.arctan2(poses[:, 1, 0], poses[:, 0, 0])))


@pytest.fixture(scope="module")
def counted() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}

    def count(group: str, label: str) -> None:
        found.setdefault(group, Counter())[label] += 1

    for index in range(SCENES):
        sampled = sample_scene(0, index, 64, FRAMES)
        _count_camera(sampled, count)
        for n in range(len(sampled.spec.objects)):
            _count_object(sampled, n, count)
        _count_pairs(sampled, count)
    return found


def _count_camera(sampled: Sampled, count: Count) -> None:
    pose = sampled.world_from_camera
    depth = DEPTH * sampled.spec.environment.stage.unit
    way = (pose[:, :3, 3] - pose[0, :3, 3]) @ level_axes(pose[0, :3, :3]).T / depth
    z = pose[:, :3, 2]
    azimuth = -np.degrees(np.unwrap(np.arctan2(z[:, 1], z[:, 0])))
    tilt = np.degrees(np.arcsin(z[:, 2]))
    roll = np.degrees(np.arctan2(-pose[:, 2, 0], -pose[:, 2, 1]))
    moves = courses(way, [(0.02, 0.06)] * 3)
    turns = courses(np.stack([azimuth, tilt, roll], axis=1), [(2, 8), (2, 8), (2, 6)])
    for name, label in zip(
        ("forward", "right", "up", "pan", "tilt", "roll"), moves + turns, strict=True
    ):
        count(f"camera {name}", label)
    still_moves, still_turns = set(moves) == {"none"}, set(turns) == {"none"}
    count("camera", {(True, True): "stationary", (True, False): "turns on the spot",
                     (False, True): "moves without turning"}.get(
                         (still_moves, still_turns), "moves and turns"))
    for a, b in (("right", "pan"), ("forward", "pan"), ("forward", "right"), ("right", "tilt"),
                 ("up", "tilt"), ("pan", "tilt")):
        named = dict(zip(("forward", "right", "up", "pan", "tilt", "roll"), moves + turns, strict=True))
        if {named[a], named[b]} <= {"+", "-"}:
            count(f"camera {a} and {b}", named[a] + named[b])


def _count_object(sampled: Sampled, n: int, count: Count) -> None:
    entry, poses = sampled.spec.objects[n], sampled.world_from_object[:, n]
    kind, camera = kind_of(entry.kind), sampled.world_from_camera
    position = poses[:, :3, 3]
    distance = np.linalg.norm(position - camera[:, :3, 3], axis=1)
    count("camera distance", course(np.log(distance), np.log(1.06), np.log(1.2)))
    upright = poses[:, 2, 2].min() > np.cos(np.deg2rad(25))
    if not kind.symmetric and upright:
        count("rotation", course(heading_of(poses), 8, 25))
    moved = (position - position[0]) / distance[0]
    bands = [(0.05, 0.15), (0.025, 0.08), (0.025, 0.08)]
    seen = courses(moved @ level_axes(camera[0, :3, :3]).T, bands)
    for name, label in zip(("away", "right", "up"), seen, strict=True):
        count(f"direction {name}", label)
    for a, b in ((0, 1), (1, 2), (0, 2)):
        if {seen[a], seen[b]} <= {"+", "-"}:
            count(f"direction {a}{b}", seen[a] + seen[b])
    in_camera = np.einsum("tji,tj->ti", camera[:, :3, :3], position - camera[:, :3, 3])
    screen = in_camera[:, :2] / in_camera[:, 2:] * sampled.spec.camera.focal * (1, -1)
    on_screen = courses(screen, [(0.02, 0.08)] * 2)
    for name, label in zip(("right", "up"), on_screen, strict=True):
        count(f"screen {name}", label)
    if np.ptp(moved, axis=0).max() > 0.1 and set(on_screen) == {"none"}:
        count("screen", "still although it moves")
    if kind.front is not None:
        own = np.stack([poses[0, :3, 0], -poses[0, :3, 1], UP])
        for name, label in zip(
            ("ahead", "right", "up"), courses(moved @ own.T, [(0.025, 0.08)] * 3), strict=True
        ):
            count(f"own {name}", label)
    if kind.is_agent:
        _count_agent(poses, float(scaled_size(entry.kind, entry.scale).max()), count)


def _count_agent(poses: Floats, body: float, count: Count) -> None:
    steps = np.diff(poses[:, :3, 3], axis=0)
    axes = (poses[1:, :3, :2] + poses[:-1, :3, :2]) / 2
    own = np.vstack([np.zeros(2), np.cumsum(np.einsum("ti,tij->tj", steps, axes), axis=0)])
    forward, left = courses(own / body, [(0.1, 0.5)] * 2)
    turn = course(heading_of(poses), 7, 20)
    for name, label in (("forward", forward), ("left", left), ("turn", turn)):
        count(f"agent {name}", label)
    count("agent", f"{forward} {left} {turn}")


def _count_pairs(sampled: Sampled, count: Count) -> None:
    position = sampled.world_from_object[..., :3, 3]
    d0 = np.linalg.norm(position[0] - sampled.world_from_camera[0, :3, 3], axis=1)
    path = np.linalg.norm(np.diff(position, axis=0), axis=-1).sum(axis=0)
    extent = np.linalg.norm(position - position[0], axis=-1).max(axis=0) / d0
    for a, b in combinations(range(len(d0)), 2):
        gap = np.linalg.norm(position[:, a] - position[:, b], axis=-1)
        both = min(extent[a], extent[b]) >= 0.05
        label = course(np.log(gap), np.log(1.06), np.log(1.2))
        count("pair distance", label)
        if both:
            ratio = max(path[a] / path[b], path[b] / path[a])
            count("moved", "same" if ratio <= 1.15 else "one farther" if ratio >= 1.5 else "?")
            count("pair distance while both move", label)
            count("company", "at one distance" if np.ptp(gap) < 1e-9 else "not")
        elif max(extent[a], extent[b]) <= 0.01:
            count("moved", "neither")
    away = np.linalg.norm(position[0] - sampled.world_from_camera[0, :3, 3], axis=1)
    apart = [all(max(p) / min(p) >= 1.2 for p in combinations(away[list(q)], 2))
             for q in combinations(range(len(away)), 4)]
    count("four at distances of their own", str(any(apart)))


@pytest.mark.parametrize("group", [
    *(f"camera {name}" for name in ("forward", "right", "up", "pan", "tilt", "roll")),
    "rotation", "direction away", "direction right", "direction up", "screen right", "screen up",
    "own ahead", "own right", "own up", "agent forward", "agent left", "agent turn",
])
def test_one_way_back_to_and_fro_and_not_at_all_all_occur(
    counted: dict[str, Counter[str]], group: str
) -> None:
    assert {label for label, times in counted[group].items() if times >= LEAST} >= SEVEN


@pytest.mark.parametrize(
    "group", ["camera distance", "pair distance", "pair distance while both move"])
def test_all_five_courses_of_a_distance_occur(
    counted: dict[str, Counter[str]], group: str
) -> None:
    assert {label for label, times in counted[group].items() if times >= LEAST} >= FIVE


def test_the_camera_stands_turns_moves_and_does_both(counted: dict[str, Counter[str]]) -> None:
    assert set(counted["camera"]) == {
        "stationary", "turns on the spot", "moves without turning", "moves and turns"}
    assert min(counted["camera"].values()) >= SCENES / 10


@pytest.mark.parametrize("group", ["direction 01", "direction 12", "direction 02"])
def test_two_directions_at_once_come_in_all_four_signs(
    counted: dict[str, Counter[str]], group: str
) -> None:
    assert set(counted[group]) == {"++", "+-", "-+", "--"}


@pytest.mark.parametrize("does", [
    "+ none none", "- none none", "none + none", "none - none", "+ none +", "+ none -", "- none +",
    "- none -", "none none +", "none none -", "none none none", "+- none none", "-+ none none",
])
def test_agents_do_all_that_agents_are_asked_about(
    counted: dict[str, Counter[str]], does: str
) -> None:
    assert counted["agent"][does] >= LEAST


def test_two_go_equally_far_or_not_or_stand(counted: dict[str, Counter[str]]) -> None:
    moved = counted["moved"]
    assert min(moved["same"], moved["one farther"], moved["neither"]) >= 40


def test_some_pairs_move_and_keep_exactly_their_distance(
    counted: dict[str, Counter[str]]
) -> None:
    assert counted["company"]["at one distance"] >= 20


def test_a_camera_that_goes_along_keeps_a_mover_in_its_place(
    counted: dict[str, Counter[str]]
) -> None:
    assert counted["screen"]["still although it moves"] >= LEAST


def test_most_scenes_have_four_objects_at_distances_of_their_own(
    counted: dict[str, Counter[str]]
) -> None:
    assert counted["four at distances of their own"]["True"] > SCENES / 2
