"""The limits of visibility.toml as dataclasses; the table holds the reason beside each number."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class VisibleLimits:
    """When an object may be asked about in a frame and in a segment."""

    min_area: float
    min_area_motion: float
    min_area_rotation: float
    min_visible_part: float
    max_hull_outside: float
    min_frame_share: float
    max_lost_in_a_row: int


@dataclass(frozen=True)
class PoseJumpLimits:
    """When a step of a pose is an error of the source."""

    max_step: float
    times_neighbours: float


@dataclass(frozen=True)
class EstimateLimits:
    """How the visible part is estimated without exact visibility."""

    fill_percentile: float
    nearer_by: float
    min_unobstructed: int


@dataclass(frozen=True)
class BackgroundLimits:
    """Which static pixels prove what the camera does."""

    samples: int
    max_depth_lengths: float


@dataclass(frozen=True)
class AnchorLimits:
    """Where a named point or a track query may lie."""

    erode_px: int
    edge_window_px: int
    edge_ratio: float
    agent_upper_share: float
    decimals: int


@dataclass(frozen=True)
class CircleLimits:
    """Rings that name an object."""

    margin: float
    min_radius: float
    max_radius: float
    min_inside: float
    max_other_share: float
    max_other_of_own: float
    hold_frames: int


@dataclass(frozen=True)
class TrackLimits:
    """When the depth image says that a point is seen."""

    depth_tolerance: float
    estimated_tolerance: float


@dataclass(frozen=True)
class Limits:
    """All of visibility.toml."""

    visible: VisibleLimits
    pose_jump: PoseJumpLimits
    estimate: EstimateLimits
    background: BackgroundLimits
    anchor: AnchorLimits
    circle: CircleLimits
    track: TrackLimits


def default_limits() -> Limits:
    """The limits as shipped."""
    table = load_table("fourdp_qa.measure", "visibility.toml")
    return Limits(
        visible=VisibleLimits(**table["visible"]),
        pose_jump=PoseJumpLimits(**table["pose_jump"]),
        estimate=EstimateLimits(**table["estimate"]),
        background=BackgroundLimits(**table["background"]),
        anchor=AnchorLimits(**table["anchor"]),
        circle=CircleLimits(**table["circle"]),
        track=TrackLimits(**table["track"]),
    )
