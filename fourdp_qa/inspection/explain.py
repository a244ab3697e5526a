"""Why the answer of one row holds: its frames, the geometry, the numbers and their bands."""

from __future__ import annotations

from pathlib import Path

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.inspection.explanation import Explanation, explanation_text
from fourdp_qa.inspection.explanation_page import render_explanation_html, write_explanation
from fourdp_qa.inspection.material import open_material
from fourdp_qa.inspection.wording import (
    margin_sentence,
    object_name,
    picture_sentence,
    quantity_sentence,
    quantity_title,
)
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json

__all__ = [
    "Explanation",
    "explain",
    "explanation_text",
    "render_explanation_html",
    "write_explanation",
]


def explain(folder: Path, row_id: str) -> Explanation:
    """Gather what proves the answer of a row.

    Raises
    ------
    FourdpQaError
        When the folder has no such row (the message names near ids) or its clip cannot be read.
    """
    material = open_material(folder)
    row = material.row(row_id)
    evidence = evidence_from_json(row.evidence)
    objects = tuple(objects_from_json(row.objects))
    names = [object_name(mention) for mention in objects]
    content = material.clip(row)
    return Explanation(
        row=row,
        evidence=evidence,
        objects=objects,
        named_frames=frames_from_json(row.frames),
        reasons=tuple(
            (quantity_title(q), quantity_sentence(q, names)) for q in evidence.quantities
        ),
        margin=margin_sentence(row.margin) if evidence.quantities else "",
        picture=picture_sentence(row, evidence.track),
        proof=material.proof(row),
        clip=None if content is None else decode_clip(content),
    )
