"""Sequences of Aria Digital Twin written from other scenes, opened by the real projectaria-tools."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest


def _beside(name):
    if (known := f"adt_{name}") not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, Path(__file__).parent / f"{name}.py")
        sys.modules[known] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="session")
def adt():
    """The module sequences: scenes that the layout can hold, lenses, and the writer."""
    pytest.importorskip("projectaria_tools", reason="the extra 'adt' is not installed")
    sequences = _beside("sequences")
    sequences.AdtSequence.vrs = _beside("vrs_file")
    return sequences


@pytest.fixture(scope="session")
def room(adt, box_world):
    """``room(side, frames)``: boxes over a floor, one of them static, as the layout can hold them."""
    def make(side=112, frames=12, **changes):
        world = box_world(height=side, width=side, frames=frames, focal=adt.FOCAL_SHARE,
                          camera_travel=(2.4, 1.0, 0.6), **changes)
        world.objects = tuple(replace(item, kind="book") for item in world.objects)
        return adt.Apartment(world, adt.cast_boxes(world))
    return make


@pytest.fixture(scope="session")
def turned_device():
    """device_from_camera of a real pair of glasses."""
    from fourdp_qa.scene.pose import make_pose, rotation_from_quaternion_wxyz

    return make_pose(rotation_from_quaternion_wxyz(np.array([0.944261, 0.32414, 0.0402123, 0.0410768])),
                     [-0.00428072, -0.0118417, -0.00511398])


@pytest.fixture(scope="session")
def whole(adt, room, tmp_path_factory):
    """A written sequence of `room` behind a lens without distortion; not to be changed."""
    sequence = adt.AdtSequence(room(), tmp_path_factory.mktemp("adt") / "Apartment_seq1",
                               adt.Lens.straight(112))
    sequence.write()
    return sequence


@pytest.fixture
def written(whole, tmp_path):
    """A copy of `whole` to do anything with; its root is the folder above."""
    return whole.copied_to(tmp_path / "data" / whole.folder.name)
