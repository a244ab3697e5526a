"""Benchmarks of known answers, in the published layout."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.rows.details import Evidence, NamedFrames, TrackEvidence, to_json
from fourdp_qa.rows.row import Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION

TYPES = {
    "camera_movement": "camera", "camera_object_distance": "camera",
    "object_rotation": "object", "object_direction": "object", "agent_motion": "object",
    "moved_distance": "object", "object_object_distance_change": "object",
    "depth": "spatial", "object_object_distance": "spatial", "multi_view_depth": "spatial",
    "multi_view_object_distance": "spatial",
}
FRAMES = 8


def make_row(question_type: str, number: int, **changes: object) -> Row:
    """Items 0, 1, 2, ... of a type: choice with answer A, B, A, B, ..., yes/no Yes, No, Yes, ...

    Agent motion and the spatial types have only yes/no; of the others every even item is a choice.
    """
    two_options = TYPES.get(question_type) == "spatial" or question_type == "agent_motion"
    choice = not two_options and number % 2 == 0
    half = number if two_options else number // 2
    options = ["forward", "backward", "left", "right"] if choice else []
    answer = ("AB" if choice else ("Yes", "No"))[half % 2]
    values: dict[str, object] = {
        "id": f"tst-00000000-s{number:02d}-{question_type}", "file_name": f"videos/scene-{number // 2}.mp4",
        "question_type": question_type, "category": TYPES.get(question_type, "tracking"),
        "format": "multiple_choice" if choice else "yes_no",
        "question": "How does the camera move?" if choice else "Does the camera move forward?",
        "options": options, "answer": answer,
        "answer_text": options["AB".index(answer)] if choice else answer,
        "reference_system": "camera", "naming": "none", "objects": "[]",
        "frames": to_json(NamedFrames(FRAMES)), "evidence": to_json(Evidence("it moves forward")),
        "margin": 1.0, "entangled": "agree", "cue_conflict": "none", "camera_motion": "high",
        "scene_motion": "none", "group_id": "", "variant": "", "source": "test",
        "scene_id": f"scene-{number // 2}", "segment": "", "split_unit": f"scene-{number // 2}",
        "license": "CC-BY-4.0", "label_quality": "exact", "seed": "0", "generator_version": GENERATOR_VERSION,
        "schema_version": SCHEMA_VERSION, "template_id": "t",
    }
    return Row(**(values | changes))  # type: ignore[arg-type]


def make_track_row(question_type: str, number: int, **changes: object) -> Row:
    """A point that the picture carries to the right and the world carries down, a twentieth a frame.

    Visible but for the last frame; asked at frames 6, 2 and 7.
    """
    visual = tuple((0.2 + 0.05 * t, 0.3) for t in range(FRAMES))
    true_motion = tuple((0.2, 0.3 + 0.05 * t) for t in range(FRAMES))
    visible = tuple(t < FRAMES - 1 for t in range(FRAMES))
    asked = visual if question_type == "visual_point_tracking" else true_motion
    targets = (6, 2, 7)
    answer = "\n".join(
        f"frame {t}: ({asked[t][0]:.3f}, {asked[t][1]:.3f}) {'visible' if visible[t] else 'not visible'}"
        for t in targets)
    values: dict[str, object] = {
        "format": "track", "options": [], "question": "Where does the point at (0.200, 0.300) go?",
        "answer": answer, "answer_text": answer, "reference_system": "screen", "entangled": "different",
        "frames": to_json(NamedFrames(FRAMES, (0,), targets)),
        "evidence": to_json(Evidence("a point", (), TrackEvidence(0, visual, true_motion, visible))),
    }
    return make_row(question_type, number, **(values | changes))


def make_group(name: str, answers: str, scene: str, **changes: object) -> list[Row]:
    """Rows of a counterfactual group with the given letters or, as ``YN``, Yes and No."""
    words = {"Y": "Yes", "N": "No"}
    yes_no = set(answers) <= set(words)
    return [
        make_row("object_object_distance_change", 0, **({
            "id": f"tst-{name}-v{n}", "group_id": name, "variant": f"variant-{n}", "segment": "0",
            "scene_id": f"{scene}-v{n}", "split_unit": scene, "file_name": f"videos/{scene}-v{n}.mp4",
            "format": "yes_no" if yes_no else "multiple_choice",
            "options": [] if yes_no else ["Increases", "Decreases", "Stays about the same",
                                          "Increases first, then decreases"],
            "answer": words.get(letter, letter),
        } | changes))
        for n, letter in enumerate(answers)
    ]


def write_benchmark_folder(folder: Path, rows: list[Row], name: str = "stand-in") -> Path:
    """A benchmark folder whose clips, one a scene, are tiny and of one grey."""
    clips = folder.with_name(f"{folder.name}-clips")
    for brightness, scene in enumerate(sorted({row.scene_id for row in rows})):
        frames = np.full((FRAMES, 32, 32, 3), 20 + 9 * brightness, dtype=np.uint8)
        (clips / "videos").mkdir(parents=True, exist_ok=True)
        encode_clip(frames, clips / "videos" / f"{scene}.mp4", fps=8.0)
    write_benchmark(rows, clips, folder, name)
    return folder


def _beside(name: str) -> ModuleType:
    """A module that lies beside this file: tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def loopback() -> ModuleType:
    """The module loopback: an OpenAI-compatible endpoint on this machine."""
    return _beside("loopback")


@pytest.fixture
def tiny_qwen() -> ModuleType:
    """The module tiny_qwen: a model with random weights."""
    return _beside("tiny_qwen")


@pytest.fixture
def write_ramp(tmp_path: Path) -> Callable[[list[Row]], Path]:
    """Writes a benchmark about one clip of 32 frames that grows brighter from frame to frame."""
    def write(rows: list[Row]) -> Path:
        frames = np.stack([np.full((64, 64, 3), 20 + 6 * t, dtype=np.uint8) for t in range(32)])
        (tmp_path / "clips" / "videos").mkdir(parents=True)
        encode_clip(frames, tmp_path / "clips" / "videos" / "ramp.mp4", fps=12.0)
        same = [replace(row, file_name="videos/ramp.mp4") for row in rows]
        write_benchmark(same, tmp_path / "clips", tmp_path / "bench", "ramp")
        return tmp_path / "bench"

    return write


@pytest.fixture
def row_of() -> Callable[..., Row]:
    return make_row


@pytest.fixture
def track_row_of() -> Callable[..., Row]:
    return make_track_row


@pytest.fixture
def group_of() -> Callable[..., list[Row]]:
    return make_group


@pytest.fixture
def write_folder() -> Callable[..., Path]:
    return write_benchmark_folder


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """Six items of camera movement, four of each other type, two tracks of each kind, two groups."""
    counts = {name: 6 if name == "camera_movement" else 4 for name in TYPES}
    rows = [make_row(name, number) for name, count in counts.items() for number in range(count)]
    rows += [make_track_row(name, number) for name in ("visual_point_tracking", "true_motion_point_tracking")
             for number in (0, 2)]
    rows += make_group("group-1", "AABA", "scene-0") + make_group("group-2", "YNYYY", "scene-1")
    return write_benchmark_folder(tmp_path / "stand-in", rows)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test writes into the user's cache or sees the user's benchmark."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("FOURDP_QA_CACHE", str(cache))
    monkeypatch.delenv("FOURDP_QA_BENCH", raising=False)
    return cache
