"""Content digests: one per config, so that changed data never hide behind a cache of the old."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from fourdp_qa.rows.row import Row


class ContentDigest:
    """A digest of rows in any order, a row at a time: 32 bytes are kept of each."""

    def __init__(self) -> None:
        self._rows = bytearray()

    def add(self, row: Row, clip_digest: str) -> None:
        """Take a row in, with the digest of its clip's bytes; "" without a clip."""
        columns = json.dumps(vars(row) | {"clip": clip_digest}, sort_keys=True, ensure_ascii=False)
        self._rows += hashlib.sha256(columns.encode()).digest()

    def include(self, other: ContentDigest) -> None:
        """Take in every row that another digest was given."""
        self._rows += other._rows

    def text(self) -> str:
        """``sha256:...`` of the rows so far."""
        size = hashlib.sha256().digest_size
        rows = sorted(bytes(self._rows[at:at + size]) for at in range(0, len(self._rows), size))
        return "sha256:" + hashlib.sha256(b"".join(rows)).hexdigest()


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
    digest = ContentDigest()
    for row in rows:
        digest.add(row, clip_digests.get(row.file_name, ""))
    return digest.text()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
