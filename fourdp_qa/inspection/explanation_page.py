"""The explanation of an answer as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fourdp_qa.inspection.explanation import Explanation, answer_words
from fourdp_qa.inspection.frame_marks import marked_frame
from fourdp_qa.inspection.markup import Markup, element, fill_template, join, template_text
from fourdp_qa.inspection.page_file import not_written, write_page
from fourdp_qa.inspection.path_drawing import path_from_above
from fourdp_qa.inspection.posters import Posters
from fourdp_qa.inspection.quantity_drawing import quantity_figure
from fourdp_qa.inspection.question_card import type_badge
from fourdp_qa.inspection.track_drawing import track_figure, track_legend
from fourdp_qa.inspection.wording import object_name, quantity_unit, value_label
from fourdp_qa.questions.tracking import TRUE_MOTION
from fourdp_qa.rows.details import ObjectMention
from fourdp_qa.rows.row import LETTERS, AnswerFormat

STRIP = 8
"""Frames of the contact strip: two rows of four on a wide page, motion still read at a glance."""
FACTS = (
    "id", "source", "scene_id", "segment", "reference_system", "naming", "camera_motion",
    "scene_motion", "entangled", "cue_conflict", "margin", "label_quality", "license", "seed",
    "template_id", "generator_version",
)


def write_explanation(explanation: Explanation, out: Path) -> Path:
    """Write the page to `out`; a folder gets ``<id>.html``.

    Raises
    ------
    FourdpQaError
        When it cannot be written.
    """
    target = out / f"{explanation.row.id}.html" if out.is_dir() else out
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_page(render_explanation_html(explanation), target)
    except OSError as error:
        raise not_written("explanation", target, error) from error
    return target


def render_explanation_html(explanation: Explanation) -> Markup:
    """The page's text."""
    row, posters = explanation.row, Posters()
    frames, track = _frames(explanation, posters), _track(explanation, posters)
    return fill_template(
        "explanation.html",
        title=f"Why: {row.id}",
        page_style=template_text("page.css"), explanation_style=template_text("explanation.css"),
        posters=posters.style(),
        badges=join(type_badge(row.question_type, row.category),
                    element("span", value_label("format", row.format), class_="badge"),
                    element("span", value_label("naming", row.naming), class_="badge")),
        question=row.question, options=_options(explanation), answer=_answer(explanation),
        frames=frames, track=track, path=_path(explanation), reasons=_reasons(explanation),
        facts=_facts(explanation),
    )


def _options(explanation: Explanation) -> Markup:
    row = explanation.row
    if not row.options:
        return join()
    return element("ol", *(
        element("li", f"{letter}. {text}", class_="right" if letter == row.answer else None)
        for letter, text in zip(LETTERS, row.options, strict=False)
    ), class_="options")


def _answer(explanation: Explanation) -> Markup:
    row, words = explanation.row, answer_words(explanation.row)
    given = (
        element("pre", words) if row.format == AnswerFormat.TRACK
        else element("p", element("strong", words))
    )
    statement = element("p", explanation.evidence.statement)
    return join(given, statement, element("p", explanation.picture, class_="hint"))


def _frames(explanation: Explanation, posters: Posters) -> Markup:
    """The contact strip: frames at equal steps and every frame in which something is named."""
    clip = explanation.clip
    if clip is None:
        return element("section", element("h2", "Frames"), element(
            "p", "This folder was generated without clips.", class_="hint"), class_="panel")
    mentions = list(enumerate(explanation.objects))
    named = {*explanation.named_frames.named, *(mention.frame for _, mention in mentions)}
    steps = np.linspace(0, len(clip) - 1, STRIP).round().astype(int).tolist()
    shown = _with_named(steps, sorted(t for t in named if t < len(clip)))
    figures = [
        element(
            "figure", marked_frame(posters.add("clip", clip, t), t, mentions),
            element("figcaption", f"frame {t}" + (", named" if t in named else "")),
        )
        for t in shown
    ]
    names = element("ul", *(
        element("li", _name(mention), class_=f"object-{n}") for n, mention in mentions
    ), class_="objects") if mentions else join()
    return element("section", element("h2", "Frames"), element("div", *figures, class_="strip"),
                   names, class_="panel")


def _name(mention: ObjectMention) -> str:
    name = object_name(mention)
    return name if name == mention.reference else f"{name}, asked as “{mention.reference}”"


def _with_named(steps: list[int], named: list[int]) -> list[int]:
    """Each named frame takes the place of the nearest step, the count stays."""
    shown = list(steps)
    for frame in named:
        if frame in shown:
            continue
        free = [t for t in shown if t not in named] or shown
        shown[shown.index(min(free, key=lambda t: abs(t - frame)))] = frame
    return sorted(set(shown))


def _track(explanation: Explanation, posters: Posters) -> Markup:
    track = explanation.evidence.track
    if track is None:
        return join()
    asked = "true" if explanation.row.question_type == TRUE_MOTION else "visual"
    poster = posters.add("clip", explanation.clip, track.query_frame)
    return element(
        "section", element("h2", f"Both tracks over frame {track.query_frame}"),
        track_figure(track, explanation.named_frames, asked, poster, ""), track_legend(),
        class_="panel tracks",
    )


def _path(explanation: Explanation) -> Markup:
    proof = explanation.proof
    if proof is None:
        return join()
    ids = tuple(mention.id for mention in explanation.objects)
    named = explanation.named_frames.named
    words = (
        "The first camera looks up the page. Dashed: the first frame; shaded: the last; thick: a "
        "frame that the question names. Grey: objects it does not name. Height is not shown."
    )
    return element("section", element("h2", "Seen from above"), path_from_above(proof, ids, named),
                   element("p", words, class_="hint"), class_="panel")


def _reasons(explanation: Explanation) -> Markup:
    if not explanation.evidence.quantities:
        return join()
    parts = [
        element(
            "div",
            element("h3", title, " ", element("span", quantity_unit(quantity), class_="unit")),
            element("p", sentence[:1].upper() + sentence[1:]), quantity_figure(quantity),
        )
        for (title, sentence), quantity in zip(
            explanation.reasons, explanation.evidence.quantities, strict=True
        )
    ]
    return element(
        "section", element("h2", "Why it holds"),
        element("p", explanation.margin + " Shaded: the band in which nothing is asked.",
                class_="hint"),
        element("div", *parts, class_="reasons"), class_="panel",
    )


def _facts(explanation: Explanation) -> Markup:
    return element("table", *(
        element("tr", element("th", name, scope="row"),
                element("td", str(getattr(explanation.row, name)) or "–"))
        for name in FACTS
    ))
