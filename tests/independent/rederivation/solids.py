"""The surfaces of a simulated scene."""

from __future__ import annotations

from functools import cache

import numpy as np

from fourdp_qa.sources.simulator.catalogue import mesh_of


def shapes(world):
    """Kind and scale of every thing of a simulated scene, in the order of its ids."""
    spec = world.scene.spec
    things = (*spec.objects, *spec.environment.landmarks)
    return [(thing.kind, thing.scale) for thing in things]


@cache
def triangles(kind):
    """Corners (F, 3, 3) of the mesh of a kind in its own axes, unscaled."""
    mesh = mesh_of(kind)
    return np.asarray(mesh.vertices, dtype=np.float64)[mesh.faces]
