"""Outputs of reconstruction tools made by tests."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.scene.scene import Scene


def beside(name):
    """The module that lies beside this file: tests are no package."""
    own = f"reconstruction_{name}"
    if own not in sys.modules:
        spec = importlib.util.spec_from_file_location(own, Path(__file__).parent / f"{name}.py")
        sys.modules[own] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[own]


class Masked(Scene):
    """A simulated scene of which masks hold what can move and is there; all else is background."""

    def __init__(self, scene):
        kept = [n for n, o in enumerate(scene.objects) if not (o.is_static or o.is_environment)]
        self.whole, self.facts = scene, scene.facts
        self.table = np.zeros(max(o.id for o in scene.objects) + 1, np.int32)
        self.table[[scene.objects[n].id for n in kept]] = np.arange(1, len(kept) + 1)
        self.objects = tuple(replace(scene.objects[n], id=k + 1) for k, n in enumerate(kept))
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object[:, kept]
        self.pose_valid = scene.pose_valid[:, kept]

    def rgb(self, t):
        return self.whole.rgb(t)

    def depth(self, t):
        return self.whole.depth(t)

    def instances(self, t):
        return self.table[self.whole.instances(t)]


@pytest.fixture(scope="session")
def tools():
    """Name of a tool -> the class that writes its output."""
    return beside("outputs").TOOLS


@pytest.fixture(scope="session")
def exr_of():
    """``exr_of(depth)``: the bytes of an OpenEXR file as ViPE writes it."""
    return beside("outputs").exr


@pytest.fixture(scope="session")
def masked():
    """``masked(scene)``: what masks can hold of a simulated scene."""
    return Masked


@pytest.fixture(scope="session")
def small_world(box_world):
    """Wide pictures, 14 frames; of four boxes one stands still. Each frame is drawn once."""
    world = box_world(height=72, width=96, frames=14)
    drawn = [world.rgb(t) for t in range(14)]
    world.rgb = lambda t: drawn[t]
    return world


@pytest.fixture
def output(tools, small_world, tmp_path):
    """``output(tool)``: the output of a tool about `small_world`, not yet written."""
    return lambda tool: tools[tool](small_world, tmp_path / "videos" / "street")
