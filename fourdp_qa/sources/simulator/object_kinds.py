"""The kinds of objects: shape, collision bodies, front, symmetry, colours, motions, caption."""

from __future__ import annotations

from typing import Final

from fourdp_qa.sources.simulator import (
    flying_toys,
    food_and_plants,
    furniture,
    household,
    playground,
    toy_figures,
    toy_vehicles,
)
from fourdp_qa.sources.simulator.kinds import Collider, Kind, Triple

AHEAD: Final = (1.0, 0.0, 0.0)
VIVID: Final = (
    "red", "blue", "green", "yellow", "orange", "purple", "pink", "white", "black", "turquoise",
)
BRIGHT: Final = tuple(colour for colour in VIVID if colour not in ("white", "black"))
"""For what has white and black parts of its own."""
BESIDE_WHITE: Final = tuple(colour for colour in BRIGHT if colour != "yellow")
"""For what is patterned with white."""
COLOURED: Final = tuple(colour for colour in VIVID if colour != "white")
WOODEN: Final = ("brown", "red", "blue", "green", "white", "yellow")
ON_WHEELS: Final = ("drive", "circle", "slalom")
ON_FEET: Final = ("drive", "circle", "slalom", "sidestep", "spin")
BY_HAND: Final = ("push", "carry", "lift")
"""What somebody unseen does with things that cannot move by themselves."""
TURNED: Final = (*BY_HAND, "spin")
"""For what shows its turning well; more of them and figures would hardly ever be drawn to spin."""


def _box(half: Triple, centre: Triple) -> Collider:
    return Collider("box", half, centre)


def _drum(radius: float, low: float, high: float, x: float = 0.0, y: float = 0.0) -> Collider:
    """An upright cylinder between two heights."""
    return Collider("cylinder", (radius, (high - low) / 2, 0.0), (x, y, (low + high) / 2))


def _ball(radius: float, x: float, y: float, z: float) -> Collider:
    return Collider("sphere", (radius, 0.0, 0.0), (x, y, z))


