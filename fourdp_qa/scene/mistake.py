"""What a mistake is: words for it, and the reading in which it is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.reprojection import Reading, changed

ChangePoses = Callable[[Floats], Floats]
Undo = Callable[[Reading], Reading]


@dataclass(frozen=True)
class Mistake:
    """A possible mistake.

    Attributes
    ----------
    words : str
        What a person would call it, with the field that is wrong.
    undo : callable
        The reading in which it is repaired.
    """

    words: str
    undo: Undo


def of_camera(change: ChangePoses) -> Undo:
    """Change the camera's poses (T, 4, 4)."""
    return lambda r: changed(r, world_from_camera=change(r.world_from_camera))


def of_objects(change: ChangePoses) -> Undo:
    """Change the objects' poses (T, N, 4, 4)."""
    return lambda r: changed(r, world_from_object=change(r.world_from_object))


def of_both(change: ChangePoses) -> Undo:
    """Change all poses: camera and objects usually go through one reader."""
    return lambda r: of_objects(change)(of_camera(change)(r))
