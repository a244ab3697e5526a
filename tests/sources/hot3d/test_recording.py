"""A recording of the full release, whose VRS file the real library opens: read back, in runs, damaged."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from damage import is_one_helpful_line

from fourdp_qa.cli import main
from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import invert_pose, make_pose
from fourdp_qa.sources.registry import SourceOptions, list_scenes

SIZE = 96


def opened(recording):
    (handle,) = list_scenes("hot3d", SourceOptions(roots=(recording.write(),), size=SIZE))
    return handle.open()


def column(recording, table, name):
    columns, rows = recording.tables[table]
    return columns.index(name), rows


def test_it_comes_back_as_the_world_it_was_made_from(recording):
    scene, world = opened(recording), recording.clip.world
    np.testing.assert_allclose(scene.world_from_camera, world.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, world.world_from_object, atol=1e-6)
    assert [item.id for item in scene.objects] == recording.clip.ids
    assert [item.caption for item in scene.objects] == world.captions
    assert (scene.facts.scene_id, scene.facts.split_key) == ("P0003_c701bd11/00", "P0003")


def test_pictures_are_those_of_the_clip(recording):
    """Taken at the device's clock, asked for in timecode."""
    recording.clip.write()
    (clip,) = list_scenes("hot3d", SourceOptions(roots=(recording.clip.root,), size=SIZE))
    clip, scene = clip.open(), opened(recording)
    for t in (0, 7, 13):
        assert np.abs(scene.rgb(t).astype(int) - clip.rgb(t)).mean() < 0.5  # two JPEG decoders


def test_it_passes_the_check_without_a_word_from_the_library(recording, capfd):
    root = recording.write()
    result = CliRunner().invoke(main, ["check", "hot3d", str(root)])
    assert result.exit_code == 0, result.output
    assert capfd.readouterr() == ("", "")


def test_of_what_is_mostly_hidden_no_pixel_is_said(recording):
    """There are no masks: where a tenth and more is hidden nobody knows which pixels show the object."""
    k, rows = column(recording, "box2d_objects.csv", "visibility_ratio[%]")
    uid, _ = column(recording, "box2d_objects.csv", "object_uid")
    for row in rows:
        row[k] = 0.89 if row[uid] == recording.uids[1] and row[2] > recording.times[4] else 0.91
    scene = opened(recording)
    shown = [bool((scene.instances(t) == recording.clip.ids[1]).any()) for t in range(14)]
    assert shown == [True] * 5 + [False] * 9
    assert ((scene.depth(9) > 0) == (scene.instances(9) > 0)).all()
    assert scene.pose_valid.all()


@pytest.mark.parametrize("name", ["good_exposure", "headset_pose_available", "object_pose_available"])
def test_frames_without_an_annotation_end_a_run(recording, name):
    k, rows = column(recording, f"masks/mask_{name}.csv", "mask")
    mine = [row for row in rows if row[1] == "214-1"]
    mine[1][k] = "False"
    scene = opened(recording)
    assert scene.facts.frame_count == 12
    np.testing.assert_allclose(scene.world_from_camera, recording.clip.world.world_from_camera[2:], atol=1e-9)


def test_a_pose_that_is_missing_is_no_pose(recording):
    columns, rows = recording.tables["dynamic_objects.csv"]
    gone = [row for row in rows if row[0] == recording.uids[0] and abs(row[1] - recording.times[3]) < 10**6]
    recording.tables["dynamic_objects.csv"] = columns, [row for row in rows if row not in gone]
    scene = opened(recording)
    assert scene.pose_valid[:, 0].tolist() == [t != 3 for t in range(14)]


def test_the_calibration_nearest_in_time_counts(recording):
    """Frame 5 has another one; lines may stand in any order."""
    recording.calibrations[5]["CameraCalibrations"][1]["Projection"]["Params"][1] += 0.25
    recording.calibrations.reverse()
    centres = [camera.centre[0] for camera in opened(recording)._recording.cameras]
    assert [k for k, c in enumerate(centres) if c != centres[0]] == [5]


def poses(table, change):
    """`change` turns the pose (4, 4) of each row of a table."""
    def damage(recording):
        from fourdp_qa.scene.pose import quaternion_wxyz_from_rotation, rotation_from_quaternion_wxyz

        for row in recording.tables[table][1]:
            pose = change(make_pose(rotation_from_quaternion_wxyz(row[5:]), row[2:5]))
            row[2:] = [*pose[:3, 3], *quaternion_wxyz_from_rotation(pose[:3, :3])]
    return damage


def rows(table, change):
    return lambda recording: [change(row) for row in recording.tables[table][1]]


def xyzw(row):
    row[5:] = [*row[6:], row[5]]


def percent(row):
    row[-1] = 100 * row[-1]


def other_order(row):
    row[3:7] = [row[3], row[5], row[4], row[6]]


def z_to_y(pose):
    return np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]]) @ pose


def other_world(recording):
    poses("headset_trajectory.csv", z_to_y)(recording)
    poses("dynamic_objects.csv", z_to_y)(recording)


