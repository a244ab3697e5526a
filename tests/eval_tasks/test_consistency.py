"""If-then rules over a segment's answers: each can be broken, and the truth breaks none."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from fourdp_qa.eval_tasks.locations import mini_benchmark
from fourdp_qa.eval_tasks.scoring.consistency import (
    MOTION,
    ONE_LABEL,
    ORDER,
    consistency,
    truth_consistency,
)
from fourdp_qa.eval_tasks.scoring.verdict import Verdict, judge
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention, to_json
from fourdp_qa.rows.row import Row, arrow_schema, row_from_mapping


class Segment:
    """Rows about one segment of 8 frames."""

    def __init__(self, row_of) -> None:
        self._row_of, self._number = row_of, 0

    def row(self, question_type: str, ids: tuple[int, ...], verdict: str = "+", named: tuple[int, ...] = (0,),
            answer: str = "Yes", options: tuple[str, ...] = (), question: str = "") -> Row:
        self._number += 1
        mentions = [ObjectMention(i, f"thing {i}", f"thing {i}", 0) for i in ids]
        evidence = Evidence("", (Quantity("q", "", 1.0, 1.0, 0.1, 0.2, verdict),))
        return self._row_of(question_type, 1, id=f"row-{self._number}", scene_id="one", question=question,
                            objects=to_json(mentions), evidence=to_json(evidence),
                            frames=to_json(NamedFrames(8, named)), answer=answer, options=list(options),
                            format="multiple_choice" if options else "yes_no")

    def nearer(self, one: int, other: int, frame: int = 3) -> Row:
        """A right Yes to "is the first nearer to the camera"."""
        return self.row("depth", (one, other), named=(frame,))

    def nearer_at(self, one: int, at: int, other: int, then: int) -> Row:
        return self.row("multi_view_depth", (one, other), named=(at, then))

    def distance(self, thing: int) -> Row:
        options = ("Increases", "Decreases", "Stays about the same", "Increases first, then decreases")
        return self.row("camera_object_distance", (thing,), options=options, answer="A")

    def apart(self, one: int, other: int) -> Row:
        return self.row("object_object_distance_change", (one, other), answer="Yes",
                        question="Does the distance between them decrease?")

    def paths(self, one: int, other: int) -> Row:
        options = (f"Thing {one} travels farther than thing {other}",
                   f"Thing {other} travels farther than thing {one}",
                   "Both travel about the same distance", "Neither of them moves")
        return self.row("moved_distance", (one, other), options=options, answer="A")

    def camera(self, does: str) -> Row:
        return self.row("camera_movement", (), question=f"Does the camera {does}?")


@pytest.fixture
def segment(row_of) -> Segment:
    return Segment(row_of)


def said(*pairs: tuple[Row, str]) -> list[Verdict]:
    return [judge(row, answer) for row, answer in pairs]


def broken(*pairs: tuple[Row, str]) -> dict[str, tuple[int, int]]:
    """Rules that had something to compare: checks and violations."""
    found = consistency(said(*pairs)).by_rule
    return {rule: numbers for rule, numbers in found.items() if numbers[0]}


def test_one_thing_has_one_label(segment) -> None:
    forward, backward = segment.camera("move forward"), segment.camera("move backward")
    assert broken((forward, "Yes"), (backward, "Yes")) == {ONE_LABEL: (1, 1)}
    assert broken((forward, "Yes"), (backward, "No")) == {ONE_LABEL: (1, 0)}
    assert broken((forward, "Yes"), (forward, "No")) == {}  # the same row cannot disagree with itself
    assert broken((forward, "Yes"), (segment.camera("move forward"), "No")) == {ONE_LABEL: (1, 1)}
    assert broken((forward, "Yes"), (segment.camera("pan to the left"), "Yes")) == {}
    assert broken((forward, "No"), (backward, "No")) == {}  # it may stand still


def test_a_choice_and_a_yes_are_compared(segment) -> None:
    paths, other_way = segment.paths(1, 2), segment.paths(2, 1)
    assert broken((paths, "A"), (other_way, "B"))[ONE_LABEL] == (1 + 1, 0)  # who moves, and who farther
    assert broken((paths, "A"), (other_way, "A"))[ONE_LABEL][1] == 1
    assert broken((paths, "D"), (other_way, "C"))[ONE_LABEL][1] == 3


def test_shorter_than_has_no_ring(segment) -> None:
    ring = [segment.nearer(1, 2), segment.nearer(2, 3), segment.nearer(1, 3)]
    assert broken(*((row, "Yes") for row in ring)) == {ORDER: (1, 0)}
    assert broken((ring[0], "Yes"), (ring[1], "Yes"), (ring[2], "No")) == {ORDER: (1, 1)}
    assert broken((ring[0], "Yes"), (ring[1], "No")) == {}  # a chain says nothing
    assert broken((ring[0], "Yes"), (segment.nearer(2, 1), "Yes")) == {ORDER: (1, 1)}
    assert broken((ring[0], "Yes"), (segment.nearer(2, 1, frame=5), "Yes")) == {}


def test_a_change_orders_the_first_and_the_last_frame(segment) -> None:
    chain = [(segment.distance(1), "A"), (segment.nearer_at(1, 7, 2, 4), "Yes"),
             (segment.nearer_at(2, 4, 1, 0), "Yes")]
    assert broken(*chain)[ORDER] == (1, 1)
    assert broken((chain[0][0], "B"), *chain[1:])[ORDER] == (1, 0)
    assert ORDER not in broken((chain[0][0], "C"), *chain[1:])


def test_what_a_yes_says_of_lengths_is_known_from_the_measured_verdict(segment) -> None:
    """A right No to "is the second nearer" asserts what a right Yes to "is the first nearer" does."""
    yes = segment.nearer(1, 2)
    no = segment.row("depth", (1, 2), verdict="+", named=(3,), answer="No")
    assert broken((yes, "Yes"), (no, "No")) == {ORDER: (1, 0)}
    assert broken((yes, "Yes"), (no, "Yes")) == {ORDER: (1, 1)}


def test_a_change_takes_a_motion(segment) -> None:
    still, rest, change = segment.camera("stay completely still"), segment.paths(1, 2), segment.distance(1)
    assert broken((still, "Yes"), (rest, "D"), (change, "A"))[MOTION] == (1, 1)
    assert broken((still, "Yes"), (rest, "A"), (change, "A"))[MOTION] == (1, 0)
    assert MOTION not in broken((still, "Yes"), (change, "A"))  # nothing is said of the object
    assert broken((rest, "D"), (segment.apart(2, 1), "Yes"))[MOTION] == (1, 1)


def test_segments_are_compared_with_themselves_only(segment) -> None:
    first, second = said((segment.nearer(1, 2), "Yes"), (segment.nearer(2, 1), "Yes"))
    assert consistency([first, second]).violated == 1
    other = Verdict(**(second.__dict__ | {"segment": "another"}))
    found = consistency([first, other])
    assert (found.checks, found.rate) == (0, None)


def test_unparsed_answers_assert_nothing_and_lines_name_the_rows(segment) -> None:
    rows = segment.nearer(1, 2), segment.nearer(2, 1)
    assert consistency(said((rows[0], "Yes"), (rows[1], "hm"))).checks == 0
    found = consistency(said((rows[0], "Yes"), (rows[1], "Yes")))
    assert found.rate == 0.0
    assert len(found.lines) == 1
    assert "row-1, row-2: camera:1@3 is said to be shorter than itself" in found.lines[0]


def test_the_right_answers_of_the_packaged_benchmark_break_no_rule() -> None:
    names = [*arrow_schema().names]
    table = pq.read_table(mini_benchmark() / "test.parquet", columns=names)
    rows = [row_from_mapping(values) for values in table.to_pylist()]
    verdicts = [judge(row, row.answer) for row in rows if row.format != "track"]
    assert all(v.score == 1.0 for v in verdicts)
    found = truth_consistency(verdicts)
    assert (found.violated, found.lines) == (0, ())
    assert consistency(verdicts) == found
    told = sum(bool(v.implied) for v in verdicts)
    assert told > 0.9 * len(verdicts)  # the rules read nearly all rows
