"""Whether answers are even: letters, Yes and No, truth given the option offered, templates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fourdp_qa.inspection.audit.items import Item, label_of
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

ALLOWED = 5.0
"""Points by which a share may be off: "P(Yes | statement) = 1/2, within 5 points"."""
LEVEL = 0.95
LEAST = 8
"""Rows below which a share says nothing at all."""


@dataclass(frozen=True)
class Share:
    """How often one answer is right, beside how often it should be.

    Attributes
    ----------
    kind : letters, yes, yes_given_claim, true_given_offered or template.
    name : what it is about, e.g. ``depth: A``.
    times, of : right in so many of so many.
    share, fair : both in points.
    low, high : interval of the share, wide enough that among all shares of its kind together one in
        twenty sets would show a false alarm.
    uneven : whether all of the interval is more than `ALLOWED` points away from `fair`.
    """

    kind: str
    name: str
    times: int
    of: int
    share: float
    fair: float
    low: float
    high: float
    uneven: bool


def balances(rows: Sequence[Row], items: Sequence[Item]) -> list[Share]:
    """All shares, kind by kind, the most uneven first within a kind."""
    return [
        *_shares("letters", _letters(rows), 25.0),
        *_shares("yes", _yes(rows), 50.0),
        *_shares("yes_given_claim", _yes_given_claim(items), 50.0),
        *_shares("true_given_offered", _offered(items), 25.0),
        *_template_shares(rows, items),
    ]


def wilson(times: int, of: int, shares: int = 1) -> tuple[float, float]:
    """Interval of a share in points, at 95 % for `shares` of them together."""
    from scipy.stats import norm

    z = float(norm.ppf(1 - (1 - LEVEL) / 2 / shares))
    p, n = times / of, of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def _shares(kind: str, counts: dict[str, tuple[int, int]], fair: float) -> list[Share]:
    known = {name: count for name, count in counts.items() if count[1] >= LEAST}
    found = [_share(kind, name, *known[name], fair, len(known)) for name in sorted(known)]
    return sorted(found, key=lambda s: (not s.uneven, -abs(s.share - s.fair), s.name))


def _share(kind: str, name: str, times: int, of: int, fair: float, among: int) -> Share:
    low, high = wilson(times, of, among)
    return Share(kind, name, times, of, 100 * times / of, fair, low, high,
                 low > fair + ALLOWED or high < fair - ALLOWED)


def _letters(rows: Iterable[Row]) -> dict[str, tuple[int, int]]:
    by_type: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.format == AnswerFormat.MULTIPLE_CHOICE:
            by_type[row.question_type][row.answer] += 1
            by_type["all types"][row.answer] += 1
    return {f"{name}: {letter}": (counts[letter], counts.total())
            for name, counts in by_type.items() for letter in LETTERS}


def _yes(rows: Iterable[Row]) -> dict[str, tuple[int, int]]:
    by_type: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.format == AnswerFormat.YES_NO:
            by_type[row.question_type][row.answer] += 1
            by_type["all types"][row.answer] += 1
    return {name: (counts["Yes"], counts.total()) for name, counts in by_type.items()}


def _yes_given_claim(items: Iterable[Item]) -> dict[str, tuple[int, int]]:
    counts: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for item in items:
        if item.claim:
            counts[f"{item.cell[0]}: {item.claim}"][item.right == 0] += 1
    return {name: (found[True], found.total()) for name, found in counts.items()}


def _offered(items: Iterable[Item]) -> dict[str, tuple[int, int]]:
    """How often an option is true where it is offered; objects as options have no text of their own."""
    true: Counter[str] = Counter()
    offered: Counter[str] = Counter()
    for item in items:
        if item.cell[1] == AnswerFormat.MULTIPLE_CHOICE and not item.chosen:
            for n, option in enumerate(item.candidates):
                name = f"{item.cell[0]}: {option}"
                offered[name] += 1
                true[name] += n == item.right
    return {name: (true[name], offered[name]) for name in offered}


def _template_shares(rows: Sequence[Row], items: Sequence[Item]) -> list[Share]:
    """Of the rows of a template, those with its most frequent answer; fair is what the answer has among
    all rows of the templates it is drawn with.

    The answer of a four-option row is what was measured: one template says "moves up", another "moving
    up".
    """
    by_bank: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_template: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        row = rows[item.row]
        answer = row.answer if item.claim or item.chosen else label_of(row)
        by_bank[_bank(row.template_id)][answer] += 1
        by_template[row.template_id][answer] += 1
    known = {name: counts for name, counts in by_template.items() if counts.total() >= LEAST}
    found = []
    for template, counts in sorted(known.items()):
        answer, times = max(counts.items(), key=lambda kv: (kv[1], kv[0]))
        bank = by_bank[_bank(template)]
        fair = 100 * bank[answer] / bank.total()
        # Any of some four answers could have been the most frequent one.
        found.append(_share("template", f"{template}: {answer}", times, counts.total(), fair,
                            4 * len(known)))
    return sorted(found, key=lambda s: (not s.uneven, -abs(s.share - s.fair), s.name))


def _bank(template: str) -> str:
    """What a template is drawn from: its name without its number."""
    return template.rpartition(".")[0]
