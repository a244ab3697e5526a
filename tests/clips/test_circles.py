"""A ring is where it should be, as thick as it must be, and its colour survives the encoder."""

import colorsys
import re

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.clips.circles import draw_circles, ring_colours
from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.details import CircleMark

COLOURS = list(ring_colours())
WIDTH_AT_LEAST = 3.0


def textured(side, count=12, seed=0):
    """Coloured texture that drifts: the worst ground for a thin coloured line in 4:2:0."""
    rng = np.random.default_rng(seed)
    ground = np.zeros((side, side, 3))
    for cells, weight in ((6, 0.5), (40, 0.3), (side // 2, 0.2)):
        noise = rng.integers(0, 255, (cells, cells, 3), dtype=np.uint8)
        ground += weight * np.asarray(Image.fromarray(noise).resize((side, side)), dtype=float)
    return np.stack([np.roll(ground, 3 * t, axis=1) for t in range(count)]).astype(np.uint8)


def distance_from(side, centre):
    y, x = np.mgrid[:side, :side] + 0.5
    return np.hypot(x - centre[0] * side, y - centre[1] * side)


def hue(rgb):
    return 360 * colorsys.rgb_to_hsv(*(np.asarray(rgb) / 255))[0]


def hue_gap(a, b):
    return abs((hue(a) - hue(b) + 180) % 360 - 180)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("side", [224, 448])
def test_every_colour_keeps_its_hue_after_encoding_on_a_textured_ground(tmp_path, colour, side):
    wanted = ring_colours()[colour].srgb
    centre, radius = (0.47, 0.52), 0.12
    mark = CircleMark(colour, radius, dict.fromkeys(range(12), centre))
    encode_clip(draw_circles(textured(side), [mark]), tmp_path / "ring.mp4", fps=12)
    decoded = decode_clip(tmp_path / "ring.mp4")
    band = np.abs(distance_from(side, centre) - radius * side) < WIDTH_AT_LEAST / 2 - 0.5
    pixels = decoded[:, band].reshape(-1, 3)
    seen = np.median(pixels, axis=0)
    assert hue_gap(seen, wanted) < 8
    assert colorsys.rgb_to_hsv(*(seen / 255))[1] > 0.6, "still a colour, not grey"
    # Nobody can take it for another: nine in ten pixels are nearest to their own name.
    table = np.array([ring_colours()[name].srgb for name in COLOURS], dtype=float)
    nearest = np.linalg.norm(pixels[:, None] - table[None], axis=2).argmin(axis=1)
    assert np.mean(nearest == COLOURS.index(colour)) > 0.9


def test_named_colours_are_apart_and_each_says_why():
    colours = list(ring_colours().values())
    assert len(colours) >= 6
    for i, one in enumerate(colours):
        assert re.fullmatch("[a-z]+", one.name) and one.reason
        for other in colours[i + 1 :]:
            assert hue_gap(one.srgb, other.srgb) >= 24


@pytest.mark.parametrize("side", [64, 224, 448])
def test_the_band_is_three_pixels_wide_between_a_dark_and_a_light_edge(side):
    for ground in (0, 128, 255):
        frames = np.full((1, side, side, 3), ground, np.uint8)
        centre, radius = (0.5, 0.5), 0.25
        drawn = draw_circles(frames, [CircleMark("red", radius, {0: centre})])[0].astype(int)
        along = drawn[side // 2, side // 2 :].astype(int)  # from the centre to the right
        red = (along[:, 0] > 200) & (along[:, 1] < 60)
        assert red.sum() >= WIDTH_AT_LEAST - 1, "a pixel may be shared with an edge"
        first, last = np.flatnonzero(red)[[0, -1]]
        light, dark = along[first - 2 : first], along[last + 1 : last + 3]
        assert light.min(axis=1).max() > 200, "light inside"
        assert dark.max(axis=1).min() < 60, "dark outside"


def test_the_ring_has_its_radius_and_centre_and_keeps_both_in_all_frames():
    side, radius = 200, 0.2
    centres = {0: (0.3, 0.4), 2: (0.55, 0.6)}
    frames = np.full((3, side, side, 3), 90, np.uint8)
    drawn = draw_circles(frames, [CircleMark("green", radius, centres)])
    np.testing.assert_array_equal(drawn[1], frames[1])
    for t, centre in centres.items():
        changed = (drawn[t] != frames[t]).any(axis=2)
        distances = distance_from(side, centre)[changed]
        assert np.median(distances) == pytest.approx(radius * side, abs=0.7)
        y, x = np.nonzero(changed)
        assert (x + 0.5).mean() / side == pytest.approx(centre[0], abs=0.002)
        assert (y + 0.5).mean() / side == pytest.approx(centre[1], abs=0.002)
        inside = distance_from(side, centre) < radius * side - 8
        np.testing.assert_array_equal(drawn[t][inside], frames[t][inside])


def test_the_edge_is_anti_aliased():
    frames = np.zeros((1, 200, 200, 3), np.uint8)
    drawn = draw_circles(frames, [CircleMark("yellow", 0.3, {0: (0.5, 0.5)})])[0]
    assert len(np.unique(drawn[..., 0])) > 20, "shades between the band and its edges"


def test_the_frames_given_stay_as_they_are_and_rings_may_leave_the_frame():
    frames = np.full((2, 64, 64, 3), 50, np.uint8)
    drawn = draw_circles(frames, [CircleMark("blue", 0.3, {0: (0.0, 1.0), 1: (1.4, 1.4)})])
    assert (frames == 50).all()
    assert (drawn[0] != 50).any() and (drawn[1] == 50).all()


@pytest.mark.parametrize(("mark", "message"), [
    (CircleMark("mauve", 0.1, {0: (0.5, 0.5)}), "found colour 'mauve', expected one of red"),
    (CircleMark("red", 0.1, {5: (0.5, 0.5)}), "found frame 5, expected 0 to 1"),
    (CircleMark("red", 0.0, {0: (0.5, 0.5)}), "found radius 0.0"),
])
def test_marks_that_make_no_sense_are_refused(mark, message):
    with pytest.raises(FourdpQaError, match=message):
        draw_circles(np.zeros((2, 64, 64, 3), np.uint8), [mark])
