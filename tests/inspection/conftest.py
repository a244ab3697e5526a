"""A tiny world known exactly, published as a folder.

A red square moves, a blue one stands still, and the camera slides to the right. Every question type
and answer format is asked once or more.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.settings import GenerationSettings, StagedDataset
from fourdp_qa.questions.evidence import Quantity, TrackEvidence
from fourdp_qa.rows.details import (
    CircleMark,
    Evidence,
    NamedFrames,
    ObjectMention,
    to_json,
)
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.pose import make_pose

FRAMES, FOCAL = 12, 1.2
RED, BLUE = 1, 2
SEGMENT = f"0000+01x{FRAMES:02d}@12.00"
HOSTILE = "<script>alert('x')</script> \"red\" & small cube"


@dataclass(frozen=True)
class SquareWorld:
    """World axes: x right, y down, z forward; the camera looks along z."""

    side: int = 64

    def camera(self, t: int) -> np.ndarray:
        return np.array([0.06 * t, 0.0, 0.0])

    def centre(self, number: int, t: int) -> np.ndarray:
        if number == BLUE:
            return np.array([0.9, -0.4, 6.0])
        return np.array([-0.6 + 0.02 * t, 0.1, 4.0 - 0.1 * t])

    def seen(self, number: int, t: int, camera_frame: int) -> tuple[float, float]:
        """An object's centre at t on the picture of the camera of `camera_frame`."""
        x, y, z = self.centre(number, t) - self.camera(camera_frame)
        return 0.5 + FOCAL * x / z, 0.5 + FOCAL * y / z

    def box(self, number: int, t: int) -> tuple[float, float, float, float]:
        x, y = self.seen(number, t, t)
        half = FOCAL * 0.25 / self.centre(number, t)[2]
        return x - half, y - half, x + half, y + half

    def frames(self) -> np.ndarray:
        rows, columns = np.mgrid[: self.side, : self.side] / self.side
        clip = np.zeros((FRAMES, self.side, self.side, 3), dtype=np.uint8)
        for t in range(FRAMES):
            stripes = 0.5 + 0.5 * np.sin(25 * (columns + FOCAL * self.camera(t)[0] / 9))
            clip[t] = np.stack([60 + 60 * rows, 90 + 50 * stripes, 110 + 60 * rows], axis=-1)
            for number, colour in ((BLUE, (40, 70, 220)), (RED, (220, 50, 40))):
                x0, y0, x1, y1 = (round(v * self.side) for v in self.box(number, t))
                clip[t, max(y0, 0):y1, max(x0, 0):x1] = colour
        return clip

    def proof(self, scene: str) -> SegmentProof:
        K = np.array([[FOCAL, 0, 0.5], [0, FOCAL, 0.5], [0, 0, 1 / self.side]]) * self.side
        camera = make_pose(np.eye(3), np.stack([self.camera(t) for t in range(FRAMES)]))
        objects = np.stack([
            make_pose(np.eye(3), np.stack([self.centre(n, t) for t in range(FRAMES)]))
            for n in (RED, BLUE)
        ], axis=1)
        return SegmentProof(
            source="squares", scene_id=scene, segment=SEGMENT, units="metres", K=K, side=self.side,
            up=np.array([0.0, -1.0, 0.0]), scene_length=6.0, world_from_camera=camera,
            object_ids=(RED, BLUE), captions=(HOSTILE, "blue cube"), sizes=np.full((2, 3), 0.5),
            world_from_object=objects,
        )

    def track(self, number: int) -> TrackEvidence:
        return TrackEvidence(
            query_frame=2,
            visual=tuple(self.seen(number, t, t) for t in range(FRAMES)),
            true_motion=tuple(self.seen(number, t, 2) for t in range(FRAMES)),
            visible=tuple(t != 9 for t in range(FRAMES)),
        )

    def mention(self, number: int, naming: str, frame: int = 0) -> ObjectMention:
        caption = HOSTILE if number == RED else "blue cube"
        point = self.seen(number, frame, frame)
        circle = CircleMark("yellow", 0.1, {t: self.seen(number, t, t) for t in range(3)})
        return ObjectMention(
            id=number, caption=caption, reference=f"the {caption}", frame=frame,
            box=self.box(number, frame), point=point if naming == "pixel" else None,
            circle=circle if naming == "circle" else None,
        )

    def displacement(self) -> Quantity:
        path = np.array([self.centre(RED, t) for t in range(FRAMES)])
        q = (path[:, 2] - path[0, 2]) / 4.0
        return Quantity("displacement_away", "first camera distances", float(q[-1]),
                        float(np.ptp(q)), 0.05, 0.15, "-", tuple(q.tolist()))

    def sliding(self) -> Quantity:
        q = np.array([self.camera(t)[0] for t in range(FRAMES)]) / 6.0
        return Quantity("translation_right", "scene lengths", float(q[-1]), float(np.ptp(q)), 0.02,
                        0.06, "+", tuple(q.tolist()))

    def distance(self) -> Quantity:
        d = np.array([np.linalg.norm(self.centre(RED, t) - self.camera(t)) for t in range(FRAMES)])
        q = np.log(d / d[0])
        return Quantity("ln_distance", "natural log of the ratio to the first frame", float(q[-1]),
                        float(np.ptp(q)), 0.0583, 0.1823, "-", tuple(q.tolist()))

    def order(self) -> Quantity:
        ratio = float(np.log(6.0 / 4.0))
        return Quantity("ln_distance_ratio", "natural log of second over first", ratio, ratio,
                        -0.1823, 0.1823, "+")


