"""Fixtures of the rows room."""

from __future__ import annotations

import pytest

from fourdp_qa.rows.row import Row


@pytest.fixture(scope="session")
def make_row():
    """``make_row(**changes)``: a row that could have been generated."""

    def make(**changes):
        values = {
            "id": "sim-0011aabb-s00-t08-c0ffee", "file_name": "videos/simulator/00/clip.mp4",
            "question_type": "depth", "category": "spatial", "format": "yes_no",
            "question": "Is the red car nearer than the blue cube?", "options": [],
            "answer": "Yes", "answer_text": "Yes", "reference_system": "camera",
            "naming": "caption", "objects": "[]", "frames": '{"count":12,"named":[ 0],"targets":[]}',
            "evidence": '{"quantities":[],"statement":"","track":null}', "margin": 0.25,
            "entangled": "none", "cue_conflict": "size", "camera_motion": "low",
            "scene_motion": "high", "group_id": "", "variant": "", "source": "simulator",
            "scene_id": "sim-000000-000000", "segment": "0000+01x12@12.00", "split_unit": "sim-000000-000000",
            "license": "CC-BY-4.0", "label_quality": "exact", "seed": "0",
            "generator_version": "1", "schema_version": "1", "template_id": "depth.yes_no.q01",
        }
        return Row(**{**values, **changes})

    return make
