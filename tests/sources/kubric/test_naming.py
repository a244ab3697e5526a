"""Words for Kubric's objects."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.sources.kubric.naming import caption_of, is_symmetric, kind_of

EVEN, UNEVEN = np.array([1.0, 1.0, 1.0]), np.array([1.0, 0.6, 0.4])

MOVI_A = {"asset_id": "cube", "shape": "cube", "size": 0.7, "size_label": "small",
          "material": "metal", "color": [0.9, 0.1, 0.1], "color_label": "red"}
MOVI_B = {"asset_id": "torus_knot", "shape": "torus_knot", "size": 1.1, "size_label": None,
          "material": "rubber", "color": [0.2, 0.9, 0.1], "color_label": None}


@pytest.mark.parametrize(("instance", "size", "caption"), [
    (MOVI_A, EVEN, "small red metal cube"),
    (MOVI_A, UNEVEN, "small red metal box"),
    (MOVI_B, UNEVEN, "rubber torus knot"),
    ({"asset_id": "cube"}, EVEN, "cube"),
    ({"asset_id": "cube"}, UNEVEN, "box"),
    ({"asset_id": "Vtech_Roll_Learn_Turtle"}, UNEVEN, "vtech roll learn turtle"),
    ({"asset_id": "Nestle_Raisinets_Milk_Chocolate_35_oz_992_g"}, UNEVEN,
     "nestle raisinets milk chocolate"),
    ({"asset_id": "11pro_SL_TRX_FG"}, UNEVEN, ""),
    ({"asset_id": "Office_Depot_Canon_CL_211XL_Remanufactured_Ink_Cartridge_TriColor_Pack"},
     UNEVEN, ""),
    ({"asset_id": "B00123_77"}, UNEVEN, ""),
    ({}, UNEVEN, ""),
])
def test_captions_say_what_is_known(instance, size, caption):
    assert caption_of(instance, size) == caption


@pytest.mark.parametrize(("instance", "kind"), [
    ({"category": "Shoe", "asset_id": "11pro"}, "shoe"),
    ({"category": "None", "asset_id": "Vtech_Turtle"}, "object"),
    (MOVI_A, "cube"),
    ({}, "object"),
])
def test_kinds(instance, kind):
    assert kind_of(instance) == kind


@pytest.mark.parametrize(("instance", "size", "symmetric"), [
    ({"shape": "cylinder", "color": [1, 0, 0]}, np.array([1, 1, 2.0]), True),
    ({"shape": "cylinder", "color": [1, 0, 0]}, np.array([1, 0.6, 2.0]), False),
    ({"shape_label": "sphere", "color_label": "red", "color": [1, 0, 0]}, EVEN, True),
    ({"shape": "sphere"}, EVEN, False),
    ({"asset_id": "sphere"}, EVEN, False),
    (MOVI_A, EVEN, False),
])
def test_only_round_shapes_of_one_known_colour_are_symmetric(instance, size, symmetric):
    assert is_symmetric(instance, size) is symmetric