def track_answer(points, targets, visible) -> str:
    words = {True: "visible", False: "not visible"}
    return "\n".join(
        f"frame {t}: ({points[t][0]:.3f}, {points[t][1]:.3f}) {words[visible[t]]}" for t in targets
    )


def rows_of(world: SquareWorld, scene: str, clip: str) -> list[Row]:
    """Nine rows about one clip."""
    base = Row(
        id="", file_name=clip, question_type="", category="", format="", question="", options=[],
        answer="", answer_text="", reference_system="camera", naming="none", objects="[]",
        frames=to_json(NamedFrames(FRAMES, (0,))), evidence=to_json(Evidence("")), margin=1.5,
        entangled="agree", cue_conflict="none", camera_motion="high", scene_motion="low",
        group_id="", variant="", source="squares", scene_id=scene, segment=SEGMENT, split_unit=scene,
        license="CC-BY-4.0", label_quality="exact", seed="0", generator_version="0.1.0",
        schema_version="1", template_id="t-01",
    )

    def row(number: int, type_number: int, **columns) -> Row:
        row_id = f"sqr-{scene}-s00-t{type_number:02d}-{number:04d}"
        return replace(base, id=row_id, **columns)

    def about(number: int, naming: str) -> dict:
        return {"naming": naming, "objects": to_json([world.mention(number, naming)])}

    moved = to_json(Evidence("the camera moves to the right", (world.sliding(),)))
    nearer = to_json(Evidence("the distance decreases", (world.distance(),)))
    comes = to_json(Evidence(f"the {HOSTILE} comes nearer", (world.displacement(),)))
    first = to_json(Evidence(f"the {HOSTILE} is nearer", (world.order(),)))
    track, targets = world.track(RED), (5, 9, 0, 11)
    tracks = {
        "format": "track", "category": "tracking", "options": [], "naming": "pixel",
        "objects": to_json([world.mention(RED, "pixel", 2)]),
        "frames": to_json(NamedFrames(FRAMES, (2,), targets)), "entangled": "different",
        "evidence": to_json(Evidence("both tracks", (), track)),
    }
    camera = {"question_type": "camera_movement", "category": "camera", "evidence": moved,
              "entangled": "opposite"}
    visual = track_answer(track.visual, targets, track.visible)
    true = track_answer(track.true_motion, targets, track.visible)
    return [
        row(0, 1, **camera, format="yes_no", question="Does the camera move to the right?",
            answer="Yes", answer_text="The camera moves to the right."),
        row(1, 1, **camera, format="multiple_choice", question="How does the camera move?",
            options=["to the left", "to the right", "forward", "it stands still"], answer="B",
            answer_text="to the right"),
        row(2, 1, **camera, format="free_form", question="Describe the camera's movement.",
            answer="It moves to the right.", answer_text="It moves to the right."),
        row(0, 2, **about(RED, "caption"), question_type="camera_object_distance",
            category="camera", format="yes_no", evidence=nearer,
            question=f"Does the distance between the camera and the {HOSTILE} decrease?",
            answer="Yes", answer_text="It decreases."),
        row(0, 4, **about(RED, "pixel"), question_type="object_direction", category="object",
            format="multiple_choice", evidence=comes, entangled="opposite",
            question="Seen from the first camera, which way does the object at the pixel move?",
            options=["towards it", "away from it", "up", "down"], answer="A",
            answer_text="towards it"),
        row(1, 4, **about(RED, "circle"), question_type="object_direction", category="object",
            format="free_form", evidence=comes, question="Where does the circled object move?",
            answer="Towards the camera.", answer_text="Towards the camera."),
        row(0, 8, question_type="depth", category="spatial", format="yes_no", naming="caption",
            objects=to_json([world.mention(RED, "caption"), world.mention(BLUE, "caption")]),
            evidence=first, entangled="none", cue_conflict="size",
            question=f"Is the {HOSTILE} nearer to the camera than the blue cube?", answer="Yes",
            answer_text="Yes"),
        row(0, 12, **tracks, question_type="visual_point_tracking", answer=visual,
            answer_text=visual, question="Where does the point appear in frames 5, 9, 0 and 11?"),
        row(0, 13, **tracks, question_type="true_motion_point_tracking", answer=true,
            answer_text=true,
            question="Where would it be in frames 5, 9, 0 and 11 had the camera stood still?"),
    ]


