"""A statement: what is true of some objects in some frames, component by component, with its proof."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from fourdp_qa.questions.evidence import Quantity, TrackEvidence

PIXEL = "pixel"
NAMED_OBJECT = "named_object"
"""Variants of the tracking types: what the query is."""
CUES = ("size", "height", "screen")
"""Cues of nearness that `Statement.cue_conflict` tells of."""


@dataclass(frozen=True)
class Component:
    """One thing that a label may speak about, e.g. "right" of a camera's translation.

    Attributes
    ----------
    quantity : the number, its band and its verdict.
    margin : distance to the nearest threshold in bands; 0 when undecided.
    picture : the verdict a person would read from the picture had the camera never moved; empty
        where that means nothing.
    """

    quantity: Quantity
    margin: float
    picture: str = ""


@dataclass(frozen=True)
class Statement:
    """What holds for a subject; several questions can be asked about one statement.

    Attributes
    ----------
    question_type : e.g. ``object_direction``.
    variant : which measurement of the type, e.g. ``first_camera``.
    objects : ids of the objects it is about, in a drawn order; what distances are measured to comes last.
    frames : clip frames it names.
    named_at : for each object the clip frame in which the question points at it.
    reference_system : camera, object, screen, gravity or world.
    components : name -> component.
    entangled : for types whose entanglement is not read from `Component.picture`: the value itself.
    cues : cue of nearness -> how far what was found is ahead of the others by it, below 0 where the cue
        says another: size, logarithm of the ratio of visible areas, and height, by how much its lowest
        visible row is lower, as a share of the side (8, 10); second_size, as size but beside the second
        largest of three others, so below 0 where two others are larger (8, 10, of four); screen,
        logarithm of the ratio of the lengths on the screen (9, 11). Empty where nothing was found.
    """

    question_type: str
    variant: str
    objects: tuple[int, ...]
    frames: tuple[int, ...]
    named_at: tuple[int, ...]
    reference_system: str
    components: dict[str, Component]
    entangled: str = ""
    cues: dict[str, float] = field(default_factory=dict)

    @property
    def cue_conflict(self) -> str:
        """The cues that say another: none; size, height or both (8, 10); screen (9, 11)."""
        against = [cue for cue in CUES if self.cues.get(cue, 0.0) < 0]
        return "both" if len(against) == 2 else "".join(against) or "none"

    @property
    def key(self) -> str:
        """What the statement is about, without what it says: no two statements of a segment with
        one key may differ.
        """
        objects = ",".join(map(str, self.objects))
        frames = ",".join(map(str, self.frames))
        return f"{self.question_type}/{self.variant}/{objects}/{frames}/{self.reference_system}"


@dataclass(frozen=True)
class TrackStatement:
    """One query; types 12 and 13 each ask about it.

    Attributes
    ----------
    variant : ``pixel`` for a point given by its coordinates, ``named_object`` for the box centre of an
        object that the question names.
    index : number of a pixel query within the segment; 0 for named objects.
    object_id : 0 for the static background; below 0 for a point of which nobody says what it is on.
    track : both tracks and the visibility.
    entangled : whether the two tracks part visibly: different or agree.
    """

    variant: str
    index: int
    object_id: int
    track: TrackEvidence
    entangled: str

    @property
    def key(self) -> str:
        """Identifies the query within its segment."""
        if self.variant == PIXEL:
            return f"{PIXEL}/{self.index}"
        return f"{self.variant}/{self.object_id}/{self.track.query_frame}"


def statement_to_plain(statement: Statement) -> dict[str, Any]:
    """Plain data for a shard; tuples become lists."""
    return asdict(statement)


def statement_from_plain(data: dict[str, Any]) -> Statement:
    """Read `statement_to_plain` back."""
    components = {
        name: Component(
            quantity=Quantity(**{**c["quantity"], "series": tuple(c["quantity"]["series"])}),
            margin=c["margin"], picture=c["picture"],
        )
        for name, c in data["components"].items()
    }
    return Statement(
        question_type=data["question_type"], variant=data["variant"],
        objects=tuple(data["objects"]), frames=tuple(data["frames"]),
        named_at=tuple(data["named_at"]),
        reference_system=data["reference_system"], components=components,
        entangled=data["entangled"], cues=data["cues"],
    )


def track_statement_from_plain(data: dict[str, Any]) -> TrackStatement:
    """Read a `TrackStatement` back from plain data."""
    track = data["track"]

    def points(items: list[Any]) -> tuple[tuple[float, float] | None, ...]:
        return tuple(None if p is None else (p[0], p[1]) for p in items)

    return TrackStatement(
        variant=data["variant"], index=data["index"], object_id=data["object_id"],
        entangled=data["entangled"],
        track=TrackEvidence(
            query_frame=track["query_frame"], visual=points(track["visual"]),
            true_motion=points(track["true_motion"]), visible=tuple(track["visible"]),
        ),
    )
