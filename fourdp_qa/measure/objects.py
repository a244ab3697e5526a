"""Measure the objects: where they are, how far, how large in the picture, and how much of them is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.boxes import box_corners, hull_outside, nearest_point_distance
from fourdp_qa.measure.limits import EstimateLimits, Limits, PoseJumpLimits
from fourdp_qa.measure.measurements import ObjectMeasurements
from fourdp_qa.scene.camera import pixel_centres, unproject
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
    masks = _measure_masks(scene, images, limits.estimate)
    hull_area, outside = _measure_hulls(scene, camera_from_world, corners)
    if Capability.EXACT_VISIBILITY in scene.facts.capabilities:
        visible_part = np.stack([_exact_part(scene, t) for t in frames])
    else:
        visible_part = estimate_visible_part(masks.pixels, hull_area, outside, masks.touched,
                                             limits.estimate)
    return ObjectMeasurements(
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


class _Masks:
    """Per frame and object: pixels (T, N), box in pixels (T, N, 4), surface distances (T, N, 2), and
    whether another id in front touches the mask (T, N).
    """

    def __init__(self, frames: int, objects: int) -> None:
        self.pixels = np.zeros((frames, objects), dtype=np.int64)
        self.box = np.full((frames, objects, 4), np.nan)
        self.surface = np.full((frames, objects, 2), np.nan)
        self.touched = np.zeros((frames, objects), dtype=np.bool_)


def _measure_masks(scene: Scene, images: SegmentImages, limits: EstimateLimits) -> _Masks:
    ids = [o.id for o in scene.objects]
    masks = _Masks(len(images.depth), len(ids))
    height, width = scene.facts.height, scene.facts.width
    ray_length = np.linalg.norm(
        unproject(scene.facts.K, pixel_centres(height, width), np.ones((height, width))), axis=-1
    )
    top = max([*ids, 0]) + 1
    for t, (depth, instances) in enumerate(zip(images.depth, images.instances, strict=True)):
        counts = np.bincount(instances.ravel(), minlength=top)
        touched = _touched_by_nearer(depth, instances, top, limits.nearer_by)
        for n, object_id in enumerate(ids):
            masks.pixels[t, n] = counts[object_id]
            masks.touched[t, n] = touched[object_id]
            if counts[object_id]:
                _measure_mask(masks, t, n, instances == object_id, depth, ray_length)
    return masks


def _measure_mask(
    masks: _Masks, t: int, n: int, mask: NDArray[np.bool_],
    depth: NDArray[np.float32], ray_length: Floats,
) -> None:
    rows = np.flatnonzero(mask.any(axis=1))
    cols = np.flatnonzero(mask.any(axis=0))
    window = np.s_[rows[0]:rows[-1] + 1, cols[0]:cols[-1] + 1]
    masks.box[t, n] = cols[0], rows[0], cols[-1] + 1, rows[-1] + 1
    inside = mask[window]
    distance = (depth[window] * ray_length[window])[inside]
    distance = distance[distance > 0]
    if distance.size:
        masks.surface[t, n] = np.percentile(distance, [10, 90])


def _touched_by_nearer(
    depth: NDArray[np.float32], instances: NDArray[np.int32], top: int, nearer_by: float
) -> NDArray[np.bool_]:
    """(top,) whether a pixel of an id has a neighbour of another id that is clearly nearer."""
    touched = np.zeros(top, dtype=np.bool_)
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1, :], np.s_[1:, :])):
        for far, near in ((a, b), (b, a)):
            meets = (instances[far] != instances[near]) & (instances[far] > 0)
            meets &= instances[near] > 0
            meets &= depth[near] < depth[far] * (1 - nearer_by)
            touched[instances[far][meets]] = True
    return touched


def _measure_hulls(
    scene: Scene, camera_from_world: Floats, corners: Floats
) -> tuple[Floats, Floats]:
    """Hull area in pixels (T, N) and its share outside the image (T, N)."""
    in_camera = transform_points(camera_from_world[:, None], corners)
    shape = corners.shape[:2]
    area, outside = np.full(shape, np.nan), np.ones(shape)
    for t in range(shape[0]):
        for n in range(shape[1]):
            if np.isfinite(in_camera[t, n]).all():
                area[t, n], outside[t, n] = hull_outside(
                    scene.facts.K, in_camera[t, n], scene.facts.width
                )
    return area, outside


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
