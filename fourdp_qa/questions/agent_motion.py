"""Type 5, agent_motion: how a vehicle or person travels and turns, in its own current axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.apparent_motion import apparent_poses
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.series_components import (
    judge_together,
    series_component,
    unless_turn_hidden,
)
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import AgentMotionLimits, Thresholds
from fourdp_qa.questions.turning import front_and_left, heading_turn, turns_upright, upright_axis
from fourdp_qa.questions.verdicts import PRESENT, SeriesVerdict, Verdict, judge_series
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import ObjectFacts

NAME = "agent_motion"
LENGTHS = "own lengths"


@dataclass(frozen=True)
class _Travel:
    """Motion since the first frame, (T,) each: forward, left and the distance from the first place
    in own lengths, turn in degrees; `extent`: the largest distance between any two places.
    """

    forward: Floats
    left: Floats
    turn: Floats
    from_start: Floats
    extent: float


@dataclass(frozen=True)
class _Judged:
    """Verdicts of a `_Travel`; `moves` is + or absent: anything at all, in any direction."""

    forward: SeriesVerdict
    left: SeriesVerdict
    turn: SeriesVerdict
    moves: Verdict
    moves_margin: float


def agent_motion_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """For each object index that is an agent with a front: what it does in its own axes.

    None without gravity, and for an agent that leaves its upright pose. `seen` (T, N): a reversal
    whose turn is hidden is not asked about.
    """
    if measured.facts.up is None:
        return []
    statements = []
    for n in objects:
        agent = measured.objects[n]
        if agent.is_agent and agent.is_rigid and agent.front is not None:
            s = _statement(measured, limits, n, agent.front, measured.facts.up, seen[:, n])
            statements += [] if s is None else [s]
    return statements


def _statement(
    measured: Measurements, limits: Thresholds, n: int, front: Floats, up: Floats,
    seen: NDArray[np.bool_],
) -> Statement | None:
    poses = measured.motion.world_from_object[:, n]
    if not np.isfinite(poses).all() or not turns_upright(poses[:, :3, :3], up, limits.turning):
        return None
    length = own_length(measured.objects[n], poses[0, :3, :3], up, limits.agent_motion)
    travel = _travel(poses, front, up, length)
    if not np.isfinite(travel.turn).all():
        return None
    visible = limits.agent_motion.min_effect * float(measured.motion.distance[0, n]) / length
    truth = _judge(travel, visible, limits, seen)
    apparent = _travel(apparent_poses(measured, n), front, up, length)
    picture = _judge(apparent, visible, limits, np.ones_like(seen))
    return Statement(
        question_type=NAME, variant="own", objects=(measured.objects[n].id,), frames=(0,),
        named_at=(0,), reference_system="object",
        components=_components(travel, truth, picture, _travel_band(visible, limits.agent_motion)),
    )


def own_length(
    agent: ObjectFacts, rotation: Floats, up: Floats, limits: AgentMotionLimits
) -> float:
    """The agent's measure in scene units: its longest horizontal edge, or its height when it stands
    so much taller than wide that its footprint says nothing of its steps (a person).
    """
    axis = upright_axis(rotation, up)
    height = float(agent.size[axis])
    longest = float(np.delete(agent.size, axis).max())
    return height if height > limits.standing_ratio * longest else longest


def _travel(poses: Floats, front: Floats, up: Floats, length: float) -> _Travel:
    """Steps summed along the axes halfway between both ends of each step: the chord of an arc then
    lies along "forward" exactly, and reversed time negates every step.
    """
    ahead, left = front_and_left(poses[:, :3, :3], front, up)
    places = poses[:, :3, 3] / length
    steps = np.diff(places, axis=0)
    midway = [axis[1:] + axis[:-1] for axis in (ahead, left)]
    forward, sideways = (
        np.concatenate([[0.0], np.cumsum((steps * axis).sum(1) / np.linalg.norm(axis, axis=1))])
        for axis in midway
    )
    return _Travel(
        forward=forward, left=sideways, turn=np.degrees(heading_turn(ahead, up)),
        from_start=np.linalg.norm(places - places[0], axis=1),
        extent=float(np.linalg.norm(places[:, None] - places[None], axis=-1).max()),
    )


def _travel_band(visible: float, limits: AgentMotionLimits) -> tuple[float, float]:
    """Band lo, hi in own lengths: what is too small to be seen from the camera is never present, and
    what is large enough is never absent, however long the agent is. `visible`: the least motion
    that a person sees, in own lengths.
    """
    return min(limits.travel_lo, visible), max(limits.travel_hi, visible)


def _judge(
    travel: _Travel, visible: float, limits: Thresholds, seen: NDArray[np.bool_]
) -> _Judged:
    own = limits.agent_motion
    lo, hi = _travel_band(visible, own)
    forward, left = judge_together(
        np.stack([travel.forward, travel.left], 1), [(lo, hi)] * 2, limits.series)
    turn = judge_series(travel.turn, own.turn_lo_deg, own.turn_hi_deg, limits.series)
    forward, left, turn = (unless_turn_hidden(v, seen) for v in (forward, left, turn))
    parts = (forward, left, turn)
    present = [v.margin for v in parts if v.verdict in PRESENT]
    if present:
        return _Judged(forward, left, turn, Verdict.PLUS, max(present))
    if all(v.verdict == Verdict.ABSENT for v in parts) and travel.extent <= lo:
        # What is lifted straight up goes neither forward nor sideways, and yet does not stand still.
        margin = min([*(v.margin for v in parts), (lo - travel.extent) / (hi - lo)])
        return _Judged(forward, left, turn, Verdict.ABSENT, margin)
    return _Judged(forward, left, turn, Verdict.UNDECIDED, 0.0)


def _components(
    travel: _Travel, truth: _Judged, picture: _Judged, band: tuple[float, float]
) -> dict[str, Component]:
    parts = {
        "forward": series_component("travel_forward", LENGTHS, truth.forward, travel.forward,
                                    picture.forward),
        "left": series_component("travel_left", LENGTHS, truth.left, travel.left, picture.left),
        "turn": series_component("turn_of_front", "degrees", truth.turn, travel.turn, picture.turn),
    }
    strongest = max(parts.values(), key=lambda c: c.quantity.extent / c.quantity.hi).quantity
    parts["any_motion"] = Component(
        Quantity("largest_own_motion", strongest.unit, strongest.value, strongest.extent,
                 strongest.lo, strongest.hi, str(truth.moves)),
        truth.moves_margin, str(picture.moves),
    )
    still = Quantity(
        "distance_from_first_place", LENGTHS, float(travel.from_start[-1]), travel.extent, *band,
        verdict=str(_stands(truth.moves)), series=tuple(float(x) for x in travel.from_start),
    )
    parts["still"] = Component(still, truth.moves_margin, str(_stands(picture.moves)))
    return parts


def _stands(moves: Verdict) -> Verdict:
    """Standing still is the other side of moving at all."""
    return {Verdict.PLUS: Verdict.ABSENT, Verdict.ABSENT: Verdict.PLUS}.get(moves, moves)
