"""Small simulated scenes, opened once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.sampling import play
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.spec import (
    CameraSpec,
    EnvironmentSpec,
    MotionSpec,
    ObjectSpec,
    SceneSpec,
)


@pytest.fixture(scope="session")
def open_scene() -> Callable[..., SimulatedScene]:
    """Open scene `index` of `seed`; equal wishes share one scene."""

    @cache
    def opened(index: int, seed: int = 7, size: int = 96, frames: int = 16) -> SimulatedScene:
        scene = SimulatorHandle(seed, index, size, frames).open()
        assert isinstance(scene, SimulatedScene)
        return scene

    return opened


@pytest.fixture
def make_object() -> Callable[..., ObjectSpec]:
    """An object at a ground position (x, y), standing unless `height` says where its centre is."""

    def make(
        kind: str = "crate", x: float = 0.0, y: float = 0.0, *, yaw: float = 0.0,
        height: float | None = None, motion: MotionSpec | None = None,
        colours: tuple[str, ...] = ("red", "blue"), lying: bool = False,
    ) -> ObjectSpec:
        centre = float(mesh_of(kind).size[2] / 2) if height is None else height
        return ObjectSpec(kind, colours, 1.0, (x, y, centre), yaw, lying, motion or MotionSpec())

    return make


@pytest.fixture
def make_spec() -> Callable[..., SceneSpec]:
    """A place without landmarks whose camera looks along +x from (-6, 0, 1.5), level."""

    def make(
        *objects: ObjectSpec, camera: CameraSpec | None = None, size: int = 96, frames: int = 16
    ) -> SceneSpec:
        level = CameraSpec("static", (-6.0, 0.0, 1.5), 0.0, 0.0, 1.0, (0, 0, 0), -1, ())
        place = EnvironmentSpec("lawn", 0.0, (0.0, 0.0), (), (0.0, 0.0, 1.0), 0.0)
        return SceneSpec(0, 0, 0, size, frames, 12.0, place, objects, camera or level)

    return make


@pytest.fixture
def make_scene(make_spec: Callable[..., SceneSpec]) -> Callable[..., SimulatedScene]:
    """The scene of `make_spec`, played as it is."""

    def make(*objects: ObjectSpec, **wishes: object) -> SimulatedScene:
        return SimulatedScene(play(make_spec(*objects, **wishes)), "hand-made", "hand-made")

    return make
