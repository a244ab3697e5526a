"""What a benchmark should be made of, and what it is made of (questions.md, section 9).

A quota is counted over the finished rows, so that the figure in the card is that of the published
items. Where one is missed the reason is looked up: too few candidates of the kind, or none at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming, Row
from fourdp_qa.tables import load_table

MISREAD = ("opposite", "different")

NUMBERS = {
    "camera_movement": 1, "camera_object_distance": 2, "object_rotation": 3, "object_direction": 4,
    "agent_motion": 5, "moved_distance": 6, "object_object_distance_change": 7, "depth": 8,
    "object_object_distance": 9, "multi_view_depth": 10, "multi_view_object_distance": 11,
}
"""Types with answers to balance, by the number the quotas speak of."""


CUES: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    8: {"size": ("size", "both"), "height": ("height", "both")},
    9: {"screen": ("screen",)},
    10: {"size": ("size", "both"), "height": ("height", "both")},
    11: {"screen": ("screen",)},
}
"""Number of a type -> cue of nearness -> the values of `cue_conflict` with which it says another."""


@dataclass(frozen=True)
class QuotaResult:
    """One quota, counted.

    Attributes
    ----------
    question_type : str
    quota : str
        What is counted, in words.
    found, low, high : float
        The figure and where it should lie; `high` may be infinite.
    items : int
        Rows that it was counted over.
    reason : str
        Why it was missed; empty where it was met.
    """

    question_type: str
    quota: str
    found: float
    low: float
    high: float
    items: int
    reason: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure lies where it should."""
        return self.low <= self.found <= self.high

    @property
    def line(self) -> str:
        """One line for people."""
        wanted = f"at least {_figure(self.low)}" if self.high == float("inf") else (
            f"at most {_figure(self.high)}" if self.low <= 0
            else f"{_figure(self.low)} to {_figure(self.high)}")
        return (f"{self.question_type}: {self.quota}: found {_figure(self.found)}, wanted {wanted}"
                + (f" ({self.reason})" if self.reason else ""))


def _figure(value: float) -> str:
    """A number of items in whole, a share with three digits."""
    return f"{value:,.0f}" if value > 1 else f"{value:.3g}"


def largest_share() -> float:
    """Share of a type that no source should exceed."""
    return float(load_table("fourdp_qa.dataset", "quotas.toml")["one_source"])


def count_quotas(
    rows: Sequence[Row], labels: Mapping[str, tuple[str, ...]], asked: Mapping[str, int]
) -> list[QuotaResult]:
    """Count every quota over the rows of a benchmark.

    Parameters
    ----------
    rows : all rows.
    labels : row id -> what is true of it (`fourdp_qa.generate.asks.true_labels`).
    asked : type -> items asked for.
    """
    goals = load_table("fourdp_qa.dataset", "quotas.toml")
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row.question_type].append(row)
    results: list[QuotaResult] = []
    for name, wanted in asked.items():
        mine = by_type.get(name, [])
        results.append(QuotaResult(
            name, "items", len(mine), wanted, float("inf"), len(mine),
            "" if len(mine) >= wanted
            else "these scenes give no more: try more --scenes or a larger --per-segment",
        ))
        if mine:
            results += _of_type(name, mine, labels, goals)
    return [*results, *(_sources(by_type, goals) if asked else ())]


Goals = Mapping[str, float]


def _of_type(
    name: str, rows: Sequence[Row], labels: Mapping[str, tuple[str, ...]], goals: Goals
) -> Iterator[QuotaResult]:
    number = NUMBERS.get(name)
    if number is not None:
        yield from _even(name, rows, goals)
    if number in range(2, 8):
        yield from _misread_by_label(name, rows, labels, goals)
    if number in (4, 5, 7):
        yield _share(name, "the picture seems to say the opposite", rows, goals["seemingly_opposite"],
                     lambda r: r.entangled == "opposite", "scenes in which it does are rare")
    if number in range(8, 12):
        yield from _cues(name, rows, goals)
    yield _share(name, "the camera moves", rows, goals["moving_camera"],
                 lambda r: r.camera_motion != "none", "the scenes' cameras stand still")
    if number == 4:
        for system, items in sorted(Counter(r.reference_system for r in rows).items()):
            yield QuotaResult(name, f"seen from: {system}", items / len(rows),
                              goals["reference_system"], float("inf"), len(rows),
                              "" if items >= goals["reference_system"] * len(rows)
                              else "fewer objects have such a front or view")
    yield from _naming(name, rows, goals)
    most = max(Counter((r.source, r.scene_id, r.segment) for r in rows).values())
    yield QuotaResult(name, "items from one segment", most, 1, goals["per_segment"], len(rows),
                      "" if most <= goals["per_segment"] else "asked for with --per-segment")


