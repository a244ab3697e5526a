"""A reconstruction as a Scene: one camera for all frames, objects from masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import inside_image, pixel_centres, project, unproject
from fourdp_qa.scene.pose import Floats, invert_pose
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.scene.segment import MIN_FRAMES
from fourdp_qa.sources.reconstruction import constants as c
from fourdp_qa.sources.reconstruction.agreement import frames_compared, refuse_disagreement
from fourdp_qa.sources.reconstruction.folders import read_folders
from fourdp_qa.sources.reconstruction.reconstructed import Reconstructed
from fourdp_qa.sources.reconstruction.side_files import Masks, VideoFacts, read_video_facts
from fourdp_qa.sources.reconstruction.things import read_things
from fourdp_qa.sources.reconstruction.tool_npz import read_npz
from fourdp_qa.sources.reconstruction.vipe import read_vipe

Ids = Callable[[int], NDArray[np.int32]]
NPZ, FOLDERS, VIPE = "npz", "folders", "vipe"
PICTURES_KEPT = c.OTHER_FRAMES + 3


@dataclass(frozen=True)
class ReconstructionHandle:
    """One reconstructed video, not yet opened.

    Attributes
    ----------
    folder : Path
        With video.toml in it.
    kind : str
        `NPZ`, `FOLDERS` or `VIPE`.
    name : str
        The npz relative to the folder, or the video's name in ViPE's folders; else empty.
    scene_id, split_key : str
    """

    folder: Path
    kind: str
    name: str
    scene_id: str
    split_key: str

    @property
    def source(self) -> str:
        """Name of the source."""
        return c.SOURCE

    def open(self) -> ReconstructionScene:
        """Read the tool's files, and prove that depth and poses belong together."""
        video = read_video_facts(self.folder)
        if self.kind == NPZ:
            said = read_npz(self.folder / self.name)
        else:
            said = read_folders(self.folder) if self.kind == FOLDERS else read_vipe(self.folder, self.name)
        return ReconstructionScene(self, said, video)


