"""Damaged sequences: each is one line that says where, what, what instead and what to do; among others it
is skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from damage import cut, edit_json, folder_for, is_one_helpful_line, remove, text_for

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES, SIDE = 14, 64
UID = 4_000_000_000_007_919  # of the second thing, which moves


@pytest.fixture(scope="module")
def sequence(adt, room, tmp_path_factory):
    """An undamaged sequence, its wearer's body tracked."""
    scene = room(side=SIDE, frames=FRAMES)
    joints = np.stack([adt.person(pose) for pose in scene.world_from_camera])
    made = adt.AdtSequence(scene, tmp_path_factory.mktemp("whole") / "seq", adt.Lens.straight(SIDE),
                           people={adt.PEOPLE[0]: (adt.SERIAL, joints)})
    made.write()
    return made


@pytest.fixture
def folder(sequence, tmp_path):
    return shutil.copytree(sequence.folder, tmp_path / "data" / "seq")


def opened(folder):
    (handle,) = list_scenes("aria_digital_twin", SourceOptions(roots=(folder,), size=SIDE))
    return handle.open()


def line(name, pick, change):
    """The lines of a table that `pick` chooses, as `change` makes them; None drops them."""
    def damage(folder):
        lines = (folder / name).read_text().splitlines()
        changed = [change(text) if pick(k, text) else text for k, text in enumerate(lines)]
        (folder / name).write_text("\n".join(text for text in changed if text is not None) + "\n")
    return damage


def nth(number):
    return lambda k, text: k == number


def of_thing(uid):
    """Rows of a thing."""
    return lambda k, text: text.startswith(f"{uid},")


def field(column, value):
    def change(text):
        fields = text.split(",")
        fields[column] = value
        return ",".join(fields)
    return change


def entry(change):
    """Change the entry of `UID` in instances.json."""
    return edit_json("instances.json", lambda data: change(data[str(UID)]))


def other_key(data):
    data["12"] = data.pop(str(UID))


DEPTH, IDS = "depth_images_with_skeleton.vrs", "segmentations_with_skeleton.vrs"
OBJECTS, BOXES, TRAJECTORY = "scene_objects.csv", "3d_bounding_box.csv", "aria_trajectory.csv"
ON_OPENING = {
    "no metadata": (remove("metadata.json"), "metadata.json: found no file"),
    "metadata no json": (text_for("metadata.json"), "metadata.json: found no JSON"),
    "metadata a list": (text_for("metadata.json", "[]"), "metadata.json: found list, expected a JSON object"),
    "version 1": (edit_json("metadata.json", lambda d: d.update(dataset_version="1.1")),
                  "dataset_version: found '1.1', expected 2.x"),
    "no number of people": (edit_json("metadata.json", lambda d: d.pop("num_skeletons")),
                            "num_skeletons: found nothing, expected int"),
    "true for a number": (edit_json("metadata.json", lambda d: d.update(num_skeletons=True)),
                          "num_skeletons: found True, expected int"),
    "instances empty": (text_for("instances.json", "{}"), "instances.json: found no instance"),
    "instances cut": (cut("instances.json", 300), "instances.json: found no JSON"),
    "instances a folder": (folder_for("instances.json"), "instances.json: found a folder"),
    "another key": (edit_json("instances.json", other_key), f"instance 12: found instance_id {UID}"),
    "no category": (entry(lambda e: e.pop("category")), "category: found nothing, expected str"),
    "an unknown motion": (entry(lambda e: e.update(motion_type="hovering")), "found 'hovering', expected"),
    "up and front alike": (entry(lambda e: e["canonical_pose"].update(up_vector=[1, 0, 0])),
                           "canonical_pose: found up [1.0, 0.0, 0.0], front"),
    "objects cut in a row": (cut(OBJECTS, 1500), "scene_objects.csv: found a last row without an end"),
    "objects cut after it": (lambda f: (f / OBJECTS).write_bytes((f / OBJECTS).read_bytes()[:1500] + b"\n"),
                             "found no row, expected one, as in 3d_bounding_box.csv"),
    "a box less": (line(BOXES, of_thing(UID), lambda text: None), "one, as in scene_objects.csv"),
    "objects of zero bytes": (lambda f: (f / OBJECTS).write_bytes(bytes(4000) + b"\n"), "rows that cannot"),
    "objects empty": (text_for(OBJECTS, ""), "scene_objects.csv: found an empty file"),
    "objects without rows": (line(OBJECTS, lambda k, text: k > 0, lambda text: None), "found no row"),
    "another header": (line(OBJECTS, nth(0), field(5, "q_w")), "found rows that cannot be read"),
    "no number": (line(OBJECTS, nth(4), field(3, "x")), "found rows that cannot be read"),
    "not finite": (line(OBJECTS, nth(4), field(3, "nan")), "row 4, t_wo_y[m]: found a value that is not"),
    "no unit quaternion": (line(OBJECTS, nth(4), field(5, "1.7")), "row 4, q_wo_w, q_wo_x"),
    "an unlisted thing": (line(OBJECTS, nth(4), field(0, "77")), "found 77, expected an instance of"),
    "a row twice": (line(OBJECTS, nth(4), lambda text: f"{text}\n{text}"), "ns a second time"),
    "static and moving": (line(OBJECTS, nth(4), field(1, "-1")), "a row for the whole recording and 13 with"),
    "a box inside out": (line(BOXES, of_thing(UID), field(2, "9")), "expected a box with three edges"),
    "a box twice": (line(BOXES, of_thing(UID), lambda text: f"{text}\n{text}"), f"{UID} a second time"),
    "no trajectory": (remove(TRAJECTORY), "aria_trajectory.csv: found no file"),
    "time runs back": (line(TRAJECTORY, nth(4), field(1, "5")), "expected a later time than the row before"),
    "no gravity": (line(TRAJECTORY, nth(4), field(12, "0")), "row 4, gravity_x_world"),
    "gravity turns": (line(TRAJECTORY, nth(4), field(10, "9.81")), "expected one direction in all rows"),
    "no depth": (remove(DEPTH), f"{DEPTH}: found no file"),
    "depth no vrs": (text_for(DEPTH), f"{DEPTH}: found a file that cannot be opened"),
    "ids empty": (cut(IDS, 0), f"{IDS}: found an empty file"),
    "ids no vrs": (text_for(IDS), f"{IDS}: found a file that cannot be opened"),
    "video no vrs": (text_for("video.vrs"), "found"),
    "video cut to nothing": (cut("video.vrs", 60), "found"),
    "no list of people": (remove("skeleton_aria_association.json"), "association.json: found no file"),
    "joints no json": (text_for("Skeleton_0.json"), "files that cannot be opened (invalid json format)"),
    "joints missing": (remove("Skeleton_0.json"), "found files that cannot be opened"),
}


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening_in_one_line(folder, what):
    damage, words = ON_OPENING[what]
    damage(folder)
    with pytest.raises(SourceDataError) as caught:
        opened(folder)
    is_one_helpful_line(str(caught.value), words)


