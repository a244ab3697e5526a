"""The functions the task files name, and the task files themselves, without running lmms-eval."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
import yaml

from fourdp_qa.eval_tasks.locations import tasks_folder
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.prompt import text_prompt
from fourdp_qa.rows.row import row_from_mapping

task = pytest.importorskip("fourdp_qa.eval_tasks.lmms.task", reason="needs the extra 'eval'")


@pytest.fixture
def docs(stand_in: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    return task.camera_movement_docs(None)


def test_documents_are_the_rows_of_one_type_with_the_path_of_their_clip(docs) -> None:
    assert docs.num_rows == 6
    assert set(docs["question_type"]) == {"camera_movement"}
    assert "video" not in docs.column_names  # bytes would be copied into every logged sample
    assert all(Path(clip).is_file() for clip in docs["clip"])
    assert docs[0]["benchmark"].startswith("stand-in sha256:")


def test_every_task_has_its_documents(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    scored = [t.name for t in TYPES if t.category != "tracking"]
    assert len(scored) == 11
    for name in scored:
        docs_of = getattr(task, f"{name}_docs")
        assert set(docs_of(None)["question_type"]) == {name}


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
    lost = task.process_results(doc, ["[LMMS_EVAL_REQUEST_FAILED] answer: A"])
    assert (lost["accuracy"]["score"], lost["unparsed"], lost["answers"]) == (0.0, 1.0, "unparsed")


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
    sink = task.logger.add(lambda message: said.append(str(message)), level="INFO")
    monkeypatch.setenv("FOURDP_QA_BENCH", str(stand_in))
    task.depth_docs(None)
    task.object_direction_docs(None)
    task.logger.remove(sink)
    assert len(said) == 1
    assert "'stand-in', 46 items, sha256:" in said[0]


def test_a_wrong_name_ends_the_run_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """lmms-eval retries every Exception and exits with 0; SystemExit it lets through."""
    monkeypatch.setenv("FOURDP_QA_BENCH", "/no/such/benchmark")
    with pytest.raises(SystemExit, match="FOURDP_QA_BENCH='/no/such/benchmark'") as stop:
        task.depth_docs(None)
    assert "\n" not in str(stop.value.code)


def test_a_benchmark_with_free_form_items_ends_the_run(
    tmp_path: Path, row_of, write_folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row_of("depth", 0), row_of("depth", 1, format="free_form")]
    monkeypatch.setenv("FOURDP_QA_BENCH", str(write_folder(tmp_path / "b", rows)))
    with pytest.raises(SystemExit, match="format: found free_form"):
        task.depth_docs(None)


def test_a_benchmark_built_anew_is_read_anew(
    tmp_path: Path, row_of, write_folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "b", [row_of("depth", 0)])
    monkeypatch.setenv("FOURDP_QA_BENCH", str(folder))
    assert task.depth_docs(None).num_rows == 1
    other = write_folder(tmp_path / "c", [row_of("depth", k) for k in range(3)])
    for file in other.iterdir():
        file.replace(folder / file.name)
    assert task.depth_docs(None).num_rows == 3


class _Functions(yaml.SafeLoader):
    """Reads ``!function a.b`` as the text ``a.b``."""


_Functions.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def load(file: Path) -> dict:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_Functions)  # noqa: S506


def test_every_function_named_in_a_task_file_exists() -> None:
    files = [*tasks_folder().glob("*.yaml"), *tasks_folder().glob("_*_yaml")]
    names = [word for file in files for word in file.read_text(encoding="utf-8").split()
             if word.startswith("fourdp_qa.")]
    assert len(names) > 10
    for name in names:
        module, _, function = name.rpartition(".")
        assert module == task.__name__
        assert callable(getattr(task, function))


def test_no_metric_name_is_part_of_another() -> None:
    """lmms-eval picks the metrics of a group by substring."""
    shared = next(tasks_folder().glob("_*_yaml"))
    names = [metric["metric"] for metric in load(shared)["metric_list"]]
    assert not [pair for pair in permutations(names, 2) if pair[0] in pair[1]]
    group = load(tasks_folder() / "4dpqa_bench.yaml")
    assert {metric["metric"] for metric in group["aggregate_metric_list"]} == set(names)
    assert set(group["task"]) == {
        load(file)["task"] for file in tasks_folder().glob("*.yaml") if file.stem != "4dpqa_bench"
    }
