"""How a question may name its objects: the mentions that the scene gives for the words of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.clips.circles import ring_colours
from fourdp_qa.generate.naming import NamedObjects, held_frames, ring_mark
from fourdp_qa.generate.records import ObjectNaming, SegmentRecord
from fourdp_qa.inspection.verifying.difference import Difference, json_differences, same_number
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.stated_points import UNNAMED_OBJECT
from fourdp_qa.phrasing.references import by_caption, by_circle, by_point, frame_words
from fourdp_qa.rows.details import CircleMark, ObjectMention, objects_from_json, to_json
from fourdp_qa.rows.row import Naming, Row

IdsAt = Callable[[int], NDArray[np.int32]]
"""Clip frame -> instance ids (side, side)."""


class UnnamableError(Exception):
    """The row names an object as the scene does not allow; the text says why."""


def expected_names(
    row: Row, record: SegmentRecord, object_ids: tuple[int, ...], frames: tuple[int, ...]
) -> NamedObjects | None:
    """The mentions of objects, each in its own frame, in the row's naming mode; None without objects.

    Raises
    ------
    UnnamableError
        When the scene does not allow that mode for them.
    """
    if not object_ids:
        if row.naming != Naming.NONE:
            raise UnnamableError("none: it is about the camera")
        return None
    by_id = {o.id: o for o in record.objects}
    stored = {m.id: m for m in objects_from_json(row.objects)}
    words = {word for i in object_ids for word in by_id[i].caption.lower().split()}
    mentions = []
    for number, frame in zip(object_ids, frames, strict=True):
        item = by_id[number]
        if row.naming == Naming.CIRCLE:
            reference, point, circle = _ring(record, item, frame, stored.get(number), words)
        else:
            reference, point, circle = _words(row, record, item, frame)
        mentions.append(ObjectMention(
            number, item.caption, reference, frame, item.boxes.get(frame), point, circle))
    return NamedObjects(Naming(row.naming), mentions, int(row.naming == Naming.CIRCLE))


def name_differences(
    row: Row, named: NamedObjects | None, ids_at: IdsAt
) -> Iterator[Difference]:
    """Where the `objects` column differs, and every point that is not on its object's pixels."""
    mentions = named.mentions if named else []
    yield from json_differences(row.id, "objects", row.objects, to_json(mentions))
    if row.naming != Naming.PIXEL:
        return
    for number, mention in enumerate(objects_from_json(row.objects)):
        if mention.point is not None and mention.id != UNNAMED_OBJECT:  # of which nothing is said
            found = _id_under(ids_at(mention.frame), mention.point)
            if found != mention.id:
                yield Difference(row.id, f"objects[{number}].point",
                                 f"{mention.point} on object {mention.id}", f"on object {found}")


def _words(
    row: Row, record: SegmentRecord, item: ObjectNaming, frame: int
) -> tuple[str, tuple[float, float] | None, CircleMark | None]:
    """Caption or point of one object."""
    if row.naming == Naming.CAPTION:
        if not item.caption_unique:
            raise UnnamableError(f"none: '{item.caption}' fits no object, or more than one, of this segment")
        return by_caption(item.caption), None, None
    if row.naming != Naming.PIXEL:
        raise UnnamableError("caption, pixel or circle")
    if frame not in item.points:
        raise UnnamableError(f"none: no point of object {item.id} in frame {frame} is clear of its edge")
    point = item.points[frame]
    return by_point(*point, frame, record.frame_count), point, None


def _ring(
    record: SegmentRecord, item: ObjectNaming, frame: int, stored: ObjectMention | None, words: set[str]
) -> tuple[str, tuple[float, float] | None, CircleMark | None]:
    """Words and ring of one object; `words` are those of all captions that the question could use.

    A clip with a ring in all frames serves questions that point at the object in other frames than the
    ring was made for, so each of its rings may be the one; a held ring is that of the named frame.
    """
    colours = ring_colours()
    mark = stored.circle if stored else None
    if stored is None or mark is None or mark.colour not in colours:
        raise UnnamableError(f"none: no ring of a known colour is round object {item.id}")
    if {mark.colour, *colours[mark.colour].near} & words:
        raise UnnamableError(f"none: the colour '{mark.colour}' is close to that of an object asked about")
    if frame not in item.rings:
        raise UnnamableError(f"none: a ring round object {item.id} in frame {frame} would hold others")
    count, hold, said = record.frame_count, default_limits().circle.hold_frames, by_circle(mark.colour)
    if stored.reference != said:
        held = ring_mark(item, mark.colour, frame, held_frames(frame, hold, count))
        return f"{said} in {frame_words(frame, count)}", None, held
    rings = [ring_mark(item, mark.colour, f, range(count)) for f in (frame, *sorted(item.rings))]
    return said, None, next((ring for ring in rings if _alike(ring, mark)), rings[0])


def _alike(one: CircleMark, other: CircleMark) -> bool:
    return one.centres.keys() == other.centres.keys() and same_number(one.radius, other.radius) and all(
        same_number(a, b) for t in one.centres
        for a, b in zip(one.centres[t], other.centres[t], strict=True))


def _id_under(instances: NDArray[np.int32], point: tuple[float, float]) -> int:
    side = instances.shape[0]
    column, line = (min(int(v * side), side - 1) for v in point)
    return int(instances[line, column])
