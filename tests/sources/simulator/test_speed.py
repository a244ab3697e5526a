"""What a full clip costs. Long, because it renders in full size."""

import time
from collections.abc import Iterator

import pytest

from fourdp_qa.sources.simulator.source import SimulatorHandle

MOST_SECONDS = 14.0


@pytest.fixture
def warm() -> Iterator[None]:
    """Meshes and textures are made once per process and are not part of a clip's cost."""
    SimulatorHandle(1, 0, 64, 12).open().rgb(0)
    yield


@pytest.mark.long
@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_full_clip_with_colour_depth_and_ids_is_affordable(warm: None, index: int) -> None:
    start = time.process_time()
    scene = SimulatorHandle(1, index, 448, 32).open()
    for t in range(32):
        scene.rgb(t)
        scene.depth(t)
        scene.instances(t)
    assert time.process_time() - start < MOST_SECONDS
