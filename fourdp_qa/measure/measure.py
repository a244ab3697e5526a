"""Segment to Measurements: the one entry of this room. Depth and ids are decoded once per frame."""

from __future__ import annotations

from fourdp_qa.measure.anchors import find_anchors
from fourdp_qa.measure.camera import measure_camera
from fourdp_qa.measure.limits import Limits, default_limits
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.measure.objects import measure_objects
from fourdp_qa.measure.stated_points import stated_tracks
from fourdp_qa.measure.tracks import track_points
from fourdp_qa.scene.scene import Scene
from fourdp_qa.scene.segment import Segment, SegmentImages, read_images


def measure_segment(
    scene: Scene, segment: Segment, images: SegmentImages | None = None,
    limits: Limits | None = None,
) -> Measurements:
    """Measure one segment of a square scene.

    Parameters
    ----------
    scene : square view of a scene (`fourdp_qa.scene.square.square_view`).
    segment : frames to measure.
    images : depth and ids when they are in memory already; decoded here otherwise.
    limits : the shipped ones when omitted.
    """
    if scene.facts.width != scene.facts.height:
        raise ValueError(f"measuring needs a square view, found {scene.facts.width}x"
                         f"{scene.facts.height}: use fourdp_qa.scene.square.square_view")
    limits = limits or default_limits()
    images = images or read_images(scene, segment)
    motion = measure_objects(scene, segment, images, limits)
    points = scene.points()
    return Measurements(
        facts=scene.facts,
        segment=segment,
        objects=scene.objects,
        camera=measure_camera(scene, segment, images, limits.background),
        motion=motion,
        anchors=find_anchors(scene, segment, images, motion.mask_box, limits.anchor, limits.circle),
        tracks=stated_tracks(scene, segment, points) if points is not None else track_points(
            scene, segment, images, motion.mask_box, limits.anchor, limits.track),
    )
