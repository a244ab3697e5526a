"""The camera model of both headsets, beside the library that belongs to them and points done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.sources.hot3d.fisheye import Fisheye624


def points(count, reach):
    rng = np.random.default_rng(3)
    angle, turn = rng.uniform(0, reach, count), rng.uniform(0, 2 * np.pi, count)
    rays = np.stack([np.sin(angle) * np.cos(turn), np.sin(angle) * np.sin(turn), np.cos(angle)], axis=-1)
    return rays * rng.uniform(0.2, 5.0, (count, 1))


@pytest.mark.parametrize("name", ["camera-rgb", "camera-slam-left", "Quest 3"])
def test_it_projects_as_the_library_does(calibrations, name):
    from projectaria_tools.core import calibration as library
    from projectaria_tools.core.sophus import SE3

    params = calibrations[name]
    # The library holds one focal length: the second of Quest 3's, which is the same, is left out.
    shared = params if len(params) == 15 else [params[0], *params[2:]]
    theirs = library.CameraCalibration(name, library.CameraModelType.FISHEYE624, np.array(shared), SE3(),
                                       1408, 1408, None, np.pi, "")
    seen = points(500, 1.2)
    expected = np.array([theirs.project_no_checks(point) for point in seen])
    np.testing.assert_allclose(Fisheye624.of(params, 1.3).project(seen), expected, atol=1e-9, rtol=0)


def test_two_focal_lengths_are_kept_apart(calibrations):
    params = calibrations["Quest 3"].copy()
    params[1] *= 2
    wide, tall = Fisheye624.of(calibrations["Quest 3"], 1.3), Fisheye624.of(params, 1.3)
    off = tall.project([[0.1, 0.2, 1.0]]) - tall.centre, wide.project([[0.1, 0.2, 1.0]]) - wide.centre
    np.testing.assert_allclose(off[0], off[1] * (1, 2), atol=1e-12)


def test_a_point_by_hand():
    """Without distortion the distance from the middle is the angle times the focal length: 45 degrees to the
    right at f = 100 lie 78.54 pixels right of the centre.
    """
    camera = Fisheye624.of([100.0, 50.0, 40.0, *[0.0] * 12], 1.5)
    np.testing.assert_allclose(camera.project([2.0, 0.0, 2.0]), [50 + 100 * np.pi / 4, 40])
    np.testing.assert_array_equal(camera.project([0.0, 0.0, 3.0]), [50, 40])


def test_radial_tangential_and_prism_terms_by_hand():
    x = np.tan(0.1)  # straight to the right, 0.1 rad
    for place, expected in ((0, (0.1 * (1 + 0.01), 0)), (5, (0.1 * (1 + 1e-12), 0)), (6, (0.1 + 0.03, 0)),
                            (7, (0.1, 0.01)), (8, (0.1 + 0.01, 0)), (9, (0.1 + 1e-4, 0)), (10, (0.1, 0.01)),
                            (11, (0.1, 1e-4))):
        terms = np.zeros(12)
        terms[place] = 1.0
        camera = Fisheye624.of([1.0, 0.0, 0.0, *terms], 1.5)
        np.testing.assert_allclose(camera.project([x, 0.0, 1.0]), expected, atol=1e-12, err_msg=str(place))


def test_behind_and_beyond_its_angle_nothing_is_seen(calibrations):
    camera = Fisheye624.of(calibrations["camera-rgb"], 1.0)
    seen = camera.project([[0, 0, -1.0], [0, 0, 0.0], [np.tan(1.01), 0, 1], [np.tan(0.99), 0, 1]])
    np.testing.assert_array_equal(np.isfinite(seen).all(axis=-1), [False, False, False, True])


@pytest.mark.parametrize("count", [0, 14, 17])
def test_another_count_of_numbers_is_refused(count):
    with pytest.raises(ValueError, match=f"{count} numbers, expected 15 or 16"):
        Fisheye624.of([1.0] * count, 1.0)
