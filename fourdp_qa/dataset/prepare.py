"""Make the bare name work from anywhere: fill the cache that `load_dataset` looks into last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from datasets.exceptions import DatasetGenerationError

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL
from fourdp_qa.dataset.names import DATASET_NAME, PLACE, PREFIX, cache_of, put_first, remove_prepared
from fourdp_qa.errors import FourdpQaError


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


def prepare(path: Path | str, name: str = DATASET_NAME) -> Prepared:
    """Store a folder's rows, with absolute paths of its clips, in the cache of `datasets`.

    ``load_dataset(name)`` and ``load_dataset(name, type)`` then work from any folder that holds no
    folder of that name itself. It is a snapshot: after moving or regenerating the folder, prepare
    again. With ``HF_HUB_OFFLINE=1`` the name is found at once; otherwise the Hub is asked first.
    What was stored before goes first: stopped half-way, a name is unknown rather than old.

    Raises
    ------
    FourdpQaError
        When `path` is no dataset folder, a table is damaged, `name` is none that the cache can
        hold, or the cache cannot be written.
    """
    from datasets.naming import camelcase_to_snakecase

    if "/" in name or not name or camelcase_to_snakecase(name) != name:
        raise FourdpQaError(
            f"name '{name}': found capitals or a slash, expected a name such as {DATASET_NAME}")
    folder = DatasetFolder.open(path)
    try:
        remove_prepared(name)
        with _quiet():
            stored = {config: _store(folder, config, name) for config in folder.configs}
        put_first(name)
    except DatasetGenerationError as error:
        remove_prepared(name)
        raise FourdpQaError(
            f"dataset folder {folder.path}: a table cannot be read ({error.__cause__ or error}); "
            "`fourdp-qa validate` names it"
        ) from error
    except OSError as error:
        raise FourdpQaError(
            f"{cache_of(name)}: cannot be written ({error}); HF_DATASETS_CACHE names another folder"
        ) from error
    return Prepared(name, stored, cache_of(name))


def _store(folder: DatasetFolder, config: str, name: str) -> int:
    """Run the builder for one config; return its number of rows."""
    # Imported here: the builders stand on top of this room.
    from fourdp_qa.loading_scripts.folder_builder import FolderRows

    # The types share a hash and `all` has its own: of entries that share one, `load_dataset` without a
    # config asks for a config, where a type alone would be taken for everything. The place is part
    # of it: the entry holds absolute paths.
    kind = "everything" if config == ALL else "types"
    key = hashlib.sha256(f"{kind}\n{folder.digests[ALL]}\n{folder.path}".encode())
    builder = FolderRows(
        config_name=config, dataset_name=name, base_path=str(folder.path),
        hash=PREFIX + key.hexdigest()[:16],
    )
    builder.download_and_prepare()
    place = f"{folder.path}\n{folder.digests[ALL]}\n"
    Path(builder.cache_dir, PLACE).write_text(place, encoding="utf-8")
    return int(builder.info.splits.total_num_examples)


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
