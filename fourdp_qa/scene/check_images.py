"""Second part of `check_scene`: the images of some frames, each by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.camera import unproject
from fourdp_qa.scene.check_report import Finding, Severity
from fourdp_qa.scene.pose import transform_points
from fourdp_qa.scene.scene import Capability, Scene

NO_DEPTH_ON_OBJECTS = 0.05
"""Share of object pixels that may lack depth; sensors leave holes at edges."""

UNSEEN_OWN_PIXELS = 0.05
"""Share of an image's own surface points that `sees` may deny: rays graze edges."""

POINTS_ASKED = 64


@dataclass
class FrameImages:
    """The frames that could be read.

    Attributes
    ----------
    frames : list of int
    depth : list of (H, W) float32
    instances : list of (H, W) int32
    findings : list of Finding
    """

    frames: list[int] = field(default_factory=list)
    depth: list[NDArray[np.float32]] = field(default_factory=list)
    instances: list[NDArray[np.int32]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_images(scene: Scene, frames: list[int], *, with_rgb: bool) -> FrameImages:
    """Read `frames` and look at each image by itself.

    A frame that cannot be read or used becomes a finding and is left out.
    """
    images = FrameImages()
    for t in frames:
        try:
            depth, instances = scene.depth(t), scene.instances(t)
            rgb = scene.rgb(t) if with_rgb and t in (frames[0], frames[-1]) else None
        except FourdpQaError as error:
            images.findings.append(
                Finding(Severity.ERROR, "images", f"{error}", "readable files", frame=t)
            )
            continue
        found = _layouts(scene, t, depth, instances)
        if rgb is not None:
            found += colour_faults(scene, t, rgb)
        if not found:
            found = _contents(scene, t, depth, instances)
            images.frames.append(t)
            images.depth.append(depth)
            images.instances.append(instances)
        images.findings += found
    return images


def frame_faults(
    scene: Scene, t: int, depth: NDArray[np.float32], instances: NDArray[np.int32]
) -> list[Finding]:
    """Errors of depth and ids of frame t: their shapes and types first, then what they hold."""
    return _layouts(scene, t, depth, instances) or _contents(scene, t, depth, instances)


def colour_faults(scene: Scene, t: int, rgb: NDArray[np.uint8]) -> list[Finding]:
    """Errors of the shape and type of the colour image of frame t."""
    return _layout(scene, t, "rgb", rgb, np.uint8)


def check_visibility(scene: Scene, images: FrameImages) -> list[Finding]:
    """Whether `visible_part` and `sees` agree with the images, where the scene offers them."""
    if Capability.EXACT_VISIBILITY not in scene.facts.capabilities or not images.frames:
        return []
    t, instances = images.frames[0], images.instances[0]
    part = scene.visible_part(t)
    if part is None or np.shape(part) != (len(scene.objects),):
        found = "None" if part is None else f"shape {np.shape(part)}"
        return [Finding(Severity.ERROR, "visible_part", found,
                        f"shape ({len(scene.objects)},): the capability exact_visibility says so",
                        frame=t)]
    findings = []
    share = "a share in [0, 1]"
    for n, item in enumerate(scene.objects):
        in_image = bool(np.any(instances == item.id))
        wrong = np.isfinite(part[n]) and not 0 <= part[n] <= 1
        if wrong or (in_image and not part[n] > 0):
            findings.append(Finding(
                Severity.ERROR, f"visible_part[{n}]", f"{part[n]:.3g}",
                f"{share}, more than 0: it has pixels in the image" if in_image else share,
                frame=t, object_id=item.id,
            ))
    return findings + _own_pixels_seen(scene, images)


def _own_pixels_seen(scene: Scene, images: FrameImages) -> list[Finding]:
    """`sees` must say yes to the surface points that the image itself shows."""
    t, depth, instances = images.frames[0], images.depth[0], images.instances[0]
    pixels = np.argwhere((instances > 0) & (depth > 0))
    pixels = pixels[:: max(1, len(pixels) // POINTS_ASKED)]
    if not len(pixels):
        return []
    row, column = pixels.T
    uv = np.stack([column + 0.5, row + 0.5], axis=-1)
    in_camera = unproject(scene.facts.K, uv, depth[row, column])
    in_world = transform_points(scene.world_from_camera[t], in_camera)
    seen = scene.sees(t, in_world, instances[row, column].astype(np.int64))
    if seen is None:
        return [Finding(Severity.ERROR, "sees", "None",
                        "an answer: the capability exact_visibility says so", frame=t)]
    if np.mean(~seen) > UNSEEN_OWN_PIXELS:
        return [Finding(Severity.ERROR, "sees",
                        f"{np.mean(~seen):.0%} of the points the image shows are denied",
                        f"at most {UNSEEN_OWN_PIXELS:.0%}", frame=t)]
    return []


def _layouts(
    scene: Scene, t: int, depth: NDArray[np.float32], instances: NDArray[np.int32]
) -> list[Finding]:
    return [
        *_layout(scene, t, "depth", depth, np.float32),
        *_layout(scene, t, "instances", instances, np.int32),
    ]


def _contents(
    scene: Scene, t: int, depth: NDArray[np.float32], instances: NDArray[np.int32]
) -> list[Finding]:
    return [*_depth(scene, t, depth, instances), *_ids(scene, t, instances)]


def _layout(
    scene: Scene, t: int, name: str, image: NDArray[np.generic], dtype: type[np.generic]
) -> list[Finding]:
    expected: tuple[int, ...] = (scene.facts.height, scene.facts.width)
    if name == "rgb":
        expected = (*expected, 3)
    found = []
    if np.shape(image) != expected:
        swapped = np.shape(image)[:2] == expected[1::-1] and expected[0] != expected[1]
        found.append(Finding(
            Severity.ERROR, name, f"shape {np.shape(image)}", f"shape {expected}", frame=t,
            likely_mistake="height and width exchanged" if swapped else "",
        ))
    if np.asarray(image).dtype != dtype:
        found.append(Finding(Severity.ERROR, name, f"dtype {np.asarray(image).dtype}",
                             np.dtype(dtype).name, frame=t))
    return found


def _depth(
    scene: Scene, t: int, depth: NDArray[np.float32], instances: NDArray[np.int32]
) -> list[Finding]:
    nearest = depth.min()
    # NaN fails both comparisons.
    if not (nearest >= 0 and depth.max() < np.inf):
        return [Finding(Severity.ERROR, "depth", "pixels that are negative or not finite",
                        "z-depth, 0 where there is none", frame=t)]
    if Capability.DEPTH not in scene.facts.capabilities or nearest > 0:
        return []
    on_objects = instances > 0
    holes = np.count_nonzero(on_objects & (depth == 0))
    without = float(holes / np.count_nonzero(on_objects)) if holes else 0.0
    if without > NO_DEPTH_ON_OBJECTS:
        return [Finding(
            Severity.ERROR, "depth", f"{without:.0%} of the object pixels without",
            f"at most {NO_DEPTH_ON_OBJECTS:.0%}", frame=t,
            likely_mistake="depth and ids of different frames or sizes",
        )]
    return []


def _ids(scene: Scene, t: int, instances: NDArray[np.int32]) -> list[Finding]:
    # The first pixel and those that differ from the one before: few, and every id is among them.
    flat = instances.reshape(-1)
    begins = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    present = {*flat[:1].tolist(), *np.unique(flat[begins]).tolist()}
    unknown = present - {0, *(item.id for item in scene.objects)}
    if not unknown:
        return []
    return [Finding(
        Severity.ERROR, "instances", f"id {min(unknown)} without an object",
        "ids of the objects table", frame=t, object_id=min(unknown),
    )]
