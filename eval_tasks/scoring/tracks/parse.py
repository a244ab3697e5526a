"""Track lines out of a model's text: ``frame 12: (0.413, 0.207) visible``.

Order, prose and markdown around the lines do not matter. Numbers do: two plain decimal fractions in
brackets, or no point was given. Nothing is rescaled: (120, 85) may be pixels of an image whose size only the
model knew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.response_text import (
    plain_text,
    request_failed,
    without_reasoning,
)

Point = tuple[float, float]

FARTHEST: Final = 2.0
"""Fractions beyond this are no place near the image: true-motion targets reach 1.25."""

_FRAME = re.compile(r"\bframes?\s*(?:no\.?\s*|number\s+)?(\d{1,4})\b", re.IGNORECASE)
_NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?|\.\d+)"
_POINT = re.compile(
    rf"[(\[{{]\s*(?:x\s*[=:]\s*)?({_NUMBER})\s*[,;]\s*(?:y\s*[=:]\s*)?({_NUMBER})\s*[)\]}}](?!\s*%)")
_HIDDEN = re.compile(
    r"\b(?:not\s+(?:currently\s+|clearly\s+)?visible|invisible|isn't\s+visible|no\s+longer\s+visible"
    r"|occluded|hidden|visib(?:le|ility)\W{0,3}(?:no|false))\b", re.IGNORECASE)
_VISIBLE = re.compile(r"\bvisib(?:le|ility)\b", re.IGNORECASE)
_FINAL = re.compile(r"\bfinal\s+(?:answers?|tracks?|output)\b|\banswers?\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedTrack:
    """What a response says of the target frames.

    Attributes
    ----------
    points : target frame -> normalised (x, y); frames without a readable point are absent.
    visible : target frame -> flag; frames without a readable flag are absent.
    reason : why nothing, or not all, was read; `DECLARED` when every target has both.
    """

    points: dict[int, Point] = field(default_factory=dict)
    visible: dict[int, bool] = field(default_factory=dict)
    reason: Reason = Reason.NOT_FOUND


def parse_track(response: str, targets: Sequence[int]) -> ParsedTrack:
    """Read the lines of the target frames; lines about other frames are ignored.

    What follows the last "final answer" goes before everything else, where it holds a line. A frame that
    is given two points or two flags that differ has none.
    """
    if request_failed(response):
        return ParsedTrack(reason=Reason.REQUEST_FAILED)
    if not response.strip():
        return ParsedTrack(reason=Reason.EMPTY)
    spoken = without_reasoning(response)
    if spoken is None:
        return ParsedTrack(reason=Reason.REASONING_CUT_OFF)
    text = plain_text(spoken)
    finals = list(_FINAL.finditer(text))
    read = _read(text[finals[-1].end():], targets) if finals else ParsedTrack()
    return read if read.points or read.visible else _read(text, targets)


def _read(text: str, targets: Sequence[int]) -> ParsedTrack:
    """Each mention of a frame rules up to the next one."""
    frames = list(_FRAME.finditer(text))
    ends = [*(m.start() for m in frames), len(text)][1:]
    points: dict[int, set[Point]] = {t: set() for t in targets}
    flags: dict[int, set[bool]] = {t: set() for t in targets}
    for mention, end in zip(frames, ends, strict=True):
        frame = int(mention.group(1))
        if frame not in points:
            continue
        # What is said of a frame stands in its line, or in the next where its line ends with the number.
        said = text[mention.end(): end].lstrip(" :)]}-–—\n").split("\n")[0]
        found = [_point(match) for match in _POINT.finditer(said)]
        points[frame] |= {point for point in found if point is not None}
        if _HIDDEN.search(said):
            flags[frame].add(False)
        elif _VISIBLE.search(said):
            flags[frame].add(True)
    one_point = {frame: next(iter(some)) for frame, some in points.items() if len(some) == 1}
    one_flag = {frame: next(iter(some)) for frame, some in flags.items() if len(some) == 1}
    differ = [frame for frame in points if len(points[frame]) > 1 or len(flags[frame]) > 1]
    if differ:
        reason = Reason.TWO_ANSWERS
    else:
        complete = len(one_point) == len(one_flag) == len(points)
        reason = Reason.DECLARED if complete else Reason.NOT_FOUND
    return ParsedTrack(one_point, one_flag, reason)


def _point(match: re.Match[str]) -> Point | None:
    x, y = (float(number.replace("−", "-")) for number in match.groups())
    return (x, y) if max(abs(x), abs(y)) <= FARTHEST else None
