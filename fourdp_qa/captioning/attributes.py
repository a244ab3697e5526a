"""Attributes by rule, for names without a model: a clear colour, and which of two is larger."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.captioning.constants import (
    CLEAR_COLOUR,
    CLEAR_SIZE_RATIO,
    COLOUR_VIEWS,
    MAX_WORDS,
    SECOND_COLOUR,
)
from fourdp_qa.captioning.phrases import shared_phrases
from fourdp_qa.captioning.views import View
from fourdp_qa.scene.scene import ObjectFacts, Scene
from fourdp_qa.tables import load_table

HUES = (
    ("red", 0, 12, 0.4), ("orange", 20, 38, 0.7), ("yellow", 48, 65, 0.7), ("green", 85, 155, 0.3),
    ("cyan", 172, 192, 0.5), ("blue", 205, 250, 0.3), ("purple", 262, 288, 0.3), ("pink", 305, 335, 0.6),
    ("red", 348, 360, 0.4),
)
"""Degrees from and to, least brightness. Between two ranges people disagree, so such pixels count for
no colour; dark orange is brown and dark yellow olive.
"""

MIN_SATURATION = 0.45
"""A paler pixel has no hue that can be relied on."""

GREYS = (("black", 0.0, 0.14), ("grey", 0.3, 0.65), ("white", 0.85, 1.01))
"""Brightness; in shade a white thing is grey, so the ranges keep far apart."""

MAX_GREY_SATURATION = 0.12


def tell_apart(
    scene: Scene, views: Mapping[int, list[View]], phrases: dict[int, str]
) -> dict[int, str]:
    """Put a colour, then a relation of size, before phrases that fit several objects.

    Only objects that share a phrase get one, and only an attribute that is beyond doubt; what stays
    equal stays equal.

    Parameters
    ----------
    scene : opened; colour is read of the views used
    views : views of each object, the best first
    phrases : object id -> phrase
    """
    told = dict(phrases)
    for n in shared_phrases(phrases):
        colour = _colour(scene, views.get(n, [])[:COLOUR_VIEWS])
        if colour and not set(phrases[n].split()) & _colour_words():
            told[n] = _with(colour, phrases[n])
    by_id = {item.id: item for item in scene.objects}
    same: dict[str, list[int]] = {}
    for n in shared_phrases(told):
        same.setdefault(told[n], []).append(n)
    for phrase, members in same.items():
        for n, word in _size_words([by_id[n] for n in members]).items():
            told[n] = _with(word, phrase)
    return told


def colour_name(pixels: NDArray[np.uint8]) -> str:
    """The one clear colour of pixels (P, 3); empty when there is none."""
    if not len(pixels):
        return ""
    names = [name for name, *_ in (*HUES, *GREYS)]
    shares: dict[str, float] = {}
    for name, members in zip(names, _members(pixels), strict=True):
        shares[name] = shares.get(name, 0.0) + float(members.mean())
    (best, share), (_, second) = sorted(shares.items(), key=lambda item: -item[1])[:2]
    return best if share >= CLEAR_COLOUR and second <= SECOND_COLOUR else ""


def _members(pixels: NDArray[np.uint8]) -> list[NDArray[np.bool_]]:
    """For each range of hue and grey, which pixels (P,) lie in it."""
    rgb = pixels.astype(np.float64) / 255
    high, low = rgb.max(axis=1), rgb.min(axis=1)
    spread = np.maximum(high - low, 1e-9)
    saturation = (high - low) / np.maximum(high, 1e-9)
    r, g, b = rgb.T
    sector = np.select([high == r, high == g], [(g - b) / spread % 6, (b - r) / spread + 2],
                       (r - g) / spread + 4)
    hue = sector * 60
    coloured = saturation >= MIN_SATURATION
    grey = (saturation <= MAX_GREY_SATURATION) | (high < GREYS[0][2])
    return [
        *(coloured & (high >= least) & (hue >= start) & (hue < end) for _, start, end, least in HUES),
        *(grey & (high >= start) & (high < end) for _, start, end in GREYS),
    ]


def _colour(scene: Scene, views: list[View]) -> str:
    """The colour on which all views agree; empty when they do not."""
    names = set()
    for view in views:
        mask = scene.instances(view.frame) == view.object_id
        names.add(colour_name(scene.rgb(view.frame)[mask]))
    return names.pop() if len(names) == 1 else ""


def _size_words(items: list[ObjectFacts]) -> dict[int, str]:
    """"smaller" and "larger" for two objects, "smallest" and "largest" for more, where it is clear."""
    if len(items) < 2:
        return {}
    words = _table()["size"]["pair" if len(items) == 2 else "many"]
    ordered = sorted(items, key=lambda item: (float(np.prod(item.size)), item.id))
    volumes = [float(np.prod(item.size)) for item in ordered]
    found = {}
    if volumes[1] >= CLEAR_SIZE_RATIO * volumes[0]:
        found[ordered[0].id] = words[0]
    if volumes[-1] >= CLEAR_SIZE_RATIO * volumes[-2]:
        found[ordered[-1].id] = words[1]
    return found


def _with(word: str, phrase: str) -> str:
    return f"{word} {phrase}" if len(phrase.split()) < MAX_WORDS else phrase


@cache
def _colour_words() -> frozenset[str]:
    return frozenset(_table()["colours"]["words"])


def _table() -> dict[str, Any]:
    return load_table("fourdp_qa.captioning", "words.toml")
