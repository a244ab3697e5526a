"""What the names in a row's words point at: captions, pixels, rings; frames and places."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import numpy as np

FRAME = r"(?:the first frame|the last frame|frame \d+)"
PIXEL = re.compile(rf"the object at \((\d\.\d{{3}}), (\d\.\d{{3}})\) in ({FRAME})")
CIRCLE = re.compile(rf"the object in the (\w+) circle(?: in {FRAME})?")
AS_IT_IS = re.compile(rf"(.+) \(as it is in ({FRAME})\)")
IN_FRAME = re.compile(rf"(.+) in ({FRAME})")


class NamedPlace(NamedTuple):
    """An object as it is in one clip frame."""

    object_id: int
    frame: int


def scene_frames(row):
    """Scene frame of each clip frame, from ``start+stride x count @ fps``."""
    start, stride, count = re.match(r"(\d+)\+(\d+)x(\d+)@", row["segment"]).groups()
    return [int(start) + i * int(stride) for i in range(int(count))]


def clip_length(row):
    """Number of frames of the row's clip."""
    return json.loads(row["frames"])["count"]


def read_frame(words, count):
    """``the first frame``, ``the last frame``, ``frame 7`` as a number; None for other words."""
    if not re.fullmatch(FRAME, words):
        return None
    return {"the first frame": 0, "the last frame": count - 1}.get(words) or int(
        (re.search(r"\d+", words) or ["0"])[0]
    )


def read_place(words, row, world):
    """NamedPlace of ``the red toy car in frame 8``; None when the words say no object or frame.

    A name that points at its object in a frame says that frame once; in another frame the object is
    meant ``(as it is in frame 8)``.
    """
    words = words.strip().lower()
    if match := AS_IT_IS.fullmatch(words):
        name, frame = match[1], match[2]
    elif match := IN_FRAME.fullmatch(words):
        frame = match[2]
        name = words if PIXEL.fullmatch(words) or CIRCLE.fullmatch(words) else match[1]
    else:
        return None
    object_id = read_object(name, row, world)
    return None if object_id is None else NamedPlace(object_id, read_frame(frame, clip_length(row)))


def read_object(words, row, world):
    """Instance id of the object that the words name; None when they name none."""
    words = words.strip().lower()
    if match := PIXEL.fullmatch(words):
        frame = read_frame(match[3], clip_length(row))
        return int(id_at(world, scene_frames(row)[frame], (float(match[1]), float(match[2]))))
    if match := CIRCLE.fullmatch(words):
        return _circled(match[1], row, world)
    captions = {facts.id: facts.caption.lower() for facts in world.scene.objects if facts.caption}
    named = [id_ for id_, caption in captions.items() if words == f"the {caption}"]
    if len(named) > 1:
        seen = [np.isin(named, world.instances(t)) for t in scene_frames(row)]
        named = [id_ for id_, any_frame in zip(named, np.any(seen, axis=0), strict=True) if any_frame]
    return named[0] if len(named) == 1 else None


def pixel_of(world, point):
    """Row and column of the pixel whose centre is stated to three decimals."""
    height, width = world.scene.facts.height, world.scene.facts.width
    return int(point[1] * height), int(point[0] * width)


def id_at(world, t, point):
    """Instance id that frame t shows at a stated pixel."""
    return world.instances(t)[pixel_of(world, point)]


def _circled(colour, row, world):
    """The named object around whose visible pixels the ring of this colour is drawn."""
    mentions = [m for m in json.loads(row["objects"]) if m["circle"]["colour"] == colour]
    if len(mentions) != 1:
        return None
    (mention,), frames = mentions, scene_frames(row)
    ring = mention["circle"]
    for t, (x, y) in ring["centres"].items():
        mask = world.instances(frames[int(t)]) == mention["id"]
        rows, columns = np.nonzero(mask)
        side = mask.shape[0]
        far = np.hypot((columns + 0.5) / side - x, (rows + 0.5) / side - y) > ring["radius"]
        if len(rows) == 0 or far.mean() > 0.5:
            return None
    return mention["id"]
