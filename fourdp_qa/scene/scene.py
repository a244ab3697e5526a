"""The standard Scene: what every source is turned into and all that later rooms ever see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats


class Capability(StrEnum):
    """What a scene offers. Capabilities decide which types may be asked, never the source's name."""

    DEPTH = "depth"
    """z-depth at least on the objects."""
    BACKGROUND_DEPTH = "background_depth"
    """z-depth on the static world too; needed to prove that a camera stands still."""
    INSTANCES = "instances"
    OBJECT_POSES = "object_poses"
    """6-DoF pose of every listed object in every frame where `pose_valid` says so."""
    GRAVITY = "gravity"
    METRIC_SCALE = "metric_scale"
    EXACT_VISIBILITY = "exact_visibility"
    """`visible_part` and `sees` answer from the geometry itself instead of from the depth image."""
    UNMODELLED_OCCLUDERS = "unmodelled_occluders"
    """Something may hide an object without having an id (hands, people, foliage)."""
    POINT_TRACKS = "point_tracks"
    """`points` gives points that the source tracked itself; tracks are asked about these alone."""
    WORLD_POINT_TRACKS = "world_point_tracks"
    """The same, and the camera's path is known: where the points go in the world."""


@dataclass(frozen=True)
class SceneFacts:
    """What is true of the whole scene.

    Attributes
    ----------
    source : str
        Name of the source, as in ``fourdp-qa sources``.
    scene_id : str
        Unique and stable within the source; what a person would call the recording.
    split_key : str
        Everything that shares it must be on one side of a train/test split.
    fps : float
        Frames a second.
    frame_count, height, width : int
        T, H, W. Height and width are those of `depth` and `instances`; `rgb` has the same size.
    K : (3, 3) array
        Intrinsics in pixels, one per scene, for pixel centres at +0.5.
    up : (3,) unit vector in world axes, or None when gravity is unknown
    units : str
        "metres" or "relative".
    license : str
        SPDX identifier of the scene's licence; travels into every row.
    capabilities : frozenset of Capability
    profile : str
        Name of the threshold profile; "default" unless the source has its own.
    standard : str
        How it becomes clips, a name of standards.toml: "whole", "driving", "egocentric".
    group_id : str
        Scene id that a scene shares with the other variants of it; empty for a scene on its own.
    variant : str
        Which variant of the group it is, e.g. "mirrored"; empty for a scene on its own.
    estimated : bool
        Its geometry was estimated from the pictures: rows say so, and no benchmark holds them.
    """

    source: str
    scene_id: str
    split_key: str
    fps: float
    frame_count: int
    height: int
    width: int
    K: Floats
    up: Floats | None
    units: str
    license: str
    capabilities: frozenset[Capability]
    profile: str = "default"
    standard: str = "whole"
    group_id: str = ""
    variant: str = ""
    estimated: bool = False

    @property
    def draw_key(self) -> str:
        """Names the random numbers of the scene: all variants of a group draw the same."""
        return self.group_id or self.scene_id


@dataclass(frozen=True)
class ObjectFacts:
    """One object with an instance id.

    Attributes
    ----------
    id : int
        Its value in `Scene.instances`; 1 or more.
    kind : str
        The source's class name, e.g. "car".
    caption : str
        Noun phrase without an article, e.g. "red toy car"; empty when the source names nothing.
    size : (3,) array
        Edge lengths of its box along its own axes, scene units. The pose's origin is the box centre.
    front : (3,) unit vector in object axes, or None when it has no front
    symmetric_about_up : bool
        Looks the same under any turn about its own z axis, in shape **and** texture.
    is_agent : bool
        A person or a vehicle: something that can drive or walk.
    is_static : bool
        Of a class known never to move (a house, a tree).
    is_environment : bool
        Part of the surroundings: never asked about.
    is_rigid : bool
        Moves as one piece under its pose; tracks are asked only on rigid objects.
    is_followed : bool
        Its pose says how it moves. False where only its place in each frame is known, from what shows of
        it: then it is compared with others (types 8-11), and nothing is said of its motion.
    """

    id: int
    kind: str
    caption: str
    size: Floats
    front: Floats | None = None
    symmetric_about_up: bool = False
    is_agent: bool = False
    is_static: bool = False
    is_environment: bool = False
    is_rigid: bool = True
    is_followed: bool = True


@dataclass(frozen=True)
class ScenePoints:
    """Points that a source tracked itself, P of them over the T frames of a scene.

    Attributes
    ----------
    in_camera : (T, P, 3) array
        Place in the axes of each frame's camera, scene units; NaN where it is not known.
    visible : (T, P) array of bool
        Whether that camera sees the point; of a point that it sees the place is known.
    """

    in_camera: Floats
    visible: NDArray[np.bool_]


class Scene(ABC):
    """One opened recording: facts and poses in memory, images on demand.

    Letters in shapes: T frames, N objects, P points, H, W image size. Object n of every array is
    ``objects[n]``; instance ids are ``objects[n].id``.
    """

    facts: SceneFacts
    objects: tuple[ObjectFacts, ...]
    world_from_camera: Floats
    """(T, 4, 4) camera to world, OpenCV axes."""
    world_from_object: Floats
    """(T, N, 4, 4) object to world, origin at the box centre; NaN where `pose_valid` is False."""
    pose_valid: NDArray[np.bool_]
    """(T, N)."""

    @abstractmethod
    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image of frame t, (H, W, 3)."""

    @abstractmethod
    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth of frame t at pixel centres, (H, W), scene units; 0 where there is none."""

    @abstractmethod
    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids of frame t, (H, W); 0 where there is no listed object."""

    def rgb_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.uint8]:
        """`rgb` of a window (rows, columns) alone; a source overrides it to convert no more than that."""
        return np.ascontiguousarray(self.rgb(t)[window])

    def depth_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.float32]:
        """`depth` of a window (rows, columns) alone."""
        return np.ascontiguousarray(self.depth(t)[window])

    def instances_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.int32]:
        """`instances` of a window (rows, columns) alone."""
        return np.ascontiguousarray(self.instances(t)[window])

    def visible_part(self, t: int) -> Floats | None:
        """Exact share (N,) of each object's in-image silhouette that nothing hides, in [0, 1]; NaN
        for an object with no pixel in the image. None without Capability.EXACT_VISIBILITY.
        """
        return None

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """Whether the camera of frame t sees surface points (P, 3) of objects `object_ids` (P,): in
        front, inside the image, nothing in between. None without Capability.EXACT_VISIBILITY.
        """
        return None

    def points(self) -> ScenePoints | None:
        """Points tracked by the source itself. None without Capability.POINT_TRACKS."""
        return None

    def close(self) -> None:  # noqa: B027 - most scenes hold nothing that must be let go
        """Let go of files and memory. A closed scene is not used again."""


@runtime_checkable
class SceneHandle(Protocol):
    """A light, picklable promise of a scene: paths and parameters, nothing open, nothing decoded."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def scene_id(self) -> str:
        """As in `SceneFacts`."""
        ...

    @property
    def split_key(self) -> str:
        """As in `SceneFacts`."""
        ...

    def open(self) -> Scene:
        """Open the scene.

        Raises
        ------
        fourdp_qa.errors.SourceDataError
            When the data are not what the format promises.
        """
        ...
