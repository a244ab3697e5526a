"""Read an npz of numbers without trusting it: no pickles, no surprises in size, no path that leaves."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.reconstruction.constants import LARGEST_ARRAY, RUN_AGAIN

UNREADABLE = (
    OSError, ValueError, KeyError, EOFError, TypeError, MemoryError, RuntimeError, NotImplementedError,
    struct.error, zipfile.BadZipFile, zlib.error,
)
"""What numpy and zipfile raise on files that are cut, damaged or of another kind."""


@contextmanager
def said_of(path: Path, field: str, expected: str) -> Iterator[None]:
    """Turn what libraries raise on a damaged file into one line about it."""
    try:
        yield
    except SourceDataError:
        raise
    except UNREADABLE as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceDataError(path, field, found=f"a damaged file ({reason})", expected=expected,
                              do=RUN_AGAIN) from None


class Arrays:
    """The arrays of an npz by name; each is read when it is asked for.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SourceDataError
        When the file is missing, damaged, or holds anything but arrays of numbers.
    """

    def __init__(self, path: Path) -> None:
        refuse_unless_file(path, "the npz of a reconstruction")
        self.path = path
        self.names: tuple[str, ...] = ()
        with said_of(path, "", "an npz"), zipfile.ZipFile(path) as archive:
            for item in archive.infolist():
                self._look_at(archive, item)

    def _look_at(self, archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
        """The header of one array: its type and size, before anything of it is unpacked."""
        name = item.filename.removesuffix(".npy")
        if not item.filename.endswith(".npy") or "/" in name or "\\" in name or ".." in name:
            raise self.error(item.filename[:60], "a member that is no array", "arrays (.npy) alone")
        with archive.open(item) as stream:
            version = np.lib.format.read_magic(stream)
            read = (np.lib.format.read_array_header_1_0 if version == (1, 0)
                    else np.lib.format.read_array_header_2_0)
            shape, _, dtype = read(stream)
        if dtype.hasobject:
            raise self.error(name, "pickled objects", "an array of numbers",
                             "pickles are never opened: write plain arrays")
        if dtype.itemsize * int(np.prod(shape, dtype=object)) > LARGEST_ARRAY:
            raise self.error(name, f"shape {shape}", f"at most {LARGEST_ARRAY // 2**30} GiB")
        self.names += (name,)

    def one_of(self, aliases: tuple[str, ...], what: str, needed: bool = True) -> str | None:
        """The one of `aliases` that is there.

        Raises
        ------
        SourceDataError
            When two are, or none that is needed.
        """
        found = [name for name in aliases if name in self.names]
        if len(found) > 1:
            raise self.error(what, f"both {' and '.join(found)}", "one of them",
                             "two arrays of one meaning cannot both be right: leave one out")
        if needed and not found:
            raise self.error(what, f"none among {', '.join(self.names) or 'nothing'}",
                             f"one of {', '.join(aliases)}",
                             "give the file that the tool wrote, see docs/sources/reconstruction.md")
        return found[0] if found else None

    def read(self, name: str) -> NDArray[Any]:
        """The array called `name`, of numbers or truth values."""
        with said_of(self.path, name, "an array"), np.load(self.path, allow_pickle=False) as stored:
            array = np.asarray(stored[name])
        if array.dtype.kind not in "fiub":
            raise self.error(name, f"dtype {array.dtype}", "numbers")
        return array

    def floats(self, name: str) -> Floats:
        """The array called `name` as float64, all finite."""
        array = self.read(name).astype(np.float64)
        if not np.isfinite(array).all():
            raise self.error(name, "a value that is not finite", "finite numbers")
        return array

    def error(self, field: str, found: str, expected: str, do: str = RUN_AGAIN) -> SourceDataError:
        """An error about an array."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)
