"""The visual and the true-motion track of a query point, drawn over the query frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fourdp_qa.inspection.label_places import place_labels
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.rows.details import NamedFrames

SIDE = 1000.0
"""The picture's side in drawing units."""
REACH = 0.25
"""How far outside the picture a track is drawn, in sides; true motion may be asked that far."""
DOT, QUERY = 13.0, 17.0
"""Radii in drawing units: 13 is 6 px on a picture 448 px wide, still told from its neighbour."""

LABEL = 34.0
"""Height of a frame number in drawing units: 15 px on a figure 460 px wide."""

Points = tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Window:
    """The part of the drawing plane that is shown, in sides of the picture."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def view_box(self) -> str:
        """The SVG attribute."""
        return " ".join(
            f"{SIDE * v:.1f}" for v in (self.x0, self.y0, self.x1 - self.x0, self.y1 - self.y0)
        )

    @property
    def stage_style(self) -> str:
        """Shape of the box that holds the window."""
        return f"aspect-ratio:{self.x1 - self.x0:.4f}/{self.y1 - self.y0:.4f}"

    @property
    def picture_style(self) -> str:
        """Place of the picture in that box."""
        width, height = self.x1 - self.x0, self.y1 - self.y0
        return (
            f"left:{-100 * self.x0 / width:.3f}%;top:{-100 * self.y0 / height:.3f}%;"
            f"width:{100 / width:.3f}%;height:{100 / height:.3f}%"
        )


def track_figure(
    track: TrackEvidence, frames: NamedFrames, asked: str, poster: str, clip: str
) -> Markup:
    """Draw both tracks over the query frame; everything but the query point has class "answer".

    Parameters
    ----------
    track : both tracks.
    frames : its `targets` are marked on the asked track, with their frame numbers.
    asked : "visual" or "true", the track the question asks for.
    poster : class of the style rule that has the query frame as background; empty without a clip.
    clip : id of the page's video that the moving dots follow; empty without a clip.
    """
    answer = element(
        "g",
        _line(track.visual, "visual"), _line(track.true_motion, "true"),
        _targets(track, frames, asked),
        _rider(track.visual, "visual"), _rider(track.true_motion, "true"),
        class_="answer",
    )
    label = f"Query point in frame {track.query_frame}; with the answer, its two tracks"
    return _stage(_window(track), poster, label, answer, _query(track), clip=clip)


def track_legend() -> Markup:
    """Say which line is which."""
    return element(
        "p",
        element("span", "visual track", class_="key visual"),
        element("span", "true-motion track", class_="key true"),
        element("span", "query point", class_="key query"),
        element("span", "asked frames; hollow: not visible", class_="key target"),
        class_="legend",
    )


def query_figure(points: Iterable[tuple[float, float]], frame: int, poster: str) -> Markup:
    """Mark points of one frame, for questions that name objects by pixels."""
    label = f"The named pixel in frame {frame}"
    return _stage(Window(0, 0, 1, 1), poster, label, *(_cross(point) for point in points))


def _stage(window: Window, poster: str, label: str, *drawn: str, clip: str = "") -> Markup:
    """A picture with a drawing over it. The picture is a background: every figure of a page that
    shows the same frame shares one style rule.
    """
    picture = element("div", class_=f"picture {poster}".strip(), style=window.picture_style)
    drawing = element(
        "svg", *drawn, viewBox=window.view_box, role="img", aria_label=label,
        data_clip=clip or None,
    )
    return element("div", picture, drawing, class_="stage", style=window.stage_style)


def _window(track: TrackEvidence) -> Window:
    """The picture and what the tracks reach beyond it, with room for a dot."""
    points = [p for p in (*track.visual, *track.true_motion) if p is not None and _near(p)]
    room = 1.5 * DOT / SIDE
    xs = [0.0, 1.0, *(p[0] - room for p in points), *(p[0] + room for p in points)]
    ys = [0.0, 1.0, *(p[1] - room for p in points), *(p[1] + room for p in points)]
    return Window(min(xs), min(ys), max(xs), max(ys))


def _near(point: tuple[float, float]) -> bool:
    return all(-REACH <= value <= 1 + REACH for value in point)


def _line(points: Points, kind: str) -> Markup:
    """One polyline per run of frames in which the point is there to be drawn."""
    paths = [
        "M" + "L".join(f"{SIDE * x:.1f},{SIDE * y:.1f}" for x, y in run) for run in _runs(points)
    ]
    d = "".join(paths)
    return join(
        element("path", d=d, class_="halo"),
        element("path", d=d, class_=f"line {kind}"),
    )


def _runs(points: Points) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for point in points:
        if point is not None and _near(point):
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _targets(track: TrackEvidence, frames: NamedFrames, asked: str) -> Markup:
    points = track.true_motion if asked == "true" else track.visual
    there = {
        frame: (SIDE * point[0], SIDE * point[1])
        for frame in frames.targets
        if (point := points[frame]) is not None and _near(point)
    }
    labels = place_labels(list(there.values()))
    leaders, dots, numbers = [], [], []
    for (frame, (x, y)), (label_x, label_y) in zip(there.items(), labels, strict=True):
        seen = "" if track.visible[frame] else " hollow"
        to_label = f"M{x:.1f},{y:.1f}L{label_x:.1f},{label_y:.1f}"
        leaders.append(element("path", d=to_label, class_="leader"))
        dots.append(element("circle", cx=x, cy=y, r=DOT, class_=f"target {asked}{seen}"))
        numbers.append(element("text", str(frame), x=label_x, y=label_y + 0.35 * LABEL,
                               text_anchor="middle"))
    return element("g", *leaders, *dots, *numbers)


def _query(track: TrackEvidence) -> Markup:
    point = track.visual[track.query_frame]
    return _cross(point) if point is not None else join()


def _cross(point: tuple[float, float]) -> Markup:
    x, y = SIDE * point[0], SIDE * point[1]
    arms = (
        f"M{x - 2 * QUERY:.1f},{y:.1f}H{x - QUERY:.1f}M{x + QUERY:.1f},{y:.1f}H{x + 2 * QUERY:.1f}"
        f"M{x:.1f},{y - 2 * QUERY:.1f}V{y - QUERY:.1f}M{x:.1f},{y + QUERY:.1f}V{y + 2 * QUERY:.1f}"
    )
    ring = {"cx": x, "cy": y, "r": QUERY}
    return element(
        "g",
        element("circle", class_="dark", **ring), element("path", d=arms, class_="dark"),
        element("circle", class_="light", **ring), element("path", d=arms, class_="light"),
        class_="query",
    )


def _rider(points: Points, kind: str) -> Markup:
    """A dot that the page's script moves along with the clip."""
    places = " ".join(
        "-" if p is None or not _near(p) else f"{SIDE * p[0]:.0f},{SIDE * p[1]:.0f}"
        for p in points
    )
    return element("circle", class_=f"rider {kind}", r=DOT, data_points=places)
