"""One tf.train.Example without TensorFlow: named lists of bytes, floats or integers.

The message is four levels deep and no more, so its wire format is read level by level, without
recursion, and every length is checked against the bytes that are there:
``Example{1: Features{1: {1: key, 2: Feature{1: BytesList | 2: FloatList | 3: Int64List}}}}``, each
list ``{1: values}``, numbers packed or one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats

VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5
"""Wire types; 3 and 4 are groups, which no Example has."""

LONGEST_VARINT: Final = 10
LONGEST_KEY: Final = 1024
MOST_KEYS: Final = 4096
"""A MOVi record has about 45."""

KINDS: Final = {1: "bytes", 2: "float", 3: "int64"}

NO_RECORD: Final = "give a record of a Kubric dataset (MOVi) that is not damaged"

_Field = tuple[int, int, int, int]
"""Field number, wire type, and where its content begins and ends."""


class Example:
    """The features of one record by name; lists are decoded when asked for.

    Parameters
    ----------
    content : bytes
        The serialised message.
    where : str
        Names the record in messages.

    Raises
    ------
    SourceDataError
        When the bytes are no Example; on reading a list, when it is missing, of another kind or damaged.
    """

    def __init__(self, content: bytes, where: str) -> None:
        self.where = where
        self._content = content
        self._features: dict[str, tuple[int, int]] = {}
        for _, _, begin, end in self._only(0, len(content), "", 1):
            for _, _, start, stop in self._only(begin, end, "", 1):
                self._add(start, stop)

    def error(self, key: str, found: str, expected: str, do: str = NO_RECORD) -> SourceDataError:
        """An error about the feature called `key`."""
        return SourceDataError(self.where, key, found=found, expected=expected, do=do)

    def has(self, key: str) -> bool:
        """Whether there is a feature called `key`."""
        return key in self._features

    def texts(self, key: str) -> list[bytes]:
        """The byte strings of a feature."""
        return [self._content[begin:end] for _, _, begin, end in self._values(key, 1)]

    def floats(self, key: str) -> Floats:
        """The numbers (n,) of a float feature, as float64."""
        parts = []
        for _, wire, begin, end in self._values(key, 2):
            if wire not in (DELIMITED, FIXED32) or (end - begin) % 4:
                raise self._damage(key, f"{end - begin} bytes of floats")
            parts.append(np.frombuffer(self._content, "<f4", (end - begin) // 4, begin))
        return np.concatenate([np.zeros(0), *parts]).astype(np.float64)

    def integers(self, key: str) -> NDArray[np.int64]:
        """The numbers (n,) of an int64 feature."""
        values: list[int] = []
        for _, wire, begin, end in self._values(key, 3):
            if wire not in (DELIMITED, VARINT):
                raise self._damage(key, f"wire type {wire} in a list of integers")
            place = begin
            while place < end:
                value, place = self._varint(place, end, key)
                values.append(value - (1 << 64) if value >= 1 << 63 else value)
        return np.array(values, dtype=np.int64)

    def _add(self, begin: int, end: int) -> None:
        """One entry of the map: a key and its feature."""
        entry = {number: (start, stop) for number, _, start, stop in self._fields(begin, end, "")}
        start, stop = entry.get(1, (0, 0))
        if stop - start > LONGEST_KEY or len(self._features) >= MOST_KEYS:
            raise self._damage("", "more or longer keys than a record has")
        key = self._content[start:stop].decode("utf-8", errors="replace")
        self._features[key] = entry.get(2, (end, end))

    def _values(self, key: str, kind: int) -> list[_Field]:
        """The fields of the list of feature `key`, which must be of `kind`."""
        if key not in self._features:
            raise self.error(key, "no such feature", f"a list of {KINDS[kind]}")
        values: list[_Field] = []
        for number, wire, begin, end in self._fields(*self._features[key], key):
            if number != kind or wire != DELIMITED:
                raise self.error(key, f"a list of {KINDS.get(number, 'an unknown kind')}",
                                 f"a list of {KINDS[kind]}")
            values += self._only(begin, end, key, 1)
        return values

    def _only(self, begin: int, end: int, key: str, number: int) -> Iterator[_Field]:
        """The fields called `number`; those of another number are of a later format and passed over."""
        return (field for field in self._fields(begin, end, key) if field[0] == number)

    def _fields(self, begin: int, end: int, key: str) -> Iterator[_Field]:
        """All fields of the message between two bytes."""
        place = begin
        while place < end:
            tag, place = self._varint(place, end, key)
            number, wire = tag >> 3, tag & 7
            start = place
            if wire == VARINT:
                _, place = self._varint(place, end, key)
            elif wire == DELIMITED:
                length, start = self._varint(place, end, key)
                place = start + length
            elif wire in (FIXED32, FIXED64):
                place += 4 if wire == FIXED32 else 8
            else:
                raise self._damage(key, f"wire type {wire}")
            if place > end:
                raise self._damage(key, f"a field that reaches {place - end} bytes beyond its message")
            yield number, wire, start, place

    def _varint(self, place: int, end: int, key: str) -> tuple[int, int]:
        """A number of seven bits a byte, and the place behind it."""
        value = 0
        for index, byte in enumerate(self._content[place:min(end, place + LONGEST_VARINT)]):
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                return value & (1 << 64) - 1, place + index + 1
        raise self._damage(key, "a number that does not end")

    def _damage(self, key: str, found: str) -> SourceDataError:
        return self.error(key, found, "a tf.train.Example")


def find_text(file: BinaryIO, length: int, key: str) -> bytes | None:
    """The first byte string of feature `key`, found by passing over all others unread.

    Parameters
    ----------
    file : binary file
        Stands at the first byte of a serialised Example.
    length : int
        Bytes of the message.
    key : str

    Returns
    -------
    bytes or None
        None where there is none, or where the bytes are no Example (`Example` says why).
    """
    begin = file.tell()
    end = begin + length
    header = _header(file, begin, end)
    if header is None:
        return None
    place, end = header
    while place < end:
        entry = _header(file, place, end)
        if entry is None:
            return None
        start, stop = entry
        file.seek(start)
        wanted = key.encode()
        if file.read(2 + len(wanted)) == bytes([10, len(wanted)]) + wanted:
            file.seek(start)
            # Wrapped as a whole Example of this one entry, it is read like any other.
            if stop - start > LONGEST_KEY:
                return None
            body = file.read(stop - start)
            features = b"\x0a" + _varint(len(body)) + body
            try:
                texts = Example(b"\x0a" + _varint(len(features)) + features, "").texts(key)
            except SourceDataError:
                return None
            return texts[0] if texts else None
        place = stop
    return None


def _header(file: BinaryIO, place: int, end: int) -> tuple[int, int] | None:
    """Where the content of the field at `place`, which must be field 1 and delimited, begins and ends."""
    file.seek(place)
    head = file.read(1 + LONGEST_VARINT)
    if not head or head[0] != 1 << 3 | DELIMITED:
        return None
    length = 0
    for index, byte in enumerate(head[1:]):
        length |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            start = place + 2 + index
            return (start, start + length) if start + length <= end else None
    return None


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
