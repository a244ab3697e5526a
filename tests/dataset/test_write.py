"""Publishing: the tree, the same bytes from the same input, and all or nothing."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import fourdp_qa.dataset.replacing as replacing_module
import fourdp_qa.dataset.write as write_module
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.tables import ROWS_PER_GROUP, write_rows
from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def staged(staged_example, tmp_path):
    return staged_example(tmp_path / "stage")


def test_the_tree_is_the_documented_one(staged, tmp_path):
    publish(staged, tmp_path / "fourdp-qa")
    types = {row.question_type for row in staged.rows}
    assert set(tree(tmp_path / "fourdp-qa")) == {
        "README.md", "generation.json", "proof/segments.parquet",
        *(f"train/{name}.parquet" for name in types),
        *(f"train/{row.file_name}" for row in staged.rows),
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fourdp-qa", "stage"], "nothing beside it"


def test_rows_proofs_and_settings_come_back_as_they_were(staged, tmp_path):
    publish(staged, tmp_path / "out")
    folder = DatasetFolder.open(tmp_path / "out")
    assert sorted(folder.rows(), key=lambda row: row.id) == staged.rows
    assert folder.settings == staged.settings
    assert [p.scene_id for p in folder.proofs()] == [p.scene_id for p in staged.proofs]
    for name in folder.types:
        rows = folder.rows(name)
        assert {row.question_type for row in rows} == {name}
        assert [row.id for row in rows] == sorted(row.id for row in rows)
        assert all(folder.clip_path(row).is_file() for row in rows)


def test_equal_inputs_give_equal_bytes_in_whatever_order_they_come(staged, staged_example, tmp_path):
    publish(staged, tmp_path / "one")
    again = staged_example(tmp_path / "other_stage")
    publish(replace(again, rows=again.rows[::-1], proofs=again.proofs[::-1]), tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_publishing_again_replaces_the_data_and_keeps_what_is_the_users(
    staged, staged_example, tmp_path
):
    out = tmp_path / "fourdp-qa"
    publish(staged, out)
    (out / "notes.txt").write_text("mine")
    (out / ".git").mkdir()
    (out / ".git" / "HEAD").write_text("ref")
    other = staged_example(tmp_path / "stage2", clips=5, seed=7)
    other = replace(other, rows=[r for r in other.rows if r.question_type != "depth"])
    publish(other, out)
    publish(other, tmp_path / "fresh")
    kept = {"notes.txt", ".git/HEAD"}
    assert {k: v for k, v in tree(out).items() if k not in kept} == tree(tmp_path / "fresh")
    assert kept <= set(tree(out))
    assert validate(out) == []


def test_without_clips_it_is_a_plain_table_of_the_same_configs(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", with_clips=False), tmp_path / "out")
    folder = DatasetFolder.open(tmp_path / "out")
    assert "file_name" not in pq.read_schema(tmp_path / "out/train/depth.parquet").names
    assert folder.clip_path(folder.rows()[0]) is None
    assert len(folder.configs) == 7 and validate(tmp_path / "out") == []


def test_it_says_how_far_it_is(staged, tmp_path):
    told = []
    publish(staged, tmp_path / "out", progress=lambda *step: told.append(step))
    assert told == [("publish clips", done, 12) for done in range(1, 13)]
    told.clear()
    validate(tmp_path / "out", progress=lambda *step: told.append(step))
    by_table = [("check rows", done, 84) for done in range(14, 85, 14)]
    assert told == [*by_table, ("check clips", 0, 12), ("check clips", 12, 12)]


def test_tables_have_a_page_index_and_small_row_groups(staged, tmp_path):
    rows = [replace(staged.rows[0], id=f"toy-{i:08d}") for i in range(2 * ROWS_PER_GROUP + 5)]
    write_rows(rows, tmp_path / "t.parquet", with_clips=True)
    facts = pq.ParquetFile(tmp_path / "t.parquet").metadata
    assert facts.num_row_groups == 3
    assert facts.row_group(0).column(0).has_offset_index


def test_the_digest_changes_with_a_row_and_with_a_clip(staged, staged_example, tmp_path):
    publish(staged, tmp_path / "a")
    before = DatasetFolder.open(tmp_path / "a").digests
    rows = [replace(r, margin=9.0) if r.question_type == "depth" else r for r in staged.rows]
    publish(replace(staged, rows=rows), tmp_path / "a")
    after = DatasetFolder.open(tmp_path / "a").digests
    assert {name for name in before if before[name] != after[name]} == {"all", "depth"}
    clip = staged.clips_root / staged.rows[0].file_name
    data = clip.read_bytes() + b"\0\0\0\x08free"  # another file with the same pictures
    clip.unlink()
    clip.write_bytes(data)
    publish(staged, tmp_path / "a")
    assert DatasetFolder.open(tmp_path / "a").digests["all"] not in (before["all"], after["all"])


@pytest.mark.parametrize("name", ["README.md", "data.csv"])
def test_a_folder_with_other_things_is_never_replaced(staged, tmp_path, name):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / name).write_text("precious")
    with pytest.raises(FourdpQaError, match="found a folder with other files"):
        publish(staged, tmp_path / "home")
    assert (tmp_path / "home" / name).read_text() == "precious"


@pytest.mark.parametrize(("change", "message"), [
    (lambda s: replace(s, rows=[]), "found no rows"),
    (lambda s: replace(s, rows=[*s.rows, s.rows[3]]), "id: found twice"),
    (lambda s: replace(s, rows=[replace(s.rows[0], file_name="../x.mp4")]), r"found '\.\./x\.mp4'"),
    (lambda s: replace(s, rows=[replace(s.rows[0], file_name="videos/toy/00/no.mp4")]),
     r"found no clip .*no\.mp4"),
])
def test_what_cannot_be_published_leaves_the_old_folder_alone(staged, tmp_path, change, message):
    publish(staged, tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(FourdpQaError, match=message):
        publish(change(staged), tmp_path / "out")
    assert tree(tmp_path / "out") == before


class Killed(BaseException):
    """Stands for SIGKILL: nothing may clean up after it."""


STOPS = [
    *((write_module, name) for name in ("check_target", "fresh_folder_beside", "_build",
                                        "write_rows", "file_digest", "card_text", "take_place")),
    *((replacing_module, name) for name in ("remove", "hand_on")),
]


@pytest.mark.parametrize(("module", "where"), STOPS, ids=[name for _, name in STOPS])
@pytest.mark.parametrize("after", [False, True])
def test_stopped_anywhere_it_is_the_old_or_the_new_data_and_the_next_run_finishes(
    staged, staged_example, tmp_path, monkeypatch, module, where, after
):
    out = tmp_path / "fourdp-qa"
    publish(staged, out)
    (out / "notes.txt").write_text("mine")
    old = {k: v for k, v in tree(out).items() if k != "notes.txt"}
    other = staged_example(tmp_path / "stage2", clips=5, seed=7)
    publish(other, tmp_path / "fresh")
    new = tree(tmp_path / "fresh")
    real = getattr(module, where)

    def killed(*args, **kwargs):
        if after:
            real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(module, where, killed)
    with pytest.raises(Killed):
        publish(other, out)
    monkeypatch.undo()
    if out.exists():
        assert {k: v for k, v in tree(out).items() if k != "notes.txt"} in (old, new)
    publish(other, out)
    assert {k: v for k, v in tree(out).items() if k != "notes.txt"} == new
    assert (out / "notes.txt").read_text() == "mine"
    assert not list(tmp_path.glob(".fourdp-qa.*"))


def test_stopped_between_its_two_moves_the_old_data_come_back(
    staged, staged_example, tmp_path, monkeypatch
):
    out = tmp_path / "fourdp-qa"
    publish(staged, out)
    (out / "notes.txt").write_text("mine")
    rename = Path.rename

    def first_only(self, target):
        if self.name == ".fourdp-qa.building":
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", first_only)
    other = staged_example(tmp_path / "stage2", clips=5, seed=7)
    with pytest.raises(Killed):
        publish(other, out)
    monkeypatch.undo()
    assert not out.exists(), "no folder at all, never a mixture"
    publish(other, out)
    assert validate(out) == [] and (out / "notes.txt").read_text() == "mine"


def test_a_disk_that_refuses_is_one_line(staged, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FourdpQaError, match=r"file/out: cannot be written"):
        publish(staged, tmp_path / "file" / "out")
    with pytest.raises(FourdpQaError, match="found a file, expected a folder"):
        publish(staged, tmp_path / "file")


@pytest.mark.long
def test_killed_for_real_at_many_moments_it_is_always_old_or_new(staged_example, tmp_path):
    out = tmp_path / "fourdp-qa"
    publish(staged_example(tmp_path / "stage"), out)
    old = tree(out)
    other = staged_example(tmp_path / "stage2", clips=60, per_type=300, seed=7)
    publish(other, tmp_path / "fresh")
    new = tree(tmp_path / "fresh")
    code = (
        "import sys, pickle\nfrom pathlib import Path\n"
        "from fourdp_qa.dataset.write import publish\n"
        "staged = pickle.load(open(sys.argv[1], 'rb'))\nprint('ready', flush=True)\n"
        "publish(staged, Path(sys.argv[2]))\n"
    )
    import pickle
    import time

    (tmp_path / "staged.pickle").write_bytes(pickle.dumps(other))
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", code, tmp_path / "staged.pickle", out], stdout=subprocess.PIPE
        )
        process.stdout.readline()
        time.sleep(0.03 * moment)
        process.kill()
        process.wait()
        assert not out.exists() or tree(out) in (old, new)
    publish(other, out)
    assert tree(out) == new
