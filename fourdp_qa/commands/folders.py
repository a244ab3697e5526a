"""The argument that names a folder: refused in one line where it is none."""

from __future__ import annotations

from pathlib import Path

from fourdp_qa.errors import FourdpQaError


def made_folder(typed: str) -> Path:
    """Type of an argument or option that is a data set or a benchmark; what is in the folder is for its
    reader to judge.

    Raises
    ------
    FourdpQaError
        When there is no such folder.
    """
    folder = Path(typed)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        raise FourdpQaError(
            f"{folder}: found {found}, expected a folder written by `fourdp-qa generate` or `fourdp-qa bench`"
        )
    return folder
