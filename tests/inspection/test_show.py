"""`fourdp_qa.show`: a contact sheet beside the question, for rows of `load` and for a Row."""

from __future__ import annotations

import numpy as np
import pytest

import fourdp_qa
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.show import GAP, TILE, show


@pytest.fixture(scope="module")
def loaded(squares, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return fourdp_qa.load(squares, split="train", cache_dir=str(cache))


def test_a_loaded_row_shows_eight_frames_question_options_and_answer(loaded):
    row = next(r for r in loaded if r["format"] == "multiple_choice")
    shown = fourdp_qa.show(row)
    assert shown.image.size == (4 * (TILE + GAP) + GAP, 2 * (TILE + GAP) + GAP)
    html = shown._repr_html_()
    assert row["question"] in html
    assert all(option in html for option in row["options"])
    assert row["answer_text"] in html


def test_a_row_of_the_folder_shows_the_same_as_the_loaded_one(squares, loaded):
    cell = loaded[0]
    row = DatasetFolder.open(squares).row(cell["id"])
    of_folder, of_load = (np.asarray(shown.image) for shown in (show(row, squares), show(cell)))
    np.testing.assert_array_equal(of_folder, of_load)


def test_the_query_point_of_a_track_is_marked_in_its_frame(squares):
    """Frame 2 is the second tile of twelve frames shown as eight; the ring is orange."""
    row = DatasetFolder.open(squares).row("sqr-00000000-s00-t13-0000")
    sheet = np.asarray(show(row, squares).image).astype(int)
    x0, y0 = GAP + TILE + GAP, GAP
    tile = sheet[y0:y0 + TILE, x0:x0 + TILE]
    orange = np.argwhere((np.abs(tile - [255, 148, 23]) < 40).all(axis=-1))
    camera = 0.12
    x, y = -0.6 + 0.04 - camera, 0.1
    expected = np.array([0.5 + 1.2 * y / 3.8, 0.5 + 1.2 * x / 3.8]) * TILE
    np.testing.assert_allclose(orange.mean(axis=0), expected, atol=1.5)


def test_hostile_captions_are_text(loaded, hostile):
    row = next(r for r in loaded if hostile in r["question"])
    html = show(row)._repr_html_()
    assert hostile not in html
    assert "<script" not in html


def test_a_row_without_its_folder_says_what_to_do(squares):
    with pytest.raises(FourdpQaError, match="folder"):
        show(DatasetFolder.open(squares).rows()[0])


def test_a_row_without_clip_says_so(squares_without_clips):
    row = DatasetFolder.open(squares_without_clips).rows()[0]
    with pytest.raises(FourdpQaError, match="without clips"):
        show(row, squares_without_clips)
