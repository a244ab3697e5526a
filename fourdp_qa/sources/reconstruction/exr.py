"""The depth pictures of ViPE: OpenEXR files of one channel, Z, in half or single precision.

Only what ViPE writes is read, without the OpenEXR library: lines from top to bottom, uncompressed or
compressed by zip. https://openexr.com/en/latest/OpenEXRFileLayout.html
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"\x76\x2f\x31\x01"
SINGLE_PART = 2  # version 2 without any of the flags for tiles, long names, deep data, several parts
LINES = {0: 1, 2: 1, 3: 16}  # compression -> lines of a block: none, zip by line, zip by 16 lines
PIXELS: dict[int, np.dtype[Any]] = {1: np.dtype("<f2"), 2: np.dtype("<f4")}
CHANNEL = "Z"
LARGEST_SIDE = 16384


def read_exr_depth(content: bytes) -> NDArray[np.float32]:
    """Decode the channel Z, (H, W).

    Raises
    ------
    ValueError
        For damage, and for any other kind of OpenEXR file.
    """
    if content[:4] != MAGIC or len(content) < 8:
        raise ValueError("no OpenEXR file")
    if struct.unpack_from("<I", content, 4)[0] != SINGLE_PART:
        raise ValueError("tiles, deep data or several parts, not plain lines")
    fields, at = _header(content)
    for name in ("channels", "compression", "dataWindow"):
        if name not in fields:
            raise ValueError(f"no {name} in its header")
    kind = PIXELS.get(_pixel_type(fields["channels"]))
    lines = LINES.get(fields["compression"][0])
    if kind is None or lines is None:
        raise ValueError("pixels that are no floating point, or a compression other than zip")
    left, top, right, bottom = struct.unpack("<4i", fields["dataWindow"])
    height, width = bottom - top + 1, right - left + 1
    if not (0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE):
        raise ValueError(f"a picture of {width}x{height}")
    picture = np.zeros((height, width), dtype=np.float32)
    blocks = -(-height // lines)
    for place in struct.unpack_from(f"<{blocks}Q", content, at):
        first, size = struct.unpack_from("<ii", content, place)
        row, data = first - top, content[place + 8 : place + 8 + size]
        if not 0 <= row < height or size < 0 or len(data) != size:
            raise ValueError("a block that is cut or outside of the picture")
        count = min(lines, height - row)
        wanted = count * width * kind.itemsize
        # What zip would not make smaller is stored as it is.
        plain = data if size == wanted else _unzipped(data, wanted)
        picture[row : row + count] = np.frombuffer(plain, dtype=kind).reshape(count, width)
    return picture


def _header(content: bytes) -> tuple[dict[str, bytes], int]:
    """The attributes by name, and where they end."""
    fields, at = {}, 8
    while content[at : at + 1] != b"\0":
        name_end = content.index(b"\0", at)
        type_end = content.index(b"\0", name_end + 1)
        (size,) = struct.unpack_from("<i", content, type_end + 1)
        begin = type_end + 5
        if size < 0 or begin + size > len(content):
            raise ValueError("a header that is cut")
        fields[content[at:name_end].decode("latin-1")] = content[begin : begin + size]
        at = begin + size
    return fields, at + 1


def _pixel_type(channels: bytes) -> int:
    """The type of the pixels of the one channel, Z."""
    name, _, rest = channels.partition(b"\0")
    # Type, a flag, three unused bytes and two samplings; then a zero that ends the list.
    if name.decode("latin-1") != CHANNEL or len(rest) != 17:
        raise ValueError("channels other than the one called Z")
    return int(struct.unpack_from("<i", rest)[0])


def _unzipped(data: bytes, wanted: int) -> bytes:
    """Undo zip, the differences between neighbouring bytes, and the parting of high and low bytes."""
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(data, wanted + 1)
    if len(plain) != wanted:
        raise ValueError("a block of another size than its lines")
    differences = np.frombuffer(plain, dtype=np.uint8).astype(np.int64)
    differences[1:] -= 128
    parted = (np.cumsum(differences) & 0xFF).astype(np.uint8)
    joined = np.empty(wanted, dtype=np.uint8)
    half = (wanted + 1) // 2
    joined[::2], joined[1::2] = parted[:half], parted[half:]
    return joined.tobytes()
