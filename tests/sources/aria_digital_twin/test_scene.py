"""A sequence read back: equal to the scene it was written from, light, quiet, and honest about its facts."""

from __future__ import annotations

import ctypes
import os
import pickle

import numpy as np
import pytest

from fourdp_qa.errors import MissingExtraError, SceneLeftOutError, SourceDataError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import make_pose
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes

FULL = {Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
        Capability.GRAVITY, Capability.METRIC_SCALE}


def opened(folder, side=112):
    (handle,) = list_scenes("aria_digital_twin", SourceOptions(roots=(folder,), size=side))
    return handle.open()


def drop_lines(path, which):
    kept = [line for k, line in enumerate(path.read_text().splitlines()) if not which(k, line)]
    path.write_text("\n".join(kept) + "\n")


@pytest.fixture(scope="module")
def behind_a_real_lens(adt, room, turned_device, tmp_path_factory):
    """The scene and the folder: real distortion, a device frame of its own, boxes off their origin."""
    scene = room(frames=3)
    lens = adt.Lens.real(2.0 * adt.FOCAL_SHARE * 112)
    folder = tmp_path_factory.mktemp("real") / "seq2"
    adt.AdtSequence(scene, folder, lens, device=turned_device, plain_objects=False).write()
    return scene, folder


def test_a_sequence_comes_back_as_the_scene_it_was_written_from(whole):
    made, scene = whole.scene, opened(whole.folder)
    facts = scene.facts
    assert (facts.height, facts.width, facts.frame_count, facts.fps) == (112, 112, 12, 30.0)
    np.testing.assert_allclose(facts.K, made.facts.K)
    np.testing.assert_allclose(facts.up, made.facts.up)
    np.testing.assert_allclose(scene.world_from_camera, made.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, made.world_from_object, atol=1e-9)
    np.testing.assert_allclose([o.size for o in scene.objects], [o.size for o in made.objects])
    for t in (0, 11):
        np.testing.assert_array_equal(scene.instances(t), made.instances(t))
        near = (made.depth(t) > 0) & (made.depth(t) < 12)  # beyond, a floor gains a metre a pixel
        np.testing.assert_allclose(scene.depth(t)[near], made.depth(t)[near], atol=0.000502)  # half a step
        assert np.abs(scene.rgb(t).astype(int) - made.rgb(t)).mean() < 2.0  # JPEG
        assert (scene.rgb(t).dtype, scene.depth(t).dtype, scene.instances(t).dtype) == (
            np.uint8, np.float32, np.int32)


def test_it_comes_back_through_a_real_lens_too(behind_a_real_lens):
    made, folder = behind_a_real_lens
    scene = opened(folder)
    np.testing.assert_allclose(scene.world_from_camera, made.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, made.world_from_object, atol=1e-9)
    np.testing.assert_allclose([o.size for o in scene.objects], [o.size for o in made.objects])
    differ = scene.instances(0) != made.instances(0)
    assert differ.mean() < 0.005  # a pixel of the lens is half of ours, so edges move by a quarter
    both = ~differ & (made.instances(0) > 0)
    assert np.median(np.abs(scene.depth(0) - made.depth(0))[both] / made.depth(0)[both]) < 0.0025
    assert np.abs(scene.rgb(0).astype(int) - made.rgb(0)).mean() < 3.0


def test_depth_and_ids_are_never_mixed_from_two_pixels(behind_a_real_lens, adt):
    """Every depth that comes back was stored: nearest sampling invents none at edges."""
    made, folder = behind_a_real_lens
    scene = opened(folder)
    lens = adt.Lens.real(2.0 * adt.FOCAL_SHARE * 112)
    stored = np.round(1000.0 * made.cast(0, lens.rays)[0])
    assert np.isin(np.round(1000.0 * scene.depth(0).astype(np.float64)), [0, *np.unique(stored)]).all()


def test_the_lens_of_the_fixtures_is_that_of_the_library(behind_a_real_lens, adt):
    calibration = opened(behind_a_real_lens[1])._sequence.recording.calibration
    lens = adt.Lens.real(2.0 * adt.FOCAL_SHARE * 112)
    for x, y in ((0.0, 0.0), (0.4, -0.3), (-0.9, 0.9)):
        np.testing.assert_allclose(lens.project(x, y), calibration.project(np.array([x, y, 1.0])), atol=1e-9)
    pixel = 40 * lens.side + 90
    x, y = lens.rays[1, pixel], -lens.rays[0, pixel]  # upright to raw
    np.testing.assert_allclose(lens.project(x, y), (90, 40), atol=1e-6)


