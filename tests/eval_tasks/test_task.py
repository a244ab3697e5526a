"""The functions the task files name, and the task files themselves, without running lmms-eval."""

from __future__ import annotations

import importlib
import json
from itertools import permutations
from pathlib import Path

import pytest
import yaml

from fourdp_qa.eval_tasks.locations import tasks_folder
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.prompt import text_prompt
from fourdp_qa.rows.row import row_from_mapping

documents = pytest.importorskip("fourdp_qa.eval_tasks.lmms.documents", reason="needs the extra 'eval'")
task = pytest.importorskip("fourdp_qa.eval_tasks.lmms.task", reason="needs the extra 'eval'")
track_task = pytest.importorskip("fourdp_qa.eval_tasks.lmms.track_task", reason="needs the extra 'eval'")


@pytest.fixture
def docs(stand_in: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    return documents.camera_movement_docs(None)


def test_documents_are_the_rows_of_one_type_with_the_path_of_their_clip(docs) -> None:
    assert docs.num_rows == 6
    assert set(docs["question_type"]) == {"camera_movement"}
    assert "video" not in docs.column_names  # bytes would be copied into every logged sample
    assert all(Path(clip).is_file() for clip in docs["clip"])
    assert docs[0]["benchmark"].startswith("stand-in sha256:")


def test_every_task_has_its_documents(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    for question_type in TYPES:
        found = getattr(documents, f"{question_type.name}_docs")(None)
        assert set(found["question_type"]) == {question_type.name}
        assert set(found["group_id"]) == {""}  # a group asks one question several times
    assert documents.object_object_distance_change_docs(None).num_rows == 4


def test_rows_of_groups_are_a_task_of_their_own(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    docs = documents.groups_docs(None)
    assert docs["group_id"] == ["group-1"] * 4 + ["group-2"] * 5  # whole groups first under --limit
    assert docs["group_size"] == [4] * 4 + [5] * 5
    results = [task.process_group_results(doc, ["A" if doc["options"] else "Yes"]) for doc in docs]
    numbers = task.group_numbers([r["whole_groups"] for r in results])
    assert (numbers["groups"], numbers["all_right"], numbers["most_right"]) == (2, 0.0, 1.0)
    assert numbers["chance_all"] == pytest.approx((4**-4 + 2**-5) / 2)


def test_a_benchmark_without_groups_ends_the_run(
    tmp_path: Path, row_of, write_folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURDP_QA_BENCH", str(write_folder(tmp_path / "b", [row_of("depth", 0)])))
    with pytest.raises(SystemExit, match="group_id: found no groups"):
        documents.groups_docs(None)


def test_a_track_is_recorded_and_scores_are_pooled(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    docs = documents.true_motion_point_tracking_docs(None)
    right = track_task.process_results(docs[0], [docs[0]["answer"]])
    lost = track_task.process_results(docs[1], ["[LMMS_EVAL_REQUEST_FAILED after 5 retries]"])
    record = right["jaccard"]
    assert (record["question_id"], record["benchmark"]) == (docs[0]["id"], docs[0]["benchmark"])
    assert (record["frames"], record["prompt"]) == (8, task.doc_to_text(docs[0]))
    assert "true_motion" in record and record["targets"] == (6, 2, 7)
    both = [right, lost]
    assert track_task.average_jaccard([r["jaccard"] for r in both]) == 1.0
    assert track_task.delta([r["delta"] for r in both]) == 1.0
    assert track_task.occlusion([r["occlusion"] for r in both]) == 1.0
    assert track_task.unparsed([r["unparsed"] for r in both]) == 0.0
    assert task.mean([r["failed"] for r in both]) == 0.5
    copies = track_task.by_name([r["copies"] for r in [right]])
    assert copies["query copied"]["delta"] == 0.0  # both visible targets are more than 25 pixels away
    assert copies["query copied"]["occlusion"] == pytest.approx(2 / 3)
    assert copies["visual track given for the true one"]["occlusion"] == 1.0
    parts = track_task.by_name([right["parts"]])
    assert parts["picture and world part"]["jaccard"] == 1.0
    # printed short in lmms-eval's table, written whole
    assert repr(parts["picture and world part"]) == "1.000"
    assert json.loads(json.dumps(parts)) == parts


def test_numbers_beside_a_score_are_printed_short_and_written_whole(docs) -> None:
    briefs = [task.process_results(doc, ["A"])["beside"] for doc in docs]
    numbers = task.numbers_beside(briefs)
    printed = str(numbers)
    assert "'constants': multiple_choice A 0.667, B 0.333, C 0.000, D 0.000, yes_no No 0.333" in printed
    written = json.loads(json.dumps(numbers, indent=2))
    assert written == numbers
    assert written["constants"]["multiple_choice"]["A"] == 2 / 3
    assert written["normalised"] == numbers["normalised"] != round(numbers["normalised"], 3)


def test_both_protocols_show_the_same_clip_and_prompt(docs) -> None:
    doc = docs[0]
    text = text_prompt(row_from_mapping(doc))
    assert task.doc_to_text(doc) == text
    assert "A. forward\nB. backward" in text
    assert task.doc_to_visual(doc) == [doc["clip"]]
    assert doc["clip"].endswith(".mp4")
    assert task.doc_to_messages(doc) == [{"role": "user", "content": [
        {"type": "video", "url": doc["clip"]}, {"type": "text", "text": text},
    ]}]


def test_a_result_is_recorded_with_the_question_and_the_benchmark(docs) -> None:
    doc = docs[0]
    result = task.process_results(doc, ["The answer is (A)."])
    record = result["accuracy"]
    assert record["question_id"] == doc["id"]
    assert (record["parsed"], record["expected"], record["score"]) == ("A", "A", 1.0)
    assert record["benchmark"] == result["benchmark"] == doc["benchmark"]
    assert (result["macro_score"], result["unparsed"], result["answers"]) == (1.0, 0.0, "A")
    assert (record["prompt"], record["frames"]) == (task.doc_to_text(doc), 8)
    assert record["clip"] == Path(doc["clip"]).name  # a digest of its bytes
    none = task.process_results(doc, ["hm"])
    assert (none["accuracy"]["score"], none["unparsed"], none["answers"]) == (0.0, 1.0, "unparsed")


def test_a_failed_request_is_no_answer(docs) -> None:
    """It has no score: only ``failed`` counts it."""
    right = task.process_results(docs[0], ["A"])
    for text in ("[LMMS_EVAL_REQUEST_FAILED] answer: A", "[LMMS_EVAL_BUDGET_EXCEEDED]"):
        lost = task.process_results(docs[1], [text])
        assert (lost["macro_score"], lost["unparsed"]) == (None, None)
        assert (lost["failed"], lost["answers"]) == (1.0, "failed")
        assert task.mean_score([right["accuracy"], lost["accuracy"]]) == 1.0
        assert task.mean([right["unparsed"], lost["unparsed"]]) == 0.0
        assert task.numbers_beside([right["beside"], lost["beside"]])["chance"] == 0.25


def test_aggregations_take_any_subset(docs) -> None:
    results = [task.process_results(doc, ["A"]) for doc in docs]
    assert task.mean_score([r["accuracy"] for r in results]) == pytest.approx(2 / 6)
    assert task.count_answers([r["answers"] for r in results]) == {"A": 3, "unparsed": 3}
    assert task.mean([]) == task.mean_score([]) == 0.0
    assert task.count_answers([]) == {}
    assert task.merge_answers([{"A": 1, "unparsed": 2}, {"A": 3, "B": 1}], [3, 4], True) == {
        "A": 4, "B": 1, "unparsed": 2,
    }
    assert task.merge_names(["x 1", "x 1"], [1, 1], True) == "x 1"
    assert task.merge_names(["x 1", "y 2"], [1, 1], True) == "x 1 + y 2"


def test_the_benchmark_is_announced_once_and_first(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    sink = documents.logger.add(lambda message: said.append(str(message)), level="INFO")
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    documents.depth_docs(None)
    documents.object_direction_docs(None)
    documents.logger.remove(sink)
    assert len(said) == 1
    assert "'stand-in', 59 items, sha256:" in said[0]


def test_a_wrong_name_ends_the_run_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """lmms-eval retries every Exception and exits with 0; SystemExit it lets through."""
    monkeypatch.setenv("FOURDP_QA_BENCH", "/no/such/benchmark")
    with pytest.raises(SystemExit, match="FOURDP_QA_BENCH='/no/such/benchmark'") as stop:
        documents.depth_docs(None)
    assert "\n" not in str(stop.value.code)


def test_a_benchmark_with_free_form_items_ends_the_run(
    tmp_path: Path, row_of, write_folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row_of("depth", 0), row_of("depth", 1, format="free_form")]
    monkeypatch.setenv("FOURDP_QA_BENCH", str(write_folder(tmp_path / "b", rows)))
    with pytest.raises(SystemExit, match="format: found free_form"):
        documents.depth_docs(None)


def test_a_benchmark_built_anew_is_read_anew(
    tmp_path: Path, row_of, write_folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "b", [row_of("depth", 0)])
    monkeypatch.setenv("FOURDP_QA_BENCH", str(folder))
    assert documents.depth_docs(None).num_rows == 1
    other = write_folder(tmp_path / "c", [row_of("depth", k) for k in range(3)])
    for file in other.iterdir():
        file.replace(folder / file.name)
    assert documents.depth_docs(None).num_rows == 3


class _Functions(yaml.SafeLoader):
    """Reads ``!function a.b`` as the text ``a.b``."""


_Functions.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def load(file: Path) -> dict:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_Functions)  # noqa: S506


def test_every_function_named_in_a_task_file_exists() -> None:
    files = [*tasks_folder().glob("*.yaml"), *tasks_folder().glob("_*_yaml")]
    names = [word for file in files for word in file.read_text(encoding="utf-8").split()
             if word.startswith("fourdp_qa.")]
    assert len(names) > 40
    for name in names:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def leaves(group: dict) -> list[dict]:
    """The tasks of a group, with what their files include."""
    def whole(file: Path) -> dict:
        own = load(file)
        return (whole(file.parent / own["include"]) if "include" in own else {}) | own

    return [whole(tasks_folder() / f"{name}.yaml") for name in group["task"]]


@pytest.mark.parametrize("name", ["4dpqa_bench", "4dpqa_tracking", "vlm4d", "vlm4d_cot"])
def test_a_group_puts_together_what_its_tasks_measure(name: str) -> None:
    """lmms-eval picks the metrics of a group by substring."""
    group = load(tasks_folder() / f"{name}.yaml")
    for leaf in leaves(group):
        names = [metric["metric"] for metric in leaf["metric_list"]]
        assert not [pair for pair in permutations(names, 2) if pair[0] in pair[1]]
        assert {metric["metric"] for metric in group["aggregate_metric_list"]} <= set(names)
    assert len({leaf["task"] for leaf in leaves(group)}) == len(group["task"])


def test_the_benchmark_is_types_1_to_11_and_tracking_is_apart() -> None:
    names = {t.number: f"4dpqa_{t.name}" for t in TYPES}
    assert load(tasks_folder() / "4dpqa_bench.yaml")["task"] == [names[n] for n in range(1, 12)]
    assert load(tasks_folder() / "4dpqa_tracking.yaml")["task"] == [names[12], names[13]]
