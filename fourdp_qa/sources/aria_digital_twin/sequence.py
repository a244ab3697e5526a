"""One sequence in the standard conventions: its frames, camera, things and people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.scene.scene import ObjectFacts
from fourdp_qa.sources.aria_digital_twin.constants import (
    DOWNLOAD_AGAIN,
    GRAVITY,
    GRAVITY_TOLERANCE,
    R_RAW_FROM_UPRIGHT,
    TRAJECTORY_FILE,
    TRAJECTORY_PLACE,
    TRAJECTORY_TIME,
    TRAJECTORY_TURN,
)
from fourdp_qa.sources.aria_digital_twin.metadata import (
    Instance,
    Metadata,
    read_instances,
    read_metadata,
    read_wearers,
)
from fourdp_qa.sources.aria_digital_twin.naming import caption_of
from fourdp_qa.sources.aria_digital_twin.people import person_from_joints
from fourdp_qa.sources.aria_digital_twin.records import Times, longest_run, nearest_record
from fourdp_qa.sources.aria_digital_twin.tables import Table
from fourdp_qa.sources.aria_digital_twin.things import Followed, Thing, is_building, read_things, unknown
from fourdp_qa.sources.aria_digital_twin.video import Recording


@dataclass(frozen=True)
class Frames:
    """The T frames of a scene: one unbroken run of the recording.

    Attributes
    ----------
    colour, depth, ids : (T,) nanoseconds, the records of each frame
    fps : float
    """

    colour: Times
    depth: Times
    ids: Times
    fps: float


@dataclass(frozen=True)
class Sequence:
    """A sequence with N things and people.

    Attributes
    ----------
    recording : Recording
    frames : Frames
    up : (3,) unit vector, against gravity
    objects : tuple of ObjectFacts
    world_from_camera : (T, 4, 4), upright, OpenCV axes
    world_from_object : (T, N, 4, 4), origin at the box centre; NaN without a fresh record
    pose_valid : (T, N)
    stored_ids : (M,) increasing: the instance ids that pictures may hold
    scene_ids : (M,) the id in the scene of each; 0 for the building
    bodies_known : bool
        Depth and ids hold every body, that of the wearer too.
    """

    recording: Recording
    frames: Frames
    up: Floats
    objects: tuple[ObjectFacts, ...]
    world_from_camera: Floats
    world_from_object: Floats
    pose_valid: NDArray[np.bool_]
    stored_ids: NDArray[np.uint64]
    scene_ids: NDArray[np.int32]
    bodies_known: bool


def read_sequence(folder: Path) -> Sequence:
    """Read everything of `folder` but its pictures.

    Raises
    ------
    SourceDataError
        When a file is missing or damaged, or fewer than two frames in a row have fresh records.
    """
    metadata, instances = read_metadata(folder), read_instances(folder)
    wearers = read_wearers(folder) if metadata.people else {}
    things = read_things(folder, instances)
    trajectory = Table(folder / TRAJECTORY_FILE, [TRAJECTORY_TIME],
                       [*TRAJECTORY_PLACE, *TRAJECTORY_TURN, *GRAVITY])
    recording = Recording(folder, with_people=metadata.people > 0)
    frames, world_from_device = _frames(recording, trajectory)
    up = _up(trajectory)
    listed = [i for i in instances if not is_building(i, things.get(i.id))]
    others = {k for k, serial in wearers.items() if serial != metadata.serial}
    followed = [_followed(i, things.get(i.id), i.id in others, recording, frames, up) for i in listed]
    number = {instance.id: n + 1 for n, instance in enumerate(listed)}
    upright = make_pose(R_RAW_FROM_UPRIGHT, np.zeros(3))
    count = len(frames.colour)
    return Sequence(
        recording=recording,
        frames=frames,
        up=up,
        objects=tuple(_facts(instance, number[instance.id], things.get(instance.id), of)
                      for instance, of in zip(listed, followed, strict=True)),
        world_from_camera=world_from_device @ recording.device_from_camera @ upright,
        world_from_object=np.stack([of.world_from_object for of in followed], axis=1)
        if followed else np.zeros((count, 0, 4, 4)),
        pose_valid=np.stack([of.valid for of in followed], axis=1)
        if followed else np.zeros((count, 0), dtype=np.bool_),
        stored_ids=np.array([instance.id for instance in instances], dtype=np.uint64),
        scene_ids=np.array([number.get(instance.id, 0) for instance in instances], dtype=np.int32),
        bodies_known=_bodies_known(metadata, wearers),
    )


def _bodies_known(metadata: Metadata, wearers: dict[int, str]) -> bool:
    """The wearer's body was tracked, and that of a second wearer where there is one."""
    return metadata.serial in wearers.values() and metadata.people > int(metadata.several_wearers)


