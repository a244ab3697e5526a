"""Load a data set with `datasets` and look at its frames: no torch, no torchcodec."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL, SPLIT
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import Row

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

VIDEO = "video"
"""The column `datasets` makes of a clip's path."""


def load(
    path: str | Path = "fourdp-qa", config: str | None = ALL, **kwargs: Any
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    """Call ``datasets.load_dataset`` and turn video decoding off.

    The cells of ``video`` are then ``{"bytes", "path"}``, which `frames` reads. With decoding on,
    touching a row needs torchcodec, torch and a system FFmpeg.

    Parameters
    ----------
    path : str or Path
        A folder, a Hub repository, or the bare name after `fourdp-qa prepare`.
    config : str or None
        A question type or ``all``; None for the default config of a data set not made here.
    **kwargs
        For ``load_dataset``: ``split``, ``streaming``, ``revision``, ``cache_dir``, ...

    Raises
    ------
    FourdpQaError
        When there is no such data set or config.
    """
    from datasets import load_dataset

    _expect_config(path, config)
    try:
        loaded = load_dataset(str(path), config, **kwargs)
        if _points_elsewhere(loaded, path):
            # The cache of a local folder is keyed by its name and content, not by its place: after
            # a move it would hand over clips that are no longer there.
            loaded = load_dataset(
                str(path), config, **{**kwargs, "download_mode": "force_redownload"}
            )
    except (ConnectionError, FileNotFoundError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise FourdpQaError(f"data set '{path}', config '{config}': {reason}") from error
    return _without_decoding(loaded)


def frames(
    row: Mapping[str, Any] | Row, folder: DatasetFolder | Path | str | None = None
) -> NDArray[np.uint8]:
    """Decode the clip of a row.

    Parameters
    ----------
    row : mapping or Row
        A row of any `datasets` data set made here (loaded, streamed, decoding on or off, training
        or benchmark), or a Row.
    folder : DatasetFolder or path, optional
        Needed for a Row: where its clip lies.

    Returns
    -------
    (T, H, W, 3) uint8, sRGB

    Raises
    ------
    FourdpQaError
        When the row has no clip, or the clip is missing or damaged.
    """
    from fourdp_qa.clips.decode import decode_clip

    if not isinstance(row, Row) and row.get(VIDEO) is not None:
        return decode_clip(row[VIDEO])
    row_id = row.id if isinstance(row, Row) else row.get("id", "?")
    name = row.file_name if isinstance(row, Row) else row.get("file_name")
    if not name:
        raise FourdpQaError(
            f"row {row_id}: found no clip; the data set was generated without clips, or the column "
            "'video' was left out"
        )
    if folder is None:
        raise FourdpQaError(
            f"row {row_id}: found the clip's path '{name}' alone, expected its folder too: "
            "frames(row, folder)"
        )
    root = folder.path if isinstance(folder, DatasetFolder) else Path(folder)
    return decode_clip(root / SPLIT / name)


def _expect_config(path: str | Path, config: str | None) -> None:
    """Name the configs there are; the loader's own message is long and ends in a traceback."""
    if config is None or not Path(path).is_dir():
        return
    try:
        configs = DatasetFolder.open(path).configs
    except FourdpQaError:
        return  # a benchmark folder or somebody else's data set: `datasets` knows what to do
    if config not in configs:
        raise FourdpQaError(
            f"data set '{path}': found no config '{config}', expected one of {', '.join(configs)}"
        )


def _points_elsewhere(loaded: Any, path: str | Path) -> bool:
    """Whether a map-style data set loaded from a local folder holds clips of another place."""
    from datasets import Dataset, DatasetDict

    if not Path(path).is_dir():
        return False
    splits = list(loaded.values()) if isinstance(loaded, DatasetDict) else [loaded]
    here = Path(path).resolve()
    for split in splits:
        if isinstance(split, Dataset) and len(split) and VIDEO in split.column_names:
            cell = _undecoded(split.select([0]))[0][VIDEO]
            if cell["bytes"] is None and not Path(cell["path"]).resolve().is_relative_to(here):
                return True
    return False


def _without_decoding(loaded: Any) -> Any:
    from datasets import DatasetDict, IterableDatasetDict

    if isinstance(loaded, (DatasetDict, IterableDatasetDict)):
        return type(loaded)({name: _undecoded(split) for name, split in loaded.items()})
    return _undecoded(loaded)


def _undecoded(split: Any) -> Any:
    from datasets import Dataset, Video

    if not isinstance(split, Dataset):
        # `cast_column` on a stream from the Hub still tries to decode.
        return split.decode(False)
    if VIDEO not in split.column_names:
        return split
    return split.cast_column(VIDEO, Video(decode=False))
