"""An OpenAI-compatible endpoint on this machine that remembers what it was shown."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from loopback_server import Answering, LoopbackServer
from PIL import Image


@dataclass
class Shown:
    """One request: the text, and the mean brightness of each image in the order sent."""

    text: str
    frames: list[float]
    settings: dict[str, object]


@dataclass
class Endpoint:
    """Answers with what `answer` makes of the text; None is a server error."""

    answer: Callable[[str], str | None]
    asked: list[Shown] = field(default_factory=list)

    def __enter__(self) -> Endpoint:
        self._server = LoopbackServer(self._handler())
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """Base URL as OpenAI clients take it."""
        return f"{self._server.address}/v1"

    def texts(self) -> list[str]:
        """What was asked, in the order it came."""
        return [shown.text for shown in self.asked]

    def _handler(self) -> type[Answering]:
        endpoint = self

        class Handler(Answering):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                shown = _shown(body)
                endpoint.asked.append(shown)
                said = endpoint.answer(shown.text)
                if said is None:
                    self.reply(400, {"error": {"message": "no answer today"}})
                    return
                self.reply(200, {
                    "id": "1", "object": "chat.completion", "created": 0, "model": body["model"],
                    "choices": [{"index": 0, "finish_reason": "stop",
                                 "message": {"role": "assistant", "content": said}}],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
                })

        return Handler


def _shown(body: dict) -> Shown:
    parts = [part for message in body["messages"] for part in message["content"]]
    images = [part["image_url"]["url"].split(",", 1)[1] for part in parts if part["type"] == "image_url"]
    frames = [float(np.asarray(Image.open(io.BytesIO(base64.b64decode(image)))).mean()) for image in images]
    text = "\n".join(part["text"] for part in parts if part["type"] == "text")
    # All images come before the text, as one clip and its question.
    kinds = [part["type"] for part in parts]
    assert kinds == sorted(kinds, key=lambda kind: kind == "text")
    return Shown(text, frames, {name: value for name, value in body.items() if name != "messages"})
