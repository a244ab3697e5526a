"""The tables of a benchmark's card: what guessing scores, what the items are like, what is asked how."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from fourdp_qa.dataset.quotas import MISREAD, NUMBERS, QuotaResult
from fourdp_qa.phrasing.templates import find_question_template
from fourdp_qa.phrasing.words import component_words
from fourdp_qa.questions.registry import get_type
from fourdp_qa.rows.row import AnswerFormat, Row

CHANCE = {AnswerFormat.YES_NO: 0.5, AnswerFormat.MULTIPLE_CHOICE: 0.25}

DIRECTIONS = ("camera_movement", "object_direction", "agent_motion")
"""Types whose answers are directions: a lopsided histogram would reward a habit."""


def numbers_table(rows: Sequence[Row]) -> str:
    """By type: items, chance, the best constant answer, margins, and how often the picture misleads."""
    lines = [
        "| type | items | chance | best constant | median margin | picture misleads | camera moves |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, mine in sorted(_by_type(rows).items(), key=lambda item: get_type(item[0]).number):
        answers = [r for r in mine if r.format in CHANCE]
        chance = constant = "-"
        if answers:
            chance = f"{100 * sum(CHANCE[AnswerFormat(r.format)] for r in answers) / len(answers):.1f}"
            constant = f"{100 * best_constant(answers):.1f}"
        misleads = sum(r.entangled in MISREAD or r.cue_conflict != "none" for r in mine) / len(mine)
        moves = sum(r.camera_motion != "none" for r in mine) / len(mine)
        margin = f"{median(r.margin for r in mine):.2f}" if name in NUMBERS else "-"
        lines.append(f"| `{name}` | {len(mine):,} | {chance} | {constant} | {margin} | {misleads:.0%} | "
                     f"{moves:.0%} |")
    return "\n".join(lines)


def best_constant(rows: Sequence[Row]) -> float:
    """Share right of whoever gives one answer to each format, the best one."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.format][row.answer] += 1
    return sum(max(answers.values()) for answers in counts.values()) / len(rows)


def direction_table(rows: Sequence[Row], labels: Mapping[str, tuple[str, ...]]) -> str:
    """How often each direction is true, component by component."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.question_type in DIRECTIONS:
            for label in labels.get(row.id, ()):
                variant, *parts = label.split()
                for part in parts:
                    component, _, verdict = part.partition(":")
                    counts[row.question_type, variant][
                        component_words(row.question_type, component, verdict)] += 1
    lines = ["| type | as seen from | what is true, and in how many items |", "| --- | --- | --- |"]
    for (name, variant), found in sorted(counts.items()):
        told = ", ".join(f"{words} {count}" for words, count in found.most_common())
        lines.append(f"| `{name}` | {variant} | {told} |")
    return "\n".join(lines)


def templates_list(rows: Sequence[Row]) -> str:
    """Every question template in use, with the number of its items."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.question_type][row.template_id] += 1
    lines = []
    for name, used in sorted(counts.items(), key=lambda item: get_type(item[0]).number):
        lines.append(f"\n`{name}`\n")
        lines += [f"- {_wording(key)} ({count})" for key, count in sorted(used.items())]
    return "\n".join(lines).strip()


def quota_table(quotas: Sequence[QuotaResult]) -> str:
    """Quotas that were missed, each with its reason."""
    missed = [q for q in quotas if not q.met]
    met = len(quotas) - len(missed)
    lines = [f"{met} of {len(quotas)} quotas are met" + ("." if not missed else "; these are not:"), ""]
    return "\n".join(lines + [f"- {q.line}" for q in missed]).strip()


def _wording(template_id: str) -> str:
    template = find_question_template(template_id)
    return template.text if template else f"template {template_id} of another version"


def _by_type(rows: Sequence[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.question_type].append(row)
    return grouped
