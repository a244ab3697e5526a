"""Clips and recordings of HOT3D made by tests."""

from __future__ import annotations

import copy
import importlib.util
import sys
from pathlib import Path

import pytest


def beside(name):
    """The module that lies beside this file: tests are no package."""
    own = f"hot3d_{name}"
    if own not in sys.modules:
        spec = importlib.util.spec_from_file_location(own, Path(__file__).parent / f"{name}.py")
        sys.modules[own] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[own]


@pytest.fixture(scope="session")
def headset_clip():
    """The class HeadsetClip."""
    return beside("headset").HeadsetClip


@pytest.fixture(scope="session")
def glb():
    """``glb(vertices, faces)``: a binary glTF; ``glb.packed(document, binary)``: any one."""
    headset = beside("headset")
    headset.glb_of.packed = headset.packed_glb
    return headset.glb_of


@pytest.fixture(scope="session")
def simulated_world():
    """``simulated_world(scene)``: a simulated scene to look at through a headset."""
    return beside("headset").Simulated


@pytest.fixture(scope="session")
def tar_of():
    """``tar_of(path, members)`` writes a tar."""
    return beside("headset").write_tar


@pytest.fixture(scope="session")
def calibrations():
    """Real calibrations by name."""
    return beside("headset").CALIBRATIONS


@pytest.fixture(scope="session")
def made_clips(box_world, tmp_path_factory):
    """Of both devices a clip of three labelled boxes and a fourth that only hides; 14 frames."""
    Box = sys.modules[box_world.__module__].Box
    boxes = (
        Box("red box", (200, 40, 40), (2.2, 1.4, 1.5), (-2.4, 0.6, 0.75), turn=(0, 0, 0)),
        Box("green box", (40, 170, 60), (1.6, 2.3, 1.2), (1.6, -1.2, 0.6), (-1.0, 1.4, 0.0),
            turn=(0.0, 0.0, 1.1)),
        Box("blue box", (50, 70, 210), (1.3, 1.0, 1.8), (0.3, 1.9, 2.0), (-0.6, -0.8, -0.7),
            turn=(0.9, 0.5, 0.4), turn_at_start=(0.5, 0.2, -0.3)),
        Box("yellow box", (220, 200, 40), (0.7, 0.7, 1.6), (0.6, -2.6, 0.8), turn=(0.0, 0.0, -0.9)),
    )
    world = box_world(frames=14, boxes=boxes, camera_travel=(3.2, 2.8, 0.9))
    root = tmp_path_factory.mktemp("hot3d")
    headset = beside("headset")
    return {device: headset.HeadsetClip(
        headset.Boxes(copy.copy(world), labelled=(0, 1, 2)), root, device, factor=0.125)
        for device in headset.DEVICES}


@pytest.fixture
def recording(made_clips, tmp_path):
    """A full recording of Aria, to be changed and written."""
    return beside("recordings").HeadsetRecording(
        made_clips["Aria"].moved(tmp_path / "unused"), tmp_path / "full",
        beside("headset").DEVICE_FROM_CAMERA)


@pytest.fixture
def clip(made_clips, tmp_path):
    """A clip of Aria, to be changed and written."""
    return made_clips["Aria"].moved(tmp_path / "hot3d")


@pytest.fixture
def quest_clip(made_clips, tmp_path):
    """A clip of Quest 3, to be changed and written."""
    return made_clips["Quest3"].moved(tmp_path / "hot3d")