@pytest.fixture
def written(sequence, tmp_path):
    """The same as an object that writes parts of itself anew."""
    return sequence.copied_to(tmp_path / "data" / "seq")


def test_recordings_of_another_camera_are_refused(written):
    pictures = [np.zeros((SIDE + 4, SIDE + 4), np.uint16)] * FRAMES
    written.write_stream(DEPTH, 345, "Depth", "depth", pictures, written.truth_times, description="1201-2")
    with pytest.raises(SourceDataError, match="description: found no stream of camera 214-1"):
        opened(written.folder)


def test_when_no_record_is_fresh_it_says_which(written):
    written.write_truth(times=written.captured + 12_000_000)
    with pytest.raises(SourceDataError, match=r"14 pictures, with a record within 5 ms: depth 0, ids 0, "
                                              r"device pose 14, expected two frames in a row"):
        opened(written.folder)


def test_pictures_of_another_size_are_refused_on_reading(written):
    pictures = [np.zeros((SIDE, SIDE), np.uint16)] * FRAMES
    written.write_stream(DEPTH, 345, "Depth", "depth", pictures, written.truth_times, side=SIDE)
    with pytest.raises(SourceDataError, match=r"found uint16 \(64, 64\), expected uint16 \(68, 68\)"):
        opened(written.folder).depth(3)


def test_a_damaged_colour_record_is_said_on_reading_it(folder):
    path = folder / "video.vrs"
    content = path.read_bytes()
    starts = [found.start() for found in re.finditer(b"\xff\xd8\xff", content)]
    # The larger pictures are those of the colour camera.
    sizes = np.diff([*starts, len(content)])
    third = [at for at, size in zip(starts, sizes, strict=True) if size > 1.2 * min(sizes)][2]
    path.write_bytes(content[:third] + bytes(300) + content[third + 300:])
    scene = opened(folder)
    with pytest.raises(SourceDataError, match=r"video\.vrs: record at \d+ ns: found"):
        for t in range(FRAMES):
            scene.rgb(t)


def test_a_cut_recording_keeps_the_frames_it_still_has(folder):
    """The library finds the records that are left; the scene ends where they do."""
    path = folder / DEPTH
    path.write_bytes(path.read_bytes()[: int(0.7 * path.stat().st_size)])
    frames = opened(folder).facts.frame_count
    assert 5 <= frames < FRAMES
    assert opened(folder).depth(frames - 1).max() > 0


def generated(root, stage):
    settings = GenerationSettings(
        source="aria_digital_twin", roots=(str(root),), scenes=None, seed=1, size=SIDE, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


DAMAGED = ("instances cut", "no unit quaternion", "depth no vrs")


def test_among_good_sequences_damaged_ones_are_skipped_and_no_other_row_changes(sequence, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(sequence.folder, root / "seq")
    expected, summary = generated(root, tmp_path / "without")
    assert len(expected) > 10 and not summary.skipped
    for what in DAMAGED:
        ON_OPENING[what][0](shutil.copytree(sequence.folder, root / f"z {what}"))
    shutil.copytree(sequence.folder, root / "Apartment_release_clean_seq139")  # listed as corrupt
    rows, summary = generated(root, tmp_path / "with")
    assert rows == expected
    assert {name: ON_OPENING[name[2:]][1] in reason for name, reason in summary.skipped.items()} == {
        f"z {what}": True for what in DAMAGED}
    assert [count for reason, count in summary.dropped.items() if "listed as corrupt" in reason] == [1]
