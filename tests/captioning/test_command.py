"""`fourdp-qa caption` and `generate --captions` as a person meets them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main

HERE = Path(__file__).parent
KEY = "sk-secret-1234567890"
SMALL = ("--size", "112", "--frames", "12", "--workers", "1")


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


@pytest.fixture(scope="module")
def captions(scenes, tmp_path_factory):
    out = tmp_path_factory.mktemp("captions") / "c.json"
    assert run("caption", "stored", scenes, "--out", out, "--clean").exit_code == 0
    return out


def changed(path, into, change):
    plain = json.loads(path.read_text())
    change(plain)
    into.write_text(json.dumps(plain))
    return into


def generated(scenes, out, captions, *more):
    return run("generate", "stored", scenes, "--out", out, "--captions", captions, "--no-clips", *SMALL,
               *more)


def said_names(folder):
    """How often each object is named by each caption in the rows of a folder."""
    from fourdp_qa.dataset.load import load

    rows = load(str(folder), "all")["train"]
    assert len(rows)
    return Counter(
        (mention["id"], mention["caption"], row["naming"])
        for row in rows for mention in json.loads(row["objects"]))


def test_generate_uses_the_names(scenes, captions, tmp_path):
    unnamed = run("generate", "stored", scenes, "--out", tmp_path / "plain", "--no-clips", *SMALL)
    assert unnamed.exit_code == 0
    assert not any(naming == "caption" for _, _, naming in said_names(tmp_path / "plain"))
    result = generated(scenes, tmp_path / "named", captions)
    assert result.exit_code == 0, result.output
    assert "captions: 8 objects named by the file" in result.output
    found = said_names(tmp_path / "named")
    assert any(naming == "caption" for _, _, naming in found)
    assert {(n, name) for n, name, _ in found} <= {
        (1, "red box"), (2, "green box"), (3, "blue box"), (4, "box")}
    assert not any(n == 4 and naming == "caption" for n, _, naming in found)


def test_the_run_records_the_file_without_its_path(scenes, captions, tmp_path):
    generated(scenes, tmp_path / "named", captions)
    settings = json.loads((tmp_path / "named" / "generation.json").read_text())
    assert settings["captions"] == "c.json"
    assert re.fullmatch("[0-9a-f]{64}", settings["captions_digest"])
    assert run("validate", tmp_path / "named").exit_code == 0


def test_what_the_file_names_and_nobody_has_is_counted(scenes, captions, tmp_path):
    def change(plain):
        plain["scenes"]["elsewhere"] = {"1": {"caption": "red box", "how": "vlm", "label": "x"}}
        plain["scenes"]["boxes-0"]["99"] = {"caption": "red tower", "how": "vlm", "label": "x"}
        del plain["scenes"]["boxes-0"]["1"]
        del plain["scenes"]["boxes-1"]

    result = generated(scenes, tmp_path / "out", changed(captions, tmp_path / "c.json", change), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout[result.stdout.index("{"):])["captions"] == {
        "objects named by the file": 3, "objects without a name in it": 1,
        "scenes without a name in it": 1, "unknown scenes in it": 1, "unknown objects in it": 1}


def test_a_resume_under_other_captions_is_refused(scenes, captions, tmp_path, monkeypatch):
    from fourdp_qa.generate import run as running

    def killed(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, "_select", killed)
        assert generated(scenes, tmp_path / "out", captions).exit_code == 130
    other = changed(captions, tmp_path / "c.json", lambda plain: plain.update(model="other"))
    result = generated(scenes, tmp_path / "out", other)
    assert result.exit_code == 1
    assert "other settings" in result.output and "captions_digest" in result.output
    assert generated(scenes, tmp_path / "out", captions).exit_code == 0


def test_a_file_that_changes_after_the_settings_were_made_is_refused(scenes, captions, tmp_path):
    from fourdp_qa.errors import SourceDataError
    from fourdp_qa.generate.run import generate
    from fourdp_qa.generating import settings_of

    mine = changed(captions, tmp_path / "c.json", lambda plain: None)
    settings = settings_of("stored", (scenes,), None, 0, 112, 12, clips=False, captions=mine)
    changed(captions, mine, lambda plain: plain.update(model="other"))
    with pytest.raises(SourceDataError, match="found content"):
        generate(settings, tmp_path / "stage")


def test_captions_of_another_scene_are_never_used(scenes, captions, tmp_path):
    """The scene's object is called otherwise than when it was named: that scene is skipped."""
    def change(plain):
        plain["scenes"]["boxes-0"]["2"]["label"] = "box: prop.cylinder_01"

    wrong = changed(captions, tmp_path / "c.json", change)
    result = generated(scenes, tmp_path / "out", wrong)
    assert result.exit_code == 1
    assert "skipped: boxes-0: captions of" in result.output
    assert "object 2: found 'box: prop.box_07' in the scene, expected" in result.output


