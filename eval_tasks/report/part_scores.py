"""Parts of the page about accuracy: the table, the bars by type, picture against truth, strata."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.drawing import bars, heat, hint, key, score_text, table
from fourdp_qa.eval_tasks.report.findings import between, points
from fourdp_qa.eval_tasks.report.results_table import (
    COLUMNS,
    Block,
    best_in_columns,
    blocks,
    percent,
    spread,
)
from fourdp_qa.eval_tasks.report.scores import CUES, PICTURE, TYPES, RunScore, Score
from fourdp_qa.eval_tasks.scoring.accuracy import Accuracy
from fourdp_qa.eval_tasks.scoring.breakdown import LEVELS, breakdown
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import type_title, value_label

PICTURE_WORDS = {"agree": "The picture agrees", "different": "The picture says something else",
                 "opposite": "The picture says the opposite", "unclear": "The picture is unclear",
                 "none": "The picture has no reading"}
CUE_WORDS = {"none": "No cue says the other", "size": "Size in the picture says the other",
             "height": "Height in the picture says the other", "both": "Size and height say the other",
             "screen": "Nearness in the picture says the other"}
MORE_AXES = {"format": "by format", "naming": "by how objects are named", "source": "by source",
             "reference_system": "by reference system", "margin": "by margin (bands from the threshold)",
             "step": "by displacement per frame (thresholds)"}


def results_part(scores: Sequence[RunScore]) -> Markup:
    """The table, what is measured here first; the published lines apart, shut until asked for."""
    parts = blocks(scores)
    shown = [join(element("h3", block.title, element("small", block.digest)), _table(block))
             for block in parts[:-1]]
    published = parts[-1]
    return element(
        "section", element("h2", "Results"),
        hint("Accuracy in percent with half of the 95 % interval over scenes (its one end where all or none "
             "are right); answers that could not be read count as wrong. “All” weighs every question the "
             "same, “all, by type” every type. The best of each column is bold."),
        *shown,
        element("details",
                element("summary", f"{len(published.lines)} rows printed in the paper, of another benchmark"),
                element("p", f"{published.title}. {published.note}", class_="warning"), _table(published)),
        class_="panel",
    )


def _table(block: Block) -> Markup:
    best = best_in_columns(block) if block.items else [None] * len(COLUMNS)
    lines: list[list[str]] = []
    if block.items:
        lines.append(["questions", *(f"{n:,}" if n else "·" for n in block.items)])
    for line in block.lines:
        name = element("span", line.name, class_=f"line {line.kind}")
        cells = [_cell(score, top if line.kind == "run" else None)
                 for score, top in zip(line.scores, best, strict=True)]
        lines.append([join(name, element("small", line.note) if line.note else ""), *cells])
    return table(["model", *COLUMNS], lines, numbers=range(1, len(COLUMNS) + 1), class_="results")


def _cell(score: Score, top: float | None) -> Markup:
    value = percent(score.accuracy)
    is_best = top is not None and score.accuracy == top
    return element("td", element("strong", value) if is_best else value, element("small", spread(score)),
                   class_="n", title=score_text(score) if score.items else None)


def bars_part(scores: Sequence[RunScore]) -> Markup:
    """Every type with a bar for each run."""
    asked = [name for name in TYPES if any(name in s.by_type for s in scores)]
    groups = [
        bars(type_title(name), [(s.run.name, n, s.by_type[name])
                                for n, s in enumerate(scores) if name in s.by_type])
        for name in asked
    ]
    groups.append(bars(
        "All questions", [(s.run.name, n, s.micro) for n, s in enumerate(scores) if s.micro.items]))
    return element(
        "section", element("h2", "By type"), key([s.run.name for s in scores]),
        hint("Bars are accuracies, lines their 95 % intervals with whole scenes drawn anew (none below five "
             "scenes), dashed red strokes what luck reaches."),
        element("div", *groups, class_="grid"), class_="panel",
    )


def picture_part(scores: Sequence[RunScore]) -> Markup:
    """Accuracy by what the picture suggests."""
    moving = [
        bars(PICTURE_WORDS[name], [(s.run.name, n, s.by_picture[name])
                                   for n, s in enumerate(scores) if name in s.by_picture])
        for name in PICTURE if any(name in s.by_picture for s in scores)
    ]
    compared = [
        bars(CUE_WORDS[name], [(s.run.name, n, s.by_cue[name])
                               for n, s in enumerate(scores) if name in s.by_cue])
        for name in CUES if any(name in s.by_cue for s in scores)
    ]
    gaps = [
        [s.run.name, percent(s.gap.told), percent(s.gap.misled), percent(s.gap.chance),
         f"{points(s.gap.gap)}{between(s.gap.low, s.gap.high)}", str(s.gap.misled_items), _verdict(s)]
        for s in scores if s.gap
    ]
    parts = [
        element("h2", "Apparent against true motion"),
        hint("Read as if the camera had never moved, the picture tells the truth about some questions and "
             "not about others. A model that knows how the camera moves is as good on both; one that reads "
             "the picture is worse than luck where it misleads."),
    ]
    if gaps:
        parts.append(table(
            ["run", "picture is right", "picture is wrong", "luck there", "difference (points)",
             "questions", ""], gaps, numbers=(1, 2, 3, 4, 5)))
        parts.append(hint("Compared within each type and format that has both kinds."))
    else:
        parts.append(hint("Too few to tell: no type and format holds both kinds, or the picture misleads in "
                          "fewer than five scenes."))
    if moving:
        parts += [element("h3", "What moves (types 1 to 7)", class_="over"),
                  element("div", *moving, class_="grid")]
    if compared:
        parts += [element("h3", "What is nearer (types 8 to 11): does a cue on the picture say the other?",
                          class_="over"), element("div", *compared, class_="grid")]
    return element("section", *parts, class_="panel")


def _verdict(scored: RunScore) -> Markup:
    if scored.gap is None or not scored.gap.leans_on_picture:
        return element("span", "no sign of it", class_="finding none")
    if scored.gap.follows_picture:
        return element("span", "takes apparent for true motion", class_="finding shortcut")
    return element("span", "leans on the picture", class_="finding explained")


def strata_part(scores: Sequence[RunScore]) -> Markup:
    """How much moves: a three by three table for each run, and other ways to part the questions."""
    tables = [
        element(
            "div", element("h3", s.run.name),
            table(["camera ↓ scene →", *LEVELS], [
                [camera, *(_stratum(s.strata[f"camera {camera}, scene {scene}"]) for scene in LEVELS)]
                for camera in LEVELS], class_="strata"))
        for s in scores if s.run.verdicts
    ]
    more = [
        element("details", element("summary", f"Accuracy {words}"), _breakdown(scores, axis))
        for axis, words in MORE_AXES.items()
    ]
    return element(
        "section", element("h2", "How much moves"),
        hint("Accuracy in percent by the motion of the camera and of the scene; small, the number of "
             "questions."),
        element("div", *tables, class_="grid"), *more, class_="panel",
    )


def _stratum(found: Accuracy) -> Markup:
    text = join(percent(found.accuracy), element("small", f"{found.items:,}"))
    return heat(found.accuracy, text, "no such question" if not found.items else f"{found.items} questions")


def _breakdown(scores: Sequence[RunScore], axis: str) -> Markup:
    found = {s.run.name: breakdown(s.run.verdicts, axis) for s in scores if s.run.verdicts}
    names = list(dict.fromkeys(name for parts in found.values() for name in parts))
    lines = [
        [run, *(_stratum(parts[name]) if name in parts and parts[name].items else "·" for name in names)]
        for run, parts in found.items()
    ]
    heads = [value_label(axis, name) if axis in ("format", "naming") else name or "none" for name in names]
    return table(["run", *heads], lines, class_="strata")