def publish_squares(
    out: Path, staging: Path, *, scenes: int = 2, side: int = 64, clips: bool = True
) -> Path:
    """Publish `scenes` scenes of the world, nine rows and one clip each."""
    world = SquareWorld(side)
    rows, proofs = [], []
    for n in range(scenes):
        scene = f"{n:08x}"
        clip = f"videos/squares/{n:02x}/{scene}.mp4" if clips else ""
        if clips:
            encode_clip(world.frames(), staging / clip, fps=12)
        rows += rows_of(world, scene, clip)
        proofs.append(world.proof(scene))
    types = tuple(dict.fromkeys(r.question_type for r in sorted(rows, key=lambda r: r.id[-8:])))
    settings = GenerationSettings(
        source="squares", roots=(), scenes=scenes, seed=0, size=side, frames=FRAMES, types=types,
        clips=clips, per_segment=9,
    )
    staged = StagedDataset(settings, sorted(rows, key=lambda r: r.id), proofs,
                           staging if clips else None)
    publish(staged, out)
    return out


@pytest.fixture(scope="session")
def squares(tmp_path_factory) -> Path:
    """A published folder with two scenes."""
    base = tmp_path_factory.mktemp("squares")
    return publish_squares(base / "fourdp-qa", base / "staging")


@pytest.fixture(scope="session")
def squares_without_clips(tmp_path_factory) -> Path:
    """The same without clips."""
    base = tmp_path_factory.mktemp("no_clips")
    return publish_squares(base / "fourdp-qa", base / "staging", clips=False)


@pytest.fixture
def hostile() -> str:
    """A caption that would run as a script if it were not escaped."""
    return HOSTILE


@pytest.fixture
def evidence_of():
    """The evidence column of a row as plain JSON, read without the library."""
    return lambda row: json.loads(row.evidence)


class Browser:
    """Headless Chromium on a pipe: real time, real clicks, no port and no further package."""

    FLAGS = (
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
        "--autoplay-policy=no-user-gesture-required", "--remote-debugging-pipe",
    )

    def __init__(self, program: str, profile: Path) -> None:
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()

        def place_pipes() -> None:
            # The protocol wants descriptors 3 and 4; copies first, so that none is overwritten.
            read, write = os.dup2(to_child, 63), os.dup2(from_child, 64)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(
            [program, *self.FLAGS, f"--user-data-dir={profile}"], close_fds=False,
            preexec_fn=place_pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._count, self._rest, self._session = 0, b"", None
        self.requests: list[str] = []
        self.errors: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params):
        """Send one command, note the events that come before its answer."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            event = self._read()
            if event.get("id") == self._count:
                if "error" in event:
                    raise RuntimeError(f"{method}: {event['error']}")
                return event["result"]
            self._note(event)

    def open(self, page: Path, width: int = 1280, height: int = 900, **more) -> None:
        """Show a page at a window size and wait until it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=more.get("mobile", False))
        self.requests.clear()
        self.errors.clear()
        self.call("Page.navigate", url=page.as_uri())
        self.run("new Promise(done => document.readyState === 'complete' ? done()"
                 " : addEventListener('load', done))")

    def run(self, script: str):
        """Value of a JavaScript expression; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self, out: Path) -> Path:
        """Screenshot of the window."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        out.write_bytes(base64.b64decode(data))
        return out

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        os.close(self._in)
        os.close(self._out)

    def _read(self) -> dict:
        while b"\0" not in self._rest:
            part = os.read(self._in, 1 << 20)
            if not part:
                raise RuntimeError("the browser went away")
            self._rest += part
        text, self._rest = self._rest.split(b"\0", 1)
        return json.loads(text)

    def _note(self, event: dict) -> None:
        params = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"]))
        if event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Headless Chromium; without one the test is skipped, which CI does not let pass."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium in PATH")
    opened = Browser(program, tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.close()