_VEHICLES: Final = (
    Kind("car", "{0} toy car", toy_vehicles.car,
         (_box((0.575, 0.245, 0.1625), (0, 0, 0.1625)), _box((0.34, 0.20, 0.10), (-0.11, 0, 0.40))),
         AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS, finishes={"main": "lacquer"}),
    Kind("truck", "{0} toy truck", toy_vehicles.truck, (_box((0.565, 0.24, 0.36), (0, 0, 0.36)),),
         AHEAD, is_agent=True, colours=COLOURED, motions=ON_WHEELS),
    Kind("bus", "{0} toy bus", toy_vehicles.bus, (_box((0.60, 0.23, 0.34), (0, 0, 0.34)),),
         AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS, finishes={"main": "lacquer"}),
    Kind("train", "{0} toy train", toy_vehicles.train,
         (_box((0.57, 0.23, 0.14), (0.05, 0, 0.14)), _box((0.50, 0.19, 0.16), (0.0, 0, 0.42)),
          _box((0.22, 0.23, 0.12), (-0.31, 0, 0.61)), _drum(0.07, 0.56, 0.76, 0.36)),
         AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS),
    Kind("aeroplane", "{0} toy aeroplane", toy_vehicles.aeroplane,
         (_box((0.55, 0.11, 0.17), (0, 0, 0.22)), _box((0.12, 0.58, 0.03), (0.06, 0, 0.27)),
          _box((0.15, 0.20, 0.10), (0.17, 0, 0.10)), _box((0.03, 0.03, 0.10), (-0.46, 0, 0.10)),
          _box((0.08, 0.21, 0.03), (-0.47, 0, 0.30)), _box((0.08, 0.02, 0.12), (-0.50, 0, 0.41)),
          _box((0.02, 0.16, 0.16), (0.58, 0, 0.27))),
         AHEAD, is_agent=True, colours=VIVID, motions=("fly", "drive")),
    Kind("rocket", "{0} toy rocket", toy_vehicles.rocket,
         (_box((0.25, 0.25, 0.13), (0, 0, 0.13)), _drum(0.20, 0.20, 0.80),
          _drum(0.13, 0.80, 0.95), _drum(0.06, 0.95, 1.08)),
         colours=("red", "blue", "green", "orange", "purple", "black", "turquoise"),
         motions=("lift", "spin"), finishes={"main": "lacquer"}),
    Kind("tractor", "{0} toy tractor", toy_vehicles.tractor,
         (_box((0.49, 0.22, 0.22), (0.0, 0, 0.22)), _box((0.27, 0.31, 0.27), (-0.26, 0, 0.27)),
          _box((0.19, 0.18, 0.14), (-0.19, 0, 0.585)), _drum(0.03, 0.42, 0.66, 0.30)),
         AHEAD, is_agent=True, colours=BRIGHT, motions=ON_WHEELS),
    Kind("forklift", "{0} toy forklift", toy_vehicles.forklift,
         (_box((0.27, 0.22, 0.22), (-0.11, 0, 0.22)), _box((0.05, 0.17, 0.37), (0.25, 0, 0.42)),
          _box((0.17, 0.16, 0.03), (0.43, 0, 0.07)), _box((0.21, 0.18, 0.20), (-0.10, 0, 0.58))),
         AHEAD, is_agent=True, colours=("yellow", "orange", "red", "blue", "green", "turquoise"),
         motions=(*ON_WHEELS, "spin")),
    Kind("scooter", "{0} motor scooter", toy_vehicles.scooter,
         (_box((0.50, 0.12, 0.22), (0, 0, 0.22)), _box((0.22, 0.10, 0.04), (-0.29, 0, 0.46)),
          _box((0.06, 0.15, 0.13), (0.22, 0, 0.56)), _box((0.06, 0.26, 0.04), (0.19, 0, 0.72))),
         AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS, finishes={"main": "lacquer"}),
    Kind("helicopter", "{0} toy helicopter", toy_vehicles.helicopter,
         (_box((0.31, 0.19, 0.27), (0.10, 0, 0.27)), _box((0.30, 0.06, 0.06), (-0.42, 0, 0.43)),
          _box((0.08, 0.05, 0.14), (-0.66, 0, 0.54)), _box((0.42, 0.42, 0.02), (0.06, 0, 0.665))),
         AHEAD, is_agent=True, colours=BRIGHT, motions=("fly", "spin"), scales=(0.9, 1.15)),
    Kind("drone", "{0} drone", flying_toys.drone,
         (_box((0.17, 0.12, 0.07), (0.0, 0, 0.15)), _box((0.06, 0.06, 0.06), (0.17, 0, 0.12)),
          *(_box((0.155, 0.155, 0.035), (0.27 * x, 0.27 * y, 0.215)) for x in (-1, 1) for y in (-1, 1)),
          *(_box((0.05, 0.05, 0.04), (0.18 * x, 0.17 * y, 0.17)) for x in (-1, 1) for y in (-1, 1)),
          *(_box((0.02, 0.15, 0.06), (0.10 * x, 0, 0.06)) for x in (-1, 1))),
         AHEAD, is_agent=True, colours=BRIGHT, motions=("fly", "spin"), finishes={"main": "lacquer"},
         scales=(1.0, 1.3)),
    Kind("hot_air_balloon", "{0} and {1} hot-air balloon", flying_toys.hot_air_balloon,
         (_box((0.13, 0.13, 0.0925), (0, 0, 0.0925)), _drum(0.10, 0.18, 0.40), _drum(0.20, 0.36, 0.52),
          _drum(0.31, 0.50, 0.66), _drum(0.375, 0.64, 1.00), _drum(0.30, 0.98, 1.08),
          _drum(0.16, 1.06, 1.18)),
         colours=(*BRIGHT, "white"), colour_count=2, motions=("lift", "carry"),
         patterns={"main": "sectors", "timber": "cloth"}, finishes={"main": "cloth"}, scales=(0.9, 1.15)),
    Kind("sailing_boat", "{0} toy sailing boat", toy_vehicles.sailing_boat,
         (_box((0.38, 0.13, 0.11), (0.02, 0, 0.11)), _box((0.10, 0.05, 0.06), (0.44, 0, 0.15)),
          _box((0.20, 0.10, 0.20), (-0.16, -0.10, 0.46)), _box((0.08, 0.05, 0.19), (0.02, -0.02, 0.84)),
          _box((0.17, 0.09, 0.16), (0.25, 0.09, 0.43))),
         AHEAD, colours=BRIGHT, motions=("push", "carry", "spin")),
)

