"""What a simulated scene is: plain, JSON-serialisable dataclasses from which it is rebuilt exactly.

Everything is in metres, radians and the simulator's world: x and y on the ground, z up.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class MotionSpec:
    """How one object moves.

    Attributes
    ----------
    kind : str
        ``rest``; kinematic: ``drive`` (along its own front, turning on the way), ``carry`` (a
        straight path, in the air or on the ground), ``spin`` (about the vertical, in place);
        physical: ``throw``, ``roll``, ``slide`` (an initial velocity, then gravity and contacts).
    displacement : vector
        Full path of ``carry``.
    distance : float
        Full path length of ``drive``; negative is backward.
    turn : float
        Heading change of ``drive`` or ``spin``, positive to its left.
    bends : int
        Legs of the heading of ``drive``: 1 turns by `turn` along an arc; more swing by `turn` there,
        back and so on, a slalom.
    profile, turning_point : str, float
        See `profiles.progress`; kinematic motions only.
    velocity, angular_velocity : vector
        At frame 0 in world axes; physical motions only.
    """

    kind: str = "rest"
    displacement: Vector = (0.0, 0.0, 0.0)
    distance: float = 0.0
    turn: float = 0.0
    bends: int = 1
    profile: str = "constant"
    turning_point: float = 0.5
    velocity: Vector = (0.0, 0.0, 0.0)
    angular_velocity: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ObjectSpec:
    """One object at frame 0.

    Attributes
    ----------
    kind : str
        Name in the catalogue.
    colours : tuple of str
        Named colours, the main one first.
    scale : float
        Factor on the catalogue's size.
    position : vector
        Centre of its bounding box.
    yaw : float
        Heading of its +x axis, counter-clockwise from world x.
    lying : bool
        Turned on its side about its own x axis (a barrel that rolls).
    motion : MotionSpec
    held : bool
        Stays in the air by itself or on a cord where it would fall: nothing below it carries it.
    """

    kind: str
    colours: tuple[str, ...]
    scale: float
    position: Vector
    yaw: float
    lying: bool
    motion: MotionSpec
    held: bool = False

    @property
    def by_spec(self) -> bool:
        """Whether its poses are what the spec says, and physics has no say in them."""
        return self.held or self.motion.kind in ("drive", "carry", "spin")


@dataclass(frozen=True)
class LandmarkSpec:
    """A house, tree or lamp of the surroundings; `colours` as for objects."""

    kind: str
    colours: tuple[str, ...]
    scale: float
    position: Vector
    yaw: float


@dataclass(frozen=True)
class StageSpec:
    """Where objects may be: a rectangle on the ground, or on a table.

    Attributes
    ----------
    unit : float
        Factor on all lengths of objects, motions and cameras: small things on a table are filmed from
        near. Scenes are laid out in units of it and then brought to metres.
    level : float
        Height of what the objects stand on, metres.
    centre : (x, y) metres
    heading : float
        Of the rectangle's first axis, counter-clockwise from world x; on a street the way it runs.
    half : (float, float)
        Half edges along and across `heading`, metres.
    """

    unit: float = 1.0
    level: float = 0.0
    centre: tuple[float, float] = (0.0, 0.0)
    heading: float = 0.0
    half: tuple[float, float] = (8.0, 8.0)


@dataclass(frozen=True)
class EnvironmentSpec:
    """Ground, landmarks and light.

    Attributes
    ----------
    ground : str
        Name in `environments.PLACES`.
    ground_yaw, ground_offset : float, (float, float)
        Turn and shift of the ground texture.
    landmarks : tuple of LandmarkSpec
    sun : vector
        Unit vector towards the sun.
    sky_turn : float
        Turn of clouds and far hills about the vertical.
    texture : str
        Of the ground, a name in textures.GROUND_TEXTURES; empty for the place's first one.
    light : str
        Name in lights.toml.
    lamp : vector or None
        Where the lamp hangs, metres; without one the light comes from the sun's direction.
    stage : StageSpec
    """

    ground: str
    ground_yaw: float
    ground_offset: tuple[float, float]
    landmarks: tuple[LandmarkSpec, ...]
    sun: Vector
    sky_turn: float
    texture: str = ""
    light: str = "noon"
    lamp: Vector | None = None
    stage: StageSpec = StageSpec()


@dataclass(frozen=True)
class CameraComponent:
    """One part of a camera's motion.

    Attributes
    ----------
    kind : str
        ``dolly`` (+ forward), ``truck`` (+ right), ``pedestal`` (+ up) in metres along the heading
        of frame 0; ``pan`` (+ right), ``tilt`` (+ up), ``roll`` (+ clockwise), ``orbit`` (+ moves
        right around the focus, which stays centred) in radians; ``follow`` (moves with the target)
        and ``track`` (pans to keep the target where it was), whose amount is unused.
    amount : float
        At full progress.
    profile, turning_point : see `profiles.progress`
    """

    kind: str
    amount: float = 0.0
    profile: str = "constant"
    turning_point: float = 0.5


@dataclass(frozen=True)
class HandSpec:
    """How the hand that holds the camera trembles: smooth, small, in all six degrees of freedom.

    Attributes
    ----------
    shift : float
        Half the range of each translation, metres.
    turn : float
        Half the range of pan and tilt; roll has half of it. Radians.
    bob : float
        Half the rise and fall of a walking step, metres; 0 when the camera does not walk.
    steps : float
        Steps in the whole clip.
    phases : six numbers in [0, 1)
        Where each degree of freedom begins: x, y, z, pan, tilt, roll.
    """

    shift: float
    turn: float
    bob: float
    steps: float
    phases: tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class CameraSpec:
    """The camera at frame 0 and how it moves.

    Attributes
    ----------
    name : str
        The wished motion in words, e.g. ``dolly_in+pan_left``; ``static`` for none.
    position : vector
    heading : float
        Of the viewing direction on the ground, counter-clockwise from world x.
    elevation : float
        Of the viewing direction above the horizon.
    focal : float
        Focal length in image widths.
    focus : vector
        Centre of ``orbit``.
    target : int
        Index of the object of ``follow`` and ``track``; -1 for none.
    components : tuple of CameraComponent
    hand : HandSpec or None
        On top of the components; None for a camera on rails or a tripod.
    """

    name: str
    position: Vector
    heading: float
    elevation: float
    focal: float
    focus: Vector
    target: int
    components: tuple[CameraComponent, ...]
    hand: HandSpec | None = None


@dataclass(frozen=True)
class SceneSpec:
    """A whole scene. `seed`, `index` and `attempt` only say where it came from.

    Attributes
    ----------
    size : int
        Side of the square image in pixels.
    frames : int
    fps : float
    """

    seed: int
    index: int
    attempt: int
    size: int
    frames: int
    fps: float
    environment: EnvironmentSpec
    objects: tuple[ObjectSpec, ...]
    camera: CameraSpec

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> SceneSpec:
        """Read `to_json` back; equal to what was written."""
        plain = json.loads(text)
        return SceneSpec(
            **{
                **plain,
                "environment": _environment(plain["environment"]),
                "objects": tuple(_object(entry) for entry in plain["objects"]),
                "camera": _camera(plain["camera"]),
            }
        )


def _with_tuples(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()}


def _environment(plain: dict[str, Any]) -> EnvironmentSpec:
    landmarks = tuple(LandmarkSpec(**_with_tuples(entry)) for entry in plain["landmarks"])
    stage = StageSpec(**_with_tuples(plain["stage"]))
    return EnvironmentSpec(**{**_with_tuples(plain), "landmarks": landmarks, "stage": stage})


def _object(plain: dict[str, Any]) -> ObjectSpec:
    motion = MotionSpec(**_with_tuples(plain["motion"]))
    return ObjectSpec(**{**_with_tuples(plain), "motion": motion})


def _camera(plain: dict[str, Any]) -> CameraSpec:
    components = tuple(CameraComponent(**entry) for entry in plain["components"])
    hand = None if plain["hand"] is None else HandSpec(**_with_tuples(plain["hand"]))
    return CameraSpec(**{**_with_tuples(plain), "components": components, "hand": hand})
