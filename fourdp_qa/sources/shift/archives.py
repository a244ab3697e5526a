"""The pictures of a view, read where they lie: in a folder, a zip or a tar, without unpacking.

An archive is looked through once in each process; what is kept of it are a few numbers per picture. A
picture is then read by its place in the archive.
"""

from __future__ import annotations

import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.constants import (
    CONTAINERS,
    DOWNLOAD_AGAIN,
    LARGEST_MEMBER,
    LARGEST_VIDEO,
)

ARCHIVE_ENDINGS: Final = (".zip", ".tar")
VIDEO: Final = -1
"""Stands for a frame number: the mp4 of the whole sequence."""

ARCHIVES_KEPT: Final = 4
"""Looked-through archives that a process remembers: colour and depth of two views."""

_MEMBER = re.compile(r"(?:.*/)?([0-9a-z]{4}-[0-9a-z]{4})/(\d{8})(_\w+)?\.(?:jpg|jpeg|png)")
_VIDEO = re.compile(r"(?:.*/)?([0-9a-z]{4}-[0-9a-z]{4})\.mp4")

_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_LOCAL_SIGNATURE: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Part:
    """One picture or video inside `file`.

    Attributes
    ----------
    name : str
        For messages.
    offset, stored, size : int
        Where its bytes begin (in a zip its local header), how many are stored, and how many they become.
    method : int
        How they are packed: `zipfile.ZIP_STORED` or `zipfile.ZIP_DEFLATED`.
    checksum : int
        CRC-32 of the unpacked bytes; -1 where there is none.
    """

    file: Path
    name: str
    offset: int
    stored: int
    size: int
    method: int = zipfile.ZIP_STORED
    checksum: int = -1

    @property
    def where(self) -> str:
        """What messages call it."""
        return self.name if self.name == str(self.file) else f"{self.file}: {self.name}"

    def read(self) -> bytes:
        """The unpacked bytes.

        Raises
        ------
        SourceDataError
            When the archive is cut or its bytes are not those that were packed.
        """
        try:
            with self.file.open("rb") as file:
                file.seek(self.begin())
                stored = file.read(self.stored)
            content = stored
            if self.method == zipfile.ZIP_DEFLATED:
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(stored, self.size)
        except (OSError, zlib.error) as error:
            raise self.error(f"damaged bytes ({error})") from None
        if len(content) != self.size:
            raise self.error(f"{len(content)} of {self.size} bytes")
        if self.checksum >= 0 and zlib.crc32(content) != self.checksum:
            raise self.error("bytes with another checksum")
        return content

    def begin(self) -> int:
        """Offset of the stored bytes: in a zip they follow a header of their own."""
        if self.checksum < 0:
            return self.offset
        with self.file.open("rb") as file:
            file.seek(self.offset)
            header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_SIGNATURE):
            raise self.error("no zip member at its place")
        name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
        return self.offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)

    def error(self, found: str) -> SourceDataError:
        """A complaint about this part."""
        return SourceDataError(self.where, "", found=found, expected="the picture or video as packed",
                               do=DOWNLOAD_AGAIN)


def find_container(view: Path, group: str) -> Path | None:
    """The folder or archive of `group` in the folder of a view; None where there is none."""
    for name in CONTAINERS[group]:
        for candidate in (view / name, *(view / f"{name}{ending}" for ending in ARCHIVE_ENDINGS)):
            if candidate.is_dir() if candidate.suffix == "" else candidate.exists():
                return candidate
    return None


def parts_of(container: Path, group: str, view: str, sequence: str) -> dict[int, Part]:
    """What `container` holds of a sequence: by frame number, its video under `VIDEO`.

    Raises
    ------
    SourceDataError
        When the container is damaged, a member's path would leave it, or a frame is there twice.
    """
    if container.is_dir():
        return _in_folder(container, f"_{group}_{view}", sequence)
    status = container.stat()
    index = _looked_through(container, f"_{group}_{view}", status.st_size, status.st_mtime_ns)
    rows = index.get(sequence, np.zeros((0, 6), np.int64))
    return {
        int(number): Part(container, f"{sequence}, frame {number}" if number >= 0 else f"{sequence}.mp4",
                          int(offset), int(stored), int(size), int(method), int(checksum))
        for number, offset, stored, size, method, checksum in rows
    }


