"""Paths of somebody's machine, which nothing that is published may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

ROOTS: Final = (
    "Applications|Library|System|Users|Volumes|content|data|dev|etc|home|kaggle|lustre|media|mnt|net|opt|private"
    "|proc|root|run|scratch|srv|storage|tmp|usr|var|work|workspace"
)
"""First folders of Linux, macOS, clusters and notebook services: "/left" in a sentence is no path."""

LOCAL_PATH: Final = (
    rf"(?:^|[\s\"'`(=,\[{{<>])((?:file://|/(?:{ROOTS})/|[A-Za-z]:\\|\\\\\w)[^\s\"'`)\]}}<>]*)"
)
"""A path from the root of a machine. What comes after a letter, a digit, a slash or a colon belongs to a
URL or to a relative path. Written for RE2 too, which Arrow uses and which knows no look-behind."""


def local_paths_in(text: str) -> Iterator[tuple[int, str]]:
    """(line, path) of every line of a text that holds one."""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.search(LOCAL_PATH, line)
        if found:
            yield number, found[1]


def local_paths_of(batch: pa.RecordBatch) -> Iterator[tuple[str, str]]:
    """(column, path) of every text column of a batch that holds one."""
    for field in batch.schema:
        column = batch.column(field.name)
        if pa.types.is_list(field.type):
            column = column.flatten()
        if pa.types.is_struct(field.type) and field.type.get_field_index("path") >= 0:
            column = column.field("path")
        if not pa.types.is_string(column.type):
            continue
        hits = column.filter(pc.match_substring_regex(column, LOCAL_PATH))
        if len(hits):
            found = re.search(LOCAL_PATH, hits[0].as_py())
            yield field.name, found[1] if found else hits[0].as_py()
