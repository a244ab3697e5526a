"""A row's answer from its words and its scene, and everything in which the row says otherwise."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import numpy as np
from rederivation.names import scene_frames
from rederivation.phrases import COMPONENTS
from rederivation.reading import UnreadableError, read_free_answer, read_option, read_question
from rederivation.reasons import wrong_reasons
from rederivation.tracks import NamedCentre, Point
from rederivation.truths import (
    ORDERED,
    compared,
    far_enough_apart,
    in_order,
    listed,
    log_of_next,
    motion_truth,
    share_of_difference,
)
from rederivation.verdict import NearThresholdError

LETTERS = "ABCD"
COORDINATE_TOLERANCE = 0.0005 + 2e-5
"""Half of the last of three decimals, and what a float32 depth of the query pixel may shift. The
point stated to three decimals names its pixel, whose exact centre is lifted: nothing is amplified."""
TRACK_LINE = re.compile(r"frame (\d+): \((-?\d+\.\d{3}), (-?\d+\.\d{3})\) (visible|not visible)")


@dataclass
class Checked:
    """What came out of one row.

    Attributes
    ----------
    row : the row.
    kind : question type, and the variant whose own templates its words fit.
    derived : the answer found here; None when there is no provable one.
    problems : everything that contradicts the row, in words.
    skipped : why it was not compared; empty when it was.
    grey_flags : flags of a track that depend on a tolerance.
    series : component -> (T,) numbers found here; a track's own under the names of the evidence.
    amount : evidence of one number, without its sign; None where there is none.
    """

    row: dict
    kind: tuple[str, str] = ("", "")
    derived: str | None = None
    problems: list[str] = field(default_factory=list)
    skipped: str = ""
    grey_flags: int = 0
    series: dict[str, np.ndarray] = field(default_factory=dict)
    amount: float | None = None


def check(row, world):
    """Derive a row's answer and compare."""
    checked = Checked(row)
    try:
        asked = read_question(row, world)
        checked.kind = asked.kind
        if row["format"] == "track":
            _check_track(checked, asked, world)
        elif row["question_type"] in ORDERED:
            _check_order(checked, asked, world)
        else:
            _check_claims(checked, asked, world)
    except NearThresholdError:
        checked.skipped = "near a threshold"
    except (UnreadableError, ValueError) as error:
        checked.problems.append(str(error))
    return checked


def _check_names(checked, found):
    """The objects column lists the things that the words name."""
    listed = {mention["id"] for mention in json.loads(checked.row["objects"])}
    if listed != set(found):
        checked.problems.append(f"the words name {sorted(found)}, the row lists {sorted(listed)}")


def _check_claims(checked, asked, world):
    """Types whose labels are verdicts of components."""
    row = checked.row
    _check_names(checked, asked.objects.values())
    truth, checked.series = motion_truth(asked, row, world)
    if "lengths" in checked.series:
        checked.amount = share_of_difference(checked.series.pop("lengths"))
    if row["format"] == "free_form":
        answer = read_free_answer(row, world, asked)
        if not answer.objects.items() <= asked.objects.items():
            checked.problems.append("the answer names other objects than the question")
        full = dict.fromkeys(COMPONENTS[asked.kind], "absent") | answer.label
        _compare(checked, row["answer"] if _is_true(full, full, truth) else None, truth)
        checked.problems += wrong_reasons(answer.reason, full, checked, asked.kind)
    elif row["format"] == "yes_no":
        # Which of two moved farther is claimed by the slots themselves.
        claim = asked.claim or {"farther": "+"}
        found = _is_true(claim, claim, truth)
        _compare(checked, {True: "Yes", False: "No", None: None}[found], truth)
    else:
        judged = [_judged(option, asked, row, world, truth) for option in row["options"]]
        _compare_options(checked, judged, truth)


def _judged(option, asked, row, world, truth):
    """True, False or None for one option; what it leaves out of the scope it denies."""
    named = read_option(option, row, world, asked)
    if named is None:
        raise UnreadableError(f"the option '{option}' says nothing known")
    whole = dict.fromkeys((c for c in asked.scope if c in truth), "absent")
    return _is_true(named, whole | named, truth)


def _is_true(named, whole, truth):
    """True when all of `whole` holds; False when something `named` provably does not; else None.

    A sign may be several, parted by bars: one of them must hold.
    """
    if all(truth[name] in sign.split("|") for name, sign in whole.items()):
        return True
    wrong = [name for name, sign in named.items() if truth[name] not in (None, *sign.split("|"))]
    return False if wrong else None


def _compare(checked, derived, truth):
    checked.derived = derived
    if derived != checked.row["answer"]:
        checked.problems.append(f"derived {derived}, row says {checked.row['answer']}: {truth}")


def _compare_options(checked, judged, truth):
    """Exactly one option is true and every other one is provably false."""
    if judged.count(True) == 1 and judged.count(False) == len(judged) - 1 == 3:
        _compare(checked, LETTERS[judged.index(True)], truth)
    else:
        checked.problems.append(f"options judged {judged}, answer {checked.row['answer']}: {truth}")


def _check_order(checked, asked, world):
    """Types that ask which of two or of four is nearer to the camera or to an object."""
    row, choose = checked.row, checked.row["format"] == "multiple_choice"
    things = listed(asked, row, world) if choose else compared(asked, row)
    _check_names(checked, {object_id for _, *ids in things for object_id in ids})
    if not far_enough_apart(asked, row, things):
        checked.problems.append(f"the moments of {things} are not the ones that may be compared")
    order, checked.amount = in_order(asked, world, things), log_of_next(asked, world, things)
    if None in order.values():
        checked.problems.append(f"not every pair has an order: {order}")
    if choose:
        judged = [all(order[a, b] == "+" for b in things if b != a) for a in things]
        _compare_options(checked, judged, order)
    else:
        found = order[tuple(things)]
        _compare(checked, {"+": "Yes", "-": "No", None: None}[found], order)


def _check_track(checked, asked, world):
    row, frames = checked.row, scene_frames(checked.row)
    true_motion = row["question_type"] == "true_motion_point_tracking"
    query = frames[asked.frame]
    if asked.kind[1] == "named_object":
        point = NamedCentre(world, asked.objects["object"])
    else:
        point = Point(world, query, asked.point)
    _check_names(checked, {point.object_id})
    lines = [TRACK_LINE.fullmatch(line) for line in row["answer"].split("\n")]
    if "-0.000" in row["answer"]:
        checked.problems.append("a coordinate is written -0.000")
    if None in lines or tuple(int(line[1]) for line in lines) != asked.targets:
        checked.problems.append(f"lines do not answer frames {asked.targets} in order")
        return
    derived = []
    for line in lines:
        t = frames[int(line[1])]
        place = point.on_picture(t, query if true_motion else t)
        seen = point.seen(t)
        stated = np.array([float(line[2]), float(line[3])])
        if not np.abs(stated - place).max() <= COORDINATE_TOLERANCE:
            checked.problems.append(f"frame {line[1]}: derived {place}, row says {stated}")
        if seen is None:
            checked.grey_flags += 1
        elif seen != (line[4] == "visible"):
            checked.problems.append(f"frame {line[1]}: derived visible={seen}, row says {line[4]}")
        derived.append(f"{place[0]:.4f} {place[1]:.4f} {seen}")
    checked.derived = "; ".join(derived)
    checked.series = {
        "visual": np.array([point.on_picture(t, t) for t in frames]),
        "true_motion": np.array([point.on_picture(t, query) for t in frames]),
    }