class ReconstructionScene(Scene):
    """The standard Scene of a reconstruction.

    Raises
    ------
    SourceDataError
        On opening: side files that are missing or do not fit, too few frames, depth and poses that
        contradict each other. On reading a frame: a damaged image.
    """

    def __init__(self, handle: ReconstructionHandle, said: Reconstructed, video: VideoFacts) -> None:
        if said.count < MIN_FRAMES:
            raise SourceDataError(said.where, "", found=f"{said.count} frames",
                                  expected=f"{MIN_FRAMES} or more", do="give the tool more of the video")
        self._said = said
        self._ids, labels = _masks(handle.folder, said)
        self._own_K = said.K
        K = np.median(said.K, axis=0)
        self._drifts = _corner_drift(said.K, K, said.height, said.width) > c.K_DRIFT
        capabilities = c.WITHOUT_MASKS if self._ids is None else c.WITH_MASKS
        self.facts = SceneFacts(
            source=c.SOURCE, scene_id=handle.scene_id, split_key=video.split_key,
            fps=video.fps / said.step, frame_count=said.count, height=said.height, width=said.width, K=K,
            up=video.up, units="relative", license=video.license,
            capabilities=capabilities | ({Capability.GRAVITY} if video.up is not None else set()),
            profile="estimated", standard=video.standard, estimated=True,
        )
        self.world_from_camera = said.world_from_camera
        self.objects = ()
        self._raw = lru_cache(PICTURES_KEPT)(self._read)
        refuse_disagreement(self, self._raw, said)
        things = read_things(self, self._raw, labels, said.tracks)
        self.objects = things.objects
        self.world_from_object, self.pose_valid = things.world_from_object, things.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        picture = self._said.rgb(t)
        if not self._drifts[t]:
            return picture
        rows, columns, inside = self._common(t)
        return np.where(inside[..., None], picture[rows, columns], np.uint8(0))

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W) in the tool's unit; 0 where it is unknown, or where the surface has moved away."""
        return self._raw(t)[0] * ~self._moved_away(t)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Ids (H, W) of the masks, where there is depth; 0 everywhere without masks."""
        return self._raw(t)[1]

    def close(self) -> None:
        """Let go of the files."""
        self._said.close()

    def _read(self, t: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Depth and ids of frame t through the common camera."""
        depth = self._said.depth(t)
        ids = np.zeros(depth.shape, np.int32) if self._ids is None else self._ids(t)
        if self._drifts[t]:
            rows, columns, inside = self._common(t)
            depth = np.where(inside, depth[rows, columns], np.float32(0))
            ids = np.where(inside, ids[rows, columns], np.int32(0))
        return depth, ids * (depth > 0)

    def _common(self, t: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Which pixel of the stored picture the common camera sees at each pixel, and whether it is there."""
        height, width = self.facts.height, self.facts.width
        rays = unproject(self.facts.K, pixel_centres(height, width), np.ones((height, width)))
        uv = project(self._own_K[t], rays)
        inside = inside_image(uv, height, width)
        columns = np.clip(uv[..., 0].astype(np.int64), 0, width - 1)
        rows = np.clip(uv[..., 1].astype(np.int64), 0, height - 1)
        return rows, columns, inside

    def _moved_away(self, t: int) -> NDArray[np.bool_]:
        """Pixels off the masks that are not of the still world: another frame sees past where they would be.

        Nobody promises that the masks hold all that moves.
        """
        depth, ids = self._raw(t)
        moved = np.zeros(depth.shape, dtype=np.bool_)
        rows, columns = np.nonzero((ids == 0) & (depth > 0))
        if self._ids is None or not len(rows):
            return moved
        uv = np.stack([columns + 0.5, rows + 0.5], axis=-1)
        in_camera = unproject(self.facts.K, uv, depth[rows, columns])
        for other in frames_compared(self.facts.frame_count, c.OTHER_FRAMES):
            if other != t:
                moved[rows, columns] |= self._seen_through(in_camera, t, other)
        return moved

    def _seen_through(self, in_camera: Floats, t: int, other: int) -> NDArray[np.bool_]:
        """Whether frame `other` sees farther than the points (P, 3) of frame t, all around them."""
        to_other = invert_pose(self.world_from_camera[other]) @ self.world_from_camera[t]
        there = in_camera @ to_other[:3, :3].T + to_other[:3, 3]
        uv = project(self.facts.K, there)
        depth = self._raw(other)[0]
        seen = inside_image(uv - 1, depth.shape[0] - 2, depth.shape[1] - 2)
        columns, rows = np.where(seen[:, None], uv, 1).astype(np.int64).T
        nearest = np.full(len(rows), np.inf, dtype=np.float32)
        for down, across in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)):
            nearest = np.minimum(nearest, depth[rows + down, columns + across])
        return seen & (nearest > (1 + c.SEEN_THROUGH) * there[:, 2])


def _masks(folder: Path, said: Reconstructed) -> tuple[Ids | None, dict[int, str]]:
    """The tool's own masks, or those that lie beside its output; both would be one too many."""
    if not Masks.are_in(folder):
        return said.ids, said.labels
    if said.ids is not None:
        raise SourceDataError(folder / c.MASKS, "", found="masks beside those that the tool wrote",
                              expected="one or the other", do=f"remove {c.MASKS} or the tool's")
    masks = Masks(folder, said.count, said.height, said.width)
    return masks.read, masks.labels


def _corner_drift(own: Floats, common: Floats, height: int, width: int) -> Floats:
    """How far (T,) each frame's intrinsics move a corner of the picture, in pixels."""
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=np.float64)
    rays = unproject(common, corners, np.ones(4))
    return np.array([np.abs(project(K, rays) - corners).max() for K in own])
