"""Benchmarks of known answers, in the published layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.rows.details import Evidence, NamedFrames, to_json
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


def write_benchmark_folder(folder: Path, rows: list[Row], name: str = "stand-in") -> Path:
    """A benchmark folder whose clips, one a scene, are tiny and of one grey."""
    clips = folder.with_name(f"{folder.name}-clips")
    for brightness, scene in enumerate(sorted({row.scene_id for row in rows})):
        frames = np.full((FRAMES, 32, 32, 3), 20 + 9 * brightness, dtype=np.uint8)
        (clips / "videos").mkdir(parents=True, exist_ok=True)
        encode_clip(frames, clips / "videos" / f"{scene}.mp4", fps=8.0)
    write_benchmark(rows, clips, folder, name)
    return folder


@pytest.fixture
def row_of() -> Callable[..., Row]:
    return make_row


@pytest.fixture
def write_folder() -> Callable[..., Path]:
    return write_benchmark_folder


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """Six items of camera movement, four of each other type."""
    counts = {name: 6 if name == "camera_movement" else 4 for name in TYPES}
    rows = [make_row(name, number) for name, count in counts.items() for number in range(count)]
    return write_benchmark_folder(tmp_path / "stand-in", rows)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test writes into the user's cache or sees the user's benchmark."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("FOURDP_QA_CACHE", str(cache))
    monkeypatch.delenv("FOURDP_QA_BENCH", raising=False)
    return cache
