"""Rows of one segment that cannot all be true, found from their words and answers alone."""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

from rederivation.names import scene_frames
from rederivation.object_truth import OPPOSITE
from rederivation.phrases import COMPONENTS
from rederivation.reading import read_free_answer, read_option, read_question
from rederivation.truths import ORDERED, compared, listed

CHANGE_OF_DISTANCE = ("camera_object_distance", "object_object_distance_change")
LETTERS = "ABCD"


class Segment:
    """What the rows of one segment say.

    Attributes
    ----------
    allowed : (subject, component) -> verdicts that no row has excluded.
    denied : (subject, label) of everything that is said to be false.
    nearer : thing -> things that are said to be nearer than it.
    problems : contradictions found so far, in words.
    """

    def __init__(self):
        self.allowed, self.denied = {}, []
        self.nearer = defaultdict(set)
        self.problems = []

    def hear(self, row, world):
        """Take in what one row says."""
        asked = read_question(row, world)
        if asked.kind[0] in ORDERED:
            self._hear_order(row, world, asked)
        elif row["format"] != "track":
            self._hear_claim(row, world, asked)

    def _hear_order(self, row, world, asked):
        if row["format"] == "yes_no":
            one, other = (length_name(asked, thing) for thing in compared(asked, row))
            near, *far = (one, other) if row["answer"] == "Yes" else (other, one)
        else:
            far = [length_name(asked, thing) for thing in listed(asked, row, world)]
            near = far.pop(LETTERS.index(row["answer"]))
        for length in far:
            self.nearer[length].add(near)

    def _hear_claim(self, row, world, asked):
        frames = scene_frames(row)
        subject, flipped = subject_of(asked)
        if row["format"] == "free_form":
            label = read_free_answer(row, world, asked).label
            self._hold(subject, dict.fromkeys(COMPONENTS[asked.kind], "absent") | label, flipped, frames)
        elif row["format"] == "yes_no":
            claim = asked.claim or {"farther": "+"}
            if row["answer"] == "Yes":
                self._hold(subject, claim, flipped, frames)
            else:
                self.denied.append((subject, turned_round(claim, flipped)))
        else:
            labels = [dict.fromkeys(asked.scope, "absent") | read_option(option, row, world, asked)
                      for option in row["options"]]
            self._hold(subject, labels.pop(LETTERS.index(row["answer"])), flipped, frames)
            self.denied += [(subject, turned_round(label, flipped)) for label in labels]

    def _hold(self, subject, label, flipped, frames):
        for component, sign in turned_round(label, flipped).items():
            now = set(sign.split("|"))
            before = self.allowed.get((subject, component), now)
            if not before & now:
                self.problems.append(f"{subject}: {component} is {sorted(before)} and {sorted(now)}")
            self.allowed[subject, component] = before & now
        if subject[0][0] in CHANGE_OF_DISTANCE and label["distance"] in ("+", "-"):
            ends = [(frame, subject[1]) for frame in (frames[0], frames[-1])]
            short, long = ends if label["distance"] == "+" else ends[::-1]
            self.nearer[long].add(short)

    def contradictions(self):
        """All that cannot be true together, in words."""
        for subject, label in self.denied:
            known = [self.allowed.get((subject, component)) for component in label]
            if all(k and k <= set(sign.split("|")) for k, sign in zip(known, label.values(), strict=True)):
                self.problems.append(f"{subject}: {label} is said to be true and to be false")
        try:
            TopologicalSorter(self.nearer).prepare()
        except CycleError as error:
            self.problems.append(f"each nearer than the next: {error.args[1]}")
        return self.problems


def length_name(asked, thing):
    """A length whatever row speaks of it: (scene frame, the two ends); the camera's end goes unsaid."""
    frame, *ends = thing
    return frame, frozenset(ends)


def subject_of(asked):
    """What a claim is about, whichever object it names first; and whether that turns "farther" round."""
    slots = ("more", "less") if "more" in asked.objects else ("first", "second")
    pair = [asked.objects[slot] for slot in slots if slot in asked.objects]
    ends = frozenset(pair or asked.objects.values())
    return (asked.kind, ends, asked.frame), pair != sorted(pair)


def turned_round(label, flipped):
    """A comparison of two objects as the one with the smaller number would be compared."""
    if not flipped or "farther" not in label:
        return label
    return {"farther": OPPOSITE.get(label["farther"], label["farther"])}


def contradictions(rows, worlds):
    """Contradictions among rows, each with its segment, in words."""
    segments = defaultdict(Segment)
    for row in rows:
        segments[row["scene_id"], row["segment"]].hear(row, worlds[row["scene_id"]])
    return [
        f"{scene} {segment}: {problem}"
        for (scene, segment), heard in segments.items() for problem in heard.contradictions()
    ]
