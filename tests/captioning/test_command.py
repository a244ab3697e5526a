"""`fourdp-qa caption` as a person meets it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main

HERE = Path(__file__).parent
KEY = "sk-secret-1234567890"


def run(*arguments, env=None):
    result = CliRunner().invoke(main, [str(a) for a in arguments], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def caption(scenes, out, endpoint, *more, env=None):
    return run("caption", "stored", scenes, "--out", out, "--endpoint", endpoint.url, "--model", "seer",
               *more, env=env)


def names(path):
    scenes = json.loads(path.read_text())["scenes"]
    return {scene: {n: o["caption"] for n, o in objects.items()} for scene, objects in scenes.items()}


def tools():
    """The helpers beside the fixtures."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("captioning_conftest", HERE / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOLS = tools()
TRUE = {"1": "red wooden box", "2": "green wooden box", "3": "blue wooden box", "4": "yellow wooden box"}


def test_every_object_is_named_by_what_the_pictures_show(scenes, endpoint, tmp_path):
    """The stand-in sees colours only: right names mean that the right object was shown."""
    out = tmp_path / "captions.json"
    result = caption(scenes, out, endpoint)
    assert result.exit_code == 0, result.output
    assert names(out) == {"boxes-0": TRUE, "boxes-1": TRUE}
    plain = json.loads(out.read_text())
    assert (plain["model"], plain["asked"], plain["source"]) == ("seer", "endpoint", "stored")
    assert {o["how"] for s in plain["scenes"].values() for o in s.values()} == {"vlm"}
    assert "8 objects in 2 scenes: 8 vlm" in result.output
    assert "8 questions asked of seer" in result.output


def test_the_named_mark_is_in_the_first_picture_around_the_object(scenes, endpoint, tmp_path):
    caption(scenes, tmp_path / "c.json", endpoint)
    assert len(endpoint.requests) == 8
    for body in endpoint.requests:
        assert body["model"] == "seer"
        picture, _ = TOOLS.pictures_of(body)
        colour = re.search(r"marked by a (\w+) rectangle", TOOLS.text_of(body))[1]
        left, top, right, bottom = TOOLS.mark_box(picture, colour)
        inside = picture[top + 8:bottom - 8, left + 8:right - 8]
        assert TOOLS.colour_in_the_middle(inside) == TOOLS.colour_in_the_middle(
            TOOLS.pictures_of(body)[1])
        assert 'label in the data is "box"' in TOOLS.text_of(body)


def test_equal_names_are_asked_about_with_both_marked(scenes, endpoint, tmp_path):
    def says(body):
        text = TOOLS.text_of(body)
        return TOOLS.look(body) if "All of them were called" in text else "wooden box"

    endpoint.says = says
    out = tmp_path / "c.json"
    assert caption(scenes, out, endpoint).exit_code == 0
    assert names(out) == {"boxes-0": TRUE, "boxes-1": TRUE}
    apart = [b for b in endpoint.requests if "All of them were called" in TOOLS.text_of(b)]
    assert len(apart) == 8
    for body in apart:
        pictures, text = TOOLS.pictures_of(body), TOOLS.text_of(body)
        assert len(pictures) == 2 + 3
        assert "Pictures 3 to 5 show others." in text
        own, other = re.search(
            r"marked by a (\w+) rectangle, and others .* by (\w+) rectangles", text).groups()
        assert own != other
        for colour in (own, other):
            left, top, right, bottom = TOOLS.mark_box(pictures[0], colour)
            assert right - left > 20 and bottom - top > 20


def test_what_stays_equal_is_kept_counted_and_bounded(scenes, endpoint, tmp_path):
    endpoint.says = lambda body: "wooden box"
    out = tmp_path / "c.json"
    result = caption(scenes, out, endpoint)
    assert result.exit_code == 0
    assert set(names(out)["boxes-0"].values()) == {"wooden box"}
    assert "8 whose name fits another too" in result.output
    assert len(endpoint.requests) == 8 * 3


