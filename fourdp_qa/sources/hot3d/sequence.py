"""A recording of the full release: which of its frames can be used, and what is said of them.

There are no masks here. An object's pixels are those of its model, in frames in which the release says that
nearly all of it is seen; in the others nothing is said of its pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, make_pose, rotation_from_quaternion_wxyz
from fourdp_qa.scene.segment import MIN_FRAMES
from fourdp_qa.sources.hot3d.calibration import Size
from fourdp_qa.sources.hot3d.constants import (
    BOX_COLUMNS,
    BOXES,
    DEVICES,
    DYNAMIC_OBJECTS,
    FPS,
    GAP,
    HEADSET,
    INSTANCES,
    MASK_COLUMNS,
    MASKS,
    METADATA,
    POSE_COLUMNS,
    REPAIR,
    SAME_TIME,
    SHOWN,
    Device,
)
from fourdp_qa.sources.hot3d.fields import QUATERNION_LENGTH, Fields
from fourdp_qa.sources.hot3d.models import read_model
from fourdp_qa.sources.hot3d.recording import Item, Recording, refuse_times
from fourdp_qa.sources.hot3d.stored_cameras import nearest_stamps, read_cameras
from fourdp_qa.sources.hot3d.tables import Table

Times = NDArray[np.int64]
Clock = Callable[[int], int]
"""Nanoseconds of the annotations to nanoseconds of the device that calibrations are stamped with."""


@dataclass(frozen=True)
class Facts:
    """What ``metadata.json`` says.

    Attributes
    ----------
    device : Device
    participant, name : str
    """

    device: Device
    participant: str
    name: str


def read_facts(folder: Path) -> Facts:
    """Whose recording it is, and with which headset.

    Raises
    ------
    SourceDataError
        When the file is missing, damaged, of another headset, or of a recording without object poses.
    """
    fields = Fields.parsed(_content(folder / METADATA), folder / METADATA, "")
    headset = fields.text("headset")
    if headset not in DEVICES:
        raise fields.error("headset", f"'{headset}'", " or ".join(DEVICES))
    if fields.has("gt_available_status") and not fields.under("gt_available_status").has("object_pose_gt"):
        raise fields.error("gt_available_status object_pose_gt", "nothing", "true",
                           "leave it out: its object poses are not published")
    return Facts(DEVICES[headset], fields.text("participant_id"), fields.text("recording_name"))


def usable_runs(folder: Path, device: Device) -> list[Times]:
    """Times of frames that follow each other without a gap and have all annotations, run by run.

    Raises
    ------
    SourceDataError
        When a mask table is missing or damaged.
    """
    stamps: Times | None = None
    usable = np.zeros(0, dtype=np.bool_)
    for name in MASKS:
        table = Table(folder / "masks" / f"mask_{name}.csv", MASK_COLUMNS)
        mine = table.texts("stream_id") == device.stream
        order = np.argsort(table.whole("timestamp[ns]")[mine], kind="stable")
        times = table.whole("timestamp[ns]")[mine][order]
        said = _truths(table, mine)[order]
        if stamps is None:
            stamps, usable = times, said
        elif len(times) != len(stamps) or (times != stamps).any():
            raise table.error("timestamp[ns]", f"{len(times)} frames", f"those of mask_{MASKS[0]}.csv")
        else:
            usable = usable & said
    if stamps is None or not len(stamps):
        return []
    far = np.diff(stamps) > GAP * 1e9 / FPS
    edges = np.flatnonzero(far | ~usable[1:] | ~usable[:-1]) + 1
    runs = np.split(np.arange(len(stamps)), edges)
    return [stamps[run] for run in runs if len(run) >= MIN_FRAMES and usable[run].all()]


def read_sequence(
    folder: Path, library: Path, times: Times, clock: Clock, size: Size
) -> Recording:
    """Read what is said of the frames at `times` (T,) nanoseconds.

    Parameters
    ----------
    folder : Path
        Of the recording.
    library : Path
        Of the object models, with instance.json.
    times : (T,) of a run
    clock : callable
        For calibrations that are stamped in the device's own time.
    size : (height, width) of Aria's pictures

    Raises
    ------
    SourceDataError
        When a table is missing or damaged, or lacks a frame.
    """
    device = read_facts(folder).device
    refuse_times(folder, "masks timestamp[ns]", times)
    world_from_device = _of_frames(_poses(folder / HEADSET), times)
    for poses in world_from_device.values():
        if not np.isfinite(poses).all():
            t = int(np.argmax(~np.isfinite(poses).all(axis=(1, 2))))
            raise SourceDataError(folder / HEADSET, f"timestamp {times[t]}", found="no row", do=REPAIR,
                                  expected="a pose of every frame whose mask says that there is one")
    if len(world_from_device) != 1:
        raise SourceDataError(folder / HEADSET, "object_uid", found=f"{len(world_from_device)} headsets",
                              expected="one", do=REPAIR)
    (poses,) = world_from_device.values()
    cameras = read_cameras(folder, device, times, clock, size)
    objects = _of_frames(_poses(folder / DYNAMIC_OBJECTS), times)
    uids = sorted(objects)
    items = _items(library, uids)
    order = sorted(range(len(uids)), key=lambda n: items[n].id)
    uids, items = [uids[n] for n in order], tuple(items[n] for n in order)
    boxes, shown = _boxes(folder / BOXES, device, uids, times)
    return Recording(
        where=folder, field=device.stream, device=device, height=cameras.height, width=cameras.width,
        cameras=cameras.models, world_from_camera=poses @ cameras.device_from_camera,
        device_from_camera=cameras.device_from_camera[0], items=items,
        world_from_model=np.stack([objects[uid] for uid in uids], axis=1), boxes=boxes, masks=None,
        hidden=~(shown >= SHOWN), neighbours={},
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceDataError(path, "", found=f"a file that cannot be read ({error.strerror})",
                              expected="a file of the recording", do=REPAIR) from None


def _truths(table: Table, mine: NDArray[np.bool_]) -> NDArray[np.bool_]:
    said = table.texts("mask")[mine]
    odd = ~np.isin(said, ("True", "False"))
    if odd.any():
        raise table.error("mask", f"'{said[odd][0]}'", "True or False")
    return np.asarray(said == "True")


def _poses(path: Path) -> dict[str, tuple[Times, Floats]]:
    """Times (R,) and poses (R, 4, 4) of everything a table of poses holds."""
    table = Table(path, POSE_COLUMNS)
    times, numbers = table.whole("timestamp[ns]"), table.numbers(POSE_COLUMNS[2:])
    length = np.linalg.norm(numbers[:, 3:], axis=1)
    odd = np.abs(length - 1.0) > QUATERNION_LENGTH
    if odd.any():
        raise table.error(f"line {np.argmax(odd) + 2} q_wo", f"a quaternion of length {length[odd][0]:.4g}",
                          "length 1")
    if not len(numbers):
        raise table.error("", "no row", "poses")
    poses = make_pose(rotation_from_quaternion_wxyz(numbers[:, 3:]), numbers[:, :3])
    found = {}
    for uid in np.unique(table.texts("object_uid")).tolist():
        mine = table.texts("object_uid") == uid
        found[uid] = times[mine], poses[mine]
    return found


def _of_frames(tracks: dict[str, tuple[Times, Floats]], times: Times) -> dict[str, Floats]:
    """Poses (T, 4, 4) at the frames' times, NaN where no record is near enough."""
    chosen = {}
    for uid, (stamps, poses) in tracks.items():
        nearest = nearest_stamps(stamps, times)
        near = np.abs(stamps[nearest] - times) <= SAME_TIME
        chosen[uid] = np.where(near[:, None, None], poses[nearest], np.nan)
    return chosen


