"""Damaged clips: each is one line that says where, what, what instead and what to do; among others it is
skipped, counted, and changes no row of theirs.
"""

from __future__ import annotations

import io
import shutil
import tarfile

import numpy as np
import pytest
from damage import is_one_helpful_line
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.check import check_scene
from fourdp_qa.sources.registry import SourceOptions, list_scenes

SIZE, FRAMES = 64, 14


def member(name, change):
    """`change` is given the JSON of a member."""
    return lambda clip: change(clip.members[name])


def without(*names):
    def damage(clip):
        for name in names:
            del clip.members[name]
    return damage


def replaced(name, content):
    return lambda clip: clip.members.update({name: content})


def jpeg(array):
    content = io.BytesIO()
    Image.fromarray(array).save(content, format="JPEG")
    return content.getvalue()


def in_instance(change, frame="000005", key="6"):
    return lambda clip: change(clip.members[f"{frame}.objects.json"][key][0])


def in_view(change, frame="000005"):
    return lambda clip: change(clip.members[f"{frame}.cameras.json"]["214-1"])


def mask(**fields):
    return in_instance(lambda item: item["masks_modal"]["214-1"].update(fields))


def info(name, change):
    return member(f"{name}.info.json", change)


def model(content):
    return lambda clip: clip.models.update({6: content})


def later(frames, by):
    def damage(clip):
        for t in frames:
            stamps = clip.members[f"{t:06d}.info.json"]["image_timestamps_ns"]
            stamps["214-1"] += by
    return damage


def raw(change):
    """`change` is given the path of the written tar."""
    def damage(clip):
        write = clip.write

        def and_damage():
            root = write()
            change(clip.path)
            return root
        clip.write = and_damage
    return damage


def odd_member(**fields):
    def change(path):
        with tarfile.open(path, "a") as archive:
            item = tarfile.TarInfo("000003.cameras.json")
            for name, value in fields.items():
                setattr(item, name, value)
            archive.addfile(item, io.BytesIO(b"{}"[: item.size]))
    return raw(change)


ON_OPENING = {
    "tar cut within a member": (
        raw(lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])), "damaged archive"),
    "a link": (odd_member(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "is a link or no plain file"),
    "a path outside": (odd_member(name="../000003.cameras.json", size=2), "lies outside the archive"),
    "an absolute path": (odd_member(name="/000003.cameras.json", size=2), "lies outside the archive"),
    "a member twice": (odd_member(size=2), "000003.cameras.json twice"),
    "a picture missing": (without("000007.image_214-1.jpg"), "000007.image_214-1.jpg: found no such member"),
    "cameras missing": (without("000007.cameras.json"), "000007.cameras.json: found no such member"),
    "a frame missing": (without(*(f"000007.{name}.json" for name in ("cameras", "objects", "info"))),
                        "000007.info.json: found no such member"),
    "no JSON": (replaced("000002.objects.json", b"{'a': 1"), "000002.objects.json: found damaged JSON"),
    "a list for fields": (replaced("000002.objects.json", b"[]"), "found list []"),
    "nested too deep": (replaced("000002.objects.json", b"[" * 100_000), "found damaged JSON"),
    "not text": (replaced("000002.info.json", b"\xff\xfe\x00"), "found damaged JSON"),
    "another headset": (info("000000", lambda i: i.update(device="Vision")), "device: found 'Vision'"),
    "no stream": (member("000004.cameras.json", lambda c: c.pop("214-1")), "cameras.json 214-1: found"),
    "a time missing": (info("000004", lambda i: i["image_timestamps_ns"].pop("214-1")),
                       "image_timestamps_ns 214-1: found nothing"),
    "frames in seconds": (later(range(14), 0), ""),  # replaced below
    "a gap in time": (later(range(7, 14), 10**9), "frame 7 1.033 s after the one before"),
    "times that go back": (later([7], -10**8), "after the one before"),
    "no pose": (in_view(lambda v: v.pop("T_world_from_camera")), "T_world_from_camera: found nothing"),
    "quaternion of five": (in_view(lambda v: v["T_world_from_camera"]["quaternion_wxyz"].append(0.0)),
                           "quaternion_wxyz: found 5 numbers, expected 4"),
    "no rotation": (in_view(lambda v: v["T_world_from_camera"].update(quaternion_wxyz=[3, 0, 0, 4])),
                    "found a quaternion of length 5"),
    "not finite": (in_view(lambda v: v["T_world_from_camera"].update(translation_xyz=[0, float("nan"), 0])),
                   "translation_xyz: found list [0, nan, 0], expected a list of finite numbers"),
    "text for numbers": (in_instance(lambda i: i["T_world_from_object"].update(translation_xyz=["a", 1, 2])),
                         "translation_xyz: found list"),
    "another model": (in_view(lambda v: v["calibration"].update(projection_model_type="KANNALA")),
                      "projection_model_type: found 'KANNALA'"),
    "fewer parameters": (in_view(lambda v: v["calibration"]["projection_params"].pop()),
                         "projection_params: found 14 numbers"),
    "another size in one frame": (in_view(lambda v: v["calibration"].update(image_width=99)),
                                  "expected (176, 176) as in the first frame"),
    "a size of nothing": (in_view(lambda v: v["calibration"].update(image_width=0), "000000"),
                          "expected the size of a picture"),
    "no angle": (in_view(lambda v: v["calibration"].update(max_solid_angle=0)), "max_solid_angle: found 0"),
    "no object at all": (
        lambda clip: [clip.members[f"{t:06d}.objects.json"].clear() for t in range(FRAMES)],
        "objects.json: found no object in any frame"),
    "endless numbers": (info("000003", lambda i: i["image_timestamps_ns"].update({"214-1": 10**400})),
                        "expected a whole number"),
    "two instances": (member("000005.objects.json", lambda o: o["6"].append(o["6"][0])),
                      "found a list of 2, expected a list of one instance"),
    "no number": (in_instance(lambda i: i.update(object_bop_id="six")), "object_bop_id: found str 'six'"),
    "another name": (in_instance(lambda i: i.update(object_name="mug")), "object_name: found 'mug'"),
    "a box that ends before it begins": (
        in_instance(lambda i: i["boxes_amodal"].update({"214-1": [9, 9, 3, 12]})), "left, top, right"),
    "a box of three": (in_instance(lambda i: i["boxes_amodal"].update({"214-1": [9, 9, 12]})),
                       "boxes_amodal 214-1: found 3 numbers"),
    "a mask of another size": (mask(width=99), "found (176, 99), expected (176, 176)"),
    "a run without its length": (mask(rle=[5, 3, 20]), "pairs of whole numbers"),
    "runs that overlap": (mask(rle=[5, 3, 6, 2]), "runs that overlap"),
    "a run of nothing": (mask(rle=[5, 0]), "runs that overlap or are out of order"),
    "a run beyond the picture": (mask(rle=[176 * 176, 2]), "a run that ends at pixel"),
    "half a pixel": (mask(rle=[5.5, 3]), "pairs of whole numbers"),
    "no model": (lambda clip: clip.models.pop(6), "obj_000006.glb: found no file"),
    "a model that is cut": (lambda clip: clip.models.update({6: clip.models[6][:-9]}),
                            "obj_000006.glb: found a damaged or unknown file"),
    "another model's shape": (lambda clip: clip.models.update({6: clip.models[4]}), "damaged numbers"),
    "one box far off": (
        lambda clip: [clip.members[f"{t:06d}.objects.json"]["6"][0]["boxes_amodal"].update(
            {"214-1": [10, 10, 40, 40]}) for t in range(FRAMES)], "box of 6"),
}
ON_OPENING["frames in seconds"] = (
    lambda clip: [clip.members[f"{t:06d}.info.json"]["image_timestamps_ns"].update({"214-1": t})
                  for t in range(FRAMES)], "frames 1e-09 s apart")

