"""Simulated scenes give every label of every type, in every format and naming mode."""

from __future__ import annotations

import pytest

from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.run import generate
from fourdp_qa.questions.claims import alternatives, labels_of
from fourdp_qa.questions.registry import TYPES

SCENES = 250
"""The definition allows 400."""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def summary(make_settings, tmp_path_factory):
    settings = make_settings(scenes=SCENES, size=112, frames=32, seed=0)
    return generate(settings, tmp_path_factory.mktemp("coverage") / "stage", workers=2).summary


def test_every_label_is_true_of_some_scene(summary):
    missing = []
    for question_type in TYPES:
        if question_type.category == "tracking":
            continue
        labels = labels_of(question_type.name)
        claims = [*labels.yes_no, *(m for s in labels.sets for m in s.members)]
        true = {part for label in summary.labels[question_type.name] for part in label.split()[1:]}
        for component, verdict in {pair for claim in claims for pair in claim.verdicts}:
            wanted = {f"{component}:{v}" for v in (verdict, *alternatives(verdict))}
            if not wanted & true:
                missing.append(f"{question_type.name} {component}:{verdict}")
    assert not missing


def test_every_variant_occurs(summary):
    for name, shares in composition_called("training").variants.items():
        assert set(shares) == {label.split()[0] for label in summary.labels[name]}


def test_every_format_and_naming_mode_occurs(summary):
    for question_type in TYPES:
        assert set(summary.counts[question_type.name]) == set(question_type.formats)
        modes = {"none"} if question_type.number == 1 else {"caption", "pixel", "circle"}
        assert set(summary.naming[question_type.name]) == modes
