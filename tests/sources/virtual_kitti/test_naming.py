"""Captions say what info.txt says, as a person would, and nothing more."""

from __future__ import annotations

import pytest

from fourdp_qa.sources.virtual_kitti.naming import caption_of


@pytest.mark.parametrize(("row", "caption"), [
    (("Car", "Hatchback", "Blue"), "blue hatchback car"),
    (("Car", "Sedan4Door", "Black"), "black four-door sedan"),
    (("Car", "SUV", "Grey"), "grey SUV"),
    (("Car", "Hybrid", "Black"), "black hybrid car"),
    (("Van", "Firetruck_small_eu", "White"), "white small firetruck"),
    (("Van", "Van_02", "DarkBlue"), "dark blue van"),
    (("Truck", "7x3", "Red"), "red truck"),
    (("Car", "Hatchback", "Mixed"), "hatchback car"),
    (("Truck", "", ""), "truck"),
])
def test_a_caption(row, caption):
    assert caption_of(*row) == caption
