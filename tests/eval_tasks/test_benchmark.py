"""Which benchmark is scored: found by name, read whole, never another one silently."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.lmms.benchmark import locate, read
from fourdp_qa.eval_tasks.lmms.clip_cache import clips_folder, unpack_clip
from fourdp_qa.eval_tasks.locations import mini_benchmark, tasks_folder
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import row_from_mapping


def test_a_folder_is_read_with_its_clips_unpacked_once(stand_in: Path, own_cache: Path) -> None:
    benchmark = read(stand_in)
    assert (benchmark.name, benchmark.table.num_rows) == ("stand-in", 59)
    clips = set(benchmark.table.column("clip").to_pylist())
    assert len(clips) == 3 + 9  # one a scene, however many questions share it, and one a variant
    assert {Path(clip).parent for clip in clips} == {own_cache / "clips"}
    assert decode_clip(min(clips)).shape == (8, 32, 32, 3)
    written = {clip: Path(clip).stat().st_mtime_ns for clip in clips}
    read(stand_in)
    assert written == {clip: Path(clip).stat().st_mtime_ns for clip in clips}
    assert len(list((own_cache / "clips").iterdir())) == 12


def test_the_packaged_benchmark_is_the_default_and_reads() -> None:
    assert locate(None) == mini_benchmark()
    benchmark = read(locate(None))
    rows = [row_from_mapping(values) for values in benchmark.table.to_pylist()]
    assert benchmark.questions_digest == questions_digest(rows)
    for name in ("camera_movement", "camera_object_distance", "object_direction", "depth"):
        assert benchmark.items_of(name).num_rows > 0


def test_a_folder_is_named_relative_to_where_one_stands(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stand_in.parent)
    assert locate("stand-in") == locate(str(stand_in)) == stand_in.resolve()


@pytest.mark.parametrize("setting", ["no-such-folder", "./no/such", "/no/such/folder", ""])
def test_a_wrong_name_is_an_error_that_says_it(setting: str) -> None:
    with pytest.raises(FourdpQaError, match=f"FOURDP_QA_BENCH='{setting}'") as error:
        locate(setting)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("setting", ["org/bench", "org/bench@v1"])
def test_a_repository_of_the_hub_is_fetched(
    setting: str, stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def snapshot(repository: str, **options: object) -> str:
        asked.update(options, repository=repository)
        return str(stand_in)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert read(locate(setting)).name == "stand-in"
    assert (asked["repository"], asked["repo_type"]) == ("org/bench", "dataset")
    assert asked["revision"] == ("v1" if "@" in setting else None)


def test_a_repository_that_is_not_there_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    def snapshot(repository: str, **options: object) -> str:
        raise LocalEntryNotFoundError("Cannot find it. Second sentence.\nsecond line")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    with pytest.raises(FourdpQaError, match=r"'org/bench': found neither .*\(Cannot find it\)"):
        locate("org/bench")


def test_a_folder_that_is_no_benchmark_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FourdpQaError, match=r"benchmark\.json: found nothing"):
        read(tmp_path)


def change_facts(folder: Path, **changes: str) -> None:
    file = folder / "benchmark.json"
    facts = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(facts | changes), encoding="utf-8")


def test_rows_that_are_not_those_of_the_digest_are_an_error(stand_in: Path) -> None:
    change_facts(stand_in, questions_digest="sha256:other")
    with pytest.raises(FourdpQaError, match="expected sha256:other as"):
        read(stand_in)


def test_missing_rows_and_columns_are_errors(stand_in: Path) -> None:
    table = pq.read_table(stand_in / "test.parquet")
    pq.write_table(table.drop_columns(["options", "video"]), stand_in / "test.parquet")
    with pytest.raises(FourdpQaError, match="options, video: found no such column"):
        read(stand_in)
    (stand_in / "test.parquet").unlink()
    with pytest.raises(FourdpQaError, match=r"test\.parquet: found nothing"):
        read(stand_in)


def test_a_benchmark_of_another_schema_is_an_error(stand_in: Path) -> None:
    change_facts(stand_in, schema_version="0.1")
    with pytest.raises(FourdpQaError, match=r"schema_version: found 0\.1"):
        read(stand_in)


def test_a_type_that_a_benchmark_lacks_is_an_error_that_lists_the_others(
    tmp_path: Path, row_of, write_folder
) -> None:
    folder = write_folder(tmp_path / "b", [row_of("depth", k) for k in range(2)])
    with pytest.raises(FourdpQaError, match="found depth, expected items of object_direction"):
        read(folder).items_of("object_direction")


def test_a_cache_that_cannot_be_written_is_an_error_that_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FOURDP_QA_CACHE", str(tmp_path / "file"))
    with pytest.raises(FourdpQaError, match="FOURDP_QA_CACHE"):
        unpack_clip(b"clip", clips_folder())


def test_the_cache_is_the_platforms_own_when_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOURDP_QA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert clips_folder() == tmp_path / "fourdp-qa" / "clips"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert clips_folder() == tmp_path / "local" / "fourdp-qa" / "clips"


def test_the_tasks_lie_where_include_path_is_told() -> None:
    assert (tasks_folder() / "4dpqa_bench.yaml").is_file()
