"""Parts of the page about what was answered: habits, confusions, contradictions, groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.drawing import heat, hint, stacked, table
from fourdp_qa.eval_tasks.report.results_table import percent
from fourdp_qa.eval_tasks.report.scores import TYPES, RunScore, confusions
from fourdp_qa.eval_tasks.scoring.bootstrap import Interval
from fourdp_qa.eval_tasks.scoring.groups import GroupScore
from fourdp_qa.eval_tasks.scoring.verdict import UNPARSED, Verdict
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import type_title, value_label

SHOWN_LINES = 12
"""Contradictions of a run that are spelt out."""


def answers_part(scores: Sequence[RunScore]) -> Markup:
    """How often each answer was given, beside how often it is right, and what giving it always scores."""
    parts: list[Markup] = []
    for name in sorted({v.format for s in scores for v in s.run.verdicts}):
        lines = [
            element("div", element("span", s.run.name, class_="who", title=s.run.name),
                    stacked(_given(s.run.verdicts, name)), class_="row two")
            for s in scores if any(v.format == name for v in s.run.verdicts)
        ]
        whole = max((s for s in scores), key=lambda s: sum(v.format == name for v in s.run.verdicts))
        right = element("div", element("span", "right answers", class_="who hint"),
                        stacked(_right(whole.run.verdicts, name)), class_="row two")
        constants = whole.beside.constants.get(name, {})
        said = ", ".join(f"{answer} {percent(share)} %" for answer, share in constants.items())
        parts.append(element(
            "div", element("h3", value_label("format", name).capitalize()), *lines, right,
            hint(f"Always the same answer scores here: {said}.")))
    return element(
        "section", element("h2", "What was answered"),
        hint("A bar of one colour is a model that has fallen into one answer. Grey could not be read."),
        element("div", *parts, class_="grid"), class_="panel",
    )


def _given(verdicts: Sequence[Verdict], name: str) -> list[tuple[str, float]]:
    part = [v for v in verdicts if v.format == name and not v.is_failed]
    counts = Counter(v.parsed or UNPARSED for v in part)
    answers = [*sorted({a for v in part for a in v.answers}), UNPARSED]
    return [(answer, counts[answer] / len(part)) for answer in answers] if part else []


def _right(verdicts: Sequence[Verdict], name: str) -> list[tuple[str, float]]:
    part = [v for v in verdicts if v.format == name]
    counts = Counter(v.expected for v in part)
    return [(answer, counts[answer] / len(part)) for answer in sorted({a for v in part for a in v.answers})]


def confusion_part(scores: Sequence[RunScore]) -> Markup:
    """What was said where something was true, type by type."""
    by_key: dict[tuple[str, str], list[Markup]] = {}
    for s in scores:
        for key, (true, said, counts) in confusions(s.run).items():
            by_key.setdefault(key, []).append(
                element("div", element("h4", s.run.name), _matrix(true, said, counts)))
    details = [
        element("details", element("summary", f"{type_title(name)}, {value_label('format', form)}"),
                element("div", *matrices, class_="grid"))
        for (name, form), matrices in sorted(by_key.items(), key=lambda part: TYPES.index(part[0][0]))
    ]
    return element(
        "section", element("h2", "What is taken for what"),
        hint("Lines are right answers, columns what was said, in the words of the labels whatever the "
             "letters were. Shades are shares of a line."),
        *details, class_="panel",
    ) if details else join()


def _matrix(true: Sequence[str], said: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    lines = [
        [label, *(heat(count / max(1, sum(row)), str(count) if count else "·",
                       f"{said[n]} said where {label} is true: {count} of {sum(row)}")
                  for n, count in enumerate(row))]
        for label, row in zip(true, counts, strict=True)
    ]
    return table(["true ↓ said →", *said], lines, class_="confusion")


def consistency_part(scores: Sequence[RunScore]) -> Markup:
    """Whether answers about one segment fit together."""
    checked = [s for s in scores if s.consistency.checks]
    if not checked:
        return join()
    rules = list(checked[0].consistency.by_rule)
    lines = [
        [s.run.name, f"{percent(s.consistency.rate)} %",
         *(_kept(*s.consistency.by_rule.get(rule, (0, 0))) for rule in rules)]
        for s in checked
    ]
    told = [
        element("details", element("summary", f"Contradictions of {s.run.name}"),
                element("ul", *(element("li", line) for line in s.consistency.lines[:SHOWN_LINES]),
                        class_="id"))
        for s in checked if s.consistency.lines
    ]
    return element(
        "section", element("h2", "Does it agree with itself?"),
        hint("If-then rules over the answers about one segment; right or wrong does not matter. The right "
             "answers break none."),
        table(["run", "rules kept", *rules], lines, numbers=range(1, len(rules) + 2)), *told, class_="panel",
    )


def _kept(checks: int, violated: int) -> str:
    return f"{checks - violated} of {checks}" if checks else "·"


def groups_part(scores: Sequence[RunScore]) -> Markup:
    """Counterfactual groups, scored as one."""
    scored = [(s.run.name, s.groups) for s in scores if s.groups]
    if not scored:
        return join()
    lines = [[name, *_group_cells(groups)] for name, groups in scored]
    return element(
        "section", element("h2", "Counterfactual groups"),
        hint("One question about several variants of a scene, scored as one. Beside each score, what luck "
             "and the best single answer to each group reach."),
        table(["run", "groups", "all right", "luck", "one answer", "at least 3 of 4", "luck", "one answer",
               "incomplete"], lines, numbers=range(1, 9)), class_="panel",
    )


def _group_cells(g: GroupScore) -> list[str]:
    return [
        str(g.groups), _with_interval(g.all_right, g.all_interval), percent(g.chance_all),
        percent(g.constant_all), _with_interval(g.most_right, g.most_interval), percent(g.chance_most),
        percent(g.constant_most), str(g.incomplete),
    ]


def _with_interval(value: float | None, interval: Interval | None) -> str:
    ends = "" if interval is None else f" ({percent(interval.low)} – {percent(interval.high)})"
    return percent(value) + ends
