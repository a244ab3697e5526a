"""Draw a dataset folder from a larger one: a mixture of types at a given total, no new clip."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL, MIX, SETTINGS, table_path
from fourdp_qa.dataset.mixtures import belongs, shares, whole_numbers
from fourdp_qa.dataset.tables import read_rows
from fourdp_qa.dataset.viewer import adjacent_columns
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent
from fourdp_qa.generate.settings import StagedDataset
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.row import AnswerFormat, Row

LEAST_CLIPS: Final = 2
"""`datasets` may load a table with fewer as one without video."""

LIGHT: Final = ("id", "format", "answer", "entangled", "naming", "evidence", "group_id")
"""Columns that decide what is drawn."""


@dataclass(frozen=True)
class _Candidate:
    """A row of the pool; `strata` from the coarsest to the finest."""

    id: str
    strata: tuple[str, ...]


def mix_folder(
    pool: Path, out: Path, mixture: str | Mapping[str, float], total: int, seed: int = 0,
    progress: Progress = silent,
) -> dict[str, int]:
    """Write a folder of exactly `total` rows of `pool`, with the clips they use.

    Every part of the mixture gets its share, by largest remainder; the types of ``standard`` share theirs
    as they do in the pool. Within a type, formats, labels and answers keep their shares too (the
    levels of `_strata`). Rows of one stratum are drawn by the hash of seed and id: a mix of a smaller
    share holds, but for rounding, rows of the larger. Clips are hard links where the file system allows.
    Equal pools, mixtures, totals and seeds give equal bytes.

    Parameters
    ----------
    pool : a folder written by ``generate``, or an earlier mix.
    out : the new folder; an earlier dataset folder is replaced.
    mixture : of `fourdp_qa.dataset.mixtures.shares`.
    total : rows of the new folder.
    seed : decides which rows are drawn.

    Returns
    -------
    dict
        Question type -> rows drawn.

    Raises
    ------
    FourdpQaError
        When the pool has too few rows of a part (says how many, and what total it can give), holds
        counterfactual groups, or is no dataset folder; when the rows drawn make a folder that `validate`
        refuses; when `out` cannot be written.
    """
    opened = DatasetFolder.open(pool)
    target = out.resolve()
    if target == opened.path or opened.path in target.parents or target in opened.path.parents:
        raise FourdpQaError(f"--out {out}: found the pool {pool} there, expected a folder apart from it")
    parts = shares(mixture, "--mix")
    drawn = draw_rows([opened], parts, total, seed)
    wanted = {name: len(ids) for name, ids in drawn.items()}
    rows = [
        row for name, ids in drawn.items()
        for row in read_rows(opened.path / table_path(name)) if row.id in ids
    ]
    _expect_sound(rows, total, seed, with_clips=opened.settings.clips)
    used = {(row.source, row.scene_id, row.segment) for row in rows}
    staged = StagedDataset(
        settings=opened.settings, rows=sorted(rows, key=lambda row: row.id),
        proofs=[p for p in opened.proofs() if (p.source, p.scene_id, p.segment) in used],
        clips_root=opened.split_folder if opened.settings.clips else None,
    )
    publish(staged, out, progress, mix=_record(opened, mixture, parts, wanted, total, seed))
    return wanted


def draw_rows(
    pools: Sequence[DatasetFolder], parts: Mapping[str, float], total: int, seed: int
) -> dict[str, set[str]]:
    """Ids of the rows of a mix by question type; `parts` are shares that sum to one.

    Raises
    ------
    FourdpQaError
        As `mix_folder`.
    """
    names = list(dict.fromkeys(name for pool in pools for name in pool.types))
    available = {
        name: [row for pool in pools if name in pool.types for row in _candidates(pool, name)]
        for name in names
    }
    wanted = _rows_of_types(parts, {name: len(rows) for name, rows in available.items()}, total)
    return {name: set(_draw(available[name], count, seed)) for name, count in wanted.items()}


def _expect_sound(rows: Sequence[Row], total: int, seed: int, *, with_clips: bool) -> None:
    """Refuse what a part of a sound pool may lack: a second clip, texts of more than two lengths."""
    clips = len({row.file_name for row in rows})
    if with_clips and clips < LEAST_CLIPS:
        raise FourdpQaError(
            f"--total {total}: the rows drawn with seed {seed} are about {clips} clip, expected at least "
            f"{LEAST_CLIPS}; a larger --total or another --seed draws others")
    by_type: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row.question_type].append(row)
    for config, members in {ALL: rows, **by_type}.items():
        for column in adjacent_columns(members):
            raise FourdpQaError(
                f"--total {total}: config {config}: {column}: the rows drawn with seed {seed} have lengths "
                "that differ by exactly 1, for which the Hub viewer's statistics fail; another --total or "
                "--seed draws others")


def _candidates(folder: DatasetFolder, question_type: str) -> list[_Candidate]:
    """Rows of a type, read without what the draw does not look at."""
    path = folder.path / table_path(question_type)
    try:
        columns = pq.read_table(path, columns=list(LIGHT)).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise FourdpQaError(f"table {path}: cannot be read ({error})") from error
    missing = [name for name in LIGHT if name not in columns]
    if missing:
        raise FourdpQaError(f"table {path}: columns: found none called {', '.join(missing)}, expected every "
                            "column of a row; it was written by another version")
    grouped = sum(bool(group) for group in columns["group_id"])
    if grouped:
        raise FourdpQaError(
            f"table {path}: group_id: found {grouped} rows of counterfactual groups, expected none: a group "
            "is scored as one and cannot be drawn from; generate the pool without --groups")
    return [
        _Candidate(row_id, _strata(path, row_id, *values))
        for row_id, *values in zip(*(columns[name] for name in LIGHT[:-1]), strict=True)
    ]


def _strata(
    path: Path, row_id: str, form: str, answer: str, entangled: str, naming: str, evidence: str
) -> tuple[str, ...]:
    """What keeps its share within a type: the format, then what holds and what is answered, then whether
    the picture misleads, then how objects are named.

    Yes and no come first, since they are what a yes/no question can be guessed by; of four options what
    holds comes first, since the letter says nothing.
    """
    try:
        label = " ".join(f"{q['name']}:{q['verdict']}" for q in json.loads(evidence)["quantities"])
    except (ValueError, KeyError, TypeError) as error:
        raise FourdpQaError(f"table {path}: row {row_id}: evidence: found JSON that cannot be read "
                            f"({type(error).__name__}: {error}), expected that of this version") from error
    if form == AnswerFormat.YES_NO:
        return form, answer, label, entangled, naming
    if form == AnswerFormat.MULTIPLE_CHOICE:
        return form, label, answer, entangled, naming
    return form, label, entangled, naming


def _rows_of_types(parts: Mapping[str, float], available: Mapping[str, int], total: int) -> dict[str, int]:
    """Rows of each type, those of none left out."""
    members = {part: {t: n for t, n in available.items() if belongs(t, part, parts)} for part in parts}
    there = {part: sum(counts.values()) for part, counts in members.items()}
    wanted = whole_numbers(parts, total)
    short = [f"{wanted[part]} rows of '{part}' wanted ({share:.4g} of {total}), found {there[part]}"
             for part, share in parts.items() if wanted[part] > there[part]]
    if short:
        most = int(min(there[part] / share + 1e-9 for part, share in parts.items()))
        do = f"lower --total to {most} or generate more" if most else "generate it or choose another mix"
        raise FourdpQaError(f"--total {total}: {'; '.join(short)}; {do}")
    by_type = {t: n for part in parts for t, n in _apportion(members[part], wanted[part], part).items()}
    return {t: by_type[t] for t in available if by_type.get(t)}


def _draw(rows: Sequence[_Candidate], count: int, seed: int, level: int = 0) -> list[str]:
    """Ids of `count` of the rows: stratum by stratum, and in a stratum by hash.

    Rows that share `level` strata have as many, since the first is their format.
    """
    if count in (0, len(rows)):
        return [row.id for row in rows[:count]]
    if level == len(rows[0].strata):
        return sorted((row.id for row in rows), key=lambda row_id: stable_hash(seed, "mix", row_id))[:count]
    groups: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for row in rows:
        groups[row.strata[level]].append(row)
    counts = _apportion({name: len(group) for name, group in groups.items()}, count,
                        seed, *rows[0].strata[:level])
    return [row_id for name, part in counts.items() for row_id in _draw(groups[name], part, seed, level + 1)]


def _apportion(sizes: Mapping[str, int], total: int, *lot: str | int) -> dict[str, int]:
    """`total` shared out in proportion to `sizes`, by largest remainder, equal ones by lot.

    No share exceeds its size as long as `total` does not exceed their sum.
    """
    whole = sum(sizes.values())
    if not whole:
        return {}
    counts = {name: total * size // whole for name, size in sizes.items()}
    ranked = sorted(sizes, key=lambda name: (-(total * sizes[name] % whole), stable_hash(*lot, name)))
    for name in ranked[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def _record(
    pool: DatasetFolder, mixture: str | Mapping[str, float], parts: Mapping[str, float],
    rows: Mapping[str, int], total: int, seed: int,
) -> dict[str, Any]:
    """Where the rows come from, without a path: a pool that was moved gives the same bytes."""
    settings = json.loads((pool.path / SETTINGS).read_text(encoding="utf-8"))
    return {
        "name": mixture if isinstance(mixture, str) else "",
        "shares": {part: float(f"{share:.6g}") for part, share in parts.items()},
        "total": total, "seed": seed, "rows": dict(rows),
        "pool": {"digest": pool.digests[ALL], MIX: settings.get(MIX)},
    }
