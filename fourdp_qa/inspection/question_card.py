"""One question of a gallery: badges, words, options to pick, the answer kept back until asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.track_drawing import query_figure, track_figure, track_legend
from fourdp_qa.inspection.wording import (
    margin_sentence,
    number,
    picture_sentence,
    type_title,
    value_label,
)
from fourdp_qa.questions.tracking import TRUE_MOTION
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming, Row

Poster = Callable[[int], str]
"""Frame of the clip -> class that shows it."""


def question_card(row: Row, position: int, clip: str, poster: Poster | None) -> Markup:
    """Write the card.

    Parameters
    ----------
    row : the question.
    position : its number under the clip, from 1.
    clip : id of the clip's video on the page.
    poster : shows a frame of the clip; None without clips.
    """
    return element(
        "article",
        _head(row, position), element("p", row.question, class_="question"),
        _pointers(row, poster), _choices(row),
        _track(row, clip, poster),
        element("button", "Show answer", type="button", class_="reveal", aria_expanded="false"),
        _answer(row),
        class_="card", id=row.id, data_type=row.question_type, data_format=row.format,
        data_entangled=row.entangled, data_naming=row.naming, data_position=str(position),
        aria_label=f"Question {position}: {type_title(row.question_type)}",
    )


def type_badge(question_type: str, category: str) -> Markup:
    """The name of a type in the colour of its category."""
    return element("span", type_title(question_type), class_=f"badge type {category}")


def _head(row: Row, position: int) -> Markup:
    badges = [element("span", value_label("format", row.format), class_="badge")]
    if row.naming != Naming.NONE:
        badges.append(element("span", value_label("naming", row.naming), class_="badge"))
    return element(
        "header", element("span", str(position), class_="position"),
        type_badge(row.question_type, row.category), *badges,
    )


def _pointers(row: Row, poster: Poster | None) -> Markup:
    """Where a named pixel lies: without a ruler nobody finds (0.413, 0.207)."""
    if row.naming != Naming.PIXEL or row.format == AnswerFormat.TRACK or poster is None:
        return join()
    points: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for mention in objects_from_json(row.objects):
        if mention.point is not None:
            points[mention.frame].append(mention.point)
    return join(*(
        element("figure", query_figure(at, t, poster(t)),
                element("figcaption", f"Frame {t}, the named pixel marked"), class_="pointer")
        for t, at in sorted(points.items())
    ))


def _choices(row: Row) -> Markup:
    if row.format == AnswerFormat.YES_NO:
        choices = [(text, text, text == row.answer) for text in ("Yes", "No")]
    else:
        choices = [
            (letter, f"{letter}. {text}", letter == row.answer)
            for letter, text in zip(LETTERS, row.options, strict=False)
        ]
    if not choices:
        return join()
    style = "choices short" if row.format == AnswerFormat.YES_NO else "choices"
    return element("div", *(
        element("button", text, type="button", class_="choice", data_right="yes" if right else "no")
        for _, text, right in choices
    ), class_=style, role="group", aria_label="Choices")


def _track(row: Row, clip: str, poster: Poster | None) -> Markup:
    track = evidence_from_json(row.evidence).track
    if track is None:
        return join()
    asked = "true" if row.question_type == TRUE_MOTION else "visual"
    picture = poster(track.query_frame) if poster else ""
    caption = f"Frame {track.query_frame}, the query point marked"
    return element(
        "figure",
        track_figure(track, frames_from_json(row.frames), asked, picture, clip),
        element("figcaption", caption, element("span", track_legend(), class_="answer")),
        class_="tracks",
    )


def _answer(row: Row) -> Markup:
    """The answer, why the picture helps or misleads, and what else is known about the question."""
    track = evidence_from_json(row.evidence).track
    if row.format == AnswerFormat.TRACK:
        answer = element("pre", row.answer)
    elif row.format == AnswerFormat.MULTIPLE_CHOICE:
        answer = element("p", element("strong", f"{row.answer}. "), row.answer_text)
    else:
        answer = element("p", element("strong", row.answer),
                         join() if row.answer_text == row.answer else f" {row.answer_text}")
    facts = [
        (value_label("entangled", row.entangled), f"entangled {row.entangled}"),
        *([(f"margin {number(row.margin)}", "")] if track is None else []),
        (f"camera motion {row.camera_motion}", ""),
        (f"scene motion {row.scene_motion}", ""),
    ]
    badges = [element("span", text, class_=f"badge {style}".strip()) for text, style in facts]
    return element(
        "div", answer, element("p", picture_sentence(row, track), class_="why"),
        element("p", *badges, class_="facts", title=margin_sentence(row.margin)),
        element("p", row.id, class_="id"),
        class_="answer", aria_live="polite",
    )
