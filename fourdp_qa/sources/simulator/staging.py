"""From the units in which a scene is laid out to metres: small things on a table, larger in a street.

Layout and camera plans know one size of world, about ten units across. A stage says how long a unit is
and how high the objects stand; everything about objects and camera is brought there at once.
"""

from __future__ import annotations

from dataclasses import replace

from fourdp_qa.sources.simulator.spec import (
    CameraComponent,
    CameraSpec,
    HandSpec,
    LandmarkSpec,
    ObjectSpec,
    StageSpec,
    Vector,
)


def staged_object(entry: ObjectSpec, stage: StageSpec) -> ObjectSpec:
    """An object in metres; angles, and turns a second, stay."""
    unit, motion = stage.unit, entry.motion
    return replace(
        entry,
        scale=entry.scale * unit,
        position=_placed(entry.position, stage),
        motion=replace(
            motion, displacement=_longer(motion.displacement, unit), distance=motion.distance * unit,
            velocity=_longer(motion.velocity, unit),
        ),
    )


def staged_landmark(mark: LandmarkSpec, stage: StageSpec) -> LandmarkSpec:
    """A support in metres."""
    return replace(mark, scale=mark.scale * stage.unit, position=_placed(mark.position, stage))


def staged_camera(camera: CameraSpec, stage: StageSpec) -> CameraSpec:
    """A camera in metres."""
    return replace(
        camera,
        position=_placed(camera.position, stage),
        focus=_placed(camera.focus, stage),
        components=tuple(_component(part, stage.unit) for part in camera.components),
        hand=None if camera.hand is None else _hand(camera.hand, stage.unit),
    )


def _component(part: CameraComponent, unit: float) -> CameraComponent:
    moves = part.kind in ("dolly", "truck", "pedestal")
    return replace(part, amount=part.amount * unit) if moves else part


def _hand(hand: HandSpec, unit: float) -> HandSpec:
    return replace(hand, shift=hand.shift * unit, bob=hand.bob * unit)


def _placed(point: Vector, stage: StageSpec) -> Vector:
    x, y, z = _longer(point, stage.unit)
    return (x, y, z + stage.level)


def _longer(vector: Vector, unit: float) -> Vector:
    return (vector[0] * unit, vector[1] * unit, vector[2] * unit)
