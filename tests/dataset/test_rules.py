"""Every rule of `validate` has a planted violation that breaks it and no other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from fourdp_qa.dataset import viewer
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.rules import of_files
from fourdp_qa.dataset.rules.rule import Verdict
from fourdp_qa.dataset.rules.table import RULES
from fourdp_qa.dataset.validate import check_folder, validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.rows.row import row_from_mapping


@pytest.fixture(scope="module")
def made(staged_example, tmp_path_factory):
    """A sound training folder and a sound benchmark folder, and how they were made."""
    root = tmp_path_factory.mktemp("rules")
    staged = staged_example(root / "stage", clips=4, per_type=30)
    publish(staged, root / "training")
    folder = DatasetFolder.open(root / "training")
    write_benchmark(folder.rows(), folder.split_folder, root / "benchmark", "toy")
    return root, staged


@pytest.fixture
def training(made, tmp_path):
    shutil.copytree(made[0] / "training", tmp_path / "fourdp-qa")
    return tmp_path / "fourdp-qa"


@pytest.fixture
def benchmark(made, tmp_path):
    shutil.copytree(made[0] / "benchmark", tmp_path / "bench")
    return tmp_path / "bench"


def broken(folder, **options):
    return [o.name for o in check_folder(folder, **options).outcomes if o.verdict == Verdict.BROKEN]


def republished(staged, tmp_path, change):
    """The folder again with `change(rows)`, its digests true."""
    publish(replace(staged, rows=sorted(change(list(staged.rows)), key=lambda r: r.id)), tmp_path / "changed")
    return tmp_path / "changed"


def one(form, **changes):
    """Change the first row of a format."""
    def change(rows):
        at = next(i for i, row in enumerate(rows) if row.format == form)
        return [*rows[:at], replace(rows[at], **changes), *rows[at + 1:]]
    return change


def card(change):
    """Change the card's YAML."""
    def plant(folder):
        _, head, body = (folder / "README.md").read_text().split("---\n", 2)
        values = yaml.safe_load(head)
        change(values)
        head = yaml.safe_dump(values, sort_keys=False, width=1000)
        (folder / "README.md").write_text(f"---\n{head}---\n{body}")
    return plant


def table(name, change, **writing):
    """Change a table, its rows and so its digests excepted."""
    def plant(folder):
        path = folder / name
        pq.write_table(change(pq.read_table(path)), path, write_page_index=True, **writing)
    return plant


def groups_of_two(rows):
    made = [r for r in rows if r.format == "yes_no" and r.question_type == "depth"][:2]
    pair = {r.id: replace(r, group_id="toy-group", variant=v, template_id="t00", naming="caption")
            for r, v in zip(made, ("original", "mirrored"), strict=True)}
    return [pair.get(r.id, r) for r in rows]


def adjacent(rows):
    return [replace(r, question=f"question {i:03d}" + "?" * (1 + i % 2)) if r.question_type == "depth" else r
            for i, r in enumerate(rows)]


IN_ROWS = {
    "texts": one("free_form", category=""),
    "values": one("free_form", naming="finger"),
    "json": one("free_form", objects='[{"id": 1}]'),
    "answers": one("yes_no", answer="Maybe"),
    "tracks": one("track", answer="frame 1: (0.5, 0.5) visible"),
    "groups": groups_of_two,
    "adjacent-lengths": adjacent,
    "ids-one-width": one("yes_no", id="toy-1"),
    "local-paths": one("free_form", question="What moves in /home/someone/videos/a.mp4?"),
    "proofs": one("free_form", segment="0012+01x12@12.00"),
    "clips": one("yes_no", frames='{"count":13,"named":[ 0],"targets":[]}'),
}


@pytest.mark.parametrize("rule", IN_ROWS)
def test_a_wrong_row_breaks_its_rule_alone(made, tmp_path, rule):
    folder = republished(made[1], tmp_path, IN_ROWS[rule])
    assert broken(folder) == [rule], validate(folder)


def of_config(name, **changes):
    def change(head):
        next(c for c in head["configs"] if c["config_name"] == name).update(changes)
    return card(change)


def second_default(head):
    head["configs"][1]["default"] = True


def without_clips_pattern(head):
    files = head["configs"][1]["data_files"][0]
    files["path"] = [p for p in files["path"] if "videos" not in p] + [
        "train/videos/toy/00/**", "train/videos/toy/01/**"]


def without_a_feature(head):
    head["dataset_info"][0]["features"].pop(3)


def split_called(name):
    def change(head):
        head["configs"][2]["data_files"][0]["split"] = name
    return card(change)


def size(head):
    head["size_categories"] = ["1M<n<10M"]


def licence(head):
    head["license"] = "cc0-1.0"


