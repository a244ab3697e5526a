"""The gallery: one page with playing clips, their questions and, when asked, the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.data_uris import mp4_data_uri
from fourdp_qa.inspection.gallery_selection import ShownClip, choose_clips, clip_key
from fourdp_qa.inspection.markup import Markup, element, fill_template, join, template_text
from fourdp_qa.inspection.material import Material, open_material
from fourdp_qa.inspection.page_file import not_written, write_page
from fourdp_qa.inspection.posters import Posters
from fourdp_qa.inspection.question_card import question_card
from fourdp_qa.inspection.wording import type_line, type_title, value_label
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.row import Row

CLIPS, QUESTIONS = 24, 13
"""Shown by default: about 5 MB, which opens at once everywhere and can be sent by mail."""

LAST = 1000
"""Place of a type that this version does not know: after those it knows."""
FILTERS = {
    "type": "question_type", "format": "format", "entangled": "entangled", "naming": "naming",
}
"""Filter of the page -> column of the row."""


def write_gallery(
    folder: Path, out: Path, *, clips: int = CLIPS, questions: int = QUESTIONS
) -> Path:
    """Write a self-contained page about a generated folder or a benchmark.

    Parameters
    ----------
    folder : Path
        A folder written by ``generate`` or ``bench``.
    out : Path
        The page; a folder gets ``gallery.html``.
    clips, questions : int
        At most so many clips, and questions under each. They are chosen to show every type, format,
        naming and entanglement, and are the same from run to run.

    Returns
    -------
    Path
        The page written.

    Raises
    ------
    FourdpQaError
        When the folder has no rows, a clip is missing, or the page cannot be written.
    """
    material = open_material(folder)
    if not material.rows:
        raise FourdpQaError(f"{folder}: found no rows, expected some; generate more scenes")
    page = gallery_page(material, clips=clips, questions=questions)
    target = out / "gallery.html" if out.is_dir() else out
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_page(page, target)
    except OSError as error:
        raise not_written("gallery", target, error) from error
    return target


def gallery_page(material: Material, *, clips: int = CLIPS, questions: int = QUESTIONS) -> Markup:
    """The page's text."""
    chosen = choose_clips(material.rows, clips, questions)
    posters = Posters()
    sections = [_clip_section(material, clip, n, posters) for n, clip in enumerate(chosen)]
    shown = [row for clip in chosen for row in clip.rows]
    return fill_template(
        "gallery.html",
        title=f"4D motion questions: {material.name}",
        page_style=template_text("page.css"), card_style=template_text("card.css"),
        gallery_style=template_text("gallery.css"),
        posters=posters.style(),
        counts=_counts(material, chosen, shown), types=_types(material.rows, shown),
        filters=join(*(_filter(name, column, shown) for name, column in FILTERS.items())),
        clips=join(*sections),
        footer=_footer(material.rows),
    )


def _clip_section(material: Material, clip: ShownClip, n: int, posters: Posters) -> Markup:
    """One clip beside its questions; the clip's bytes stand here and nowhere else."""
    content = material.clip(clip.rows[0])
    frames = None if content is None else decode_clip(content)
    name = f"clip-{n}"
    poster = None if frames is None else partial(posters.add, name, frames)
    cards = [
        question_card(row, position, name, poster)
        for position, row in enumerate(clip.rows, start=1)
    ]
    more = join()
    if clip.hidden:
        more = element("p", f"and {clip.hidden} more questions about this clip", class_="more")
    return element(
        "section", _screen(content, name, clip.rows[0], n),
        element("div", *cards, more, class_="questions"),
        class_="clip", aria_label=f"Clip {n + 1}",
    )


def _screen(content: bytes | None, name: str, row: Row, n: int) -> Markup:
    if content is None:
        film = element("div", "no clip: generated without clips", class_="missing")
    else:
        video = element(
            "video", id=name, src=mp4_data_uri(content), muted=True, loop=True, playsinline=True,
            controls=True, aria_label=f"Clip {n + 1}",
        )
        overlay = element("svg", viewBox="0 0 1000 1000", aria_hidden="true")
        film = element("div", video, overlay, class_="film")
    frames = frames_from_json(row.frames).count
    caption = f"Clip {n + 1} · {row.source} {row.scene_id} · {frames} frames"
    return element("figure", film, element("figcaption", caption), class_="screen")


def _counts(material: Material, chosen: list[ShownClip], shown: list[Row]) -> Markup:
    clips = len({clip_key(row) for row in material.rows})
    scenes = len({(row.source, row.scene_id) for row in material.rows})
    return element("ul", *(
        element("li", element("strong", figure), element("span", words))
        for figure, words in (
            (f"{len(chosen)}", f"of {clips:,} clips shown"),
            (f"{len(shown)}", f"of {len(material.rows):,} questions shown"),
            (f"{scenes:,}", "scenes"),
            (f"{len({row.question_type for row in material.rows})}", "question types"),
        )
    ), class_="counts")


def _types(rows: Sequence[Row], shown: list[Row]) -> Markup:
    """What each type asks, with how many there are and how many of them are on the page."""
    total, here = (Counter(row.question_type for row in part) for part in (rows, shown))
    category = {row.question_type: row.category for row in rows}
    return element("ul", *(
        element(
            "li",
            element("strong", type_title(name),
                    element("span", f"{here[name]} of {total[name]:,}")),
            element("p", type_line(name)),
            class_=category[name],
        )
        for name in _in_order(shown, "question_type") + sorted(set(total) - set(here))
    ), class_="types")


def _filter(name: str, column: str, shown: list[Row]) -> Markup:
    counts = Counter(str(getattr(row, column)) for row in shown)
    options = [element("option", "all", value="")]
    for value in _in_order(shown, column):
        text = type_title(value) if column == "question_type" else value_label(column, value)
        options.append(element("option", f"{text} ({counts[value]})", value=value))
    return element("label", name, element("select", *options, data_column=name))


def _in_order(rows: list[Row], column: str) -> list[str]:
    """Values of a column in the order in which the registry's types first show them."""
    numbers = {t.name: t.number for t in TYPES}
    ordered = sorted(rows, key=lambda row: (numbers.get(row.question_type, LAST), row.id))
    return list(dict.fromkeys(str(getattr(row, column)) for row in ordered))


def _footer(rows: Sequence[Row]) -> Markup:
    licences = ", ".join(sorted({row.license for row in rows}))
    versions = ", ".join(sorted({row.generator_version for row in rows}))
    return element("p", f"Made by fourdp-qa {versions}. Licence of the rows shown: {licences}.")
