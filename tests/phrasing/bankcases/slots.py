"""Everything that a question template of a section can be filled with: hard names, all claims."""

from __future__ import annotations

import itertools

from bankcases.statements import COMPONENTS, verdicts_of
from fourdp_qa.phrasing.references import (
    at_moment,
    by_caption,
    by_circle,
    by_point,
    coordinates,
    frame_words,
    frames_words,
)
from fourdp_qa.phrasing.templates import SLOTS
from fourdp_qa.phrasing.words import claim_words, scope_words, verdict_words
from fourdp_qa.questions.claims import labels_of
from fourdp_qa.randomness import generator

COUNT = 32
SECTIONS = sorted(SLOTS)
ANSWERED = sorted(COMPONENTS)
OBJECTS = (
    by_caption("red toy car"), by_caption("orange and white traffic cone"),
    by_point(0.41251, 0.20682, 0, COUNT), by_point(0.5, -0.0, 8, COUNT),
    by_point(0.0, 1.0, 31, COUNT), by_circle("orange"), f"{by_circle('red')} in frame 8",
)
FRAMES = (0, 8, 31)
MOMENTS = [f"in {frame_words(f, COUNT)}" for f in FRAMES]
PLACED = [
    at_moment(OBJECTS[0], 8, COUNT), at_moment(OBJECTS[2], 0, COUNT), at_moment(OBJECTS[4], 31, COUNT),
    at_moment(OBJECTS[5], 24, COUNT), at_moment(OBJECTS[6], 8, COUNT),
]
SINGLE = {
    "object": OBJECTS, "moment": MOMENTS,
    "view": [f"the camera's viewpoint in {frame_words(f, COUNT)}" for f in (0, 12, 31)],
    "point": [coordinates(0.413, 0.207), coordinates(-0.0, 1.0)],
    "query_frame": [frame_words(f, COUNT) for f in (0, 16, 31)],
    "targets": [frames_words(f) for f in ([12], [3, 20], [12, 3, 20], [30, 4, 5, 7, 9, 11, 2, 1])],
}
DISTINCT = ("first", "second", "more", "less", "nearer", "farther", "reference", "nearer_moment",
            "farther_moment")
"""Slots that name several things of a kind, which are never the same."""


def components_of(question_type, variant):
    """Components of a variant, or None for types that compare places."""
    return COMPONENTS.get((question_type, variant))


def sets_of(question_type, variant):
    """Option sets that can be offered about a statement of this variant."""
    known = components_of(question_type, variant)
    return [s for s in labels_of(question_type).sets
            if known is None or s.name == "still_or_moving" or set(s.components) <= set(known)]


def claims_of(question_type, variant=""):
    """All claims that can be asked or offered."""
    members = [member for option_set in sets_of(question_type, variant) for member in option_set.members]
    return list(dict.fromkeys([*labels_of(question_type).yes_no, *members]))


def fillings(section, form):
    """All values of the slots of a question template."""
    question_type, variant, _ = section
    slots = SLOTS[section]
    choices = {slot: SINGLE[slot] for slot in sorted(slots) if slot in SINGLE}
    if "claim" in slots:
        choices["claim"] = [claim_words(question_type, c, form) for c in labels_of(question_type).yes_no]
    if "scope" in slots:
        said = (scope_words(question_type, s) for s in sets_of(question_type, variant))
        choices["scope"] = list(dict.fromkeys(said))
    for values in itertools.product(*choices.values()):
        single = dict(zip(choices, values, strict=True))
        for several in _several(sorted(slots & set(DISTINCT)), question_type):
            yield single | several


def _several(slots, question_type):
    """Distinct names for slots of one kind; moments and objects are two kinds."""
    moments = [slot for slot in slots if slot.endswith("_moment")]
    objects = [slot for slot in slots if slot not in moments]
    placed = [slot for slot in objects
              if slot in ("nearer", "farther") and question_type.startswith("multi_view")]
    plain = [slot for slot in objects if slot not in placed]
    for a in itertools.permutations(MOMENTS, len(moments)):
        for b in itertools.permutations(PLACED, len(placed)):
            for c in itertools.permutations(OBJECTS, len(plain)):
                if not set(b) & set(c):
                    yield dict(zip([*moments, *placed, *plain], [*a, *b, *c], strict=True))


def answer_verdicts(question_type, variant):
    """Labels of free-form answers: each pair of verdicts, and 100 with all components at random."""
    names = list(COMPONENTS[question_type, variant])
    verdicts = verdicts_of(question_type)
    still = dict.fromkeys(names, "absent")
    pairs = [still | dict(zip(two, values, strict=True))
             for two in itertools.combinations(names, min(2, len(names)))
             for values in itertools.product(verdicts, repeat=len(two))]
    rng = generator(0, "labels", question_type, variant)
    mixed = [dict(zip(names, rng.choice(verdicts, len(names)).tolist(), strict=True))
             for _ in range(100)]
    return list({tuple(v.items()): v for v in pairs + mixed}.values())


def answer_label(question_type, verdicts, form, first=OBJECTS[0], second=OBJECTS[3]):
    """The label of a free-form answer in words."""
    return verdict_words(question_type, verdicts, form, first, second)
