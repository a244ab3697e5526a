"""A tar of HOT3D-Clips as a Recording and its pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image_bytes
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.archive import ClipArchive
from fourdp_qa.sources.hot3d.calibration import checked_camera
from fourdp_qa.sources.hot3d.constants import (
    CAMERAS,
    DEVICES,
    INFO,
    JSONS,
    LARGEST_ANGLE,
    LARGEST_ID,
    MODEL,
    OBJECTS,
    REPAIR,
    WIDEST_ANGLE,
    Device,
)
from fourdp_qa.sources.hot3d.fields import Fields
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.hot3d.masks import Mask
from fourdp_qa.sources.hot3d.models import model_of_clip, same_step
from fourdp_qa.sources.hot3d.recording import Item, Recording, refuse_times

LARGEST_SIDE = 8192


class ClipPictures:
    """The JPEGs of one stream."""

    def __init__(self, archive: ClipArchive, device: Device, height: int, width: int) -> None:
        self._archive, self._device = archive, device
        self._size = height, width

    def picture(self, t: int) -> NDArray[np.uint8]:
        """Frame t, (H, W) or (H, W, 3).

        Raises
        ------
        SourceDataError
            When the JPEG is missing, damaged, or of another size or kind.
        """
        name = picture_name(self._device)
        where = f"{self._archive.path}: {t:06d}.{name}"
        return read_image_bytes(self._archive.read(t, name), where, self._device.modes, *self._size)

    def close(self) -> None:
        """Nothing is held open."""


def picture_name(device: Device) -> str:
    """Member of a frame that holds the picture of the device's stream."""
    return f"image_{device.stream}.jpg"


def device_of(info: Fields) -> Device:
    """The headset that an ``info.json`` names.

    Raises
    ------
    SourceDataError
        When it names another.
    """
    name = info.text("device")
    # Written with and without a blank.
    device = DEVICES.get(name.replace(" ", "").replace("_", ""))
    if device is None:
        raise info.error("device", f"'{name}'", " or ".join(DEVICES))
    return device


def read_clip(path: Path, models: Path) -> tuple[Recording, ClipPictures]:
    """Read all that a clip says of the stream that is used.

    Raises
    ------
    SourceDataError
        When a member is missing or damaged, or frames do not follow each other.
    """
    archive = ClipArchive(path)
    infos = [archive.fields(t, INFO) for t in range(archive.frames)]
    if not infos:
        raise SourceDataError(path, "", found="no frame", expected="the tar of a clip", do=REPAIR)
    device = device_of(infos[0])
    _check_members(archive, device)
    times = np.array([info.under("image_timestamps_ns").whole(device.stream) for info in infos])
    if len(times) > 1:
        refuse_times(path, f"image_timestamps_ns {device.stream}", times)
    views = [archive.fields(t, CAMERAS).under(device.stream) for t in range(archive.frames)]
    calibrations = [view.under("calibration") for view in views]
    height, width = _picture_size(calibrations[0])
    _check_picture(archive, device, height, width)
    labels = [archive.fields(t, OBJECTS) for t in range(archive.frames)]
    items = _items(labels, models)
    if not items:
        raise SourceDataError(path, OBJECTS, found="no object in any frame", expected="objects",
                              do="leave the clip out: nothing can be asked about it")
    poses, boxes, masks = _labels(labels, items, device, height, width)
    ids = np.array([item.id for item in items], dtype=np.int64)
    recording = Recording(
        where=path,
        field=device.stream,
        device=device,
        height=height,
        width=width,
        cameras=tuple(_camera(c, device, height, width) for c in calibrations),
        world_from_camera=np.stack([view.pose("T_world_from_camera") for view in views]),
        device_from_camera=calibrations[0].pose("T_device_from_camera"),
        items=items,
        world_from_model=poses,
        boxes=boxes,
        masks=masks,
        hidden=np.zeros(poses.shape[:2], dtype=np.bool_),
        neighbours={step: found for step in (1, -1) if (found := same_step(models, ids, step))},
    )
    return recording, ClipPictures(archive, device, height, width)


def _check_members(archive: ClipArchive, device: Device) -> None:
    """Every frame has all that is read of it."""
    if not any(archive.has(t, OBJECTS) for t in range(archive.frames)):
        raise SourceDataError(
            archive.path, OBJECTS, found="none in any frame", expected="a clip with object poses",
            do="take the clips of train_aria and train_quest3: those of test_* have none",
        )
    for t in range(archive.frames):
        for name in (*JSONS, picture_name(device)):
            if not archive.has(t, name):
                raise SourceDataError(archive.path, f"{t:06d}.{name}", found="no such member", do=REPAIR,
                                      expected=f"the members of all {archive.frames} frames")


