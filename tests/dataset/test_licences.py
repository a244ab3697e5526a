"""A folder states the licences of its rows and promises nothing that one of them does not grant."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml

from fourdp_qa.dataset.benchmark import read_benchmark, write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError

NC = "CC-BY-NC-SA-4.0"


@pytest.fixture
def licensed(staged_example, tmp_path):
    """``licensed("CC-BY-4.0", "MIT", declared="")``: a generation whose rows take turns in them."""

    def make(*licences, declared="", with_clips=False):
        staged = staged_example(tmp_path / "stage", with_clips=with_clips)
        rows = [replace(row, license=licences[i % len(licences)]) for i, row in enumerate(staged.rows)]
        return replace(staged, rows=rows, settings=replace(staged.settings, license=declared))

    return make


def card_of(folder):
    _, head, body = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(head), body


def test_the_card_names_the_licence_of_the_whole_and_counts_those_of_the_rows(licensed, tmp_path):
    publish(licensed("CC-BY-4.0", NC, "CC-BY-4.0"), tmp_path / "out")
    head, body = card_of(tmp_path / "out")
    assert head["license"] == "cc-by-nc-sa-4.0"
    assert f"As a whole: **{NC}**." in body
    assert "| CC-BY-4.0 | 56 | allowed | required | under any terms that keep these |" in body
    assert f"| {NC} | 28 | forbidden | required | under the same licence |" in body
    assert validate(tmp_path / "out") == []


def test_a_licence_the_hub_does_not_know_is_other_by_name(licensed, tmp_path):
    publish(licensed("LicenseRef-robot-lab"), tmp_path / "out")
    head, body = card_of(tmp_path / "out")
    assert (head["license"], head["license_name"]) == ("other", "licenseref-robot-lab")
    assert "| LicenseRef-robot-lab | 84 | unknown | unknown | unknown |" in body
    assert validate(tmp_path / "out") == []


def test_a_folder_may_be_declared_to_be_under_less(licensed, tmp_path):
    publish(licensed("CC-BY-4.0", declared=NC), tmp_path / "out")
    assert card_of(tmp_path / "out")[0]["license"] == "cc-by-nc-sa-4.0"
    assert DatasetFolder.open(tmp_path / "out").settings.license == NC
    assert validate(tmp_path / "out") == []


@pytest.mark.parametrize(("licences", "declared", "said"), [
    (("CC-BY-4.0", NC), "CC-BY-4.0", "found 42 rows of CC-BY-NC-SA-4.0"),
    (("LicenseRef-unknown",), "CC-BY-4.0", "what LicenseRef-unknown allows is unknown"),
    (("CC-BY-SA-4.0", "CC-BY-NC-4.0"), "", "generate a folder for each"),
    (("CC-BY-4.0", "CC-BY-ND-4.0"), "", "forbids sharing changed versions"),
])
def test_rows_that_do_not_fit_are_refused_before_anything_is_written(
        licensed, tmp_path, licences, declared, said):
    staged = licensed(*licences, declared=declared, with_clips=True)
    with pytest.raises(FourdpQaError) as caught:
        publish(staged, tmp_path / "out")
    assert said in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(FourdpQaError) as caught:
        write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy", license=declared)
    assert said in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["stage"], "no half-built folder stays behind"


def test_a_benchmark_keeps_what_it_was_declared_to_be_under(licensed, tmp_path):
    staged = licensed("CC-BY-4.0", with_clips=True)
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy", license=NC)
    head, body = card_of(tmp_path / "bench")
    assert head["license"] == "cc-by-nc-sa-4.0" and "| CC-BY-4.0 | 84 | allowed |" in body
    assert read_benchmark(tmp_path / "bench").license == NC
    assert validate(tmp_path / "bench") == []


def test_a_benchmark_of_an_earlier_version_is_under_what_its_rows_are(licensed, tmp_path):
    staged = licensed("CC-BY-4.0", with_clips=True)
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    path = tmp_path / "bench" / "benchmark.json"
    facts = json.loads(path.read_text())
    del facts["license"]
    path.write_text(json.dumps(facts))
    assert validate(tmp_path / "bench") == []


def change_settings(folder):
    path = folder / "generation.json"
    path.write_text(path.read_text().replace('"license": ""', '"license": "CC-BY-4.0"'))


def change_card(folder):
    path = folder / "README.md"
    path.write_text(path.read_text().replace("license: cc-by-nc-sa-4.0", "license: cc-by-4.0"))


@pytest.mark.parametrize(("change", "said"), [
    (change_settings, "found 84 rows of CC-BY-NC-SA-4.0, expected what may lie in a folder under CC-BY-4.0"),
    (change_card, "license: found cc-by-4.0, expected cc-by-nc-sa-4.0, which the rows can stand under"),
])
def test_validate_finds_a_folder_that_promises_more_than_its_rows(licensed, tmp_path, change, said):
    publish(licensed(NC), tmp_path / "out")
    change(tmp_path / "out")
    (problem,) = validate(tmp_path / "out")
    assert said in problem


def test_validate_finds_a_benchmark_whose_card_promises_more(licensed, tmp_path):
    staged = licensed(NC, with_clips=True)
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    change_card(tmp_path / "bench")
    (problem,) = validate(tmp_path / "bench")
    assert "license: found cc-by-4.0, expected cc-by-nc-sa-4.0" in problem
