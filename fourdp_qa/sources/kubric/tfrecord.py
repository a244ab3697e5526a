"""TFRecord files without TensorFlow: where the records lie, and their bytes with checksums proved.

A record is its length (uint64), the checksum of the length (uint32), the payload, and the checksum of
the payload (uint32), all little-endian. Checksums are CRC-32C, rotated and offset ("masked").
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError

POLYNOMIAL: Final = 0x82F63B78
"""CRC-32C (Castagnoli), bits reversed."""

MASK_DELTA: Final = 0xA282EAD8
MASK_TURN: Final = 15
"""A stored checksum is rotated right by 15 bits and offset, so that data which holds checksums of
itself does not look damaged or sound by chance."""

HEADER_BYTES: Final = 12
FOOTER_BYTES: Final = 4

LARGEST_RECORD: Final = 1 << 30
"""Bytes. A MOVi-F record of 512 x 512 pixels has about 0.1 GB, most of it optical flow."""

LANES: Final = 4096
"""Pieces of a payload whose checksums run side by side in numpy; 25 MB take a third of a second."""

COPY_AGAIN: Final = "copy the file again"


@dataclass(frozen=True)
class Place:
    """Where one record lies.

    Attributes
    ----------
    offset : int
        Byte of the record's header in its file.
    length : int
        Bytes of the payload; 0 where the header cannot be read.
    """

    offset: int
    length: int

    @property
    def payload(self) -> int:
        """Byte at which the payload begins."""
        return self.offset + HEADER_BYTES


def record_places(path: Path) -> Iterator[Place]:
    """Find the records of a file by their headers; payloads are passed over unread.

    Where a header is damaged or the file ends too early the last place is that of the broken record:
    `read_record` says what is wrong with it. What lies behind it cannot be found.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        offset = 0
        while offset < size:
            file.seek(offset)
            length = _length(file.read(HEADER_BYTES))
            if length is None:
                yield Place(offset, 0)
                return
            yield Place(offset, length)
            offset += HEADER_BYTES + length + FOOTER_BYTES


def read_record(path: Path, place: Place, where: str) -> bytes:
    """Payload of the record at `place`, proved by both checksums.

    Raises
    ------
    SourceDataError
        When the file is missing or ends too early, or a checksum does not fit. `where` names the record.
    """

    def damage(found: str, expected: str) -> SourceDataError:
        return SourceDataError(where, "", found=found, expected=expected, do=COPY_AGAIN)

    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(place.offset)
            header = file.read(HEADER_BYTES)
            length = _length(header)
            if length is None:
                found = "a header whose checksum does not fit" if len(header) == HEADER_BYTES \
                    else f"a header of {len(header)} bytes"
                raise damage(found, f"a TFRecord header of {HEADER_BYTES} bytes")
            end = place.payload + length + FOOTER_BYTES
            if length > LARGEST_RECORD:
                raise damage(f"a record of {length} bytes", f"at most {LARGEST_RECORD}")
            if end > size:
                raise damage(f"a file that ends {end - size} bytes before the record does",
                             f"{length} bytes and their checksum")
            payload = file.read(length)
            (stored,) = struct.unpack("<I", file.read(FOOTER_BYTES))
    except FileNotFoundError:
        raise damage("no file", "a TFRecord file") from None
    except OSError as error:
        raise damage(f"an unreadable file ({error.strerror})", "a TFRecord file") from None
    if masked_crc32c(payload) != stored:
        raise damage("a payload whose checksum does not fit", "an undamaged record")
    return payload


def open_at_payload(path: Path, place: Place) -> BinaryIO:
    """Open the file at the first byte of a payload."""
    file = path.open("rb")
    file.seek(place.payload)
    return file


def _length(header: bytes) -> int | None:
    """The length a header names, or None when it is cut or its checksum does not fit."""
    if len(header) != HEADER_BYTES:
        return None
    length, stored = struct.unpack("<QI", header)
    return int(length) if masked_crc32c(header[:8]) == stored else None


def masked_crc32c(content: bytes) -> int:
    """The checksum of `content` as TFRecord files store it."""
    crc = crc32c(content)
    turned = (crc >> MASK_TURN) | (crc << (32 - MASK_TURN))
    return (turned + MASK_DELTA) & 0xFFFFFFFF


def crc32c(content: bytes) -> int:
    """CRC-32C of `content`.

    The content is cut into `LANES` equal pieces whose checksums advance together, one byte a step; the
    checksum being linear, each is then moved over the pieces behind it.
    """
    table = _table()
    step = len(content) // LANES
    crc, tail = 0xFFFFFFFF, content
    if step > 1:
        pieces = np.frombuffer(content, np.uint8, LANES * step).reshape(LANES, step)
        moved = _moved_over_zeros(step)
        state = np.zeros(LANES, np.uint32)
        for column in np.ascontiguousarray(pieces.T):
            state = table[(state ^ column) & 0xFF] ^ (state >> 8)
        for value in state.tolist():
            crc = _apply(moved, crc) ^ value
        tail = content[LANES * step:]
    entries = _entries()
    for byte in tail:
        crc = entries[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _moved_over_zeros(count: int) -> list[list[int]]:
    """What `count` zero bytes make of a checksum: for each of its four bytes a table of 256."""
    table = _table()
    state = (np.arange(256, dtype=np.uint32) << np.uint32(8) * np.arange(4, dtype=np.uint32)[:, None])
    for _ in range(count):
        state = table[state & 0xFF] ^ (state >> 8)
    return [[int(value) for value in row] for row in state]


def _apply(moved: list[list[int]], crc: int) -> int:
    return (moved[0][crc & 0xFF] ^ moved[1][crc >> 8 & 0xFF]
            ^ moved[2][crc >> 16 & 0xFF] ^ moved[3][crc >> 24])


@cache
def _table() -> NDArray[np.uint32]:
    """Checksum (256,) of each byte alone."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


@cache
def _entries() -> list[int]:
    return [int(value) for value in _table()]
