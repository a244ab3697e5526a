"""Write a page whole or not at all: an earlier one survives a full disk."""

from __future__ import annotations

import os
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.markup import Markup


def write_page(page: Markup, target: Path) -> None:
    """Write `page` beside `target`, then move it into place."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def not_written(what: str, target: Path, error: OSError) -> FourdpQaError:
    """The one line about a page or folder `target` that could not be written."""
    place = f"{what} {target}"
    if isinstance(error, FileExistsError | NotADirectoryError):
        found = f"found a file {error.filename}, expected a folder"
        return FourdpQaError(f"{place}: {found}; choose another place")
    if isinstance(error, IsADirectoryError):
        return FourdpQaError(f"{place}: found a folder, expected a file or nothing; choose another place")
    return FourdpQaError(f"{place}: cannot be written ({error})")
