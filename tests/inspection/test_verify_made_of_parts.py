"""A benchmark of two generations, and a folder with names from a captions file, are proved too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.benchmark import read_benchmark, write_benchmark
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.verify import verify

SMALL = ["--size", "64", "--frames", "12", "--workers", "1", "--seed", "4"]


def run(*arguments):
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    """Two scenes on their own, and one of another seed in its variants."""
    out = tmp_path_factory.mktemp("bench") / "parts"
    run("bench", "simulator", "--scenes", 2, "--items", 3, "--name", "parts", "--group-scenes", 1,
        "--group-items", 8, "--out", out, *SMALL)
    return out


def test_a_benchmark_with_groups_beside_the_rest_is_as_its_scenes_say(benchmark):
    rows = read_benchmark(benchmark).rows
    assert {bool(r.group_id) for r in rows} == {True, False} and len({r.seed for r in rows}) == 2
    found = verify(benchmark)
    assert found.ok, (found.differences, found.unverified, found.contradictions, found.unread)
    assert found.rows == len(rows)


def test_one_wrong_answer_in_a_group_is_found(benchmark, tmp_path):
    read = read_benchmark(benchmark)
    folder = tmp_path / "clips" / "videos"
    folder.mkdir(parents=True)
    for name, data in read.clips.items():
        (folder / name).write_bytes(data)
    wrong = next(r for r in read.rows if r.group_id and r.format == "yes_no")
    other = {"Yes": "No", "No": "Yes"}[wrong.answer]
    rows = [replace(r, file_name=f"videos/{read.clip_of[r.id]}") for r in read.rows if r.id != wrong.id]
    rows.append(replace(wrong, answer=other, answer_text=other,
                        file_name=f"videos/{read.clip_of[wrong.id]}"))
    write_benchmark(rows, tmp_path / "clips", tmp_path / "wrong", "parts")
    assert {d.row_id for d in verify(tmp_path / "wrong").differences} == {wrong.id}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """A folder made with the names of a captions file, and the file."""
    folder = tmp_path_factory.mktemp("renamed")
    names = folder / "names.json"
    run("caption", "simulator", "--scenes", 2, "--size", 64, "--frames", 12, "--seed", 4, "--clean",
        "--out", names)
    run("generate", "simulator", "--scenes", 2, "--no-clips", "--captions", names,
        "--out", folder / "data", *SMALL)
    return folder / "data", names


def test_a_folder_with_names_from_a_file_is_proved_with_that_file(renamed):
    folder, names = renamed
    found = verify(folder, captions=names)
    assert found.ok and found.rows > 20


def test_without_the_file_nothing_is_compared(renamed):
    folder, _ = renamed
    with pytest.raises(FourdpQaError, match=r"captions: found none .* give that file with --captions"):
        verify(folder)
