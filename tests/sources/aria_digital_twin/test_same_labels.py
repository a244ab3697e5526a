"""Simulated scenes written as sequences ask the same questions and give the same labels."""

from __future__ import annotations

import pytest

from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

SEED = 7
FIXTURES = {
    "four things move before a resting camera": (10, 160, 24),
    "a camera that moves": (18, 160, 24),
    "five things move": (20, 224, 24),
}
"""Scene number, side, frames. In a real picture a pixel of the view takes 2.5 of the lens, here 2."""


def read_back(adt, index, side, frames, folder, *, distorted, device=None):
    """What the layout can hold of a simulated scene, and the sequence written from it, opened."""
    simulated = SimulatorHandle(SEED, index, side, frames).open()
    scene = adt.Apartment(simulated, adt.cast_simulated(simulated))
    lens = adt.Lens.real(2.0 * adt.FOCAL_SHARE * side) if distorted else adt.Lens.straight(side)
    adt.AdtSequence(scene, folder, lens, device=device, plain_objects=not distorted).write()
    (handle,) = list_scenes("aria_digital_twin", SourceOptions(roots=(folder,), size=side))
    return scene, handle.open()


@pytest.mark.parametrize("name", FIXTURES)
def test_labels_are_those_of_the_scene_it_was_written_from(name, adt, turned_device, tmp_path, same_labels):
    scene, sequence = read_back(adt, *FIXTURES[name], tmp_path / "seq", distorted=True, device=turned_device)
    assert (sequence.facts.height, sequence.facts.width, sequence.facts.frame_count) == (
        scene.facts.height, scene.facts.width, scene.facts.frame_count)
    ours = same_labels.labels(same_labels.stated(sequence))
    theirs = same_labels.labels(same_labels.stated(same_labels.reduced(scene, sequence)))
    assert len(ours) > 150
    same_labels.assert_same(ours, theirs)


def test_tracks_are_those_of_the_scene_it_was_written_from(adt, tmp_path, same_labels):
    """Behind a lens without distortion, where the same pixels are looked at in both."""
    scene, sequence = read_back(adt, 18, 160, 24, tmp_path / "seq", distorted=False)
    ours = same_labels.stated(sequence)
    theirs = same_labels.stated(same_labels.reduced(scene, sequence))
    assert sum(len(said.tracks) for said in ours) > 10
    same_labels.assert_same_tracks(ours, theirs, within=1e-3)


@pytest.mark.long
@pytest.mark.parametrize("index", [5, 7])
def test_labels_at_full_size(index, adt, turned_device, tmp_path, same_labels):
    """448 pixels, more scenes."""
    scene, sequence = read_back(adt, index, 448, 24, tmp_path / "seq", distorted=True, device=turned_device)
    ours = same_labels.labels(same_labels.stated(sequence))
    theirs = same_labels.labels(same_labels.stated(same_labels.reduced(scene, sequence)))
    same_labels.assert_same(ours, theirs)
