"""lmms-eval's own OpenAI-compatible class against an endpoint on this machine.

What the endpoint is shown is checked: all 32 frames, in order, and the prompt of training. An evaluation
that is killed goes on where it stopped; requests that fail are asked again and never scored.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.sample_files import read_verdicts
from fourdp_qa.rows.details import NamedFrames, to_json
from fourdp_qa.rows.prompt import text_prompt

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")

FRAMES = 32
ITEMS = 8

# Several evaluations in one process, since most of the time goes into its imports.
SEVERAL = """
import json, sys
from lmms_eval.__main__ import cli_evaluate
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["lmms-eval", *arguments]
    cli_evaluate()
"""


@pytest.fixture
def rows(row_of):
    return [
        replace(row_of("depth", n), question=f"Question {n}. Is it nearer?",
                frames=to_json(NamedFrames(FRAMES, (0,))))
        for n in range(ITEMS)
    ]


@pytest.fixture
def ramp(write_ramp, rows) -> Path:
    return write_ramp(rows)


def command(url: str, output: str, frames: int = FRAMES, model: str = "resumable") -> list[str]:
    reached = f"base_url={url},api_key=none,model_version=stub,max_frames_num={frames},max_retries=1"
    kept = "of=openai,answers=answers.jsonl,chunk=2," if model == "resumable" else ""
    return ["--model", model, "--model_args", f"{kept}{reached},num_concurrent=2,retry_backoff_s=0",
            "--tasks", "4dpqa_depth", "--log_samples", "--output_path", output]


def start(folder: Path, bench: Path, *commands: list[str]) -> subprocess.Popen[str]:
    settings = os.environ | {
        "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(folder / "hf"), "FOURDP_QA_BENCH": str(bench),
        "FORCE_QWENVL_VIDEO_READER": "decord", "NO_PROXY": "127.0.0.1",
    }
    return subprocess.Popen([sys.executable, "-c", SEVERAL, json.dumps(commands)], cwd=folder, env=settings,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def samples(folder: Path, said: str) -> list[Path]:
    files = list(folder.rglob("*_samples_4dpqa_depth.jsonl"))
    assert len(files) == 1, said[-3000:]
    return files


def test_an_evaluation_that_is_killed_goes_on_and_failed_requests_are_asked_again(
    ramp: Path, rows, tmp_path: Path, loopback
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    prompts = {text_prompt(row): row for row in rows}

    running: list[subprocess.Popen[str]] = []

    def answer(text: str) -> str | None:
        """The first run is killed at its third batch; in the second one request fails, once."""
        if len(running) == 1 and len(endpoint.asked) > 4:
            running[0].send_signal(signal.SIGKILL)
        return None if len(running) == 2 and len(endpoint.asked) == 1 else "Yes"

    with loopback.Endpoint(answer) as endpoint:
        running.append(start(folder, ramp, command(endpoint.url, "killed")))
        said = running[0].communicate(timeout=300)[0]
        assert running[0].returncode == -signal.SIGKILL, said[-3000:]
        for shown in endpoint.asked:
            assert shown.text in prompts
            assert len(shown.frames) == FRAMES
            assert shown.frames == sorted(shown.frames)
            assert shown.frames[-1] - shown.frames[0] > 150
            assert (shown.settings["model"], shown.settings["temperature"]) == ("stub", 0)
        assert len(endpoint.asked) in (5, 6)
        assert len((folder / "answers.jsonl").read_text().splitlines()) == 4

        endpoint.asked.clear()
        again = command(endpoint.url, "whole")
        again[3] += ",timeout=77"  # how a model is reached is no part of what it says
        plain = [*command(endpoint.url, "plain", model="openai"), "--limit", "1"]
        few = command(endpoint.url, "few", frames=16)
        running.append(start(folder, ramp, command(endpoint.url, "failing"), again, plain, few))
        said = running[1].communicate(timeout=300)[0]
        asked = endpoint.texts()

    assert "4 of 8 responses are kept from earlier, 4 are asked for" in said, said[-3000:]
    assert "1 requests failed; the same command asks them again" in said
    assert "7 of 8 responses are kept from earlier, 1 are asked for" in said
    assert len(asked) == 4 + 1 + 1  # the last one by lmms-eval's own name of the class
    assert samples(folder / "plain", said)
    assert "found a model that takes 16 frames, expected all 32 of a clip" in said
    assert not list((folder / "few").rglob("*.jsonl"))
    assert asked[4] == asked[0]  # the one that failed

    summary = summarise(read_verdicts(samples(folder / "failing", said)))
    assert (summary.micro.items, summary.micro.failed, summary.micro.unparsed) == (7, 1, 0.0)
    summary = summarise(read_verdicts(samples(folder / "whole", said)))
    assert (summary.micro.items, summary.micro.failed) == (ITEMS, 0)
    assert summary.micro.accuracy == 0.5
    record = json.loads(samples(folder / "whole", said)[0].read_text().splitlines()[0])["accuracy"]
    assert (record["frames"], record["prompt"] in prompts) == (FRAMES, True)
