"""Clip and text to the tensors of a model, the same for training, evaluation on the way and lmms-eval."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.clips.decode import ClipCell, decode_clip
from fourdp_qa.clips.resize import resize_square
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.rows.prompt import PromptRow, chat_messages
from fourdp_qa.train.families import Family, families

Frames = NDArray[np.uint8]

SETTINGS_FILE = "fourdp_qa.json"
"""Beside the weights of a trained model: how clips were shown to it."""


@dataclass(frozen=True)
class ClipSettings:
    """How clips are shown to a model.

    Attributes
    ----------
    family : name of the family.
    nominal_fps : rate that the model is told, whatever the clip's own.
    size : side of the frames in pixels, 0 for that of the clip.
    frames : frames of a clip, 0 for any number.
    """

    family: str
    nominal_fps: float
    size: int
    frames: int

    def write(self, folder: Path) -> None:
        """Put the settings beside the weights."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")

    @staticmethod
    def read(folder: Path) -> ClipSettings:
        """Read what `write` wrote.

        Raises
        ------
        SourceDataError
            When the file is missing or damaged.
        """
        path = folder / SETTINGS_FILE
        try:
            settings = ClipSettings(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise SourceDataError(
                path, "", found=f"no readable settings ({error})", expected="those of the training run",
                do="give the folder that fourdp_qa.train.sft wrote, or --model_args "
                   "family=...,size=...,frames=..."
            ) from error
        if settings.family not in families():
            raise SourceDataError(path, "family", found=f"'{settings.family}'",
                                  expected=f"one of {', '.join(families())}")
        return settings


class VideoEncoder:
    """Makes model inputs of clips and texts.

    Parameters
    ----------
    processor : of the model, from transformers.
    family : the model's family.
    settings : how clips are shown.
    keep_mb : MB of decoded clips that are kept for the next question about them: the first ones, since
        rows come in random order.

    Raises
    ------
    FourdpQaError
        When the side of the frames does not fit the model's patches.
    """

    def __init__(self, processor: Any, family: Family, settings: ClipSettings, keep_mb: int = 0) -> None:
        self.processor, self.family, self.settings = processor, family, settings
        self._kept: dict[str, Frames] = {}
        self._room = keep_mb * 2**20
        if settings.size:
            self._expect_side(settings.size, "data.size")

    def prompt(self, row: PromptRow) -> str:
        """The text of a row as the model's chat template writes it, up to where the answer begins."""
        return self.prompt_of_messages(chat_messages(row, ""))

    def prompt_of_messages(self, messages: list[dict[str, Any]]) -> str:
        """The same of a conversation; its videos are place holders."""
        return str(self.processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))

    def frames(self, cell: ClipCell, name: str, count: int = 0) -> Frames:
        """Decode a clip with PyAV in this process and bring it to the size shown.

        Parameters
        ----------
        cell : the clip.
        name : what an error is about.
        count : frames that it must have, 0 for any number.

        Returns
        -------
        (T, side, side, 3) uint8, sRGB; of a clip that is not square (none made here), as many pixels in its
        own proportions

        Raises
        ------
        FourdpQaError
            When the clip is damaged or has another number of frames.
        """
        path = cell.get("path") if isinstance(cell, Mapping) and not cell.get("bytes") else None
        frames = self._kept[path] if path in self._kept else self._shown(decode_clip(cell), name)
        if path and path not in self._kept and frames.nbytes <= self._room:
            self._kept[path] = frames
            self._room -= frames.nbytes
        if count and len(frames) != count:
            raise FourdpQaError(f"{name}: found a clip of {len(frames)} frames, expected {count}; run "
                                "`fourdp-qa validate` on the data set")
        return frames

    def _shown(self, frames: Frames, name: str) -> Frames:
        """Decoded frames at the size shown."""
        size = self.settings.size
        if size and frames.shape[1] != frames.shape[2]:
            frames = self._fitted(frames)
        elif size and frames.shape[1] != size:
            frames = np.stack([resize_square(frame, size) for frame in frames])
        elif not size:
            self._expect_side(frames.shape[1], f"{name}: side of the clip")
            self._expect_side(frames.shape[2], f"{name}: side of the clip")
        return frames

    def encode(self, clips: Sequence[Frames], texts: Sequence[str], padding_side: str) -> dict[str, Any]:
        """Tensors of a batch; `texts` hold one place holder for a video each.

        Nothing is left out and nothing is cut: the processor is told every frame, its number and the nominal
        rate, and there is no maximal length.
        """
        import torch
        from transformers.video_utils import VideoMetadata

        told = [
            VideoMetadata(total_num_frames=len(clip), fps=self.settings.nominal_fps, width=clip.shape[2],
                          height=clip.shape[1], duration=len(clip) / self.settings.nominal_fps,
                          frames_indices=list(range(len(clip))))
            for clip in clips
        ]
        # Channels first without a copy: the processor takes a tensor as it is.
        videos = [torch.from_numpy(clip).permute(0, 3, 1, 2) for clip in clips]
        batch = self.processor(
            text=list(texts), videos=videos, video_metadata=told, do_sample_frames=False,
            do_resize=self.family.resizes, padding=True, padding_side=padding_side, return_tensors="pt",
        )
        return {name: value for name, value in batch.items() if isinstance(value, torch.Tensor)}

    def tokens_of(self, side: int, frames: int) -> int | None:
        """Visual tokens of a clip, where the family's processor has patches to count; else None."""
        video = self.processor.video_processor
        if self.family.resizes:
            return None
        return int((-(-frames // video.temporal_patch_size)) * (side // self._patch()) ** 2)

    def _fitted(self, frames: Frames) -> Frames:
        """Frames of other benchmarks: at most size x size pixels, in whole patches."""
        height, width = frames.shape[1:3]
        scale = self.settings.size / (height * width) ** 0.5
        patch = 1 if self.family.resizes else self._patch()
        shape = [max(1, int(side * scale) // patch) * patch for side in (width, height)]
        return np.stack([
            np.asarray(Image.fromarray(frame).resize((shape[0], shape[1]), Image.Resampling.BICUBIC))
            for frame in frames])

    def _patch(self) -> int:
        video = self.processor.video_processor
        return int(video.patch_size * video.merge_size)

    def _expect_side(self, side: int, name: str) -> None:
        if not self.family.resizes and side % self._patch():
            near = max(1, round(side / self._patch())) * self._patch()
            raise FourdpQaError(f"{name}: found {side}, expected a multiple of {self._patch()} pixels "
                                "(patch x "
                                f"merge of {self.family.name}); set data.size: {near}")
