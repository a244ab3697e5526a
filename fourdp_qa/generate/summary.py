"""What a generation gave and what it did not, counted for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import AnswerFormat, Row


@dataclass(frozen=True)
class Summary:
    """Counts of a generation.

    Attributes
    ----------
    scenes : scenes looked at.
    skipped : scene -> why it was skipped.
    rows : number of rows.
    clips : number of different clips.
    counts : type -> format -> answer (letter, Yes/No) or number of answers -> rows.
    naming : type -> naming mode -> rows.
    entangled : type -> entanglement -> rows.
    labels : type -> what is true, with the variant -> rows; for a yes/no question answered by No, what
        it asked about does not count.
    groups : type -> counterfactual groups.
    missing : type -> why it has no row.
    left : candidates that were not taken, "type: reason" -> number.
    dropped : what was never a candidate, "type: reason" -> number.
    captions : what of a captions file was used and what was not -> number; empty without one.
    """

    scenes: int
    skipped: dict[str, str]
    rows: int
    clips: int
    counts: dict[str, dict[str, dict[str, int]]]
    naming: dict[str, dict[str, int]]
    entangled: dict[str, dict[str, int]]
    labels: dict[str, dict[str, int]]
    groups: dict[str, int]
    missing: dict[str, str]
    left: dict[str, int]
    dropped: dict[str, int]
    captions: dict[str, int] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)


def summarise(
    rows: list[Row], scenes: int, skipped: dict[str, str], labels: Mapping[str, tuple[str, ...]],
    left: Counter[str], dropped: Counter[str], types: tuple[str, ...],
) -> Summary:
    """Count rows by type, format and answer, and say why a type is missing; `labels` are by row id."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    naming: dict[str, dict[str, int]] = {}
    entangled: dict[str, dict[str, int]] = {}
    true: dict[str, dict[str, int]] = {}
    number_of = {t.name: t.number for t in TYPES}
    for row in sorted(rows, key=lambda r: number_of[r.question_type]):
        answers = counts.setdefault(row.question_type, {}).setdefault(row.format, {})
        _count(answers, row.answer if row.format in _SHORT else "answers")
        _count(naming.setdefault(row.question_type, {}), row.naming)
        _count(entangled.setdefault(row.question_type, {}), row.entangled)
        for label in labels.get(row.id, ()):
            _count(true.setdefault(row.question_type, {}), label)
    grouped = Counter(kind for kind, _ in {(r.question_type, r.group_id) for r in rows if r.group_id})
    missing = {t: _why_missing(t, dropped) for t in types if t not in counts}
    return Summary(
        scenes=scenes, skipped=dict(sorted(skipped.items())), rows=len(rows),
        clips=len({r.file_name for r in rows if r.file_name}), counts=counts, naming=naming,
        entangled=entangled, labels={t: dict(sorted(n.items())) for t, n in true.items()},
        groups=dict(sorted(grouped.items())), missing=missing, left=dict(left.most_common()),
        dropped=dict(dropped.most_common()),
    )


_SHORT = (AnswerFormat.MULTIPLE_CHOICE, AnswerFormat.YES_NO)


def _count(counter: dict[str, int], key: str) -> None:
    counter[key] = counter.get(key, 0) + 1


def _why_missing(name: str, dropped: Counter[str]) -> str:
    """The most frequent reasons that touch a type, most frequent first."""
    kind = next(t for t in TYPES if t.name == name)
    prefixes = [f"{name}: "]
    if kind.category == "tracking":
        prefixes.append("tracking: ")
    elif kind.number != 1:
        prefixes.append("objects: ")
    reasons = [
        f"{reason.split(': ', 1)[1]} ({count})"
        for reason, count in dropped.most_common()
        if reason.startswith(tuple(prefixes))
    ]
    return "; ".join(reasons) or "no scene shows it beyond the thresholds"
