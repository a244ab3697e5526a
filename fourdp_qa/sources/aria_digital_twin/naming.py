"""Words for the things in the room."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[A-Z]?[a-z]+")
_PLAIN = re.compile(r"[a-z]+(?:[ -][a-z]+){0,3}")


@cache
def _words() -> dict[str, Any]:
    text = files("fourdp_qa.sources.aria_digital_twin").joinpath("names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def caption_of(model: str, category: str) -> str:
    """Noun phrase such as "black ceramic cup"; empty where the names say nothing a person would.

    Parameters
    ----------
    model : str
        Name of the thing's model, e.g. "BlackCeramicMug" or "BookFiction7".
    category : str
        Of the data set, e.g. "cup".
    """
    table = _words()
    if model in table["models"]:
        return str(table["models"][model])
    noun = table["nouns"].get(category, category)
    if not _PLAIN.fullmatch(noun):
        return ""
    words = {word.lower() for word in _WORD.findall(model)} - set(noun.split())
    colours, materials = ([word for word in table[kind] if word in words]
                          for kind in ("colours", "materials"))
    return " ".join(filter(None, [" and ".join(colours), *materials, noun]))
