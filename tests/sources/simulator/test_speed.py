"""What a full clip costs. Long, because it renders in full size."""

import time
from collections.abc import Iterator

import pytest

from fourdp_qa.sources.simulator.environments import PLACES
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.wishes import dealt

MOST_SECONDS = 10.0


@pytest.fixture
def warm() -> Iterator[None]:
    """Meshes and textures are made once per process and are not part of a clip's cost."""
    for place in PLACES:
        SimulatorHandle(1, first_in(place), 64, 12).open().rgb(0)
    yield


def first_in(place: str) -> int:
    """Number of the first scene of seed 1 in an environment."""
    return next(index for index in range(200) if dealt(1, index).place == place)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_a_full_clip_with_colour_depth_and_ids_is_affordable(warm: None, place: str) -> None:
    start = time.process_time()
    scene = SimulatorHandle(1, first_in(place), 448, 32).open()
    for t in range(32):
        scene.rgb(t)
        scene.depth(t)
        scene.instances(t)
    assert time.process_time() - start < MOST_SECONDS
