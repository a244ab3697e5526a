"""Nothing of this machine and no secret in what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fourdp_qa.dataset.local_paths import LOCAL_PATH
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.publishing.contents import Kind, LocalFile

ROWS_AT_A_TIME: Final = 5_000


def refuse_leaks(files: Iterable[LocalFile], folder: Path, token: str | None) -> None:
    """Look through every text that would be sent: cards, JSON and the text columns of tables.

    Raises
    ------
    FourdpQaError
        When a text holds an absolute path, the place of the folder, or the token.
    """
    places = [str(folder.resolve()), str(folder.resolve().parent)]
    # "/" and "/data" are no traits of a machine by themselves.
    places = [place for place in places if len(Path(place).parts) > 2]
    for file in files:
        if file.kind is Kind.CLIP:
            continue
        for where, text in _suspicious(file, places, token):
            if token and token in text:
                raise FourdpQaError(f"{file.path}: {where}: found the token, expected no secret")
            found = re.search(LOCAL_PATH, text)
            shown = found[1] if found else next(place for place in places if place in text)
            raise FourdpQaError(
                f"{file.path}: {where}: found the absolute path '{shown}', expected none in what is "
                "published; nothing was sent"
            )


def _suspicious(file: LocalFile, places: list[str], token: str | None) -> Iterator[tuple[str, str]]:
    """Where a path or a token stands, and the text around it."""
    plain = [re.escape(text) for text in [*places, *([token] if token else [])]]
    pattern = "|".join([LOCAL_PATH, *plain])
    if file.source is None or file.source.suffix != ".parquet":
        data = file.content if file.source is None else file.source.read_bytes()
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), 1):
            if re.search(pattern, line):
                yield f"line {number}", line
        return
    table = pq.ParquetFile(file.source)
    for column in _text_columns(table):
        for batch in table.iter_batches(ROWS_AT_A_TIME, columns=[column]):
            for texts in _texts(batch.column(0)):
                hits = texts.filter(pc.match_substring_regex(texts, pattern))
                if len(hits):
                    yield f"column {column.split('.')[0]}", hits[0].as_py()


def _text_columns(table: pq.ParquetFile) -> list[str]:
    """Dotted names of all leaves that hold text: bytes of clips are not read."""
    leaves = [table.schema.column(i) for i in range(len(table.schema))]
    return [leaf.path for leaf in leaves if leaf.logical_type.type == "STRING"]


def _texts(array: pa.Array) -> Iterator[pa.Array]:
    if pa.types.is_struct(array.type):
        for child in array.flatten():
            yield from _texts(child)
    elif pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        yield from _texts(array.flatten())
    elif pa.types.is_dictionary(array.type):
        yield from _texts(array.dictionary)
    else:
        yield array
