"""The card says to `datasets` and to people what is in the folder."""

import yaml
from datasets import Features

from fourdp_qa.dataset.card import features_yaml, licence_yaml, size_category
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.write import publish
from fourdp_qa.rows.row import arrow_schema


def card_of(folder):
    _, head, body = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(head), body


def test_yaml_names_configs_digests_tables_and_clips(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage"), tmp_path / "out")
    head, _ = card_of(tmp_path / "out")
    first = head["configs"][0]
    assert (first["config_name"], first["default"]) == ("all", True)
    assert [c.get("default") for c in head["configs"][1:]] == [None] * 6
    for config in head["configs"]:
        assert config["description"].startswith("sha256:")
        paths = config["data_files"][0]["path"]
        assert "train/videos/toy/**" in paths
        assert [p.removeprefix("train/") for p in paths if p.endswith("parquet")] == (
            config["metadata_filenames"])
    assert len({c["description"] for c in head["configs"]}) == 7
    assert head["license"] == "cc-by-4.0" and head["language"] == ["en"]
    assert "video" in head["tags"] and head["size_categories"] == ["n<1K"]
    assert "&id" not in (tmp_path / "out" / "README.md").read_text(), "no YAML anchors"


def test_without_clips_nothing_speaks_of_video(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", with_clips=False), tmp_path / "out")
    head, body = card_of(tmp_path / "out")
    assert "video" not in head["tags"] and "`video`" not in body and "frames(row)" not in body
    assert all("metadata_filenames" not in config for config in head["configs"])


def test_features_are_those_of_a_row_with_the_clip_as_video():
    features = Features._from_yaml_list(features_yaml(with_clips=True))
    assert list(features) == [n if n != "file_name" else "video" for n in arrow_schema().names]
    assert type(features["video"]).__name__ == "Video"
    plain = Features._from_yaml_list(features_yaml(with_clips=False))
    assert plain.arrow_schema.remove_metadata() == arrow_schema().remove(1)


def test_the_page_counts_types_formats_and_answers(staged_example, tmp_path):
    staged = staged_example(tmp_path / "stage")
    publish(staged, tmp_path / "out")
    _, body = card_of(tmp_path / "out")
    yes = sum(r.answer == "Yes" for r in staged.rows if r.question_type == "depth")
    assert f"| `depth` | spatial | yes_no | 14 | No {14 - yes}, Yes {yes} |" in body
    for words in ("not a data set published by the authors", "fourdp_qa.load(", "load_dataset(",
                  "How the answers are proven", "CC-BY-4.0", "| seed | 0 |", "84 questions",
                  DatasetFolder.open(tmp_path / "out").digests["all"]):
        assert words in body
    assert "{" not in body.replace("{\"", ""), "no placeholder left"


def test_licences_and_sizes_are_words_the_hub_knows():
    assert licence_yaml("CC-BY-NC-SA-4.0") == {"license": "cc-by-nc-sa-4.0"}
    assert licence_yaml("ODbL-1.0") == {"license": "odbl"}
    assert licence_yaml("LicenseRef-ADT") == {"license": "other", "license_name": "licenseref-adt"}
    assert licence_yaml("our own terms") == {"license": "other", "license_name": "our-own-terms"}
    sizes = [size_category(n) for n in (1, 999, 1000, 99_999, 400_000)]
    assert sizes == ["n<1K", "n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M"]
