"""All shortcut checks: run once for every question, read off for any part of the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.audit import picture_checks, text_checks
from fourdp_qa.inspection.audit.gains import Finding, Gain, gain_of, half_width
from fourdp_qa.inspection.audit.items import Item
from fourdp_qa.inspection.audit.learning import Floats
from fourdp_qa.inspection.audit.middle_frame import MiddleFrames

CONSTANT = "constant"
MORE = 0.01
"""Share of right answers that a check must find beyond a simpler one to be a finding of its own."""

Solver = Callable[[Sequence[Item]], Floats]


@dataclass(frozen=True)
class Check:
    """One way to answer without watching.

    Attributes
    ----------
    name : key in texts.toml and in the JSON.
    solve : items of one cell to the share of right answers, NaN where it has no answer.
    contains : simpler checks that see part of what this one sees.
    """

    name: str
    solve: Solver
    contains: tuple[str, ...] = ()


READING = (
    Check(CONSTANT, text_checks.constant),
    Check("best_option", text_checks.best_option, (CONSTANT,)),
    Check("options", text_checks.options_alone, (CONSTANT, "best_option")),
    Check("first_named", text_checks.first_named, (CONSTANT,)),
    Check("question", text_checks.question_text, (CONSTANT, "best_option", "options", "first_named")),
    Check("names", text_checks.names_and_text,
          (CONSTANT, "best_option", "options", "first_named", "question")),
)
"""Checks that need words only."""

LOOKING = (
    Check("size", picture_checks.size, (CONSTANT,)),
    Check("position", picture_checks.position, (CONSTANT,)),
    Check("still_picture", picture_checks.still_picture, (CONSTANT, "size", "position")),
)
"""Checks that see the named objects in one frame."""

MIDDLE = "middle_frame"


@dataclass(frozen=True)
class Answers:
    """What every solver answered.

    Attributes
    ----------
    items : the questions.
    right : check -> (n,) share of right answers, NaN where it has none.
    contains : check -> simpler checks.
    """

    items: Sequence[Item]
    right: Mapping[str, Floats]
    contains: Mapping[str, tuple[str, ...]]


def run_checks(
    items: Sequence[Item], middle: MiddleFrames | None,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Answers:
    """Let every solver answer every question, type by type and format by format."""
    checks = [*READING, *LOOKING]
    if middle is not None:
        middle.choose(items)
        checks.append(Check(MIDDLE, middle.answer, (CONSTANT,)))
    cells: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        cells[item.cell].append(n)
    right = {check.name: np.full(len(items), text_checks.MISSING) for check in checks}
    total = len(checks) * len(cells)
    done = 0
    for _, members in sorted(cells.items()):
        mine = [items[n] for n in members]
        for check in checks:
            right[check.name][members] = check.solve(mine)
            done += 1
            progress("looking for shortcuts", done, total)
    return Answers(items, right, {check.name: check.contains for check in checks})


def gains(answers: Answers, some: NDArray[np.int64], parts: int = 1) -> dict[str, Gain]:
    """Gain of every check on `some` items (positions), one of so many `parts`; simpler checks first."""
    together = parts * len(answers.right)
    found: dict[str, Gain] = {}
    cluster = np.array([item.cluster for item in answers.items], dtype=np.int64)
    for name, right in answers.right.items():
        mine = some[~np.isnan(right[some])]
        reference = _reference(answers, mine, constant=name != CONSTANT)
        gain = gain_of(right[mine], reference, cluster[mine], together)
        if gain.finding == Finding.SHORTCUT:
            gain = _attributed(answers, name, gain, found, mine, cluster)
        found[name] = gain
    return found


def _reference(answers: Answers, mine: NDArray[np.int64], *, constant: bool) -> Floats:
    """Luck, or always one answer where that scores more, cell by cell."""
    chance = np.array([1 / len(answers.items[n].candidates) for n in mine])
    if not constant:
        return chance
    always = answers.right[CONSTANT][mine]
    cells = np.unique([" ".join(answers.items[n].cell) for n in mine], return_inverse=True)[1]
    better = np.zeros(len(mine), dtype=np.bool_)
    for k in range(int(cells.max(initial=-1)) + 1):
        better[cells == k] = always[cells == k].mean() > chance[cells == k].mean()
    return np.where(better, always, chance)


def _attributed(
    answers: Answers, name: str, gain: Gain, found: Mapping[str, Gain], mine: NDArray[np.int64],
    cluster: NDArray[np.int64],
) -> Gain:
    """Name the simpler check that already finds the shortcut, if this one finds no more."""
    for simpler in answers.contains[name]:
        if found[simpler].finding != Finding.SHORTCUT:
            continue
        theirs = answers.right[simpler][mine]
        # Where the simpler check has no answer it is as good as luck.
        theirs = np.where(np.isnan(theirs), _reference(answers, mine, constant=True), theirs)
        more = answers.right[name][mine] - theirs
        if float(more.mean()) - half_width(more, cluster[mine])[1] <= MORE:
            return replace(gain, finding=Finding.EXPLAINED, explained_by=simpler)
    return gain
