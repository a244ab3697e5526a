"""Binary glTF: what is read is what was written, and what is not read is refused in one line."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from damage import is_one_helpful_line

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.hot3d.glb import read_mesh

VERTICES = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3.0]])
FACES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
LIMITS = "expected a binary glTF mesh of triangles"


def document(**changes):
    """One triangle without indices."""
    return {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}], "buffers": [{"byteLength": 36}], **changes,
    }


TRIANGLE = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)


@pytest.fixture
def read(tmp_path):
    """``read(content)``: the mesh of a file with that content."""
    def reading(content):
        (tmp_path / "model.glb").write_bytes(content)
        return read_mesh(tmp_path / "model.glb")
    return reading


def test_what_was_written_comes_back_in_metres(read, glb):
    vertices, faces = read(glb(VERTICES, FACES, scale=0.001))
    np.testing.assert_allclose(vertices, VERTICES, atol=1e-6)
    np.testing.assert_array_equal(faces, FACES)


def test_a_list_of_corners_needs_no_indices(read, glb):
    vertices, faces = read(glb.packed(document(), TRIANGLE))
    np.testing.assert_array_equal(vertices, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(faces, [[0, 1, 2]])


@pytest.mark.parametrize(("node", "expected"), {
    "moved": ({"translation": [1, 2, 3]}, [2, 2, 3]),
    "scaled, turned, moved": ({"scale": [2, 1, 1], "rotation": [0, 0, 0.5**0.5, 0.5**0.5],
                               "translation": [0, 0, 1]}, [0, 2, 1]),
    "a matrix, column by column": ({"matrix": [0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]}, [5, 1, 0]),
}.values())
def test_nodes_carry_what_is_below_them(read, glb, node, expected):
    """Where the second vertex, at (1, 0, 0) in the mesh, comes to lie."""
    nested = document(nodes=[{"children": [1]}, {**node, "mesh": 0}])
    np.testing.assert_allclose(read(glb.packed(nested, TRIANGLE))[0][1], expected, atol=1e-12)


def test_all_meshes_of_the_scene_are_one(read, glb):
    two = document(nodes=[{"mesh": 0, "children": [1]}, {"mesh": 0, "translation": [0, 0, 1]}])
    vertices, faces = read(glb.packed(two, TRIANGLE))
    assert vertices.shape == (6, 3)
    np.testing.assert_array_equal(faces, [[0, 1, 2], [3, 4, 5]])


def test_a_mirroring_node_turns_faces_around(read, glb):
    mirrored = document(nodes=[{"mesh": 0, "scale": [1, 1, -1]}])
    np.testing.assert_array_equal(read(glb.packed(mirrored, TRIANGLE))[1], [[2, 1, 0]])


def accessor(**changes):
    return document(accessors=[{**document()["accessors"][0], **changes}])


def primitive(**changes):
    return document(meshes=[{"primitives": [{"attributes": {"POSITION": 0}, **changes}]}])


REFUSED = {
    "packed by Draco": document(extensionsRequired=["KHR_draco_mesh_compression"]),
    "quantised": accessor(componentType=5122),
    "sparse": accessor(sparse={}),
    "a strip": primitive(mode=5),
    "in another file": document(buffers=[{"uri": "http://somewhere", "byteLength": 36}]),
    "beyond the file": accessor(count=4),
    "before the file": accessor(byteOffset=-12),
    "an endless count": accessor(count=10**12),
    "nodes in a circle": document(nodes=[{"children": [0]}]),
    "no node": document(nodes=[]),
    "no mesh": document(nodes=[{}]),
    "an index too large": primitive(indices=1) | {"accessors": [
        document()["accessors"][0], {"bufferView": 0, "byteOffset": 12, "componentType": 5125, "count": 3,
                                         "type": "SCALAR"}]},
    "a rotation of no length": document(nodes=[{"mesh": 0, "rotation": [0, 0, 0, 0]}]),
    "a list for a scene": document(scenes=[[]]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_read_is_refused(read, glb, what):
    with pytest.raises(SourceDataError) as caught:
        read(glb.packed(REFUSED[what], TRIANGLE))
    is_one_helpful_line(str(caught.value), LIMITS)


DAMAGE = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-7],
    "longer": lambda content: content + b"\0" * 8,
    "text": lambda content: b"hello, I am no mesh, but long enough",
    "glTF 1": lambda content: content[:4] + struct.pack("<I", 1) + content[8:],
    "not finite": lambda content: content[:-36] + struct.pack("<9f", *[float("nan")] * 9),
    "JSON damaged": lambda content: content.replace(b'"asset"', b'"asset '),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_one_line(read, glb, what):
    with pytest.raises(SourceDataError) as caught:
        read(DAMAGE[what](glb.packed(document(), TRIANGLE)))
    is_one_helpful_line(str(caught.value), LIMITS)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(SourceDataError) as caught:
        read_mesh(tmp_path / "none.glb")
    is_one_helpful_line(str(caught.value), "none.glb: found no file")
