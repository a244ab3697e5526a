"""What a push sends, in which order, and what it takes away."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from loopback_hub import Fault

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.publishing import plan as planning

NAME = "acme/fourdp-qa"


def relative_files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def without(staged, clip_name, out):
    """The same generation without the rows of a clip, published to `out`."""
    rows = [row for row in staged.rows if row.file_name != clip_name]
    publish(replace(staged, rows=rows), out)


@pytest.fixture
def small_commits(monkeypatch):
    monkeypatch.setattr(planning, "FILES_PER_COMMIT", 5)


def test_a_push_makes_the_repository_what_the_folder_is(outcome_of, folder, hub, really_checked):
    outcome = outcome_of(folder)
    repo = hub.repos[NAME]
    assert sorted(repo.files) == sorted([*relative_files(folder), ".gitattributes"])
    for path in set(relative_files(folder)) - {"README.md"}:
        assert repo.files[path].data == (folder / path).read_bytes(), path
    assert not repo.private and outcome.pushed.created
    assert outcome.pushed.commits == len(hub.commits) == 2
    assert outcome.said == outcome.waited == []


def test_no_state_of_the_repository_names_clips_that_are_not_there(outcome_of, folder, hub, small_commits):
    outcome_of(folder)
    assert [len(commit.added) for commit in hub.commits] == [5, 5, 2, 6]
    assert [commit.summary for commit in hub.commits][-1] == "Publish with fourdp-qa (4 of 4)"
    named = 0
    for _, files in hub.repos[NAME].commits:
        for path in (path for path in files if path.startswith("train/") and path.endswith(".parquet")):
            table = pq.read_table(io.BytesIO(files[path].data), columns=["file_name"])
            names = set(table.column(0).to_pylist())
            named += len(names)
            assert {f"train/{name}" for name in names} <= set(files)
    assert named, "the last state names clips"


def test_pushing_the_same_again_sends_nothing(outcome_of, folder, hub):
    outcome_of(folder)
    hub.forget()
    outcome = outcome_of(folder)
    assert outcome.pushed.plan.is_empty and not outcome.pushed.created
    assert {request.method for request in hub.requests} <= {"GET", "HEAD"}


def test_pushing_after_a_change_sends_what_changed(outcome_of, folder, hub, staged):
    outcome_of(folder)
    hub.forget()
    changed = staged.rows[0].file_name
    stage = staged.clips_root.parent / "changed"
    for name in {row.file_name for row in staged.rows}:
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((staged.clips_root / name).read_bytes())
    encode_clip(np.full((12, 64, 64, 3), 90, np.uint8), stage / changed, 12.0)
    left_out = next(row.id for row in staged.rows if row.question_type == "depth")
    rows = [row for row in staged.rows if row.id != left_out]
    publish(replace(staged, rows=rows, clips_root=stage), folder)
    outcome_of(folder)
    # The card holds the digests of what changed; proofs, settings and the other tables are as they were.
    assert hub.added() == [f"train/{changed}", "train/depth.parquet", "README.md"]
    large = {(folder / path).read_bytes() for path in hub.added()[:2]}
    assert set(hub.uploaded()) == large and len(hub.uploaded()) == 2
    assert hub.deleted() == []


def test_what_is_gone_here_goes_there_and_nothing_else(outcome_of, folder, hub, staged):
    foreign = dict.fromkeys(("notes/how.txt", "train/extra.txt", "LICENSE", "eval.yaml"), b"by hand")
    hub.create(NAME, files=foreign)
    outcome_of(folder)
    hub.forget()
    clip = staged.rows[0].file_name
    without(staged, clip, folder)
    outcome_of(folder)
    assert hub.deleted() == [f"train/{clip}"]
    files = hub.repos[NAME].files
    assert all(files[path].data == data for path, data in foreign.items())
    # In one commit with the tables that named it until then.
    assert len(hub.commits) == 1 and "train/depth.parquet" in hub.added()


def test_many_deletions_follow_in_commits_of_their_own(outcome_of, folder, hub, staged, monkeypatch):
    outcome_of(folder)
    hub.forget()
    monkeypatch.setattr(planning, "FILES_PER_COMMIT", 9)
    few = sorted({row.file_name for row in staged.rows})[:2]
    publish(replace(staged, rows=[row for row in staged.rows if row.file_name in few]), folder)
    outcome_of(folder)
    assert len(hub.deleted()) == 10
    counts = [(len(commit.added), len(commit.deleted)) for commit in hub.commits]
    assert all(sum(count) <= 9 for count in counts) and counts[-1][0] == 0


def test_a_type_without_rows_takes_its_table_along(outcome_of, folder, hub, staged):
    outcome_of(folder)
    hub.forget()
    publish(replace(staged, rows=[row for row in staged.rows if row.question_type != "depth"]), folder)
    outcome_of(folder)
    assert "train/depth.parquet" in hub.deleted()
    assert "depth" not in DatasetFolder.open(folder).configs


def test_a_licence_text_beside_the_card_is_sent_and_other_files_are_not(outcome_of, folder, hub):
    (folder / "LICENSE").write_text("You may.\n")
    (folder / "notes.txt").write_text("mine\n")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("[remote]\n")
    outcome = outcome_of(folder)
    assert hub.repos[NAME].files["LICENSE"].data == b"You may.\n"
    assert outcome.pushed.left_out == (".git", "notes.txt")
    assert not {"notes.txt", ".git/config"} & set(hub.repos[NAME].files)


def test_a_folder_without_clips(outcome_of, hub, staged, tmp_path, really_checked):
    from dataclasses import asdict

    rows = [replace(row, file_name="") for row in staged.rows]
    settings = type(staged.settings)(**{**asdict(staged.settings), "clips": False})
    publish(replace(staged, rows=rows, settings=settings, clips_root=None), tmp_path / "made")
    outcome_of(tmp_path / "made")
    assert len(hub.commits) == 1
    assert not [path for path in hub.repos[NAME].files if path.endswith(".mp4")]


def test_somebody_commits_while_we_push(outcome_of, folder, hub, monkeypatch):
    """Our commit is made on what the repository is then, and their file stays."""
    planned = planning.Plan.commits

    def commits_late(plan):
        if "theirs.txt" not in hub.repos[NAME].files:
            hub.edit(NAME, "theirs.txt", "hello")
        return planned(plan)

    monkeypatch.setattr(planning.Plan, "commits", commits_late)
    outcome = outcome_of(folder)
    assert "theirs.txt" in hub.repos[NAME].files and "train/depth.parquet" in hub.repos[NAME].files
    assert outcome.said == ["the Hub says that someone else is committing; waiting 0 s (try 1 of 6)"]


def test_a_file_that_the_repository_hides_ends_the_push(outcome_of, folder, hub):
    hub.create(NAME, files={".gitignore": b".mp4\n"})
    with pytest.raises(FourdpQaError, match=r"\.mp4: found it different after 3 pushes.*\.gitignore"):
        outcome_of(folder)


def test_private_is_private(outcome_of, folder, hub):
    outcome_of(folder, private=True)
    assert hub.repos[NAME].private


def test_private_into_a_public_repository_is_refused(outcome_of, folder, hub):
    hub.create(NAME)
    with pytest.raises(FourdpQaError, match="found a public repository, expected a private one"):
        outcome_of(folder, private=True)
    assert hub.commits == []


def test_a_benchmark_is_one_table_with_its_clips(outcome_of, bench, hub, really_checked):
    outcome_of(bench, "acme/bench")
    assert sorted(hub.repos["acme/bench"].files) == [
        ".gitattributes", "README.md", "benchmark.json", "test.parquet"]
    assert hub.uploaded() == [(bench / "test.parquet").read_bytes()]
    hub.forget()
    assert outcome_of(bench, "acme/bench").pushed.plan.is_empty


def test_a_published_benchmark_is_frozen(outcome_of, bench, hub, staged):
    from fourdp_qa.dataset.benchmark import write_benchmark

    outcome_of(bench, "acme/bench")
    hub.forget()
    write_benchmark(staged.rows[:40], staged.clips_root, bench, "toy")
    with pytest.raises(FourdpQaError, match="a published benchmark is frozen"):
        outcome_of(bench, "acme/bench")
    assert hub.commits == []


@pytest.mark.parametrize(("first", "second", "said"), [
    ("fourdp-qa", "bench", "found a training set"),
    ("bench", "fourdp-qa", "found a benchmark"),
])
def test_training_and_benchmark_do_not_share_a_repository(outcome_of, written, hub, first, second, said):
    outcome_of(written / first, NAME)
    hub.forget()
    with pytest.raises(FourdpQaError, match=said):
        outcome_of(written / second, NAME)
    assert hub.commits == []


def test_tables_of_somebody_else_are_never_deleted(outcome_of, folder, hub):
    hub.create(NAME, files={"train/data.parquet": b"theirs"})
    with pytest.raises(FourdpQaError, match=r"found train/data\.parquet without generation\.json"):
        outcome_of(folder)
    assert hub.commits == [] and "train/data.parquet" in hub.repos[NAME].files


def test_an_unsound_folder_is_refused_before_anything_is_asked(outcome_of, folder, hub, really_checked):
    next(folder.rglob("*.mp4")).unlink()
    with pytest.raises(FourdpQaError, match="not sound, nothing was sent"):
        outcome_of(folder)
    assert hub.requests == []


def test_another_folder_is_refused(outcome_of, tmp_path, hub):
    (tmp_path / "README.md").write_text("# Notes\n")
    with pytest.raises(FourdpQaError, match=r"expected a folder written by `fourdp-qa generate`"):
        outcome_of(tmp_path)


@pytest.mark.parametrize("name", ["fourdp-qa", "acme/fourdp/qa", "acme/", "acme/four dp", "../acme"])
def test_a_name_is_an_organisation_and_a_name(outcome_of, folder, hub, name):
    with pytest.raises(FourdpQaError, match="expected ORGANISATION/NAME"):
        outcome_of(folder, name)
    assert hub.requests == []


def test_listings_of_several_pages_are_read_to_their_end(outcome_of, folder, hub):
    outcome_of(folder)
    hub.forget()
    hub.page = 3
    assert outcome_of(folder).pushed.plan.is_empty
    assert len(hub.asked("tree")) > 5


def test_a_fault_that_is_never_met_is_a_mistake_of_the_test(outcome_of, folder, hub):
    """The Hub of these tests fails where it is told to, and only there."""
    hub.faults.append(Fault("commit", 503, passing=1))
    outcome = outcome_of(folder)
    assert len(outcome.waited) == 1 and hub.faults[0].times == 0
