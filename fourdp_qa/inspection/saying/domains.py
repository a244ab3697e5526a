"""Labels that rows give to one subject: what is left for each component when all of them are heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from fourdp_qa.inspection.saying.reading import Saying, Subject
from fourdp_qa.questions.claims import alternatives
from fourdp_qa.questions.verdicts import Verdict

COMPARISON: Final = frozenset({"+", "-", "same", "neither"})
SERIES: Final = frozenset(str(v) for v in Verdict if v != Verdict.UNDECIDED)
ONE_WAY: Final = frozenset({"+", "-"})
BOTH_WAYS: Final = frozenset({"+-", "-+", "inconsistent"})

CAMERA_PARTS: Final = {
    "any_translation": ("forward", "right", "up"), "any_rotation": ("pan", "tilt", "roll"),
}
"""What is absent as a whole is absent in each of its parts."""


class Domains:
    """What the rows of one segment leave possible of every component of every subject."""

    def __init__(self) -> None:
        self._left: dict[tuple[Subject, str], frozenset[str]] = {}
        self._heard: defaultdict[tuple[Subject, str], list[tuple[str, str]]] = defaultdict(list)
        self._denied: list[tuple[str, Subject, tuple[tuple[str, str], ...], bool]] = []
        self._found: list[str] = []

    def hear(self, saying: Saying) -> None:
        """Take in what a row says of its subject."""
        if saying.subject is None:
            return
        for component, verdict in saying.holds:
            self._narrow(saying.subject, component, frozenset(alternatives(verdict)), saying.row_id, verdict)
        if not saying.complete or not saying.holds:
            self._denied += [(saying.row_id, saying.subject, label, saying.complete)
                             for label in saying.denied]

    def left(self, subject: Subject, component: str) -> frozenset[str]:
        """Verdicts that no row has excluded."""
        whole = COMPARISON if component == "farther" else SERIES
        return self._left.get((subject, component), whole)

    def subjects(self) -> list[Subject]:
        """All that something was said of."""
        return sorted({subject for subject, _ in self._left}, key=str)

    def components(self, subject: Subject) -> dict[str, frozenset[str]]:
        """What is left of each component of a subject."""
        return {c: left for (s, c), left in self._left.items() if s == subject}

    def rows(self, subject: Subject, components: Iterable[str]) -> list[str]:
        """Rows that said something of components."""
        return sorted({row_id for c in components for row_id, _ in self._heard[subject, c]})

    def settle(self) -> list[str]:
        """Apply what is denied and what follows, then tell every contradiction in a line."""
        before = None
        while before != self._left:
            before = dict(self._left)
            self._apply_denials()
            self._apply_parts()
        return sorted(set(self._found))

    def _narrow(
        self, subject: Subject, component: str, allowed: frozenset[str], row_id: str, said: str
    ) -> None:
        key = subject, component
        left = self.left(subject, component)
        if (row_id, said) not in self._heard[key] and not left <= allowed:
            self._heard[key].append((row_id, said))
        if left and not left & allowed:
            heard = "; ".join(f"{r} says {component} {v}" for r, v in sorted(
                {*self._heard[key], (row_id, said)}))
            rows = sorted({r for r, _ in self._heard[key]} | {row_id})
            self._found.append(f"rows {', '.join(rows)}: {subject}: {heard}")
            return
        self._left[key] = left & allowed

    def _apply_denials(self) -> None:
        """A denied label has a component that is otherwise: where all others are as it says, the last
        one is not.
        """
        for row_id, subject, label, complete in self._denied:
            open_parts = [
                (c, v) for c, v in label if not self.left(subject, c) <= frozenset(alternatives(v))]
            if len(open_parts) == 1:
                ((component, verdict),) = open_parts
                excluded = frozenset(alternatives(verdict))
                if not complete and excluded & ONE_WAY:
                    excluded |= BOTH_WAYS  # "does it move right?" has no answer for right, then left
                allowed = self.left(subject, component) - excluded
                self._narrow(subject, component, allowed, row_id, f"not {verdict}")
            elif not open_parts:
                others = [r for r in self.rows(subject, (c for c, _ in label)) if r != row_id]
                said = " ".join(f"{c} {v}" for c, v in label)
                self._found.append(f"rows {', '.join(sorted({row_id, *others}))}: {subject}: {said} is "
                                   f"denied by {row_id}, and follows from the others")

    def _apply_parts(self) -> None:
        for subject in self.subjects():
            if subject.question_type == "camera_movement":
                self._apply_whole(subject, "still", "+", [p for ps in CAMERA_PARTS.values() for p in ps])
                for whole, parts in CAMERA_PARTS.items():
                    self._apply_whole(subject, whole, "absent", parts)
            elif subject.question_type == "agent_motion":
                self._apply_whole(subject, "still", "+", ["forward", "left"])

    def _apply_whole(self, subject: Subject, whole: str, verdict: str, parts: Iterable[str]) -> None:
        """Where the whole has a verdict, each part is absent."""
        if self.left(subject, whole) != {verdict}:
            return
        for row_id in self.rows(subject, [whole]):
            for part in parts:
                self._narrow(subject, part, frozenset({"absent"}), row_id,
                             f"absent, for {whole} is {verdict}")