def _share(
    name: str, quota: str, rows: Sequence[Row], low: float, holds: Callable[[Row], bool],
    reason: str, high: float = float("inf"),
) -> QuotaResult:
    found = sum(map(holds, rows)) / len(rows)
    return QuotaResult(name, quota, found, low, high, len(rows), "" if low <= found <= high else reason)


def _cues(name: str, rows: Sequence[Row], goals: Goals) -> Iterator[QuotaResult]:
    """Each cue by itself, among two and among four: who follows one cue knows nothing of the others."""
    for fours, words in ((False, "of two"), (True, "of four")):
        mine = [r for r in rows if (r.format == AnswerFormat.MULTIPLE_CHOICE) == fours]
        if len(mine) < goals["fewest_of_label"]:
            continue
        more = goals["cue_conflict_of_four"] if fours else 0.0
        for cue, said_by in CUES[NUMBERS[name]].items():
            yield _share(
                name, f"{cue} says another is nearer, {words}", mine, goals["cue_conflict"] + more,
                lambda r, said_by=said_by: r.cue_conflict in said_by,  # type: ignore[misc]
                "such scenes are rare", goals["cue_conflict_most"] + more)


def _even(name: str, rows: Sequence[Row], goals: Goals) -> Iterator[QuotaResult]:
    """Yes and No, and the letters, as far apart as they may be."""
    for form, answers in ((AnswerFormat.YES_NO, ("Yes", "No")), (AnswerFormat.MULTIPLE_CHOICE, LETTERS)):
        counts = Counter(r.answer for r in rows if r.format == form)
        if not counts:
            continue
        values = [counts.get(answer, 0) for answer in answers]
        allowed = max(goals["even_items"], goals["even"] * max(values))
        apart = max(values) - min(values)
        yield QuotaResult(name, f"{' and '.join(answers)} apart, items", apart, 0, allowed, sum(values),
                          "" if apart <= allowed else "too few questions with the rarer answer")


def _misread_by_label(
    name: str, rows: Sequence[Row], labels: Mapping[str, tuple[str, ...]], goals: Goals
) -> Iterator[QuotaResult]:
    """The least share over the labels that can be misread: that were, at least once."""
    taken: Counter[str] = Counter()
    misread: Counter[str] = Counter()
    for row in rows:
        for label in labels.get(row.id, ()):
            taken[label] += 1
            misread[label] += row.entangled in MISREAD
    shares = {
        label: misread[label] / items for label, items in taken.items()
        if misread[label] and items >= goals["fewest_of_label"]
    }
    overall = sum(r.entangled in MISREAD for r in rows) / len(rows)
    yield QuotaResult(
        name, "the picture is misread", overall, goals["misread"], float("inf"), len(rows),
        "" if overall >= goals["misread"] else "scenes in which it is are rare")
    if shares:
        label = min(shares, key=lambda k: (shares[k], k))
        yield QuotaResult(
            name, f"the picture is misread, least of all labels: {label}", shares[label],
            goals["misread"], float("inf"), taken[label],
            "" if shares[label] >= goals["misread"] else "scenes in which it is are rare")


def _naming(name: str, rows: Sequence[Row], goals: Goals) -> Iterator[QuotaResult]:
    naming = Counter(r.naming for r in rows if r.naming != Naming.NONE)
    if not naming:
        return
    for mode in (Naming.CAPTION, Naming.PIXEL, Naming.CIRCLE):
        share = naming.get(mode, 0) / naming.total()
        yield QuotaResult(name, f"named by {mode}", share, goals["naming"], float("inf"), naming.total(),
                          "" if share >= goals["naming"] else "few objects can be named so")


def _sources(by_type: Mapping[str, Sequence[Row]], goals: Goals) -> Iterator[QuotaResult]:
    """The largest source of each type; said once where there is one source only."""
    every = [row for rows in by_type.values() for row in rows]
    if len({row.source for row in every}) == 1:
        yield QuotaResult("all types", "largest source", 1.0, 0, goals["one_source"], len(every),
                          "one source only")
        return
    for name, rows in by_type.items():
        share = max(Counter(r.source for r in rows).values()) / len(rows)
        yield QuotaResult(name, "largest source", share, 0, goals["one_source"], len(rows),
                          "" if share <= goals["one_source"] else "the other sources give too few")