def _picture_size(calibration: Fields) -> tuple[int, int]:
    size = calibration.whole("image_height"), calibration.whole("image_width")
    if not 0 < min(size) <= max(size) <= LARGEST_SIDE:
        raise calibration.error("image_height, image_width", f"{size}", "the size of a picture in pixels")
    return size


def _check_picture(archive: ClipArchive, device: Device, height: int, width: int) -> None:
    """The first picture has the size of the calibration: one that was turned or scaled has another."""
    name = picture_name(device)
    try:
        with Image.open(io.BytesIO(archive.read(0, name))) as image:
            size = image.height, image.width
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return  # said when the picture is read
    if size != (height, width):
        turned = size == (width, height)
        raise SourceDataError(
            archive.path, f"000000.{name}", found=f"{size[1]}x{size[0]}",
            expected=f"{width}x{height} as calibrated",
            do="likely mistake: the pictures were turned upright" if turned else REPAIR,
        )


def _camera(calibration: Fields, device: Device, height: int, width: int) -> Fisheye624:
    if (kind := calibration.text("projection_model_type")) != MODEL:
        raise calibration.error("projection_model_type", f"'{kind}'", MODEL)
    if _picture_size(calibration) != (height, width):
        raise calibration.error("image_height, image_width", f"{_picture_size(calibration)}",
                                f"({height}, {width}) as in the first frame")
    angle = calibration.number("max_solid_angle")
    if not 0 < angle <= LARGEST_ANGLE:
        raise calibration.error("max_solid_angle", f"{angle:.4g}", "an angle in radians",
                                "likely mistake: degrees" if angle > LARGEST_ANGLE else REPAIR)
    return checked_camera(calibration, "projection_params", device, (height, width), min(angle, WIDEST_ANGLE))


def _items(labels: list[Fields], models: Path) -> tuple[Item, ...]:
    """All objects of the clip by their numbers."""
    names: dict[int, str] = {}
    for frame in labels:
        for key in frame.names():
            instance = frame.only(key)
            number = instance.whole("object_bop_id")
            if str(number) != key or not 0 < number <= LARGEST_ID:
                raise instance.error("object_bop_id", f"{number}", f"{key}, under which it stands",
                                     "likely mistake: ids off by one" if key.isdecimal()
                                     and abs(int(key) - number) == 1 else REPAIR)
            name = instance.text("object_name")
            if names.setdefault(number, name) != name:
                raise instance.error("object_name", f"'{name}'", f"'{names[number]}' as before")
    return tuple(Item(k, names[k], model_of_clip(models, k)) for k in sorted(names))


def _labels(
    labels: list[Fields], items: tuple[Item, ...], device: Device, height: int, width: int
) -> tuple[Floats, Floats, tuple[tuple[Mask | None, ...], ...]]:
    """Poses (T, N, 4, 4), boxes (T, N, 4) and masks of what is seen."""
    poses = np.full((len(labels), len(items), 4, 4), np.nan)
    boxes = np.full((len(labels), len(items), 4), np.nan)
    masks: list[tuple[Mask | None, ...]] = []
    for t, frame in enumerate(labels):
        here: list[Mask | None] = [None] * len(items)
        for n, item in enumerate(items):
            if not frame.has(str(item.id)):
                continue
            instance = frame.only(str(item.id))
            poses[t, n] = instance.pose("T_world_from_object")
            if instance.has("boxes_amodal") and instance.under("boxes_amodal").has(device.stream):
                boxes[t, n] = _box(instance.under("boxes_amodal"), device.stream)
            if instance.has("masks_modal") and instance.under("masks_modal").has(device.stream):
                here[n] = Mask.of(instance.under("masks_modal").under(device.stream), height, width)
        masks.append(tuple(here))
    return poses, boxes, tuple(masks)


def _box(boxes: Fields, stream: str) -> Floats:
    box = boxes.vector(stream, 4)
    if (box[2:] <= box[:2]).any():
        raise boxes.error(stream, f"{box.tolist()}", "left, top, right, bottom",
                          "likely mistake: left, top, width, height, or left, right, top, bottom")
    return box
