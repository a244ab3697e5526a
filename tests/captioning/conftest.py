"""A loopback endpoint that looks at the pictures it is sent, and stored scenes of coloured boxes."""

from __future__ import annotations

import base64
import io
import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from loopback_server import Answering, LoopbackServer
from PIL import Image

from fourdp_qa.captioning.constants import MARK_COLOURS
from fourdp_qa.scene.storage import write_scene

KEY = "sk-secret-1234567890"
COLOURS = {"red": (200, 40, 40), "green": (40, 170, 60), "blue": (50, 70, 210), "yellow": (220, 200, 40)}


def pictures_of(body):
    """The pictures of a request as arrays (H, W, 3); a broken one raises."""
    urls = [part["image_url"]["url"] for part in body["messages"][0]["content"]
            if part["type"] == "image_url"]
    assert all(url.startswith("data:image/jpeg;base64,") for url in urls)
    files = [base64.b64decode(url.partition(",")[2], validate=True) for url in urls]
    return [np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(int) for file in files]


def text_of(body):
    return next(p["text"] for p in body["messages"][0]["content"] if p["type"] == "text")


def mark_box(picture, colour):
    """(left, top, right, bottom) of the pixels of a mark's colour."""
    near = np.abs(picture - np.array(MARK_COLOURS[colour])).max(axis=-1) < 15
    rows, columns = np.nonzero(near)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def colour_in_the_middle(picture):
    """Which box colour the middle of a close-up has."""
    height, width = picture.shape[:2]
    middle = picture[height * 2 // 5:height * 3 // 5, width * 2 // 5:width * 3 // 5].mean(axis=(0, 1))
    shade = middle / np.linalg.norm(middle)
    return max(COLOURS, key=lambda c: float(shade @ (np.array(COLOURS[c]) / np.linalg.norm(COLOURS[c]))))


def look(body):
    """Name the object by what the pictures show."""
    return f"{colour_in_the_middle(pictures_of(body)[1])} wooden box"


class Loopback:
    """An OpenAI-compatible server on this machine.

    `play` holds replies to be given first, each (status, headers, body); after them `says` answers.
    """

    def __init__(self):
        self.says, self.play = look, []
        self.requests, self.headers, self.paths = [], [], []
        self.hold = threading.Event()
        self.hold.set()
        outer, lock = self, threading.Lock()

        class Handler(Answering):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    outer.requests.append(body)
                    outer.headers.append(dict(self.headers))
                    outer.paths.append(self.path)
                    played = outer.play.pop(0) if outer.play else None
                outer.hold.wait(60)
                if played is None:
                    words = outer.says(body)
                    reply = {"choices": [{"message": {"role": "assistant", "content": words}}]}
                    played = (200, {}, json.dumps(reply))
                status, headers, text = played
                self.reply(status, text.encode(), headers)

        self._server = LoopbackServer(Handler)
        self._server.start()
        self.url = f"{self._server.address}/v1"

    def close(self):
        self.hold.set()
        self._server.stop()


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Loopback()
    yield server
    server.close()


@pytest.fixture
def quick(monkeypatch):
    """Waiting before a request is repeated takes no time."""
    monkeypatch.setattr("fourdp_qa.captioning.endpoint.FIRST_WAIT_S", 0.001)


@pytest.fixture(scope="session")
def scenes(box_world, tmp_path_factory):
    """Two stored scenes of four boxes: the source calls all of them "prop.box_07"."""
    root = tmp_path_factory.mktemp("scenes")
    for number in range(2):
        scene = box_world(112, 112, 12, scene_id=f"boxes-{number}",
                          camera_travel=(3.2 - number, 1.4, 0.9))
        scene.objects = tuple(replace(item, caption="prop.box_07") for item in scene.objects)
        write_scene(scene, root / f"boxes-{number}")
    return root
