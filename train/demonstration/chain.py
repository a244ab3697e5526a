"""From nothing to results: scenes, model, training, evaluation, pictures."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.errors import MissingExtraError
from fourdp_qa.train.config import read_config, recipe_path
from fourdp_qa.train.core_minutes import LOGGED, model_folder
from fourdp_qa.train.demonstration import results
from fourdp_qa.train.demonstration.drawing import draw_curve, draw_types
from fourdp_qa.train.demonstration.plan import DemonstrationPlan, ScenePlan
from fourdp_qa.train.demonstration.stages import Stages
from fourdp_qa.train.demonstration.tiny_model import make_model
from fourdp_qa.train.encoding import SETTINGS_FILE, ClipSettings
from fourdp_qa.train.families import family_named

ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
"""One thread a process: on shared cores, two threads that wait for each other cost up to ten times more."""
FAMILY: Final = "qwen3_vl"
"""Its small models learn to use the places that questions name, which those of Qwen2.5-VL did not."""
ANSWER_TOKENS: Final = 160
"""Tokens of an answer at most: a track of eight frames has about 130."""
PARTS: Final = ("types", "formats", "components")
"""Tables of results, in their order."""
AT_ONCE: Final = 32
"""Questions answered together in evaluation."""


def run_demonstration(
    plan: DemonstrationPlan, folder: Path, mix: str, minutes: float, processes: int
) -> Path:
    """Run what is not done yet.

    Parameters
    ----------
    plan : what is made, trained and asked.
    folder : of everything; two mixtures share scenes and the model before training.
    mix : of the training rows.
    minutes : of two cores after which training ends, 0 for the plan's.
    processes : that train and simulate.

    Returns
    -------
    Path of the results, ``results-MIX.json``.

    Raises
    ------
    FourdpQaError
        When an extra is missing, the plan has no such mix, or a stage fails.
    """
    marks = plan.marks(mix, minutes)
    _expect_extras()
    stages = Stages(folder)
    scenes, held_out, start = folder / "scenes", folder / "held-out", folder / "model-before"
    shape = ["--size", str(plan.size), "--frames", str(plan.frames), "--workers", str(processes)]
    stages.run("training scenes", (scenes / "README.md").is_file, "fourdp_qa.cli", [
        "generate", "simulator", "--out", str(scenes), *_scene_options(plan.training), *shape,
        *(["--types", plan.types] if plan.types else [])])
    stages.run("held-out scenes", (held_out / FACTS).is_file, "fourdp_qa.cli", [
        "bench", "simulator", "--out", str(held_out), "--name", f"demonstration {plan.name}",
        "--items", str(plan.held_out.items), "--apart-from", str(scenes), *_scene_options(plan.held_out),
        *shape])
    _make_start(start, scenes, plan)

    run = folder / f"training-{mix}"
    last = model_folder(run, marks[-1])
    stages.run(f"training {mix}", last.is_dir, "torch.distributed.run", [
        "--standalone", "--nproc_per_node", str(processes), "-m", "fourdp_qa.train.sft",
        "--config", plan.recipe, "--set", f"data.path={scenes}", "--set", f"model.name={start}",
        "--set", f"data.mixture={mix}" if not plan.types else "data.mixture={" + plan.types + ": 1.0}",
        "--set", f"output.folder={run}", "--set", f"output.core_minutes={json.dumps(list(marks))}",
    ], ONE_THREAD | {"ACCELERATE_USE_CPU": "true"})

    asked = {"before": start, **{f"{mix} {mark:g}": model_folder(run, mark) for mark in marks}}
    for name, model in asked.items():
        _evaluate(stages, name, model, folder, plan, held_out)
    return _report(plan, folder, mix, marks, stages)


def _scene_options(side: ScenePlan) -> list[str]:
    return ["--scenes", str(side.scenes), "--seed", str(side.seed), "--per-segment", str(side.per_segment)]


def _make_start(folder: Path, scenes: Path, plan: DemonstrationPlan) -> None:
    """Write the random model; its clip settings are written last, so with them it is whole."""
    if (folder / SETTINGS_FILE).is_file():
        return
    from fourdp_qa.dataset.folder import DatasetFolder
    from fourdp_qa.rows.prompt import text_prompt

    seed = read_config(recipe_path(plan.recipe)).data.seed
    rows = DatasetFolder.open(scenes).rows()
    texts = (f"{text_prompt(row)}\n{row.answer}\n{row.answer_text}" for row in rows)
    count = make_model(folder, texts, plan.model, plan.side, seed)
    family = family_named(FAMILY)
    ClipSettings(FAMILY, family.nominal_fps, plan.side, plan.frames).write(folder)
    click.echo(f"\n== model before training: {count:,} random weights in {folder}")


def _evaluate(stages: Stages, name: str, model: Path, folder: Path, plan: DemonstrationPlan,
              held_out: Path) -> None:
    out = _answers(folder, name)
    stages.run(f"evaluation {name}", lambda: any(out.rglob("*_results.json")), "lmms_eval", [
        "--model", "fourdp_qa_trained", "--model_args", f"pretrained={model},dtype=float32",
        "--tasks", plan.tasks, "--batch_size", str(AT_ONCE),
        "--gen_kwargs", f"max_new_tokens={ANSWER_TOKENS}",
        "--log_samples", "--output_path", str(out)],
        ONE_THREAD | {"FOURDP_QA_BENCH": str(held_out), "FOURDP_QA_CACHE": str(folder / "cache"),
                      "HF_HUB_OFFLINE": "1"})


def _answers(folder: Path, name: str) -> Path:
    return folder / "answers" / name.replace(" ", "-")


def _report(
    plan: DemonstrationPlan, folder: Path, mix: str, marks: tuple[float, ...], stages: Stages
) -> Path:
    before = results.plain(_answers(folder, "before"))
    after = {mark: results.plain(_answers(folder, f"{mix} {mark:g}")) for mark in marks}
    history = _history(folder / f"training-{mix}")
    pages = [f"# Demonstration: {plan.name}, {mix}\n"]
    for mark, found in after.items():
        beyond = sum(r["beyond"] for r in found["types"])
        pages.append(f"## After {mark:g} core minutes of training: {beyond} of {len(found['types'])} types "
                     "beyond what can be had without looking\n\n"
                     + "\n".join(results.table(before[part], found[part]) for part in PARTS) +
                     f"\n{results.track_table(before['tracks'], found['tracks'])}")
    facts = {"plan": plan.name, "mix": mix, "seeds": {"training scenes": plan.training.seed,
                                                      "held-out scenes": plan.held_out.seed},
             "version": _made_with(folder / "held-out"), "commit": _commit(), "machine": platform.machine(),
             "packages": {name: version(name) for name in ("torch", "transformers", "trl", "lmms-eval")},
             "core_minutes": stages.minutes(), "steps": [
                 {"step": entry["step"], LOGGED: entry[LOGGED]} for entry in history if LOGGED in entry][-1:],
             "before": before, "after": {f"{mark:g}": found for mark, found in after.items()}}
    spent = "\n".join(f"- {stage}: {minutes:.1f}" for stage, minutes in stages.minutes().items())
    pages.append(f"## Processor minutes\n\n{spent}\n")
    path = folder / f"results-{mix}.json"
    path.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text("\n".join(pages), encoding="utf-8")
    title = f"{mix}, {marks[-1] / 2:g} minutes of two cores"
    # One type alone: its parts say more than one bar.
    shown = ("types",) if len(before["types"]) > 1 else PARTS
    draw_types([r for part in shown for r in before[part]],
               [r for part in shown for r in after[marks[-1]][part]], title, folder / f"types-{mix}.png")
    reached = [(0.0, _mean(before, "accuracy")),
               *((mark, _mean(found, "accuracy")) for mark, found in after.items())]
    draw_curve(history, reached, _mean(before, "constant"), title, folder / f"curve-{mix}.png")
    click.echo("\n" + "\n".join(pages) + f"\n{path.with_suffix('.md')}")
    return path


def _made_with(held_out: Path) -> str:
    """Version of the generator that made the scenes; they can be older than the code."""
    facts: Any = json.loads((held_out / FACTS).read_text(encoding="utf-8"))
    return str(facts["generator_version"])


def _mean(found: dict[str, Any], name: str) -> float:
    return float(sum(r[name] for r in found["types"]) / len(found["types"]))


def _history(run: Path) -> list[dict[str, Any]]:
    from fourdp_qa.train.trainer import last_checkpoint

    newest = last_checkpoint(run)
    if newest is None:
        return []
    state = json.loads((newest / "trainer_state.json").read_text(encoding="utf-8"))
    history: list[dict[str, Any]] = state["log_history"]
    return history


def _commit() -> str:
    """The checkout's commit, with a mark when files differ from it; empty for an installed package."""
    try:
        found = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], text=True,
                               cwd=Path(__file__).parent, capture_output=True, check=False)
    except OSError:
        return ""
    return found.stdout.strip()


def _expect_extras() -> None:
    for module, extra in (("mujoco", "sim"), ("embreex", "sim"), ("trl", "train"), ("matplotlib", "train"),
                          ("lmms_eval", "eval")):
        if find_spec(module) is None:
            raise MissingExtraError("the demonstration", extra, f"no module {module}")
