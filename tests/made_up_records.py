"""Segments as phase 1 would leave them behind, with verdicts drawn by lot: thousands in a second.

The draws are as uneven as real scenes are: most things do not move, cameras move forward rather than
backward, turning back is rare, and what is listed first is the nearest more often than not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from fourdp_qa.generate.records import ObjectNaming, SegmentRecord
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.strata import Strata
from fourdp_qa.rows.proof import SegmentProof

FRAMES = (0, 8, 16, 23, 31)
COUNT = 32
COLOURS = ("red", "green", "blue", "yellow", "black", "white", "pink", "brown")
NOUNS = ("car", "ball", "mug", "chair", "duck", "barrel", "cone", "rocket")
BACKGROUND = ("house", "tree")  # behind everything else, and they never move

SELDOM_MOVES = {"absent": 50, "+": 22, "-": 10, "+-": 5, "-+": 3, "inconsistent": 4, "undecided": 6}
TURNS_BACK = {"absent": 38, "+": 26, "-": 14, "+-": 9, "-+": 7, "inconsistent": 3, "undecided": 3}
MOSTLY_AHEAD = {"+": 45, "absent": 35, "-": 8, "+-": 3, "-+": 2, "inconsistent": 3, "undecided": 4}
NEARER = {"+": 60, "-": 30, "undecided": 10}
NEAREST = {"0": 40, "1": 30, "2": 20, "3": 10}
FARTHER = {"+": 35, "-": 20, "same": 8, "neither": 27, "undecided": 10}


@dataclass(frozen=True)
class Shape:
    """What a statement of one variant is about, and how its verdicts fall."""

    variant: str
    components: dict[str, dict[str, int]]
    named_at: tuple[int, ...] = (0,)
    frames: tuple[int, ...] = (0,)
    reference_system: str = "world"
    each: int = 2
    """Statements in a segment."""


def _like(names, weights):
    return dict.fromkeys(names, weights)


FOUR_MOMENTS = (0, 8, 16, 31)
SHAPES: dict[str, tuple[Shape, ...]] = {
    "camera_movement": (Shape("first_camera", {
        "forward": MOSTLY_AHEAD, **_like(("right", "up", "pan", "tilt", "roll"), SELDOM_MOVES),
    }, named_at=(), reference_system="camera", each=1),),
    "camera_object_distance": (Shape("camera", {"distance": TURNS_BACK}),),
    "object_rotation": (Shape("about_up", {"turn": TURNS_BACK}, reference_system="gravity"),),
    "object_direction": (
        Shape("first_camera", {"away": MOSTLY_AHEAD, "right": SELDOM_MOVES, "up": SELDOM_MOVES},
              reference_system="camera", each=1),
        Shape("named_frame", {"away": SELDOM_MOVES, "right": MOSTLY_AHEAD, "up": SELDOM_MOVES},
              frames=(31,), named_at=(31,), reference_system="camera", each=1),
        Shape("screen", _like(("screen_right", "screen_up"), SELDOM_MOVES),
              reference_system="screen", each=1),
        Shape("own_front", {"ahead": MOSTLY_AHEAD, "own_right": SELDOM_MOVES, "up": SELDOM_MOVES},
              reference_system="object", each=1),
    ),
    "moved_distance": (Shape("pair", {"farther": FARTHER}, named_at=(0, 0)),),
    "object_object_distance_change": (
        Shape("pair", {"distance": TURNS_BACK}, named_at=(0, 0)),),
    "depth": (
        Shape("pair", {"nearer": NEARER}, (8, 8), (8,), "camera"),
        Shape("nearest_of_four", {"nearest": NEAREST}, (8,) * 4, (8,), "camera"),
    ),
    "object_object_distance": (
        Shape("pair", {"nearer": NEARER}, (8,) * 3, (8,)),
        Shape("nearest_of_four", {"nearest": NEAREST}, (8,) * 5, (8,)),
    ),
    "multi_view_depth": (
        Shape("pair", {"nearer": NEARER}, (0, 16), (0, 16), "camera"),
        Shape("nearest_of_four", {"nearest": NEAREST}, FOUR_MOMENTS, FOUR_MOMENTS, "camera"),
    ),
    "multi_view_object_distance": (
        Shape("pair", {"nearer": NEARER}, (0, 16, 0), (0, 16)),
        Shape("nearest_of_four", {"nearest": NEAREST}, (*FOUR_MOMENTS, 0), FOUR_MOMENTS),
    ),
}


def made_up_record(question_type: str, number: int) -> SegmentRecord:
    """Segment `number` with statements of one type; the same number gives the same segment."""
    rng = random.Random(f"{question_type} {number}")
    objects = _objects(rng)
    statements = {}
    for shape in SHAPES[question_type]:
        for _ in range(shape.each):
            ids = tuple(sorted(rng.sample([o.id for o in objects], len(shape.named_at))))
            made = _statement(question_type, shape, [o for o in objects if o.id in ids], rng)
            statements[made.key] = made
    return SegmentRecord(
        source="made_up", scene_id=f"scene {number}", split_unit=f"scene {number}", license="CC0-1.0",
        label_quality="exact", segment="all", number=0, frame_count=COUNT, objects=objects,
        statements=tuple(statements.values()), tracks=(), strata=Strata("low", "low"), holds=(),
        dropped={}, proof=_no_proof(),
    )


def _objects(rng):
    """Six objects with captions of their own."""
    captions = rng.sample([f"{c} {n}" for c in COLOURS for n in (*NOUNS, *BACKGROUND)], 6)
    return tuple(_object(k + 1, caption, rng) for k, caption in enumerate(captions))


def _object(number, caption, rng):
    x, y = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)
    return ObjectNaming(
        id=number, caption=caption, caption_unique=True, points=dict.fromkeys(FRAMES, (x, y)),
        boxes=dict.fromkeys(FRAMES, (x - 0.05, y - 0.05, x + 0.05, y + 0.05)), rings={},
        centres=((x, y),) * COUNT,
    )


CUES = {
    **dict.fromkeys(("depth", "multi_view_depth"), ("size", "height", "second_size")),
    **dict.fromkeys(("object_object_distance", "multi_view_object_distance"), ("screen",)),
}
"""Cues that say the other as often as not: whatever the boxes show, so that nothing is held back for them."""


def _statement(question_type, shape, objects, rng):
    verdicts = {
        name: _compare(name, weights, objects, rng) if name in ("nearer", "nearest", "farther")
        else rng.choices(list(weights), list(weights.values()))[0]
        for name, weights in shape.components.items()
    }
    if question_type == "camera_movement":
        verdicts |= _as_a_whole(verdicts, rng)
    return Statement(
        question_type=question_type, variant=shape.variant, objects=tuple(o.id for o in objects),
        frames=shape.frames,
        named_at=shape.named_at, reference_system=shape.reference_system,
        components={name: _component(name, verdict, rng) for name, verdict in verdicts.items()},
        entangled=rng.choice(["agree", "agree", "different", "opposite"]),
        cues={cue: rng.choice((-0.1, 0.1)) for cue in CUES.get(question_type, ())},
    )


def _compare(name, weights, objects, rng):
    """What wins a comparison: never the background before anything else; often what lies lowest on
    the picture, which makes it the nearest but no farther mover.
    """
    order = ("0", "1", "2", "3") if name == "nearest" else ("+", "-")
    front = [v for v, o in zip(order, objects, strict=False)
             if o.caption.split()[-1] not in BACKGROUND]
    if name != "farther" and rng.random() < 0.8:
        height = dict(zip(order, (o.points[0][1] for o in objects), strict=False))
        return max(front or order, key=height.get)
    possible = {v: n for v, n in weights.items() if v not in order or v in (front or order)}
    if name == "farther" and not front:
        possible = {"neither": 1}
    return rng.choices(list(possible), list(possible.values()))[0]


def _as_a_whole(verdicts, rng):
    """Whether the camera moves, turns, or stays still. One camera in four circles around something
    and pans against its sideways movement; one in five stands still or only turns.
    """
    verdicts = dict(verdicts)
    if verdicts["right"] in ("+", "-") and rng.random() < 0.25:
        verdicts["pan"] = "-" if verdicts["right"] == "+" else "+"
    if rng.random() < 0.2:
        verdicts |= dict.fromkeys(("forward", "right", "up"), "absent")
        if rng.random() < 0.5:
            verdicts |= dict.fromkeys(("pan", "tilt", "roll"), "absent")
    moves = _any([verdicts[name] for name in ("forward", "right", "up")])
    turns = _any([verdicts[name] for name in ("pan", "tilt", "roll")])
    kinds = {moves, turns}
    still = "absent" if "+" in kinds else "undecided" if "undecided" in kinds else "+"
    return {**verdicts, "any_translation": moves, "any_rotation": turns, "still": still}


def _any(parts):
    if any(v not in ("absent", "undecided") for v in parts):
        return "+"
    return "undecided" if "undecided" in parts else "absent"


def _component(name, verdict, rng):
    margin = 0.0 if verdict == "undecided" else rng.uniform(0.1, 2.0)
    return Component(Quantity(name, "", 0.0, 0.0, 0.0, 1.0, verdict, (0.0,) * COUNT), margin, verdict)


def _no_proof():
    return SegmentProof(
        source="made_up", scene_id="", segment="all", units="relative", K=np.eye(3), side=1, up=None,
        scene_length=1.0, world_from_camera=np.zeros((0, 4, 4)), object_ids=(), captions=(),
        sizes=np.zeros((0, 3)), world_from_object=np.zeros((0, 0, 4, 4)),
    )
