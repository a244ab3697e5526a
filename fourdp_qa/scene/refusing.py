"""Refuses what would make wrong answers: the errors of `check_scene` that cost next to nothing.

``check_scene`` is asked for by a person and looks at everything; this guard stands in every reading
and writing of a scene, whatever its source, so that damage becomes an error and never a label.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.check_images import colour_faults, frame_faults
from fourdp_qa.scene.check_numbers import check_numbers
from fourdp_qa.scene.check_report import Finding, Severity
from fourdp_qa.scene.scene import Scene

REPAIR = "repair the scene or leave it out"


def refuse_numbers(scene: Scene, where: Callable[[str], Path] | None = None) -> None:
    """Raise the first error of the facts, objects and poses of `scene`.

    Parameters
    ----------
    scene : Scene
        Opened; no image is read.
    where : callable, optional
        The file that holds a field, for the message; without it the scene's name stands there.

    Raises
    ------
    SourceDataError
        For a pose that is no rigid motion, a count that does not fit, facts that cannot be.
    """
    for finding in check_numbers(scene):
        if finding.severity is Severity.ERROR:
            raise _error(where(finding.field) if where else _name(scene), finding)


def refuse_images(
    scene: Scene, t: int, depth: NDArray[np.float32], instances: NDArray[np.int32]
) -> None:
    """Raise the first error of depth (H, W) and ids (H, W) of frame t.

    Raises
    ------
    SourceDataError
        For another size or type, depth that is negative or not finite or missing on the objects, an
        id without an object.
    """
    for finding in frame_faults(scene, t, depth, instances):
        raise _error(_name(scene), finding)


def refuse_colour(scene: Scene, t: int, rgb: NDArray[np.uint8]) -> None:
    """Raise when the colour image (H, W, 3) of frame t has another size or type.

    Raises
    ------
    SourceDataError
        When it has.
    """
    for finding in colour_faults(scene, t, rgb):
        raise _error(_name(scene), finding)


def _name(scene: Scene) -> str:
    return f"{scene.facts.source} {scene.facts.scene_id}"


def _error(where: Path | str, finding: Finding) -> SourceDataError:
    place = finding.field if finding.frame is None else f"{finding.field} frame {finding.frame}"
    advice = f"likely mistake: {finding.likely_mistake}" if finding.likely_mistake else REPAIR
    return SourceDataError(where, place, found=finding.found, expected=finding.expected, do=advice)
