"""Every question that could be asked about a segment, before any is chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from sys import intern

from fourdp_qa.generate.caption_balance import Said, said_of_captions
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.questions.claims import Claim, OptionSet, alternatives, judge_claim, labels_of
from fourdp_qa.questions.entanglement import MISREAD, entangled
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.statement import Statement, TrackStatement
from fourdp_qa.questions.tracking import asked_path, extent, is_placed, outside, target_frames
from fourdp_qa.questions.verdicts import PRESENT, Verdict
from fourdp_qa.tables import load_table

ID_DIGITS = 6
"""Hex digits of a question's hash in its id: stable when other questions, types or scenes change."""

ALL_TYPES = frozenset(t.name for t in TYPES)

MAX_SAID = 3
"""Components a free-form answer names: a sentence with more is right, but nobody would say it."""

STATIC = 0.01
"""Of the side: a point whose true motion stays within this rests in the world, whatever it is on."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question that may be asked; light, so that millions fit in memory.

    Attributes
    ----------
    shard, number : where its segment is.
    question_type, format : e.g. ``depth``, ``yes_no``.
    variant : of its statement, e.g. ``first_camera``; for tracks what the query is.
    statement : key of its statement, or of its query for tracks.
    group : what must be balanced within itself: a claim, an option set, or the type.
    truth : the cell of the group: Yes/No, the member that is true, or the label.
    prefer : higher is taken first among equally balanced groups.
    margin : of what decides the answer.
    entangled : see questions.entanglement.
    contrast : for a false claim, whether something else is present in its place: "does it pan
        right?" is a better question about a camera that pans left than about one that does not pan.
    subject : what it asks about; the same subject is asked once in a segment and format.
    hash : of type, format, statement and group; stable when labels change.
    said : what is said of the objects it names, by their captions.
    misled_by : cues of the picture that say another thing than the truth: "motion" where it is entangled
        with the camera's, "size", "height" or "screen" where that says the other.
    loud : those of "size", "height" and "screen" that say what they say loudly.
    """

    shard: int
    number: int
    question_type: str
    format: str
    variant: str
    statement: str
    group: str
    truth: str
    prefer: int
    margin: float
    entangled: str
    contrast: bool
    subject: str
    hash: str
    said: tuple[Said, ...] = ()
    misled_by: frozenset[str] = frozenset()
    loud: frozenset[str] = frozenset()

    @property
    def segment_key(self) -> tuple[int, int]:
        """Identifies the segment within a generation."""
        return self.shard, self.number


def true_labels(ask: Ask) -> tuple[str, ...]:
    """What holds according to a question, after its variant: a claim, an option, or each component of a
    free answer. Empty for a claim that does not hold.
    """
    said = {"Yes": ask.group, "No": ""}.get(ask.truth, ask.truth)
    parts = said.split() if ask.format == "free_form" else [said]
    return tuple(f"{ask.variant} {part}" for part in parts if part)


def asks_of(
    record: SegmentRecord, shard: int, types: frozenset[str] = ALL_TYPES
) -> Iterator[Ask]:
    """All questions of some types with a provable answer about one segment, in a stable order."""
    for statement in record.statements:
        if statement.question_type not in types:
            continue
        yield from _yes_no(record, shard, statement)
        yield from _multiple_choice(record, shard, statement)
        yield from _free_form(record, shard, statement)
    moving = "camera_moves" in record.holds
    for track in record.tracks:
        for question_type in TYPES:
            if question_type.category == "tracking" and question_type.name in types:
                yield from _track(record, shard, track, question_type.name, moving)


def _ask(
    record: SegmentRecord, shard: int, statement: Statement | TrackStatement, question_type: str,
    answer_format: str, group: str, truth: str, margin: float, entangled_value: str,
    prefer: int = 1, about: tuple[str, ...] = (), contrast: bool = False,
    said: tuple[Said, ...] = (),
) -> Ask:
    text = "\x1f".join((question_type, answer_format, statement.key, group))
    digest = hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
    # All questions of a generation are held at once: equal texts are one object.
    return Ask(
        shard=shard, number=record.number, question_type=intern(question_type),
        format=intern(answer_format), variant=intern(statement.variant), statement=intern(statement.key),
        group=intern(group), truth=intern(truth), prefer=prefer, margin=float(margin),
        entangled=entangled_value, contrast=contrast,
        subject=" ".join((statement.key, *about)), hash=digest,
        said=said,
        misled_by=_misled_by(statement, entangled_value), loud=_loud(statement),
    )


def _misled_by(statement: Statement | TrackStatement, entangled_value: str) -> frozenset[str]:
    cues = {"motion"} if entangled_value in MISREAD else set()
    if isinstance(statement, Statement):
        cues |= {cue for cue, ahead in statement.cues.items() if ahead < 0}
    return frozenset(cues)


@cache
def _loudness() -> dict[str, float]:
    """Cue of nearness -> from where on it says what it says loudly, in the units of `Statement.cues`."""
    return dict(load_table("fourdp_qa.generate", "composition.toml")["loud"])


