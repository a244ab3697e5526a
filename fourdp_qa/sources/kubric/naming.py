"""Words for Kubric's objects: what the metadata truly say, and nothing where they say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.kubric.constants import (
    EQUAL_EDGES,
    NO_CATEGORY,
    ROUND_SHAPES,
    STRETCHED_NAME,
)

# Longer asset names are product titles nobody would say; such objects are named by pixel or circle.
_MAX_WORDS = 7

# Three letters or more, one of them a vowel: what a person can say.
_WORD = re.compile(r"(?=[A-Za-z]*[AEIOUYaeiouy])[A-Za-z]{3,}")


def kind_of(instance: Mapping[str, Any]) -> str:
    """Class of an instance: its category, else its shape, else "object"."""
    category = _label(instance, "category")
    if category == NO_CATEGORY.lower():
        category = ""
    return category or _shape(instance) or "object"


def caption_of(instance: Mapping[str, Any], size: Floats) -> str:
    """Noun phrase such as "small red metal cube"; empty when the metadata name nothing.

    Parameters
    ----------
    instance : mapping
        One entry of ``instances`` in metadata.json.
    size : (3,) array
        Edge lengths of the object's box: a cube scaled to unequal edges is called a box.
    """
    shape = _shape(instance)
    if shape:
        noun = shape if _all_equal(size) else STRETCHED_NAME.get(shape, shape)
        adjectives = [_label(instance, name) for name in ("size", "color", "material")]
        return " ".join([*filter(None, adjectives), noun.replace("_", " ")])
    asset = instance.get("asset_id")
    return _words(asset) if isinstance(asset, str) else ""


def is_symmetric(instance: Mapping[str, Any], size: Floats) -> bool:
    """Whether any turn about the object's own z axis leaves its picture unchanged.

    True only for a shape of revolution whose metadata give it one colour: a texture shows the turn.
    """
    shape = _label(instance, "shape")
    return shape in ROUND_SHAPES and "color" in instance and _all_equal(size[:2])


def _shape(instance: Mapping[str, Any]) -> str:
    """The shape label, or the asset id of a primitive (which is its shape)."""
    shape = _label(instance, "shape")
    asset = instance.get("asset_id")
    primitive = isinstance(asset, str) and asset in ROUND_SHAPES | STRETCHED_NAME.keys()
    return shape or (str(asset) if primitive else "")


def _label(instance: Mapping[str, Any], name: str) -> str:
    """The word under ``<name>_label`` or ``<name>``; MOVi-B's labels are null or plain numbers."""
    for key in (f"{name}_label", name):
        value = instance.get(key)
        if isinstance(value, str) and value:
            return value.lower()
    return ""


def _words(asset_id: str) -> str:
    """Words of an asset id without numbers, units and codes: "Toy_Car_19_oz_TRX" -> "toy car"."""
    parts = re.split(r"[^A-Za-z0-9]+", asset_id)
    words = [part.lower() for part in parts if _WORD.fullmatch(part)]
    return " ".join(words) if len(words) <= _MAX_WORDS else ""


def _all_equal(edges: Floats) -> bool:
    return bool(np.ptp(edges) <= EQUAL_EDGES * np.max(edges))
