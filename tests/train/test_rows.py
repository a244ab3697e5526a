"""Rows of a run: what it begins with, and how the types share what follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.train.config import read_config
from fourdp_qa.train.sft import train


def test_a_run_begins_with_the_formats_that_it_is_told(write_config):
    trainer = train(write_config(**{
        "data.samples": 10, "data.mixture": "tm", "data.repeat": True, "data.even_types": True,
        "data.begin": [{"samples": 4, "mixture": {"camera_movement": 1.0}},
                       {"samples": 6, "formats": ["multiple_choice"]}],
        "optimisation.batch": 2}))
    formats = trainer.train_dataset["format"]
    assert len(formats) == 20
    assert set(trainer.train_dataset["question_type"][:4]) == {"camera_movement"}
    assert set(formats[4:10]) == {"multiple_choice"}  # tracks have none, and their share goes to the others
    assert formats.count("track") == 2
    assert formats[10:].count("yes_no") == formats[10:].count("multiple_choice") == 4  # one type each


def test_a_beginning_names_objects_as_it_is_told_and_keeps_questions_that_name_none(write_config):
    trainer = train(write_config(**{
        "data.mixture": "std", "data.samples": 40, "data.repeat": True, "optimisation.batch": 2,
        "data.begin": [{"samples": 40, "naming": ["pixel"]}]}))
    begun = trainer.train_dataset.select(range(40))
    assert set(begun["naming"]) == {"pixel", "none"}
    assert "caption" in trainer.train_dataset["naming"]
    with pytest.raises(FourdpQaError, match=r"data\.begin\[0\]\.naming: found point, expected some of"):
        train(write_config(**{"data.begin": [{"samples": 4, "naming": ["point"]}]}))


def test_a_beginning_has_samples_formats_and_types_that_exist(write_config):
    with pytest.raises(SourceDataError, match=r"data\.begin\[0\]\.samples: found 0, expected at least 1"):
        read_config(Path(write_config(**{"data.begin": [{"samples": 0}]})))
    with pytest.raises(FourdpQaError, match=r"data\.begin\[0\]\.formats: found essay"):
        train(write_config(**{"data.begin": [{"samples": 4, "formats": ["essay"]}]}))
    with pytest.raises(FourdpQaError, match=r"data\.begin\[0\]\.mixture: found 'tn'"):
        train(write_config(**{"data.begin": [{"samples": 4, "mixture": "tn"}]}))