_FIGURES: Final = (
    Kind("person", "person in {0}", toy_figures.person,
         (_box((0.12, 0.27, 0.60), (0, 0, 0.60)),), AHEAD, is_agent=True, colours=VIVID,
         motions=ON_FEET, finishes={"main": "cloth"}, scales=(0.95, 1.15)),
    Kind("robot", "{0} toy robot", toy_figures.robot,
         (_box((0.17, 0.25, 0.38), (0, 0, 0.38)), _box((0.03, 0.03, 0.06), (-0.03, 0, 0.82))),
         AHEAD, is_agent=True, colours=VIVID, motions=ON_FEET, finishes={"main": "metal"},
         scales=(1.05, 1.35)),
    Kind("crab", "{0} toy crab", toy_figures.crab,
         (_box((0.23, 0.30, 0.15), (0, 0, 0.16)), _box((0.16, 0.30, 0.06), (0.38, 0, 0.17)),
          _box((0.18, 0.45, 0.08), (-0.02, 0, 0.08)), _box((0.05, 0.13, 0.09), (0.19, 0, 0.35))),
         AHEAD, is_agent=True, colours=("red", "orange", "blue", "purple", "turquoise", "pink"),
         motions=("sidestep", "spin"), scales=(1.0, 1.3)),
    Kind("duck", "{0} rubber duck", toy_figures.duck,
         (_box((0.22, 0.15, 0.15), (-0.02, 0, 0.15)),
          Collider("ellipsoid", (0.32, 0.235, 0.165), (0, 0, 0.165)), _ball(0.158, 0.19, 0, 0.45),
          _box((0.09, 0.07, 0.02), (0.375, 0, 0.42)), _box((0.14, 0.25, 0.07), (-0.04, 0, 0.22)),
          _ball(0.065, -0.385, 0, 0.33)),
         AHEAD, colours=("yellow", "pink", "turquoise", "white", "purple"),
         motions=("carry", "spin", "slide", "throw", "push", "lift"),
         finishes={"main": "lacquer"}, scales=(1.05, 1.4)),
    Kind("dog", "{0} toy dog", toy_figures.dog,
         (_box((0.30, 0.13, 0.25), (-0.04, 0, 0.25)), _box((0.15, 0.15, 0.13), (0.28, 0, 0.61)),
          _box((0.07, 0.06, 0.06), (0.49, 0, 0.60)), _box((0.05, 0.04, 0.10), (-0.40, 0, 0.56))),
         AHEAD, is_agent=True, colours=("brown", "white", "black", "yellow", "blue", "pink"),
         motions=ON_FEET, scales=(1.05, 1.35)),
    Kind("elephant", "{0} toy elephant", toy_figures.elephant,
         (_box((0.36, 0.24, 0.335), (-0.07, 0, 0.335)), _box((0.17, 0.20, 0.19), (0.31, 0, 0.56)),
          _box((0.08, 0.38, 0.17), (0.24, 0, 0.58)), _box((0.11, 0.10, 0.25), (0.57, 0, 0.33))),
         AHEAD, is_agent=True, colours=("blue", "pink", "turquoise", "purple", "white", "green"),
         motions=ON_FEET),
    Kind("turtle", "{0} toy turtle", toy_figures.turtle,
         (_box((0.36, 0.22, 0.12), (0, 0, 0.12)), _box((0.27, 0.31, 0.10), (0, 0, 0.10)),
          _drum(0.28, 0.10, 0.36), _drum(0.18, 0.36, 0.46), _box((0.13, 0.09, 0.12), (0.47, 0, 0.31)),
          _box((0.07, 0.03, 0.04), (-0.40, 0, 0.08))),
         AHEAD, is_agent=True, colours=("green", "blue", "yellow", "turquoise", "pink"),
         motions=ON_FEET, patterns={"shell": "shell"}, scales=(1.1, 1.4)),
    Kind("snowman", "snowman in a {0} hat", toy_figures.snowman,
         (_drum(0.255, 0.0, 0.34), _drum(0.19, 0.34, 0.66), _ball(0.145, 0, 0, 0.76),
          _drum(0.15, 0.85, 1.07), _box((0.04, 0.33, 0.06), (0.02, 0, 0.62)),
          _box((0.07, 0.02, 0.02), (0.22, 0, 0.76))),
         AHEAD, colours=("red", "blue", "green", "purple", "black", "turquoise"),
         motions=TURNED, finishes={"main": "cloth"}),
)

