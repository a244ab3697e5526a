"""Solvers that see the four options and nothing else: no clip, no question.

Whatever they score above one in four is what a set of options says about its answer.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations


@dataclass(frozen=True)
class Choice:
    """Four options as shown, the position of the true one, and the scene they are about."""

    options: tuple[str, ...]
    answer: int
    scene: str


def choices_of(rows):
    """The multiple-choice rows among `rows`."""
    return [
        Choice(tuple(r.options), "ABCD".index(r.answer), r.scene_id)
        for r in rows if r.format == "multiple_choice"
    ]


@cache
def stems(text):
    """Words by their first three letters: "moves", "move" and "moving" are one."""
    return tuple(word[:3] for word in re.findall(r"[a-z-]+", text.lower()))


@cache
def alike(a, b):
    """Share of words in common, in the same order; 1 for equal texts."""
    return SequenceMatcher(None, stems(a), stems(b), autojunk=False).ratio()


def pairwise_likeness(options):
    """For each option, how much it shares with the other three."""
    return [sum(alike(a, b) for k, b in enumerate(options) if k != i) for i, a in enumerate(options)]


# Strategies that need no training: options -> a score each ------------------------------------------


def longest(options):
    return [len(o) for o in options]


def shortest(options):
    return [-len(o) for o in options]


def nearest_to_the_others(options):
    return pairwise_likeness(options)


def odd_one_out(options):
    return [-score for score in pairwise_likeness(options)]


def one_of_the_opposite_pair(options):
    """One of the two that are most alike: a right answer and its flip."""
    a, b = max(combinations(range(4), 2), key=lambda pair: alike(options[pair[0]], options[pair[1]]))
    return [float(k in (a, b)) for k in range(4)]


def lowest_in_the_picture(options):
    return [heights(option) for option in options]


def highest_in_the_picture(options):
    return [-heights(option) for option in options]


def heights(option):
    """How far down the point named in an option lies; 0 without a point."""
    point = re.search(r"\((-?\d\.\d+), (-?\d\.\d+)\)", option)
    return float(point[2]) if point else 0.0


FIXED = (longest, shortest, nearest_to_the_others, odd_one_out, one_of_the_opposite_pair,
         lowest_in_the_picture, highest_in_the_picture)


# Strategies that learn from answered questions of other scenes --------------------------------------


def constant_letter(training):
    taken = Counter(c.answer for c in training)
    return lambda options: [taken[k] for k in range(4)]


def most_often_true(training):
    """The option that was true most often where it was offered."""
    offered = Counter(stems(o) for c in training for o in c.options)
    true = Counter(stems(c.options[c.answer]) for c in training)
    return lambda options: [(true[stems(o)] + 1) / (offered[stems(o)] + 4) for o in options]


def most_offered(training):
    """The option that is offered most often: what many sets hold must often be true."""
    offered = Counter(stems(o) for c in training for o in c.options)
    return lambda options: [offered[stems(o)] for o in options]


def best_of_the_same_four(training):
    """What was true most often among just these four."""
    true = Counter((frozenset(map(stems, c.options)), stems(c.options[c.answer])) for c in training)
    return lambda options: [true[frozenset(map(stems, options)), stems(o)] for o in options]


def telling_words(training):
    """Naive Bayes over words."""
    offered = Counter(w for c in training for o in c.options for w in set(stems(o)))
    true = Counter(w for c in training for w in set(stems(c.options[c.answer])))
    weight = {w: math.log((true[w] + 5) / (n / 4 + 5)) for w, n in offered.items()}
    return lambda options: [sum(weight.get(w, 0.0) for w in set(stems(o))) for o in options]


def _rank_learner(score):
    """Learns which rank of a score the answers have, e.g. the second longest."""

    def learn(training):
        taken = Counter(_ranks(score(c.options))[c.answer] for c in training)
        return lambda options: [taken[r] for r in _ranks(score(options))]

    return learn


def _ranks(scores):
    """Rank among the four; equal scores share one."""
    return [sum(other > mine for other in scores) for mine in scores]


LEARNED = {
    "constant_letter": constant_letter, "most_often_true": most_often_true,
    "most_offered": most_offered, "best_of_the_same_four": best_of_the_same_four,
    "telling_words": telling_words, "best_rank_in_length": _rank_learner(longest),
    "best_rank_in_likeness": _rank_learner(nearest_to_the_others),
    "best_rank_in_height": _rank_learner(lowest_in_the_picture),
}


def accuracies(first, second):
    """Strategy -> share of right answers.

    Those that learn do so on one data set and answer the other, both ways. Two data sets, made each
    by itself from scenes of its own, rather than folds of one: whatever is even as a whole makes a
    member that is behind in a fold lead in the rest, and a solver trained on it fall below chance.
    """
    both = [*first, *second]
    found = {s.__name__: _share_right([(c, s) for c in both], s.__name__) for s in FIXED}
    for name, learn in LEARNED.items():
        of_first, of_second = learn(first), learn(second)
        answered = [(c, of_second) for c in first] + [(c, of_first) for c in second]
        found[name] = _share_right(answered, name)
    return found


def _share_right(answered, name):
    """Equal scores are decided by lot, so that a strategy without a view scores one in four."""
    lot = random.Random(name)
    right = 0
    for choice, strategy in answered:
        scores = strategy(choice.options)
        best = [k for k in range(4) if scores[k] == max(scores)]
        right += lot.choice(best) == choice.answer
    return right / len(answered)
