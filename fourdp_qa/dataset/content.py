"""Content digests: one per config, so that changed data never hide behind a cache of the old."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from fourdp_qa.rows.row import Row


def content_digest(rows: Iterable[Row], clip_digests: Mapping[str, str]) -> str:
    """``sha256:...`` over rows, the paths of their clips and the bytes of these clips.

    `datasets` keys its cache of a local folder by the folder's name and the card's YAML, not by the
    files. The digest stands in the YAML, so other rows or other clips are another key.

    Parameters
    ----------
    rows : iterable of Row
        In any order.
    clip_digests : mapping
        `file_name` of a clip to the digest of its bytes.
    """
    lines = []
    for row in rows:
        columns = vars(row) | {"clip": clip_digests.get(row.file_name, "")}
        lines.append(json.dumps(columns, sort_keys=True, ensure_ascii=False))
    return "sha256:" + hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
