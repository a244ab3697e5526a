"""Digests that name a set of questions on any machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from fourdp_qa.rows.row import Row


def questions_digest(rows: Iterable[Row]) -> str:
    """``sha256:...`` over all rows without their clips, independent of the order of the rows.

    Two benchmarks with the same digest ask the same questions and expect the same answers. Clip
    bytes and clip paths are left out: an encoder's version must not rename a benchmark.
    """
    lines = []
    for row in rows:
        columns = asdict(row)
        del columns["file_name"]
        lines.append(json.dumps(columns, sort_keys=True, ensure_ascii=False))
    return "sha256:" + hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
