"""The part of the page about VLM4D: its authors' columns, the line that needs no video, printed numbers."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.drawing import hint, table
from fourdp_qa.eval_tasks.report.results_table import percent, published
from fourdp_qa.eval_tasks.report.scores import RunScore, Score
from fourdp_qa.eval_tasks.report.vlm4d_scores import HEADS, SPLITS, mean, protocols
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.inspection.markup import Markup, element, join


def vlm4d_part(scores: Sequence[RunScore]) -> Markup:
    """VLM4D beside what needs no video and the numbers that the paper prints for it."""
    asked = [(s.run.name, protocol) for s in scores for protocol in protocols(s.run)]
    if not asked:
        return join()
    _, widest = max(asked, key=lambda pair: len(pair[1].verdicts))
    lines = [
        [name, p.prompt, *(_cell(found, n in SPLITS) for n, found in enumerate(p.parts)),
         percent(_unread(p.verdicts)), f"{len(p.verdicts):,}"]
        for name, p in asked
    ]
    empty = [""] * len(HEADS)
    reference = [
        [_name("by lot", "reference"), "", *(percent(found.chance) for found in widest.parts), "", ""],
        [_name("options alone, no video", "reference"), "", *map(percent, widest.blind), "", ""],
    ]
    printed = []
    for row in published()["vlm4d"]:
        cells = list(empty)
        for at, value in zip(SPLITS, row["values"], strict=True):
            cells[at] = f"{value:.1f}"
        printed.append([_name(row["name"], "published"), "printed", *cells, "", ""])
    return element(
        "section", element("h2", "VLM4D"),
        hint("Accuracy in percent in the columns of its authors. “Options alone” is the option whose text is "
             "right most often in other clips, without question and video: a score below it says nothing "
             "about seeing."),
        table(["model", "prompt", *HEADS, "unread", "questions"], [*reference, *lines, *printed],
              numbers=range(2, len(HEADS) + 4)),
        hint("Frames, prompt and reading of answers of the printed numbers are not stated: an orientation."),
        class_="panel",
    )


def _cell(found: Score, with_interval: bool) -> str:
    value = percent(found.accuracy)
    if not with_interval or found.low is None:
        return value
    return join(value, element("small", f"{percent(found.low)} – {percent(found.high)}"))


def _name(words: str, kind: str) -> Markup:
    return element("span", words, class_=f"line {kind}")


def _unread(verdicts: Sequence[Verdict]) -> float | None:
    return mean([float(not v.is_parsed) for v in verdicts if not v.is_failed])
