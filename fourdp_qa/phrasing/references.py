"""How a question names an object: by caption, by a point, or by a ring drawn into the clip."""

from __future__ import annotations

from fourdp_qa.phrasing.words import join_and


def by_caption(caption: str) -> str:
    """``the red toy car``."""
    return f"the {caption}"


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
