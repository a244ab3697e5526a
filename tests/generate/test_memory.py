"""The memory of a generation does not grow with the number of its scenes. Long: it takes 300 of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).with_name("memory_of_scenes.py")
SCENES = 300
WARM = 50
"""Scenes after which nearly every mesh and every texture has been made, once for all."""
MOST_GROWTH = 25_000
"""Bytes a scene: a quarter of the smallest leak that has to be seen, 25 MB in a thousand scenes."""
MOST_RISE = 8 * 2**20
"""Bytes between scene 50 and scene 300; a leak of 100 KB a scene is three times that."""


def growth(held):
    """Bytes a scene by which the memory grows after the first `WARM` scenes: a straight line's slope."""
    after = np.array(held[WARM:], dtype=np.float64)
    return np.polyfit(np.arange(len(after)), after, 1)[0]


def test_a_leak_of_100_kilobytes_a_scene_is_told_from_steps_and_noise():
    rng = np.random.default_rng(1)
    steps = np.cumsum(np.where(rng.random(SCENES) < 0.01, 1e6, 0))
    held = 150e6 + steps + rng.normal(0, 5e5, SCENES)
    assert growth(held) < MOST_GROWTH < growth(held + 100_000 * np.arange(SCENES))


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_three_hundred_scenes_take_no_more_memory_than_fifty():
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(SCENES)], capture_output=True, text=True, check=True)
    held = json.loads(done.stdout)["held"]
    assert len(held) == SCENES
    assert growth(held) < MOST_GROWTH, f"{growth(held):,.0f} bytes a scene"
    assert held[-1] - held[WARM - 1] < MOST_RISE
