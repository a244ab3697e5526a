"""The things in the room: their boxes and where they are, from the two tables of objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.aria_digital_twin.constants import (
    BOX_HIGH,
    BOX_LOW,
    BOXES_FILE,
    DOWNLOAD_AGAIN,
    ENVIRONMENT,
    LARGEST_OBJECT,
    OBJECT,
    OBJECT_PLACE,
    OBJECT_TIME,
    OBJECT_TURN,
    OBJECTS_FILE,
    STATIC_TIME,
    UNPOSED_EDGE,
)
from fourdp_qa.sources.aria_digital_twin.metadata import Instance
from fourdp_qa.sources.aria_digital_twin.records import Times, nearest_record
from fourdp_qa.sources.aria_digital_twin.tables import Table


@dataclass(frozen=True)
class Followed:
    """A thing or a person over T frames.

    Attributes
    ----------
    size : (3,) edges of its box: front, left, up
    world_from_object : (T, 4, 4), origin at the box centre; NaN where unknown
    valid : (T,)
    """

    size: Floats
    world_from_object: Floats
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class Thing:
    """A thing that has a box and a place.

    Attributes
    ----------
    size : (3,) edges of its box in metres: front, left, up
    times : (R,) increasing, nanoseconds; empty for one row that holds for the whole recording
    poses : (R, 4, 4) or (1, 4, 4) world_from_object, origin at the box centre
    """

    size: Floats
    times: Times
    poses: Floats

    @property
    def stays(self) -> bool:
        """Whether one row holds for the whole recording."""
        return not len(self.times)

    def followed(self, times: Times) -> Followed:
        """Its pose at each of T times, from the record nearest to it unless that is too old."""
        if self.stays:
            poses = np.broadcast_to(self.poses[0], (len(times), 4, 4))
            return Followed(self.size, poses, np.ones(len(times), dtype=np.bool_))
        index, fresh = nearest_record(self.times, times)
        poses = self.poses[index]
        poses[~fresh] = np.nan
        return Followed(self.size, poses, fresh)


def unknown(count: int) -> Followed:
    """What has an id and no pose in any of `count` frames."""
    return Followed(np.full(3, UNPOSED_EDGE), np.full((count, 4, 4), np.nan),
                    np.zeros(count, dtype=np.bool_))


def is_building(instance: Instance, thing: Thing | None) -> bool:
    """Whether an instance is the room itself: static, and called so or larger than any furniture."""
    if thing is None or not (instance.is_static and thing.stays):
        return False
    return instance.category in ENVIRONMENT or float(thing.size.max()) > LARGEST_OBJECT


def read_things(folder: Path, instances: Sequence[Instance]) -> dict[int, Thing]:
    """Every instance that has a box and a pose, by its instance id.

    Raises
    ------
    SourceDataError
        When a table is missing or damaged, names an instance that is not listed or that the other does
        not have, has a box or a pose twice, or a box that ends before it begins.
    """
    by_id = {instance.id: instance for instance in instances}
    boxes = _boxes(folder, by_id)
    things = {}
    for number, times, poses in _trajectories(folder, by_id):
        if number not in boxes:
            raise _no_partner(folder / BOXES_FILE, OBJECTS_FILE, number)
        low, high = boxes.pop(number)
        axes = by_id[number].axes
        to_centre = make_pose(axes, 0.5 * (low + high))
        things[number] = Thing(np.abs(axes.T @ (high - low)), times, poses @ to_centre)
    for number in boxes:
        raise _no_partner(folder / OBJECTS_FILE, BOXES_FILE, number)
    return things


def _no_partner(path: Path, other: str, number: int) -> SourceDataError:
    """A table that was cut lacks what the other has."""
    return SourceDataError(path, f"{OBJECT} {number}", found="no row", expected=f"one, as in {other}",
                           do=DOWNLOAD_AGAIN)


def _boxes(folder: Path, by_id: dict[int, Instance]) -> dict[int, tuple[Floats, Floats]]:
    """Low and high corner (3,) of each box in the axes of its poses."""
    table = Table(folder / BOXES_FILE, [OBJECT], [*BOX_LOW, *BOX_HIGH])
    ids, low, high = table.whole(OBJECT), table.numbers(BOX_LOW), table.numbers(BOX_HIGH)
    _refuse_unlisted(table, ids, by_id)
    boxes: dict[int, tuple[Floats, Floats]] = {}
    for row, number in enumerate(ids.tolist()):
        if number in boxes:
            raise table.error(f"row {row + 1}, {OBJECT}", f"{number} a second time", "one box for each")
        if not (high[row] > low[row]).all():
            raise table.error(f"row {row + 1}, {OBJECT} {number}",
                              f"{low[row].tolist()} to {high[row].tolist()}", "a box with three edges")
        boxes[number] = low[row], high[row]
    return boxes


def _trajectories(folder: Path, by_id: dict[int, Instance]) -> Iterator[tuple[int, Times, Floats]]:
    """(instance id, times, poses) of each object; no time for one that stays."""
    table = Table(folder / OBJECTS_FILE, [OBJECT, OBJECT_TIME], [*OBJECT_PLACE, *OBJECT_TURN])
    ids, times = table.whole(OBJECT), table.whole(OBJECT_TIME)
    _refuse_unlisted(table, ids, by_id)
    poses = table.poses(OBJECT_PLACE, OBJECT_TURN)
    order = np.lexsort((times, ids))
    starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        number, mine = int(ids[rows[0]]), times[rows]
        again = np.flatnonzero(np.diff(mine) == 0)
        if len(again):
            raise table.error(f"row {rows[again[0] + 1] + 1}, {OBJECT} {number}",
                              f"{mine[again[0]]} ns a second time", "one row for each object and time")
        if mine[0] == STATIC_TIME and len(mine) > 1:
            raise table.error(f"row {rows[0] + 1}, {OBJECT} {number}",
                              f"a row for the whole recording and {len(mine) - 1} with a time",
                              "one or the other")
        if mine[0] < 0 and mine[0] != STATIC_TIME:
            raise table.error(f"row {rows[0] + 1}, {OBJECT_TIME}", str(mine[0]), f"a time or {STATIC_TIME}")
        yield number, mine[:0] if mine[0] == STATIC_TIME else mine, poses[rows]


def _refuse_unlisted(table: Table, ids: NDArray[np.int64], by_id: dict[int, Instance]) -> None:
    known = np.fromiter(by_id, dtype=np.int64, count=len(by_id))
    unlisted = np.flatnonzero(~np.isin(ids, known))
    if len(unlisted):
        row = int(unlisted[0])
        raise table.error(f"row {row + 1}, {OBJECT}", str(ids[row]), "an instance of instances.json")
