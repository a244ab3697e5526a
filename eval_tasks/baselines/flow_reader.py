"""Camera questions answered from the flow of the picture; every other question by habit.

The reading is the one a person would make who takes all motion on the picture for the camera's and
has no idea of depth: sideways flow is both a pan and a sideways move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.eval_tasks.baselines.baseline import Baseline
from fourdp_qa.eval_tasks.baselines.camera_flow import Floats, PictureMotion, picture_motion
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

CAMERA_MOVEMENT = "camera_movement"

ENOUGH = {"shift": 0.05, "turn": 0.10, "growth": 0.06}
"""Least change that counts: 5 % of the picture's side is what the questions call visible; 0.10 rad is the
6 degrees of their roll; growth of 6 % moves the border of the picture by 3 % of its side."""
RETURN = 0.5
"""Of the way there: a way back of at least this share is a reversal and not a hesitation."""
PARALLAX = 0.25
"""Unexplained flow as a share of all: a pan is a similarity, a move past things at many depths is not."""

_VERB = re.compile(r"\b(mov|pan|tilt|roll|travel|go)\w*\b")
_DIRECTION = re.compile(
    r"\b(forward|backward|to the right|to the left|up|down|counter-clockwise|clockwise)\b")
_SIGNS = {
    "forward": ("forward", "+"), "backward": ("forward", "-"), "to the right": ("right", "+"),
    "to the left": ("right", "-"), "up": ("up", "+"), "down": ("up", "-"),
    "clockwise": ("roll", "+"), "counter-clockwise": ("roll", "-"),
}
_STILL = re.compile(r"\bcompletely still\b|\bon the spot\b|\bwithout turning\b|\bwhile turning\b")


@dataclass
class FlowReader:
    """Reads each clip once.

    Attributes
    ----------
    otherwise : answers what is not about the camera's own movement.
    read : clip -> component -> verdict, of the clips watched so far.
    """

    otherwise: Baseline
    read: dict[str, dict[str, str]] = field(default_factory=dict)

    def answer(self, row: Row, clip: str) -> str:
        """Answer from the picture's motion."""
        if row.question_type != CAMERA_MOVEMENT:
            return self.otherwise.answer(row, clip)
        if clip not in self.read:
            self.read[clip] = camera_verdicts(picture_motion(decode_clip(clip)))
        verdicts = self.read[clip]
        if row.format == AnswerFormat.YES_NO:
            return "Yes" if _support(row.question, verdicts) == 1 else "No"
        if row.format == AnswerFormat.MULTIPLE_CHOICE:
            support = [_support(option, verdicts) for option in row.options]
            return LETTERS[int(np.argmax(support))]
        return self.otherwise.answer(row, clip)


def camera_verdicts(motion: PictureMotion) -> dict[str, str]:
    """What the camera seems to do: "+", "-", "+-", "-+" or "absent" for forward, right, up and roll;
    under "state" one of still, turns, moves and both.
    """
    verdicts = {
        # Content that drifts left is a camera that turns or moves to the right, and so on.
        "right": _verdict(-motion.right, ENOUGH["shift"]),
        "up": _verdict(motion.down, ENOUGH["shift"]),
        "roll": _verdict(-motion.clockwise, ENOUGH["turn"]),
        "forward": _verdict(motion.growth, ENOUGH["growth"]),
    }
    present = {name for name, verdict in verdicts.items() if verdict != "absent"}
    flow = float(np.abs(np.diff(motion.right)).sum() + np.abs(np.diff(motion.down)).sum())
    moves = "forward" in present or motion.parallax[-1] > PARALLAX * max(flow, ENOUGH["shift"])
    turns = bool(present - {"forward"})
    verdicts["state"] = {(False, False): "still", (False, True): "turns", (True, False): "moves",
                         (True, True): "both"}[moves and bool(present), turns]
    return verdicts


def _verdict(series: Floats, enough: float) -> str:
    """One way, one way and back, or nothing to speak of."""
    turn = int(np.argmax(np.abs(series - series[0])))
    there, back = float(series[turn] - series[0]), float(series[-1] - series[turn])
    if abs(there) < enough:
        return "absent"
    way = "+" if there > 0 else "-"
    if abs(back) >= max(enough, RETURN * abs(there)):
        return way + ("-" if way == "+" else "+")
    return way


def _support(text: str, verdicts: dict[str, str]) -> float:
    """Share of a text's claims about the camera that the verdicts bear out; 0 without a claim."""
    claims = _claims(text.lower())
    held = [verdicts[name] == verdict for name, verdict in claims]
    return sum(held) / len(held) if held else 0.0


def _claims(text: str) -> list[tuple[str, str]]:
    """(component, verdict) pairs that a text claims."""
    state = _STILL.search(text)
    if state:
        return [("state", {"completely still": "still", "on the spot": "turns", "without turning": "moves",
                           "while turning": "both"}[state.group()])]
    verbs = list(_VERB.finditer(text))
    claims = []
    for n, verb in enumerate(verbs):
        end = verbs[n + 1].start() if n + 1 < len(verbs) else len(text)
        said = [_SIGNS[m.group()] for m in _DIRECTION.finditer(text, verb.end(), end)]
        if said and "no consistent" not in text[verb.end(): end]:
            name = said[0][0]
            claims.append((name, "".join(sign for other, sign in said[:2] if other == name)))
    return claims
