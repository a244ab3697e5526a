"""Variants of a scene: each changes one thing and keeps the rest to the last bit."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError, SceneLeftOutError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.physics import simulate
from fourdp_qa.sources.simulator.sampling import play
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.spec import CameraComponent, CameraSpec, MotionSpec
from fourdp_qa.sources.simulator.variant_source import VARIANTS, VariantHandle
from fourdp_qa.sources.simulator.variants import film

SCENES = range(6)
SAME_FIRST_PICTURE = VARIANTS[1:-2]
CAMERAS = ("static_camera", "other_path", "rotation_only", "translation_only")


@cache
def variant(index, name):
    """None where it is left out."""
    try:
        return VariantHandle(SimulatorHandle(0, index, 96, 16), name).open()
    except SceneLeftOutError:
        return None


def each(*names):
    """(original, variant, name) of all scenes that have the variant."""
    found = [
        (variant(index, "original"), variant(index, name), name)
        for index in SCENES for name in names if variant(index, name) is not None
    ]
    assert len(found) >= 3 * len(names)
    return found


def turn(poses):
    """Largest angle of the cameras against the first, radians."""
    trace = np.einsum("tij,ij->t", poses[:, :3, :3], poses[0, :3, :3])
    return float(np.arccos(np.clip((trace - 1) / 2, -1, 1)).max())


def way(poses):
    """Largest distance of the cameras from the first, metres."""
    return float(np.linalg.norm(poses[:, :3, 3] - poses[0, :3, 3], axis=-1).max())


def test_every_scene_comes_with_all_its_variants_under_one_key():
    handles = list_scenes("simulator", SourceOptions(size=96, frames=16, scenes=2, groups=True))
    assert [h.variant for h in handles] == [*VARIANTS, *VARIANTS]
    assert len({h.scene_id for h in handles}) == len(handles)
    assert len({h.split_key for h in handles}) == 2
    scene = variant(1, "mirrored")
    told = [v for name in VARIANTS if (v := variant(1, name)) is not None]
    assert (scene.facts.group_id, scene.facts.variant) == ("sim-000000-000001", "mirrored")
    assert scene.facts.scene_id == "sim-000000-000001~mirrored"
    assert {v.facts.draw_key for v in told} == {"sim-000000-000001"}


def test_the_original_is_the_scene_that_is_drawn_without_groups():
    alone, first = SimulatorHandle(0, 1, 96, 16).open(), variant(1, "original")
    assert alone.facts.scene_id == first.facts.scene_id
    assert (alone.world_from_camera == first.world_from_camera).all()
    assert (alone.world_from_object == first.world_from_object).all()


def test_all_but_the_mirrored_and_the_reversed_begin_with_the_same_picture():
    for original, changed, _ in each(*SAME_FIRST_PICTURE):
        assert (changed.instances(0) == original.instances(0)).all()
        assert (changed.depth(0) == original.depth(0)).all()


def test_another_camera_leaves_the_objects_alone():
    for original, changed, name in each(*CAMERAS):
        assert (changed.world_from_object == original.world_from_object).all()
        poses = changed.world_from_camera
        assert (poses[0] == original.world_from_camera[0]).all()
        far = np.nanmedian(np.linalg.norm(
            original.world_from_object[0, :, :3, 3] - poses[0, :3, 3], axis=-1))
        turns, goes = turn(poses) > np.radians(6), way(poses) > 0.02 * far
        if name != "other_path":
            assert (turns, goes) == {
                "static_camera": (False, False), "rotation_only": (True, False),
                "translation_only": (False, True)}[name]
        assert np.abs(poses - original.world_from_camera).max() > 1e-3 * far
    for _, still, _ in each("static_camera"):
        assert (still.world_from_camera == still.world_from_camera[0]).all()


def test_another_speed_is_the_same_course_under_the_same_camera():
    for original, slower, _ in each("slower"):
        assert (slower.world_from_camera == original.world_from_camera).all()
        np.testing.assert_allclose(
            slower.world_from_object[::2], original.world_from_object[:8], atol=1e-9)
    for original, faster, _ in each("faster"):
        assert (faster.world_from_camera == original.world_from_camera).all()
        np.testing.assert_allclose(
            faster.world_from_object[0:11:2], original.world_from_object[::3], atol=1e-9)


def test_what_is_hit_is_hit_at_the_other_speed_too(make_object, make_spec):
    """A driven crate pushes one that rests, beside something that rolls by physics."""
    spec = make_spec(
        make_object(x=0.0, motion=MotionSpec("drive", distance=2.0)), make_object(x=1.2),
        make_object("ball", x=2.0, y=3.0, motion=MotionSpec("roll", velocity=(0.5, 0.0, 0.0))))
    original, slower = simulate(spec), simulate(spec, 0.5)
    assert np.linalg.norm(original.world_from_object[7, 1] - original.world_from_object[0, 1]) > 0.1
    np.testing.assert_allclose(
        slower.world_from_object[::2], original.world_from_object[:8], atol=1e-9)


def test_the_mirrored_and_the_reversed_scene_are_the_recorded_changes_of_the_rules(recorded):
    for name, change in (("mirrored", recorded.mirrored), ("reversed", recorded.backwards)):
        for original, changed, _ in each(name):
            expected = change(recorded.record(original))
            last = original.facts.frame_count - 1
            np.testing.assert_array_equal(changed.facts.K, expected.facts.K)
            np.testing.assert_allclose(changed.facts.up, expected.facts.up, atol=1e-12)
            for poses in ("world_from_camera", "world_from_object"):
                np.testing.assert_array_equal(getattr(changed, poses), getattr(expected, poses))
            np.testing.assert_allclose(
                np.linalg.det(changed.world_from_object[..., :3, :3]), 1, atol=1e-9)
            points = changed.world_from_object[3, :, :3, 3] + (0, 0, 0.05)
            ids = np.array([o.id for o in changed.objects])
            for t in (0, 3, last):
                assert (changed.depth(t) == expected.depth(t)).all()
                assert (changed.instances(t) == expected.instances(t)).all()
                np.testing.assert_array_equal(changed.visible_part(t), expected.visible_part(t))
                assert (changed.sees(t, points, ids) == expected.sees(t, points, ids)).all()
            picture = original.rgb(3)[:, ::-1] if name == "mirrored" else original.rgb(last - 3)
            assert (changed.rgb(3) == picture).all()


@pytest.mark.parametrize("name", VARIANTS)
def test_the_geometry_of_every_variant_proves_itself(name):
    report = check_scene(next(v for n in SCENES if (v := variant(n, name)) is not None))
    assert report.ok, report.lines


def test_a_variant_that_would_show_nothing_new_is_left_out(make_object, make_spec):
    still = play(make_spec(*(make_object(y=y, x=1.0) for y in (-1.5, 0.0, 1.5))))
    with pytest.raises(SceneLeftOutError, match="the camera stands still already"):
        film(still, "static_camera")
    with pytest.raises(SceneLeftOutError, match="nothing moves"):
        film(still, "slower")


def test_a_variant_that_loses_its_objects_is_left_out(make_object, make_spec):
    """What a camera follows leaves the picture of one that does not."""
    gone = MotionSpec("carry", displacement=(0.0, 9.0, 0.0))
    camera = CameraSpec("follow", (-6.0, 0.0, 1.5), 0.0, 0.0, 1.0, (0, 0, 0), 0,
                        (CameraComponent("follow"),))
    convoy = play(make_spec(*(make_object(y=y, x=1.0, motion=gone) for y in (-1.8, -0.6, 0.6, 1.8)),
                            camera=camera))
    assert film(convoy, "original") is convoy
    with pytest.raises(SceneLeftOutError, match="too few objects in sight"):
        film(convoy, "static_camera")


def test_a_source_of_recorded_scenes_refuses_groups(tmp_path):
    with pytest.raises(FourdpQaError, match="kubric: --groups: found a source of recorded scenes"):
        list_scenes("kubric", SourceOptions(roots=(tmp_path,), groups=True))
