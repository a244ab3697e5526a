"""One sequence as a Scene: tables read at once, pictures brought upright when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SceneLeftOutError, SourceDataError
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.sources.aria_digital_twin.constants import DOWNLOAD_AGAIN, LICENSE, METRES_PER_STEP, SOURCE
from fourdp_qa.sources.aria_digital_twin.sequence import Sequence, read_sequence
from fourdp_qa.sources.aria_digital_twin.video import is_corrupt, require_extra
from fourdp_qa.sources.aria_digital_twin.view import UprightView

CAPABILITIES = frozenset({
    Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
    Capability.GRAVITY, Capability.METRIC_SCALE,
})


@dataclass(frozen=True)
class AriaDigitalTwinHandle:
    """A sequence, not yet opened.

    Attributes
    ----------
    folder : Path
        Its name is the sequence's.
    split_key : str
        The sequence, or the two that two wearers recorded together.
    side : int
        Edge of the upright pictures in pixels.
    """

    folder: Path
    split_key: str
    side: int

    @property
    def source(self) -> str:
        """Name of the source."""
        return SOURCE

    @property
    def scene_id(self) -> str:
        """Name of the sequence."""
        return self.folder.name

    def open(self) -> AriaDigitalTwinScene:
        """Read the tables and open the recordings; no picture is decoded.

        Raises
        ------
        MissingExtraError
            Without projectaria-tools.
        SceneLeftOutError
            For a sequence that the toolkit lists as corrupt.
        """
        require_extra()
        if is_corrupt(self.scene_id):
            raise SceneLeftOutError(f"{self.scene_id} is listed as corrupt by projectaria-tools")
        return AriaDigitalTwinScene(self)


class AriaDigitalTwinScene(Scene):
    """The standard Scene of a sequence.

    Raises
    ------
    SourceDataError
        On opening: a missing or damaged file, too few frames. On reading a frame: a damaged record, an
        id that instances.json does not list.
    """

    def __init__(self, handle: AriaDigitalTwinHandle) -> None:
        self._folder = handle.folder
        self._sequence = sequence = read_sequence(handle.folder)
        self._view = UprightView(sequence.recording.calibration, handle.side)
        self.facts = _facts(handle, sequence, self._view)
        self.objects = sequence.objects
        self.world_from_camera = sequence.world_from_camera
        self.world_from_object = sequence.world_from_object
        self.pose_valid = sequence.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        return self._view.smooth(self._sequence.recording.colour(int(self._sequence.frames.colour[t])))

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W) in metres; the optical axis is that of the lens, so nothing but the grid changes."""
        steps = self._sequence.recording.depth(int(self._sequence.frames.depth[t]))
        return np.multiply(self._view.nearest(steps), METRES_PER_STEP, dtype=np.float32)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids (H, W), numbered as `objects`; 0 on the building."""
        stored = self._view.nearest(self._sequence.recording.ids(int(self._sequence.frames.ids[t])))
        known = self._sequence.stored_ids
        index = np.minimum(np.searchsorted(known, stored), len(known) - 1)
        unlisted = (known[index] != stored) & (stored != 0)
        if unlisted.any():
            raise SourceDataError(
                self._folder, f"ids frame {t}", found=f"id {stored[unlisted][0]}",
                expected="instances of instances.json",
                do=f"likely mistake: ids off by one, or files of different sequences; {DOWNLOAD_AGAIN}")
        return np.where(stored == 0, np.int32(0), self._sequence.scene_ids[index])


def _facts(handle: AriaDigitalTwinHandle, sequence: Sequence, view: UprightView) -> SceneFacts:
    unmodelled = frozenset() if sequence.bodies_known else {Capability.UNMODELLED_OCCLUDERS}
    return SceneFacts(
        source=handle.source,
        scene_id=handle.scene_id,
        split_key=handle.split_key,
        fps=sequence.frames.fps,
        frame_count=len(sequence.frames.colour),
        height=handle.side,
        width=handle.side,
        K=view.K,
        up=sequence.up,
        units="metres",
        license=LICENSE,
        capabilities=CAPABILITIES | unmodelled,
        standard="egocentric",
    )
