"""Rules about files: none too many, none of this machine, and tables that can be read in parts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.layout import CARD, SETTINGS, SPLIT, VIDEOS
from fourdp_qa.dataset.local_paths import local_paths_in, local_paths_of
from fourdp_qa.dataset.rules.survey import BENCHMARK, Survey, read_batches
from fourdp_qa.dataset.tables import ROWS_PER_GROUP
from fourdp_qa.dataset.viewer import MAX_FILES, MAX_FOLDER_ENTRIES, MAX_GROUP_BYTES

ROWS_AT_A_TIME = 2_000
NOT_UPLOADED = (".git", ".cache")
"""Folders that stay here when a folder is uploaded."""


def no_local_paths(survey: Survey) -> Iterator[str]:
    """No text of the card, the facts or a table names a file of the machine it was made on."""
    for name in (CARD, FACTS if survey.kind == BENCHMARK else SETTINGS):
        text = (survey.path / name).read_text(encoding="utf-8", errors="replace")
        for number, found in local_paths_in(text):
            yield (f"{survey.path / name}: line {number}: found the path '{found}', expected none of this "
                   "machine in what is published")
    for table in survey.tables.values():
        said: set[str] = set()
        for batch in read_batches(survey.path / table, ROWS_AT_A_TIME):
            for column, found in local_paths_of(batch):
                if column not in said:
                    said.add(column)
                    yield (f"table {survey.path / table}: {column}: found the path '{found}', expected none "
                           "of this machine in what is published")


def no_strays(survey: Survey) -> Iterator[str]:
    """Nothing lies beside the tables and clips but tables and clips, and nothing is a link."""
    folder = survey.path / SPLIT
    tables = {Path(table).name for table in survey.tables.values()}
    for path in sorted(folder.glob("*")):
        if path.name not in {*tables, VIDEOS}:
            yield _stray(path)
    for parent, files in _tree(folder / VIDEOS):
        for name in files:
            path = Path(parent, name)
            if path.is_symlink():
                yield f"{path}: found a link, expected a file: what it points to is not uploaded with it"
            if path.relative_to(folder).as_posix() not in survey.clips:
                yield _stray(path)


def hub_limits(survey: Survey) -> Iterator[str]:
    """At most as many files as the Hub takes, in all and in a folder."""
    total = 0
    for parent, files, folders in _walk(survey.path):
        total += len(files)
        entries = len(files) + len(folders)
        if entries > MAX_FOLDER_ENTRIES:
            yield f"{parent}: found {entries} entries, expected at most {MAX_FOLDER_ENTRIES} for the Hub"
    if total > MAX_FILES:
        yield f"{survey.path}: found {total} files, expected at most {MAX_FILES} for the Hub"


def row_groups(survey: Survey) -> Iterator[str]:
    """Tables can be read a page at a time, as the viewer and a stream do."""
    for config, (rows, size, indexed) in survey.row_groups.items():
        where = f"table {survey.path / survey.tables[config]}"
        if survey.kind != BENCHMARK and rows > ROWS_PER_GROUP:
            yield f"{where}: row groups: found {rows:,} rows in one, expected at most {ROWS_PER_GROUP:,}"
        if size > MAX_GROUP_BYTES:
            yield f"{where}: row groups: found {size:,} bytes in one, expected at most {MAX_GROUP_BYTES:,}"
        if not indexed:
            yield f"{where}: page index: found none, expected one"


def no_script(survey: Survey) -> Iterator[str]:
    """No ``<folder>/<folder>.py``, which makes `load_dataset` stop."""
    script = survey.path / f"{survey.path.name}.py"
    if script.is_file():
        yield f"{script}: found a script of the folder's name, expected none: `load_dataset` refuses it"


def facts(survey: Survey) -> Iterator[str]:
    """A benchmark's counts and versions are those of its rows."""
    one = {
        name: sorted(survey.counts.get(name, Counter()))
        for name in ("schema_version", "generator_version", "question_type")
    }
    wanted = {
        "items": survey.rows, "clips": len(survey.clips), "types": one["question_type"],
        "groups": len({member.group_id for member in survey.members if member.group_id}),
        "schema_version": ", ".join(one["schema_version"]),
        "generator_version": ", ".join(one["generator_version"]),
    }
    for name, value in wanted.items():
        if survey.facts.get(name) != value:
            yield (f"{survey.path / FACTS}: {name}: found {survey.facts.get(name)}, expected {value} as in "
                   "the rows")


def _stray(path: Path) -> str:
    return f"{path}: found a file that no row names, expected none; publish again or remove it"


def _tree(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for parent, files, _ in _walk(folder):
        yield parent, sorted(files)


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """(folder, its files, its folders) below a folder, in one order everywhere."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_UPLOADED)
        yield parent, files, folders
