"""Where everything lies in a published folder. docs/dataset_folder.md says the same in prose."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from fourdp_qa.errors import FourdpQaError

CARD: Final = "README.md"
SETTINGS: Final = "generation.json"
MIX: Final = "mix"
"""Its key under which a folder drawn from another says where it comes from."""

PROOFS: Final = "proof/segments.parquet"
SPLIT: Final = "train"
VIDEOS: Final = "videos"
"""Inside the split's folder: a clip's path is relative to the Parquet file beside it."""

ALL: Final = "all"
"""The config with every type; the default, so that a bare ``load_dataset`` gives everything."""

OWN_ENTRIES: Final = frozenset({CARD, SETTINGS, PROOFS.split("/")[0], SPLIT})
"""Top-level names that publishing replaces. Whatever else lies in the folder is the user's."""


def table_path(question_type: str) -> str:
    """Path of a type's table inside the folder."""
    return f"{SPLIT}/{question_type}.parquet"


def check_file_name(row_id: str, file_name: str) -> None:
    """Refuse a clip path that `datasets` would refuse or that leaves the folder.

    Raises
    ------
    FourdpQaError
        When it is not ``videos/...mp4`` made of plain parts.
    """
    parts = PurePosixPath(file_name).parts
    plain = "://" not in file_name and "\\" not in file_name and ".." not in parts
    if not (plain and len(parts) > 1 and parts[0] == VIDEOS and file_name.endswith(".mp4")):
        raise FourdpQaError(
            f"row {row_id}: file_name: found '{file_name}', "
            "expected videos/<source>/<xx>/<clip>.mp4"
        )


def clip_source(file_name: str) -> str:
    """Second part of a clip's path: the source, whose folder a config's patterns name."""
    return PurePosixPath(file_name).parts[1]


def is_published(folder: Path) -> bool:
    """Whether `folder` was written by `publish`."""
    return (folder / SETTINGS).is_file() and (folder / CARD).is_file()
