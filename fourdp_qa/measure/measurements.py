"""What is measured once per segment, before any question is asked. Numbers only, no labels.

Letters in shapes: T frames of the segment, N objects of the scene, W side of the square frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.anchors import Anchors
from fourdp_qa.measure.tracks import PointTrack
from fourdp_qa.scene.camera import CameraAngles, HeadingAxes
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import ObjectFacts, SceneFacts
from fourdp_qa.scene.segment import Segment


@dataclass(frozen=True)
class BackgroundMotion:
    """How far static background moves over the picture because of the camera; shares of W.

    Attributes
    ----------
    shift_p95 : (T,) 95th percentile over the sampled pixels of their displacement since frame 0.
    shift_p90 : (T,) 90th percentile.
    residual_p90 : (T,) 90th percentile after the best pure rotation has been removed.
    samples : number of pixels.
    """

    shift_p95: Floats
    shift_p90: Floats
    residual_p90: Floats
    samples: int


@dataclass(frozen=True)
class CameraMeasurements:
    """The camera's path.

    Attributes
    ----------
    world_from_camera : (T, 4, 4).
    heading : heading axes of every frame.
    angles : azimuth, elevation and roll, radians, (T,) each.
    translation : (T, 3) displacement since frame 0 along forward, right, up of frame 0, scene units.
    scene_length : L, the median depth of frame 0, scene units.
    background : None for a source without background depth.
    """

    world_from_camera: Floats
    heading: HeadingAxes
    angles: CameraAngles
    translation: Floats
    scene_length: float
    background: BackgroundMotion | None


@dataclass(frozen=True)
class ObjectMeasurements:
    """All objects over the segment.

    Attributes
    ----------
    world_from_object : (T, N, 4, 4) poses, origin at the box centre; NaN without a pose.
    centre_world, centre_camera : (T, N, 3) box centres; NaN without a pose.
    distance : (T, N) camera to centre, scene units.
    nearest : (T, N) camera to the nearest point of the box; 0 inside it.
    box_diagonal : (N,) scene units.
    corners_world : (T, N, 8, 3) box corners.
    area : (T, N) visible pixels as a share of the frame.
    visible_part : (T, N) share of the silhouette that is not hidden; NaN when unknown.
    hull_outside : (T, N) share of the projected box hull outside the image.
    mask_box : (T, N, 4) x0, y0, x1, y1 of the visible pixels as shares of W; NaN when unseen.
    surface : (T, N, 2) 10th and 90th percentile of the distance of the visible surface.
    steady : (N,) no frame with an impossible jump of the pose.
    """

    world_from_object: Floats
    centre_world: Floats
    centre_camera: Floats
    distance: Floats
    nearest: Floats
    box_diagonal: Floats
    corners_world: Floats
    area: Floats
    visible_part: Floats
    hull_outside: Floats
    mask_box: Floats
    surface: Floats
    steady: NDArray[np.bool_]


@dataclass(frozen=True)
class Measurements:
    """Everything the question types may look at.

    Attributes
    ----------
    facts : of the (square) scene.
    segment : the frames measured.
    objects : facts of the N objects.
    camera, motion : the camera and the objects over time.
    anchors : points and rings by which objects can be named.
    tracks : queries for point tracking, already carried through all frames.
    """

    facts: SceneFacts
    segment: Segment
    objects: tuple[ObjectFacts, ...]
    camera: CameraMeasurements
    motion: ObjectMeasurements
    anchors: Anchors
    tracks: tuple[PointTrack, ...]