_FURNITURE: Final = (
    Kind("chair", "{0} chair", furniture.chair,
         (_box((0.26, 0.26, 0.245), (0, 0, 0.245)), _box((0.03, 0.25, 0.275), (-0.23, 0, 0.765))),
         AHEAD, colours=WOODEN, motions=TURNED, patterns={"main": "wood"},
         finishes={"main": "oiled"}),
    Kind("table", "{0} table", furniture.table, (_box((0.37, 0.55, 0.305), (0, 0, 0.305)),),
         colours=WOODEN, motions=("spin", "push"), patterns={"main": "wood", "second": "wood"},
         finishes={"main": "oiled", "second": "oiled"}, scales=(0.9, 1.1)),
    Kind("stool", "{0} stool", furniture.stool,
         (_box((0.20, 0.20, 0.26), (0, 0, 0.26)), _drum(0.225, 0.50, 0.56)),
         colours=WOODEN, motions=BY_HAND, patterns={"main": "wood"}, finishes={"main": "oiled"}),
    Kind("armchair", "{0} armchair", furniture.armchair,
         (_box((0.31, 0.34, 0.25), (0.0, 0, 0.25)), _box((0.08, 0.29, 0.14), (-0.24, 0, 0.64))),
         AHEAD, colours=("yellow", "orange", "pink", "black"), motions=("push", "spin", "carry"),
         patterns={"main": "cloth", "second": "cloth"},
         finishes={"main": "cloth", "second": "cloth"}),
    Kind("bed", "bed with a checked {0} blanket", furniture.bed,
         (_box((0.58, 0.31, 0.20), (0, 0, 0.20)), _box((0.03, 0.32, 0.04), (-0.555, 0, 0.42)),
          _box((0.11, 0.22, 0.03), (-0.38, 0, 0.42))),
         AHEAD, colours=BESIDE_WHITE, motions=("push", "spin"),
         patterns={"main": "checks", "timber": "wood"}, finishes={"main": "cloth"},
         scales=(0.9, 1.15)),
    Kind("bookshelf", "{0} bookshelf", furniture.bookshelf, (_box((0.14, 0.32, 0.49), (0, 0, 0.49)),),
         AHEAD, colours=("white", "black", "blue", "green", "red"), motions=("push", "spin"),
         patterns={"main": "wood"}, finishes={"main": "oiled"}, scales=(0.9, 1.15)),
    Kind("floor_lamp", "{0} floor lamp", furniture.floor_lamp,
         (_drum(0.19, 0.0, 0.04), _drum(0.03, 0.04, 0.72), _drum(0.24, 0.72, 0.82),
          _drum(0.19, 0.82, 1.06)),
         symmetric=True, colours=("blue", "purple", "black", "pink", "orange", "turquoise"),
         motions=("push", "carry", "lift"), finishes={"main": "cloth"}),
    Kind("bench", "{0} bench", furniture.bench,
         (_box((0.20, 0.50, 0.20), (-0.02, 0, 0.20)), _box((0.05, 0.50, 0.20), (-0.22, 0, 0.58)),
          *(_box((0.17, 0.03, 0.09), (-0.02, 0.38 * y, 0.46)) for y in (-1, 1))),
         AHEAD, colours=WOODEN, motions=("push", "spin"), patterns={"main": "wood"},
         finishes={"main": "oiled"}, scales=(0.9, 1.15)),
    Kind("parasol", "{0} and {1} parasol", furniture.parasol,
         (_drum(0.21, 0.0, 0.05), _drum(0.03, 0.05, 0.85), _drum(0.51, 0.84, 0.90),
          _drum(0.42, 0.90, 0.98), _drum(0.26, 0.98, 1.08), _drum(0.03, 1.08, 1.15)),
         colours=COLOURED, colour_count=2, motions=TURNED, patterns={"main": "sectors"},
         finishes={"main": "cloth"}),
)

