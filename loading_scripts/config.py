"""What a builder is asked for: one typed config per question type, and `all`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import datasets

from fourdp_qa.dataset.layout import ALL
from fourdp_qa.dataset.mixtures import shares
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.registry import TYPES


@dataclass
class FourdpQaConfig(datasets.BuilderConfig):  # type: ignore[misc]
    """One config of `FourdpQa`.

    Attributes
    ----------
    name : a question type, or ``all``.
    question_types : types whose rows it holds, in order.
    roots : dataset folders that are read one after the other; with `source`, folders of the source's data.
        Empty: the builder's ``data_dir`` or ``base_path``.
    source : a source of `fourdp-qa sources`, whose rows are generated first, once, into the cache. Empty: the
        rows of the `roots` are read.
    scenes : at most this many scenes of the source; None for all. The simulator needs a number.
    size, frames : side of the clips made in pixels, and their frames.
    seed : of what is generated, and of what is drawn.
    mix : a mixture (``std``, ``tm``, ``pt``, ``tm_pt``) or weights of question types and of ``standard``;
        of ``all`` only, with a `total`. None: every row.
    total : draw this many rows; without `mix` each type keeps its share. None: every row.
    """

    question_types: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    source: str = ""
    scenes: int | None = None
    size: int = 448
    frames: int = 32
    seed: int = 0
    mix: str | Mapping[str, float] | None = None
    total: int | None = None

    def shares_of(self, available: Mapping[str, int]) -> dict[str, float]:
        """Share of every part of what is drawn.

        Parameters
        ----------
        available : question type -> rows there are.

        Raises
        ------
        FourdpQaError
            For a mix of one type, without a total, or with unknown names.
        """
        if self.mix is None:
            rows = sum(available.values())
            return {name: count / rows for name, count in available.items()}
        if self.name != ALL:
            raise FourdpQaError(f"config {self.name}: mix: found one, expected it of '{ALL}' alone")
        if self.total is None:
            raise FourdpQaError(f"config {self.name}: total: found none, expected the rows of the mix")
        return shares(self.mix, "mix")


CONFIGS = [
    FourdpQaConfig(name=ALL, question_types=tuple(t.name for t in TYPES)),
    *(FourdpQaConfig(name=t.name, description=t.summary, question_types=(t.name,)) for t in TYPES),
]
