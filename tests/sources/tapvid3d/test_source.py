"""The source "tapvid3d": which files are scenes, what may be asked of each subset, and that it is scored."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.load import load
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.scoring.tracks.score import score_tracks, track_breakdown
from fourdp_qa.eval_tasks.scoring.tracks.verdict import copy_query, judge_track
from fourdp_qa.questions.tracking import TRUE_MOTION, VISUAL
from fourdp_qa.rows.row import row_from_mapping
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES, SIZE = 14, 64
FILES = {
    "adt": ("Apartment_release_clean_seq131_5.npz", "Apartment_release_clean_seq131"),
    "drivetrack": ("tapvid3d_9142545919543484617_86_000_106_000_2_5AKc-TYQochsSWXpv376cA.npz",
                   "9142545919543484617_86_000_106_000"),
    "pstudio": ("basketball_5.npz", "basketball"),
}


@pytest.fixture(scope="module")
def root(tracked, box_world, write_npz, tmp_path_factory):
    """All three subsets: cameras that move, with and without their path, and one that is bolted down."""
    root = tmp_path_factory.mktemp("tapvid3d_dataset")
    moving = tracked(box_world(height=48, width=SIZE, frames=FRAMES), (0, 6)).as_written()
    write_npz(moving, root / "adt" / FILES["adt"][0])
    unplaced = {name: array for name, array in moving.items() if name != "extrinsics_w2c"}
    write_npz(unplaced, root / "drivetrack" / FILES["drivetrack"][0])
    still = tracked(box_world(height=SIZE, width=SIZE, frames=FRAMES, camera_still=True), (0,))
    write_npz(still.as_written(extrinsics=False), root / "pstudio" / FILES["pstudio"][0])
    write_npz({"queries_xyt": np.zeros((1, 3))}, root / "adt" / "tmp" / FILES["adt"][0])  # as downloaded
    return root


def run(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """subset -> rows of ``fourdp-qa generate tapvid3d``."""
    out = {}
    for subset in FILES:
        folder = tmp_path_factory.mktemp("made") / subset
        result = run("generate", "tapvid3d", root / subset, "--types", f"{VISUAL},{TRUE_MOTION}",
                     "--out", folder, "--size", SIZE, "--frames", FRAMES, "--workers", 1, "--per-segment", 4)
        assert result.exit_code == 0, result.output
        out[subset] = folder
    return out


def rows(folder):
    return [row_from_mapping({k: v for k, v in row.items() if k != "video"})
            for row in load(str(folder), "all")["train"].remove_columns("video").to_list()]


def test_files_are_listed_by_subset_with_what_they_share(root):
    handles = list_scenes("tapvid3d", SourceOptions(roots=(root,)))
    assert [(h.scene_id, h.split_key) for h in handles] == [
        (f"{subset}/{name.removesuffix('.npz')}", f"{subset}/{recording}")
        for subset, (name, recording) in FILES.items()]
    assert [h.scene_id for h in list_scenes("tapvid3d", SourceOptions(roots=(root / "pstudio",)))] == [
        "pstudio/basketball_5"]


@pytest.mark.parametrize(("files", "roots", "words"), [
    ([], [], "no folder given"),
    ([], ["nowhere"], "found no folder"),
    (["boxes_1.npz"], ["."], "found no npz file in a folder called adt, drivetrack, pstudio"),
    (["pstudio/no number.npz"], ["."], "found no number.npz"),
    (["drivetrack/boxes_1.npz"], ["drivetrack"], "found boxes_1.npz"),
    (["pstudio/boxes_1.npz"], [".", "pstudio"], "lies in both"),
])
def test_what_is_no_such_folder_is_one_line(tmp_path, files, roots, words):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(FourdpQaError, match=words):
        list_scenes("tapvid3d", SourceOptions(roots=tuple(tmp_path / name for name in roots)))


@pytest.mark.parametrize(("subset", "placed", "fps", "estimated"), [
    ("adt", True, 30.0, False), ("drivetrack", False, 10.0, False), ("pstudio", True, 30.0, True)])
def test_each_subset_says_what_it_carries(root, subset, placed, fps, estimated):
    (handle,) = list_scenes("tapvid3d", SourceOptions(roots=(root / subset,)))
    facts = handle.open().facts
    assert (Capability.WORLD_POINT_TRACKS in facts.capabilities) == placed
    assert (facts.fps, facts.estimated, facts.units) == (fps, estimated, "metres")
    assert not {Capability.DEPTH, Capability.INSTANCES} & facts.capabilities


def test_types_follow_from_what_is_carried(made):
    assert {row.question_type for row in rows(made["adt"])} == {VISUAL, TRUE_MOTION}
    assert {row.question_type for row in rows(made["drivetrack"])} == {VISUAL}
    said = {name: {(r.label_quality, r.camera_motion != "none", r.license) for r in rows(folder)}
            for name, folder in made.items()}
    assert said == {
        "adt": {("exact_geometry", True, "LicenseRef-Aria-Digital-Twin")},
        "drivetrack": {("exact_geometry", True, "LicenseRef-Waymo-Open")},
        "pstudio": {("estimated", False, "LicenseRef-Panoptic-Studio")},
    }
    assert {r.camera_motion for r in rows(made["drivetrack"])} == {"unknown"}
    assert {r.entangled for r in rows(made["drivetrack"])} == {"unclear"}


@pytest.mark.parametrize("subset", FILES)
def test_what_was_made_is_sound_and_proves_again(made, root, subset):
    found = json.loads(run("validate", made[subset], "--quick", "--json").stdout)
    broken = {rule["name"] for rule in found["rules"] if rule["verdict"] == "broken"}
    assert broken == {"two-clips"}  # one file a subset gives one clip
    result = run("verify", made[subset], root / subset)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("subset", FILES)
def test_the_tracking_task_scores_it(made, subset):
    """The right answers are right, and a query that is copied into every frame is not."""
    right = [judge_track(row, row.answer) for row in rows(made[subset])]
    assert score_tracks(right).jaccard == 1.0
    assert score_tracks(copy_query(right)).jaccard < 0.9
    assert ("unknown camera" in track_breakdown(right, "camera_moves")) == (subset == "drivetrack")


def test_check_says_what_is_lacking_and_what_is_not_asked(root):
    result = run("check", "tapvid3d", root)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split(";")[0] for line in lines[:3]] == [
        f"scene {subset}/{name.removesuffix('.npz')}: ok" for subset, (name, _) in FILES.items()]
    assert lines[3] == "tapvid3d: what its data cannot support"
    # The first scene can be asked both, the second one alone: the line is said of either.
    assert any(line.startswith("  no depth (nothing says how far away a pixel is): not asked: all but "
                               "visual_point_tracking, true_motion_point_tracking") for line in lines)
    assert ("  no world_point_tracks (nobody says how the camera moved while the points were tracked): "
            "not asked: true_motion_point_tracking (1 of 3 scenes)") in lines
    (first, *_) = run("check", "tapvid3d", root, "--json").output.splitlines()
    assert any(line.startswith("no depth") for line in json.loads(first)["unsupported"])
