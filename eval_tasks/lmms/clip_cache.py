"""Clips as files: models open paths, a benchmark holds bytes."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from fourdp_qa.errors import FourdpQaError

CACHE_VARIABLE = "FOURDP_QA_CACHE"


def clips_folder() -> Path:
    """Folder of the unpacked clips: under ``FOURDP_QA_CACHE``, else the platform's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser() / "clips"
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fourdp-qa" / "clips"


def unpack_clip(clip: bytes, folder: Path) -> Path:
    """Write a clip once and return its path; the name is a digest of the bytes.

    The file appears whole or not at all, so processes that share the folder need no lock.
    """
    path = folder / f"{hashlib.sha256(clip).hexdigest()[:32]}.mp4"
    if path.is_file():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(clip)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FourdpQaError(
            f"{folder}: found no way to write a clip ({error.strerror or error}), expected "
            f"a folder with room for the benchmark's clips; set {CACHE_VARIABLE} to one"
        ) from error
    return path
