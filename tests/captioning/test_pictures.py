"""The mark is clear, of one piece, and covers nothing of the object; the best view is chosen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.captioning.attributes import colour_name, tell_apart
from fourdp_qa.captioning.constants import AT_BORDER_WORTH, MARK_COLOURS
from fourdp_qa.captioning.pictures import close_up, marked_picture
from fourdp_qa.captioning.views import best_views, mask_boxes

GREY = np.full((96, 96, 3), 120, np.uint8)


def decoded(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg))).astype(int)


def mark_pixels(picture, colour):
    return np.abs(picture - np.array(MARK_COLOURS[colour])).max(axis=-1) < 40


@pytest.mark.parametrize("box", [(30, 40, 50, 60), (0, 0, 20, 30), (70, 80, 96, 96), (0, 0, 96, 96)])
def test_the_mark_surrounds_the_object_and_covers_none_of_it(box):
    rgb = GREY.copy()
    rgb[box[1]:box[3], box[0]:box[2]] = (90, 200, 130)
    marked = marked_picture(rgb, box)
    picture = decoded(marked.jpeg)
    near = mark_pixels(picture, marked.colours[0])
    inside = np.abs(picture - (90, 200, 130)).max(axis=-1) < 25
    rows, columns = np.nonzero(inside)
    # All of the object is still there: its area in sent pixels.
    assert inside.sum() >= 0.94 * (box[2] - box[0]) * (box[3] - box[1]) * 16
    assert not near[rows.min() - 3:rows.max() + 4, columns.min() - 3:columns.max() + 4].any()
    # All four sides of the mark are there, also where the object touches the picture's edge.
    for line in (near[:rows.min(), :].any(axis=0), near[rows.max() + 1:, :].any(axis=0)):
        assert line[columns.min():columns.max()].all()
    for line in (near[:, :columns.min()].any(axis=1), near[:, columns.max() + 1:].any(axis=1)):
        assert line[rows.min():rows.max()].all()


def test_the_colour_of_the_mark_stands_out():
    red = np.full((96, 96, 3), (220, 30, 30), np.uint8)
    assert marked_picture(red, (30, 30, 60, 60)).colours[0] != "red"
    blue = np.full((96, 96, 3), (20, 120, 230), np.uint8)
    assert marked_picture(blue, (30, 30, 60, 60)).colours[0] != "cyan"


def test_others_are_marked_in_one_other_colour():
    marked = marked_picture(GREY, (5, 5, 20, 20), [(40, 40, 55, 55), (70, 70, 90, 90)])
    own, first, second = marked.colours
    assert own != first == second
    picture = decoded(marked.jpeg)
    assert mark_pixels(picture, own)[: 40 * 4].any()
    assert mark_pixels(picture, first)[40 * 4:].any()
    assert not mark_pixels(picture, own)[40 * 4:].any()


def test_large_pictures_are_shrunk_and_small_ones_enlarged():
    wide = np.zeros((375, 1242, 3), np.uint8)
    assert max(decoded(marked_picture(wide, (10, 10, 50, 50)).jpeg).shape) <= 1024 + 20
    assert min(decoded(marked_picture(GREY, (10, 10, 50, 50)).jpeg).shape[:2]) >= 384


def test_the_close_up_shows_the_object_with_some_surroundings():
    rgb = GREY.copy()
    rgb[40:60, 30:50] = (250, 250, 20)
    picture = decoded(close_up(rgb, (30, 40, 50, 60)))
    yellow = (np.abs(picture - (250, 250, 20)).max(axis=-1) < 40).mean()
    assert 0.25 < yellow < 0.5  # 20 of 34 pixels each way


def test_boxes_of_masks():
    ids = np.zeros((6, 8), np.int32)
    ids[1:3, 2:7] = 5
    ids[4, 0] = 2
    assert mask_boxes(ids) == {5: ((2, 1, 7, 3), 10), 2: ((0, 4, 1, 5), 1)}
    assert mask_boxes(np.zeros((4, 4), np.int32)) == {}


def test_the_best_view_is_large_whole_and_free(box_world):
    scene = box_world(96, 96, 12, focal=1.6)
    views = best_views(scene)
    assert set(views) == {1, 2, 3, 4}
    cut_at_all = False
    for object_id, seen in views.items():
        part = {v.frame: scene.visible_part(v.frame)[object_id - 1] for v in seen}
        for view in seen:
            area = (scene.instances(view.frame) == object_id).sum()
            cut = view.box[0] == 0 or view.box[1] == 0 or 96 in view.box[2:]
            cut_at_all |= cut
            expected = area * part[view.frame] * (AT_BORDER_WORTH if cut else 1)
            assert view.worth == pytest.approx(expected)
        assert seen[0].worth == max(v.worth for v in seen)
    assert cut_at_all


def test_hidden_objects_are_worth_less_without_exact_visibility(box_world, recorded):
    """The projected box says how much a mask lacks."""
    scene = box_world(96, 96, 12)
    estimated = recorded.without_exact_visibility(recorded.record(scene))
    exact, rough = best_views(scene), best_views(estimated)
    worths = [(a.worth, b.worth) for n in exact for a, b in zip(
        sorted(exact[n], key=lambda v: v.frame), sorted(rough[n], key=lambda v: v.frame), strict=True)]
    assert np.corrcoef(np.array(worths).T)[0, 1] > 0.9


def test_what_is_too_small_has_no_view(box_world):
    assert best_views(box_world(24, 24, 12, focal=0.3)) == {}


@pytest.mark.parametrize(("rgb", "name"), [
    ((200, 40, 40), "red"), ((40, 170, 60), "green"), ((50, 70, 210), "blue"), ((10, 10, 12), "black"),
    ((245, 245, 250), "white"), ((120, 122, 120), "grey"), ((150, 110, 100), ""), ((150, 190, 60), ""),
    ((128, 128, 20), ""),
])
def test_only_clear_colours_have_a_name(rgb, name):
    assert colour_name(np.tile(np.array(rgb, np.uint8), (50, 1))) == name


def test_a_thing_of_two_colours_has_none():
    pixels = np.array([(200, 40, 40)] * 65 + [(50, 70, 210)] * 35, np.uint8)
    assert colour_name(pixels) == ""


def test_attributes_are_added_only_where_a_name_is_shared(box_world):
    scene = box_world(112, 112, 12)
    views = best_views(scene)
    told = tell_apart(scene, views, {1: "box", 2: "box", 3: "crate", 4: ""})
    assert told == {1: "red box", 2: "green box", 3: "crate", 4: ""}


def test_size_tells_two_of_one_colour_apart(box_world):
    from dataclasses import replace

    scene = box_world(112, 112, 12)
    first, second, *rest = scene.boxes
    scene = box_world(112, 112, 12, boxes=(
        replace(first, colour=(128, 128, 20), size=(1.6, 1.2, 1.4)),
        replace(second, colour=(128, 128, 20), size=(0.8, 0.9, 0.7)), *rest))
    told = tell_apart(scene, best_views(scene), {1: "box", 2: "box"})
    assert told == {1: "larger box", 2: "smaller box"}
    alike = box_world(112, 112, 12, boxes=(
        replace(first, colour=(128, 128, 20), size=(1, 1, 1)),
        replace(second, colour=(128, 128, 20), size=(1, 1, 1.2)), *rest))
    assert tell_apart(alike, best_views(alike), {1: "box", 2: "box"}) == {1: "box", 2: "box"}
