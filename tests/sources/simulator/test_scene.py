"""The simulated scene as every later room sees it."""

import hashlib
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import invert_pose, rotation_error, transform_points
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.simulator.scene import SimulatedScene

Open = Callable[..., SimulatedScene]
SCENES = range(4)


@pytest.mark.parametrize("index", SCENES)
def test_arrays_have_the_shapes_and_types_of_the_standard_scene(
    open_scene: Open, index: int
) -> None:
    scene = open_scene(index)
    count = len(scene.objects)
    assert scene.world_from_camera.shape == (16, 4, 4)
    assert scene.world_from_object.shape == (16, count, 4, 4)
    assert scene.pose_valid.shape == (16, count)
    assert rotation_error(scene.world_from_object).max() < 1e-9
    assert rotation_error(scene.world_from_camera).max() < 1e-9
    assert (scene.rgb(0).shape, scene.rgb(0).dtype) == ((96, 96, 3), np.uint8)
    assert (scene.depth(0).shape, scene.depth(0).dtype) == ((96, 96), np.float32)
    assert (scene.instances(0).shape, scene.instances(0).dtype) == ((96, 96), np.int32)
    assert scene.visible_part(0).shape == (count,)
    assert [o.id for o in scene.objects] == list(range(1, count + 1))
    assert set(np.unique(scene.instances(0))) <= {0, *(o.id for o in scene.objects)}


def test_facts_claim_all_that_geometry_gives(open_scene: Open) -> None:
    """Nothing stands in the picture that is not modelled, and tracks follow from geometry."""
    facts = open_scene(0).facts
    assert set(Capability) - facts.capabilities == {
        Capability.UNMODELLED_OCCLUDERS, Capability.POINT_TRACKS, Capability.WORLD_POINT_TRACKS}
    assert (facts.units, facts.fps, facts.license) == ("metres", 12.0, "CC-BY-4.0")
    assert facts.up is not None
    assert facts.up.tolist() == [0, 0, 1]
    assert facts.K[0, 2] == facts.K[1, 2] == 48


@pytest.mark.parametrize("index", SCENES)
def test_a_surface_point_carried_by_its_object_meets_the_surface_again(
    open_scene: Open, index: int
) -> None:
    scene = open_scene(index)
    errors = np.concatenate([_meeting_errors(scene, a, b) for a, b in ((0, 15), (12, 3))])
    assert len(errors) > 100
    assert np.median(errors) < 1e-5, "metres"


def _meeting_errors(scene: SimulatedScene, a: int, b: int) -> np.ndarray:
    """Metres along the view between points of frame a carried to b and what b's rays meet there."""
    K, ids = scene.facts.K, scene.instances(a)
    v, u = np.nonzero(ids)
    uv = np.stack([u, v], 1) + 0.5
    in_camera = unproject(K, uv, scene.depth(a)[v, u])
    world = transform_points(scene.world_from_camera[a], in_camera)
    number = ids[v, u] - 1
    carry = scene.world_from_object[b, number] @ invert_pose(scene.world_from_object[a, number])
    moved = (carry[:, :3, :3] @ world[..., None])[..., 0] + carry[:, :3, 3]
    moved = moved[scene.sees(b, moved, ids[v, u].astype(np.int64))]
    back = transform_points(invert_pose(scene.world_from_camera[b]), moved)
    rays = scene.caster.rays_at(*project(K, back).T)
    hits = scene.caster.cast(scene.world_from_camera[b], scene.world_from_object[b], rays)
    return np.abs(hits.depth - back[:, 2])


@pytest.mark.parametrize("index", SCENES)
def test_the_conformance_test_of_all_sources_finds_nothing(open_scene: Open, index: int) -> None:
    assert check_scene(open_scene(index)).findings == ()


def test_boxes_contain_the_pixels_of_their_objects(open_scene: Open) -> None:
    scene = open_scene(1)
    ids, depth = scene.instances(5), scene.depth(5)
    for n, entry in enumerate(scene.objects):
        v, u = np.nonzero(ids == entry.id)
        if not len(v):
            continue
        points = unproject(scene.facts.K, np.stack([u, v], 1) + 0.5, depth[v, u])
        world = transform_points(scene.world_from_camera[5], points)
        local = transform_points(invert_pose(scene.world_from_object[5, n]), world)
        assert np.all(np.abs(local) <= entry.size / 2 + 1e-4)


@pytest.mark.parametrize("index", SCENES)
def test_captions_fit_one_thing_each(open_scene: Open, index: int) -> None:
    scene = open_scene(index)
    captions = [entry.caption for entry in scene.objects if entry.caption]
    assert len(set(captions)) == len(captions)
    movable = [entry for entry in scene.objects if not entry.is_static]
    assert all(entry.caption for entry in movable)


def test_static_things_never_move(open_scene: Open) -> None:
    scene = open_scene(2)
    static = [n for n, entry in enumerate(scene.objects) if entry.is_static]
    assert static
    assert np.ptp(scene.world_from_object[:, static], axis=0).max() == 0


def test_frames_may_be_asked_for_in_any_order(open_scene: Open) -> None:
    scene = open_scene(0)
    depth, ids, part = scene.depth(4), scene.instances(4), scene.visible_part(4)
    scene.rgb(9)
    assert np.array_equal(depth, scene.depth(4))
    assert np.array_equal(ids, scene.instances(4))
    assert np.array_equal(part, scene.visible_part(4), equal_nan=True)


def test_a_mover_is_in_another_place_in_the_picture(open_scene: Open) -> None:
    scene = open_scene(0)
    assert not np.array_equal(scene.rgb(0), scene.rgb(15))


def digest(seed: int, index: int) -> str:
    """SHA-256 over poses, depth and ids of a small scene."""
    from fourdp_qa.sources.simulator.source import SimulatorHandle

    scene = SimulatorHandle(seed, index, 64, 12).open()
    total = hashlib.sha256(scene.world_from_object.tobytes() + scene.world_from_camera.tobytes())
    for t in range(12):
        total.update(scene.depth(t).tobytes() + scene.instances(t).tobytes())
    return total.hexdigest()


def test_two_processes_make_the_same_poses_depth_and_ids() -> None:
    code = (
        "import importlib.util as u; "
        f"s = u.spec_from_file_location('t', {__file__!r}); m = u.module_from_spec(s); "
        "s.loader.exec_module(m); print(*[m.digest(7, k) for k in range(3)])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stdout.split() == [digest(7, k) for k in range(3)]
