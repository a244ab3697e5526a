"""A quantity against its ambiguity band: over the clip's frames, or at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import gauge_value, quantity_title, quantity_unit, value_text
from fourdp_qa.questions.evidence import Quantity

WIDTH, HEIGHT = 560.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 96.0, 14.0, 30.0
"""Borders: value labels on the left, threshold labels on the right, frame numbers below."""
GAUGE_HEIGHT = 84.0


def quantity_figure(quantity: Quantity) -> Markup:
    """Draw the series with its band, or a gauge for a comparison at one moment."""
    return _series(quantity) if len(quantity.series) > 1 else _gauge(quantity)


@dataclass(frozen=True)
class Scale:
    """A value to a coordinate, linear."""

    value0: float
    value1: float
    place0: float
    place1: float

    def __call__(self, value: float) -> float:
        """Coordinate of `value`."""
        share = (value - self.value0) / (self.value1 - self.value0)
        return self.place0 + share * (self.place1 - self.place0)


def _series(quantity: Quantity) -> Markup:
    """Thresholds are lines around the first value: they bound the change, not the value."""
    q, first = quantity.series, quantity.series[0]
    sides = (-1, 1) if min(q) < first - quantity.lo / 2 or max(q) <= first else (1,)
    shown = [*q, first, *(first + side * quantity.hi for side in sides)]
    low, high = _padded(min(shown), max(shown))
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    x = Scale(0, len(q) - 1, LEFT, WIDTH - RIGHT)
    return element(
        "svg",
        *(_band_beside(quantity, first, side, y) for side in sides),
        *(_threshold(quantity, first, side, y) for side in sides),
        element("path", d=f"M{LEFT},{y(first):.1f}H{WIDTH - RIGHT}", class_="zero"),
        element("polyline", class_="series",
                points=" ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in enumerate(q))),
        element("circle", cx=x(0), cy=y(q[0]), r=3.5, class_="start"),
        element("circle", cx=x(len(q) - 1), cy=y(q[-1]), r=3.5, class_="end"),
        _value_label(quantity, q[0], y),
        _value_label(quantity, q[-1], y) if abs(y(q[-1]) - y(q[0])) > 14 else join(),
        *(_frame_label(x(t), t) for t in (0, len(q) // 2, len(q) - 1)),
        class_="quantity", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", role="img",
        aria_label=f"{quantity_title(quantity)} over the frames, {quantity_unit(quantity)}",
    )


def _padded(low: float, high: float) -> tuple[float, float]:
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _band_beside(quantity: Quantity, first: float, side: int, y: Scale) -> Markup:
    ends = sorted((y(first + side * quantity.lo), y(first + side * quantity.hi)))
    return element("rect", class_="band", x=LEFT, y=ends[0], width=WIDTH - LEFT - RIGHT,
                   height=ends[1] - ends[0])


def _threshold(quantity: Quantity, first: float, side: int, y: Scale) -> Markup:
    """Both lines, their labels pushed apart when the band is narrow."""
    places = {"lo": y(first + side * quantity.lo), "hi": y(first + side * quantity.hi)}
    if abs(places["lo"] - places["hi"]) < 1:
        places = {"hi": places["hi"]}  # one limit, no band
    push = max(0.0, 13 - abs(places.get("lo", -99) - places["hi"])) * side
    return join(*(
        join(
            element("path", d=f"M{LEFT},{place:.1f}H{WIDTH - RIGHT}", class_=f"threshold {name}"),
            element("text", _threshold_text(quantity, name, side),
                    x=WIDTH - RIGHT + 6, y=place + 4 - (push if name == "hi" else 0)),
        )
        for name, place in places.items()
    ))


def _threshold_text(quantity: Quantity, name: str, side: int) -> str:
    value = side * (quantity.lo if name == "lo" else quantity.hi)
    if quantity.lo == quantity.hi:
        return f"{value_text(quantity, value)} limit"
    return f"{value_text(quantity, value)} {'none' if name == 'lo' else 'counts'}"


def _value_label(quantity: Quantity, value: float, y: Scale) -> Markup:
    text = value_text(quantity, value)
    return element("text", text, x=LEFT - 7, y=y(value) + 4, text_anchor="end")


def _frame_label(x: float, frame: int) -> Markup:
    text = "frame 0" if frame == 0 else str(frame)
    return element("text", text, x=x, y=HEIGHT - 10, text_anchor="middle")


def _gauge(quantity: Quantity) -> Markup:
    """One number on a line, the band from lo to hi shaded."""
    value = gauge_value(quantity)
    ends = (value, quantity.lo, quantity.hi, 0.0)
    x = Scale(*_padded(min(ends), max(ends)), LEFT, WIDTH - RIGHT)
    y, low, high = GAUGE_HEIGHT / 2, x(quantity.lo), x(quantity.hi)
    thresholds = [
        join(
            element("path", d=f"M{place:.1f},{y - 14}v28", class_="threshold hi"),
            element("text", value_text(quantity, limit), x=place, y=y + 30, text_anchor="middle"),
        )
        for place, limit in ((low, quantity.lo), (high, quantity.hi))
    ]
    return element(
        "svg", element("path", d=f"M{LEFT},{y}H{WIDTH - RIGHT}", class_="zero"),
        element("rect", class_="band", x=low, y=y - 12, width=high - low, height=24.0), *thresholds,
        element("circle", cx=x(value), cy=y, r=6.0, class_="end"),
        element("text", value_text(quantity, value), x=x(value), y=y - 18, text_anchor="middle"),
        class_="quantity", viewBox=f"0 0 {WIDTH:.0f} {GAUGE_HEIGHT:.0f}", role="img",
        aria_label=f"{quantity_title(quantity)}, {quantity_unit(quantity)}",
    )
