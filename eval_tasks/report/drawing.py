"""Small drawings that stretch with the page: places are percentages, strokes stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.results_table import percent
from fourdp_qa.eval_tasks.report.scores import Score
from fourdp_qa.eval_tasks.scoring.verdict import UNPARSED
from fourdp_qa.inspection.markup import Markup, element, join

COLOURS = 8
"""Runs drawn in different colours before they repeat; the style sheet names as many."""
BAR_HEIGHT = 20
PARTS = 6
"""Shades of a stacked bar before they repeat."""
NAMED = 0.08
"""Share of a stacked bar in which its name is readable on a phone."""


def hint(text: str) -> Markup:
    """A paragraph that explains."""
    return element("p", text, class_="hint")


def colour(n: int) -> str:
    """Style of run n."""
    return f"--run: var(--run-{n % COLOURS})"


def bar(score: Score) -> Markup:
    """Accuracy from 0 to 100 %, its interval as a line with ends, what luck reaches as a tick."""
    middle = BAR_HEIGHT / 2
    drawn = [element("rect", x="0", y=middle - 5, width="100%", height=10.0, class_="ground")]
    if score.accuracy is not None:
        drawn.append(element("rect", x="0", y=middle - 5, width=_place(score.accuracy), height=10.0,
                             class_="value"))
    if score.chance is not None:
        drawn.append(element("line", x1=_place(score.chance), x2=_place(score.chance), y1=1.0,
                             y2=BAR_HEIGHT - 1.0, class_="chance"))
    if score.low is not None and score.high is not None:
        drawn.append(element("line", x1=_place(score.low), x2=_place(score.high), y1=middle, y2=middle,
                             class_="span"))
        drawn += [element("line", x1=_place(end), x2=_place(end), y1=middle - 4, y2=middle + 4, class_="span")
                  for end in (score.low, score.high)]
    return element("svg", element("title", score_text(score)), *drawn, class_="bar", width="100%",
                   height=str(BAR_HEIGHT), role="img")


def score_text(score: Score) -> str:
    """A score in words."""
    if score.accuracy is None:
        return "not asked"
    text = f"{percent(score.accuracy)} % of {score.items} questions"
    if score.low is not None and score.high is not None:
        text += f", 95 % interval {percent(score.low)} to {percent(score.high)}"
    return text if score.chance is None else f"{text}; luck {percent(score.chance)} %"


def bars(title: Markup | str, lines: Sequence[tuple[str, int, Score]]) -> Markup:
    """A titled group of bars: name, number of the run, score."""
    return element(
        "div", element("h3", title),
        *(element(
            "div", element("span", name, class_="who", title=name), bar(score),
            element("span", percent(score.accuracy), element("small", _interval(score)), class_="n"),
            class_="row", style=colour(n)) for name, n, score in lines),
        class_="bars",
    )


def stacked(shares: Sequence[tuple[str, float]]) -> Markup:
    """Shares that add up to one, as one bar with their names where they fit."""
    drawn = [
        element("span", name if share >= NAMED else "",
                class_="part unparsed" if name == UNPARSED else f"part part-{n % PARTS}",
                style=f"width: {100 * share:.2f}%", title=f"{name}: {percent(share)} %")
        for n, (name, share) in enumerate(shares) if share > 0
    ]
    return element("div", *drawn, class_="stacked")


def heat(value: float | None, text: str, hint: str = "") -> Markup:
    """A table cell shaded by a share."""
    if value is None:
        return element("td", "·", class_="heat none", title=hint or None)
    return element("td", text, class_="heat", style=f"--heat: {100 * value:.0f}%", title=hint or None)


def table(
    heads: Sequence[str], lines: Sequence[Sequence[str]], *, numbers: Sequence[int] = (), class_: str = ""
) -> Markup:
    """A table that scrolls by itself; the first column names the line, `numbers` are set to the right.

    A cell that is a ``td`` already is taken as it is.
    """
    head = element("tr", *(element("th", words, class_="n" if n in numbers else None)
                           for n, words in enumerate(heads)))
    body = [
        element("tr", element("th", line[0], scope="row"), *(
            cell if isinstance(cell, Markup) and cell.startswith("<td")
            else element("td", cell, class_="n" if n in numbers else None)
            for n, cell in enumerate(line[1:], 1)))
        for line in lines
    ]
    return element("div", element("table", element("thead", head), element("tbody", *body),
                                  class_=class_ or None), class_="scroll")


def key(names: Sequence[str]) -> Markup:
    """Which colour is which run."""
    if len(names) < 2:
        return join()
    return element("p", *(element("span", name, class_="run-key", style=colour(n))
                          for n, name in enumerate(names)), class_="keys")


def _interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return ""
    return f"{percent(score.low)} – {percent(score.high)}"


def _place(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"
