"""thresholds.toml as dataclasses: a default profile and overrides by profile name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class SeriesLimits:
    """How a quantity over time becomes a verdict."""

    backtrack: float
    turn_earliest: float
    together_lo: float
    together_hi: float


@dataclass(frozen=True)
class EffectLimits:
    """What a person can see at all."""

    diagonal_px: float
    of_side: float


@dataclass(frozen=True)
class HeadingLimits:
    """When heading axes mean something."""

    max_elevation_deg: float


@dataclass(frozen=True)
class CameraMovementLimits:
    """Type 1."""

    translation_lo: float
    translation_hi: float
    translation_hi_unproved: float
    pan_lo_deg: float
    pan_hi_deg: float
    roll_lo_deg: float
    roll_hi_deg: float
    still_shift: float
    parallax: float


@dataclass(frozen=True)
class CameraObjectDistanceLimits:
    """Type 2."""

    ratio_lo: float
    ratio_hi: float
    min_box_diagonals: float


@dataclass(frozen=True)
class ObjectDirectionLimits:
    """Type 4."""

    lateral_lo: float
    lateral_hi: float
    depth_lo: float
    depth_hi: float
    min_effect: float
    screen_lo: float
    screen_hi: float


@dataclass(frozen=True)
class TurningLimits:
    """When "how far an object has turned about up" has one meaning."""

    max_step_deg: float
    max_tilt_deg: float


@dataclass(frozen=True)
class ObjectRotationLimits:
    """Type 3."""

    turn_lo_deg: float
    turn_hi_deg: float


@dataclass(frozen=True)
class AgentMotionLimits:
    """Type 5."""

    travel_lo: float
    travel_hi: float
    turn_lo_deg: float
    turn_hi_deg: float
    standing_ratio: float
    min_effect: float


@dataclass(frozen=True)
class DepthLimits:
    """Type 8."""

    ratio: float
    z_ratio: float


@dataclass(frozen=True)
class MovedDistanceLimits:
    """Type 6."""

    dead_band: float
    still: float
    moved: float
    ratio_lo: float
    ratio_hi: float
    extent_ratio: float
    min_effect: float


@dataclass(frozen=True)
class ObjectObjectDistanceChangeLimits:
    """Type 7."""

    ratio_lo: float
    ratio_hi: float
    min_effect: float


@dataclass(frozen=True)
class ObjectObjectDistanceLimits:
    """Types 9 and 11."""

    ratio: float
    min_gap: float
    min_effect: float


@dataclass(frozen=True)
class MultiViewLimits:
    """Types 10 and 11."""

    min_apart: float


@dataclass(frozen=True)
class StrataLimits:
    """How much the camera and the scene move."""

    camera_split: float
    scene_split: float
    still_extent: float


@dataclass(frozen=True)
class EntanglementLimits:
    """When the picture misleads."""

    movers_cover: float
    track_gap: float


@dataclass(frozen=True)
class Thresholds:
    """All thresholds of one profile."""

    series: SeriesLimits
    effect: EffectLimits
    heading: HeadingLimits
    camera_movement: CameraMovementLimits
    camera_object_distance: CameraObjectDistanceLimits
    object_direction: ObjectDirectionLimits
    turning: TurningLimits
    object_rotation: ObjectRotationLimits
    agent_motion: AgentMotionLimits
    depth: DepthLimits
    moved_distance: MovedDistanceLimits
    object_object_distance_change: ObjectObjectDistanceChangeLimits
    object_object_distance: ObjectObjectDistanceLimits
    multi_view: MultiViewLimits
    strata: StrataLimits
    entanglement: EntanglementLimits


@cache
def thresholds_for(profile: str) -> Thresholds:
    """Thresholds of a profile: the default ones with the profile's own numbers in their place.

    Raises
    ------
    FourdpQaError
        When there is no such profile.
    """
    table = load_table("fourdp_qa.questions", "thresholds.toml")
    if profile not in table:
        raise FourdpQaError(f"no threshold profile '{profile}'; there are: {', '.join(table)}")

    def section(name: str) -> dict[str, Any]:
        return {**table["default"][name], **table[profile].get(name, {})}

    return Thresholds(
        series=SeriesLimits(**section("series")),
        effect=EffectLimits(**section("effect")),
        heading=HeadingLimits(**section("heading")),
        camera_movement=CameraMovementLimits(**section("camera_movement")),
        camera_object_distance=CameraObjectDistanceLimits(**section("camera_object_distance")),
        object_direction=ObjectDirectionLimits(**section("object_direction")),
        turning=TurningLimits(**section("turning")),
        object_rotation=ObjectRotationLimits(**section("object_rotation")),
        agent_motion=AgentMotionLimits(**section("agent_motion")),
        depth=DepthLimits(**section("depth")),
        moved_distance=MovedDistanceLimits(**section("moved_distance")),
        object_object_distance_change=ObjectObjectDistanceChangeLimits(
            **section("object_object_distance_change")),
        object_object_distance=ObjectObjectDistanceLimits(**section("object_object_distance")),
        multi_view=MultiViewLimits(**section("multi_view")),
        strata=StrataLimits(**section("strata")),
        entanglement=EntanglementLimits(**section("entanglement")),
    )
