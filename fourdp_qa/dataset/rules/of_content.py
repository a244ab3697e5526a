"""Rules about all rows together: ids, groups, licences, proofs, digests and the viewer's statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.dataset.content import ContentDigest
from fourdp_qa.dataset.group_checks import group_problems
from fourdp_qa.dataset.layout import ALL, PROOFS
from fourdp_qa.dataset.licence_checks import licence_problems
from fourdp_qa.dataset.rules.survey import BENCHMARK, Survey, read_batches
from fourdp_qa.dataset.viewer import ColumnLengths
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.proof import proofs_from_table

PROOFS_AT_A_TIME = 256


def ids_unique(survey: Survey) -> Iterator[str]:
    """Every id once. Hashes are compared first: the ids themselves are many texts."""
    values, counts = np.unique(np.frombuffer(survey.ids, dtype=np.uint64), return_counts=True)
    twice = {int(value) for value in values[counts > 1]}
    if not twice:
        return
    found: Counter[str] = Counter()
    for table in survey.tables.values():
        ids = pq.read_table(survey.path / table, columns=["id"]).column("id").to_pylist()
        found.update(row_id for row_id in ids if hash(row_id) % 2**64 in twice)
    for row_id, count in found.items():
        if count > 1:
            yield f"row {row_id}: id: found {count} times, expected once"


def ids_of_one_width(survey: Survey) -> Iterator[str]:
    """Ids sort as texts, and their lengths never trap the viewer."""
    if len(survey.widths) > 1:
        usual = max(survey.widths, key=lambda width: survey.widths[width][1])
        for width, (first, count) in sorted(survey.widths.items()):
            if width != usual:
                others = f" (and {count - 1:,} more)" if count > 1 else ""
                yield f"row {first}: id: found {width} characters, expected {usual} as in other rows{others}"


def groups(survey: Survey) -> Iterator[str]:
    """Counterfactual groups are whole."""
    yield from group_problems(survey.members)


def licences(survey: Survey) -> Iterator[str]:
    """The folder promises what its rows grant, and the card says so."""
    yield from licence_problems(survey.counts.get("license", Counter()), survey.license, survey.card)


def proofs(survey: Survey) -> Iterator[str]:
    """Every segment that gave rows has its geometry, and that can be read."""
    proven = set()
    try:
        for batch in read_batches(survey.path / PROOFS, PROOFS_AT_A_TIME):
            for proof in proofs_from_table(pa.Table.from_batches([batch])):
                proven.add((proof.source, proof.scene_id, proof.segment))
    except (FourdpQaError, KeyError, TypeError, ValueError) as error:
        said = str(error) if isinstance(error, FourdpQaError) else (
            f"{survey.path / PROOFS}: found a proof that cannot be read ({type(error).__name__}: {error}), "
            "expected that of this version")
        yield said
        return
    for source, scene, segment in sorted(survey.segments - proven):
        yield f"segment {source} {scene} {segment}: found rows but no proof, expected one"


def digests(survey: Survey) -> Iterator[str]:
    """A card with an old digest lets `datasets` serve an old cache."""
    said = {str(entry.get("config_name")): entry.get("description") for entry in survey.configs}
    wanted: dict[str, Any]
    if survey.kind == BENCHMARK:
        wanted = {ALL: survey.facts.get("questions_digest")}
    else:
        everything = ContentDigest()
        for digest in survey.digests.values():
            everything.include(digest)
        wanted = {ALL: everything.text()} | {name: d.text() for name, d in survey.digests.items()}
    for config, expected in wanted.items():
        if said.get(config) != expected:
            yield (
                f"config {config}: description: found {said.get(config)}, expected {expected}; "
                "files were changed by hand, publish again"
            )


def adjacent_lengths(survey: Survey) -> Iterator[str]:
    """No column whose lengths are two adjacent numbers."""
    everything = ColumnLengths()
    for lengths in survey.lengths.values():
        everything.include(lengths)
    for config, found in {ALL: everything, **survey.lengths}.items():
        for column in found.trapped:
            yield (
                f"config {config}: {column}: found lengths that differ by exactly 1, expected one "
                "length or a wider spread; the Hub viewer's statistics fail for the whole split"
            )