def _in_folder(container: Path, suffix: str, sequence: str) -> dict[int, Part]:
    parts: dict[int, Part] = {}
    video = container / f"{sequence}.mp4"
    files = sorted((container / sequence).iterdir()) if (container / sequence).is_dir() else []
    for file in (*files, *([video] if video.is_file() else [])):
        key = _key(f"{sequence}/{file.name}" if file != video else file.name, suffix)
        if key is None or not file.is_file():
            continue
        if key[1] in parts:
            raise _twice(container, sequence, key[1])
        size = file.stat().st_size
        parts[key[1]] = Part(file, str(file), 0, size, size)
    return parts


@lru_cache(maxsize=ARCHIVES_KEPT)
def _looked_through(path: Path, suffix: str, size: int, changed: int) -> dict[str, NDArray[np.int64]]:
    """Rows (frames, 6) of each sequence: number, offset, stored, size, method, checksum.

    `size` and `changed` (nanoseconds) belong to the key: another archive of the same name is looked
    through again.
    """
    members = _zip_members if path.suffix == ".zip" else _tar_members
    rows: dict[str, list[tuple[int, ...]]] = {}
    try:
        for name, numbers in members(path):
            _refuse_leaving(path, name)
            key = _key(name, suffix)
            if key is not None:
                rows.setdefault(key[0], []).append((key[1], *numbers))
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, ValueError,
            NotImplementedError, struct.error) as error:
        raise SourceDataError(path, "", found=f"a damaged archive ({error})", do=DOWNLOAD_AGAIN,
                              expected=f"a {path.suffix[1:]} of pictures") from None
    index = {}
    for sequence, found in rows.items():
        table = np.array(sorted(found), dtype=np.int64)
        twice = table[1:, 0][np.diff(table[:, 0]) == 0]
        if len(twice):
            raise _twice(path, sequence, int(twice[0]))
        index[sequence] = table
    return index


def _zip_members(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if item.is_dir():
                continue
            encrypted = item.flag_bits & 1
            if encrypted or item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{item.filename!r:.80} is encrypted or packed in another way")
            _refuse_large(item.filename, item.file_size)
            yield item.filename, (item.header_offset, item.compress_size, item.file_size,
                                  item.compress_type, item.CRC)


def _tar_members(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    with tarfile.open(path, "r:") as archive:
        for item in archive:
            if item.isdir():
                continue
            if not item.isreg() or item.issparse():
                raise ValueError(f"{item.name!r:.80} is a link or no plain file")
            _refuse_large(item.name, item.size)
            yield item.name, (item.offset_data, item.size, item.size, zipfile.ZIP_STORED, -1)
            archive.members = []  # type: ignore[attr-defined]  # it would remember a million of them


def _refuse_large(name: str, size: int) -> None:
    limit = LARGEST_VIDEO if name.endswith(".mp4") else LARGEST_MEMBER
    if size > limit:
        raise ValueError(f"{name!r:.80} of {size} bytes is larger than any picture or video")


def _refuse_leaving(path: Path, name: str) -> None:
    """Nothing is unpacked, but an archive that names places outside of it is not SHIFT's."""
    if name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/"):
        raise SourceDataError(path, "member path", found=f"{name!r:.80}",
                              expected="a path inside the archive", do=DOWNLOAD_AGAIN)


def _key(name: str, suffix: str) -> tuple[str, int] | None:
    """(sequence, frame number) of a member; None for anything else, such as another view's picture."""
    if found := _VIDEO.fullmatch(name):
        return found[1], VIDEO
    found = _MEMBER.fullmatch(name)
    # The toolkit's own unpacked videos name their frames by the number alone.
    return (found[1], int(found[2])) if found and found[3] in (None, suffix) else None


def _twice(container: Path, sequence: str, number: int) -> SourceDataError:
    what = f"frame {number}" if number >= 0 else "the video"
    return SourceDataError(container, sequence, found=f"{what} twice", expected="each picture once",
                           do=DOWNLOAD_AGAIN)