def add_file(name):
    def plant(folder):
        (folder / name).write_bytes(b"")
    return plant


def link(folder):
    clip = sorted(folder.rglob("*.mp4"))[0]
    clip.rename(folder.parent / "elsewhere.mp4")
    clip.symlink_to(folder.parent / "elsewhere.mp4")


def in_card(folder):
    with (folder / "README.md").open("a") as stream:
        stream.write("\nMade from /data/raw/scene_3.\n")


IN_TRAINING = {
    "a damaged table": ("readable", lambda f: (f / "train/depth.parquet").write_bytes(b"PAR1 no more")),
    "no card": ("readable", lambda f: (f / "README.md").unlink()),
    "a column too many": ("columns", table(
        "train/depth.parquet", lambda t: t.append_column("more", pa.array(["x"] * len(t))))),
    "a column of numbers": ("columns", table(
        "train/depth.parquet", lambda t: t.set_column(t.schema.get_field_index("seed"), "seed",
                                                      pa.array([0] * len(t))))),
    "a column that the card leaves out": ("features", card(without_a_feature)),
    "two defaults": ("configs", card(second_default)),
    "a split with a dash": ("splits", split_called("train-1")),
    "another split": ("splits", split_called("validation")),
    "clips outside the pattern": ("data-files", card(without_clips_pattern)),
    "labels of no table": ("data-files", of_config("depth", metadata_filenames=["metadata.parquet"])),
    "a false size": ("card-fields", card(size)),
    "no tags": ("card-fields", card(lambda head: head.pop("tags"))),
    "a licence that promises more": ("licences", card(licence)),
    "an old digest": ("digests", of_config("depth", description="sha256:00")),
    "a file that no row names": ("strays", add_file("train/videos/toy/00/extra.mp4")),
    "a link": ("strays", link),
    "a path in the card": ("local-paths", in_card),
    "no page index": ("row-groups", lambda f: pq.write_table(
        pq.read_table(f / "train/depth.parquet"), f / "train/depth.parquet")),
    "a script": ("no-script", add_file("fourdp-qa.py")),
}


@pytest.mark.parametrize("planted", IN_TRAINING)
def test_a_wrong_training_folder_breaks_one_rule(training, planted):
    rule, plant = IN_TRAINING[planted]
    plant(training)
    report = check_folder(training)
    found = [o.name for o in report.outcomes if o.verdict == Verdict.BROKEN]
    assert found == [rule], report.lines
    assert not report.sound and all("\n" not in line for line in report.lines)


@pytest.mark.parametrize("name", ["data", "depth/easy", "depth easy"])
def test_a_config_name_that_datasets_cannot_take_is_refused(training, name):
    text = (training / "README.md").read_text().replace("config_name: depth", f"config_name: {name}")
    (training / "README.md").write_text(text)
    assert any(f"config {name}: config_name: found a name that" in line for line in validate(training))


def bench_cells(change):
    def plant(t):
        cells = [change(dict(cell), i) for i, cell in enumerate(t["video"].to_pylist())]
        video = pa.array(cells, t.schema.field("video").type)
        return t.set_column(t.schema.get_field_index("video"), "video", video)
    return table("test.parquet", plant)


def bench_facts(**changes):
    def plant(folder):
        path = folder / "benchmark.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return plant


IN_BENCHMARK = {
    "a clip without a suffix": ("clip-cells", bench_cells(
        lambda cell, i: cell | {"path": cell["path"].removesuffix(".mp4") + ".bin"})),
    "a damaged clip": ("clips", bench_cells(lambda cell, i: cell | {"bytes": cell["bytes"][:500]})),
    "a false count": ("facts", bench_facts(items=3)),
    "no video among the tags": ("card-fields", card(lambda head: head["tags"].remove("video"))),
    "another question": ("digests", table("test.parquet", lambda t: t.set_column(
        t.schema.get_field_index("margin"), "margin", pa.array([0.25] * len(t))))),
    "an old digest in the card": ("digests", of_config("all", description="sha256:00")),
    "a column less": ("columns", table("test.parquet", lambda t: t.drop_columns(["seed"]))),
    "facts that are none": ("readable", lambda f: (f / "benchmark.json").write_text("[]")),
}


@pytest.mark.parametrize("planted", IN_BENCHMARK)
def test_a_wrong_benchmark_folder_breaks_one_rule(benchmark, planted):
    rule, plant = IN_BENCHMARK[planted]
    plant(benchmark)
    assert broken(benchmark) == [rule], validate(benchmark)