def _frames(recording: Recording, trajectory: Table) -> tuple[Frames, Floats]:
    """The longest run of frames whose records are all fresh, and world_from_device (T, 4, 4)."""
    device_times = 1000 * trajectory.whole(TRAJECTORY_TIME)
    wrong = np.flatnonzero(np.diff(device_times) <= 0)
    if len(wrong):
        raise trajectory.error(f"row {wrong[0] + 2}, {TRAJECTORY_TIME}",
                               f"{device_times[wrong[0] + 1] // 1000}", "a later time than the row before")
    captured = recording.captured
    nearest = {
        name: nearest_record(times, captured)
        for name, times in (("depth", recording.depth_times), ("ids", recording.id_times),
                            ("device pose", device_times))
    }
    usable = np.all([fresh for _, fresh in nearest.values()], axis=0)
    chosen = longest_run(captured, usable)
    if len(chosen) < 2:
        lacking = ", ".join(f"{name} {int(fresh.sum())}" for name, (_, fresh) in nearest.items())
        raise SourceDataError(
            trajectory.path.parent, "times", found=f"{len(captured)} pictures, with a record within 5 ms: "
            f"{lacking}", expected="two frames in a row that have all three", do=DOWNLOAD_AGAIN)
    times = captured[chosen]
    frames = Frames(
        colour=times,
        depth=recording.depth_times[nearest["depth"][0][chosen]],
        ids=recording.id_times[nearest["ids"][0][chosen]],
        fps=round(1e9 / float(np.median(np.diff(times))), 2),
    )
    rows = nearest["device pose"][0][chosen]
    return frames, trajectory.poses(TRAJECTORY_PLACE, TRAJECTORY_TURN)[rows]


def _up(trajectory: Table) -> Floats:
    """Unit vector against gravity, which is the same in all rows."""
    gravity = trajectory.numbers(GRAVITY)
    strength = np.linalg.norm(gravity, axis=1)
    if not (strength > 0).all():
        raise trajectory.error(f"row {np.argmin(strength) + 1}, {', '.join(GRAVITY)}", "no direction",
                               "gravity in world axes")
    down = gravity / strength[:, None]
    off = np.linalg.norm(down - down[0], axis=1)
    if off.max() > GRAVITY_TOLERANCE:
        row = int(np.argmax(off))
        raise trajectory.error(f"row {row + 1}, {', '.join(GRAVITY)}", f"{gravity[row].tolist()}",
                               f"one direction in all rows, {gravity[0].tolist()}",
                               "likely mistake: gravity in the device's axes")
    return np.asarray(-down[0], dtype=np.float64)


def _followed(
    instance: Instance, thing: Thing | None, is_other_person: bool, recording: Recording, frames: Frames,
    up: Floats,
) -> Followed:
    """Where a thing or a person is. The wearer's own body is seen by hands and knees alone: it keeps its
    id and has no pose.
    """
    if thing is not None:
        return thing.followed(frames.colour)
    if instance.is_human and is_other_person:
        joints = recording.joints(instance.id, frames.colour)
        return person_from_joints(joints, recording.joint_names, up, frames.fps)
    return unknown(len(frames.colour))


def _facts(instance: Instance, number: int, thing: Thing | None, followed: Followed) -> ObjectFacts:
    if instance.is_human:
        known = bool(followed.valid.any())
        return ObjectFacts(
            id=number, kind=instance.category, caption="person", size=followed.size,
            front=np.array([1.0, 0.0, 0.0]) if known else None, is_agent=known, is_rigid=False,
        )
    return ObjectFacts(
        id=number,
        kind=instance.category,
        caption=caption_of(instance.name, instance.category),
        size=followed.size,
        symmetric_about_up=instance.round_about_up,
        is_static=instance.is_static and thing is not None and thing.stays,
        is_rigid=instance.is_rigid,
    )
