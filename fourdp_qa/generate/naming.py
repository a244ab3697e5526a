"""Choose how each question names its objects, and plan the circled variants of a segment's clip."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations

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

MAX_RINGS = 3
"""In one clip: two objects and what they are compared with; more rings hide the scene."""


@dataclass(frozen=True)
class CircledVariant:
    """A copy of the segment's clip with rings.

    Attributes
    ----------
    frames : object id -> clip frame in which its ring points at it.
    everywhere : drawn in all frames in which the object is seen, else held around its frame.
    marks : object id -> ring.
    """

    frames: dict[int, int]
    everywhere: bool
    marks: dict[int, CircleMark]

    def points_at(self, object_id: int, frame: int) -> bool:
        """Whether the object can be named by its ring in a frame."""
        return object_id in self.marks and (self.everywhere or self.frames[object_id] == frame)


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
        object_ids: tuple[int, ...], frames: tuple[int, ...], rng: np.random.Generator,
        *, by_points: bool = True,
    ) -> NamedObjects | None:
        """Name objects, each in its own frame, by the mode that is furthest behind its share among
        those possible. None when no mode can name all of them.

        Parameters
        ----------
        by_points : bool
            Whether points are possible: sometimes they would tell the answer.
        """
        by_id = {o.id: o for o in record.objects}
        objects = [by_id[i] for i in object_ids]
        for mode in self.modes(question_type, rng):
            if mode == Naming.PIXEL and not by_points:
                continue
            named = self.named_by(mode, record, planned, objects, frames, rng)
            if named is not None:
                self.count(question_type, mode)
                return named
        return None

    def modes(self, question_type: str, rng: np.random.Generator) -> list[Naming]:
        """Modes in the order in which they are wanted; circles only while they have room."""
        counts = self.counts.setdefault(question_type, Counter())
        total = sum(counts.values())
        order = sorted(self.shares, key=lambda m: (counts[m] / self.shares[m], rng.random()))
        full = counts[Naming.CIRCLE] + 1 > MAX_CIRCLED_SHARE * (total + 1) + 1
        return [Naming(m) for m in order if not (full and m == Naming.CIRCLE)]

    def count(self, question_type: str, mode: Naming, rows: int = 1) -> None:
        """Count rows that name by a mode."""
        self.counts.setdefault(question_type, Counter())[mode] += rows

    def named_by(
        self, mode: Naming, record: SegmentRecord, planned: SegmentNamings,
        objects: list[ObjectNaming], frames: tuple[int, ...], rng: np.random.Generator,
    ) -> NamedObjects | None:
        """Name objects by one mode; None when it cannot name all of them."""
        if mode == Naming.CAPTION:
            return _by_captions(objects, frames)
        if mode == Naming.PIXEL:
            return _by_points(objects, frames, record.frame_count)
        found = self._find_variant(record, planned, objects, frames, rng)
        if found is None:
            return None
        number, variant = found
        mentions = [
            ObjectMention(
                id=o.id, caption=o.caption,
                reference=_circle_reference(variant, o.id, record.frame_count),
                frame=frame, box=o.boxes.get(frame), circle=variant.marks[o.id],
            )
            for o, frame in zip(objects, frames, strict=True)
        ]
        return NamedObjects(Naming.CIRCLE, mentions, number)

    def _find_variant(
        self, record: SegmentRecord, planned: SegmentNamings, objects: list[ObjectNaming],
        frames: tuple[int, ...], rng: np.random.Generator,
    ) -> tuple[int, CircledVariant] | None:
        """A planned variant that fits, or a new one while the segment may have another."""
        wanted = list(zip(objects, frames, strict=True))
        if not all(frame in o.rings for o, frame in wanted):
            return None
        for number, variant in enumerate(planned.variants, start=1):
            if all(variant.points_at(o.id, frame) for o, frame in wanted):
                return number, variant
        if len(planned.variants) >= self.max_variants or len(objects) > MAX_RINGS:
            return None
        new = _new_variant(record, objects, frames, rng)
        if new is None:
            return None
        planned.variants.append(new)
        return len(planned.variants), new


def nameable(
    objects: list[ObjectNaming], frames: tuple[int, ...], *, by_points: bool = True
) -> bool:
    """Whether captions, or points where they are allowed, can name all objects, each in its own frame.
    Rings are not counted on: a segment has few circled clips, and an earlier question may have taken
    them.
    """
    if all(o.caption_unique for o in objects):
        return True
    return by_points and all(f in o.points for o, f in zip(objects, frames, strict=True))


def _by_captions(objects: list[ObjectNaming], frames: tuple[int, ...]) -> NamedObjects | None:
    if not all(o.caption_unique for o in objects):
        return None
    mentions = [
        ObjectMention(id=o.id, caption=o.caption, reference=by_caption(o.caption), frame=frame,
                      box=o.boxes.get(frame))
        for o, frame in zip(objects, frames, strict=True)
    ]
    return NamedObjects(Naming.CAPTION, mentions, 0)


def _by_points(
    objects: list[ObjectNaming], frames: tuple[int, ...], count: int
) -> NamedObjects | None:
    if not all(f in o.points for o, f in zip(objects, frames, strict=True)):
        return None
    mentions = [
        ObjectMention(
            id=o.id, caption=o.caption, reference=by_point(*o.points[frame], frame, count),
            frame=frame, box=o.boxes.get(frame), point=o.points[frame],
        )
        for o, frame in zip(objects, frames, strict=True)
    ]
    return NamedObjects(Naming.PIXEL, mentions, 0)


def _circle_reference(variant: CircledVariant, object_id: int, frame_count: int) -> str:
    """A ring that is not there all the time is named with its frame."""
    colour = variant.marks[object_id].colour
    if variant.everywhere:
        return by_circle(colour)
    return f"{by_circle(colour)} in {frame_words(variant.frames[object_id], frame_count)}"


def _new_variant(
    record: SegmentRecord, objects: list[ObjectNaming], frames: tuple[int, ...],
    rng: np.random.Generator,
) -> CircledVariant | None:
    """Rings around the objects in colours that no caption of theirs contains; None where a ring would
    cross another of them.
    """
    colours = _free_colours(objects, rng)
    if colours is None:
        return None
    count, hold = record.frame_count, default_limits().circle.hold_frames
    # Drawn all the time only where the ring stays clear of others all the time, as far as is known.
    clear = all(set(o.rings) >= set(o.boxes) for o in objects)
    for everywhere in (True, False) if rng.random() < 0.5 and clear else (False,):
        marks = {
            item.id: ring_mark(
                item, colour, frame, range(count) if everywhere else held_frames(frame, hold, count))
            for item, colour, frame in zip(objects, colours, frames, strict=True)
        }
        if _stay_apart(objects, frames, marks):
            return CircledVariant(
                dict(zip((o.id for o in objects), frames, strict=True)), everywhere, marks)
    return None


def _free_colours(objects: list[ObjectNaming], rng: np.random.Generator) -> list[str] | None:
    """A ring colour for each object, none of which any caption has or comes close to."""
    words = {w for o in objects for w in o.caption.lower().split()}
    free = [name for name, colour in ring_colours().items() if not words & {name, *colour.near}]
    if len(free) < len(objects):
        return None
    return [free[k] for k in rng.permutation(len(free))[:len(objects)]]


def _stay_apart(
    objects: list[ObjectNaming], frames: tuple[int, ...], marks: dict[int, CircleMark]
) -> bool:
    """Whether no ring reaches the box of another ringed object while both rings are drawn."""
    reach = {
        o.id: math.dist(o.boxes[f][:2], o.boxes[f][2:]) / 2
        for o, f in zip(objects, frames, strict=True)
    }
    return all(
        math.dist(marks[a].centres[t], marks[b].centres[t]) >= marks[a].radius + reach[b]
        for a, b in permutations(reach, 2)
        for t in marks[a].centres.keys() & marks[b].centres.keys()
    )


def ring_mark(item: ObjectNaming, colour: str, frame: int, frames: range) -> CircleMark:
    """The ring of the named frame, carried along with the object's centre."""
    x, y, radius = item.rings[frame]
    start = item.centres[frame]
    centres = {frame: (x, y)}
    for t in frames:
        centre = item.centres[t]
        if start is not None and centre is not None:
            centres[t] = (x + centre[0] - start[0], y + centre[1] - start[1])
    return CircleMark(colour, radius, centres)


def held_frames(frame: int, hold: int, count: int) -> range:
    """`hold` frames that include `frame` and stay inside the clip."""
    start = min(frame, count - hold)
    return range(start, start + hold)
