"""Make the bare name work from anywhere: fill the cache that `load_dataset` looks into last."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from datasets.exceptions import DatasetGenerationError

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL
from fourdp_qa.dataset.load import load
from fourdp_qa.errors import FourdpQaError

PREFIX = "prepared-"
"""Begins the cache key of what is stored here, so that the next `prepare` finds and replaces it."""


@dataclass(frozen=True)
class Prepared:
    """What was stored.

    Attributes
    ----------
    name : the name ``load_dataset`` now knows.
    rows : rows of every config.
    cache : folder of the cache that holds them.
    """

    name: str
    rows: dict[str, int]
    cache: Path


def prepare(path: Path | str, name: str = "fourdp-qa") -> Prepared:
    """Store a folder's rows, with absolute paths of its clips, in the cache of `datasets`.

    ``load_dataset(name)`` and ``load_dataset(name, type)`` then work from any folder that holds no
    folder of that name itself. It is a snapshot: after moving or regenerating the folder, prepare
    again. With ``HF_HUB_OFFLINE=1`` the name is found at once; otherwise the Hub is asked first.

    Raises
    ------
    FourdpQaError
        When `path` is no dataset folder.
    """
    folder = DatasetFolder.open(path)
    try:
        return _prepare(folder, name)
    except DatasetGenerationError as error:
        raise FourdpQaError(
            f"dataset folder {folder.path}: a table cannot be read ({error.__cause__ or error}); "
            "`fourdp-qa validate` names it"
        ) from error


def _prepare(folder: DatasetFolder, name: str) -> Prepared:
    with _quiet():
        if folder.path.name == name:
            # Loading the folder by its path fills entries of the same name. Filled now they are
            # older than ours; filled later, one would be the newest and stand for the bare name.
            for config in folder.configs:
                load(folder.path, config)
        stored = {config: _store(folder, config, name) for config in folder.configs}
    entries = {config: entry for config, (_, entry) in stored.items()}
    cache = entries[ALL].parents[2]
    _remove_earlier(cache, keep=set(entries.values()))
    _make_newest(entries)
    return Prepared(name, {config: count for config, (count, _) in stored.items()}, cache)


def _store(folder: DatasetFolder, config: str, name: str) -> tuple[int, Path]:
    """Run the builder for one config; return its number of rows and its folder in the cache."""
    # Imported here: the builders stand on top of this room.
    from fourdp_qa.loading_scripts.builder import FourdpQa

    # Another hash for every config: entries that share one are taken for a set, and the bare name
    # then asks for a config. The place is part of it: the entry holds absolute paths.
    key = hashlib.sha256(f"{config}\n{folder.digests[config]}\n{folder.path}".encode())
    builder = FourdpQa(
        config_name=config, dataset_name=name, base_path=str(folder.path),
        hash=PREFIX + key.hexdigest()[:16],
    )
    builder.download_and_prepare()
    return builder.info.splits.total_num_examples, Path(builder.cache_dir)


def _remove_earlier(cache: Path, keep: set[Path]) -> None:
    """Remove what an earlier `prepare` stored under this name, also for types that are gone."""
    for entry in cache.glob(f"*/*/{PREFIX}*"):
        if entry not in keep and entry.is_dir():
            shutil.rmtree(entry)


def _make_newest(entries: dict[str, Path]) -> None:
    """Date the entries now, `all` last: without a config `load_dataset` takes the newest.

    A millisecond apart: clocks of file systems may tick no faster.
    """
    now = time.time_ns()
    for i, config in enumerate(sorted(entries, key=lambda config: config == ALL)):
        date = now + i * 1_000_000
        os.utime(entries[config], ns=(date, date))


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bar of `datasets` for every config."""
    import datasets

    silent = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if not silent:
            datasets.enable_progress_bars()
