"""Names that stand for folders: in this process, and in the cache of `datasets` after `prepare`."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import Final

from fourdp_qa.dataset.layout import ALL

DATASET_NAME: Final = "fourdp-qa"
"""The bare name, promised to work from any directory."""

REGISTERED: Final[dict[str, Path]] = {}
"""Name -> folder, filled by `fourdp_qa.register`."""

PREFIX: Final = "prepared-"
"""Begins the cache key of what `prepare` stored, so that the next one finds and replaces it."""

UNFINISHED: Final = ".incomplete"
"""Ends the name of what `datasets` was writing when it was stopped; left there, it stops every bare name."""

PLACE: Final = "fourdp_qa_folder.txt"
"""In an entry of the cache: the folder it was made of and its digest."""

LATE: Final = 4_102_444_800 * 10**9
"""1 January 2100 in nanoseconds. Without a config `load_dataset` takes the newest entry of a name, and
loading by path or `map` make others newer than one of today."""


def cache_of(name: str = DATASET_NAME) -> Path:
    """Folder of the cache of `datasets` that holds what a name stands for."""
    loaded = sys.modules.get("datasets.config")
    if loaded is not None:
        return Path(loaded.HF_DATASETS_CACHE).expanduser() / name
    # Its own rule, without waiting a second for its import.
    home = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    hub = os.environ.get("HF_HOME", str(Path(home, "huggingface")))
    return Path(os.environ.get("HF_DATASETS_CACHE", str(Path(hub, "datasets")))).expanduser() / name


def prepared_from(name: str = DATASET_NAME) -> tuple[Path, str] | None:
    """The folder that was prepared under a name, and its digest then; None when none was."""
    for entry in _entries(cache_of(name)):
        try:
            place, digest = (entry / PLACE).read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            continue
        return Path(place), digest
    return None


def put_first(name: str = DATASET_NAME) -> None:
    """Date what was prepared so that it is found before whatever else has the name, `all` before the types.

    `map` and `filter` write into an entry, which makes it the newest.
    """
    now = time.time_ns()
    for entry in _entries(cache_of(name)):
        # A millisecond later: clocks of file systems may tick no faster.
        date = LATE if entry.parents[1].name == ALL else now + 1_000_000
        os.utime(entry, ns=(date, date))


def forget(folder: Path, name: str = DATASET_NAME) -> None:
    """Remove what was prepared of a folder whose rows are about to change: better unknown than old."""
    known = prepared_from(name)
    if known is not None and known[0] == folder.resolve():
        remove_prepared(name)


def remove_prepared(name: str = DATASET_NAME) -> None:
    """Remove what was prepared under a name, and what a stopped `prepare` or load left unfinished."""
    cache = cache_of(name)
    for entry in {*_entries(cache), *cache.glob(f"*/*/*{UNFINISHED}")}:
        if entry.is_dir() and not _being_written(entry):
            shutil.rmtree(entry)


def _entries(cache: Path) -> list[Path]:
    """What `prepare` stored, finished or not."""
    return [entry for entry in sorted(cache.glob(f"*/*/{PREFIX}*")) if entry.is_dir()]


def _being_written(entry: Path) -> bool:
    """Whether another process holds the lock under which `datasets` writes an entry."""
    from filelock import FileLock, Timeout

    lock = entry.with_name(entry.name.removesuffix(UNFINISHED) + "_builder.lock")
    if not lock.exists():
        return False
    try:
        with FileLock(str(lock), timeout=0):
            return False
    except Timeout:
        return True
