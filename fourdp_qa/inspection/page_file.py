"""Write a page whole or not at all: an earlier one survives a full disk."""

from __future__ import annotations

import os
from pathlib import Path

from fourdp_qa.inspection.markup import Markup


def write_page(page: Markup, target: Path) -> None:
    """Write `page` beside `target`, then move it into place."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