def test_facts_are_honest(whole):
    scene = opened(whole.folder)
    facts = scene.facts
    assert (facts.source, facts.scene_id, facts.split_key) == (
        "aria_digital_twin", "Apartment_seq1", "Apartment_seq1")
    assert (facts.units, facts.license, facts.standard) == (
        "metres", "LicenseRef-Aria-Digital-Twin", "egocentric")
    assert check_scene(scene).ok
    assert [o.id for o in scene.objects] == [1, 2, 3, 4]
    assert [o.is_static for o in scene.objects] == [True, False, False, False]
    assert not any(o.is_agent or o.front is not None or o.is_environment for o in scene.objects)
    assert {o.caption for o in scene.objects} == {"book"}


def test_the_building_is_the_static_world(whole):
    """Walls and floor carry an id in the files; here they are what every other source calls background."""
    scene = opened(whole.folder)
    background = scene.instances(0) == 0
    assert background.mean() > 0.3 and (scene.depth(0)[background] > 0).mean() > 0.3
    assert "shelter" not in {o.kind for o in scene.objects}


def test_what_is_static_and_longer_than_furniture_is_the_building_too(written):
    """A door that may be moved is a thing, however long it is said to be and even while it stays."""
    def longer(number):
        written.boxes[number] = np.array([-2.1, -0.1, -0.1]), np.array([2.1, 0.1, 0.1])
        written.write_boxes()
        return [item.id for item in opened(written.folder).objects]
    written.static[1] = True
    written.write_objects()
    assert longer(1) == [1, 2, 3, 4]
    assert longer(0) == [1, 2, 3]


def test_movable_is_not_moving(written):
    """A thing that may move and has one row for the whole recording is neither static nor moving."""
    written.static[1] = True
    written.write_objects()
    scene = opened(written.folder)
    assert not scene.objects[1].is_static and scene.pose_valid[:, 1].all()
    assert np.ptp(scene.world_from_object[:, 1], axis=0).max() == 0


def test_a_thing_without_a_fresh_record_has_no_pose_there(written):
    stamp = f"{written.uids[2]},{written.truth_times[5] + 700},"
    drop_lines(written.folder / "scene_objects.csv", lambda number, line: line.startswith(stamp))
    scene = opened(written.folder)
    assert not scene.pose_valid[5, 2] and scene.pose_valid.sum() == 12 * 4 - 1
    assert np.isnan(scene.world_from_object[5, 2]).all()


@pytest.mark.parametrize("lost", ["depth", "ids", "device pose"])
def test_a_stale_record_ends_the_scene(written, lost):
    """The library would answer with the record of the frame before, 33 ms old, and call it valid."""
    if lost == "device pose":
        drop_lines(written.folder / "aria_trajectory.csv", lambda number, line: number == 4)
    else:
        written.write_truth(**{lost: lambda t, picture: None if t == 3 else picture})
    scene = opened(written.folder)
    assert scene.facts.frame_count == 8  # 4 to 11; 0 to 2 are fewer
    np.testing.assert_allclose(scene.world_from_camera, written.scene.world_from_camera[4:], atol=1e-9)
    np.testing.assert_array_equal(scene.instances(0), written.scene.instances(4))


def test_a_record_of_four_milliseconds_is_fresh_and_one_of_six_is_not(written):
    late = np.where(np.arange(12) == 10, 6_000_000, 4_000_000)
    written.write_truth(times=written.captured + late)
    assert opened(written.folder).facts.frame_count == 10


def test_a_gap_between_pictures_ends_the_scene(written):
    written.captured = written.captured + np.where(np.arange(12) >= 7, 2 * 33_333_000, 0)
    written.truth_times = written.captured + 1000
    for write in (written.write_tables, written.write_video, written.write_truth):
        write()
    assert opened(written.folder).facts.frame_count == 7


@pytest.fixture
def with_people(written, adt):
    """The wearer and another person, who walks along x and sways at each step."""
    time = np.arange(12)
    walk = make_pose(np.eye(3), np.stack([0.05 * time, 0 * time + 4.0, 0 * time + 0.9], axis=1))
    written.people = {
        adt.PEOPLE[0]: (adt.SERIAL, np.stack([adt.person(p) for p in walk])),
        adt.PEOPLE[1]: (adt.OTHER_SERIAL, np.stack([
            adt.person(p, sway=0.02 * (-1) ** k) for k, p in enumerate(walk)])),
    }
    written.write_tables()
    written.write_truth()
    return written