def _items(library: Path, uids: list[str]) -> tuple[Item, ...]:
    path = library / INSTANCES
    instances = Fields.parsed(_content(path), path, "")
    return tuple(
        Item(instances.under(uid).whole("instance_bop_id"), instances.under(uid).text("instance_name"),
             read_model(library / f"{uid}.glb"))
        for uid in uids
    )


def _boxes(path: Path, device: Device, uids: list[str], times: Times) -> tuple[Floats, Floats]:
    """Boxes (T, N, 4) left, top, right, bottom and the visible share (T, N); NaN without a row."""
    table = Table(path, BOX_COLUMNS)
    mine = table.texts("stream_id") == device.stream
    stamps, names = table.whole("timestamp[ns]")[mine], table.texts("object_uid")[mine]
    numbers = table.numbers(BOX_COLUMNS[3:], may_lack=True)[mine]
    wrong = (numbers[:, 1] < numbers[:, 0]) | (numbers[:, 3] < numbers[:, 2])
    if wrong.any():
        raise table.error("x_min, x_max, y_min, y_max", f"{numbers[wrong][0, :4].tolist()}",
                          "a box that ends after it begins",
                          "likely mistake: boxes hold left, top, right, bottom")
    boxes = np.full((len(times), len(uids), 4), np.nan)
    shown = np.full((len(times), len(uids)), np.nan)
    for n, uid in enumerate(uids):
        rows = np.flatnonzero(names == uid)
        if not len(rows):
            continue
        nearest = rows[nearest_stamps(stamps[rows], times)]
        near = np.abs(stamps[nearest] - times) <= SAME_TIME
        here = np.where(near[:, None], numbers[nearest], np.nan)
        boxes[:, n], shown[:, n] = here[:, (0, 2, 1, 3)], here[:, 4]
    if np.nanmax(shown, initial=0.0) > 1.0:
        raise table.error("visibility_ratio[%]", f"{np.nanmax(shown):.4g}",
                          "shares of 1, whatever the title says", "likely mistake: percent")
    return boxes, shown
