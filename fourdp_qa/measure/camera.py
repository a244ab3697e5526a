"""Measure the camera's path: displacement, angles, and how far the static background moves."""

from __future__ import annotations

import numpy as np

from fourdp_qa.measure.limits import BackgroundLimits
from fourdp_qa.measure.measurements import BackgroundMotion, CameraMeasurements
from fourdp_qa.measure.stated_points import typical_depth
from fourdp_qa.randomness import generator
from fourdp_qa.scene.camera import camera_angles, heading_axes, project, unproject
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages


def measure_camera(
    scene: Scene, segment: Segment, images: SegmentImages, limits: BackgroundLimits
) -> CameraMeasurements:
    """Measure the camera of a segment; `scene` is the square view the images belong to."""
    pose = scene.world_from_camera[segment.frames]
    heading = heading_axes(pose, scene.facts.up)
    offset = pose[:, :3, 3] - pose[0, :3, 3]
    axes = np.stack([heading.forward[0], heading.right[0], heading.up[0]])
    points = scene.points()
    length = scene_length(scene, images) if points is None else typical_depth(points, segment.frames[0])
    background = None
    if Capability.BACKGROUND_DEPTH in scene.facts.capabilities:
        background = background_motion(scene, segment, images, length, limits)
    return CameraMeasurements(
        world_from_camera=pose,
        heading=heading,
        angles=camera_angles(pose, scene.facts.up),
        translation=offset @ axes.T,
        scene_length=length,
        background=background,
    )


def scene_length(scene: Scene, images: SegmentImages) -> float:
    """L: median depth of the first frame over pixels that have depth.

    Where the background has no depth: median distance of the objects in view. NaN when nothing has
    depth at all.
    """
    depth = images.depth[0]
    if Capability.BACKGROUND_DEPTH not in scene.facts.capabilities:
        depth = np.where(images.instances[0] > 0, depth, 0)
    known = depth[depth > 0]
    return float(np.median(known)) if known.size else float("nan")


def background_motion(
    scene: Scene, segment: Segment, images: SegmentImages, length: float, limits: BackgroundLimits
) -> BackgroundMotion | None:
    """Lift static pixels of frame 0 and follow them through the segment's cameras.

    Points are followed beyond the image border, so that a long pan keeps its size; a point that
    falls behind a camera counts with the largest shift seen in that frame, or in any when all do.
    None when frame 0 shows too little static background.
    """
    facts = scene.facts
    world = static_points(scene, segment, images, length, limits)
    if len(world) < limits.samples // 4:
        return None
    camera_from_world = invert_pose(scene.world_from_camera[segment.frames])
    in_camera = transform_points(camera_from_world, world)
    uv = project(facts.K, in_camera) / facts.width
    shift = _fill_missing(np.linalg.norm(uv - uv[:1], axis=-1))
    residual = _fill_missing(_residual_after_rotation(facts.K, in_camera) / facts.width)
    shift_p90, shift_p95 = np.percentile(shift, [90, 95], axis=1)
    return BackgroundMotion(
        shift_p95=shift_p95,
        shift_p90=shift_p90,
        residual_p90=np.percentile(residual, 90, axis=1),
        samples=len(world),
    )


def static_points(
    scene: Scene, segment: Segment, images: SegmentImages, length: float, limits: BackgroundLimits
) -> Floats:
    """World points (P, 3) of static pixels of frame 0: no object, or an object that never moves."""
    facts = scene.facts
    static_ids = [0, *(o.id for o in scene.objects if o.is_static or o.is_environment)]
    depth = images.depth[0]
    instances = images.instances[0]
    # Mostly nothing is listed that never moves, and to compare is many times cheaper than to look up.
    static = instances == 0 if len(static_ids) == 1 else np.isin(instances, static_ids)
    usable = static & (depth > 0)
    usable &= depth < limits.max_depth_lengths * length
    places = np.flatnonzero(usable)
    if len(places) == 0:
        return np.empty((0, 3))
    rng = generator(0, facts.source, facts.draw_key, segment.text, "background")
    pick = rng.choice(len(places), size=min(limits.samples, len(places)), replace=False)
    rows, cols = np.divmod(places[np.sort(pick)], depth.shape[1])
    uv = np.stack([cols + 0.5, rows + 0.5], axis=-1)
    in_camera = unproject(facts.K, uv, depth[rows, cols])
    return transform_points(scene.world_from_camera[segment.frames[0]], in_camera)


def _residual_after_rotation(K: Floats, in_camera: Floats) -> Floats:
    """(T, P) pixels left between frame t and frame 0 after the best rotation of all rays (Kabsch)."""
    rays = in_camera / np.linalg.norm(in_camera, axis=-1, keepdims=True)
    first = project(K, in_camera[0])
    u, _, vt = np.linalg.svd(np.swapaxes(rays, -1, -2) @ rays[0])
    # A reflection would fit better than any rotation where all rays lie in one plane.
    u[..., -1] *= np.sign(np.linalg.det(u @ vt))[:, None]
    turned = project(K, in_camera @ (u @ vt))
    return np.linalg.norm(turned - first, axis=-1)


def _fill_missing(values: Floats) -> Floats:
    """Replace NaN of a frame by the frame's largest value; a frame of NaN alone takes the largest of
    all frames. Frame 0 is never without a value, so the result is finite.
    """
    worst = np.where(np.isnan(values), -np.inf, values).max(axis=1, keepdims=True)
    worst = np.where(np.isfinite(worst), worst, worst.max())
    return np.where(np.isnan(values), worst, values)
