"""Light promises of HOT3D's scenes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.scene import Scene
from fourdp_qa.sources.hot3d.constants import EXTRA, NEEDED_BY, SOURCE
from fourdp_qa.sources.ray_meshes import require_embree


@dataclass(frozen=True)
class ClipHandle:
    """A tar of HOT3D-Clips, not yet opened.

    Attributes
    ----------
    path : Path
    models : Path
        Folder of the object models.
    participant : str
        Who wears the headset: a participant's clips are on one side of every split.
    size : int
        Side of the square view in pixels.
    """

    path: Path
    models: Path
    participant: str
    size: int

    @property
    def source(self) -> str:
        """Name of the source."""
        return SOURCE

    @property
    def scene_id(self) -> str:
        """E.g. ``clip-001849``; the numbers run through all folders of the release."""
        return self.path.stem

    @property
    def split_key(self) -> str:
        """The participant."""
        return self.participant

    def open(self) -> Scene:
        """Read all annotations and compare them; pictures are read when asked for.

        Raises
        ------
        MissingExtraError
            Without embreex.
        SourceDataError
            When the clip is damaged or its annotations disagree.
        """
        require_embree(NEEDED_BY, EXTRA)
        from fourdp_qa.sources.hot3d.clip import read_clip
        from fourdp_qa.sources.hot3d.scene import Hot3dScene

        recording, pictures = read_clip(self.path, self.models)
        return Hot3dScene(recording, pictures, self.scene_id, self.split_key, self.size)


@dataclass(frozen=True)
class RunHandle:
    """Frames of a full recording that follow each other, all of them annotated.

    Attributes
    ----------
    folder : Path
        Of the recording.
    library : Path
        Folder of the object models.
    name, participant : str
    number : int
        Which of the recording's runs.
    size : int
        Side of the square view in pixels.
    """

    folder: Path
    library: Path
    name: str
    participant: str
    number: int
    size: int

    @property
    def source(self) -> str:
        """Name of the source."""
        return SOURCE

    @property
    def scene_id(self) -> str:
        """Recording and number of the run, e.g. ``P0003_c701bd11/00``."""
        return f"{self.name}/{self.number:02d}"

    @property
    def split_key(self) -> str:
        """The participant."""
        return self.participant

    def open(self) -> Scene:
        """Read the tables, compare them, and open the pictures.

        Raises
        ------
        MissingExtraError
            Without embreex or projectaria-tools.
        SourceDataError
            When a file is damaged, or annotations disagree.
        """
        require_embree(NEEDED_BY, EXTRA)
        from fourdp_qa.sources.hot3d.aria_video import AriaVideo
        from fourdp_qa.sources.hot3d.scene import Hot3dScene
        from fourdp_qa.sources.hot3d.sequence import read_facts, read_sequence, usable_runs

        device = read_facts(self.folder).device
        runs = usable_runs(self.folder, device)
        if self.number >= len(runs):
            raise SourceDataError(
                self.folder / "masks", "", found=f"{len(runs)} usable runs", do="list it again",
                expected=f"more than {self.number}, as when it was listed")
        times = runs[self.number]
        video = AriaVideo(self.folder, device)
        recording = read_sequence(self.folder, self.library, times, video.device_time, video.size)
        return Hot3dScene(recording, video.of(times), self.scene_id, self.split_key, self.size)
