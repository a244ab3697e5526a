"""The tar of a clip: looked through once, then read by place, without unpacking."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.hot3d.constants import INFO, LARGEST_MEMBER, MEMBER, REPAIR
from fourdp_qa.sources.hot3d.fields import Fields

Place = tuple[int, int]
"""Offset and size in bytes."""


class ClipArchive:
    """Members of a clip by frame and name, such as (12, "cameras.json").

    Raises
    ------
    SourceDataError
        On opening: no tar, a damaged one, or one whose members are links, lie outside, are too large or
        are there twice.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[tuple[int, str], Place] = {}
        for key, place in _members(path):
            if key in self._places:
                raise _error(path, f"{key[0]:06d}.{key[1]} twice")
            self._places[key] = place
        frames = {frame for frame, _ in self._places}
        self.frames = max(frames, default=-1) + 1

    def has(self, frame: int, name: str) -> bool:
        """Whether the clip holds a member."""
        return (frame, name) in self._places

    def read(self, frame: int, name: str) -> bytes:
        """The bytes of a member.

        Raises
        ------
        SourceDataError
            When there is none, or the file ends before it does.
        """
        place = self._places.get((frame, name))
        if place is None:
            raise SourceDataError(self.path, f"{frame:06d}.{name}", found="no such member", do=REPAIR,
                                  expected=f"the members of all {self.frames} frames")
        return _bytes(self.path, place, f"{frame:06d}.{name}")

    def fields(self, frame: int, name: str) -> Fields:
        """The JSON object in a member."""
        return Fields.parsed(self.read(frame, name), self.path, f"{frame:06d}.{name}")


def first_info(path: Path) -> Fields:
    """The first ``info.json`` of a clip, found without looking through the rest.

    Raises
    ------
    SourceDataError
        When there is none or the tar is damaged.
    """
    for (frame, name), place in _members(path):
        if name == INFO:
            where = f"{frame:06d}.{name}"
            return Fields.parsed(_bytes(path, place, where), path, where)
    raise _error(path, "no info.json in it")


def _members(path: Path) -> Iterator[tuple[tuple[int, str], Place]]:
    try:
        with tarfile.open(path, "r:") as archive:
            for item in archive:
                if item.isdir():
                    continue
                name = item.name.removeprefix("./")
                if not item.isreg() or item.issparse():
                    raise ValueError(f"{name!r:.80} is a link or no plain file")
                if name.startswith("/") or ".." in name.replace("\\", "/").split("/"):
                    raise ValueError(f"{name!r:.80} lies outside the archive")
                if item.size > LARGEST_MEMBER:
                    raise ValueError(f"{name!r:.80} of {item.size} bytes")
                found = MEMBER.fullmatch(name)
                if found:
                    yield (int(found[1]), found[2]), (item.offset_data, item.size)
    except FileNotFoundError:
        raise _error(path, "no file") from None
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise _error(path, f"a damaged archive ({' '.join(str(error).split())})") from None


def _bytes(path: Path, place: Place, name: str) -> bytes:
    offset, size = place
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(size)
    except OSError as error:
        raise _error(path, f"a file that cannot be read ({error.strerror})") from None
    if len(content) != size:
        raise SourceDataError(path, name, found=f"{len(content)} of {size} bytes",
                              expected="a whole member", do=REPAIR)
    return content


def _error(path: Path, found: str) -> SourceDataError:
    return SourceDataError(path, "", found=found, expected="the tar of a clip as published", do=REPAIR)
