"""What makes a response one's own, and images that are sent as they are: without running lmms-eval."""

from __future__ import annotations

import importlib
import json
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

frame_order = pytest.importorskip("fourdp_qa.eval_tasks.lmms.frame_order", reason="needs the extra 'eval'")


class Model:
    """A model of the chat protocol that counts what it is asked."""

    is_simple, rank, world_size = False, 0, 1
    failing: frozenset[str] = frozenset()

    def __init__(self, **settings: Any) -> None:
        self.settings, self.task_dict, self.asked = settings, {}, []
        if "frames" in settings:
            self.max_num_frames = settings["frames"]

    def generate_until(self, requests: list[Any]) -> list[str]:
        texts = [messages_of(self, request)[0]["content"] for request in requests]
        self.asked += texts
        self.taken = [*getattr(self, "taken", ()), getattr(self, "max_num_frames", None)]
        return ["[LMMS_EVAL_REQUEST_FAILED]" if text in self.failing else f"to {text}" for text in texts]


def messages_of(model: Any, request: Any) -> Any:
    _, doc_to_messages, _, number, task, split = request.args
    return doc_to_messages(model.task_dict[task][split][number])


@pytest.fixture
def resumable(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The module, beside an lmms-eval that knows one model."""
    modules = {name: types.ModuleType(name) for name in (
        "lmms_eval", "lmms_eval.api", "lmms_eval.api.instance", "lmms_eval.api.model", "lmms_eval.models")}
    modules["lmms_eval.api.instance"].__dict__.update(
        GenerationResult=type("GenerationResult", (), {
            "__init__": lambda self, text, token_counts: self.__dict__.update(text=text)}),
        Instance=object, TokenCounts=object)
    modules["lmms_eval.api.model"].__dict__["lmms"] = type("lmms", (), {})
    modules["lmms_eval.models"].__dict__["get_model"] = lambda name, force_simple=False: Model
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "fourdp_qa.eval_tasks.lmms.resumable", raising=False)
    module = importlib.import_module("fourdp_qa.eval_tasks.lmms.resumable")
    monkeypatch.delitem(sys.modules, "fourdp_qa.eval_tasks.lmms.resumable")
    return module


@pytest.fixture
def ask(resumable, tmp_path: Path) -> Callable[..., tuple[list[str], list[str]]]:
    """Texts in, what the model was asked and what came back out."""
    def ask(texts: list[str], settings: dict | None = None, temperature: int = 0, clip: str = "a.mp4"
            ) -> tuple[list[str], list[str]]:
        model = resumable.ResumableChat("m", str(tmp_path / "answers.jsonl"), chunk=2, **(settings or {}))
        model.task_dict["t"] = {"test": [{"text": text} for text in texts]}
        show = lambda doc: [{"content": doc["text"], "clip": clip}]  # noqa: E731
        requests = [types.SimpleNamespace(args=(text, show, {"temperature": temperature}, n, "t", "test"))
                    for n, text in enumerate(texts)]
        said = model.generate_until(requests)
        return model.asked, [getattr(response, "text", response) for response in said]

    return ask


def test_only_what_is_not_kept_is_asked_and_the_order_stays(ask) -> None:
    assert ask(["a", "b", "c"]) == (["a", "b", "c"], ["to a", "to b", "to c"])
    assert ask(["d", "c", "a"]) == (["d"], ["to d", "to c", "to a"])


@pytest.mark.parametrize("change", [
    {"settings": {"model_version": "other"}}, {"temperature": 1}, {"clip": "b.mp4"},
])
def test_another_model_setting_or_clip_is_another_request(ask, change: dict) -> None:
    """Two benchmarks may ask one question about two clips."""
    ask(["a"])
    assert ask(["a"], **change)[0] == ["a"]


def test_how_a_model_is_reached_makes_no_difference(ask) -> None:
    ask(["a"], {"timeout": 5, "api_key": "one"})
    assert ask(["a"], {"timeout": 50, "api_key": "two", "num_concurrent": 3})[0] == []


def test_the_key_of_an_endpoint_is_nowhere_in_the_file(ask, tmp_path: Path) -> None:
    ask(["a"], {"api_key": "very-secret"})
    assert "very-secret" not in (tmp_path / "answers.jsonl").read_text(encoding="utf-8")


def test_failed_requests_are_asked_again(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "failing", frozenset({"b"}))
    assert ask(["a", "b"])[1] == ["to a", "[LMMS_EVAL_REQUEST_FAILED]"]
    monkeypatch.setattr(Model, "failing", frozenset())
    assert ask(["a", "b"]) == (["b"], ["to a", "to b"])


def test_a_model_that_takes_fewer_frames_is_refused(resumable, tmp_path: Path) -> None:
    request = types.SimpleNamespace(args=("", lambda doc: [], {}, 0, "t", "test"))

    def model(**settings: Any) -> Any:
        made = resumable.ResumableChat("m", str(tmp_path / "answers.jsonl"), **settings)
        made.task_dict["t"] = {"test": [{"frames": '{"count": 32}'}]}
        return made

    with pytest.raises(SystemExit, match="takes 10 frames, expected all 32 of a clip"):
        model(frames=10)._check_frames([request])
    model(frames=32)._check_frames([request])
    model(frames=10, fewer_frames=True)._check_frames([request])
    assert resumable.frames_taken(types.SimpleNamespace(nframes=32, max_frame_num=768)) == 32
    assert resumable.frames_taken(types.SimpleNamespace(max_num_frames=32, fps=2.0)) is None
    assert resumable.frames_taken(types.SimpleNamespace()) is None


def test_a_shorter_clip_is_asked_for_its_own_frames(resumable, tmp_path: Path) -> None:
    """lmms-eval's endpoint class fails on a clip with fewer frames than it is set to take."""
    made = resumable.ResumableChat("m", str(tmp_path / "answers.jsonl"), frames=32)
    counts = (32, 24, 32, 25)
    made.task_dict["t"] = {"test": [{"frames": json.dumps({"count": n})} for n in counts]}
    requests = [types.SimpleNamespace(args=("", lambda doc, n=n: [{"content": str(n)}], {}, n, "t", "test"))
                for n in range(len(counts))]
    assert made.generate_until(requests) == ["to 0", "to 1", "to 2", "to 3"]
    assert made.model.taken == [24, 32]  # 25 is no even number
    assert made.model.max_num_frames == 32


def test_images_are_encoded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """lmms-eval keeps them by `id`, which a later image of a clip gets again."""
    class ChatMessages:
        def encode_image(self, image: object, cache: dict | None = None, image_format: str = "PNG") -> object:
            return cache

    protocol = types.ModuleType("lmms_eval.protocol")
    protocol.ChatMessages = ChatMessages  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lmms_eval", types.ModuleType("lmms_eval"))
    monkeypatch.setitem(sys.modules, "lmms_eval.protocol", protocol)
    cache: dict = {}
    frame_order.send_each_frame()
    once = ChatMessages.encode_image
    frame_order.send_each_frame()
    assert ChatMessages.encode_image is once
    assert ChatMessages().encode_image(object(), cache, "PNG") is None
    assert ChatMessages().encode_image("a.png", cache, "PNG") is cache


def test_renamed_internals_are_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = types.ModuleType("lmms_eval.protocol")
    monkeypatch.setitem(sys.modules, "lmms_eval", types.ModuleType("lmms_eval"))
    monkeypatch.setitem(sys.modules, "lmms_eval.protocol", protocol)
    said: list[str] = []
    sink = frame_order.logger.add(lambda message: said.append(str(message)), level="WARNING")
    frame_order.send_each_frame()
    frame_order.logger.remove(sink)
    assert len(said) == 1
    assert "every frame once and in order" in said[0]


def test_a_model_that_lmms_eval_does_not_know_is_named_in_one_line(resumable, tmp_path, monkeypatch):
    def get_model(name: str, force_simple: bool = False) -> type:
        raise ValueError(f"Model '{name}' not found in available models: aria, dummy")  # as lmms-eval does

    monkeypatch.setattr(resumable, "get_model", get_model)
    with pytest.raises(SystemExit, match="of=nope: found no such model") as stopped:
        resumable.ResumableChat(of="nope", answers=str(tmp_path / "answers.jsonl"))
    assert "\n" not in str(stopped.value)
