"""Publish a finished generation as a dataset folder: all of it, or nothing changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fourdp_qa.dataset.card import Contents, card_text
from fourdp_qa.dataset.content import content_digest, file_digest
from fourdp_qa.dataset.layout import (
    ALL,
    CARD,
    MIX,
    OWN_ENTRIES,
    PROOFS,
    SETTINGS,
    SPLIT,
    check_file_name,
    is_published,
    table_path,
)
from fourdp_qa.dataset.names import forget
from fourdp_qa.dataset.replacing import fresh_folder_beside, recover, take_place
from fourdp_qa.dataset.tables import write_rows
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent
from fourdp_qa.generate.settings import StagedDataset
from fourdp_qa.rows.proof import proofs_to_table
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.licences import folder_licence


def publish(
    staged: StagedDataset, out: Path, progress: Progress = silent, mix: Mapping[str, Any] | None = None
) -> None:
    """Write `staged` to the folder `out`; `mix` says where the rows of a mix come from.

    The folder is built beside `out` and takes its place in one move, so whoever loads `out` sees
    the old data or the new, never a mixture, whenever the program is stopped. What lies at the
    top level of an older folder and is not ours (``.git``, notes) is kept. Equal inputs give equal
    bytes.

    Raises
    ------
    FourdpQaError
        When there are no rows, two rows share an id, a row's licence does not fit, a clip is missing or
        named badly, `out` holds something else than a dataset folder, or the disk refuses.
    """
    _check(staged)
    out = out.resolve()
    try:
        recover(out, OWN_ENTRIES)
        check_target(out)
        building = fresh_folder_beside(out)
        _build(staged, building, progress, mix)
        forget(out)  # the bare name must not stand for rows that are no more
        take_place(building, out, OWN_ENTRIES)
    except OSError as error:
        raise FourdpQaError(f"dataset folder {out}: cannot be written ({error})") from error


def types_of(staged: StagedDataset) -> list[str]:
    """Types that have rows, in the order they were asked for."""
    present = {row.question_type for row in staged.rows}
    asked = [name for name in staged.settings.types if name in present]
    return asked + sorted(present - set(asked))


def _check(staged: StagedDataset) -> None:
    if not staged.rows:
        raise FourdpQaError("nothing to publish: found no rows, expected at least one")
    folder_licence((row.license for row in staged.rows), staged.settings.license)
    seen: set[str] = set()
    for row in staged.rows:
        if row.id in seen:
            raise FourdpQaError(f"row {row.id}: id: found twice, expected once")
        seen.add(row.id)
        if staged.clips_root is not None:
            check_file_name(row.id, row.file_name)
            if not (staged.clips_root / row.file_name).is_file():
                raise FourdpQaError(
                    f"row {row.id}: file_name: found no clip {staged.clips_root / row.file_name}, "
                    "expected it to be written; generate again"
                )


def check_target(out: Path) -> None:
    """Refuse a folder that holds something else than a dataset, before any work is done for it."""
    if out.is_dir() and any(out.iterdir()) and not is_published(out):
        raise FourdpQaError(
            f"dataset folder {out}: found a folder with other files in it, expected a new, an "
            "empty or an earlier dataset folder; choose another --out"
        )
    if out.exists() and not out.is_dir():
        raise FourdpQaError(f"dataset folder {out}: found a file, expected a folder")


def _build(
    staged: StagedDataset, folder: Path, progress: Progress, mix: Mapping[str, Any] | None
) -> None:
    """Write the whole tree, the card last: without it a folder is not taken for a data set."""
    with_clips = staged.clips_root is not None
    digests = {}
    if staged.clips_root is not None:
        names = sorted({row.file_name for row in staged.rows})
        digests = _place_clips(staged.clips_root, names, folder / SPLIT, progress)
    by_type = {name: _rows_of(staged, name) for name in types_of(staged)}
    for name, rows in by_type.items():
        write_rows(rows, folder / table_path(name), with_clips=with_clips)
    (folder / PROOFS).parent.mkdir()
    proofs = sorted(staged.proofs, key=lambda proof: (proof.source, proof.scene_id, proof.segment))
    pq.write_table(
        proofs_to_table(proofs), folder / PROOFS, write_page_index=True, compression="zstd"
    )
    (folder / SETTINGS).write_text(_settings_text(staged, mix), encoding="utf-8")
    contents = Contents(
        settings=staged.settings,
        rows=by_type,
        with_clips=with_clips,
        digests={ALL: content_digest(staged.rows, digests)}
        | {name: content_digest(rows, digests) for name, rows in by_type.items()},
        mix=mix,
    )
    (folder / CARD).write_text(card_text(contents), encoding="utf-8")


def _settings_text(staged: StagedDataset, mix: Mapping[str, Any] | None) -> str:
    """What generation.json says: the settings, and what was drawn from them."""
    text = staged.settings.for_publication().to_json()
    if mix is None:
        return text
    return json.dumps(json.loads(text) | {MIX: mix}, indent=2, sort_keys=True) + "\n"


def _place_clips(
    root: Path, names: list[str], split_folder: Path, progress: Progress
) -> dict[str, str]:
    """Put the clips under `split_folder`; return the digest of each."""
    digests = {}
    for done, name in enumerate(names, 1):
        target = split_folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(root / name, target)
        digests[name] = file_digest(target)
        progress("publish clips", done, len(names))
    return digests


def _rows_of(staged: StagedDataset, question_type: str) -> list[Row]:
    return sorted(
        (row for row in staged.rows if row.question_type == question_type), key=lambda row: row.id
    )


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link costs nothing; another file system, or one without links, gets a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
