"""How a question names an object: by caption, by a point, or by a ring drawn into the clip."""

from __future__ import annotations

import re

from fourdp_qa.phrasing.words import join_and

_ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)


def by_caption(caption: str) -> str:
    """``the red toy car``; an article that the caption brings along gives way."""
    return f"the {_ARTICLE.sub('', caption)}"


def by_point(x: float, y: float, frame: int, frame_count: int) -> str:
    """``the object at (0.413, 0.207) in the first frame``."""
    return f"the object at {coordinates(x, y)} in {frame_words(frame, frame_count)}"


def by_circle(colour: str) -> str:
    """``the object in the red circle``."""
    return f"the object in the {colour} circle"


def frame_words(frame: int, frame_count: int) -> str:
    """``the first frame``, ``the last frame``, or ``frame 12``."""
    if frame == 0:
        return "the first frame"
    return "the last frame" if frame == frame_count - 1 else f"frame {frame}"


def at_moment(reference: str, frame: int, frame_count: int) -> str:
    """``the red car in frame 8``: an object as it is in one frame.

    A name that already points at the object in that frame stays as it is: ``the object at (0.413,
    0.207) in frame 8``. One that points at it in another frame keeps both apart.
    """
    moment = f"in {frame_words(frame, frame_count)}"
    if reference.endswith(f" {moment}"):
        return reference
    if re.search(r" in (?:the first frame|the last frame|frame \d+)$", reference):
        return f"{reference} (as it is {moment})"
    return f"{reference} {moment}"


def frames_words(frames: list[int]) -> str:
    """``frame 12`` or ``frames 12, 3 and 20``, in the given order."""
    numbers = join_and([str(f) for f in frames])
    return f"frame {numbers}" if len(frames) == 1 else f"frames {numbers}"


def coordinates(x: float, y: float) -> str:
    """``(0.413, 0.207)``; never ``-0.000``."""
    return f"({_three(x)}, {_three(y)})"


def track_line(frame: int, point: tuple[float, float], visible: bool) -> str:
    """One line of a track answer: ``frame 12: (0.413, 0.207) visible``."""
    return f"frame {frame}: {coordinates(*point)} {'visible' if visible else 'not visible'}"


def _three(value: float) -> str:
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text
