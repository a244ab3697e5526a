"""What a row asks, read from its words: templates are matched backwards, names are looked up."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from rederivation.phrases import read_label, read_toml, scopes

FRAME = r"(?:the first frame|the last frame|frame \d+)"
PIXEL = re.compile(rf"the object at \((\d\.\d{{3}}), (\d\.\d{{3}})\) in ({FRAME})")
OBJECT_SLOTS = ("object", "nearer", "farther")
CIRCLE = re.compile(rf"the object in the (\w+) circle(?: in {FRAME})?")


@dataclass
class Asked:
    """A question as its words state it; unused fields stay empty.

    Attributes
    ----------
    claim : label of a yes/no question.
    scope : components a multiple choice question is about.
    objects : slot -> instance id.
    frame : clip frame of the viewpoint, the moment or the query.
    point : query pixel as stated.
    targets : clip frames of a track.
    """

    claim: dict[str, str] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    objects: dict[str, int] = field(default_factory=dict)
    frame: int = 0
    point: tuple[float, float] = (0.0, 0.0)
    targets: tuple[int, ...] = ()


class UnreadableError(Exception):
    """The words fit no template, or name nothing, or can be read in two ways."""


def matches(text, row, world, part):
    """Slots of every template of the row's type and format that `text` fits."""
    captions = tuple(sorted({facts.caption for facts in world.scene.objects if facts.caption}))
    fits = [
        pattern.fullmatch(text)
        for pattern in patterns(row["question_type"], row["format"], part, captions)
    ]
    return [fit.groupdict() for fit in fits if fit]


@cache
def patterns(question_type, format_, part, captions):
    """Regular expressions of all templates; an object is named by a pixel, a circle or a caption."""
    entries = read_toml("phrasing", "bank", f"{question_type}.toml")[format_].get(part, [])
    names = "|".join([PIXEL.pattern, CIRCLE.pattern, *(f"the {re.escape(c)}" for c in captions)])
    return [re.compile(_pattern(entry["text"], names), re.IGNORECASE) for entry in entries]


def _pattern(text, names):
    pieces, seen = [], set()
    for piece in re.split(r"(\{\w+\})", text):
        name = piece[1:-1]
        if not re.fullmatch(r"\{\w+\}", piece):
            pieces.append(re.escape(piece))
        elif name in seen:
            pieces.append(f"(?P={name})")
        else:
            seen.add(name)
            within = names if name in OBJECT_SLOTS else ".+?"
            pieces.append(f"(?P<{name}>{within})")
    return "".join(pieces)


def read_question(row, world):
    """Read ``row["question"]``.

    Raises
    ------
    UnreadableError
        When no template fits, or two fit and say different things.
    """
    found = []
    for slots in matches(row["question"], row, world, "questions"):
        asked = _asked(slots, row, world)
        if asked and asked not in found:
            found.append(asked)
    if len(found) != 1:
        raise UnreadableError(f"{len(found)} readings of '{row['question']}'")
    return found[0]


def read_free_answer(row, world):
    """Label and object (None where none is named) of a free-form answer."""
    found = []
    for slots in matches(row["answer"], row, world, "answers"):
        label = read_label(slots["label"], row["question_type"], may_be_nothing=True)
        named = slots.get("object")
        id_ = None if named is None else read_object(named, row, world)
        if label is not None and (named is None or id_ is not None) and (label, id_) not in found:
            found.append((label, id_))
    if len(found) != 1:
        raise UnreadableError(f"{len(found)} readings of the answer '{row['answer']}'")
    return found[0]


def _asked(slots, row, world):
    """Put slots into an Asked, or None when one of them says nothing."""
    asked, count = Asked(), json.loads(row["frames"])["count"]
    for slot, text in slots.items():
        words = text.lower()
        if slot == "claim":
            value = asked.claim = read_label(words, row["question_type"])
        elif slot == "scope":
            value = asked.scope = scopes(row["question_type"]).get(words)
        elif slot in OBJECT_SLOTS:
            value = asked.objects[slot] = read_object(words, row, world)
        elif slot in ("view", "moment", "query_frame"):
            start = {"view": "the camera's viewpoint in ", "moment": "in ", "query_frame": ""}[slot]
            value = asked.frame = read_frame(words.removeprefix(start), count)
        elif slot == "point":
            value = asked.point = tuple(float(number) for number in words.strip("()").split(", "))
        elif slot == "targets":
            value = asked.targets = _targets(words)
        else:
            raise UnreadableError(f"no meaning is known for the slot {{{slot}}}")
        if value is None:
            return None
    return asked


def read_frame(words, count):
    """``the first frame``, ``the last frame``, ``frame 7`` as a number; None for other words."""
    if not re.fullmatch(FRAME, words):
        return None
    return {"the first frame": 0, "the last frame": count - 1}.get(words) or int(
        (re.search(r"\d+", words) or ["0"])[0]
    )


def _targets(words):
    if not re.fullmatch(r"frames? \d+(, \d+)*( and \d+)?", words):
        return None
    return tuple(int(number) for number in re.findall(r"\d+", words))


def read_object(words, row, world):
    """Instance id of the object that the words name; None when they name none."""
    words = words.strip().lower()
    if match := PIXEL.fullmatch(words):
        frame = read_frame(match[3], json.loads(row["frames"])["count"])
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


def scene_frames(row):
    """Scene frame of each clip frame, from ``start+stride x count @ fps``."""
    start, stride, count = re.match(r"(\d+)\+(\d+)x(\d+)@", row["segment"]).groups()
    return [int(start) + i * int(stride) for i in range(int(count))]
