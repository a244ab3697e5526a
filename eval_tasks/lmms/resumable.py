"""``--model resumable``: any model of lmms-eval, with its responses kept as they come.

lmms-eval's own cache (``--use_cache``) stores responses after the last one has come, keeps failed requests
as if they were answers, and tells two benchmarks apart by the text of a question alone. Here a response is
kept as soon as its batch is there, a failed request is asked again by the next run, and the key of a
response is everything that made it: the model and its settings, the prompt, the clip.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lmms_eval.api.instance import GenerationResult, Instance, TokenCounts
from lmms_eval.api.model import lmms
from lmms_eval.models import get_model
from loguru import logger

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.lmms.answer_file import AnswerFile
from fourdp_qa.eval_tasks.scoring.response_text import request_failed

CHUNK: Final = 32
"""Requests given to the model at once: what an interruption can lose."""

NO_MATTER: Final = frozenset({
    "api_key", "timeout", "max_retries", "retry_backoff_s", "num_concurrent", "num_cpus", "batch_size",
    "max_batch_size", "device", "device_map", "httpx_trust_env", "adaptive_concurrency",
})
"""Settings of a model that decide how it is reached, not what it says."""

FRAMES: Final = ("max_num_frames", "max_frames_num", "max_frame_num", "nframes", "num_frames")
"""Names under which models of lmms-eval keep the number of frames that they take of a clip."""

BY_SECONDS: Final = ("lmms_eval.models.simple.qwen2_5_vl",)
"""Simple classes that hand a path to qwen-vl-utils without a number of frames: it takes two a second, 4 of 32
at 12 frames a second, before the class chooses among them. Their chat classes take what they are told."""


class ResumableChat(lmms):  # type: ignore[misc]
    """A model with its responses kept.

    Parameters
    ----------
    of : name of a model of lmms-eval.
    answers : file in which responses are kept; one file may serve many models and tasks.
    chunk : requests given to the model at once.
    fewer_frames : whether the model may take fewer frames than a clip has.
    settings : what the model itself takes.
    """

    is_simple = False

    def __init__(
        self, of: str, answers: str, chunk: int = CHUNK, fewer_frames: bool = False, **settings: Any
    ) -> None:
        super().__init__()
        try:
            self._kept = AnswerFile(Path(str(answers)).expanduser())
        except FourdpQaError as error:
            raise SystemExit(f"fourdp-qa: {error}") from error
        self.model = _model_class(of, self.is_simple)(**settings)
        # A model without a chat class is asked by the simple protocol, as it would be by itself.
        self.is_simple = self.model.is_simple
        self.task_dict = self.model.task_dict
        self._rank, self._world_size = self.model.rank, self.model.world_size
        self._chunk, self._fewer_frames = int(chunk), bool(fewer_frames)
        self._named = [of, {name: value for name, value in sorted(settings.items()) if name not in NO_MATTER}]

    def __getattr__(self, name: str) -> Any:
        if name == "model":  # not there yet
            raise AttributeError(name)
        return getattr(self.model, name)

    def generate_until(self, requests: Sequence[Instance]) -> list[Any]:
        """Responses in the order of the requests; only what is not kept is asked."""
        self._check_frames(requests)
        keys = [self._key(request) for request in requests]
        found: dict[str, Any] = {}
        missing = [n for n, key in enumerate(keys) if self._kept.get(key) is None]
        logger.info(f"fourdp-qa: {len(keys) - len(missing)} of {len(keys)} responses are kept from earlier, "
                    f"{len(missing)} are asked for")
        for count, asked in self._batches(requests, missing):
            with self._taking(count):
                responses = self.model.generate_until([requests[n] for n in asked])
            found |= {keys[n]: response for n, response in zip(asked, responses, strict=True)}
            self._kept.keep({keys[n]: _text(found[keys[n]]) for n in asked})
        failed = sum(request_failed(_text(response)) for response in found.values())
        if failed:
            logger.warning(f"fourdp-qa: {failed} requests failed; the same command asks them again")
        return [found[key] if key in found else GenerationResult(text=self._kept.get(key) or "",
                                                                 token_counts=TokenCounts())
                for key in keys]

    def loglikelihood(self, requests: Sequence[Instance]) -> list[Any]:
        """Asked without being kept."""
        return list(self.model.loglikelihood(requests))

    def generate_until_multi_round(self, requests: Sequence[Instance]) -> list[Any]:
        """Asked without being kept."""
        return list(self.model.generate_until_multi_round(requests))

    def _key(self, request: Instance) -> str:
        """Digest of all that makes a response: model, settings, protocol, prompt, clip."""
        if self.is_simple:
            prompt, settings, doc_to_visual, number, task, split = request.args
            shown = [prompt, doc_to_visual(self.task_dict[task][split][number])]
        else:
            _, doc_to_messages, settings, number, task, split = request.args
            shown = doc_to_messages(self.task_dict[task][split][number])
        try:
            made_of = json.dumps([self._named, self.is_simple, settings, shown], sort_keys=True)
        except TypeError as error:
            raise SystemExit(f"fourdp-qa: task {task}: found something shown that is no text and no path "
                             f"({error}), expected paths of clips; leave --model resumable out") from error
        return hashlib.sha256(made_of.encode()).hexdigest()

    def _batches(
        self, requests: Sequence[Instance], numbers: Sequence[int]
    ) -> Iterator[tuple[int, list[int]]]:
        """Requests to be asked together, with the frames of their clips."""
        by_count: defaultdict[int, list[int]] = defaultdict(list)
        for n in numbers:
            by_count[self._frames_of(requests[n])].append(n)
        for count, same in sorted(by_count.items()):
            for start in range(0, len(same), self._chunk):
                yield count, same[start: start + self._chunk]

    @contextmanager
    def _taking(self, count: int) -> Iterator[None]:
        """Let the model ask for no more frames than a clip has: some classes fail on that."""
        told = {name: getattr(self.model, name, None) for name in FRAMES}
        more = {name: n for name, n in told.items() if isinstance(n, int) and 0 < count < n}
        for name in more:
            setattr(self.model, name, count)
        try:
            yield
        finally:
            for name, n in more.items():
                setattr(self.model, name, n)

    def _frames_of(self, request: Instance) -> int:
        """Frames of a clip that can be asked for, 0 where the document does not say.

        qwen-vl-utils takes an even number: of a clip with an odd number the last frame is not shown.
        """
        number, task, split = request.args[-3:]
        document: Mapping[str, Any] = self.task_dict[task][split][number]
        count = int(json.loads(document["frames"])["count"]) if "frames" in document else 0
        return count - count % 2

    def _check_frames(self, requests: Sequence[Instance]) -> None:
        """A model that can be inspected must take all frames of the clips."""
        taken = frames_taken(self.model)
        if self._fewer_frames:
            return
        if self.is_simple and type(self.model).__module__ in BY_SECONDS:
            raise SystemExit(
                f"fourdp-qa: found {type(self.model).__module__}, which takes two frames a second, expected "
                "all frames of a clip; leave --force_simple out, or set fewer_frames=True to score it so")
        if taken is None:
            return
        count = max(map(self._frames_of, requests), default=0)
        if taken < count:
            raise SystemExit(
                f"fourdp-qa: found a model that takes {taken} frames, expected all {count} of a clip; "
                f"set its number of frames to {count}, or fewer_frames=True to score it so")


class ResumableSimple(ResumableChat):
    """The same for ``--force_simple``."""

    is_simple = True


def _model_class(of: str, is_simple: bool) -> Any:
    try:
        return get_model(of, force_simple=is_simple)
    except ValueError as error:
        raise SystemExit(f"fourdp-qa: --model_args of={of}: found no such model in lmms-eval, expected "
                         "one of those it has just listed") from error


def frames_taken(model: object) -> int | None:
    """Number of frames that a model takes of a clip; None where it does not tell, or goes by seconds."""
    if any(getattr(model, name, None) for name in ("fps", "video_fps")):
        return None
    told = [getattr(model, name, None) for name in FRAMES]
    numbers = [n for n in told if isinstance(n, int)]
    return min(numbers) if numbers else None


def _text(response: Any) -> str:
    return str(response.text if isinstance(response, GenerationResult) else response)
