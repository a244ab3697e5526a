"""A simulated scene as the library sees it: the standard Scene with everything known exactly."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import inside_image, project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene, SceneFacts
from fourdp_qa.sources.simulator.catalogue import kind_of, scaled_size
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.rays import Hits
from fourdp_qa.sources.simulator.renderer import Renderer
from fourdp_qa.sources.simulator.sampling import Sampled
from fourdp_qa.sources.simulator.shading import Shader
from fourdp_qa.sources.simulator.shadows import Look
from fourdp_qa.sources.simulator.spec import LandmarkSpec, ObjectSpec, SceneSpec
from fourdp_qa.sources.simulator.things import caster_for, with_landmarks

LICENSE = "CC-BY-4.0"


class SimulatedScene(Scene):
    """Objects have the ids 1..N in the spec's order, landmarks the ids after them."""

    def __init__(self, sampled: Sampled, scene_id: str, split_key: str) -> None:
        spec = sampled.spec
        self.spec = spec
        self.caster = caster_for(spec, spec.size)
        self.world_from_camera = sampled.world_from_camera
        self.world_from_object = with_landmarks(spec, sampled.world_from_object)
        self.pose_valid = np.ones(self.world_from_object.shape[:2], dtype=np.bool_)
        self.objects = object_facts(spec)
        self.facts = SceneFacts(
            source="simulator", scene_id=scene_id, split_key=split_key, fps=spec.fps,
            frame_count=spec.frames, height=spec.size, width=spec.size, K=self.caster.K,
            up=np.array([0.0, 0.0, 1.0]), units="metres", license=LICENSE,
            capabilities=frozenset(Capability) - {
                Capability.UNMODELLED_OCCLUDERS, Capability.POINT_TRACKS, Capability.WORLD_POINT_TRACKS},
        )
        self._latest: tuple[int, Hits] | None = None
        self._visible_parts: dict[int, Floats] = {}

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Anti-aliased colour; everything else comes from pixel-centre rays alone."""
        return self._renderer.picture(
            self._hits(t), self.world_from_camera[t], self.world_from_object[t]
        )

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth in metres; 0 in the sky."""
        depth = self._hits(t).depth
        finite = np.where(np.isfinite(depth), depth, np.float32(0))
        return finite.reshape(self.spec.size, self.spec.size)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Ids of objects and landmarks; 0 on the ground and in the sky."""
        ids = np.maximum(self._hits(t).instance.astype(np.int32) + 1, 0)
        return ids.reshape(self.spec.size, self.spec.size)

    def visible_part(self, t: int) -> Floats:
        """Pixels seen over pixels of the thing rendered alone, (N,)."""
        if t not in self._visible_parts:
            self._hits(t)
        return self._visible_parts[t]

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """One ray to each point; nothing may be met more than 2 mm before it."""
        points = np.asarray(points_in_world, dtype=np.float64).reshape(-1, 3)
        in_camera = transform_points(invert_pose(self.world_from_camera[t]), points)
        seen = inside_image(project(self.facts.K, in_camera), self.spec.size, self.spec.size)
        inside = np.flatnonzero(seen)
        if len(inside):
            seen[inside] = ~self.caster.blocked(
                self.world_from_camera[t], self.world_from_object[t], points[inside]
            )
        return seen

    def close(self) -> None:
        """Forget the latest frame."""
        self._latest = None

    def _hits(self, t: int) -> Hits:
        """The primary rays of frame t, cast once while the same frame is asked about."""
        if self._latest is None or self._latest[0] != t:
            hits = self.caster.cast(self.world_from_camera[t], self.world_from_object[t])
            seen = np.bincount(
                hits.instance[hits.instance >= 0], minlength=len(self.objects)
            )
            alone = np.where(hits.alone > 0, hits.alone, np.nan)
            self._visible_parts[t] = seen / alone
            self._latest = (t, hits)
        return self._latest[1]

    @cached_property
    def _renderer(self) -> Renderer:
        spec = self.spec
        moving = np.abs(np.diff(self.world_from_object, axis=0)).max(axis=(0, 2, 3)) > 0
        things: tuple[ObjectSpec | LandmarkSpec, ...] = (
            *spec.objects, *spec.environment.landmarks,
        )
        looks = [
            Look(thing.kind, thing.colours, thing.scale, bool(moves), isinstance(thing, LandmarkSpec))
            for thing, moves in zip(things, moving, strict=True)
        ]
        pixel_angle = 1.0 / (spec.camera.focal * spec.size)
        return Renderer(self.caster, Shader(looks, spec.environment, pixel_angle))


def object_facts(spec: SceneSpec) -> tuple[ObjectFacts, ...]:
    """Facts of objects, then landmarks, in the order of their ids."""
    things: tuple[ObjectSpec | LandmarkSpec, ...] = (*spec.objects, *spec.environment.landmarks)
    captions = [kind_of(thing.kind).caption_for(thing.colours) for thing in things]
    facts = []
    for n, thing in enumerate(things):
        kind: Kind = kind_of(thing.kind)
        facts.append(ObjectFacts(
            id=n + 1,
            kind=kind.name,
            # A caption that fits two things names neither.
            caption=captions[n] if captions.count(captions[n]) == 1 else "",
            size=scaled_size(thing.kind, thing.scale),
            front=None if kind.front is None else np.array(kind.front),
            symmetric_about_up=kind.symmetric,
            is_agent=kind.is_agent,
            is_static=isinstance(thing, LandmarkSpec),
            is_environment=kind.is_environment,
        ))
    return tuple(facts)