ON_READING = {
    "picture cut": (lambda clip: clip.members.update(
        {"000003.image_214-1.jpg": clip.members["000003.image_214-1.jpg"][:700]}), "a damaged image"),
    "picture no image": (replaced("000003.image_214-1.jpg", b"hello"), "a damaged image"),
    "picture empty": (replaced("000003.image_214-1.jpg", b""), "a damaged image"),
    "picture grey": (replaced("000003.image_214-1.jpg", jpeg(np.zeros((176, 176), np.uint8))),
                     "pixel type: found Pillow mode L, expected RGB"),
    "picture of another size": (replaced("000003.image_214-1.jpg", jpeg(np.zeros((88, 176, 3), np.uint8))),
                                "size: found 176x88, expected 176x176"),
}


def handle_of(clip):
    (handle,) = list_scenes("hot3d", SourceOptions(roots=(clip.write(),), size=SIZE))
    return handle


@pytest.mark.parametrize("what", ON_OPENING)
def test_damage_is_said_on_opening_in_one_line(clip, what):
    damage, words = ON_OPENING[what]
    damage(clip)
    with pytest.raises(SourceDataError) as caught:
        handle_of(clip).open()
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", ON_READING)
def test_damage_to_a_picture_is_said_on_reading_it(clip, what):
    damage, words = ON_READING[what]
    damage(clip)
    scene = handle_of(clip).open()
    scene.rgb(2)
    with pytest.raises(SourceDataError) as caught:
        scene.rgb(3)
    is_one_helpful_line(str(caught.value), words)
    assert "000003.image_214-1.jpg" in str(caught.value)


def test_check_reports_damage_instead_of_failing(clip):
    ON_READING["picture cut"][0](clip)
    clip.members["000000.image_214-1.jpg"] = b"hello"
    report = check_scene(handle_of(clip).open())
    assert not report.ok and "000000.image_214-1.jpg" in report.errors[0].text


def rows_of(root, stage):
    settings = GenerationSettings(
        source="hot3d", roots=(str(root),), scenes=None, seed=1, size=SIZE, frames=FRAMES,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3)
    made = generate(settings, stage)
    return made.staged.rows, made.summary


def test_among_good_clips_every_damaged_one_is_skipped_and_no_other_row_changes(made_clips, tmp_path):
    root = tmp_path / "hot3d"
    good = made_clips["Aria"].moved(root)
    good.write()
    expected, summary = rows_of(root, tmp_path / "without")
    assert len(expected) > 10 and not summary.skipped
    chosen = [what for what in ON_OPENING if "model" not in what][::5]
    for number, what in enumerate(chosen):
        bad = made_clips["Aria"].moved(tmp_path / "bad" / str(number))
        bad.path = bad.folder / f"clip-{number:06d}.tar"
        ON_OPENING[what][0](bad)
        bad.write()
        shutil.copy(bad.path, good.folder)
    rows, summary = rows_of(root, tmp_path / "with")
    assert rows == expected
    assert set(summary.skipped) == {f"clip-{number:06d}" for number in range(len(chosen))}
    for number, what in enumerate(chosen):
        is_one_helpful_line(summary.skipped[f"clip-{number:06d}"], ON_OPENING[what][1])