def _loud(statement: Statement | TrackStatement) -> frozenset[str]:
    if not isinstance(statement, Statement):
        return frozenset()
    limits = _loudness()
    return frozenset(cue for cue, ahead in statement.cues.items() if abs(ahead) > limits[cue])


def _named(record: SegmentRecord, statement: Statement) -> list[str]:
    """Captions of the objects that a statement names; none where it compares an object, or a pair, with
    itself at another moment: captions tell nothing then.
    """
    if statement.variant in ("one_object", "one_pair"):
        return []
    captions = {o.id: o.caption for o in record.objects}
    return [captions[i] for i in statement.objects]


def _yes_no(record: SegmentRecord, shard: int, statement: Statement) -> Iterator[Ask]:
    named = _named(record, statement)
    for claim in labels_of(statement.question_type).yes_no:
        truth = judge_claim(claim, statement.components, complete=False)
        if truth.holds is None:
            continue
        yield _ask(
            record, shard, statement, statement.question_type, "yes_no", claim.key,
            "Yes" if truth.holds else "No", truth.margin, entangled(statement, claim.components),
            about=() if statement.objects else claim.components,
            contrast=not truth.holds and _something_else(claim, statement),
            said=said_of_captions(claim, named, truth.holds) if named else (),
        )


def _something_else(claim: Claim, statement: Statement) -> bool:
    """Whether a component of the claim is present in another way than claimed, or what is claimed to
    stand still moves.
    """
    return any(
        name == "still" or (verdict in PRESENT and verdict not in alternatives(claimed))
        for name, claimed in claim.verdicts if name in statement.components
        for verdict in (statement.components[name].quantity.verdict,)
    )


def _multiple_choice(record: SegmentRecord, shard: int, statement: Statement) -> Iterator[Ask]:
    named = _named(record, statement)
    for option_set in labels_of(statement.question_type).sets:
        found = true_member(option_set, statement)
        if found is None:
            continue
        member, margin = found
        yield _ask(
            record, shard, statement, statement.question_type, "multiple_choice", option_set.name,
            member.key, margin, entangled(statement, option_set.components), option_set.prefer,
            about=() if statement.objects else option_set.components,
            said=tuple(
                said for m in option_set.members
                for said in said_of_captions(m, named, m == member)
            ) if named else (),
        )


def true_member(option_set: OptionSet, statement: Statement) -> tuple[Claim, float] | None:
    """The one true member and the smallest margin over all four; None unless exactly one is true and
    the other three are provably false.
    """
    truths = [judge_claim(m, statement.components, complete=True) for m in option_set.members]
    if any(t.holds is None for t in truths):
        return None
    true = [m for m, t in zip(option_set.members, truths, strict=True) if t.holds]
    if len(true) != 1:
        return None
    return true[0], min(t.margin for t in truths)


def free_form_verdicts(statement: Statement) -> dict[str, str] | None:
    """Verdicts of all components that a free-form answer speaks about; None when one is undecided."""
    names = [c for c in labels_of(statement.question_type).free_form if c in statement.components]
    verdicts = {c: statement.components[c].quantity.verdict for c in names}
    if not verdicts or Verdict.UNDECIDED in verdicts.values():
        return None
    return verdicts


def _free_form(record: SegmentRecord, shard: int, statement: Statement) -> Iterator[Ask]:
    verdicts = free_form_verdicts(statement)
    if verdicts is None:
        return
    present = [v for v in verdicts.values() if v != Verdict.ABSENT]
    if not present and not _stillness_proved(statement):
        return
    if len(present) > MAX_SAID:
        return
    label = " ".join(f"{c}:{v}" for c, v in verdicts.items())
    margin = min(statement.components[c].margin for c in verdicts)
    yield _ask(record, shard, statement, statement.question_type, "free_form", "free_form", label,
               margin, entangled(statement, verdicts))


def _stillness_proved(statement: Statement) -> bool:
    """A camera is called still only where the background proves it."""
    if statement.question_type != "camera_movement":
        return True
    still = statement.components.get("still")
    return still is not None and still.quantity.verdict == Verdict.PLUS


def _track(
    record: SegmentRecord, shard: int, statement: TrackStatement, question_type: str, moving: bool
) -> Iterator[Ask]:
    known = statement.track.true_motion if is_placed(statement.track) else statement.track.visual
    static = statement.object_id == 0 or extent(known) < STATIC
    if (static and not moving) or not _has_target_inside(statement, question_type):
        return
    kind = "static" if static else "object"
    start = "start" if statement.track.query_frame == 0 else "later"
    apart = "apart" if statement.entangled == "different" else "alike"
    camera = "moving" if moving else "still"
    cell = " ".join((kind, start, apart, camera))
    yield _ask(record, shard, statement, question_type, "track", "track", cell, 0.0,
               statement.entangled)


def _has_target_inside(statement: TrackStatement, question_type: str) -> bool:
    path = asked_path(statement.track, question_type)
    return any(not outside(path[t]) for t in target_frames(statement.track, question_type))
