"""Whether a model agrees with itself: if-then rules over its answers about one segment.

A model that looks at the scene gives answers that fit together even where they are wrong. The rules need no
truth; what they ask of an answer is only what it asserts (`meaning`). On the right answers none is broken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from fourdp_qa.eval_tasks.scoring.verdict import Verdict

ONE_LABEL: Final = "one thing has one label"
"""What several answers say of one component of one thing leaves at least one verdict."""
ORDER: Final = "lengths have an order"
"""No chain of "shorter than" leads back to where it began."""
MOTION: Final = "a change takes a motion"
"""A distance changes only if the camera or an object does not stay where it is."""

Said = tuple[str, tuple[str, ...]]
"""Id of a row, and facts asserted about it."""


@dataclass(frozen=True)
class Consistency:
    """How far answers fit together.

    Attributes
    ----------
    checks : times that a rule had something to compare, over all segments.
    violated : times that it was broken.
    by_rule : rule -> (checks, violated).
    lines : one line for each violation, with the rows that say so.
    """

    checks: int
    violated: int
    by_rule: dict[str, tuple[int, int]]
    lines: tuple[str, ...]

    @property
    def rate(self) -> float | None:
        """Share of checks that were passed; None without any."""
        return 1 - self.violated / self.checks if self.checks else None


def consistency(verdicts: Iterable[Verdict]) -> Consistency:
    """Compare what a model's answers assert."""
    return _compare((v, v.asserted) for v in verdicts)


def truth_consistency(verdicts: Iterable[Verdict]) -> Consistency:
    """Compare what the right answers assert: a violation here is a mistake of the rules or the rows."""
    return _compare((v, v.implied) for v in verdicts)


def _compare(facts: Iterable[tuple[Verdict, tuple[str, ...]]]) -> Consistency:
    segments: defaultdict[str, list[Said]] = defaultdict(list)
    for verdict, asserted in facts:
        segments[verdict.segment].append((verdict.question_id, asserted))
    checks, violated = Counter[str](), Counter[str]()
    lines = []
    rules = ((ONE_LABEL, _labels), (ORDER, _orders), (MOTION, _motions))
    for segment, said in sorted(segments.items()):
        for name, rule in rules:
            count, broken = rule(said)
            checks[name] += count
            violated[name] += len(broken)
            lines += [f"{segment}: {name}: {line}" for line in broken]
    return Consistency(
        checks.total(), violated.total(), {n: (checks[n], violated[n]) for n, _ in rules}, tuple(lines))


def _split(said: Sequence[Said], *kinds: str) -> list[tuple[str, list[str]]]:
    """(row, words) of every fact of some kinds."""
    split = ((row, fact.split(" ")) for row, facts in said for fact in facts)
    return [(row, words) for row, words in split if words[0] in kinds]


def _labels(said: Sequence[Said]) -> tuple[int, list[str]]:
    """Of each component of which two rows speak, the verdicts said to hold, less those denied."""
    about: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for row, (kind, subject, component, verdicts) in _split(said, "is", "not"):
        about[subject, component].append((row, kind, verdicts))
    for row, (_, thing, verdict) in _split(said, "moves"):
        about[thing, "moves"].append((row, "is", verdict))
    checks, broken = 0, []
    for (subject, component), spoken in sorted(about.items()):
        held = [set(verdicts.split("|")) for _, kind, verdicts in spoken if kind == "is"]
        rows = sorted({row for row, _, _ in spoken})
        if len(rows) < 2 or not held:
            continue
        checks += 1
        denied = {v for _, kind, verdicts in spoken if kind == "not" for v in verdicts.split("|")}
        if not set.intersection(*held) - denied:
            told = "; ".join(f"{kind} {verdicts}" for _, kind, verdicts in spoken)
            broken.append(f"{', '.join(rows)}: {subject} {component}: {told}")
    return checks, broken


def _orders(said: Sequence[Said]) -> tuple[int, list[str]]:
    """One check for each set of lengths that comparisons join in a ring, whichever way they point."""
    edges = [(words[1], words[2], row) for row, words in _split(said, "shorter")]
    if len(edges) < 2:
        return 0, []
    checks, broken = 0, []
    for ring in _rings(edges):
        checks += 1
        reach: defaultdict[str, set[str]] = defaultdict(set)
        for shorter, longer, _ in ring:
            reach[shorter].add(longer)
        names = sorted({name for edge in ring for name in edge[:2]})
        for through, start, end in product(names, repeat=3):  # Warshall: `through` varies slowest
            if through in reach[start] and end in reach[through]:
                reach[start].add(end)
        loops = [name for name in names if name in reach[name]]
        if loops:
            rows = sorted({row for _, _, row in ring})
            broken.append(f"{', '.join(rows)}: {loops[0]} is said to be shorter than itself")
    return checks, broken


def _rings(edges: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str, str]]]:
    """Comparisons that lie on rings, by connected set; several of the same two lengths are a ring."""
    left = list(edges)
    while True:  # an end that only one comparison reaches lies on no ring
        ends = Counter(end for edge in left for end in edge[:2])
        kept = [edge for edge in left if ends[edge[0]] > 1 and ends[edge[1]] > 1]
        if len(kept) == len(left):
            break
        left = kept
    groups: list[tuple[set[str], list[tuple[str, str, str]]]] = []
    for edge in left:
        joined = [g for g in groups if g[0] & {*edge[:2]}]
        groups = [g for g in groups if g not in joined]
        names = {*edge[:2]}.union(*(g[0] for g in joined))
        groups.append((names, [e for g in joined for e in g[1]] + [edge]))
    return [ring for _, ring in groups if len({row for _, _, row in ring}) > 1]


def _motions(said: Sequence[Said]) -> tuple[int, list[str]]:
    """A change is checked where every thing that could cause it is said to move or not to."""
    moves: defaultdict[str, set[str]] = defaultdict(set)
    rows: defaultdict[str, set[str]] = defaultdict(set)
    for row, (_, thing, verdict) in _split(said, "moves"):
        moves[thing].add(verdict)
        rows[thing].add(row)
    checks, broken = 0, []
    for row, (_, length, names) in _split(said, "change"):
        things = names.split(",")
        if not all(thing in moves for thing in things):
            continue
        checks += 1
        if all(moves[thing] == {"-"} for thing in things):
            told = sorted({row}.union(*(rows[thing] for thing in things)))
            broken.append(f"{', '.join(told)}: {length} changes, and nothing moves")
    return checks, broken
