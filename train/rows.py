"""The rows of a run: loaded, checked, drawn and parted before anything is trained."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av
from av.error import FFmpegError

from fourdp_qa.dataset.load import VIDEO, load
from fourdp_qa.dataset.mixtures import belongs, evenly, shares
from fourdp_qa.dataset.row_checks import row_problems
from fourdp_qa.dataset.split_units import unit_name
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import AnswerFormat, Naming, Row, row_from_mapping
from fourdp_qa.train.config import DataSettings
from fourdp_qa.train.plan import Plan
from fourdp_qa.train.selection import asked, draw, held_out, side_by_side, spread

if TYPE_CHECKING:
    from datasets import Dataset

NEEDED: Final = (VIDEO, *(f.name for f in fields(Row) if f.name != "file_name"))
"""Columns that prompts, labels, mixtures, splits and the scorer are made from."""


@dataclass(frozen=True)
class TrainingRows:
    """Rows of a run.

    Attributes
    ----------
    train : in the order in which they are learnt from; cheap columns alone, clips undecoded.
    validation : held-out rows of the mixture's types, drawn by lot.
    units, held_out : number of split units, and those of them that no training row comes from.
    counts : question type -> number of training samples.
    """

    train: Dataset
    validation: Dataset
    units: int
    held_out: frozenset[str]
    counts: dict[str, int]


def load_rows(
    settings: DataSettings, validation_rows: int, keep: Callable[[str], bool] | None = None
) -> TrainingRows:
    """Load, check, split and draw.

    Parameters
    ----------
    settings : which rows, and how many.
    validation_rows : how many of the held-out rows are kept.
    keep : formats that this kind of training can use, by default all.

    Raises
    ------
    FourdpQaError
        For a missing column, a row that contradicts itself (an answer that is none of its options), rows
        without a clip, too few rows for the mixture or too few units for a split.
    """
    rows = load(settings.path, split="train")
    expect_columns(rows.column_names, settings.path)
    used = _formats_of(settings).union(*_formats_to_begin_with(settings))
    wanted = [n for n, form in enumerate(rows["format"]) if form in used and (keep is None or keep(form))]
    if len(wanted) < len(rows):
        rows = rows.select(wanted)
    facts = _facts(rows)
    outside = held_out(facts.units, settings.validation, settings.seed)
    sides: dict[bool, list[int]] = {True: [], False: []}
    for n, unit in enumerate(facts.units):
        sides[unit in outside].append(n)
    order = _order(facts, sides[False], settings)
    kept = _kept(facts, sides[True], settings, validation_rows)
    if not order:
        raise FourdpQaError(f"data set '{settings.path}': found no training row, expected at least one")
    found = TrainingRows(rows.select(order), rows.select(kept), len(set(facts.units)), outside,
                         dict(sorted(Counter(facts.kinds[n] for n in order).items())))
    expect_rows(rows.select(sorted({*order, *kept})))
    return found


@dataclass(frozen=True)
class _Facts:
    """What decides which rows are drawn: ids, question types, formats, naming and split units of all rows."""

    ids: list[str]
    kinds: list[str]
    forms: list[str]
    naming: list[str]
    units: list[str]

    def drawn(self, among: Sequence[int], parts: Mapping[str, float], samples: int, seed: int,
              repeat: bool) -> list[int]:
        """Indices of samples drawn among some rows, in their order."""
        kinds, ids = [self.kinds[n] for n in among], [self.ids[n] for n in among]
        return [among[n] for n in draw(kinds, ids, parts, samples, seed, repeat)]


def _facts(rows: Dataset) -> _Facts:
    needed = ["id", "question_type", "format", "naming", "source", "split_unit"]
    columns = rows.select_columns(needed).to_dict()
    units = [unit_name(s, u) for s, u in zip(columns["source"], columns["split_unit"], strict=True)]
    return _Facts(columns["id"], columns["question_type"], columns["format"], columns["naming"], units)


def _order(facts: _Facts, inside: Sequence[int], settings: DataSettings) -> list[int]:
    """Rows to learn from, as they come: what the settings begin with, then the mixture."""
    mixture = shares(settings.mixture)
    order: list[int] = []
    for number, (part, formats) in enumerate(
            zip(settings.begin, _formats_to_begin_with(settings), strict=True)):
        named = {Naming.NONE, *(_some_of(Naming, part.naming, f"data.begin[{number}].naming") or Naming)}
        among = [n for n in inside if facts.forms[n] in formats and facts.naming[n] in named]
        asked_for = shares(part.mixture, f"data.begin[{number}].mixture") if part.mixture else mixture
        there = _there(asked_for, {facts.kinds[n] for n in among})
        order += facts.drawn(among, there, part.samples, settings.seed + 1 + number, settings.repeat)
    formats = _formats_of(settings)
    among = [n for n in inside if facts.forms[n] in formats]
    parts = evenly(mixture, facts.kinds) if settings.even_types else mixture
    return order + facts.drawn(among, parts, settings.samples, settings.seed, settings.repeat)


def _kept(facts: _Facts, outside: Sequence[int], settings: DataSettings, count: int) -> list[int]:
    """Validation rows: of the mixture's types and formats."""
    formats, of_the_mixture = _formats_of(settings), asked(facts.kinds, shares(settings.mixture))
    return spread(facts.ids, [n for n in outside if of_the_mixture[n] and facts.forms[n] in formats], count,
                  settings.seed)