def test_what_two_objects_are_called_in_one_round_is_a_name_of_neither(scenes, endpoint, tmp_path):
    """All are told apart as the same thing: the first must not keep it for having come first."""
    endpoint.says = lambda body: (
        "striped wooden crate" if "All of them were called" in TOOLS.text_of(body) else "wooden box")
    out = tmp_path / "c.json"
    caption(scenes, out, endpoint)
    assert set(names(out)["boxes-0"].values()) == {"wooden box"}


def test_an_answer_that_tells_too_much_is_asked_again_with_the_reason(scenes, endpoint, tmp_path):
    endpoint.says = lambda body: (
        TOOLS.look(body) if "could not be used" in TOOLS.text_of(body) else "parked box on the left")
    out = tmp_path / "c.json"
    assert caption(scenes, out, endpoint).exit_code == 0
    assert names(out)["boxes-0"] == TRUE
    second = next(b for b in endpoint.requests if "could not be used" in TOOLS.text_of(b))
    assert "article inside" in TOOLS.text_of(second)


def test_what_is_refused_twice_falls_back_to_the_label_and_is_counted(scenes, endpoint, tmp_path):
    endpoint.says = lambda body: "moving box"
    out = tmp_path / "c.json"
    result = caption(scenes, out, endpoint)
    assert result.exit_code == 0
    assert len(endpoint.requests) == 16
    objects = json.loads(out.read_text())["scenes"]["boxes-0"]
    assert objects["1"] == {"caption": "box", "how": "cleaned", "label": "box: prop.box_07"}
    assert "8 cleaned" in result.output
    assert "refused twice: 8 x it says whether or how it moves" in result.output


def test_failures_are_listed_and_nothing_is_written(scenes, endpoint, tmp_path):
    endpoint.play = [(400, {}, "bad picture"), (200, {}, "garbage")]
    out = tmp_path / "c.json"
    result = caption(scenes, out, endpoint, "--workers", "1")
    assert result.exit_code == 1
    assert not out.exists()
    assert "no answer: boxes-0, object 1: " in result.output
    assert "no answer: boxes-0, object 2: " in result.output
    assert "--allow-partial" in result.output
    # The same command asks for the two that are missing.
    before = len(endpoint.requests)
    assert caption(scenes, out, endpoint).exit_code == 0
    assert len(endpoint.requests) == before + 2
    assert names(out)["boxes-0"] == TRUE


def test_allow_partial_writes_with_the_cleaned_label(scenes, endpoint, tmp_path):
    endpoint.play = [(400, {}, "bad picture")]
    out = tmp_path / "c.json"
    result = caption(scenes, out, endpoint, "--workers", "1", "--allow-partial", "--json")
    assert result.exit_code == 0
    counts = json.loads(result.stdout)
    assert list(counts["failed"]) == ["boxes-0, object 1"]
    assert counts["how"] == {"cleaned": 1, "vlm": 7}
    assert names(out)["boxes-0"]["1"] == "box"


def test_busy_answers_are_waited_out(scenes, endpoint, quick, tmp_path):
    endpoint.play = [(429, {"Retry-After": "0"}, "slow down"), (500, {}, "oops"), (503, {}, "")]
    out = tmp_path / "c.json"
    result = caption(scenes, out, endpoint)
    assert result.exit_code == 0
    assert "3 requests repeated" in result.output
    assert names(out)["boxes-1"] == TRUE


def test_the_key_is_in_the_header_and_nowhere_else(scenes, endpoint, tmp_path):
    endpoint.play = [(400, {}, f"what is {KEY}?")]
    result = caption(scenes, tmp_path / "c.json", endpoint, "--api-key-env", "MY_KEY", "--allow-partial",
                     env={"MY_KEY": KEY})
    assert result.exit_code == 0
    assert {h["Authorization"] for h in endpoint.headers} == {f"Bearer {KEY}"}
    assert KEY not in result.output
    assert "what is ***?" in result.output
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.name for p in written} == {"c.json", "c.answers.jsonl"}
    assert not any(KEY in p.read_text() or endpoint.url in p.read_text() for p in written)