WRONG = {
    "no JSON": (lambda p: "{", "found no JSON"),
    "a list": (lambda p: [], "format: found list"),
    "another format": (lambda p: p | {"format": "x"}, "format: found 'x'"),
    "another version": (lambda p: p | {"version": 2}, "version: found 2"),
    "no scenes": (lambda p: {k: v for k, v in p.items() if k != "scenes"}, "scenes: found nothing"),
    "scenes as a list": (lambda p: p | {"scenes": []}, "scenes: found list"),
    "a scene as text": (lambda p: p | {"scenes": {"a": "b"}}, "scenes['a']: found str"),
    "an id that is none": (lambda p: p | {"scenes": {"a": {"x": {}}}}, "the object id 'x'"),
    "id zero": (lambda p: p | {"scenes": {"a": {"0": {}}}}, "the object id '0'"),
    "a field too few": (lambda p: p | {"scenes": {"a": {"1": {"caption": "x"}}}}, "caption, how, label"),
    "a number as caption": (
        lambda p: p | {"scenes": {"a": {"1": {"caption": 1, "how": "vlm", "label": ""}}}},
        "['1'].caption: found 1"),
    "two lines": (
        lambda p: p | {"scenes": {"a": {"1": {"caption": "x\ny", "how": "vlm", "label": ""}}}},
        "one space between"),
    "an unknown way": (
        lambda p: p | {"scenes": {"a": {"1": {"caption": "x", "how": "guess", "label": ""}}}},
        "['1'].how: found 'guess'"),
    "another source": (lambda p: p | {"source": "shift"}, "names for source 'shift', expected 'stored'"),
    "other scenes": (lambda p: p | {"scenes": {"a": {}}}, "found names for a, expected some of the 2 scenes"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_captions_file_is_one_line(scenes, captions, tmp_path, case):
    change, said = WRONG[case]
    plain = change(json.loads(captions.read_text()))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(plain if isinstance(plain, str) else json.dumps(plain))
    result = generated(scenes, tmp_path / "out", wrong)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_captions_file_and_groups_are_refused(scenes, captions, tmp_path):
    assert "nowhere.json: found No such file" in generated(
        scenes, tmp_path / "out", tmp_path / "nowhere.json").output
    result = run("generate", "simulator", "--scenes", 1, "--groups", "--captions", captions,
                 "--types", "depth", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "found --groups" in result.output


def test_a_handle_with_captions_can_be_sent_to_a_worker(scenes, captions):
    import pickle

    from fourdp_qa.captioning.captioned import with_captions
    from fourdp_qa.captioning.captions_file import read_captions
    from fourdp_qa.sources.registry import SourceOptions, list_scenes

    handles = with_captions(
        list_scenes("stored", SourceOptions(roots=(scenes,))), "stored", read_captions(captions))
    scene = pickle.loads(pickle.dumps(handles[0])).open()  # noqa: S301 - made one line above
    assert [item.caption for item in scene.objects] == ["red box", "green box", "blue box", "box"]
