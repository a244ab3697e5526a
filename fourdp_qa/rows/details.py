"""The JSON columns of a Row as dataclasses: who is named, in which frames, and the evidence.

JSON strings instead of nested columns: short lists of two adjacent lengths break the Hub viewer's
statistics, and a proof must be readable without knowing a type's columns.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from fourdp_qa.questions.evidence import Quantity, TrackEvidence

__all__ = [
    "CircleMark", "Evidence", "NamedFrames", "ObjectMention", "Quantity", "TrackEvidence",
    "evidence_from_json", "frames_from_json", "objects_from_json", "to_json",
]

SIGNIFICANT_DIGITS = 6
"""Far below every threshold, and short enough that 32 numbers stay readable."""


@dataclass(frozen=True)
class CircleMark:
    """A ring drawn into the clip. Lengths are fractions of the clip's side.

    Attributes
    ----------
    colour : name in clips/circle_colours.toml and in the question.
    radius : constant over the clip (a ring that followed the size would leak type 2).
    centres : clip frame -> (x, y); the frames the ring is drawn in.
    """

    colour: str
    radius: float
    centres: dict[int, tuple[float, float]]


@dataclass(frozen=True)
class ObjectMention:
    """One object as the question names it.

    Attributes
    ----------
    id : instance id in the scene.
    caption : noun phrase, kept in every naming mode.
    reference : the words that stand in the question, e.g. "the red toy car".
    frame : clip frame the naming refers to.
    box : (x0, y0, x1, y1) of its visible pixels in `frame`, fractions of the side; None if unseen.
    point : normalised (x, y) in `frame` for naming "pixel".
    circle : ring for naming "circle".
    """

    id: int
    caption: str
    reference: str
    frame: int
    box: tuple[float, float, float, float] | None = None
    point: tuple[float, float] | None = None
    circle: CircleMark | None = None


@dataclass(frozen=True)
class NamedFrames:
    """Frames of the clip.

    Attributes
    ----------
    count : number of frames of the clip, T.
    named : clip frames the question names.
    targets : clip frames a track is asked at, in the asked order.
    """

    count: int
    named: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Why the answer holds.

    Attributes
    ----------
    statement : the label in plain words, with the objects named.
    quantities : the numbers that decided it.
    track : both tracks, types 12 and 13 only.
    """

    statement: str
    quantities: tuple[Quantity, ...] = ()
    track: TrackEvidence | None = None


def to_json(value: ObjectMention | NamedFrames | Evidence | list[ObjectMention]) -> str:
    """Compact JSON with floats at six significant digits and sorted keys: equal inputs, equal bytes."""
    if isinstance(value, NamedFrames):
        return _frames_json(value)
    plain = [asdict(v) for v in value] if isinstance(value, list) else asdict(value)
    return json.dumps(_rounded(plain), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _frames_json(value: NamedFrames) -> str:
    """Frame numbers right-aligned in two places, so that ``[ 7]`` is as long as ``[12]``.

    The Hub viewer's statistics fail for a column whose lengths are exactly two adjacent numbers,
    which one frame named by one or two digits would make of this one.
    """
    lists = {
        name: ",".join(f"{frame:2d}" for frame in frames)
        for name, frames in (("named", value.named), ("targets", value.targets))
    }
    return (
        f'{{"count":{value.count:2d},"named":[{lists["named"]}],"targets":[{lists["targets"]}]}}'
    )


def objects_from_json(text: str) -> list[ObjectMention]:
    """Read the `objects` column."""
    return [_mention(item) for item in json.loads(text)]


def frames_from_json(text: str) -> NamedFrames:
    """Read the `frames` column."""
    data = json.loads(text)
    return NamedFrames(data["count"], tuple(data["named"]), tuple(data["targets"]))


def evidence_from_json(text: str) -> Evidence:
    """Read the `evidence` column."""
    data = json.loads(text)
    quantities = tuple(
        Quantity(**{**item, "series": tuple(item["series"])}) for item in data["quantities"]
    )
    return Evidence(data["statement"], quantities, _track(data["track"]))


def _points(items: list[Any]) -> tuple[tuple[float, float] | None, ...]:
    return tuple(None if p is None else (float(p[0]), float(p[1])) for p in items)


def _track(data: dict[str, Any] | None) -> TrackEvidence | None:
    if data is None:
        return None
    return TrackEvidence(
        query_frame=int(data["query_frame"]),
        visual=_points(data["visual"]),
        true_motion=_points(data["true_motion"]),
        visible=tuple(bool(flag) for flag in data["visible"]),
    )


def _mention(item: dict[str, Any]) -> ObjectMention:
    circle = item["circle"]
    mark = None
    if circle is not None:
        centres = {int(t): (float(x), float(y)) for t, (x, y) in circle["centres"].items()}
        mark = CircleMark(circle["colour"], float(circle["radius"]), centres)
    box = item["box"]
    point = item["point"]
    return ObjectMention(
        id=int(item["id"]), caption=item["caption"], reference=item["reference"],
        frame=int(item["frame"]),
        box=None if box is None else (box[0], box[1], box[2], box[3]),
        point=None if point is None else (point[0], point[1]),
        circle=mark,
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("evidence holds a number that is not finite")
        short = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return 0.0 if short == 0 else short
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v) for v in value]
    return value
