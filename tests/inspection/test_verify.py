"""A folder is proved again from its scenes: nothing differs as generated, and whatever is changed by hand
is found, that and nothing else.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.clips import encode
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import table_path
from fourdp_qa.dataset.tables import write_rows
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.inspection.verify import verify
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import LETTERS
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.storage import write_scene
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

FORMATS = ("yes_no", "multiple_choice", "free_form", "track")


def made(tmp, **changes):
    """A published folder of a few simulated scenes."""
    values = {
        "source": "simulator", "roots": (), "scenes": 4, "seed": 11, "size": 112, "frames": 16,
        "types": tuple(t.name for t in TYPES), "clips": False, "per_segment": 8,
    }
    publish(generate(GenerationSettings(**{**values, **changes}), tmp / "stage").staged, tmp / "out")
    return tmp / "out"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Rows of every type and format, without clips."""
    return made(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory):
    """Two scenes with clips, some with rings."""
    return made(tmp_path_factory.mktemp("filmed"), scenes=2, clips=True, per_segment=6)


@pytest.fixture
def copy(plain, filmed, tmp_path):
    """``copy("plain")``: a copy of a folder, to be changed."""
    def make(name):
        return Path(shutil.copytree({"plain": plain, "filmed": filmed}[name], tmp_path / name))

    return make


def change(folder, new_rows):
    """Write rows in the place of those with their ids, as someone with a Parquet editor would."""
    opened, by_id = DatasetFolder.open(folder), {row.id: row for row in new_rows}
    for name in opened.types:
        rows = [by_id.get(row.id, row) for row in opened.rows(name)]
        write_rows(rows, folder / table_path(name), with_clips=opened.settings.clips)


def another_answer(row):
    """The row with a wrong answer that looks like one."""
    if row.format == "yes_no":
        other = {"Yes": "No", "No": "Yes"}[row.answer]
        return replace(row, answer=other, answer_text=other)
    if row.format == "multiple_choice":
        other = LETTERS[(LETTERS.index(row.answer) + 1) % 4]
        return replace(row, answer=other, answer_text=row.options[LETTERS.index(other)])
    if row.format == "free_form":
        return replace(row, answer=row.answer + " Not.", answer_text=row.answer + " Not.")
    first, *rest = row.answer.split("\n")
    head, x = first[:first.index("(") + 1], first[first.index("(") + 1:]
    lines = [head + ("0.9" if x.startswith("0.1") else "0.1") + x[3:], *rest]
    return replace(row, answer="\n".join(lines), answer_text="\n".join(lines))


