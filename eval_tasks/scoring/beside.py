"""The numbers that stand beside every score: what is reached without looking at the clip.

All leave failed requests out, as accuracy does, so that they are about the same items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.randomness import stable_hash

FOLDS: Final = 5
"""Parts in which scenes are put for the options-only prior: four parts tell about the fifth."""


@dataclass(frozen=True)
class Beside:
    """What stands beside an accuracy; None for a number that the items cannot give.

    Attributes
    ----------
    chance : an answer by lot among those offered.
    majority : the commonest right answer of each type and format, known beforehand.
    options_prior : the offered answer that is right most often in other scenes (`options_prior`).
    constants : format -> answer -> accuracy on that format of a model that always gives it.
    balanced : accuracy with every right answer of a type and format weighing the same.
    normalised : accuracy on a scale on which chance is 0 and all right is 1.
    """

    chance: float | None
    majority: float | None
    options_prior: float | None
    constants: dict[str, dict[str, float]]
    balanced: float | None
    normalised: float | None


def beside(verdicts: Iterable[Verdict]) -> Beside:
    """All of it for one set of items."""
    scored = [v for v in verdicts if not v.is_failed]
    return Beside(chance(scored), majority(scored), options_prior(scored), constants(scored),
                  balanced_accuracy(scored), normalised(scored))


def chance(verdicts: Iterable[Verdict]) -> float | None:
    """Accuracy expected of an answer by lot among those offered."""
    return _mean([1 / len(v.answers) for v in verdicts if not v.is_failed])


def majority(verdicts: Iterable[Verdict]) -> float | None:
    """Accuracy of the commonest right answer of each type and format."""
    right: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for v in verdicts:
        if not v.is_failed:
            right[v.question_type, v.format][v.expected] += 1
    total = sum(counts.total() for counts in right.values())
    return sum(max(counts.values()) for counts in right.values()) / total if total else None


def constants(verdicts: Iterable[Verdict]) -> dict[str, dict[str, float]]:
    """Accuracy on each format of every constant answer to it."""
    formats: defaultdict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        if not v.is_failed:
            formats[v.format].append(v)
    return {
        name: {answer: sum(v.expected == answer for v in same) / len(same)
               for answer in sorted({a for v in same for a in v.answers})}
        for name, same in sorted(formats.items())
    }


def balanced_accuracy(verdicts: Iterable[Verdict]) -> float | None:
    """Mean over the right answers of a type and format of their recall, weighed by the type's items.

    A constant answer gets the chance of the format, however unequal the right answers are.
    """
    scores: defaultdict[tuple[str, str], defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list))
    for v in verdicts:
        if not v.is_failed:
            scores[v.question_type, v.format][v.expected].append(v.score)
    weighed = [
        (sum(map(len, by_answer.values())), sum(sum(s) / len(s) for s in by_answer.values()) / len(by_answer))
        for by_answer in scores.values()
    ]
    total = sum(n for n, _ in weighed)
    return sum(n * mean for n, mean in weighed) / total if total else None


def normalised(verdicts: Iterable[Verdict]) -> float | None:
    """``(accuracy - chance) / (1 - chance)``; below 0 for what is worse than lots."""
    scored = [v for v in verdicts if not v.is_failed]
    by_lot = chance(scored)
    right = _mean([v.score for v in scored])
    return None if by_lot is None or right is None or by_lot == 1 else (right - by_lot) / (1 - by_lot)


def options_prior(verdicts: Iterable[Verdict]) -> float | None:
    """Accuracy of what the options alone tell: no clip, no question; None below two scenes.

    Of the options offered, the one that is right most often among the times that it was offered to other
    scenes for questions of the type and format.
    """
    scored = [v for v in verdicts if not v.is_failed]
    if len({v.scene for v in scored}) < 2:
        return None
    return _mean(blind_scores(
        [(f"{v.question_type} {v.format}", v.scene, v.labels, v.expected_label) for v in scored]))


def blind_scores(items: Sequence[tuple[Hashable, str, Sequence[str], str]]) -> list[float]:
    """Score of each item for the option that is right most often elsewhere.

    Parameters
    ----------
    items : (kind, scene, options, right option); only items of one kind tell about each other.

    Returns
    -------
    list of float
        1 or 0; where several options are equally often right, the share of right ones among them.
    """
    # Folds are filled scene by scene, in an order that has to do with nothing, so that none is empty.
    ordered = sorted({scene for _, scene, _, _ in items}, key=lambda s: (stable_hash(s), s))
    fold = {scene: n % FOLDS for n, scene in enumerate(ordered)}
    offered, right = Counter[tuple[Hashable, int, str]](), Counter[tuple[Hashable, int, str]]()
    for kind, scene, options, answer in items:
        offered.update({(kind, fold[scene], option) for option in options})
        right[kind, fold[scene], answer] += 1

    def prior(kind: Hashable, here: int, option: str) -> float:
        others = [(kind, f, option) for f in range(FOLDS) if f != here]
        times = sum(offered[key] for key in others)
        return sum(right[key] for key in others) / times if times else 0.0

    scores = []
    for kind, scene, options, answer in items:
        priors = [prior(kind, fold[scene], option) for option in options]
        best = {o for o, p in zip(options, priors, strict=True) if p == max(priors)}
        scores.append(float(answer in best) / len(best))
    return scores


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
