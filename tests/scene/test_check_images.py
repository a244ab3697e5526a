"""check_scene on single images and on visibility: said once, with the frame."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.check import check_scene


@pytest.fixture
def world(box_world):
    return box_world(height=72, width=80, frames=12)


def text_of(scene):
    report = check_scene(scene)
    return report, "\n".join(report.lines)


def image(name, change):
    def plant(world):
        exact = getattr(world, name)
        setattr(world, name, lambda t: change(exact(t)))
    return plant


def with_pixel(value):
    def change(picture):
        picture = picture.copy()
        picture[5, 5] = value
        return picture
    return change


IMAGES = {
    "rgb as float": (image("rgb", lambda x: x / 255.0), "rgb frame 0: dtype float64, expected uint8"),
    "depth as double": (image("depth", lambda x: x.astype(float)), "depth frame 0: dtype float64"),
    "depth sideways": (image("depth", lambda x: x.T), "likely mistake: height and width exchanged"),
    "infinite sky": (image("depth", with_pixel(np.inf)), "depth frame 0: pixels that are negative or"),
    "negative depth": (image("depth", with_pixel(-1)), "depth frame 0: pixels that are negative or"),
    "depth lost": (image("depth", np.zeros_like),
                   "depth frame 0: 100% of the object pixels without, expected at most 5%"),
    "unknown id": (image("instances", with_pixel(77)),
                   "instances frame 0: id 77 without an object"),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_wrong_images_are_said(world, kind):
    plant, words = IMAGES[kind]
    plant(world)
    report, text = text_of(world)
    assert not report.ok, text
    assert words in text
    assert text.count(words) == 1, "said once, not for every frame"


def test_a_damaged_file_becomes_a_finding(world):
    exact = world.depth

    def damaged(t):
        if t == 6:
            raise SourceDataError("depth_00006.tiff", "", found="a damaged file", expected="TIFF")
        return exact(t)

    world.depth = damaged
    report, text = text_of(world)
    assert len(report.errors) == 1, text
    assert "images frame 6: depth_00006.tiff: found a damaged file" in text


def test_visibility_that_contradicts_the_image_is_said(world):
    world.visible_part = lambda t: np.array([1.0, 0.0, 1.0, 2.0])
    world.sees = lambda t, points, ids: np.zeros(len(points), dtype=bool)
    report, text = text_of(world)
    assert "visible_part[1] frame 0: 0, expected a share in [0, 1], more than 0" in text
    assert "visible_part[3] frame 0: 2, expected" in text
    assert "sees frame 0: 100% of the points the image shows are denied" in text
    assert not report.ok


def test_promised_visibility_must_be_there(world):
    world.visible_part = lambda t: None
    assert "visible_part frame 0: None" in text_of(world)[1]
