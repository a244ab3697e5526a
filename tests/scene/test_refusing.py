"""The guard in every reading of a scene: damage of any source becomes an error, never a label."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.generate.measuring import measure_scene
from fourdp_qa.generate.records import read_shard
from fourdp_qa.scene.refusing import refuse_numbers
from fourdp_qa.scene.segment import Segment, read_images
from fourdp_qa.scene.storage import write_scene


@pytest.fixture
def world(box_world):
    return box_world(height=48, width=48, frames=12)


def pose(name, place, value):
    return lambda w: getattr(w, name).__setitem__(place, value)


def facts(**values):
    def plant(world):
        world.facts = replace(world.facts, **values)
    return plant


def first_object(**values):
    def plant(world):
        world.objects = (replace(world.objects[0], **values), *world.objects[1:])
    return plant


def in_image(name, change):
    def plant(world):
        exact = getattr(world, name)
        setattr(world, name, lambda t: change(exact(t)) if t == 3 else exact(t))
    return plant


def marked(value):
    def change(image):
        image = image.copy()
        image[20:24, 20:24] = value
        return image
    return change


def fewer_objects(world):
    world.objects = world.objects[:-1]


NUMBERS = {
    "camera NaN": (pose("world_from_camera", (3, 0, 0), np.nan), "world_from_camera frame 3"),
    "camera no rotation": (pose("world_from_camera", (4, 1, 1), 2), "world_from_camera frame 4"),
    "object NaN": (pose("world_from_object", (5, 1), np.nan), "world_from_object frame 5"),
    "object no rotation": (pose("world_from_object", (5, 1, 0, 0), 3), "world_from_object frame 5"),
    "more poses than objects": (fewer_objects, "world_from_object: found shape (12, 4, 4, 4)"),
    "frame count": (facts(frame_count=13), "world_from_camera: found shape (12, 4, 4)"),
    "rate": (facts(fps=0.0), "facts.fps: found 0.0"),
    "K": (facts(K=np.full((3, 3), np.nan)), "facts.K: found a value that is not finite"),
    "up": (facts(up=np.array([0, 0, 9.8])), "facts.up: found [0.0, 0.0, 9.8]"),
    "id 0": (first_object(id=0), "id: found 0"),
    "id twice": (first_object(id=2), "found 2 a second time"),
    "size": (first_object(size=np.array([1.0, -1, 1])), "size: found [1.0, -1.0, 1.0]"),
}

IMAGES = {
    "depth NaN": (in_image("depth", marked(np.nan)), "depth frame 3: found pixels that are negative"),
    "depth negative": (in_image("depth", marked(-1)), "depth frame 3: found pixels that are negative"),
    "depth zero": (in_image("depth", lambda d: 0 * d),
                   "depth frame 3: found 100% of the object pixels without"),
    "depth of another size": (in_image("depth", lambda d: d[:24]), "depth frame 3: found shape (24, 48)"),
    "depth of another type": (in_image("depth", lambda d: d.astype(np.float64)), "found dtype float64"),
    "ids of another size": (in_image("instances", lambda i: i[:, :24]), "instances frame 3: found shape"),
    "ids of another type": (in_image("instances", lambda i: i.astype(np.uint8)), "found dtype uint8"),
    "id without object": (in_image("instances", marked(7)), "instances frame 3: found id 7 without"),
    "negative id": (in_image("instances", marked(-1)), "instances frame 3: found id -1 without"),
}


@dataclass(frozen=True)
class Handle:
    """A user's own source: gives `scene` as it is."""

    scene: object
    source = "mine"
    scene_id = "box_world"
    split_key = "box_world"

    def open(self):
        return self.scene


def is_one_helpful_line(message, words):
    assert message.startswith("box_world box_world: "), message
    assert words in message, message
    assert "expected" in message and "; " in message and "\n" not in message


@pytest.mark.parametrize("what", NUMBERS)
def test_numbers_that_cannot_be_are_refused(world, what):
    plant, words = NUMBERS[what]
    plant(world)
    with pytest.raises(SourceDataError) as caught:
        refuse_numbers(world)
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", IMAGES)
def test_images_that_cannot_be_are_refused(world, what):
    plant, words = IMAGES[what]
    plant(world)
    with pytest.raises(SourceDataError) as caught:
        read_images(world, Segment(0, 1, 12, 12.0))
    is_one_helpful_line(str(caught.value), words)


@pytest.mark.parametrize("what", [*NUMBERS, *IMAGES])
def test_a_damaged_scene_of_any_source_is_skipped_with_its_reason(world, tmp_path, what):
    plant, words = {**NUMBERS, **IMAGES}[what]
    plant(world)
    reason = measure_scene(Handle(world), 12, tmp_path / "shard")
    is_one_helpful_line(reason, words)
    assert read_shard(tmp_path / "shard").segments == ()


@pytest.mark.parametrize("what", [*NUMBERS, *IMAGES])
def test_a_damaged_scene_is_not_stored(world, tmp_path, what):
    plant, _ = {**NUMBERS, **IMAGES}[what]
    plant(world)
    with pytest.raises(SourceDataError):
        write_scene(world, tmp_path / "stored")
    assert list(tmp_path.iterdir()) == []


def test_a_right_scene_is_not_touched(world):
    refuse_numbers(world)
    images = read_images(world, Segment(0, 1, 12, 12.0))
    np.testing.assert_array_equal(images.depth[3], world.depth(3))
