"""Arrays out of an npz file without unpickling: names, types and sizes are looked at before the content."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import COPY_AGAIN, refuse_unless_file
from fourdp_qa.sources.tapvid3d.constants import MOST_BYTES, OTHER_NAMES, PICTURES

CONVERT = "convert the file once as docs/sources/tapvid3d.md shows, if you trust who made it"
_SUFFIX = ".npy"
_DAMAGED = (OSError, EOFError, ValueError, SyntaxError, KeyError, RuntimeError, NotImplementedError,
            zipfile.BadZipFile, zlib.error)


class Archive:
    """An npz file, opened anew for every array: a handle of it is a path.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        refuse_unless_file(path, "an npz file of TAPVid-3D")
        self.path = path
        with self._opened() as archive:
            self.names = frozenset(_array_name(item.filename) for item in archive.infolist())

    def read(self, name: str, kinds: str, what: str) -> NDArray[Any]:
        """The array called `name`.

        Parameters
        ----------
        name : str
        kinds : numpy's letters of the types it may have, e.g. "f" for floats.
        what : what it holds, for messages.

        Raises
        ------
        SourceDataError
            When it is missing, of another type, too large or damaged.
        """
        with self._member(name, kinds, what) as (stream, shape, order, dtype):
            content = stream.read()  # to the end: only then its checksum is looked at
            if len(content) != math.prod(shape) * dtype.itemsize:
                raise self.wrong(name, f"{len(content)} bytes", f"{shape} of {dtype}", COPY_AGAIN)
            return np.frombuffer(content, dtype).reshape(shape, order=order)

    def first(self, name: str, kinds: str, what: str) -> tuple[Any, int]:
        """The first entry of a list of texts or bytes, and how many there are."""
        with self._member(name, kinds, what) as (stream, shape, _, dtype):
            if len(shape) != 1 or not shape[0]:
                raise self.wrong(name, f"shape {shape}", "one entry a frame")
            return np.frombuffer(stream.read(dtype.itemsize), dtype)[0], shape[0]

    def wrong(
        self, field: str, found: str, expected: str, do: str = "generate the file again"
    ) -> SourceDataError:
        """An error about this file."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                yield archive
        except SourceDataError:
            raise
        except _DAMAGED as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise self.wrong(
                "", f"a damaged file ({reason})", "an npz file of TAPVid-3D", COPY_AGAIN) from None

    @contextmanager
    def _member(
        self, name: str, kinds: str, what: str
    ) -> Iterator[tuple[IO[bytes], tuple[int, ...], Literal["C", "F"], np.dtype[Any]]]:
        """An array's bytes behind its header, its shape, order and type."""
        with self._opened() as archive:
            item = next((i for i in archive.infolist() if _array_name(i.filename) == name), None)
            if item is None:
                raise self.wrong(name, "no such array", what, "generate the file with its video" if
                                 name == PICTURES else "generate the file again")
            if item.file_size > MOST_BYTES:
                raise self.wrong(name, f"{item.file_size} bytes", f"at most {MOST_BYTES}",
                                 "leave the file out")
            with archive.open(item) as stream:
                version = npy.read_magic(stream)
                read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
                shape, column_major, dtype = read_header(stream)
                if dtype.hasobject:
                    raise self.wrong(name, "pickled objects, which are never opened here: they can run code",
                                     what, CONVERT)
                if dtype.kind not in kinds:
                    raise self.wrong(name, str(dtype), what)
                yield stream, shape, "F" if column_major else "C", dtype


def _array_name(member: str) -> str:
    """What a member of the file is called here."""
    stem = member.removesuffix(_SUFFIX)
    return OTHER_NAMES.get(stem, stem)
