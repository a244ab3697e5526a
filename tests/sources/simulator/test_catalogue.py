"""Objects and landmarks by name."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.catalogue import (
    LANDMARK_KINDS,
    OBJECT_KINDS,
    kind_of,
    mesh_of,
    scaled_size,
)
from fourdp_qa.sources.simulator.materials import colour_names, material

ALL = [*OBJECT_KINDS, *LANDMARK_KINDS]
COLOUR_SLOTS = {"main", "second", "plain", "wall"}


def test_no_landmark_is_named_like_an_object() -> None:
    assert not set(OBJECT_KINDS) & set(LANDMARK_KINDS)


@pytest.mark.parametrize("name", ALL)
def test_a_kind_is_found_under_its_own_name(name: str) -> None:
    assert kind_of(name).name == name


@pytest.mark.parametrize("name", ALL)
def test_every_slot_of_a_kind_has_a_material(name: str) -> None:
    kind = kind_of(name)
    for slot in mesh_of(name).slots:
        filled = material(kind, slot, kind.colours[: kind.colour_count])
        # What glows is brighter than any paint.
        assert all(0 <= value <= (1 if slot in COLOUR_SLOTS else 8) for value in filled.colour)


@pytest.mark.parametrize("name", [n for n in ALL if not kind_of(n).is_environment])
def test_a_kind_stands_on_the_ground_or_grows_out_of_it(name: str) -> None:
    mesh = mesh_of(name)
    assert -0.1 < mesh.centre[2] - mesh.size[2] / 2 < 0.02


def test_sizes_grow_with_the_scale() -> None:
    np.testing.assert_allclose(scaled_size("car", 2.0), 2 * mesh_of("car").size)


def test_captions_name_colour_and_kind() -> None:
    assert kind_of("car").caption_for(("red",)) == "red toy car"
    assert kind_of("ball").caption_for(("blue", "yellow")) == "blue and yellow beach ball"
    assert kind_of("bed").caption_for(("orange",)) == "bed with a checked orange blanket"


def test_kinds_wear_only_named_colours() -> None:
    for kind in (*OBJECT_KINDS.values(), *LANDMARK_KINDS.values()):
        assert set(kind.colours) <= set(colour_names())


@pytest.mark.parametrize(("thing", "landmark"), [
    ("armchair", "easy_chair"), ("bookshelf", "bookcase"), ("bottle", "wine_bottle"),
    ("floor_lamp", "standing_lamp"), ("vase", "flower_vase"),
])
def test_what_a_person_might_call_alike_never_looks_alike(thing: str, landmark: str) -> None:
    """One word fits both, so they wear different colours, or two colours against one."""
    object_kind, landmark_kind = OBJECT_KINDS[thing], LANDMARK_KINDS[landmark]
    alike = set(object_kind.colours) & set(landmark_kind.colours)
    assert not alike or object_kind.colour_count > 1