def test_workers_ask_side_by_side_and_give_the_same_file(scenes, endpoint, tmp_path):
    files = []
    for workers in (1, 6):
        out = tmp_path / f"{workers}.json"
        caption(scenes, out, endpoint, "--workers", workers)
        files.append(out.read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_goes_on_and_asks_only_the_rest(scenes, endpoint, tmp_path, how):
    out = tmp_path / "c.json"
    answered = []

    def says(body):
        if len(endpoint.requests) == 4:
            endpoint.hold.clear()  # the requests after the next wait
        answered.append(json.dumps(body))
        return TOOLS.look(body)

    endpoint.says = says
    process = subprocess.Popen(
        [sys.executable, "-m", "fourdp_qa.cli", "caption", "stored", str(scenes), "--out", str(out),
         "--endpoint", endpoint.url, "--model", "seer", "--workers", "1"],
        env={**os.environ, "NO_PROXY": "127.0.0.1"}, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while endpoint.hold.is_set() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(how)
    if how == signal.SIGINT:
        time.sleep(0.3)
        endpoint.hold.set()
    _, said = process.communicate(timeout=60)
    assert process.returncode in (-signal.SIGKILL, 130)
    if how == signal.SIGINT:
        assert "the same command goes on from here" in said
    assert not out.exists()
    endpoint.hold.set()
    remembered = len((tmp_path / "c.answers.jsonl").read_text().splitlines())
    assert 3 <= remembered < 8
    before = len(endpoint.requests)
    endpoint.says = TOOLS.look
    result = caption(scenes, out, endpoint)
    assert result.exit_code == 0
    assert len(endpoint.requests) - before == 8 - remembered
    again = {json.dumps(b) for b in endpoint.requests[before:]}
    assert not again & set(answered[:remembered])
    assert names(out) == {"boxes-0": TRUE, "boxes-1": TRUE}


def test_clean_asks_nobody(scenes, tmp_path):
    out = tmp_path / "c.json"
    result = run("caption", "stored", scenes, "--out", out, "--clean")
    assert result.exit_code == 0
    assert names(out)["boxes-0"] == {
        # In the shade yellow is olive: no colour that is beyond doubt.
        "1": "red box", "2": "green box", "3": "blue box", "4": "box"}
    plain = json.loads(out.read_text())
    assert (plain["model"], plain["asked"]) == ("", "rules")
    assert not (tmp_path / "c.answers.jsonl").exists()


def test_a_damaged_scene_is_listed(scenes, tmp_path):
    import shutil

    root = tmp_path / "scenes"
    shutil.copytree(scenes, root)
    (root / "boxes-1" / "poses.npz").write_bytes(b"x")
    result = run("caption", "stored", root, "--out", tmp_path / "c.json", "--clean")
    assert result.exit_code == 1
    assert "skipped: boxes-1: " in result.output
    assert not (tmp_path / "c.json").exists()


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "expected one of --endpoint URL, --local FOLDER, --clean"),
    (["--clean", "--endpoint", "http://h/v1"], "expected one of"),
    (["--endpoint", "http://h/v1"], "--model"),
    (["--endpoint", "nowhere", "--model", "m"], "expected an address"),
    (["--endpoint", "http://h/v1", "--model", "m", "--api-key-env", "NOT_SET_AT_ALL"], "NOT_SET_AT_ALL"),
    (["--endpoint", "http://h/v1", "--model", "m", "--request", "{"], "--request: found no JSON"),
    (["--endpoint", "http://h/v1", "--model", "m", "--request", '{"model": 1}'], "without model"),
    (["--local", "nowhere-at-all"], "found no config.json"),
])
def test_a_users_mistake_is_one_line(scenes, tmp_path, arguments, said):
    result = run("caption", "stored", scenes, "--out", tmp_path / "c.json", *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not any(tmp_path.iterdir())


def test_an_earlier_file_is_not_replaced_unasked(scenes, tmp_path):
    out = tmp_path / "c.json"
    out.write_text("mine")
    result = run("caption", "stored", scenes, "--out", out, "--clean")
    assert result.exit_code == 1
    assert "--overwrite" in result.output
    assert out.read_text() == "mine"