def test_another_person_is_an_agent_at_the_root_joint(with_people):
    scene = opened(with_people.folder)
    people = [n for n, item in enumerate(scene.objects) if item.kind == "person"]
    assert scene.facts.capabilities == FULL  # all bodies are in depth and ids
    wearer, other = (scene.objects[n] for n in people)
    assert not wearer.is_agent and not scene.pose_valid[:, people[0]].any()
    assert other.is_agent and not other.is_rigid and other.caption == "person"
    np.testing.assert_array_equal(other.front, [1, 0, 0])
    poses = scene.world_from_object[:, people[1]]
    np.testing.assert_allclose(poses[:, :3, 0], [[1, 0, 0]] * 12, atol=1e-6)  # the hips face along x
    np.testing.assert_allclose(poses[:, 0, 3], 0.05 * np.arange(12), atol=1e-6)  # steady steps stay
    assert np.abs(poses[4:8, 1, 3] - 4.0).max() < 0.004  # the sway of 2 cm is smoothed away
    assert 1.6 < other.size[2] < 2.0 and 0.4 < other.size[1] < 1.2


def test_a_joint_record_that_is_stale_leaves_the_person_without_a_pose(with_people, adt):
    uid = adt.PEOPLE[1]
    serial, joints = with_people.people[uid]
    with_people.people[uid] = serial, [None if t == 6 else places for t, places in enumerate(joints)]
    with_people.write_people()
    scene = opened(with_people.folder)
    n = next(n for n, item in enumerate(scene.objects) if item.is_agent)
    assert np.flatnonzero(~scene.pose_valid[:, n]).tolist() == [6]
    assert np.isnan(scene.world_from_object[6, n]).all()


def test_bodies_that_were_not_tracked_are_said_to_hide_things(written, with_people):
    """Without the wearer's body, hands in the picture have neither depth nor id."""
    assert Capability.UNMODELLED_OCCLUDERS not in opened(with_people.folder).facts.capabilities
    only_the_other = dict(list(with_people.people.items())[1:])
    with_people.people = only_the_other
    with_people.write_tables()
    assert Capability.UNMODELLED_OCCLUDERS in opened(with_people.folder).facts.capabilities
    with_people.people = {}
    with_people.write_tables()
    assert Capability.UNMODELLED_OCCLUDERS in opened(with_people.folder).facts.capabilities


def test_nothing_is_decoded_before_it_is_asked_for(written, monkeypatch):
    from fourdp_qa.sources.aria_digital_twin import video

    asked = []
    picture = video.Recording._picture
    monkeypatch.setattr(video.Recording, "_picture",
                        lambda self, query, name, time, dtype: asked.append((name, time))
                        or picture(self, query, name, time, dtype))
    scene = opened(written.folder)
    assert asked == []
    scene.depth(7)
    assert asked == [("depth_images.vrs", int(written.truth_times[7]))]


def test_the_library_says_nothing_on_our_streams(whole, capfd):
    scene = opened(whole.folder)
    scene.rgb(0), scene.depth(0), scene.instances(0)
    ctypes.CDLL(None).fflush(None)  # what C's buffers hold would come out at the end of the process
    assert capfd.readouterr() == ("", "")
    os.write(1, b"still there")
    assert capfd.readouterr().out == "still there"


def test_without_the_extra_one_line_names_it(whole, monkeypatch):
    from fourdp_qa.sources.aria_digital_twin import video

    monkeypatch.setattr(video, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install --no-deps projectaria-tools.*fourdp-qa\[adt\]"):
        opened(whole.folder)


def test_a_corrupt_sequence_is_left_out(whole, tmp_path):
    folder = tmp_path / "Apartment_release_clean_seq139"
    folder.symlink_to(whole.folder)
    with pytest.raises(SceneLeftOutError, match="listed as corrupt"):
        opened(folder)


def test_an_id_that_is_not_listed_is_refused(written):
    written.write_truth(ids=lambda t, stored: np.where(stored == written.uids[0], 77, stored))
    with pytest.raises(SourceDataError, match=r"ids frame 0: found id 77, expected instances"):
        opened(written.folder).instances(0)


def test_the_handle_is_light_and_picklable(whole):
    (handle,) = list_scenes("aria_digital_twin", SourceOptions(roots=(whole.folder.parent,), size=112))
    again = pickle.loads(pickle.dumps(handle))  # noqa: S301
    assert (again.scene_id, again.split_key) == ("Apartment_seq1", "Apartment_seq1")
    assert again.open().facts.frame_count == 12


def test_the_registry_knows_it():
    source = get_source("aria_digital_twin")
    assert (source.name, source.code, source.extra) == ("aria_digital_twin", "adt", "adt")
    assert source.modules == ("projectaria_tools",) and source.capabilities == FULL