MISTAKES = {
    "headset inverted": (poses("headset_trajectory.csv", invert_pose), "headset pose inverted"),
    "headset xyzw": (rows("headset_trajectory.csv", xyzw), "headset quaternion order wrong (x, y, z, w"),
    "objects inverted": (poses("dynamic_objects.csv", invert_pose), "object pose inverted"),
    "objects xyzw": (rows("dynamic_objects.csv", xyzw), "object quaternion order wrong (x, y, z, w"),
    "objects in millimetres": (
        rows("dynamic_objects.csv", lambda row: row.__setitem__(slice(2, 5), [1000 * x for x in row[2:5]])),
        "object positions in millimetres"),
    "boxes left, top, right, bottom": (rows("box2d_objects.csv", other_order), "boxes hold left, "),
    "percent": (rows("box2d_objects.csv", percent), "likely mistake: percent"),
    "y up": (other_world, "y is up in this world, as in recordings of Quest3"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(recording, kind):
    plant, words = MISTAKES[kind]
    plant(recording)
    result = CliRunner().invoke(main, ["check", "hot3d", str(recording.write())])
    assert result.exit_code == 1 and words in result.output, result.output


def table(name, change):
    """`change` is given the columns and rows, and returns both."""
    return lambda recording: recording.tables.update({name: change(*recording.tables[name])})


def file(name, change):
    """`change` is given the written file's path."""
    def damage(recording):
        write = recording.write

        def and_damage():
            root = write()
            change(recording.folder / name)
            return root
        recording.write = and_damage
    return damage


def cell(name, row, column, value):
    def change(columns, rows):
        rows[row][columns.index(column)] = value
        return columns, rows
    return table(name, change)


def gone(path):
    path.unlink()


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 - 30])


def calibration(change):
    return lambda recording: [change(line["CameraCalibrations"][1]) for line in recording.calibrations]


DAMAGE = {
    "no poses": (file("headset_trajectory.csv", gone), "headset_trajectory.csv: found no file"),
    "no boxes": (file("box2d_objects.csv", gone), "box2d_objects.csv: found no file"),
    "no calibration": (file("mps/slam/online_calibration.jsonl", gone), "calibration.jsonl: found a file"),
    "no pictures": (file("recording.vrs", gone), "recording.vrs: found no file"),
    "pictures cut": (file("recording.vrs", lambda path: path.write_bytes(path.read_bytes()[:300])),
                     "recording.vrs"),
    "no VRS": (file("recording.vrs", lambda path: path.write_bytes(b"hello" * 99)), "recording.vrs"),
    "a line cut": (file("dynamic_objects.csv", lambda path: path.write_text(path.read_text()[:-40])),
                   "dynamic_objects.csv: line"),
    "a column missing": (table("dynamic_objects.csv", lambda c, r: ([*c[:-1], "q"], r)),
                         "q_wo_z: found no such column"),
    "text for a number": (cell("dynamic_objects.csv", 5, "t_wo_x[m]", "left"), "t_wo_x[m]: found 'left'"),
    "not finite": (cell("headset_trajectory.csv", 5, "t_wo_x[m]", "nan"), "found a value that is not"),
    "half a time": (cell("dynamic_objects.csv", 5, "timestamp[ns]", "1.5"), "timestamp[ns]: found '1.5'"),
    "no rotation": (cell("dynamic_objects.csv", 5, "q_wo_w", 7.0), "line 7 q_wo: found a quaternion"),
    "neither true nor false": (cell("masks/mask_good_exposure.csv", 2, "mask", "maybe"),
                               "mask: found 'maybe', expected True or False"),
    "no pose of the headset": (table("headset_trajectory.csv", lambda c, r: (c, r[:-4])), "found no row"),
    "two headsets": (cell("headset_trajectory.csv", 0, "object_uid", 1), "headset_trajectory.csv: timestamp"),
    "an unknown object": (cell("dynamic_objects.csv", 5, "object_uid", 17), "json: 17: found nothing"),
    "no model": (lambda r: file(f"../object_library/{r.uids[0]}.glb", gone)(r), ".glb: found no file"),
    "another lens": (calibration(lambda c: c["Projection"].update(Name="Linear")), "found 'Linear'"),
    "another camera": (calibration(lambda c: c.update(Label="camera-et")), "found none called camera-rgb"),
    "16 numbers": (calibration(lambda c: c["Projection"].update(Params=[*c["Projection"]["Params"], 0.0])),
                   "15 numbers f, cx, cy, ... padded to 16"),
    "calibrations of another day": (
        lambda r: [line.update(tracking_timestamp_us=5) for line in r.calibrations], "found none within"),
    "calibrations cut": (file("mps/slam/online_calibration.jsonl", halved), "calibration.jsonl: found a"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_said_in_one_line(recording, what):
    damage, words = DAMAGE[what]
    damage(recording)
    with pytest.raises(SourceDataError) as caught:
        opened(recording)
    is_one_helpful_line(str(caught.value), words)


def test_a_picture_that_is_a_frame_late_is_no_picture_of_the_frame(recording):
    """The library answers with the closest one, however far away it is."""
    recording.device_times[6] += 5_000_000
    scene = opened(recording)
    scene.rgb(5)
    with pytest.raises(SourceDataError) as caught:
        scene.rgb(6)
    is_one_helpful_line(str(caught.value), "found the nearest picture 5 ms away")


def test_a_damaged_picture_is_said_when_it_is_read(recording):
    recording.clip.members["000003.image_214-1.jpg"] = b"hello" * 20
    scene = opened(recording)
    with pytest.raises(SourceDataError) as caught:
        scene.rgb(3)
    is_one_helpful_line(str(caught.value), "recording.vrs: 214-1 at")
    assert check_scene(scene).ok  # frames that are not read do not matter
