"""The kinds of landmarks: what stands around the objects and never moves."""

from __future__ import annotations

from functools import partial
from typing import Final

from fourdp_qa.sources.simulator import interiors, landmarks
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.supports import SUPPORT_KINDS

WALLS: Final = ("white", "yellow", "pink", "brown", "turquoise", "red")
FABRICS: Final = ("red", "blue", "green", "white", "turquoise", "purple", "brown")

LANDMARK_KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("house", "{0} house", landmarks.house, colours=WALLS,
             patterns={"wall": "windows", "roof": "tiles"}),
        Kind("tower_house", "tall {0} house", landmarks.tower_house, colours=WALLS,
             patterns={"wall": "windows", "slate": "tiles"}),
        Kind("shed", "low {0} house", landmarks.shed, colours=WALLS,
             patterns={"wall": "windows", "slate": "tiles"}),
        Kind("tree", "round tree", landmarks.tree, symmetric=True,
             patterns={"leaf": "leaves", "trunk": "wood"}),
        Kind("fir", "fir tree", landmarks.fir, symmetric=True, patterns={"fir": "leaves"}),
        Kind("bush", "round bush", landmarks.bush, patterns={"leaf": "leaves"}),
        Kind("lamp_post", "{0} street lamp", landmarks.lamp_post, symmetric=True,
             colours=("red", "blue", "green", "white", "yellow")),
        Kind("sofa", "{0} sofa", interiors.sofa, colours=FABRICS),
        Kind("easy_chair", "wide {0} easy chair", interiors.easy_chair, colours=FABRICS),
        Kind("bookcase", "tall bookcase", interiors.bookcase, patterns={"timber": "wood"}),
        Kind("sideboard", "{0} sideboard", interiors.sideboard, colours=("white", "blue", "green"),
             patterns={"timber": "wood"}),
        Kind("standing_lamp", "tall {0} standing lamp", interiors.standing_lamp, symmetric=True,
             colours=("white", "red", "yellow", "green")),
        Kind("house_plant", "leafy house plant", interiors.house_plant,
             patterns={"leaf": "leaves", "trunk": "wood"}),
        Kind("pillar", "white pillar", interiors.pillar),
        Kind("wine_bottle", "{0} wine bottle", interiors.wine_bottle, symmetric=True,
             colours=("green", "brown", "blue")),
        Kind("flower_vase", "{0} vase of flowers", interiors.flower_vase,
             colours=("white", "blue", "turquoise")),
        Kind("books", "pile of books", interiors.books),
        # What only encloses a place: nobody is asked about it.
        Kind("fence", "fence", landmarks.fence, is_environment=True, patterns={"fence_wood": "wood"}),
        Kind("pavements", "pavements", landmarks.pavements, is_environment=True),
        Kind("ceiling_lamp", "ceiling lamp", interiors.ceiling_lamp, is_environment=True),
        Kind("table_top", "table top", interiors.table_top, is_environment=True,
             patterns={"timber": "wood"}),
        Kind("cream_room", "room", partial(interiors.room, "plaster_cream"), is_environment=True),
        Kind("green_room", "room", partial(interiors.room, "plaster_green"), is_environment=True),
        Kind("striped_room", "room", partial(interiors.room, "wallpaper"), is_environment=True),
    )
} | SUPPORT_KINDS
BUILDINGS: Final = ("house", "tower_house", "shed")
ROOMS: Final = ("cream_room", "green_room", "striped_room")
SHADOWLESS: Final = (*ROOMS, "ceiling_lamp", "pavements")
"""They enclose the light or lie flat: no shadow of theirs falls on anything."""
CARRYING: Final = (*SHADOWLESS, "table_top")
"""They are as good as ground: nothing is darker for being near them."""
