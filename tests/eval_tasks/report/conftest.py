"""Runs of known answers, in the files that lmms-eval writes: the records are made by the tasks' own code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.lmms import task, track_task
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.rows.details import Evidence, NamedFrames, to_json
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import Row

STAMP = "20260102_030405"
FRAMES = 8
MOVING = ("camera_movement", "camera_object_distance", "object_rotation", "object_direction", "agent_motion",
          "moved_distance", "object_object_distance_change")
COMPARING = ("depth", "object_object_distance", "multi_view_depth", "multi_view_object_distance")
PICTURE = ("agree", "agree", "opposite", "different")
LEVELS = ("none", "low", "high")
RIGHT = ((0.2, 0.5), (0.3, 0.5), (0.4, 0.5), (0.5, 0.5), (0.6, 0.5), (0.7, 0.5), (0.8, 0.5), (0.9, 0.5))
"""The picture's track of a point: it drifts to the right; in the world it rests at the first place."""


def benchmark_rows(row_of: Callable[..., Row], items: int = 24) -> list[Row]:
    """`items` of every type 1-11, two a scene; of types 1-7 the picture misleads about two in four."""
    rows = []
    for name in (*MOVING, *COMPARING):
        for n in range(items):
            moving, scene = name in MOVING, n // 2
            rows.append(row_of(
                name, n, entangled=PICTURE[scene % 4] if moving else "none",
                cue_conflict="none" if moving else ("none", "size")[scene % 2],
                camera_motion=LEVELS[n % 3], scene_motion=LEVELS[(n // 3) % 3],
            ))
    return rows


def track_rows(row_of: Callable[..., Row], question_type: str, items: int = 8) -> list[Row]:
    """Items of type 12 or 13 about a resting point under a moving camera."""
    rests = (RIGHT[0],) * FRAMES
    true = question_type == "true_motion_point_tracking"
    evidence = Evidence("it rests", track=TrackEvidence(0, RIGHT, rests, (True,) * FRAMES))
    rows = []
    for n in range(items):
        targets = (7, 2 + n % 4)
        answer = "\n".join(
            f"frame {t}: ({(rests if true else RIGHT)[t][0]:.3f}, 0.500) visible" for t in targets)
        rows.append(row_of(
            question_type, n, format="track", options=[], answer=answer, answer_text=answer,
            evidence=to_json(evidence), frames=to_json(NamedFrames(FRAMES, (0,), targets)),
            entangled="different", id=f"tst-00000000-s{n:02d}-{question_type}"))
    return rows


def group_rows(row_of: Callable[..., Row], groups: int = 3) -> list[Row]:
    """Groups of four variants of which two are answered with Yes."""
    return [
        row_of("camera_object_distance", 2 * g + 1, id=f"tst-00000000-g{g:02d}-{k}", group_id=f"group-{g}",
               variant=f"variant-{k}", answer=("Yes", "No")[k % 2], answer_text=("Yes", "No")[k % 2],
               scene_id=f"scene-{g}-{k}", split_unit=f"scene-{g}")
        for g in range(groups) for k in range(4)
    ]


def write_run(
    folder: Path, rows: Iterable[Row], answer: Callable[[Row], str], *, model: str = "stub",
    model_args: str = "", name: str = "stand-in", stamp: str = STAMP, all_rows: Iterable[Row] | None = None,
) -> Path:
    """Write what lmms-eval writes for a model that answers `rows` with `answer`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(rows)
    benchmark = f"{name} {questions_digest(rows if all_rows is None else all_rows)}"
    files: dict[str, list[str]] = {}
    for row in rows:
        doc = asdict(row) | {"clip": f"/clips/{row.scene_id}.mp4", "benchmark": benchmark,
                             "group_size": 4 if row.group_id else 0}
        response = answer(row)
        if row.group_id:
            leaf, metrics = "4dpqa_groups", task.process_group_results(doc, [response])
        elif row.format == "track":
            leaf, metrics = f"4dpqa_{row.question_type}", track_task.process_results(doc, [response])
        else:
            leaf, metrics = f"4dpqa_{row.question_type}", task.process_results(doc, [response])
        sample = {"doc_id": len(files.get(leaf, [])), "target": row.answer, "filtered_resps": response,
                  "input": task.doc_to_text(doc), **metrics}
        files.setdefault(leaf, []).append(json.dumps(sample))
    for leaf, lines in files.items():
        (folder / f"{stamp}_samples_{leaf}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts = {
        "results": {}, "n-samples": {leaf: {"original": len(lines), "effective": len(lines)}
                                     for leaf, lines in files.items()},
        "config": {"model": model, "model_args": model_args, "limit": None, "gen_kwargs": "",
                   "resolved_cli_args": {"model": model, "model_args": model_args, "tasks": "4dpqa_bench",
                                         "log_samples": True, "output_path": "out"}},
        "lmms_eval_version": "0.7.3", "date": stamp,
    }
    (folder / f"{stamp}_results.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.fixture
def rows(row_of: Callable[..., Row]) -> list[Row]:
    return benchmark_rows(row_of)


@pytest.fixture
def more_rows(row_of: Callable[..., Row]) -> Callable[[int], list[Row]]:
    return lambda items: benchmark_rows(row_of, items)


@pytest.fixture
def tracks(row_of: Callable[..., Row]) -> Callable[..., list[Row]]:
    return lambda question_type, items=8: track_rows(row_of, question_type, items)


@pytest.fixture
def groups(row_of: Callable[..., Row]) -> list[Row]:
    return group_rows(row_of)


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Path]:
    """``run_of("name", rows, answer)``: the folder of a run."""
    return lambda folder, rows, answer, **settings: write_run(tmp_path / folder, rows, answer, **settings)
