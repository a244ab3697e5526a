"""The simulator as a source: handles that hold a seed and a number, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from fourdp_qa.errors import FourdpQaError, MissingExtraError
from fourdp_qa.scene.scene import Capability, Scene, SceneHandle
from fourdp_qa.scene.segment import MIN_FRAMES
from fourdp_qa.sources.registry import Source, SourceOptions

EXTRA_MODULES = ("embreex", "mujoco")

MIN_SIZE = 64
"""Pixels; on smaller pictures most objects are a few pixels large."""


@dataclass(frozen=True)
class SimulatorHandle:
    """Scene number `index` of `seed`, as square pictures of `size` pixels and `frames` frames.

    The world and its motions do not depend on `size`; their duration is `frames` at 12 a second.
    """

    seed: int
    index: int
    size: int
    frames: int

    @property
    def source(self) -> str:
        """Name of the source."""
        return "simulator"

    @property
    def scene_id(self) -> str:
        """Fixed width for usual numbers, so that ids sort."""
        return f"sim-{self.seed:06d}-{self.index:06d}"

    @property
    def split_key(self) -> str:
        """Each scene is a world of its own."""
        return f"simulator-{self.seed:06d}-{self.index:06d}"

    def open(self) -> Scene:
        """Draw and play the scene; nothing is rendered yet.

        Raises
        ------
        MissingExtraError
            Without mujoco or embreex.
        """
        require_extra()
        # Imported here: listing scenes must work, and be quick, without the extra.
        from fourdp_qa.sources.simulator.sampling import sample_scene
        from fourdp_qa.sources.simulator.scene import SimulatedScene

        sampled = sample_scene(self.seed, self.index, self.size, self.frames)
        return SimulatedScene(sampled, self.scene_id, self.split_key)


def require_extra() -> None:
    """Say which module is missing before anything is drawn."""
    for module in EXTRA_MODULES:
        if find_spec(module) is None:
            raise MissingExtraError("the simulator", "sim", f"no module {module}")


def list_scenes(options: SourceOptions) -> Iterator[SceneHandle]:
    """Handles of ``options.scenes`` scenes; with ``options.groups`` of all variants of each.

    Raises
    ------
    FourdpQaError
        When no number of scenes is given, or size or frames are too small.
    """
    if options.roots:
        raise FourdpQaError(
            f"the simulator makes its own scenes: found {options.roots[0]}, expected no folder"
        )
    if options.scenes is None:
        raise FourdpQaError("the simulator makes as many scenes as you want: add --scenes N")
    if options.size < MIN_SIZE:
        raise FourdpQaError(f"--size: found {options.size}, expected at least {MIN_SIZE} pixels")
    if options.frames < MIN_FRAMES:
        raise FourdpQaError(f"--frames: found {options.frames}, expected at least {MIN_FRAMES}")
    # Variants are made of the handles above.
    from fourdp_qa.sources.simulator.variant_source import variant_handles

    for index in range(options.scenes):
        handle = SimulatorHandle(options.seed, index, options.size, options.frames)
        if options.groups:
            yield from variant_handles(handle)
        else:
            yield handle


SIMULATOR = Source(
    name="simulator",
    code="sim",
    summary="toy-like scenes made on this machine: exact geometry, no download",
    extra="sim",
    license="CC-BY-4.0",
    list_scenes=list_scenes,
    has_groups=True,
    capabilities=frozenset(Capability) - {
        Capability.UNMODELLED_OCCLUDERS, Capability.POINT_TRACKS, Capability.WORLD_POINT_TRACKS},
    has_agents=True,
    modules=EXTRA_MODULES,
)
