"""All kinds of things by name, objects and landmarks, with their meshes."""

from __future__ import annotations

from functools import cache

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.meshes import Mesh, assemble
from fourdp_qa.sources.simulator.object_kinds import OBJECT_KINDS
from fourdp_qa.sources.simulator.surroundings import LANDMARK_KINDS


@cache
def mesh_of(name: str) -> Mesh:
    """Mesh of an object or landmark kind, built once per process."""
    kind = OBJECT_KINDS.get(name) or LANDMARK_KINDS[name]
    return assemble(kind.build())


def kind_of(name: str) -> Kind:
    """The object or landmark kind called `name`."""
    return OBJECT_KINDS.get(name) or LANDMARK_KINDS[name]


def scaled_size(name: str, scale: float) -> Floats:
    """Box edges (3,) of a kind at a scale, metres."""
    return mesh_of(name).size * scale