def by_length(rows: TrainingRows, plan: Plan) -> TrainingRows:
    """The same batches, each arranged so that texts of like length are learnt from at once."""
    texts = rows.train.select_columns(["question", "options", "answer", "answer_text"]).to_dict()
    lengths = [len(question) + sum(map(len, options)) + max(len(answer), len(words))
               for question, options, answer, words in zip(*texts.values(), strict=True)]
    order = side_by_side(lengths, plan.batch, plan.per_device, plan.devices)
    return replace(rows, train=rows.train.select(order))


def _formats_of(settings: DataSettings) -> set[str]:
    return _some_of(AnswerFormat, settings.formats, "data.formats") or set(AnswerFormat)


def _formats_to_begin_with(settings: DataSettings) -> list[set[str]]:
    """Formats of each part that the run begins with: its own, or those of the run."""
    return [_some_of(AnswerFormat, part.formats, f"data.begin[{number}].formats")
            or _formats_of(settings)
            for number, part in enumerate(settings.begin)]


def _some_of(kind: type[StrEnum], names: Iterable[str], setting: str) -> set[str]:
    unknown = sorted(set(names) - set(kind))
    if unknown:
        raise FourdpQaError(f"{setting}: found {', '.join(unknown)}, expected some of {', '.join(kind)}")
    return set(names)


def _there(parts: Mapping[str, float], types: set[str]) -> Mapping[str, float]:
    """Shares of the parts that have a row: tracks have no open questions, say."""
    found = {name: share for name, share in parts.items() if any(belongs(t, name, parts) for t in types)}
    whole = sum(found.values())
    return {name: share / whole for name, share in found.items()} or parts


def expect_columns(names: Iterable[str], where: str) -> None:
    """Refuse a table without a column that is needed.

    Raises
    ------
    FourdpQaError
        Naming the column and what to do about it.
    """
    missing = [name for name in NEEDED if name not in set(names)]
    if missing:
        do = ("generate it with clips (without --no-clips)" if missing[0] == VIDEO
              else "generate it with this version of fourdp-qa")
        raise FourdpQaError(f"data set '{where}': found no column '{missing[0]}', expected one; {do}")


def expect_rows(rows: Dataset) -> None:
    """Refuse rows that contradict themselves or have no clip.

    Raises
    ------
    FourdpQaError
        For the first one.
    """
    for values in rows:
        problem = next(row_problems(row_from_mapping(dict(values)), with_clips=False), None)
        if problem is not None:
            raise FourdpQaError(f"{problem}; run `fourdp-qa validate` on the data set and generate it again")
        cell = values[VIDEO]
        if not cell or not (cell.get("bytes") or cell.get("path")):
            raise FourdpQaError(f"row {values['id']}: found no clip, expected a path or bytes in '{VIDEO}'; "
                                "generate the data set with clips")


def check_clips(rows: Dataset, share: int = 0, shares_in_all: int = 1) -> int:
    """Open every local clip once and count its packets; decode nothing.

    Parameters
    ----------
    rows : with the columns ``video`` and ``frames``.
    share, shares_in_all : this process checks every `shares_in_all`-th clip.

    Returns
    -------
    Number of clips checked.

    Raises
    ------
    FourdpQaError
        For a clip that is missing, truncated or damaged, or has another number of frames than its row says.
    """
    seen: set[str] = set()
    checked = 0
    for values in rows.select_columns(["id", VIDEO, "frames"]):
        cell = values[VIDEO]
        name = cell["path"] or values["id"]
        if name in seen:
            continue
        seen.add(name)
        if len(seen) % shares_in_all == share and "://" not in name:
            _expect_whole(cell, name, values)
            checked += 1
    return checked


def _expect_whole(cell: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> None:
    expected = int(json.loads(values["frames"])["count"])
    advice = "copy or generate the clip again, then run `fourdp-qa validate`"
    if cell["bytes"] is None and not Path(name).is_file():
        raise FourdpQaError(f"clip {name} of row {values['id']}: the file is missing; {advice}")
    try:
        with av.open(name if cell["bytes"] is None else io.BytesIO(cell["bytes"])) as container:
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            whole = sum(not packet.is_corrupt for packet in packets)
    except (FFmpegError, OSError, IndexError) as error:
        raise FourdpQaError(f"clip {name} of row {values['id']}: damaged ({error}), expected {expected} "
                            "frames; "
                            f"{advice}") from error
    if whole != expected:
        raise FourdpQaError(f"clip {name} of row {values['id']}: found {whole} whole frames, expected "
                            f"{expected}; {advice}")
