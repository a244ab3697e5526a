"""The flow baseline: the picture's motion measured on made-up films, and what it answers from it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.eval_tasks.baselines.baseline import make_baseline
from fourdp_qa.eval_tasks.baselines.camera_flow import picture_motion
from fourdp_qa.eval_tasks.baselines.flow_reader import camera_verdicts

SIDE, FRAMES = 128, 12


def film(*, right=0.0, down=0.0, clockwise=0.0, growth=0.0, out_and_back=False):
    """A textured wall whose content moves by so much from the first to the last frame: shifts in shares of
    the side, the turn in radians, growth as a logarithm.
    """
    rng = np.random.default_rng(3)
    wall = Image.fromarray(rng.integers(0, 255, (48, 48, 3), dtype=np.uint8).astype(np.uint8))
    wall = wall.resize((3 * SIDE, 3 * SIDE), Image.Resampling.BICUBIC)
    frames = []
    for t in range(FRAMES):
        share = t / (FRAMES - 1)
        if out_and_back:
            share = 1 - abs(2 * share - 1)
        # Image.transform takes, for a place of the frame, the place of the wall: the motion undone.
        scale, turn = np.exp(-growth * share), -clockwise * share
        a, b = scale * np.cos(turn), -scale * np.sin(turn)
        x, y = SIDE / 2 + right * SIDE * share, SIDE / 2 + down * SIDE * share
        middle = 1.5 * SIDE
        places = (a, b, middle - a * x - b * y, -b, a, middle + b * x - a * y)
        frames.append(np.asarray(wall.transform(
            (SIDE, SIDE), Image.Transform.AFFINE, places, Image.Resampling.BICUBIC)))
    return np.stack(frames)


@pytest.mark.parametrize("motion", [
    {"right": 0.3}, {"right": -0.3}, {"down": 0.25}, {"down": -0.25},
    {"clockwise": 0.3}, {"clockwise": -0.3}, {"growth": 0.25}, {"growth": -0.25},
    {"right": 0.2, "down": -0.1}, {"right": -0.15, "growth": 0.15},
])
def test_the_motion_of_the_content_is_measured(motion) -> None:
    found = picture_motion(film(**motion))
    for name, tolerance in (("right", 0.03), ("down", 0.03), ("clockwise", 0.04), ("growth", 0.04)):
        series = getattr(found, name)
        assert series[0] == 0
        assert series[-1] == pytest.approx(motion.get(name, 0.0), abs=tolerance), name


def test_an_object_that_moves_by_itself_does_not_move_the_camera() -> None:
    frames = film().copy()
    for t in range(FRAMES):
        frames[t, 50:85, 5 + 6 * t: 40 + 6 * t] = film(right=0.1)[0, :35, :35]
    found = picture_motion(frames)
    # It goes half of the picture's side and fills a twelfth of the picture.
    assert abs(found.right[-1]) < 0.04 and abs(found.down[-1]) < 0.02
    assert camera_verdicts(found)["right"] == "absent"


@pytest.mark.parametrize("motion, verdicts", [
    ({"right": -0.3}, {"right": "+", "up": "absent", "state": "turns"}),
    ({"right": 0.3}, {"right": "-", "up": "absent"}),
    ({"down": 0.3}, {"up": "+", "right": "absent"}),
    ({"clockwise": -0.35}, {"roll": "+"}),
    ({"growth": 0.25}, {"forward": "+", "state": "moves"}),
    ({"right": -0.3, "out_and_back": True}, {"right": "+-"}),
    ({}, {"right": "absent", "up": "absent", "roll": "absent", "forward": "absent", "state": "still"}),
])
def test_content_that_drifts_left_is_a_camera_that_goes_right(motion, verdicts) -> None:
    found = camera_verdicts(picture_motion(film(**motion)))
    assert {name: found[name] for name in verdicts} == verdicts


@pytest.fixture
def answer(row_of, tmp_path):
    baseline = make_baseline("flow", yes_no="No")

    def ask(motion, question="", options=(), question_type="camera_movement"):
        path = tmp_path / f"{abs(hash(str(motion)))}.mp4"
        if not path.exists():
            encode_clip(film(**motion), path, fps=12.0)
        row = row_of(question_type, 0, format="multiple_choice" if options else "yes_no",
                     question=question, options=list(options))
        return baseline.answer(row, str(path))
    return ask


def test_yes_no_questions_about_the_camera(answer) -> None:
    drift = {"right": -0.3}
    assert answer(drift, "Is it right that the camera itself pans to the right over the clip?") == "Yes"
    assert answer(drift, "Does the camera itself pan to the left?") == "No"
    assert answer(drift, "Is the camera itself panning to the right, then to the left?") == "No"
    assert answer({"right": -0.3, "out_and_back": True},
                  "Is the camera itself panning to the right, then to the left?") == "Yes"
    assert answer({"clockwise": 0.35}, "Does the camera itself roll counter-clockwise?") == "Yes"
    assert answer({"clockwise": 0.35}, "Does the camera itself roll clockwise?") == "No"
    assert answer({}, "Does the camera itself stay completely still?") == "Yes"
    assert answer(drift, "Does the camera itself stay completely still?") == "No"


def test_options_about_the_camera(answer) -> None:
    options = ["Moves to the left", "Moves forward", "Moves backward", "Moves to the right"]
    assert answer({"right": 0.3}, options=options) == "A"
    assert answer({"right": -0.3}, options=options) == "D"
    assert answer({"growth": 0.25}, options=options) == "B"
    pairs = ["Tilting down", "Moving up", "Moving down", "Tilting up"]
    assert answer({"down": -0.3}, options=pairs) in "AC"


def test_other_questions_get_the_constant_answer(answer) -> None:
    assert answer({"right": -0.3}, "Is the box nearer?", question_type="depth") == "No"
    assert answer({}, options=["a", "b", "c", "d"], question_type="object_direction") == "A"
