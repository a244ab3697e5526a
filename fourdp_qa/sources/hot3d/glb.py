"""Triangles of a binary glTF file (.glb): what a ray can meet, and nothing of materials or pictures.

Read are triangle lists of float positions, under nodes with a matrix or with translation, rotation and
scale. Packed geometry (Draco, meshopt, quantised numbers, sparse accessors) is refused, not guessed.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, rotation_from_quaternion_wxyz

Faces = NDArray[np.int32]

LARGEST_FILE: Final = 256 * 2**20
"""Bytes; the largest of the 33 models has 20 MB of textures."""

LARGEST_DEPTH: Final = 64
"""Nodes below each other; a chain that is longer goes in a circle."""

_MAGIC, _JSON, _BINARY = b"glTF", b"JSON", b"BIN\x00"
_HEADER, _CHUNK = struct.Struct("<4sII"), struct.Struct("<I4s")
_TRIANGLES: Final = 4
_FLOAT: Final = 5126
_INDICES: Final[dict[int, np.dtype[Any]]] = {
    5121: np.dtype("u1"), 5123: np.dtype("<u2"), 5125: np.dtype("<u4"),
}
_KNOWN: Final = frozenset({"KHR_texture_transform", "KHR_materials_unlit", "KHR_materials_specular"})
"""Extensions that a file may require and that leave the shape alone."""


def read_mesh(path: Path) -> tuple[Floats, Faces]:
    """Vertices (V, 3) in the file's units and faces (F, 3) of everything in the file's scene.

    Raises
    ------
    SourceDataError
        When the file is missing, damaged, holds no triangle, or packs them in a way that is not read.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _DamageError(f"{path.stat().st_size} bytes")
        document, binary = _chunks(path.read_bytes())
        return _Reader(document, binary).mesh()
    except FileNotFoundError:
        raise _error(path, "no file") from None
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error,
            RecursionError) as error:
        reason = " ".join(f"{error}".split()) or type(error).__name__
        raise _error(path, f"a damaged or unknown file ({reason:.120})") from None


class _DamageError(ValueError):
    """A file that is no glTF, or one of a kind that is not read."""


def _error(path: Path, found: str) -> SourceDataError:
    return SourceDataError(path, "", found=found, expected="a binary glTF mesh of triangles",
                           do="download the object models again")


def _chunks(content: bytes) -> tuple[dict[str, Any], bytes]:
    magic, version, length = _HEADER.unpack_from(content)
    if magic != _MAGIC or version != 2:
        raise _DamageError("not glTF 2")
    if length != len(content):
        raise _DamageError(f"{len(content)} of {length} bytes")
    found: dict[bytes, bytes] = {}
    at = _HEADER.size
    while at + _CHUNK.size <= length:
        size, kind = _CHUNK.unpack_from(content, at)
        at += _CHUNK.size
        found.setdefault(kind, content[at : at + size])
        at += size
    return json.loads(found[_JSON]), found[_BINARY]


class _Reader:
    """The parts of a document by their numbers."""

    def __init__(self, document: dict[str, Any], binary: bytes) -> None:
        self.document, self.binary = document, binary
        self.vertices: list[Floats] = []
        self.faces: list[Faces] = []
        self.count = 0

    def mesh(self) -> tuple[Floats, Faces]:
        odd = set(self.document.get("extensionsRequired", ())) - _KNOWN
        if odd:
            raise _DamageError(f"it needs {', '.join(sorted(odd))}")
        scene = self.document["scenes"][self.document.get("scene", 0)]
        for node in scene["nodes"]:
            self._node(node, np.eye(4), 0)
        if not self.faces:
            raise _DamageError("no triangles")
        return np.concatenate(self.vertices), np.concatenate(self.faces)

    def _node(self, number: int, above: Floats, depth: int) -> None:
        if depth > LARGEST_DEPTH:
            raise _DamageError("nodes that hold each other")
        node = self.document["nodes"][number]
        here = above @ _local(node)
        if "mesh" in node:
            for primitive in self.document["meshes"][node["mesh"]]["primitives"]:
                self._primitive(primitive, here)
        for child in node.get("children", ()):
            self._node(child, here, depth + 1)

    def _primitive(self, primitive: dict[str, Any], here: Floats) -> None:
        if primitive.get("mode", _TRIANGLES) != _TRIANGLES:
            raise _DamageError(f"primitives of mode {primitive['mode']}")
        points = self._accessor(primitive["attributes"]["POSITION"], 3)
        if not np.isfinite(points).all():
            raise _DamageError("positions that are not finite")
        corners = np.arange(len(points)) if "indices" not in primitive else \
            self._accessor(primitive["indices"], 1)[:, 0]
        if len(corners) % 3 or not len(corners) or corners.max() >= len(points):
            raise _DamageError(f"{len(corners)} corners for {len(points)} positions")
        self.vertices.append(points @ here[:3, :3].T + here[:3, 3])
        faces = corners.reshape(-1, 3)
        # A mirroring node turns the faces inside out.
        faces = faces[:, ::-1] if np.linalg.det(here[:3, :3]) < 0 else faces
        self.faces.append((faces + self.count).astype(np.int32))
        self.count += len(points)

    def _accessor(self, number: int, columns: int) -> NDArray[Any]:
        """Rows (count, columns) of an accessor: float positions or whole indices."""
        accessor = self.document["accessors"][number]
        kind = accessor["componentType"]
        positions = np.dtype("<f4") if kind == _FLOAT else None
        dtype: np.dtype[Any] | None = positions if columns == 3 else _INDICES.get(kind)
        shape = "VEC3" if columns == 3 else "SCALAR"
        if dtype is None or accessor["type"] != shape or "sparse" in accessor:
            raise _DamageError(f"accessor {number} of another kind")
        view = self.document["bufferViews"][accessor["bufferView"]]
        if view.get("buffer", 0) != 0 or "uri" in self.document["buffers"][0]:
            raise _DamageError("numbers that lie in another file")
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        step = view.get("byteStride", dtype.itemsize * columns)
        count = accessor["count"]
        if start < 0 or count < 1 or start + (count - 1) * step + dtype.itemsize * columns > len(self.binary):
            raise _DamageError(f"accessor {number} reaches beyond the file")
        rows = np.ndarray((count, columns), dtype, self.binary, start, (step, dtype.itemsize))
        return rows.astype(np.float64 if columns == 3 else np.int64)


def _local(node: dict[str, Any]) -> Floats:
    """parent_from_node (4, 4)."""
    if "matrix" in node:  # column by column
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
    local = np.eye(4)
    local[:3, :3] = rotation_from_quaternion_wxyz([w, x, y, z]) * np.array(node.get("scale", (1.0,) * 3))
    local[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return local
