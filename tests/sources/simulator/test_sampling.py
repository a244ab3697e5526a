"""What is true of scenes as they are drawn."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.sources.simulator import sampling
from fourdp_qa.sources.simulator.camera_plans import CameraWish, dealt_wish
from fourdp_qa.sources.simulator.catalogue import kind_of, scaled_size
from fourdp_qa.sources.simulator.environments import PLACES
from fourdp_qa.sources.simulator.floors import outside
from fourdp_qa.sources.simulator.lights import lights
from fourdp_qa.sources.simulator.materials import may_be_confused
from fourdp_qa.sources.simulator.motions import PHYSICAL
from fourdp_qa.sources.simulator.sampling import play, sample_scene
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.spec import SceneSpec
from fourdp_qa.sources.simulator.supports import SUPPORT_KINDS
from fourdp_qa.sources.simulator.surroundings import BUILDINGS
from fourdp_qa.sources.simulator.wishes import Wish, dealt

INDICES = range(24)


@pytest.fixture(scope="module")
def specs() -> list[SceneSpec]:
    return [sample_scene(11, index, 64, 12).spec for index in INDICES]


def test_scenes_have_five_to_nine_objects(specs: list[SceneSpec]) -> None:
    assert all(5 <= len(spec.objects) <= 9 for spec in specs)


def test_most_scenes_have_several_movers(specs: list[SceneSpec]) -> None:
    movers = [sum(o.motion.kind != "rest" for o in spec.objects) for spec in specs]
    assert np.mean(np.array(movers) >= 2) > 0.5
    assert min(movers) <= 1


def test_physical_and_kinematic_motions_both_occur(specs: list[SceneSpec]) -> None:
    kinds = {o.motion.kind for spec in specs for o in spec.objects}
    assert {"rest", "drive", "carry", "spin"} <= kinds
    assert kinds & set(PHYSICAL)


def test_the_camera_is_of_the_kind_that_was_dealt(specs: list[SceneSpec]) -> None:
    for spec in specs:
        assert spec.camera.name == dealt_wish(11, spec.index).name


def test_objects_of_one_kind_wear_colours_that_cannot_be_confused(specs: list[SceneSpec]) -> None:
    for spec in specs:
        for a, b in combinations(spec.objects, 2):
            if a.kind == b.kind:
                assert not any(may_be_confused(x, y) for x in a.colours for y in b.colours)


def test_no_object_wears_the_colour_of_the_ground(specs: list[SceneSpec]) -> None:
    for spec in specs:
        hidden = set(PLACES[spec.environment.ground].forbidden)
        assert not any(hidden & set(entry.colours) for entry in spec.objects)


def test_houses_around_a_square_wear_different_colours(specs: list[SceneSpec]) -> None:
    for spec in specs:
        if spec.environment.ground != "street":
            worn = [m.colours for m in spec.environment.landmarks if m.kind in BUILDINGS]
            assert len(set(worn)) == len(worn)


def test_no_caption_fits_an_object_and_a_landmark(specs: list[SceneSpec]) -> None:
    for spec in specs:
        objects = [kind_of(o.kind).caption_for(o.colours) for o in spec.objects]
        marks = {kind_of(m.kind).caption_for(m.colours) for m in spec.environment.landmarks}
        assert not marks & set(objects)
        assert len(set(objects)) == len(objects)


def test_objects_stay_on_their_stage(specs: list[SceneSpec]) -> None:
    for spec in specs:
        stage = spec.environment.stage
        path = play(spec).world_from_object[:, :, :2, 3]
        radius = [np.hypot(*scaled_size(o.kind, o.scale)[:2]) / 2 for o in spec.objects]
        assert not outside(path, np.array(radius), stage).any()


def test_nothing_sinks_into_what_it_stands_on(specs: list[SceneSpec]) -> None:
    for spec in specs:
        tops = [m.position[2] + scaled_size(m.kind, m.scale)[2] / 2
                for m in spec.environment.landmarks if m.kind in SUPPORT_KINDS]
        floors = np.array([spec.environment.stage.level, *tops])
        for n, entry in enumerate(spec.objects):
            if entry.motion.kind in ("rest", "drive", "spin") and not (entry.lying or entry.held):
                low = play(spec).world_from_object[:, n, 2, 3] - scaled_size(
                    entry.kind, entry.scale)[2] / 2
                assert np.abs(low[:, None] - floors).min(axis=1).max() < 0.004


def test_a_spec_survives_json(specs: list[SceneSpec]) -> None:
    assert all(SceneSpec.from_json(spec.to_json()) == spec for spec in specs)


def test_a_spec_read_back_plays_the_same() -> None:
    sampled = sample_scene(11, 3, 64, 12)
    again = play(SceneSpec.from_json(sampled.spec.to_json()))
    assert np.array_equal(again.world_from_object, sampled.world_from_object)
    assert np.array_equal(again.world_from_camera, sampled.world_from_camera)


def test_the_size_of_the_picture_changes_nothing_in_the_world() -> None:
    small, large = sample_scene(11, 5, 64, 12), sample_scene(11, 5, 448, 12)
    assert np.array_equal(small.world_from_object, large.world_from_object)
    assert np.array_equal(small.world_from_camera, large.world_from_camera)


@pytest.mark.parametrize("frames", [12, 50])
def test_any_length_from_twelve_frames_on_works(frames: int) -> None:
    sampled = sample_scene(11, 1, 64, frames)
    assert sampled.world_from_object.shape[0] == frames
    assert np.isfinite(sampled.world_from_object).all()


@pytest.mark.parametrize("place", PLACES)
def test_a_wish_is_granted(place: str) -> None:
    wish = Wish(
        place, "lamp" if place in ("room", "table top") else "evening", CameraWish("pan_left"), 6, 2,
        ("push", "spin"), ("there and back", "one way"), strict=True,
    )
    spec = sample_scene(3, 0, 64, 16, wish).spec
    assert (spec.environment.ground, spec.environment.light) == (place, wish.light)
    assert spec.camera.name == "pan_left"
    motions = {o.motion.kind: o.motion.profile for o in spec.objects if o.motion.kind != "rest"}
    assert set(motions) == {"carry", "spin"}
    assert motions["carry"] == "there_and_back"


@pytest.mark.parametrize("place", PLACES)
def test_what_is_to_be_hidden_is_hidden_for_a_while_only(place: str) -> None:
    wish = replace(dealt(0, 0), place=place, camera=CameraWish("static"), hidden=True, strict=True,
                   light=next(n for n, light in lights().items() if place in light.places),
                   motions=("push", "carry"), courses=("one way",), movers=2, objects=6)
    sampled = sample_scene(2, 1, 64, 16, wish)
    scene = SimulatedScene(sampled, "hidden", "hidden")
    part = np.array([scene.visible_part(t) for t in range(16)])
    moves = [n for n, o in enumerate(sampled.spec.objects) if o.motion.kind != "rest"]
    seen = (part[:, moves] >= 0.4).mean(axis=0)
    assert np.any((np.nanmin(part[:, moves], axis=0) < 0.8) & (seen >= 0.75))


def test_scenes_differ(specs: list[SceneSpec]) -> None:
    assert len({spec.to_json() for spec in specs}) == len(specs)


def test_giving_up_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MAX_ATTEMPTS", 8)
    monkeypatch.setattr(sampling, "why_rejected", _never)
    with pytest.raises(FourdpQaError, match=r"scene 4: no scene in 8 attempts: .*too dull"):
        sample_scene(11, 4, 64, 12)


def _never(candidate: object) -> str:
    return "too dull"


def test_accepted_scenes_are_quick_to_open(open_scene: Callable[..., object]) -> None:
    """Counted in attempts, not in seconds: those depend on the machine."""
    attempts = [sample_scene(12, index, 64, 12).spec.attempt + 1 for index in range(12)]
    assert np.mean(attempts) < 5
