"""Handles of the variants of simulated scenes: a scene's handle and the name of a variant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from fourdp_qa.errors import SceneLeftOutError
from fourdp_qa.scene.scene import Scene
from fourdp_qa.sources.simulator.source import SimulatorHandle, require_extra

if TYPE_CHECKING:
    from fourdp_qa.sources.simulator.sampling import Sampled

ORIGINAL: Final = "original"
MIRRORED: Final = "mirrored"
REVERSED: Final = "reversed"
VARIANTS: Final = (
    ORIGINAL, "static_camera", "other_path", "rotation_only", "translation_only", "slower", "faster",
    MIRRORED, REVERSED,
)


@dataclass(frozen=True)
class VariantHandle:
    """One variant of a simulated scene; the original keeps the scene's id.

    Attributes
    ----------
    scene : the scene of which it is a variant; its id names the group.
    variant : one of `VARIANTS`.
    """

    scene: SimulatorHandle
    variant: str

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.scene.source

    @property
    def scene_id(self) -> str:
        """The scene's id with the variant, e.g. ``sim-000000-000003~mirrored``."""
        if self.variant == ORIGINAL:
            return self.scene.scene_id
        return f"{self.scene.scene_id}~{self.variant}"

    @property
    def split_key(self) -> str:
        """All variants are one world."""
        return self.scene.split_key

    def open(self) -> Scene:
        """Draw the scene and film the variant; nothing is rendered yet.

        Raises
        ------
        MissingExtraError
            Without mujoco or embreex.
        SceneLeftOutError
            When the variant would show too little, or nothing new.
        """
        require_extra()
        from fourdp_qa.sources.simulator.mirrored import MirroredScene, ReversedScene
        from fourdp_qa.sources.simulator.scene import SimulatedScene
        from fourdp_qa.sources.simulator.variants import film

        original = _drawn(self.scene)
        own_pictures = self.variant not in (MIRRORED, REVERSED)
        try:
            sampled = film(original, self.variant if own_pictures else ORIGINAL)
        except SceneLeftOutError as error:
            raise SceneLeftOutError(f"variant {self.variant}: {error}") from error
        scene: Scene = SimulatedScene(sampled, self.scene_id, self.split_key)
        scene.facts = replace(
            scene.facts, group_id=self.scene.scene_id, variant=self.variant)
        if own_pictures:
            return scene
        return MirroredScene(scene) if self.variant == MIRRORED else ReversedScene(scene)


def variant_handles(scene: SimulatorHandle) -> Iterator[VariantHandle]:
    """Handles of all variants of a scene, the original first."""
    for name in VARIANTS:
        yield VariantHandle(scene, name)


@lru_cache(maxsize=1)
def _drawn(scene: SimulatorHandle) -> Sampled:
    """The scene as drawn; its variants are asked for one after the other."""
    from fourdp_qa.sources.simulator.sampling import sample_scene

    return sample_scene(scene.seed, scene.index, scene.size, scene.frames)
