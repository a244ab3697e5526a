"""A trained model behind lmms-eval, shown its clips exactly as in training.

lmms-eval's own classes hand over a clip with its own rate, enlarge small frames and cast weights; the first
alone moves every frame of Qwen2.5-VL to other positions in time than it was trained on. Here decoding,
size, nominal rate, template and precision are those of the training run, read from beside the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from lmms_eval.api.instance import GenerationResult, TokenCounts
from lmms_eval.api.model import lmms
from rich.progress import track

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.answering import generate_texts
from fourdp_qa.train.config import ModelSettings
from fourdp_qa.train.encoding import ClipSettings, Frames, VideoEncoder
from fourdp_qa.train.families import family_named
from fourdp_qa.train.model import load_model

_OF_LMMS_EVAL = {"max_batch_size", "device_map"}
"""Settings that lmms-eval gives to every model."""


class TrainedModel(lmms):  # type: ignore[misc]
    """A model that `fourdp_qa.train.sft` saved, or any model of a known family with the settings given.

    Parameters
    ----------
    pretrained : folder of the model; adapters are laid over the model they were trained on.
    family, size, frames : for a model without stored settings, e.g. the one before training.
    nominal_fps : rate the model is told; by default the stored one or the family's.
    dtype, attention, device, batch_size : of the inference.
    **others : settings of lmms-eval; anything else ends the run.
    """

    is_simple = False

    def __init__(
        self, pretrained: str, family: str = "", size: int | str = 0, frames: int | str = 0,
        nominal_fps: float | str = 0, dtype: str = "bfloat16", attention: str = "sdpa",
        device: str | None = None, batch_size: int | str = 1, **others: Any,
    ) -> None:
        super().__init__()
        import torch

        unknown = sorted(set(others) - _OF_LMMS_EVAL)
        if unknown:
            _stop(FourdpQaError(f"--model_args: found {', '.join(unknown)}, expected pretrained, family, "
                                "size, "
                                "frames, nominal_fps, dtype or attention"))
        try:
            self.settings = _settings(pretrained, family, int(size), int(frames), float(nominal_fps))
            model, self._encoder = _load(pretrained, self.settings, dtype, attention)
        except FourdpQaError as error:
            _stop(error)
        self._model = model.eval().to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._batch_size = int(batch_size)

    def generate_until(self, requests: Sequence[Any]) -> list[GenerationResult]:
        """Answer every request, in its order; requests of one batch share their generation settings."""
        results = []
        try:
            for start in track(
                range(0, len(requests), self._batch_size), description="answers"):
                results += self._answers(requests[start: start + self._batch_size])
        except FourdpQaError as error:
            _stop(error)
        return results

    def generate_until_multi_round(self, requests: Sequence[Any]) -> list[str]:
        """Not asked by these tasks."""
        raise NotImplementedError("the trained models answer in one round")

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        """Not asked by these tasks."""
        raise NotImplementedError("the trained models give texts, not probabilities")

    def _answers(self, requests: Sequence[Any]) -> list[GenerationResult]:
        clips, prompts, options = [], [], {}
        for request in requests:
            _, messages_of, options, doc_id, task, split = request.args
            messages = messages_of(self.task_dict[task][split][doc_id])
            parts = [part for turn in messages for part in turn["content"]]
            video = next(part["url"] for part in parts if part["type"] == "video")
            clips.append(self._frames(video))
            prompts.append(self._encoder.prompt_of_messages(messages))
        batch = self._encoder.encode(clips, prompts, padding_side="left")
        texts = generate_texts(self._model, self._encoder, batch, **_generation(options))
        return [GenerationResult(text=text, token_counts=TokenCounts(
            output_tokens=len(self._encoder.processor.tokenizer(text)["input_ids"]))) for text in texts]

    def _frames(self, video: str) -> Frames:
        """All frames of a clip; of a longer video than the model was trained on as many, evenly spread."""
        frames = self._encoder.frames(video, f"clip {video}")
        most = self.settings.frames
        if most and len(frames) > most:
            frames = frames[np.linspace(0, len(frames) - 1, most).round().astype(int)]
        return frames


def _settings(pretrained: str, family: str, size: int, frames: int, nominal_fps: float) -> ClipSettings:
    if not family:
        stored = ClipSettings.read(Path(pretrained))
        return ClipSettings(stored.family, nominal_fps or stored.nominal_fps, size or stored.size,
                            frames or stored.frames)
    return ClipSettings(family, nominal_fps or family_named(family).nominal_fps, size, frames)


def _load(pretrained: str, settings: ClipSettings, dtype: str, attention: str) -> tuple[Any, VideoEncoder]:
    family = family_named(settings.family)
    adapter = Path(pretrained) / "adapter_config.json"
    if adapter.is_file():
        from peft import PeftConfig, PeftModel

        base = str(PeftConfig.from_pretrained(pretrained).base_model_name_or_path)
        model, processor = load_model(
            ModelSettings(base, settings.family, dtype=dtype, attention=attention), family)
        model = PeftModel.from_pretrained(model, pretrained).merge_and_unload()
    else:
        model, processor = load_model(
            ModelSettings(pretrained, settings.family, dtype=dtype, attention=attention), family)
    return model, VideoEncoder(processor, family, settings)


def _generation(options: dict[str, Any]) -> dict[str, Any]:
    """Settings of a task as transformers takes them; a temperature of 0 means greedy."""
    chosen: dict[str, Any] = {"max_new_tokens": int(options.get("max_new_tokens", 1024))}
    temperature = float(options.get("temperature") or 0)
    if temperature > 0:
        chosen |= {"do_sample": True, "temperature": temperature}
        chosen |= {key: options[key] for key in ("top_p", "top_k") if options.get(key) is not None}
    return chosen


def _stop(error: FourdpQaError) -> NoReturn:
    """End the run with one line: after an exception lmms-eval would exit with status 0."""
    raise SystemExit(f"fourdp-qa: {error}") from error
