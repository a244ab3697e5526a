"""Where the task files and the packaged mini benchmark lie once installed."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def tasks_folder() -> Path:
    """Folder of the task files, for ``lmms-eval --include_path``."""
    return _HERE / "lmms"


def mini_benchmark() -> Path:
    """Folder of the packaged mini benchmark."""
    return _HERE / "data" / "mini"
