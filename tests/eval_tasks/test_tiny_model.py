"""A Qwen2.5-VL with random weights through lmms-eval's own class, by both protocols.

What reaches its processor is looked at: all 32 frames in order, and the prompt of training.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.scoring.sample_files import read_tracks, read_verdicts
from fourdp_qa.rows.details import NamedFrames, to_json
from fourdp_qa.rows.prompt import text_prompt

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")

TASKS = ("4dpqa_camera_object_distance", "4dpqa_true_motion_point_tracking")

# Two evaluations in one process, since most of the time goes into its imports.
WATCHED = """
import json, sys
from transformers import Qwen2_5_VLProcessor
original = Qwen2_5_VLProcessor.__call__
def watched(self, *args, **kwargs):
    if kwargs.get("videos") is not None:
        frames = [float(frame.float().mean()) for frame in kwargs["videos"][0]]
        print("REACHED", json.dumps({"frames": frames, "text": kwargs["text"][0]}), flush=True)
    return original(self, *args, **kwargs)
Qwen2_5_VLProcessor.__call__ = watched
from lmms_eval.__main__ import cli_evaluate
options = ["--model", "qwen2_5_vl", "--model_args", sys.argv[1], "--tasks", sys.argv[2], "--limit", "1",
           "--gen_kwargs", "max_new_tokens=3", "--batch_size", "1", "--log_samples"]
for protocol in ([], ["--force_simple"]):
    print("PROTOCOL", flush=True)
    sys.argv = ["lmms-eval", *options, *protocol, "--output_path", "simple" if protocol else "chat"]
    cli_evaluate()
options[1], options[3] = "resumable", "of=qwen2_5_vl,answers=answers.jsonl," + options[3]
sys.argv = ["lmms-eval", *options, "--force_simple", "--output_path", "refused"]
cli_evaluate()
"""


def test_a_local_model_is_shown_every_frame_and_the_prompt(
    tmp_path: Path, write_ramp, row_of, track_row_of, tiny_qwen, evaluating
) -> None:
    frames = to_json(NamedFrames(32, (0,)))
    targets = to_json(NamedFrames(32, (0,), (6, 2, 7)))
    rows = [row_of("camera_object_distance", 0, frames=frames),
            track_row_of("true_motion_point_tracking", 0, frames=targets)]
    bench = write_ramp(rows)
    tiny_qwen.write_tiny_qwen(tmp_path / "tiny")
    model = (f"pretrained={tmp_path / 'tiny'},device=cpu,device_map=cpu,max_num_frames=32,"
             "min_pixels=3136,max_pixels=12544")
    settings = evaluating | {
        "HF_DATASETS_CACHE": str(tmp_path / "hf"), "FOURDP_QA_BENCH": str(bench),
        "FORCE_QWENVL_VIDEO_READER": "decord",
    }
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, model, ",".join(TASKS)], cwd=tmp_path, env=settings,
        capture_output=True, text=True, timeout=300, check=False,
    )
    said = done.stdout + done.stderr
    reached = [[json.loads(line.split("REACHED ")[1]) for line in part.splitlines() if "REACHED " in line]
               for part in done.stdout.split("PROTOCOL")[1:]]
    assert [len(requests) for requests in reached] == [2, 2], said[-4000:]
    for requests in reached:
        for row in rows:
            assert sum(text_prompt(row) in request["text"] for request in requests) == 1
        assert all(request["frames"] == sorted(request["frames"]) for request in requests)
    chat, simple = ([len(request["frames"]) for request in requests] for requests in reached)
    assert chat == [32, 32]
    # lmms-eval's simple class lets qwen-vl-utils take two frames a second first: docs/evaluation.md warns.
    assert simple == [4, 4]
    assert "found lmms_eval.models.simple.qwen2_5_vl, which takes two frames a second" in said
    assert not (tmp_path / "refused").exists()

    for protocol in ("chat", "simple"):
        files = list((tmp_path / protocol).rglob("*.jsonl"))
        answers = read_verdicts(f for f in files if TASKS[0] in f.name)
        tracks = read_tracks(f for f in files if TASKS[1] in f.name)
        assert ([v.question_id for v in answers], [v.question_id for v in tracks]) == (
            [rows[0].id], [rows[1].id])
        assert not tracks[0].is_failed
        results = json.loads(next((tmp_path / protocol).rglob("*_results.json")).read_text())["results"]
        assert 0 <= results[TASKS[1]]["jaccard,none"] <= 1
        assert set(results[TASKS[1]]["copies,none"]) == {
            "query copied", "visual track given for the true one"}
