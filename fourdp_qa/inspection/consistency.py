"""Rows of one segment that cannot all be true, found from their words and answers alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from fourdp_qa.inspection.saying.domains import Domains
from fourdp_qa.inspection.saying.labels import UnreadableError
from fourdp_qa.inspection.saying.orders import Orders
from fourdp_qa.inspection.saying.reading import Length, Saying, Subject, read_row
from fourdp_qa.questions.statement import NAMED_OBJECT
from fourdp_qa.questions.tracking import VISUAL
from fourdp_qa.rows.details import frames_from_json, objects_from_json
from fourdp_qa.rows.row import AnswerFormat, Row

CHANGES: Final = {"camera_object_distance": "camera", "object_object_distance_change": "apart"}
"""Types that say how a length changes from the first frame to the last, with the kind of that length."""

WORLD_PARTS: Final = (("away", "right", "up"), ("ahead", "own_right", "up"))
"""Components of which all must be absent for an object to stay where it is."""
LINE: Final = re.compile(r"frame (\d+): \((-?\d+\.\d+), (-?\d+\.\d+)\) (visible|not visible)")
STILL_TRACKS: Final = 0.05
"""Of the side: under a camera at rest the place of a point and its place without camera motion are one. The
background of a camera that counts as still may shift by 0.01, what is nearer by a few times that."""


@dataclass
class Consistency:
    """Contradictions with the ids of their rows, and rows whose words cannot be read."""

    contradictions: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def find_contradictions(rows: Iterable[Row]) -> Consistency:
    """Read all rows and compare those of each segment.

    Found are: two answers to one thing, whatever the formats; a claim that follows from others and is
    denied; a length that is shorter than itself over any chain of rows of types 2 and 6-11; a distance
    that changes though nothing moves; tracks of one query that part.
    """
    found = Consistency()
    segments: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        segments[row.source, row.scene_id, row.segment].append(row)
    for (_, scene, segment), members in sorted(segments.items()):
        heard = _Segment()
        for row in sorted(members, key=lambda r: r.id):
            try:
                heard.hear(row)
            except UnreadableError as error:
                found.unread.append(f"row {row.id}: {error}")
        found.contradictions += [f"{scene} {segment}: {line}" for line in heard.contradictions()]
    return found


class _Segment:
    """What the rows of one segment say."""

    def __init__(self) -> None:
        self.domains, self.orders = Domains(), Orders()
        self.tracks: defaultdict[tuple[str, int], list[tuple[Row, tuple[float, float], str]]] = (
            defaultdict(list))

    def hear(self, row: Row) -> None:
        """Take in one row."""
        if row.format == AnswerFormat.TRACK:
            self._hear_track(row)
            return
        saying = read_row(row)
        if saying is None:
            return
        self.domains.hear(saying)
        for shorter, longer in saying.shorter:
            self.orders.add(shorter, longer, row.id)
        self._hear_lengths(saying, frames_from_json(row.frames).count - 1)

    def _hear_lengths(self, saying: Saying, last: int) -> None:
        """Labels of types 2, 6 and 7 as lengths that are compared."""
        subject = saying.subject
        if subject is None:
            return
        for _, verdict in saying.holds:
            if subject.question_type in CHANGES:
                kind, ids = CHANGES[subject.question_type], frozenset(subject.ids)
                one: Length = (kind, 0, ids)
                other: Length = (kind, last, ids)
            elif subject.question_type == "moved_distance":
                # "+" says that the path of the first is the longer.
                other, one = (("path", 0, frozenset({i})) for i in subject.ids)
            else:
                continue
            if verdict in ("+", "-"):
                self.orders.add(*((one, other) if verdict == "+" else (other, one)), saying.row_id)
            elif verdict in ("absent", "same"):
                self.orders.add_same(one, other, saying.row_id)

    def _hear_track(self, row: Row) -> None:
        mention = objects_from_json(row.objects)[0]
        # An object may be named by a point too: what is asked about is then its centre.
        point = None if f".{NAMED_OBJECT}." in row.template_id else mention.point
        query = f"{point or 'centre'} of {mention.id} in frame {mention.frame}"
        for line in row.answer.split("\n"):
            fit = LINE.fullmatch(line)
            if fit is None:
                raise UnreadableError(f"the line '{line}' is no place in a frame")
            place = (float(fit[2]), float(fit[3]))
            self.tracks[query, int(fit[1])].append((row, place, fit[4]))

    def contradictions(self) -> list[str]:
        """One line for everything that cannot be so."""
        return [*self.domains.settle(), *self.orders.contradictions(), *sorted(self._at_rest()),
                *sorted(self._tracks_that_part())]

    def _camera_at_rest(self) -> list[str]:
        """Rows that say that the camera stays still; none where no row says so."""
        camera = Subject("camera_movement", "", ())
        if self.domains.left(camera, "still") == {"+"}:
            return self.domains.rows(camera, ["still"])
        parts = ("forward", "right", "up", "pan", "tilt", "roll")
        if all(self.domains.left(camera, part) == {"absent"} for part in parts):
            return self.domains.rows(camera, parts)
        return []

    def _resting(self) -> dict[int, list[str]]:
        """Object -> rows of type 6 that say that it does not move."""
        found: dict[int, list[str]] = {}
        for subject in self.domains.subjects():
            if subject.question_type == "moved_distance" and self.domains.left(
                    subject, "farther") == {"neither"}:
                found |= dict.fromkeys(subject.ids, self.domains.rows(subject, ["farther"]))
        return found

    def _at_rest(self) -> Iterator[str]:
        """Changes that need a motion, where rows say that there is none."""
        camera, resting = self._camera_at_rest(), self._resting()
        places: dict[int, list[str]] = dict(resting)
        for subject in self.domains.subjects():
            left = self.domains.components(subject)
            if _in_the_world(subject) and all(v == {"absent"} for v in left.values()) and any(
                    set(whole) <= left.keys() for whole in WORLD_PARTS):
                places.setdefault(subject.ids[0], self.domains.rows(subject, left))
        for subject in self.domains.subjects():
            left = self.domains.components(subject)
            moved = [c for c, v in left.items() if "absent" not in v]
            own = self.domains.rows(subject, moved)
            if not moved:
                continue
            if subject.question_type == "camera_object_distance" and camera and subject.ids[0] in places:
                rows = sorted({*own, *camera, *places[subject.ids[0]]})
                yield (f"rows {', '.join(rows)}: {subject}: the distance changes, and neither the camera "
                       "nor the object moves")
            elif subject.question_type == "object_object_distance_change" and (
                    set(subject.ids) <= resting.keys()):
                rows = sorted({*own, *(r for i in subject.ids for r in resting[i])})
                yield f"rows {', '.join(rows)}: {subject}: the distance changes, and neither object moves"
            elif _moves_in_the_world(subject, moved) and subject.ids[0] in resting:
                rows = sorted({*own, *resting[subject.ids[0]]})
                yield f"rows {', '.join(rows)}: {subject}: it moves, and it does not move"
        yield from self._paths_of_resting(resting)

    def _paths_of_resting(self, resting: dict[int, list[str]]) -> Iterator[str]:
        """What travels farther than another, or as far, moves."""
        for subject in self.domains.subjects():
            if subject.question_type != "moved_distance":
                continue
            left = self.domains.left(subject, "farther")
            movers = {frozenset("+"): subject.ids[:1], frozenset("-"): subject.ids[1:],
                      frozenset({"same"}): subject.ids}.get(left, ())
            for number in movers:
                if number in resting:
                    rows = sorted({*self.domains.rows(subject, ["farther"]), *resting[number]})
                    yield f"rows {', '.join(rows)}: {subject}: {number} travels, and does not move"

    def _tracks_that_part(self) -> Iterator[str]:
        still = self._camera_at_rest()
        for (query, frame), said in self.tracks.items():
            for n, (one, place, flag) in enumerate(said):
                for other, there, seen in said[:n]:
                    both = f"the query {query}, frame {frame}"
                    if flag != seen:
                        yield f"rows {', '.join(sorted((one.id, other.id)))}: {both}: visible and not visible"
                    apart = max(abs(a - b) for a, b in zip(place, there, strict=True))
                    if one.question_type == other.question_type and apart > 0:
                        yield f"rows {', '.join(sorted((one.id, other.id)))}: {both}: two places"
                    elif one.question_type != other.question_type and still and apart > STILL_TRACKS:
                        rows = sorted({one.id, other.id, *still})
                        yield (f"rows {', '.join(rows)}: {both}: the camera stands still, and the place on "
                               f"the picture ({VISUAL}) is {apart:.3f} off the one without camera motion")


def _in_the_world(subject: Subject) -> bool:
    return subject.question_type == "object_direction" and subject.view != "screen"


def _moves_in_the_world(subject: Subject, moved: list[str]) -> bool:
    agent = subject.question_type == "agent_motion" and bool({"forward", "left"} & set(moved))
    return _in_the_world(subject) or agent
