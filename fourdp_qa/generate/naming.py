"""Choose how each question names its objects, and plan the circled variants of a segment's clip."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from fourdp_qa.clips.circles import ring_colours
from fourdp_qa.generate.composition import Composition
from fourdp_qa.generate.records import ObjectNaming, SegmentRecord
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.phrasing.references import by_caption, by_circle, by_point, frame_words
from fourdp_qa.rows.details import CircleMark, ObjectMention
from fourdp_qa.rows.row import Naming

MAX_CIRCLED_SHARE = 0.25
"""Of a type's rows: beyond it the extra clips outgrow the questions."""


@dataclass(frozen=True)
class CircledVariant:
    """A copy of the segment's clip with rings.

    Attributes
    ----------
    frame : clip frame at which the rings point at their objects.
    everywhere : drawn in all frames in which the object is seen, else held from `frame` on.
    marks : object id -> ring.
    """

    frame: int
    everywhere: bool
    marks: dict[int, CircleMark]


@dataclass
class SegmentNamings:
    """Circled variants planned for one segment, in the order of their numbers 1, 2, ..."""

    variants: list[CircledVariant] = field(default_factory=list)


@dataclass(frozen=True)
class NamedObjects:
    """How one question names its objects.

    Attributes
    ----------
    naming : the mode.
    mentions : one for each object, in the order of the question's statement.
    variant : number of the clip variant; 0 is the plain clip.
    """

    naming: Naming
    mentions: list[ObjectMention]
    variant: int


class NamingChooser:
    """Keeps the naming modes of every type at their shares over a whole generation."""

    def __init__(self, composition: Composition) -> None:
        self.shares = composition.naming
        self.max_variants = composition.balance.circled_variants
        self.counts: dict[str, Counter[str]] = {}

    def name(
        self, record: SegmentRecord, planned: SegmentNamings, question_type: str,
        object_ids: tuple[int, ...], frame: int, rng: np.random.Generator,
    ) -> NamedObjects | None:
        """Name objects by the mode that is furthest behind its share among those possible.

        None when no mode can name all of them.
        """
        by_id = {o.id: o for o in record.objects}
        objects = [by_id[i] for i in object_ids]
        counts = self.counts.setdefault(question_type, Counter())
        total = sum(counts.values())
        order = sorted(self.shares, key=lambda m: (counts[m] / self.shares[m], rng.random()))
        for mode in order:
            if mode == Naming.CIRCLE and counts[mode] + 1 > MAX_CIRCLED_SHARE * (total + 1) + 1:
                continue
            named = self._try(Naming(mode), record, planned, objects, frame, rng)
            if named is not None:
                counts[mode] += 1
                return named
        return None

    def _try(
        self, mode: Naming, record: SegmentRecord, planned: SegmentNamings,
        objects: list[ObjectNaming], frame: int, rng: np.random.Generator,
    ) -> NamedObjects | None:
        if mode == Naming.CAPTION:
            return _by_captions(objects, frame)
        if mode == Naming.PIXEL:
            return _by_points(objects, frame, record.frame_count)
        found = self._find_variant(record, planned, objects, frame, rng)
        if found is None:
            return None
        number, variant = found
        mentions = [
            ObjectMention(
                id=o.id, caption=o.caption,
                reference=_circle_reference(variant, o.id, record.frame_count),
                frame=frame, box=o.boxes.get(frame), circle=variant.marks[o.id],
            )
            for o in objects
        ]
        return NamedObjects(Naming.CIRCLE, mentions, number)

    def _find_variant(
        self, record: SegmentRecord, planned: SegmentNamings, objects: list[ObjectNaming],
        frame: int, rng: np.random.Generator,
    ) -> tuple[int, CircledVariant] | None:
        """A planned variant that fits, or a new one while the segment may have another."""
        ids = {o.id for o in objects}
        for number, variant in enumerate(planned.variants, start=1):
            fits_frame = variant.everywhere or variant.frame == frame
            if fits_frame and ids <= set(variant.marks) and all(frame in o.rings for o in objects):
                return number, variant
        if len(planned.variants) >= self.max_variants or len(objects) > 2:
            return None
        if not all(frame in o.rings for o in objects):
            return None
        new = _new_variant(record, objects, frame, rng)
        if new is None:
            return None
        planned.variants.append(new)
        return len(planned.variants), new


def _by_captions(objects: list[ObjectNaming], frame: int) -> NamedObjects | None:
    if not all(o.caption_unique for o in objects):
        return None
    mentions = [
        ObjectMention(id=o.id, caption=o.caption, reference=by_caption(o.caption), frame=frame,
                      box=o.boxes.get(frame))
        for o in objects
    ]
    return NamedObjects(Naming.CAPTION, mentions, 0)


def _by_points(objects: list[ObjectNaming], frame: int, count: int) -> NamedObjects | None:
    if not all(frame in o.points for o in objects):
        return None
    mentions = [
        ObjectMention(
            id=o.id, caption=o.caption, reference=by_point(*o.points[frame], frame, count),
            frame=frame, box=o.boxes.get(frame), point=o.points[frame],
        )
        for o in objects
    ]
    return NamedObjects(Naming.PIXEL, mentions, 0)


def _circle_reference(variant: CircledVariant, object_id: int, frame_count: int) -> str:
    """A ring that is not there all the time is named with its frame."""
    colour = variant.marks[object_id].colour
    if variant.everywhere:
        return by_circle(colour)
    return f"{by_circle(colour)} in {frame_words(variant.frame, frame_count)}"


def _new_variant(
    record: SegmentRecord, objects: list[ObjectNaming], frame: int, rng: np.random.Generator
) -> CircledVariant | None:
    """Rings around the objects in colours that no caption of theirs contains."""
    words = {w for o in objects for w in o.caption.lower().split()}
    free = [name for name in ring_colours() if name not in words]
    if len(free) < len(objects):
        return None
    colours = [free[k] for k in rng.permutation(len(free))[:len(objects)]]
    # Drawn all the time only where the ring stays clear of others all the time, as far as is known.
    clear = all(set(o.rings) >= set(o.boxes) for o in objects)
    everywhere = bool(rng.random() < 0.5) and clear
    hold = default_limits().circle.hold_frames
    frames = range(record.frame_count) if everywhere else _held(frame, hold, record.frame_count)
    marks = {}
    for item, colour in zip(objects, colours, strict=True):
        marks[item.id] = _mark(item, colour, frame, frames)
    return CircledVariant(frame, everywhere, marks)


def _mark(item: ObjectNaming, colour: str, frame: int, frames: range) -> CircleMark:
    """The ring of the named frame, carried along with the object's centre."""
    x, y, radius = item.rings[frame]
    start = item.centres[frame]
    centres = {frame: (x, y)}
    for t in frames:
        centre = item.centres[t]
        if start is not None and centre is not None:
            centres[t] = (x + centre[0] - start[0], y + centre[1] - start[1])
    return CircleMark(colour, radius, centres)


def _held(frame: int, hold: int, count: int) -> range:
    """`hold` frames that include `frame` and stay inside the clip."""
    start = min(frame, count - hold)
    return range(start, start + hold)