_HOUSEHOLD: Final = (
    Kind("mug", "{0} mug", household.mug,
         (_drum(0.20, 0.0, 0.445), _box((0.08, 0.03, 0.14), (0.26, 0, 0.225))),
         colours=VIVID, motions=("slide", "carry", "spin"), finishes={"main": "lacquer"},
         scales=(1.05, 1.35)),
    Kind("gift_box", "{0} gift box", household.gift_box,
         (_box((0.24, 0.24, 0.215), (0, 0, 0.215)), _box((0.03, 0.155, 0.08), (0, 0, 0.47))),
         colours=("red", "blue", "green", "purple", "pink", "turquoise"),
         motions=("slide", "throw", "carry"), scales=(1.0, 1.3)),
    Kind("teapot", "{0} dotted teapot", household.teapot,
         (_drum(0.25, 0.0, 0.34), _drum(0.12, 0.34, 0.47), _box((0.10, 0.04, 0.12), (0.35, 0, 0.25)),
          _box((0.08, 0.03, 0.14), (-0.31, 0, 0.20))),
         AHEAD, colours=BESIDE_WHITE, motions=("slide", "carry", "spin", "push"),
         patterns={"main": "dots"}, finishes={"main": "lacquer"}, scales=(1.05, 1.35)),
    Kind("bottle", "{0} bottle", household.bottle, (_drum(0.169, 0.0, 0.47), _drum(0.066, 0.47, 0.71)),
         symmetric=True, colours=("red", "orange", "purple", "pink", "yellow", "turquoise"),
         motions=("roll", "slide", "carry"), finishes={"main": "lacquer"}, scales=(1.0, 1.3)),
    Kind("vase", "{0} and {1} striped vase", household.vase,
         (_drum(0.14, 0.0, 0.10), _drum(0.225, 0.08, 0.40), _drum(0.14, 0.40, 0.65)),
         colours=COLOURED, colour_count=2, motions=TURNED, patterns={"main": "stripes"},
         finishes={"main": "lacquer"}, scales=(1.0, 1.3)),
    Kind("bucket", "{0} bucket", household.bucket,
         (_drum(0.18, 0.0, 0.20), _drum(0.24, 0.20, 0.43), _box((0.015, 0.19, 0.09), (0, 0, 0.54))),
         colours=VIVID, motions=("slide", "carry", "lift"), finishes={"main": "metal"},
         scales=(1.0, 1.25)),
    Kind("watering_can", "{0} watering can", household.watering_can,
         (_drum(0.20, 0.0, 0.36), _box((0.16, 0.03, 0.16), (0.36, 0, 0.36)),
          _box((0.08, 0.03, 0.16), (-0.29, 0, 0.33)), _box((0.12, 0.03, 0.06), (-0.16, 0, 0.46)),
          _box((0.05, 0.08, 0.07), (0.51, 0, 0.50))),
         AHEAD, colours=VIVID, motions=("slide", "carry", "spin", "push"),
         finishes={"main": "metal"}, scales=(1.0, 1.25)),
    Kind("suitcase", "{0} suitcase", household.suitcase,
         (_box((0.13, 0.33, 0.23), (0, 0, 0.23)), _box((0.02, 0.11, 0.04), (0, 0, 0.49))),
         colours=(*BRIGHT, "brown"), motions=("push", "carry", "slide")),
    Kind("alarm_clock", "{0} alarm clock", household.alarm_clock,
         (_box((0.08, 0.20, 0.24), (0, 0, 0.24)), _box((0.07, 0.22, 0.08), (0, 0, 0.52))),
         AHEAD, colours=BRIGHT, motions=TURNED, finishes={"main": "lacquer"}, scales=(1.0, 1.3)),
    Kind("dice", "{0} dice", household.dice, (_box((0.214, 0.214, 0.214), (0, 0, 0.214)),),
         colours=("red", "blue", "green", "purple", "turquoise", "black"),
         motions=("throw", "slide", "carry"), scales=(1.0, 1.3)),
)

