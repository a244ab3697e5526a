"""What stands around the objects, and where."""

from itertools import combinations

import numpy as np
import pytest

from fourdp_qa.sources.simulator.camera_plans import NominalView, draw_view
from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS, kind_of, scaled_size
from fourdp_qa.sources.simulator.environments import PLACES, draw_environment, draw_light
from fourdp_qa.sources.simulator.floors import floor_of, in_stage
from fourdp_qa.sources.simulator.landmarks import ROAD_HALF
from fourdp_qa.sources.simulator.lights import lights
from fourdp_qa.sources.simulator.outdoors import INNER_RADIUS, LANES
from fourdp_qa.sources.simulator.spec import EnvironmentSpec
from fourdp_qa.sources.simulator.surroundings import BUILDINGS, LANDMARK_KINDS, ROOMS

Drawn = list[tuple[NominalView, EnvironmentSpec]]


@pytest.fixture(scope="module", params=PLACES)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    place, found = request.param, []
    rng = np.random.default_rng(1)
    for _ in range(15):
        view = draw_view(rng, PLACES[place].elevations)
        found.append((view, draw_environment(rng, place, draw_light(rng, place), view)))
    return found


def test_landmarks_and_objects_have_names_of_their_own() -> None:
    assert not set(LANDMARK_KINDS) & set(OBJECT_KINDS)
    named = [kind.caption for kind in LANDMARK_KINDS.values() if not kind.is_environment]
    assert not {kind.caption for kind in OBJECT_KINDS.values()} & set(named)
    assert len(set(named)) == len(named)


def test_walls_and_kerbs_are_environment_and_houses_are_not() -> None:
    assert all(LANDMARK_KINDS[name].is_environment for name in (*ROOMS, "pavements", "table_top"))
    assert not any(LANDMARK_KINDS[name].is_environment for name in BUILDINGS)


def test_named_landmarks_stand_clear_of_each_other(drawn: Drawn) -> None:
    for _, environment in drawn:
        marks = [m for m in environment.landmarks if not kind_of(m.kind).is_environment]
        for a, b in combinations(marks, 2):
            if a.kind in BUILDINGS and b.kind in BUILDINGS:
                continue  # side by side in a row: their discs overlap, their walls do not
            gap = np.hypot(*np.subtract(a.position, b.position)[:2])
            narrow = [min(scaled_size(m.kind, m.scale)[:2]) / 2 for m in (a, b)]
            high = abs(a.position[2] - b.position[2]) > 0.7
            assert high or gap > sum(narrow), (a.kind, b.kind)


def test_squares_and_lawns_keep_their_middle_free(drawn: Drawn) -> None:
    for _, environment in drawn:
        if environment.ground in ("paved square", "lawn"):
            for mark in environment.landmarks:
                assert np.hypot(*mark.position[:2]) > INNER_RADIUS


def test_houses_of_a_street_stand_behind_its_kerbs_and_roads_hold_their_lanes(drawn: Drawn) -> None:
    assert max(LANES) + 0.5 < ROAD_HALF
    for _, environment in drawn:
        if environment.ground != "street":
            continue
        stage = environment.stage
        for mark in environment.landmarks:
            if mark.kind != "pavements":
                own = in_stage(np.array(mark.position[:2]), np.array(stage.centre), stage.heading)
                assert abs(own[1]) > ROAD_HALF
        assert floor_of(environment).road is not None


def test_a_street_runs_along_one_of_the_eight_directions_of_the_view(drawn: Drawn) -> None:
    for view, environment in drawn:
        if environment.ground == "street":
            turn = np.rad2deg(environment.stage.heading - view.heading) % 45
            assert min(turn, 45 - turn) <= 4.0 + 1e-9


def test_furniture_stands_in_its_room_and_the_camera_too(drawn: Drawn) -> None:
    for view, environment in drawn:
        rooms = [m for m in environment.landmarks if m.kind in ROOMS]
        if environment.ground not in ("room", "table top"):
            assert not rooms
            continue
        (room,) = rooms
        half = scaled_size(room.kind, room.scale)[:2] / 2
        for mark in environment.landmarks:
            own = in_stage(np.array(mark.position[:2]), np.array(room.position[:2]), room.yaw)
            assert np.all(np.abs(own) < half), mark.kind
        eye = np.array(view.position[:2]) * environment.stage.unit
        assert np.all(np.abs(in_stage(eye, np.array(room.position[:2]), room.yaw)) < half)


def test_the_sun_is_never_before_the_camera_and_lamps_hang_indoors_only(drawn: Drawn) -> None:
    for view, environment in drawn:
        light = lights()[environment.light]
        assert np.linalg.norm(environment.sun) == pytest.approx(1.0)
        ahead = np.array([np.cos(view.heading), np.sin(view.heading)])
        if light.sun.max() > 0 and environment.lamp is None:
            assert np.array(environment.sun[:2]) @ ahead <= np.sin(np.deg2rad(25))
        assert (environment.lamp is not None) == (environment.light == "lamp")


def test_a_stage_is_large_enough_for_what_is_laid_out_on_it(drawn: Drawn) -> None:
    for _, environment in drawn:
        floor = floor_of(environment)
        assert floor.half.min() >= 3.0
        assert floor.half.max() >= 5.5
