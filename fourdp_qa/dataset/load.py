"""Load a data set with `datasets` and look at its frames: no torch, no torchcodec."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.folder import DatasetFolder, read_card_head
from fourdp_qa.dataset.layout import ALL, CARD, SPLIT, is_published
from fourdp_qa.dataset.names import DATASET_NAME, REGISTERED, prepared_from, put_first
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.prompt import chat_messages
from fourdp_qa.rows.row import Row, row_from_mapping

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

VIDEO = "video"
"""The column `datasets` makes of a clip's path."""


def load(
    path: str | Path = DATASET_NAME, config: str | None = ALL, **kwargs: Any
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
        When there is no such data set or config, or a folder of this name holds something else.
    """
    from datasets import load_dataset
    from datasets.exceptions import DatasetNotFoundError

    if str(path) not in REGISTERED:
        _expect_config(path, config)
        _expect_no_old_rows(str(path))
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
        if isinstance(error, DatasetNotFoundError) and "Hub" in reason:
            # The Hub answers the same for what is not there and for what is private.
            reason += " If it is private, run `hf auth login` or set HF_TOKEN."
        if "Hub" in reason and str(path) not in REGISTERED and not Path(path).exists():
            reason = f"found no folder of this name here; {reason}"
        raise FourdpQaError(f"data set '{path}', config '{config}': {reason}") from error
    return _without_decoding(loaded)


def messages(
    row: Mapping[str, Any] | Row, folder: DatasetFolder | Path | str | None = None, video: str | None = None
) -> list[dict[str, Any]]:
    """One user turn with a row's clip and its question, as chat templates take it.

    The same text that training and the lmms-eval tasks show: number of frames, question, options and
    how to answer.

    Parameters
    ----------
    row, folder : as of `frames`.
    video : path or URL of the clip; by default the row's own.

    Raises
    ------
    FourdpQaError
        When `video` is not given and the row has no clip, or its clip is no file (bytes in a table).
    """
    plain = row if isinstance(row, Row) else row_from_mapping(dict(row))
    return chat_messages(plain, _clip_path(row, folder) if video is None else video)


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
    return decode_clip(_file_of(row, folder))


def _clip_path(row: Mapping[str, Any] | Row, folder: DatasetFolder | Path | str | None) -> str:
    """Path of a row's clip: a local file or an ``hf://`` address."""
    cell = None if isinstance(row, Row) else row.get(VIDEO)
    if cell is None:
        return str(_file_of(row, folder))
    if isinstance(cell, (str, Path)):
        return str(cell)
    if isinstance(cell, Mapping) and cell.get("path") and cell.get("bytes") is None:
        return str(cell["path"])
    raise FourdpQaError(
        f"row {_id_of(row)}: found the clip's content and no file, expected a path: "
        "messages(row, video=PATH), or video=\"\" with the frames beside it"
    )


def _file_of(row: Mapping[str, Any] | Row, folder: DatasetFolder | Path | str | None) -> Path:
    """The clip of a row that names it relative to its folder."""
    name = row.file_name if isinstance(row, Row) else row.get("file_name")
    if not name:
        raise FourdpQaError(
            f"row {_id_of(row)}: found no clip; the data set was generated without clips, or the column "
            "'video' was left out"
        )
    if folder is None:
        raise FourdpQaError(
            f"row {_id_of(row)}: found the clip's path '{name}' alone, expected its folder too: "
            "frames(row, folder)"
        )
    root = folder.path if isinstance(folder, DatasetFolder) else Path(folder)
    return root / SPLIT / str(name)


def _id_of(row: Mapping[str, Any] | Row) -> str:
    return row.id if isinstance(row, Row) else str(row.get("id", "?"))


def _expect_config(path: str | Path, config: str | None) -> None:
    """Name the configs there are; the loader's own message is long and ends in a traceback."""
    folder = Path(path)
    if config is None or not folder.is_dir() or (folder / FACTS).is_file():
        return
    if not is_published(folder):
        _expect_data(folder, config)
        return
    configs = DatasetFolder.open(folder).configs
    if config not in configs:
        raise FourdpQaError(
            f"data set '{path}': found no config '{config}', expected one of {', '.join(configs)}"
        )


def _expect_data(folder: Path, config: str) -> None:
    """Refuse a folder that is no data set, such as a checkout of this very project: `datasets` would take
    whatever tables it finds in it.
    """
    try:
        entries = read_card_head(folder / CARD).get("configs") or []
        configs = [str(entry["config_name"]) for entry in entries]
    except (FourdpQaError, TypeError, KeyError):
        configs = []
    if config not in configs:
        raise FourdpQaError(
            f"data set '{folder}': found the folder {folder.resolve()}, which is no dataset folder (a "
            f"checkout of the source code?) and hides what '{folder}' means elsewhere; load by path, or from "
            "another directory"
        )


def _expect_no_old_rows(path: str) -> None:
    """Bring what was prepared under a name up to date with its folder, and to the front of the cache."""
    if Path(path).is_dir():
        return
    known = prepared_from(path)
    if known is None:
        return
    folder, digest = known
    if is_published(folder) and DatasetFolder.open(folder).digests.get(ALL) != digest:
        from fourdp_qa.dataset.prepare import prepare

        prepare(folder, path)
    put_first(path)


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
