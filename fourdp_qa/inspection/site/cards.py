"""The card of one row as plain lists: that of the gallery, and what was measured."""

from __future__ import annotations

from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.question_card import question_card
from fourdp_qa.inspection.site.tree import Node, tree_of
from fourdp_qa.inspection.wording import object_name, quantity_sentence, quantity_title
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import Row

CLIP = "clip"
"""Id of the page's one player."""


def card_of(row: Row, position: int, *, with_clip: bool) -> Node:
    """The card with the answer in it, which the page keeps back.

    A frame of the clip that the card shows is an empty element of class ``frame-<t>``, into which the
    page puts the clip itself, held at that frame: no picture has to be stored for it.
    """
    count = frames_from_json(row.frames).count

    def frame_of_clip(t: int) -> str:
        return f"frame-{t}" if 0 <= t < count else ""

    card = question_card(row, position, CLIP, frame_of_clip if with_clip else None)
    return tree_of(element(
        "div", card, _measured(row), class_="whole", data_frames=str(count),
        data_scene=f"{row.source} {row.scene_id}",
    ))


def _measured(row: Row) -> Markup:
    """The statement and every quantity that decided it, in words."""
    evidence = evidence_from_json(row.evidence)
    if evidence.track is not None:
        return join()
    names = [object_name(mention) for mention in objects_from_json(row.objects)]
    items = [
        element("li", element("strong", f"{quantity_title(q)}: "), quantity_sentence(q, names))
        for q in evidence.quantities
    ]
    return element(
        "section", element("h2", "What was measured"), element("p", evidence.statement),
        element("ul", *items), class_="measured answer",
    )
