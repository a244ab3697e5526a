"""A row in a notebook: a contact sheet of its clip, the question, the options, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fourdp_qa.dataset.load import frames
from fourdp_qa.inspection.data_uris import png_data_uri
from fourdp_qa.inspection.explanation import answer_words
from fourdp_qa.inspection.markup import element, join
from fourdp_qa.inspection.wording import type_title
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row, row_from_mapping

COLUMNS, SHEET_FRAMES = 4, 8
TILE, GAP = 224, 6
"""Pixels: four tiles fill a notebook's width."""
GROUND, INK, MARK = (24, 29, 35), (255, 255, 255), (255, 148, 23)


@dataclass(frozen=True)
class ShownRow:
    """What `show` returns; a notebook displays it.

    Attributes
    ----------
    row : the row.
    image : contact sheet; frames that the question points into carry a mark.
    """

    row: Row
    image: Image.Image

    def _repr_html_(self) -> str:
        row = self.row
        options = element("ol", *(
            element("li", f"{letter}. {text}",
                    style="font-weight:600" if letter == row.answer else None)
            for letter, text in zip(LETTERS, row.options, strict=False)
        ), style="list-style:none;padding-left:0;margin:.4em 0") if row.options else join()
        kind = "pre" if row.format == AnswerFormat.TRACK else "p"
        return element(
            "div",
            element("p", element("small", f"{type_title(row.question_type)} · {row.id}")),
            element("img", src=png_data_uri(self.image), alt="Frames of the clip",
                    style="max-width:100%;border-radius:8px"),
            element("p", element("strong", row.question)), options,
            element(kind, element("strong", "Answer: "), answer_words(row)),
            style="max-width:940px",
        )


def show(row: Row | Mapping[str, Any], folder: Path | str | None = None) -> ShownRow:
    """Make a contact sheet of a row's clip, to be looked at beside its question and answer.

    Parameters
    ----------
    row : Row or mapping
        A row of ``fourdp_qa.load(...)``, or a `Row`.
    folder : path, optional
        Needed for a `Row`: where its clip lies.

    Raises
    ------
    FourdpQaError
        When the row has no clip, or its clip is missing or damaged.
    """
    clip = frames(row, folder)
    plain = row if isinstance(row, Row) else row_from_mapping(dict(row))
    return ShownRow(plain, _contact_sheet(clip, plain))


def _contact_sheet(clip: NDArray[np.uint8], row: Row) -> Image.Image:
    """Frames at equal steps; the last tiles give way to frames the question points into."""
    points = _points(row)
    steps = np.linspace(0, len(clip) - 1, min(SHEET_FRAMES, len(clip))).round().astype(int).tolist()
    pointed = [t for t in points if t < len(clip) and t not in steps]
    for t in pointed:
        steps[min(range(len(steps)), key=lambda i: abs(steps[i] - t))] = t
    rows = -(-len(steps) // COLUMNS)
    size = (COLUMNS * (TILE + GAP) + GAP, rows * (TILE + GAP) + GAP)
    sheet = Image.new("RGB", size, GROUND)
    for i, t in enumerate(sorted(steps)):
        place = (GAP + i % COLUMNS * (TILE + GAP), GAP + i // COLUMNS * (TILE + GAP))
        sheet.paste(_tile(clip[t], t, points.get(t, [])), place)
    return sheet


def _points(row: Row) -> dict[int, list[tuple[float, float]]]:
    """Clip frame -> points the question names there: pixels of objects, the query of a track."""
    points: dict[int, list[tuple[float, float]]] = {}
    for mention in objects_from_json(row.objects):
        if mention.point is not None:
            points.setdefault(mention.frame, []).append(mention.point)
    track = evidence_from_json(row.evidence).track
    if track is not None:
        query = track.visual[track.query_frame]
        points[track.query_frame] = [] if query is None else [query]
    else:
        for t in frames_from_json(row.frames).named:
            points.setdefault(t, [])
    return points


def _tile(frame: NDArray[np.uint8], t: int, points: list[tuple[float, float]]) -> Image.Image:
    tile = Image.fromarray(frame).resize((TILE, TILE), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(tile)
    for x, y in points:
        centre = (x * TILE, y * TILE)
        for radius, width, colour in ((8, 4, GROUND), (7, 2, MARK)):
            box = [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius]
            draw.ellipse(box, outline=colour, width=width)
    draw.text((7, 4), f"frame {t}", fill=INK, font=ImageFont.load_default(14),
              stroke_width=2, stroke_fill=GROUND)
    return tile
