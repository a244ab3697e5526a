"""Families of models as data: which parameters are which part, and how a clip is handed over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fourdp_qa.errors import FourdpQaError, SourceDataError


@dataclass(frozen=True)
class Family:
    """One table of families.toml, where each field is explained."""

    name: str
    model_types: tuple[str, ...]
    video_key: str
    nominal_fps: float
    learning_rate: float
    resizes: bool
    fused_head: bool
    tested: bool
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def part_of(self, parameter: str) -> str | None:
        """The part with the longest prefix of a parameter's name; None where no prefix fits."""
        fitting = [(len(prefix), part) for part, prefixes in self.parts.items() for prefix in prefixes
                   if parameter.startswith(prefix)]
        return max(fitting)[1] if fitting else None

    def split(self, parameters: Iterable[str]) -> dict[str, list[str]]:
        """Names of parameters by part.

        Raises
        ------
        FourdpQaError
            When a prefix fits no parameter or a parameter no prefix: then the model is another one than the
            table describes, and a part would silently stay frozen or be trained.
        """
        names = list(parameters)
        for part, prefixes in self.parts.items():
            for prefix in prefixes:
                if not any(name.startswith(prefix) for name in names):
                    raise FourdpQaError(
                        f"family {self.name}: prefix '{prefix}' of '{part}' fits none of the model's "
                        f"{len(names)} parameters (the first is {names[0] if names else 'none'}); choose the "
                        "family of this model, or correct train/families.toml")
        sides: dict[str, list[str]] = {part: [] for part in self.parts}
        for name in names:
            found = self.part_of(name)
            if found is None:
                raise FourdpQaError(
                    f"family {self.name}: parameter '{name}' fits no prefix of {', '.join(self.parts)}; "
                    "choose "
                    "the family of this model, or add it to train/families.toml")
            sides[found].append(name)
        return sides


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    tables = tomllib.loads(Path(__file__).with_name("families.toml").read_text(encoding="utf-8"))
    return {name: _family(name, table) for name, table in tables.items()}


def family_named(name: str) -> Family:
    """The family of that name.

    Raises
    ------
    FourdpQaError
        When there is none; lists those there are.
    """
    known = families()
    if name not in known:
        raise FourdpQaError(f"model.family: found '{name}', expected one of {', '.join(known)}")
    return known[name]


def expect_family(family: Family, model_type: str, model: str) -> None:
    """Refuse a model whose configuration names another family.

    Raises
    ------
    SourceDataError
        With the family to set, where there is one.
    """
    if model_type in family.model_types:
        return
    right = next((f.name for f in families().values() if model_type in f.model_types), None)
    do = f"set model.family: {right}" if right else "add the family to train/families.toml"
    raise SourceDataError(model, "model_type", found=f"'{model_type}'", do=do,
                          expected=f"one of family {family.name}: {', '.join(family.model_types)}")


def _family(name: str, table: dict[str, Any]) -> Family:
    values = dict(table)
    parts = {part: tuple(prefixes) for part, prefixes in values.pop("parts").items()}
    return Family(name=name, model_types=tuple(values.pop("model_types")), parts=parts, **values)