_FOOD_AND_PLANTS: Final = (
    Kind("donut", "{0} donut", food_and_plants.donut, (_drum(0.29, 0.0, 0.184),), symmetric=True,
         colours=("pink", "white", "turquoise", "purple", "red"), motions=("throw", "slide"),
         scales=(1.15, 1.5)),
    Kind("apple", "{0} apple", food_and_plants.apple,
         (_drum(0.13, 0.0, 0.05), _drum(0.21, 0.04, 0.42), _drum(0.245, 0.10, 0.36),
          _drum(0.13, 0.40, 0.45), _box((0.11, 0.05, 0.04), (0.11, 0, 0.515))),
         colours=("red", "green", "yellow"), motions=("carry", "lift", "throw", "push"),
         finishes={"main": "lacquer"}, scales=(1.05, 1.35)),
    Kind("pear", "{0} pear", food_and_plants.pear,
         (_drum(0.14, 0.0, 0.05), _drum(0.205, 0.04, 0.30), _drum(0.15, 0.28, 0.42),
          _drum(0.10, 0.40, 0.59), _box((0.11, 0.05, 0.04), (0.09, 0, 0.645))),
         colours=("green", "yellow", "red"), motions=("carry", "lift", "push"),
         scales=(1.05, 1.35)),
    Kind("pumpkin", "pumpkin", food_and_plants.pumpkin,
         (_drum(0.22, 0.0, 0.06), _drum(0.29, 0.05, 0.30), _drum(0.21, 0.30, 0.38),
          _drum(0.07, 0.36, 0.50)),
         colours=("orange",), motions=BY_HAND, scales=(1.0, 1.35)),
    Kind("banana", "banana", food_and_plants.banana,
         (_box((0.10, 0.22, 0.10), (0.14, 0, 0.10)),
          *(_box((0.10, 0.08, 0.10), (0.03, 0.30 * y, 0.10)) for y in (-1, 1)),
          *(_box((0.09, 0.07, 0.06), (-0.10, 0.41 * y, 0.10)) for y in (-1, 1)),
          _box((0.05, 0.03, 0.03), (-0.22, 0.48, 0.10))),
         colours=("yellow",), motions=("spin", "slide", "carry"), scales=(1.0, 1.3)),
    Kind("cake", "{0} birthday cake", food_and_plants.cake,
         (_drum(0.355, 0.0, 0.05), _drum(0.31, 0.0, 0.25), _drum(0.21, 0.22, 0.41),
          _drum(0.13, 0.40, 0.59)),
         colours=(*BRIGHT, "brown"), motions=("carry", "lift", "push", "slide")),
    Kind("cactus", "cactus in a pot", food_and_plants.cactus,
         (_drum(0.16, 0.0, 0.12), _drum(0.185, 0.10, 0.25), _drum(0.225, 0.22, 0.28),
          _drum(0.10, 0.26, 0.84),
          _box((0.05, 0.07, 0.13), (0, 0.17, 0.63)), _box((0.05, 0.07, 0.13), (0, -0.17, 0.55))),
         colours=("green",), motions=("push", "spin")),
    Kind("toadstool", "spotted {0} toadstool", food_and_plants.toadstool,
         (_drum(0.13, 0.0, 0.26), _drum(0.30, 0.25, 0.40), _drum(0.25, 0.38, 0.48),
          _drum(0.15, 0.48, 0.57)),
         colours=BESIDE_WHITE, motions=BY_HAND, scales=(1.0, 1.3)),
)

