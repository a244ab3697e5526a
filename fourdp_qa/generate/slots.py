"""The words that fill the slots of a question: its objects, moments and viewpoint."""

from __future__ import annotations

from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.phrasing.references import at_moment, frame_words
from fourdp_qa.questions.claims import Claim
from fourdp_qa.questions.statement import Statement

COMPARES_PLACES = ("depth", "object_object_distance", "multi_view_depth",
                   "multi_view_object_distance")
"""Types that ask which of two is nearer; the rest of the pair types compare how the two move."""

ONE_FRAME_EACH = ("multi_view_depth", "multi_view_object_distance")
"""Types whose objects are taken at different frames."""

HAS_REFERENCE = ("object_object_distance", "multi_view_object_distance")
"""Types whose last object is what distances are measured to."""


def question_slots(
    record: SegmentRecord, statement: Statement, named: NamedObjects | None
) -> dict[str, str]:
    """Values of all slots that do not depend on the answer or the claim."""
    count = record.frame_count
    moment = frame_words(statement.frames[0], count)
    values = {"moment": f"in {moment}", "view": f"the camera's viewpoint in {moment}"}
    if named is None:
        return values
    references = [m.reference for m in named.mentions]
    values["object"] = values["first"] = references[0]
    if len(references) > 1:
        values["second"] = references[1]
    if statement.question_type in HAS_REFERENCE:
        values["reference"] = references[-1]
    return values


def claim_slots(
    record: SegmentRecord, statement: Statement, claim: Claim, named: NamedObjects
) -> dict[str, str]:
    """Slots of a yes/no question that compares two: which of them the claim puts first."""
    said = {verdict for _, verdict in claim.verdicts}
    order = [1, 0] if said == {"-"} else [0, 1]
    if statement.variant in ("one_object", "one_pair"):
        moments = [f"in {frame_words(f, record.frame_count)}" for f in statement.frames]
        return {"nearer_moment": moments[order[0]], "farther_moment": moments[order[1]]}
    texts = candidate_texts(record, statement, named)
    first, second = texts[order[0]], texts[order[1]]
    if statement.question_type in COMPARES_PLACES:
        return {"nearer": first, "farther": second}
    return {"more": first, "less": second}


def candidate_texts(
    record: SegmentRecord, statement: Statement, named: NamedObjects
) -> list[str]:
    """The objects a question chooses among, with their moments where these differ."""
    mentions = named.mentions
    if statement.question_type in HAS_REFERENCE:
        mentions = mentions[:-1]
    if statement.question_type not in ONE_FRAME_EACH:
        return [m.reference for m in mentions]
    return [
        at_moment(m.reference, frame, record.frame_count)
        for m, frame in zip(mentions, statement.frames, strict=False)
    ]
