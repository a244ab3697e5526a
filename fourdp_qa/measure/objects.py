"""Measure the objects: where they are, how far, how large in the picture, and how much of them is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.boxes import box_corners, hull_outside, nearest_point_distance
from fourdp_qa.measure.limits import EstimateLimits, Limits, PoseJumpLimits
from fourdp_qa.measure.masks import measure_masks, touched_by_nearer
from fourdp_qa.measure.measurements import ObjectMeasurements
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages


def measure_objects(
    scene: Scene, segment: Segment, images: SegmentImages, limits: Limits
) -> ObjectMeasurements:
    """Measure all objects of a segment; `scene` is the square view the images belong to."""
    frames = segment.frames
    poses = np.where(
        scene.pose_valid[frames][..., None, None], scene.world_from_object[frames], np.nan
    )
    sizes = np.array([o.size for o in scene.objects], dtype=np.float64).reshape(-1, 3)
    camera_from_world = invert_pose(scene.world_from_camera[frames])
    centre_world = poses[..., :3, 3]
    centre_camera = transform_points(camera_from_world, centre_world)
    corners = box_corners(poses, sizes)
    masks = measure_masks(scene, images)
    hull_area, outside = _measure_hulls(scene, camera_from_world, corners)
    if Capability.EXACT_VISIBILITY in scene.facts.capabilities:
        visible_part = np.stack([_exact_part(scene, t) for t in frames])
    else:
        ids = np.array([o.id for o in scene.objects], dtype=np.int64)
        touched = touched_by_nearer(images, ids, limits.estimate.nearer_by)
        visible_part = estimate_visible_part(masks.pixels, hull_area, outside, touched,
                                             limits.estimate)
    return ObjectMeasurements(
        world_from_object=poses,
        centre_world=centre_world,
        centre_camera=centre_camera,
        distance=np.linalg.norm(centre_camera, axis=-1),
        nearest=nearest_point_distance(poses, sizes, scene.world_from_camera[frames][:, :3, 3]),
        box_diagonal=np.linalg.norm(sizes, axis=-1),
        corners_world=corners,
        area=masks.pixels / float(scene.facts.width * scene.facts.height),
        visible_part=visible_part,
        hull_outside=outside,
        mask_box=masks.box / scene.facts.width,
        surface=masks.surface,
        steady=_steady(centre_world, np.linalg.norm(centre_camera[0], axis=-1), limits.pose_jump),
    )


def _measure_hulls(
    scene: Scene, camera_from_world: Floats, corners: Floats
) -> tuple[Floats, Floats]:
    """Hull area in pixels (T, N) and its share outside the image (T, N)."""
    in_camera = transform_points(camera_from_world[:, None], corners)
    return hull_outside(scene.facts.K, in_camera, scene.facts.width)


def _exact_part(scene: Scene, t: int) -> Floats:
    part = scene.visible_part(t)
    if part is None:
        raise ValueError(f"{scene.facts.source} declares exact_visibility but gives no visible_part")
    return part


def estimate_visible_part(
    pixels: NDArray[np.int64], hull_area: Floats, outside: Floats,
    touched: NDArray[np.bool_], limits: EstimateLimits,
) -> Floats:
    """Visible part (T, N) from masks alone: mask / (hull in the image x fill).

    Fill is how much of its box hull an object covers when nothing hides it: the 90th percentile over
    its unobstructed frames. Without such a frame an object counts as fully visible only where no
    nearer id touches it, and as unknown (NaN) elsewhere.
    """
    in_image = hull_area * (1 - outside)
    ratio = np.where(in_image > 0, pixels / np.where(in_image > 0, in_image, 1), np.nan)
    free = ~touched & (outside <= 0) & (pixels > 0)
    part = np.full(pixels.shape, np.nan)
    for n in range(pixels.shape[1]):
        if free[:, n].sum() >= limits.min_unobstructed:
            fill = np.percentile(ratio[free[:, n], n], limits.fill_percentile)
            part[:, n] = np.clip(ratio[:, n] / fill, 0, 1)
        else:
            part[:, n] = np.where(touched[:, n] | (pixels[:, n] == 0), np.nan, 1.0)
    return part


def _steady(centre: Floats, first_distance: Floats, limits: PoseJumpLimits) -> NDArray[np.bool_]:
    """(N,) no step of the centre that is both large and unlike the steps around it."""
    step = np.linalg.norm(np.diff(centre, axis=0), axis=-1)
    around = np.full((*step.shape, 2), np.nan)
    around[2:, :, 0], around[:-2, :, 1] = step[:-2], step[2:]
    typical = np.nanmax(np.where(np.isnan(around), -np.inf, around), axis=-1)
    jump = (step > limits.max_step * first_distance) & (step > limits.times_neighbours * typical)
    return ~jump.any(axis=0)