def moved_row(folder):
    """A row in the table of another type; the digests are made true again."""
    tables = {name: pq.read_table(folder / f"train/{name}.parquet") for name in ("depth", "object_direction")}
    rows = {name: t.to_pylist() for name, t in tables.items()}
    rows["depth"].append(rows["object_direction"].pop())
    for name, t in tables.items():
        pq.write_table(pa.Table.from_pylist(rows[name], t.schema), folder / f"train/{name}.parquet",
                       write_page_index=True)
    redigest(folder)


def second_id(folder):
    path = folder / "train/depth.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[1]["id"] = rows[0]["id"]
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path, write_page_index=True)
    redigest(folder)


def outside(folder):
    path = folder / "train/depth.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[0]["file_name"] = "videos/toy/00/a clip.mp4"
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path, write_page_index=True)
    shutil.copy(folder / "train" / rows[1]["file_name"], folder / "train" / rows[0]["file_name"])
    redigest(folder)


def redigest(folder):
    """Make the card's digests those of the tables."""
    from fourdp_qa.dataset.content import content_digest, file_digest

    types = DatasetFolder.open(folder).types
    rows = {t: [row_from_mapping(v) for v in pq.read_table(folder / f"train/{t}.parquet").to_pylist()]
            for t in types}
    clips = {p.relative_to(folder / "train").as_posix(): file_digest(p) for p in folder.rglob("*.mp4")}
    everything = [row for members in rows.values() for row in members]
    digests = {name: content_digest(members, clips) for name, members in {"all": everything, **rows}.items()}

    def change(head):
        for config in head["configs"]:
            config["description"] = digests[config["config_name"]]
    card(change)(folder)


@pytest.mark.parametrize(("rule", "plant"), [
    ("tables", moved_row), ("ids-unique", second_id), ("clip-names", outside)])
def test_a_table_changed_by_hand_breaks_one_rule_even_under_a_new_digest(training, rule, plant):
    plant(training)
    assert broken(training) == [rule], validate(training)


def test_one_clip_is_too_few(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", clips=1, per_type=3), tmp_path / "out")
    assert broken(tmp_path / "out") == ["two-clips"]


def test_too_many_files(training, monkeypatch):
    assert broken(training) == []
    monkeypatch.setattr(of_files, "MAX_FOLDER_ENTRIES", 6)
    assert broken(training) == ["hub-limits"]
    monkeypatch.setattr(of_files, "MAX_FOLDER_ENTRIES", viewer.MAX_FOLDER_ENTRIES)
    monkeypatch.setattr(of_files, "MAX_FILES", 5)
    assert broken(training) == ["hub-limits"]


def test_every_rule_has_a_planted_violation():
    planted = {*IN_ROWS, *(rule for rule, _ in [*IN_TRAINING.values(), *IN_BENCHMARK.values()]),
               "tables", "ids-unique", "clip-names", "two-clips", "hub-limits"}
    assert planted == {rule.name for rule in RULES}


def test_rules_that_cannot_be_checked_are_not_said_to_hold(training):
    (training / "train/depth.parquet").write_bytes(b"PAR1 no more")
    verdicts = {o.name: o.verdict for o in check_folder(training).outcomes}
    assert verdicts["readable"] == Verdict.BROKEN and verdicts["configs"] == Verdict.HOLDS
    assert verdicts["digests"] == verdicts["answers"] == Verdict.NOT_CHECKED
    assert verdicts["facts"] == Verdict.DOES_NOT_APPLY


def test_quick_decodes_a_sample_and_still_misses_no_clip(training, monkeypatch):
    from fourdp_qa.dataset.rules import reading

    monkeypatch.setattr(reading, "QUICK_CLIPS", 2)
    report = check_folder(training, quick=True)
    assert report.sound and (report.clips, report.decoded) == (4, 2)
    sorted(training.rglob("*.mp4"))[0].unlink()
    assert broken(training, quick=True) == ["digests", "clips"]


def test_workers_find_the_same(training):
    sorted(training.rglob("*.mp4"))[0].write_bytes(b"no video")
    assert check_folder(training, workers=2).lines == check_folder(training).lines


def test_what_is_wrong_with_every_row_is_counted_and_not_listed_without_end(made, tmp_path, monkeypatch):
    from fourdp_qa.dataset.rules import rule

    monkeypatch.setattr(rule, "MOST_KEPT", 5)
    folder = republished(made[1], tmp_path, lambda rows: [replace(r, naming="finger") for r in rows])
    lines = validate(folder)
    assert len(lines) == 6 and lines[-1] == "rule values: and 175 more"
    plain = next(r for r in check_folder(folder).to_plain()["rules"] if r["name"] == "values")
    assert plain["count"] == 180 and len(plain["where"]) == 5 and plain["verdict"] == "broken"
    assert plain["where"][0] == {"where": f"row {made[1].rows[0].id}", "what": (
        "naming: found 'finger', expected one of none, caption, pixel, circle")}
