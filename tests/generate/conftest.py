"""Fixtures of the generate room: a generation without clips, and its records."""

from __future__ import annotations

import pytest

from fourdp_qa.generate.records import read_shard
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES

SCENES = 16


@pytest.fixture(scope="session")
def make_settings():
    """``make_settings(scenes=3, clips=False, ...)``: settings of a small simulated generation."""

    def make(**changes):
        values = {
            "source": "simulator", "roots": (), "scenes": 3, "seed": 5, "size": 64, "frames": 12,
            "types": tuple(t.name for t in TYPES), "clips": False, "per_segment": 3,
        }
        return GenerationSettings(**{**values, **changes})

    return make


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    """The folder of the session's generation without clips."""
    return tmp_path_factory.mktemp("generation") / "stage"


@pytest.fixture(scope="session")
def generated(make_settings, stage):
    """Sixteen scenes, no clips."""
    return generate(make_settings(scenes=SCENES), stage)


@pytest.fixture(scope="session")
def records(generated, stage):
    """The segments that `generated` was made from, in order."""
    return [
        record for path in sorted((stage / "measured").rglob("*.json.gz"))
        for record in read_shard(path).segments
    ]
