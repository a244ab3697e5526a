"""A file says the same thing twice, and refusing where it does not keeps wrong conventions out of labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.sources.tapvid3d.annotation import Annotation
from fourdp_qa.sources.tapvid3d.archive import Archive
from fourdp_qa.sources.tapvid3d.constants import (
    BORDER_PIXELS,
    CLEARLY_BETTER,
    EXTRINSICS,
    QUERIES,
    QUERY_PIXELS,
    SEEN_INSIDE,
    TRACKS,
    Subset,
)


def refuse_disagreement(archive: Archive, said: Annotation, subset: Subset) -> None:
    """Raise unless queries, tracks, flags and camera tell one story.

    A track must pass through its query, visible points must lie in the picture, and where most of the world
    rests its points must not rest under the camera's path turned round.

    Raises
    ------
    SourceDataError
        With the likely mistake where one reading explains the numbers.
    """
    missed = _miss(said, said.in_camera, said.queries)
    if not missed <= QUERY_PIXELS:
        likely = next((words for words, tracks, queries in _readings(said)
                       if _miss(said, tracks, queries) <= QUERY_PIXELS), "")
        raise archive.wrong(
            QUERIES, f"queries {missed:.3g} pixels from their tracks (median)", f"at most {QUERY_PIXELS:g}",
            f"likely mistake: {likely}" if likely else f"are {TRACKS} and {QUERIES} of one video?")
    uv = project(said.K, said.in_camera)[said.visible]
    beyond = np.array((said.width, said.height)) + BORDER_PIXELS
    inside = np.all((uv > -BORDER_PIXELS) & (uv < beyond), axis=1)
    if inside.mean() < SEEN_INSIDE:
        raise archive.wrong(TRACKS, f"{inside.mean():.0%} of the visible points inside the picture",
                            f"at least {SEEN_INSIDE:.0%}")
    if subset.mostly_still and said.world_from_camera is not None:
        as_said = _wandered(said, said.world_from_camera)
        inverted = _wandered(said, invert_pose(said.world_from_camera))
        if inverted < CLEARLY_BETTER * as_said:
            raise archive.wrong(
                EXTRINSICS, f"points that wander {as_said:.3g} m (median) in a room at rest",
                f"less; with the poses inverted it is {inverted:.3g} m",
                "likely mistake: the poses are world from camera")


def _miss(said: Annotation, tracks: Floats, queries: Floats) -> float:
    """Median distance in pixels of the queries from their tracks; infinite where most have no place."""
    P, at = np.arange(len(queries)), queries[:, 2]
    uv = project(said.K, tracks[at.astype(np.int64), P])
    apart = np.linalg.norm(uv - queries[:, :2], axis=1)
    return float(np.median(np.where(np.isfinite(apart), apart, np.inf)))


def _readings(said: Annotation) -> Iterator[tuple[str, Floats, Floats]]:
    """What else tracks and queries may mean, in words."""
    X, q = said.in_camera, said.queries
    yield "y points up in the tracks", X * (1.0, -1.0, 1.0), q
    yield "x points left in the tracks", X * (-1.0, 1.0, 1.0), q
    yield "queries are y, x, frame", X, q[:, [1, 0, 2]]
    yield "queries are shares of the picture, not pixels", X, q * (said.width, said.height, 1.0)
    if said.world_from_camera is not None:
        world_read = transform_points(invert_pose(said.world_from_camera), X)
        yield "tracks are in world axes, not in those of each camera", world_read, q


def _wandered(said: Annotation, world_from_camera: Floats) -> float:
    """How far points go in the world while they are seen, metres, median."""
    world = transform_points(world_from_camera, said.in_camera)
    seen = said.visible[..., None]
    high, low = np.where(seen, world, -np.inf).max(axis=0), np.where(seen, world, np.inf).min(axis=0)
    ever = said.visible.any(axis=0)
    return float(np.median(np.linalg.norm(high[ever] - low[ever], axis=-1)))
