"""Every camera component, measured with the library's own axes and signs."""

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.camera import camera_angles, heading_axes
from fourdp_qa.scene.pose import Floats, make_pose, rotation_error
from fourdp_qa.sources.simulator.camera_paths import camera_path, camera_rotation
from fourdp_qa.sources.simulator.spec import CameraComponent, CameraSpec

UP = np.array([0.0, 0.0, 1.0])
S = np.linspace(0, 1, 9)


def measured(path: Floats) -> dict[str, float]:
    """Change from first to last frame: metres forward, right, up; radians."""
    axes, angles = heading_axes(path[:1], UP), camera_angles(path, UP)
    moved = path[-1, :3, 3] - path[0, :3, 3]
    return {
        "forward": float(moved @ axes.forward[0]), "right": float(moved @ axes.right[0]),
        "up": float(moved @ UP), "azimuth": float(angles.azimuth[-1]),
        "elevation": float(angles.elevation[-1] - angles.elevation[0]),
        "roll": float(angles.roll[-1] - angles.roll[0]),
    }


def camera(*components: CameraComponent, elevation: float = -0.5) -> CameraSpec:
    return CameraSpec("test", (1.0, -5.0, 2.0), 1.9, elevation, 1.0, (0, 0, 0), -1, components)


@pytest.mark.parametrize(("kind", "axis"), [
    ("dolly", "forward"), ("truck", "right"), ("pedestal", "up"), ("pan", "azimuth"),
    ("tilt", "elevation"), ("roll", "roll"),
])
def test_a_component_changes_its_own_axis_and_no_other(kind: str, axis: str) -> None:
    change = measured(camera_path(camera(CameraComponent(kind, 0.3)), S))
    for name, value in change.items():
        assert value == pytest.approx(0.3 if name == axis else 0.0, abs=1e-9), name


def test_components_add_up_without_leaking_into_each_other() -> None:
    parts = [CameraComponent("dolly", 0.4), CameraComponent("pan", -0.2),
             CameraComponent("roll", 0.1)]
    change = measured(camera_path(camera(*parts), S))
    assert change["forward"] == pytest.approx(0.4)
    assert change["azimuth"] == pytest.approx(-0.2)
    assert change["roll"] == pytest.approx(0.1)
    assert change["elevation"] == pytest.approx(0, abs=1e-9)


def test_an_orbit_to_the_right_keeps_the_focus_centred_and_pans_left() -> None:
    eye, focus = np.array([-5.0, 0, 2.0]), np.array([0.0, 0, 0.5])
    elevation = float(np.arctan2(focus[2] - eye[2], 5.0))
    spec = CameraSpec("orbit", (-5, 0, 2), 0.0, elevation, 1.0, (0, 0, 0.5), -1,
                      (CameraComponent("orbit", 0.5),))
    path = camera_path(spec, S)
    for pose in path:
        towards = focus - pose[:3, 3]
        assert pose[:3, 2] @ towards / np.linalg.norm(towards) == pytest.approx(1)
    change = measured(path)
    assert change["right"] > 0
    assert change["azimuth"] == pytest.approx(-0.5)


def target_path() -> Floats:
    """One object that goes 2 m along y and is lifted by 1 m."""
    position = np.stack([np.full(9, 3.0), 2 * S, S], axis=1)
    return make_pose(np.broadcast_to(np.eye(3), (9, 3, 3)), position)[:, None]


def test_a_following_camera_keeps_its_horizontal_offset() -> None:
    spec = replace(camera(CameraComponent("follow")), target=0)
    path = camera_path(spec, S, target_path())
    np.testing.assert_allclose(path[:, :2, 3] - target_path()[:, 0, :2, 3],
                               np.tile(path[0, :2, 3] - [3, 0], (9, 1)), atol=1e-12)
    assert np.ptp(path[:, 2, 3]) == 0


def test_a_tracking_camera_stays_and_keeps_its_target_in_one_column() -> None:
    spec = CameraSpec("track", (0, 0, 1), 0.0, 0.0, 1.0, (0, 0, 0), 0, (CameraComponent("track"),))
    path = camera_path(spec, S, target_path())
    assert np.ptp(path[:, :3, 3], axis=0).max() == 0
    seen = np.einsum("tji,tj->ti", path[:, :3, :3], target_path()[:, 0, :3, 3] - path[:, :3, 3])
    np.testing.assert_allclose(seen[:, 0] / seen[:, 2], 0, atol=1e-12)


def test_following_without_poses_is_refused() -> None:
    with pytest.raises(ValueError, match="poses"):
        camera_path(camera(CameraComponent("follow")), S)


def test_camera_rotations_are_rotations() -> None:
    angles = np.random.default_rng(0).uniform(-0.7, 0.7, (3, 50))
    pose = make_pose(camera_rotation(*angles), np.zeros(3))
    assert rotation_error(pose).max() < 1e-12
