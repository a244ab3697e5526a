"""What no tool writes and the user adds: video.toml, and masks with their labels."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.standard import standard_names
from fourdp_qa.sources.reconstruction.constants import (
    GREY_MODES,
    LABELS_FILE,
    MASK_FILE,
    MASKS,
    VIDEO_FILE,
)

FASTEST = 1000.0
EXAMPLE = 'write fps = 30.0 and license = "CC-BY-4.0" of your video into it'
SAVE_AGAIN = "write the masks of the tool's own pictures, one PNG of ids a frame"


@dataclass(frozen=True)
class VideoFacts:
    """What video.toml says.

    Attributes
    ----------
    fps : float
        Frames a second of the pictures that the tool was given.
    license : str
        Of the video; travels into every row.
    split_key : str
        What shares it stays on one side of a split; the folder's name unless said.
    standard : str
        How it becomes clips (standards.toml).
    up : (3,) or None
        Away from gravity in the tool's world, where the user knows it.
    """

    fps: float
    license: str
    split_key: str
    standard: str = "egocentric"
    up: Floats | None = None


def read_video_facts(folder: Path) -> VideoFacts:
    """Read ``folder/video.toml``.

    Raises
    ------
    SourceDataError
        When it is missing, no TOML, or says something else.
    """
    path = folder / VIDEO_FILE
    refuse_unless_file(path, "fps and license of the video")

    def wrong(name: str, found: str, expected: str) -> SourceDataError:
        return SourceDataError(path, name, found=found, expected=expected, do=EXAMPLE)

    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise wrong("", f"a damaged file ({' '.join(str(error).split())})", "TOML") from None
    unknown = sorted(said.keys() - {"fps", "license", "split_key", "standard", "up"})
    if unknown:
        raise wrong(unknown[0], "an unknown field", "fps, license, split_key, standard or up")
    fps = said.get("fps")
    if not isinstance(fps, int | float) or isinstance(fps, bool) or not 0 < fps <= FASTEST:
        raise wrong("fps", f"{fps!r:.40}", "frames a second")
    license, key = said.get("license"), said.get("split_key", folder.name)
    standard = said.get("standard", VideoFacts.standard)
    for name, text in (("license", license), ("split_key", key)):
        if not isinstance(text, str) or not text.strip():
            raise wrong(name, f"{text!r:.40}", "a text")
    if standard not in standard_names():
        raise wrong("standard", f"{standard!r:.40}", " or ".join(standard_names()))
    return VideoFacts(float(fps), str(license), str(key), str(standard), _up(said.get("up"), wrong))


def _up(said: Any, wrong: Any) -> Floats | None:
    if said is None:
        return None
    numbers = isinstance(said, list) and len(said) == 3 and all(
        isinstance(x, int | float) and not isinstance(x, bool) for x in said)
    up = np.array(said if numbers else (0, 0, 0), dtype=np.float64)
    length = float(np.linalg.norm(up))
    if not (np.isfinite(length) and length > 1e-6):
        raise wrong("up", f"{said!r:.40}", "three numbers, the direction away from gravity")
    return up / length


class Masks:
    """PNGs of ids that stay with their object: ``masks/00000.png``, ...; the user's side input.

    Raises
    ------
    SourceDataError
        When frames are missing or too many, or labels.json is damaged.
    """

    def __init__(self, folder: Path, count: int, height: int, width: int) -> None:
        self._folder, self._size = folder / MASKS, (height, width)
        says = f"a mask: the reconstruction has {count} frames"
        for t in range(count):
            refuse_unless_file(self._folder / MASK_FILE.format(t), says)
        if (self._folder / MASK_FILE.format(count)).exists():
            raise SourceDataError(self._folder / MASK_FILE.format(count), "", found="a frame too many",
                                  expected=says, do=SAVE_AGAIN)
        self.labels = read_labels(self._folder / LABELS_FILE)

    @staticmethod
    def are_in(folder: Path) -> bool:
        """Whether there are any."""
        return (folder / MASKS).is_dir()

    def read(self, t: int) -> NDArray[np.int32]:
        """Ids (H, W) of frame t."""
        ids = read_image(self._folder / MASK_FILE.format(t), GREY_MODES, *self._size)
        return ids.astype(np.int32)


def read_labels(path: Path) -> dict[int, str]:
    """{"1": "red car", ...} as id -> phrase; nothing when there is no such file."""
    if not path.exists():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        labels = {int(k): v for k, v in said.items()}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise SourceDataError(path, "", found=f"a damaged file ({' '.join(str(error).split())[:80]})",
                              expected='{"1": "red car"}', do="write id and name of each object") from None
    for k, phrase in labels.items():
        if k < 1 or not isinstance(phrase, str):
            raise SourceDataError(path, str(k), found=f"{phrase!r:.40}", expected="id of 1 or more: a phrase",
                                  do="write id and name of each object")
    return {k: " ".join(phrase.split()) for k, phrase in labels.items()}
