"""A row's answer from its words and its scene, and everything in which the row says otherwise."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import numpy as np
from rederivation.camera_truth import camera_truth
from rederivation.object_truth import direction_truth, distance_truth, nearer_truth
from rederivation.phrases import COMPONENTS, read_label
from rederivation.reading import (
    UnreadableError,
    read_free_answer,
    read_object,
    read_question,
    scene_frames,
)
from rederivation.tracks import Point
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
    derived : the answer found here; None when there is no provable one.
    problems : everything that contradicts the row, in words.
    skipped : why it was not compared; empty when it was.
    grey_flags : flags of a track that depend on a tolerance.
    series : name -> (T,) numbers found here, as the evidence names them.
    """

    row: dict
    derived: str | None = None
    problems: list[str] = field(default_factory=list)
    skipped: str = ""
    grey_flags: int = 0
    series: dict[str, np.ndarray] = field(default_factory=dict)


def check(row, world):
    """Derive a row's answer and compare."""
    checked = Checked(row)
    try:
        asked = read_question(row, world)
        if row["format"] == "track":
            _check_track(checked, asked, world)
        elif row["question_type"] == "depth":
            _check_depth(checked, asked, world)
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
    truth, checked.series = _truth(asked, row, world)
    if row["format"] == "free_form":
        label, named = read_free_answer(row, world)
        if named is not None and named != asked.objects["object"]:
            checked.problems.append("the answer names another object than the question")
        full = dict.fromkeys(COMPONENTS[row["question_type"]], "absent") | label
        _compare(checked, row["answer"] if _is_true(full, full, truth) else None, truth)
    elif row["format"] == "yes_no":
        found = _is_true(asked.claim, asked.claim, truth)
        _compare(checked, {True: "Yes", False: "No", None: None}[found], truth)
    else:
        _compare_options(checked, [_judged(o, asked, row, truth) for o in row["options"]], truth)


def _truth(asked, row, world):
    frames = scene_frames(row)
    if row["question_type"] == "camera_movement":
        truth, series = camera_truth(world, frames)
        return truth, {
            f"translation_{n}" if n in ("forward", "right", "up") else n: q for n, q in series.items()
        }
    if row["question_type"] == "camera_object_distance":
        return distance_truth(world, frames, asked.objects["object"])
    return direction_truth(world, frames, asked.objects["object"], asked.frame)


def _judged(option, asked, row, truth):
    """True, False or None for one option; what it leaves out of the scope it denies."""
    named = read_label(option, row["question_type"])
    if named is None:
        raise UnreadableError(f"the option '{option}' says nothing known")
    whole = dict.fromkeys((c for c in asked.scope if c in truth), "absent")
    return _is_true(named, whole | named, truth)


def _is_true(named, whole, truth):
    """True when all of `whole` holds; False when something `named` provably does not; else None."""
    if all(truth[name] == sign for name, sign in whole.items()):
        return True
    wrong = [name for name, sign in named.items() if truth[name] not in (None, sign)]
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


def _check_depth(checked, asked, world):
    row = checked.row
    t = scene_frames(row)[asked.frame]
    if row["format"] == "yes_no":
        _check_names(checked, asked.objects.values())
        found = nearer_truth(world, t, asked.objects["nearer"], asked.objects["farther"])
        _compare(checked, {"+": "Yes", "-": "No", None: None}[found], found)
        return
    listed = [read_object(option, row, world) for option in row["options"]]
    if None in listed or len(set(listed)) < 4:
        raise UnreadableError(f"the options {row['options']} name {listed}")
    _check_names(checked, listed)
    order = {
        (a, b): nearer_truth(world, t, a, b) for a in listed for b in listed if a != b
    }
    if None in order.values():
        checked.problems.append(f"not every pair has an order: {order}")
    judged = [all(order[a, b] == "+" for b in listed if b != a) for a in listed]
    _compare_options(checked, judged, order)


def _check_track(checked, asked, world):
    row, frames = checked.row, scene_frames(checked.row)
    true_motion = row["question_type"] == "true_motion_point_tracking"
    query = frames[asked.frame]
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
