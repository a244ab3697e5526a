"""What each answer to a row would say: its label in words, and the facts it asserts.

Read from the row's own columns: the options' words, the measured verdict, the objects and frames. Words
that belong to no known label stand for themselves and assert nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from fourdp_qa.eval_tasks.scoring.response_text import folded
from fourdp_qa.phrasing.words import Form, claim_words, component_words
from fourdp_qa.questions.claims import Claim, labels_of
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

YES_NO: Final = ("Yes", "No")

PATHS: Final = "moved_distance"
CHANGES: Final = {"camera_object_distance": "camera", "object_object_distance_change": "apart"}
"""Types whose label says how a length changes, with the kind of that length."""
NEARNESS: Final = {"depth": "camera", "multi_view_depth": "camera", "object_object_distance": "apart",
                   "multi_view_object_distance": "apart"}
"""Types that compare two lengths, with the kind of these lengths."""
OPPOSITE: Final = {"+": "-", "-": "+"}
NAMED: Final = {
    "object_direction": 1, "camera_object_distance": 1, "depth": 1, "multi_view_depth": 1, PATHS: 2,
    "object_object_distance_change": 2, "object_object_distance": 2, "multi_view_object_distance": 2,
}
"""Objects without which a row of a type asserts nothing that can be compared."""


@dataclass(frozen=True)
class Meaning:
    """What can be answered to a row.

    Attributes
    ----------
    answers : letters, or Yes and No.
    labels : what each says, whatever the wording: ``increases``; Yes and No stand for themselves.
    asserts : the facts each asserts, in the language of `facts`.
    """

    answers: tuple[str, ...]
    labels: tuple[str, ...]
    asserts: dict[str, tuple[str, ...]]


def meaning(row: Row) -> Meaning:
    """Read what the answers to a multiple choice or yes/no row say."""
    named = len(objects_from_json(row.objects)) >= NAMED.get(row.question_type, 0)
    comparable = named and bool(frames_from_json(row.frames).named or row.question_type not in NEARNESS)
    if row.format == AnswerFormat.YES_NO:
        claim = _yes_no_claim(row) if comparable else None
        said = ((), ()) if claim is None else (_facts(row, claim), _denial(row, claim))
        return Meaning(YES_NO, YES_NO, dict(zip(YES_NO, said, strict=True)))
    letters = LETTERS[: len(row.options)]
    claims = _option_claims(row) if comparable else None
    if claims is None:
        return Meaning(letters, tuple(folded(o) for o in row.options), dict.fromkeys(letters, ()))
    labels = tuple(_words(row.question_type, claim) for claim in claims)
    return Meaning(letters, labels, {k: _facts(row, c) for k, c in zip(letters, claims, strict=True)})


def _words(question_type: str, claim: Claim) -> str:
    if question_type == PATHS:
        return component_words(question_type, *claim.verdicts[0])
    return claim_words(question_type, claim, Form.THIRD)


def _option_claims(row: Row) -> list[Claim] | None:
    """Claims of four options in their order; None when they are those of no listed set."""
    texts = [folded(option) for option in row.options]
    if row.question_type == PATHS:
        names = [m.reference for m in objects_from_json(row.objects)]
        (labels,) = labels_of(PATHS).sets
        by_words = {folded(claim_words(PATHS, m, Form.THIRD, *names)): m
                    for m in labels.members}
    else:
        by_words = _sets(row.question_type, row.reference_system == "screen").get(frozenset(texts), {})
    claims = [by_words[t] for t in texts if t in by_words]
    return claims if len(claims) == len(texts) else None


@cache
def _sets(question_type: str, on_screen: bool) -> dict[frozenset[str], dict[str, Claim]]:
    """The words of each option set of a type in each grammatical form, with the claims behind them."""
    found: dict[frozenset[str], dict[str, Claim]] = {}
    for option_set in labels_of(question_type).sets:
        screen = all(c.startswith("screen_") for c in option_set.components)
        if option_set.kind == "objects" or screen != on_screen:
            continue
        for form in Form:
            words = {folded(claim_words(question_type, m, form)): m for m in option_set.members}
            found.setdefault(frozenset(words), words)
    return found


def _yes_no_claim(row: Row) -> Claim | None:
    """What a Yes would claim; None where the columns do not tell.

    A right Yes claims what was measured, and of two opposite claims a right No denies the other one;
    where more could be claimed, the words of the question decide.
    """
    verdicts = [q.verdict for q in evidence_from_json(row.evidence).quantities]
    if row.question_type in NEARNESS or row.question_type == PATHS:
        name = "nearer" if row.question_type in NEARNESS else "farther"
        if len(verdicts) != 1 or verdicts[0] not in OPPOSITE:
            return None
        yes = verdicts[0] if row.answer == "Yes" else OPPOSITE[verdicts[0]]
        return Claim(((name, yes),))
    question = f" {folded(row.question)} "
    said = [(len(words), claim) for words, claim in _claims(row.question_type) if f" {words} " in question]
    longest = max((length for length, _ in said), default=0)
    claims = {claim for length, claim in said if length == longest}
    return claims.pop() if len(claims) == 1 else None


@cache
def _claims(question_type: str) -> tuple[tuple[str, Claim], ...]:
    return tuple((folded(claim_words(question_type, claim, form)), claim)
                 for claim in labels_of(question_type).yes_no for form in Form)


def _facts(row: Row, claim: Claim) -> tuple[str, ...]:
    """Facts that a true claim asserts.

    ``is SUBJECT COMPONENT VERDICTS``: one of the verdicts, parted by ``|``;
    ``not SUBJECT COMPONENT VERDICTS``: none of them; ``shorter X Y``: one length is the shorter;
    ``change LENGTH THINGS``: the length changes, which takes a motion of one of the things;
    ``moves THING +`` and ``moves THING -``: it moves, or does not.
    """
    ids = [m.id for m in objects_from_json(row.objects)]
    frames = frames_from_json(row.frames)
    if row.question_type in NEARNESS:
        return _order(row, claim, ids, frames.named)
    if row.question_type == PATHS:
        return _paths(claim.verdicts[0][1], ids)
    facts = [f"is {_subject(row, ids)} {component} {verdict}" for component, verdict in claim.verdicts]
    verdicts = dict(claim.verdicts)
    if row.question_type in CHANGES:
        facts += _change(CHANGES[row.question_type], verdicts["distance"], ids, frames.count - 1)
    elif row.question_type == "camera_movement":
        if verdicts.get("still") == "+" or verdicts.get("any_translation") == "absent":
            facts.append("moves camera -")
    elif row.question_type == "object_direction" and row.reference_system != "screen" and any(
            v != "absent" for v in verdicts.values()):
        facts.append(f"moves {ids[0]} +")
    return tuple(facts)


def _denial(row: Row, claim: Claim) -> tuple[str, ...]:
    """Facts that a denied claim asserts: of several components only one need be otherwise."""
    ids = [m.id for m in objects_from_json(row.objects)]
    ((component, verdict),) = claim.verdicts if len(claim.verdicts) == 1 else (("", ""),)
    if row.question_type in NEARNESS:
        return _facts(row, Claim(((component, OPPOSITE[verdict]),)))
    if row.question_type == PATHS:
        subject, turned = _pair(ids)
        return (f"not {subject} farther {OPPOSITE[verdict] if turned else verdict}",)
    return (f"not {_subject(row, ids)} {component} {verdict}",) if component else ()


def _subject(row: Row, ids: Sequence[int]) -> str:
    """What a label is about. Directions depend on the viewpoint, which the named frames tell."""
    name = f"{row.question_type}:{','.join(map(str, sorted(ids)))}"
    if row.question_type != "object_direction":
        return name
    variant = row.template_id.split(f".{row.format}")[0].removeprefix(row.question_type)
    frames = ",".join(map(str, frames_from_json(row.frames).named))
    return f"{name}{variant}@{row.reference_system}/{frames}"


def _order(row: Row, claim: Claim, ids: Sequence[int], named: Sequence[int]) -> tuple[str, ...]:
    """Types 8-11: the first length is the shorter when the verdict is ``+``."""
    kind = NEARNESS[row.question_type]
    moments = [named[0], named[-1]]
    if kind == "camera":
        things = [[ids[0]], [ids[-1]]]
    elif len(ids) == 2:
        things = [[*ids], [*ids]]
    else:
        things = [[ids[0], ids[2]], [ids[1], ids[2]]]
    first, second = (_length(kind, t, m) for t, m in zip(things, moments, strict=True))
    return (f"shorter {first} {second}" if claim.verdicts[0][1] == "+" else f"shorter {second} {first}",)


def _change(kind: str, verdict: str, ids: Sequence[int], last: int) -> list[str]:
    facts = []
    start, end = _length(kind, ids, 0), _length(kind, ids, last)
    if verdict in OPPOSITE:
        facts.append(f"shorter {start} {end}" if verdict == "+" else f"shorter {end} {start}")
    if verdict != "absent":
        things = [*(["camera"] if kind == "camera" else []), *map(str, ids)]
        facts.append(f"change {kind}:{_named(ids)} {','.join(things)}")
    return facts


def _paths(verdict: str, ids: Sequence[int]) -> tuple[str, ...]:
    """Type 6: which path is the longer, and who moves."""
    subject, turned = _pair(ids)
    said = OPPOSITE[verdict] if turned and verdict in OPPOSITE else verdict
    facts = [f"is {subject} farther {said}"]
    if verdict in OPPOSITE:
        longer, shorter = ids if verdict == "+" else (ids[1], ids[0])
        facts += [f"shorter path:{shorter}@0 path:{longer}@0", f"moves {longer} +"]
    else:
        facts += [f"moves {i} {'+' if verdict == 'same' else '-'}" for i in ids]
    return tuple(facts)


def _pair(ids: Sequence[int]) -> tuple[str, bool]:
    """Subject of a pair whose order a row is free to choose, and whether this row turned it."""
    return f"{PATHS}:{_named(ids)}", list(ids) != sorted(ids)


def _length(kind: str, ids: Sequence[int], frame: int) -> str:
    return f"{kind}:{_named(ids)}@{frame}"


def _named(ids: Sequence[int]) -> str:
    return ",".join(map(str, sorted(ids)))
