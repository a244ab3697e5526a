"""What SHIFT's objects are called."""

from __future__ import annotations

import pytest

from fourdp_qa.sources.shift.naming import caption_of


@pytest.mark.parametrize(("category", "blueprint", "caption"), [
    ("car", "vehicle.tesla.model3", "Tesla car"),
    ("car", "vehicle.nissan.patrol_2021", "Nissan car"),
    ("car", "vehicle.dodge.charger_police_2020", "police car"),
    ("bus", "vehicle.volkswagen.t2_2021", "Volkswagen minibus"),
    ("truck", "vehicle.carlamotors.carlacola", "truck"),
    ("truck", "vehicle.carlamotors.firetruck", "fire engine"),
    ("motorcycle", "vehicle.harley-davidson.low_rider", "Harley-Davidson motorcycle"),
    ("bicycle", "vehicle.gazelle.omafiets", "city bicycle"),
    ("pedestrian", "walker.pedestrian.0037", "pedestrian"),
    ("car", "", "car"),
    ("car", "vehicle.nobody.knows", "car"),
])
def test_class_and_make_are_said_and_numbers_are_not(category, blueprint, caption):
    assert caption_of(category, blueprint) == caption