_PLAYGROUND: Final = (
    Kind("ball", "{0} and {1} beach ball", playground.ball, (_ball(0.26, 0, 0, 0.26),),
         colours=(*BRIGHT, "white"), colour_count=2, motions=("throw", "roll"),
         patterns={"main": "sectors"}, scales=(1.0, 1.35)),
    Kind("traffic_cone", "{0} traffic cone", playground.traffic_cone,
         (_drum(0.30, 0.0, 0.05), _drum(0.17, 0.05, 0.25), _drum(0.12, 0.25, 0.45),
          _drum(0.07, 0.45, 0.68)),
         symmetric=True, colours=("orange", "red", "blue", "green", "yellow"),
         motions=("slide", "carry")),
    Kind("crate", "{0} crate", playground.crate, (_box((0.26, 0.26, 0.26), (0, 0, 0.26)),),
         colours=WOODEN, motions=("slide", "spin", "push"),
         patterns={"main": "wood", "second": "planks"}, finishes={"main": "raw", "second": "raw"}),
    Kind("barrel", "{0} barrel", playground.barrel,
         (_drum(0.267, 0.205, 0.415), _drum(0.248, 0.065, 0.555), _drum(0.21, 0.0, 0.62)),
         symmetric=True, colours=("brown", "red", "blue", "green", "yellow"), motions=("roll",)),
    Kind("skittle", "{0} and white bowling pin", playground.skittle,
         (_drum(0.10, 0.0, 0.08), _drum(0.16, 0.06, 0.36), _drum(0.095, 0.36, 0.80)),
         symmetric=True, colours=BESIDE_WHITE, motions=("slide", "carry", "lift", "push"),
         finishes={"main": "lacquer"}, scales=(1.05, 1.35)),
    Kind("mailbox", "{0} mailbox", playground.mailbox,
         (_box((0.17, 0.17, 0.025), (0, 0, 0.025)), _box((0.05, 0.05, 0.24), (0, 0, 0.26)),
          _box((0.24, 0.15, 0.14), (0, 0, 0.64)), _box((0.06, 0.012, 0.10), (0.01, 0.155, 0.75))),
         AHEAD, colours=("red", "blue", "green", "purple", "black", "turquoise"), motions=TURNED),
    Kind("hydrant", "{0} fire hydrant", playground.hydrant,
         (_drum(0.19, 0.0, 0.06), _drum(0.14, 0.05, 0.55), _drum(0.09, 0.53, 0.72),
          _box((0.04, 0.21, 0.06), (0, 0, 0.38)), _box((0.08, 0.08, 0.08), (0.14, 0, 0.34))),
         AHEAD, colours=BRIGHT, motions=BY_HAND),
    Kind("castle", "{0} toy castle", playground.castle,
         (_box((0.30, 0.30, 0.20), (0, 0, 0.20)), *(
             _drum(radius, low, high, 0.27 * x, 0.27 * y) for x in (-1, 1) for y in (-1, 1)
             for radius, low, high in ((0.13, 0.0, 0.65), (0.07, 0.65, 0.78)))),
         AHEAD, colours=("red", "white", "yellow", "pink", "brown"), motions=TURNED,
         patterns={"main": "bricks", "roof": "tiles"}, finishes={"main": "raw"}),
    Kind("lighthouse", "{0} and white toy lighthouse", playground.lighthouse,
         (_drum(0.275, 0.0, 0.06), _drum(0.20, 0.06, 0.40), _drum(0.165, 0.40, 0.84),
          _drum(0.12, 0.84, 1.06), _drum(0.06, 1.06, 1.15)),
         symmetric=True, colours=BESIDE_WHITE, motions=("carry", "lift", "push", "slide"),
         finishes={"main": "lacquer"}),
)

OBJECT_KINDS: Final = {
    kind.name: kind
    for kind in (
        *_VEHICLES, *_FIGURES, *_FURNITURE, *_HOUSEHOLD, *_FOOD_AND_PLANTS, *_PLAYGROUND,
    )
}
