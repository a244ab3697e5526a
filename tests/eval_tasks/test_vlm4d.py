"""VLM4D from a folder in its published layout, and the line that needs no video."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.vlm4d import COLUMNS, Item, blind, judge_item

vlm4d = pytest.importorskip("fourdp_qa.eval_tasks.lmms.vlm4d", reason="needs the extra 'eval'")

ADDRESS = "https://huggingface.co/datasets/shijiezhou/VLM4D/resolve/main/"


def question(number: int, clip: str, options: list[object], answer: object) -> dict:
    return {
        "id": f"validation_{number}", "video": f"{ADDRESS}{clip}", "question_type": "multiple-choice",
        "question": "Where does it go? ", "answer": answer,
        "choices": dict(zip("ABCD", options, strict=True)),
    }


REAL = [
    question(1, "videos_real/davis/bear.mp4", ["left ", "right", "up", "not moving"], "left "),
    question(2, "videos_real/youtube-vos/cat.mp4", [0, 1, 2, 3], 2),
    question(3, "videos_real/ego4d/clip_001.mp4", ["left", "right", "above", "above"], "above"),
]
SYNTHETIC = [
    question(1, "videos_synthetic/synth_001.mp4", ["left", "no dog there", "right", "up"], "no dog there"),
    question(2, "videos_synthetic/synth_002.mp4", ["left", "no cat there", "right", "up"], "right"),
]


@pytest.fixture(autouse=True)
def forget_the_folder():
    vlm4d._locate.cache_clear()
    yield
    vlm4d._locate.cache_clear()


@pytest.fixture(params=["QA/", "data/", ""])
def published(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "VLM4D"
    (folder / request.param).mkdir(parents=True)
    for split, rows in (("real", REAL), ("synthetic", SYNTHETIC)):
        (folder / f"{request.param}{split}_mc.json").write_text(json.dumps(rows), encoding="utf-8")
        for row in rows:
            clip = folder / row["video"].removeprefix(ADDRESS)
            clip.parent.mkdir(parents=True, exist_ok=True)
            clip.write_bytes(b"clip")
    monkeypatch.setenv("FOURDP_QA_VLM4D", str(folder))
    return folder


def test_the_published_layout_is_read(published: Path) -> None:
    real, synthetic = vlm4d.real_docs(None), vlm4d.synthetic_docs(None)
    assert real["id"] == ["real/validation_1", "real/validation_2", "real/validation_3"]
    assert synthetic["id"][0] == "synthetic/validation_1"  # the numbers begin again in each file
    assert real["options"][0] == ["left", "right", "up", "not moving"]
    assert (real["options"][1], real["answer"][1]) == (["0", "1", "2", "3"], "2")
    assert real["clip"][0] == str((published / "videos_real/davis/bear.mp4").resolve())


def test_prompts_ask_for_the_letter_at_once_or_after_a_reasoning(published: Path) -> None:
    doc = vlm4d.real_docs(None)[0]
    direct, cot = vlm4d.doc_to_text(doc), vlm4d.doc_to_text_cot(doc)
    assert direct.split("\n")[:5] == [
        "Question: Where does it go?", "A: left", "B: right", "C: up", "D: not moving"]
    assert direct.split("\n")[:5] == cot.split("\n")[:5]
    assert "step by step" in cot and "The final answer is" in cot
    for text, messages in ((direct, vlm4d.doc_to_messages(doc)), (cot, vlm4d.doc_to_messages_cot(doc))):
        assert messages == [{"role": "user", "content": [
            {"type": "video", "url": doc["clip"]}, {"type": "text", "text": text}]}]
    assert vlm4d.doc_to_visual(doc) == [doc["clip"]]


def test_results_are_in_the_authors_columns_with_the_blind_line_beside(published: Path) -> None:
    docs = [*vlm4d.real_docs(None), *vlm4d.synthetic_docs(None)]
    results = [vlm4d.process_results(doc, ["A"]) for doc in docs]
    columns = vlm4d.columns([r["columns"] for r in results])
    assert columns == {"exo": 0.5, "ego": 0.0, "false_positive": 0.0, "directional": 0.0}
    assert set(columns) == set(COLUMNS)
    assert vlm4d.merge_columns([{"exo": 1.0}, {"directional": 0.5}], [2, 3], True) == {
        "exo": 1.0, "directional": 0.5}
    assert all(0 <= r["blind"] <= 1 for r in results)
    record = results[0]["accuracy"]
    assert (record["score"], record["benchmark"]) == (1.0, "VLM4D direct")
    assert record["scene"] == "vlm4d/videos_real/davis/bear.mp4"
    cot = vlm4d.process_results_cot(docs[0], ["It goes left.\nThe final answer is A"])
    assert (cot["accuracy"]["score"], cot["benchmark"]) == (1.0, "VLM4D step by step")
    lost = vlm4d.process_results(docs[0], ["[LMMS_EVAL_REQUEST_FAILED]"])
    assert (lost["failed"], lost["unparsed"]) == (1.0, None)
    assert vlm4d.columns([lost["columns"]]) == {}


def test_two_options_of_one_text_are_both_right() -> None:
    item = Item("real/v", "x/ego4d/c.mp4", "?", ("left", "right", "above", "above"), "above")
    assert [judge_item(item, letter).score for letter in "ABCD"] == [0.0, 0.0, 1.0, 1.0]
    assert summarise([judge_item(item, "D")]).by_type["ego"].accuracy == 1.0


@pytest.mark.parametrize(("change", "said"), [
    ({"answer": "sideways"}, "answer of question 0: found 'sideways'"),
    ({"choices": {"A": "left"}}, "question 0: found no 'B'"),
    ({"video": f"{ADDRESS}../../secret.mp4"}, "question 0: found no clip inside the data set"),
    ({"video": "/etc/passwd"}, "question 0: found no clip inside the data set"),
    ({"video": "https://elsewhere.org/a.mp4"}, "question 0: found no clip inside the data set"),
])
def test_a_damaged_question_is_named(published: Path, change: dict, said: str) -> None:
    file = next(published.rglob("real_mc.json"))
    file.write_text(json.dumps([REAL[0] | change]), encoding="utf-8")
    with pytest.raises(SourceDataError, match=said):
        vlm4d.read_items(published, "real")


def test_missing_files_end_the_run_with_every_place_that_was_tried(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (published / "videos_real/davis/bear.mp4").unlink()
    with pytest.raises(SystemExit, match=r"bear\.mp4: clip of real/validation_1: found no file"):
        vlm4d.real_docs(None)
    next(published.rglob("real_mc.json")).unlink()
    with pytest.raises(SystemExit, match=r"none of QA/real_mc\.json, data/real_mc\.json, real_mc\.json"):
        vlm4d.real_docs(None)
    vlm4d._locate.cache_clear()
    monkeypatch.setenv("FOURDP_QA_VLM4D", "no-such-folder")
    with pytest.raises(SystemExit, match="FOURDP_QA_VLM4D='no-such-folder': found no such folder"):
        vlm4d.real_docs(None)


def test_without_a_folder_it_is_fetched_from_the_hub(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def snapshot(repository: str, **options: object) -> str:
        asked.update(options, repository=repository)
        return str(published)

    monkeypatch.delenv("FOURDP_QA_VLM4D")
    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert vlm4d.real_docs(None).num_rows == 3
    assert (asked["repository"], asked["repo_type"]) == ("shijiezhou/VLM4D", "dataset")

    def offline(repository: str, **options: object) -> str:
        raise OSError("no network\nsecond line")

    vlm4d._locate.cache_clear()
    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(SystemExit, match=r"found no way to fetch it \(no network\)"):
        vlm4d.real_docs(None)


def test_the_blind_line_of_the_published_questions(samples: Path) -> None:
    """Options alone, without question and video: 42.7 / 61.8 / 47.3 were measured independently."""
    folder = samples / "vlm4d"
    items = [item for split in ("real", "synthetic") for item in vlm4d.read_items(folder, split)]
    assert len(items) == 1816
    counts = {name: sum(item.column == name for item in items) for name in COLUMNS}
    assert counts == {"exo": 922, "ego": 449, "directional": 400, "false_positive": 45}
    scores = blind(items)
    for split, expected, printed in (("real", 42.7, 43.3), ("synthetic", 61.8, 61.8), ("", 47.3, 47.8)):
        of_split = [score for name, score in scores.items() if name.startswith(split)]
        assert 100 * sum(of_split) / len(of_split) == pytest.approx(expected, abs=1.5)
        assert 100 * sum(of_split) / len(of_split) == pytest.approx(printed, abs=0.05)  # docs/evaluation.md
    alone = blind([item for item in items if item.split == "real"])
    assert alone == {name: score for name, score in scores.items() if name.startswith("real")}
