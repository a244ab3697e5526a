"""A scene with everything that is said about it, named the same however its objects are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.visibility import followable, seen_in_frames
from fourdp_qa.questions import (
    depth,
    multi_view_depth,
    multi_view_object_distance,
    object_direction,
    object_object_distance,
    object_object_distance_change,
)
from fourdp_qa.questions.object_direction_views import view_components
from fourdp_qa.questions.registry import SegmentStatements, state_segment
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.verdicts import Verdict

REFERRING = (object_object_distance.NAME, multi_view_object_distance.NAME)
COMPARISONS = 60
"""Comparisons made of each kind, where the library draws a few: the same ones before and after."""


class Place(NamedTuple):
    """What a label is about: no order of objects, but everything else that a question names.

    `candidates` are (ids, frame): what moves or what is compared. An answer to a comparison is one
    of them.
    """

    question_type: str
    variant: str
    candidates: frozenset
    reference: int | None
    component: str

    @property
    def frame(self):
        """The one frame that is named."""
        (frame,) = {frame for _, frame in self.candidates}
        return frame


class Answer(NamedTuple):
    """A label with its margin in bands, what the picture says, and what misleads."""

    label: Any
    margin: float
    picture: Any
    entangled: str
    cue_conflict: str


class Told:
    """A scene, its measurements and its statements.

    Parameters
    ----------
    refilm : callable (cameras (T, 4, 4)) -> scene, the same world under another camera path
    """

    def __init__(self, scene, refilm: Callable | None = None, limits=None, segment=None):
        self.scene, self.refilm = scene, refilm
        self.segment = segment or scene.segment
        self.measured = measure_segment(scene, self.segment, limits=limits)

    @cached_property
    def everything(self) -> SegmentStatements:
        """Every comparison that can be made, and every view that can be named."""
        return everything(self.measured)

    @cached_property
    def said(self) -> dict[Place, Answer]:
        """Answers of `everything`."""
        return answers(self.everything.statements)

    def filmed_by(self, cameras) -> Told:
        """The same world under another camera path."""
        return Told(self.refilm(cameras))

    @cached_property
    def frozen(self) -> Told:
        """The same world under a camera that keeps its first pose."""
        return self.filmed_by(np.repeat(self.scene.world_from_camera[:1], self.last + 1, axis=0))

    @property
    def last(self) -> int:
        """Number of the last frame."""
        return self.segment.count - 1


def everything(measured) -> SegmentStatements:
    """All that the library could say of a segment, whatever it would draw."""
    with every_comparison():
        stated = state_segment(measured)
    return replace(stated, statements=(*stated.statements, *views(measured)))


@contextmanager
def every_comparison() -> Iterator[None]:
    """Nothing is left to the draw, and no frame is named for type 4: `views` names them all."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (depth, object_object_distance, multi_view_depth, multi_view_object_distance):
            for name in ("PAIRS", "FOURS", "ONE_OBJECTS", "ONE_PAIRS", "PER_OBJECTS",
                         "FRAMES_PER_PAIR"):
                patch.setattr(module, name, COMPARISONS, raising=False)
        patch.setattr(object_direction, "named_frame_of", lambda *_: None)
        yield


def views(measured) -> Iterator[Statement]:
    """Type 4 for each object seen from the camera of each frame that may be named."""
    visible, thresholds = default_limits().visible, thresholds_for(measured.facts.profile)
    seen = seen_in_frames(measured, visible, visible.min_area_motion)
    for n in np.flatnonzero(followable(seen, measured.motion.steady, visible)).tolist():
        for frame in measured.anchors.frames[1:]:
            components = view_components(measured, thresholds, n, frame, seen[:, n])
            if seen[frame, n] and components:
                yield Statement(
                    question_type=object_direction.NAME, variant="named_frame",
                    objects=(measured.objects[n].id,), frames=(frame,), named_at=(frame,),
                    reference_system="camera", components=components)


def answers(statements: Iterable[Statement]) -> dict[Place, Answer]:
    """Place -> answer of statements."""
    said = {}
    for s in statements:
        candidates, reference = _candidates(s)
        for name, c in s.components.items():
            place = Place(s.question_type, s.variant, frozenset(candidates), reference, name)
            assert place not in said, f"{s.key} is said twice"
            said[place] = Answer(
                _named(str(c.quantity.verdict), candidates), c.margin,
                _named(str(c.picture), candidates), s.entangled, s.cue_conflict)
    return said


def _candidates(s: Statement):
    """(ids, frame) in the order of the statement, and the reference."""
    objects, frames, reference = s.objects, s.frames, None
    if s.question_type in REFERRING and s.variant != "one_pair":
        objects, reference = objects[:-1], objects[-1]
    together = s.question_type == object_object_distance_change.NAME or s.variant == "one_pair"
    things = [frozenset(objects)] if together or not objects else [frozenset({o}) for o in objects]
    count = max(len(things), len(frames))
    things, frames = (list(x) * (count // len(x)) for x in (things, frames))
    return list(zip(things, frames, strict=True)), reference


def _named(verdict: str, candidates: list) -> Any:
    """The candidate that a comparison answers; any other verdict as it is."""
    if len(candidates) == 1:
        return verdict
    places = {"+": 0, "-": 1, **{str(k): k for k in range(4)}}
    return candidates[places[verdict]] if verdict in places else verdict


def decided(said: dict[Place, Answer], *types: str, margin: float = 0.0) -> dict[Place, Any]:
    """Place -> label of what is asked, by some types only where `types` are given."""
    return {
        place: answer.label for place, answer in said.items()
        if answer.label != Verdict.UNDECIDED and answer.margin >= margin
        and (not types or place.question_type in types)
    }
