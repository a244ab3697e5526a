"""lmms-eval's own OpenAI-compatible class against an endpoint on this machine.

What the endpoint is shown is checked: all 32 frames, in order, and the prompt of training. An evaluation
that is killed goes on where it stopped; requests that fail are asked again and never scored.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
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

# One process imports what evaluations need, since most of the time goes there: the first, which is killed,
# has a child of it to itself; the others follow when a line says so.
SEVERAL = """
import json, os, sys
from pathlib import Path
from lmms_eval.__main__ import cli_evaluate
def evaluate(arguments):
    sys.argv = ["lmms-eval", *arguments]
    cli_evaluate()
first, *others = json.loads(sys.argv[1])
child = os.fork()
if not child:
    Path("first.pid").write_text(str(os.getpid()))
    evaluate(first)
    os._exit(0)
print("\\nENDED BY", os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)  # after a bar of progress
sys.stdin.readline()
for arguments in others:
    evaluate(arguments)
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


@pytest.fixture
def start(evaluating, ramp: Path, tmp_path: Path):
    """``start(*commands)``: a process that runs them; it is killed when it takes too long."""
    settings = evaluating | {
        "HF_DATASETS_CACHE": str(tmp_path / "hf"), "FOURDP_QA_BENCH": str(ramp),
        "FORCE_QWENVL_VIDEO_READER": "decord", "NO_PROXY": "127.0.0.1",
    }
    with contextlib.ExitStack() as ending:
        def begin(*commands: list[str]) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", SEVERAL, json.dumps(commands)], cwd=tmp_path, env=settings,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            ending.enter_context(process)
            late = threading.Timer(300, process.kill)
            late.start()
            ending.callback(late.cancel)
            return process

        yield begin


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """Output up to the line that starts with `word`, which has to come."""
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith(word):
            return "".join(said)
    raise AssertionError("".join(said)[-3000:])


def samples(folder: Path, said: str) -> list[Path]:
    files = list(folder.rglob("*_samples_4dpqa_depth.jsonl"))
    assert len(files) == 1, said[-3000:]
    return files


def test_an_evaluation_that_is_killed_goes_on_and_failed_requests_are_asked_again(
    start, rows, tmp_path: Path, loopback
) -> None:
    prompts = {text_prompt(row): row for row in rows}
    ended = threading.Event()

    def answer(text: str) -> str | None:
        """The first run is killed at its third batch; in the second one request fails, once."""
        if not ended.is_set() and len(endpoint.asked) > 4:
            with contextlib.suppress(ProcessLookupError):  # a second request of that batch
                os.kill(int((tmp_path / "first.pid").read_text()), signal.SIGKILL)
        return None if ended.is_set() and len(endpoint.asked) == 1 else "Yes"

    with loopback.Endpoint(answer) as endpoint:
        again = command(endpoint.url, "whole")
        again[3] += ",timeout=77"  # how a model is reached is no part of what it says
        plain = [*command(endpoint.url, "plain", model="openai"), "--limit", "1"]
        few = command(endpoint.url, "few", frames=16)
        process = start(
            command(endpoint.url, "killed"), command(endpoint.url, "failing"), again, plain, few)
        said = said_until(process, "ENDED BY")
        assert said.endswith(f"ENDED BY {signal.SIGKILL.value}\n"), said[-3000:]
        for shown in endpoint.asked:
            assert shown.text in prompts
            assert len(shown.frames) == FRAMES
            assert shown.frames == sorted(shown.frames)
            assert shown.frames[-1] - shown.frames[0] > 150
            assert (shown.settings["model"], shown.settings["temperature"]) == ("stub", 0)
        assert len(endpoint.asked) in (5, 6)
        assert len((tmp_path / "answers.jsonl").read_text().splitlines()) == 4

        endpoint.asked.clear()
        ended.set()
        said = process.communicate("go on\n")[0]
        asked = endpoint.texts()

    assert "4 of 8 responses are kept from earlier, 4 are asked for" in said, said[-3000:]
    assert "1 requests failed; the same command asks them again" in said
    assert "7 of 8 responses are kept from earlier, 1 are asked for" in said
    assert len(asked) == 4 + 1 + 1  # the last one by lmms-eval's own name of the class
    assert samples(tmp_path / "plain", said)
    assert "found a model that takes 16 frames, expected all 32 of a clip" in said
    assert not list((tmp_path / "few").rglob("*.jsonl"))
    assert asked[4] == asked[0]  # the one that failed

    summary = summarise(read_verdicts(samples(tmp_path / "failing", said)))
    assert (summary.micro.items, summary.micro.failed, summary.micro.unparsed) == (7, 1, 0.0)
    summary = summarise(read_verdicts(samples(tmp_path / "whole", said)))
    assert (summary.micro.items, summary.micro.failed) == (ITEMS, 0)
    assert summary.micro.accuracy == 0.5
    record = json.loads(samples(tmp_path / "whole", said)[0].read_text().splitlines()[0])["accuracy"]
    assert (record["frames"], record["prompt"] in prompts) == (FRAMES, True)