def spread(rows, count):
    """`count` rows, over all types and formats in turn."""
    waiting = {}
    for row in rows:
        waiting.setdefault((row.format, row.question_type), []).append(row)
    chosen = []
    while len(chosen) < count:
        for queue in waiting.values():
            if queue and len(chosen) < count:
                chosen.append(queue.pop(len(queue) // 2))
    return chosen


def of_format(folder, answer_format, **columns):
    """The first row of a format with these columns."""
    return next(row for row in DatasetFolder.open(folder).rows() if row.format == answer_format
                and all(getattr(row, name) == value for name, value in columns.items()))


def test_every_row_as_generated_is_as_its_scene_says(plain):
    rows = DatasetFolder.open(plain).rows()
    assert {row.format for row in rows} == set(FORMATS)
    assert {row.question_type for row in rows} >= {t.name for t in TYPES if t.number != 5}
    found = verify(plain)
    assert (found.rows, found.differences, found.unverified) == (len(rows), [], {})
    assert found.ok


def test_exactly_the_corrupted_answers_are_found(copy):
    folder = copy("plain")
    wrong = [another_answer(row) for row in spread(DatasetFolder.open(folder).rows(), 10)]
    change(folder, wrong)
    found = verify(folder)
    assert found.rows_that_differ == tuple(sorted(row.id for row in wrong))
    assert found.by_column["answer"] == 10
    assert not found.ok
    for row in wrong:
        mine = [d for d in found.differences if d.row_id == row.id and d.column.startswith("answer")]
        assert any(d.stored in row.answer and d.recomputed != d.stored for d in mine)


def changed_number(text, change_it):
    """JSON with its first quantity changed."""
    plain = json.loads(text)
    change_it(plain["quantities"][0])
    return json.dumps(plain)


def set_to(name, value):
    def change_it(quantity):
        quantity[name] = value(quantity[name])

    return change_it


CORRUPTIONS = {
    "margin": lambda row: replace(row, margin=row.margin + 0.001),
    "entangled": lambda row: replace(row, entangled="opposite" if row.entangled != "opposite" else "agree"),
    "cue_conflict": lambda row: replace(row, cue_conflict="size" if row.cue_conflict != "size" else "none"),
    "camera_motion": lambda row: replace(row, camera_motion="low" if row.camera_motion != "low" else "high"),
    "reference_system": lambda row: replace(row, reference_system="world"),
    "question": lambda row: replace(row, question=row.question[:-1] + " now?"),
    "license": lambda row: replace(row, license="MIT"),
    "seed": lambda row: replace(row, seed="12"),
    "generator_version": lambda row: replace(row, generator_version="0.0.1"),
    "template_id": lambda row: replace(row, template_id=row.template_id.rsplit(".", 1)[0] + ".q99"),
    "frames": lambda row: replace(row, frames=row.frames.replace('"named":[ 0', '"named":[ 1')),
    "id": lambda row: replace(row, id=row.id[:-6] + "ffffff"),
    "group_id": lambda row: replace(row, group_id=row.id, variant="mirrored"),
    "segment": lambda row: replace(row, segment="0000+02x16@12.00"),
}


def test_every_column_changed_by_hand_is_named(copy):
    folder = copy("plain")
    suitable = [row for row in DatasetFolder.open(folder).rows()
                if row.format == "multiple_choice" and '"named":[ 0' in row.frames]
    corrupt = {column: make(row) for (column, make), row in zip(CORRUPTIONS.items(), suitable, strict=False)}
    assert corrupt.keys() == CORRUPTIONS.keys()
    opened = DatasetFolder.open(folder)
    by_id = dict(zip([row.id for row in suitable], corrupt.values(), strict=False))
    for name in opened.types:
        rows = [by_id.get(row.id, row) for row in opened.rows(name)]
        write_rows(rows, folder / table_path(name), with_clips=False)
    found = verify(folder)
    assert found.rows_that_differ == tuple(sorted(row.id for row in corrupt.values()))
    for column, row in corrupt.items():
        assert column in {d.column.split(".")[0] for d in found.differences if d.row_id == row.id}


EVIDENCE = {
    "value": lambda v: v * 1.001 + 1e-4, "hi": lambda v: v * 1.01, "verdict": lambda v: "inconsistent",
    "extent": lambda v: v + 1e-4, "series": lambda s: [*s[:3], s[3] + 1e-4, *s[4:]],
}


def test_evidence_changed_by_hand_is_named_with_both_numbers(copy):
    folder = copy("plain")
    rows = [row for row in DatasetFolder.open(folder).rows("camera_object_distance")
            if row.format == "multiple_choice"]
    wrong = {name: replace(row, evidence=changed_number(row.evidence, set_to(name, EVIDENCE[name])))
             for name, row in zip(EVIDENCE, rows, strict=False)}
    assert wrong.keys() == EVIDENCE.keys()
    change(folder, list(wrong.values()))
    found = {d.row_id: d for d in verify(folder).differences}
    assert len(found) == len(EVIDENCE)
    for name, row in wrong.items():
        assert found[row.id].column.startswith(f"evidence.quantities[0].{name}")
        assert found[row.id].stored != found[row.id].recomputed


def test_the_last_digit_of_evidence_may_be_one_off_for_another_platform(copy):
    folder = copy("plain")
    row = of_format(folder, "multiple_choice", question_type="camera_object_distance")
    text = changed_number(row.evidence, set_to("value", lambda v: v * (1 + 4e-6)))
    change(folder, [replace(row, evidence=text)])
    assert verify(folder).ok


def test_a_wrong_option_is_found_though_the_answer_is_right(copy):
    folder = copy("plain")
    row = of_format(folder, "multiple_choice", question_type="object_direction")
    wrong = next(n for n, letter in enumerate(LETTERS) if letter != row.answer)
    other = [*row.options]
    other[wrong] = "Hovers"
    change(folder, [replace(row, options=other)])
    found = verify(folder)
    assert [d.column for d in found.differences] == ["options"]


def test_two_options_changed_about_move_the_right_letter(copy):
    folder = copy("plain")
    row = of_format(folder, "multiple_choice", question_type="camera_object_distance", answer="A")
    second, first, *rest = row.options
    change(folder, [replace(row, options=[first, second, *rest], answer_text=first)])
    (difference, _) = verify(folder).differences
    assert (difference.column, difference.stored, difference.recomputed) == ("answer", "A", "B")


def test_a_point_that_is_not_on_its_object_is_found_on_the_mask_itself(copy):
    folder = copy("plain")
    row = of_format(folder, "yes_no", naming="pixel")
    objects = json.loads(row.objects)
    objects[0]["point"] = [0.001, 0.001]
    change(folder, [replace(row, objects=json.dumps(objects))])
    found = verify(folder)
    assert found.rows_that_differ == (row.id,)
    assert any("on object" in d.recomputed for d in found.differences)


def test_a_caption_of_another_object_is_found(copy):
    folder = copy("plain")
    row = of_format(folder, "yes_no", naming="caption", question_type="camera_object_distance")
    said = json.loads(row.objects)[0]["caption"]
    change(folder, [replace(row, question=row.question.replace(said, "purple whale"),
                            objects=row.objects.replace(said, "purple whale"))])
    found = verify(folder)
    assert {"question", "objects"} <= found.by_column.keys()


def test_track_lines_are_compared_one_by_one(copy):
    folder = copy("plain")
    row = next(r for r in DatasetFolder.open(folder).rows("visual_point_tracking")
               if r.answer.count("\n") >= 2)
    lines = row.answer.split("\n")
    flag = "not visible" if lines[1].endswith(") visible") else "visible"
    lines[1] = lines[1][:lines[1].index(")") + 2] + flag
    change(folder, [replace(row, answer="\n".join(lines), answer_text="\n".join(lines))])
    columns = [d.column for d in verify(folder).differences]
    assert columns == ["answer[1]", "answer_text"]


def test_clips_are_rendered_again_rings_included(filmed):
    rows = DatasetFolder.open(filmed).rows()
    assert any(row.naming == "circle" for row in rows)
    found = verify(filmed)
    assert found.ok, found.to_plain()
    assert found.clips == len({row.file_name for row in rows})


def test_swapped_clips_are_found(copy):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    rows = opened.rows()
    plain_clips = sorted({row.file_name for row in rows if row.naming != "circle"})
    one, other = (opened.split_folder / name for name in plain_clips[:2])
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    found = verify(folder)
    assert set(found.by_column) == {"clip"}
    assert found.rows_that_differ == tuple(sorted(
        row.id for row in rows if row.file_name in plain_clips[:2]))


def test_a_clip_without_its_ring_is_found(copy):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    ringed = next(row for row in opened.rows() if row.naming == "circle")
    bare = next(row for row in opened.rows()
                if row.naming != "circle" and row.scene_id == ringed.scene_id)
    shutil.copy(opened.split_folder / bare.file_name, opened.split_folder / ringed.file_name)
    found = verify(folder)
    assert ringed.id in found.rows_that_differ
    assert set(found.by_column) == {"clip"}


def test_a_row_with_the_clip_of_another_scene_is_found(copy):
    folder = copy("filmed")
    rows = [row for row in DatasetFolder.open(folder).rows() if row.naming == "caption"]
    one = rows[0]
    other = next(row for row in rows if row.scene_id != one.scene_id)
    change(folder, [replace(one, file_name=other.file_name)])
    found = verify(folder)
    assert found.rows_that_differ == (one.id,)
    assert {"file_name", "clip"} <= found.by_column.keys()


def test_a_clip_of_another_encoder_speed_is_the_same_clip(copy, monkeypatch):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    row = next(r for r in opened.rows() if r.naming != "circle")
    path = opened.split_folder / row.file_name
    (handle,) = (h for h in list_scenes("simulator", SourceOptions(size=112, frames=16, scenes=2, seed=11))
                 if h.scene_id == row.scene_id)
    scene, segment = handle.open(), Segment.parse(row.segment)
    frames = np.stack([scene.rgb(t) for t in segment.frames])
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setitem(encode.CODEC_OPTIONS, "preset", "slow")
        encode.encode_clip(frames, path, segment.fps)
    assert path.read_bytes() != before
    assert verify(folder).ok


def test_scenes_that_cannot_be_opened_are_never_passed(copy, monkeypatch):
    folder = copy("plain")
    rows = DatasetFolder.open(folder).rows()
    lost = rows[0].scene_id
    really_open = SimulatorHandle.open

    def fail(handle):
        if handle.scene_id == lost:
            raise SourceDataError("scene.bin", "", found="nothing", expected="a scene")
        return really_open(handle)

    monkeypatch.setattr(SimulatorHandle, "open", fail)
    found = verify(folder)
    assert set(found.unverified) == {row.id for row in rows if row.scene_id == lost}
    assert not found.ok
    assert not found.differences


def test_rows_of_a_scene_that_is_not_there_are_never_passed(copy):
    folder = copy("plain")
    row = of_format(folder, "yes_no")
    change(folder, [replace(row, scene_id="sim-000011-009999")])
    found = verify(folder)
    assert list(found.unverified) == [row.id]


def test_a_sample_is_a_sample_and_always_the_same(plain):
    first, second = verify(plain, sample=20), verify(plain, sample=20)
    assert first.rows == second.rows == 20
    assert first.ok


def test_a_benchmark_needs_no_settings_and_its_wrong_rows_are_found(filmed, tmp_path):
    opened = DatasetFolder.open(filmed)
    rows = [row for row in opened.rows() if row.format != "free_form"]
    out = tmp_path / "bench"
    write_benchmark(rows, opened.split_folder, out, "tiny")
    assert verify(out).ok
    wrong = another_answer(next(row for row in rows if row.format == "yes_no"))
    other = tmp_path / "wrong"
    write_benchmark([wrong if row.id == wrong.id else row for row in rows], opened.split_folder, other, "x")
    assert verify(other).rows_that_differ == (wrong.id,)


def test_groups_of_variants_are_verified_with_their_group(tmp_path):
    types = tuple(t.name for t in TYPES if t.category != "tracking")
    folder = made(tmp_path, scenes=3, groups=True, types=types)
    rows = DatasetFolder.open(folder).rows()
    assert len({row.variant for row in rows}) >= 4
    assert verify(folder).ok
    row = rows[0]
    change(folder, [replace(row, group_id=row.group_id[:-1] + "x")])
    assert [d.column for d in verify(folder).differences] == ["group_id"]


def test_recorded_scenes_are_read_from_their_roots(tmp_path):
    root = tmp_path / "scenes"
    root.mkdir()
    for index in range(2):
        write_scene(SimulatorHandle(11, index, 96, 16).open(), root / f"scene-{index}")
    folder = made(tmp_path, source="stored", roots=(str(root),), scenes=None, size=64, clips=True,
                  per_segment=2)
    assert verify(folder, [root]).ok
    rows = DatasetFolder.open(folder).rows()
    assert set(verify(folder, [root / "scene-0"]).unverified) < {row.id for row in rows}
    without = verify(folder)
    assert set(without.unverified) == {row.id for row in rows}
    assert not without.ok
    change(folder, [replace(rows[0], source="kubric")])
    assert [d.column for d in verify(folder, [root]).differences] == ["source"]


def test_a_folder_of_another_version_is_refused(copy):
    folder = copy("plain")
    change(folder, [replace(row, generator_version="0.0.1") for row in DatasetFolder.open(folder).rows()])
    done = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1"])
    assert done.exit_code == 1
    assert "generator_version: found 0.0.1, expected" in done.output


def test_the_command_exits_with_one_and_lists_both_values(copy, plain):
    ok = CliRunner().invoke(main, ["verify", str(plain), "--workers", "1", "--sample", "30"])
    assert ok.exit_code == 0, ok.output
    folder = copy("plain")
    row = of_format(folder, "yes_no")
    change(folder, [another_answer(row)])
    done = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1"])
    assert done.exit_code == 1
    other = {"Yes": "No", "No": "Yes"}[row.answer]
    assert f"row {row.id}: answer: stored '{other}', recomputed '{row.answer}'" in done.output
    assert "answer: 1 rows differ" in done.output
    as_json = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1", "--json"])
    assert json.loads(as_json.stdout)["by_column"]["answer"] == 1


@pytest.mark.long
def test_five_thousand_rows_and_fifty_corrupted_answers(tmp_path):
    folder = made(tmp_path, scenes=60, size=96, per_segment=12)
    rows = DatasetFolder.open(folder).rows()
    assert len(rows) >= 5000
    found = verify(folder, workers=2)
    assert (found.rows, found.differences, found.unverified) == (len(rows), [], {})
    assert found.ok
    wrong = [another_answer(row) for row in spread(rows, 50)]
    assert {row.format for row in wrong} == set(FORMATS)
    assert {row.question_type for row in wrong} == {t.name for t in TYPES}
    change(folder, wrong)
    assert verify(folder, workers=2).rows_that_differ == tuple(sorted(row.id for row in wrong))
