"""`fourdp-qa generate --captions` as a person meets it."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main

SMALL = ("--size", "112", "--frames", "12", "--workers", "1")


def run(*arguments, env=None):
    result = CliRunner().invoke(main, [str(a) for a in arguments], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


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
