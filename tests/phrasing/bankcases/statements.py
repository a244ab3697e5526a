"""Statements with made-up numbers that fit a given label, for all types that are answered freely."""

from __future__ import annotations

import math

import numpy as np

from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement

SHIFT, TURN, RATIO = (0.05, 0.15), (7.0, 20.0), (math.log(1.06), math.log(1.2))
COMPONENTS = {
    ("camera_movement", ""): {
        **dict.fromkeys(("forward", "right", "up"), "scene lengths"),
        **dict.fromkeys(("pan", "tilt", "roll"), "degrees")},
    ("camera_object_distance", ""): {"distance": "natural log of the ratio to the first frame"},
    ("object_rotation", ""): {"turn": "degrees"},
    ("object_direction", ""): dict.fromkeys(("away", "right", "up"), "first camera distances"),
    ("object_direction", "screen"): dict.fromkeys(("screen_right", "screen_up"), "image widths"),
    ("object_direction", "own_front"): dict.fromkeys(
        ("ahead", "own_right", "up"), "first camera distances"),
    ("agent_motion", ""): {"forward": "own lengths", "left": "own lengths", "turn": "degrees"},
    ("moved_distance", ""): {"farther": "of the sum of both path lengths"},
    ("object_object_distance_change", ""): {
        "distance": "natural log of the ratio to the first frame"},
}
"""What a free-form answer of a type and variant speaks about, and in which unit it is measured."""

SERIES_VERDICTS = ("+", "-", "absent", "+-", "-+", "inconsistent")


def verdicts_of(question_type):
    """Verdicts that a component of the type can have in an answer."""
    return ("+", "-", "same", "neither") if question_type == "moved_distance" else SERIES_VERDICTS


def band_of(unit):
    """A band lo, hi in the unit."""
    if unit.startswith("of the sum"):
        return 0.15 / 2.15, 0.5 / 2.5
    return RATIO if unit.startswith("natural log") else TURN if unit == "degrees" else SHIFT


def quantity(name, unit, verdict, strength, band=None):
    """A quantity with this verdict, `strength` (0 to 1) of the way from its threshold to far beyond
    it (present) or to nothing (absent).
    """
    lo, hi = band or band_of(unit)
    if unit.startswith("of the sum"):
        value = {"+": hi + strength * (1 - hi), "-": -hi - strength * (1 - hi),
                 "same": lo * (1 - strength), "neither": 0.0}[verdict]
        return Quantity(name, unit, value, abs(value), lo, hi, verdict)
    size = lo * (1 - strength) if verdict == "absent" else hi * (1 + 9 * strength)
    shape = {"+": (0, 1), "-": (0, -1), "absent": (0, 1, 0), "+-": (0, 1, 0), "-+": (0, -1, 0),
             "inconsistent": (0, 1, 0, 1, 0)}[verdict]
    series = size * np.interp(np.linspace(0, 1, 33), np.linspace(0, 1, len(shape)), shape)
    return Quantity(name, unit, float(series[-1] - series[0]), float(np.ptp(series)), lo, hi, verdict,
                    tuple(series.tolist()))


def statement(question_type, variant, verdicts, strength=0.5, band=None):
    """A statement whose components have these verdicts."""
    units = COMPONENTS[question_type, variant]
    return Statement(
        question_type=question_type, variant=variant, objects=(1,), frames=(0,), named_at=(0,),
        reference_system="world",
        components={name: Component(quantity(name, units[name], verdict, strength, band), 1.0)
                    for name, verdict in verdicts.items()},
    )
