"""A clip or a run of a recording as a Scene: an upright square view, depth and ids of the objects alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, make_pose
from fourdp_qa.scene.scene import ObjectFacts, Scene, SceneFacts
from fourdp_qa.sources.hot3d.agreement import refuse_disagreement
from fourdp_qa.sources.hot3d.caster import NOTHING, ModelCaster
from fourdp_qa.sources.hot3d.constants import CAPABILITIES, FPS, LICENSE, RAW_FROM_UPRIGHT, SOURCE
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.hot3d.naming import caption_of, is_symmetric
from fourdp_qa.sources.hot3d.recording import Item, Pictures, Recording
from fourdp_qa.sources.hot3d.rectify import Rectifier, StoredPixels, square_camera
from fourdp_qa.sources.hot3d.upright import refuse_other_up


class Hot3dScene(Scene):
    """The standard Scene of a recording's square view.

    Parameters
    ----------
    recording : Recording
    pictures : Pictures
    scene_id, split_key : str
    size : side of the view in pixels

    Raises
    ------
    SourceDataError
        When poses, models, boxes and masks tell different stories. On reading a frame: a damaged picture.
    """

    def __init__(
        self, recording: Recording, pictures: Pictures, scene_id: str, split_key: str, size: int
    ) -> None:
        self._recording, self._pictures = recording, pictures
        upright = recording.world_from_camera @ make_pose(RAW_FROM_UPRIGHT, np.zeros(3))
        refuse_disagreement(recording)
        refuse_other_up(recording, upright)
        K = square_camera(size)
        self.facts = _facts(recording, scene_id, split_key, size, K)
        self.objects = tuple(_object_facts(item) for item in recording.items)
        self.world_from_camera = upright
        self.world_from_object = recording.world_from_model @ np.stack(
            [make_pose(np.eye(3), item.model.centre) for item in recording.items])
        self.pose_valid = np.asarray(np.isfinite(self.world_from_object).all(axis=(2, 3)))
        self._caster = ModelCaster(tuple(item.model for item in recording.items), K, size)
        self._stored: tuple[Fisheye624, StoredPixels] | None = None
        self._latest: tuple[int, NDArray[np.float32], NDArray[np.int32]] | None = None

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (S, S, 3); grey in all channels where the camera has no colour."""
        return self._rectifier(t).colour(self._pictures.picture(t))

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (S, S) in metres of what is seen of the objects, else 0."""
        return self._seen(t)[0]

    def instances(self, t: int) -> NDArray[np.int32]:
        """Ids (S, S): the object whose model is nearest there and, where masks are stated, whose mask says
        that it is seen.
        """
        return self._seen(t)[1]

    def close(self) -> None:
        """Forget the latest frame and let go of files."""
        self._latest = self._stored = None
        self._pictures.close()

    def _seen(self, t: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        if self._latest is None or self._latest[0] != t:
            camera_from_object = invert_pose(self.world_from_camera[t]) @ self.world_from_object[t]
            depth, nearest = self._caster.cast(camera_from_object)
            ids = np.zeros(nearest.shape, dtype=np.int32)
            for n in np.unique(nearest[nearest != NOTHING]):
                rows, columns = np.nonzero(nearest == n)
                seen = self._in_mask(t, int(n), rows, columns)
                ids[rows[seen], columns[seen]] = self.objects[n].id
            self._latest = t, np.where(ids > 0, depth, np.float32(0.0)), ids
        return self._latest[1].copy(), self._latest[2].copy()

    def _in_mask(
        self, t: int, n: int, rows: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether pixels (P,) of the view at which model n is nearest show it."""
        stored_rows, stored_columns, known = self._stored_pixels(t)
        in_picture: NDArray[np.bool_] = known[rows, columns]
        if self._recording.hidden[t, n]:
            return np.zeros(len(rows), dtype=np.bool_)
        if self._recording.masks is None:
            return in_picture
        mask = self._recording.masks[t][n]
        if mask is None:
            return np.zeros(len(rows), dtype=np.bool_)
        return in_picture & mask.holds(stored_rows[rows, columns], stored_columns[rows, columns])

    def _stored_pixels(self, t: int) -> StoredPixels:
        """As `Rectifier.stored_pixels`; kept, since most recordings have one calibration."""
        camera = self._recording.cameras[t]
        if self._stored is None or self._stored[0] != camera:
            self._stored = camera, self._rectifier(t).stored_pixels()
        return self._stored[1]

    def _rectifier(self, t: int) -> Rectifier:
        recording = self._recording
        return Rectifier(recording.cameras[t], self.facts.width, recording.height, recording.width)


def _facts(
    recording: Recording, scene_id: str, split_key: str, size: int, K: Floats
) -> SceneFacts:
    return SceneFacts(
        source=SOURCE, scene_id=scene_id, split_key=split_key, fps=FPS,
        frame_count=len(recording.cameras), height=size, width=size, K=K,
        up=np.array(recording.device.up), units="metres", license=LICENSE, capabilities=CAPABILITIES,
        standard="egocentric",
    )


def _object_facts(item: Item) -> ObjectFacts:
    return ObjectFacts(
        id=item.id, kind=item.name, caption=caption_of(item.name), size=item.model.size,
        symmetric_about_up=is_symmetric(item.name),
    )
