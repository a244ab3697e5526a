"""Read the TOML tables that hold thresholds, label sets and templates beside the code that uses them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_table(package: str, name: str) -> dict[str, Any]:
    """Parse ``name`` (a TOML file shipped inside ``package``) once per process.

    The result is shared: callers turn it into their own dataclasses and never write to it.
    """
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
