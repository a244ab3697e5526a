"""The part of the page that shows wrong answers with their clips."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.examples import Example
from fourdp_qa.inspection.data_uris import mp4_data_uri
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.question_card import type_badge
from fourdp_qa.inspection.wording import picture_sentence, value_label
from fourdp_qa.rows.details import evidence_from_json
from fourdp_qa.rows.row import LETTERS, Row

LONGEST = 240
"""Characters of a response on the page; a chain of thought is thousands long."""


def examples_part(shown: Sequence[Example], without: str) -> Markup:
    """Cards of wrong answers; `without` says why there are none."""
    if not shown:
        return element("section", element("h2", "Wrong answers to look at"),
                       element("p", without, class_="hint"), class_="panel")
    clips: dict[bytes, int] = {}
    cards = [_card(example, n, clips) for n, example in enumerate(shown)]
    return element(
        "section", element("h2", "Wrong answers to look at"),
        element("p", "One type after the other, first those where the picture misleads.", class_="hint"),
        element("div", *cards, class_="cards"), class_="panel",
    )


def _card(example: Example, n: int, clips: dict[bytes, int]) -> Markup:
    """One question; a clip's bytes stand on the page once, later cards take them from the first."""
    row = example.row
    first = clips.setdefault(example.clip, n)
    film = element(
        "video", src=mp4_data_uri(example.clip) if first == n else None,
        data_of=None if first == n else f"clip-{first}", muted=True, loop=True, playsinline=True,
        controls=True, id=f"clip-{n}", aria_label=f"Clip of question {n + 1}")
    evidence = evidence_from_json(row.evidence)
    statement = evidence.statement[:1].upper() + evidence.statement[1:]
    return element(
        "article", film,
        element(
            "div", element("header", element("strong", str(n + 1)), " ",
                           type_badge(row.question_type, row.category), " ",
                           _picture_badge(row)),
            element("p", row.question, class_="question"), _options(row),
            element("p", "True: ", element("strong", _worded(row, row.answer))),
            element("ul", *(_said(row, run, *given) for run, given in example.answers.items()),
                    class_="said"),
            element("p", statement, ". ", picture_sentence(row, evidence.track), class_="hint"),
            element("p", row.id, class_="id")),
        class_="example",
    )


def _picture_badge(row: Row) -> Markup:
    """What the picture suggests, where it suggests anything."""
    if row.entangled != "none":
        return element("span", value_label("entangled", row.entangled), class_="badge")
    if row.cue_conflict != "none":
        return element("span", f"misleading cue: {row.cue_conflict}", class_="badge")
    return join()


def _options(row: Row) -> Markup:
    if not row.options:
        return join()
    return element("p", " · ".join(f"{letter}. {option}" for letter, option in
                                   zip(LETTERS, row.options, strict=False)), class_="options")


def _said(row: Row, run: str, parsed: str | None, response: str) -> Markup:
    right = parsed == row.answer
    text = "no answer could be read" if parsed is None else _worded(row, parsed)
    shown = response if len(response) <= LONGEST else f"{response[:LONGEST]} …"
    more = element("q", shown) if response.strip() != (parsed or "") else join()
    return element("li", element("span", f"{run}: "), element("strong", text), " ", more,
                   class_="right" if right else "wrong")


def _worded(row: Row, answer: str) -> str:
    """A letter with its option."""
    if answer in LETTERS and LETTERS.index(answer) < len(row.options):
        return f"{answer}. {row.options[LETTERS.index(answer)]}"
    return answer
