"""What a question names, outlined on the frame in which it is named."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import object_name
from fourdp_qa.rows.details import ObjectMention

SIDE = 1000.0
"""The picture's side in drawing units."""


def marked_frame(
    poster: str, frame: int, mentions: Sequence[tuple[int, ObjectMention]]
) -> Markup:
    """Show a frame with the box and the named pixel of every object that is named in it.

    Parameters
    ----------
    poster : class of the style rule that has the frame as background.
    frame : clip frame.
    mentions : (position in the question, mention); others than those of `frame` are left out.
    """
    here = [(n, mention) for n, mention in mentions if mention.frame == frame]
    names = ", ".join(object_name(mention) for _, mention in here)
    drawing = element(
        "svg", *(_outline(n, mention) for n, mention in here),
        viewBox=f"0 0 {SIDE:.0f} {SIDE:.0f}", role="img",
        aria_label=f"Frame {frame}" + (f" with {names} outlined" if names else ""),
    )
    picture = element("div", class_=f"picture {poster}".strip(), style="inset:0")
    return element("div", picture, drawing, class_="stage", style="aspect-ratio:1")


def _outline(n: int, mention: ObjectMention) -> Markup:
    parts: list[str] = [element("title", object_name(mention))]
    if mention.box is not None:
        x0, y0, x1, y1 = (SIDE * v for v in mention.box)
        parts += [
            element("rect", class_=f"outline {style}", x=x0, y=y0, width=x1 - x0, height=y1 - y0,
                    rx=8.0)
            for style in ("edge", f"object-{n}")
        ]
    if mention.point is not None:
        x, y = SIDE * mention.point[0], SIDE * mention.point[1]
        parts += [
            element("circle", class_=f"outline {style}", cx=x, cy=y, r=16.0)
            for style in ("edge", f"object-{n}")
        ]
    return element("g", *parts) if len(parts) > 1 else join()
