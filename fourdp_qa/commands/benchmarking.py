"""`fourdp-qa bench`: a frozen set of questions that is named by its digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generating import run_phases, settings_of, show_summary

if TYPE_CHECKING:
    from fourdp_qa.generate.run import Generated
    from fourdp_qa.generate.settings import GenerationSettings

MAX_SIZE = 2048
"""Pixels: a clip of 32 frames is then 400 MB before encoding, more than any model looks at."""

LICENSE_HELP = "Licence of the folder; rows that may not stand under it are refused. Default: the rows' own."

COMPOSITIONS = {"even": "benchmark", "paper": "benchmark-paper"}
"""What a user types -> the composition: as many items of each type, or as many as the paper has."""


def _path(**kwargs: Any) -> Any:
    return click.Path(path_type=Path, **kwargs)


@click.command()
@click.argument("source")
@click.argument("roots", nargs=-1, type=_path())
@click.option("--out", type=_path(), required=True, help="Folder of the benchmark.")
@click.option("--name", required=True, help="Name that is said with every score.")
@click.option("--composition", type=click.Choice(sorted(COMPOSITIONS)), default="even", show_default=True,
              help="Items of the types: as many of each, or shared out as in the paper.")
@click.option("--items", type=click.IntRange(1), default=200, show_default=True,
              help="Questions of each type, on average.")
@click.option("--apart-from", type=_path(exists=True, file_okay=False), multiple=True,
              help="Folder whose scenes, and all that belong to them, stay out: the training data.")
@click.option("--scenes", type=click.IntRange(1), default=None,
              help="At most this many scenes; the simulator needs a number.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--size", type=click.IntRange(64, MAX_SIZE), default=448, show_default=True)
@click.option("--frames", type=click.IntRange(12), default=32, show_default=True)
@click.option("--per-segment", type=click.IntRange(1), default=3, show_default=True)
@click.option("--group-scenes", type=click.IntRange(0), default=0, show_default=True,
              help="Further scenes, each filmed in several variants for counterfactual groups (simulator).")
@click.option("--group-items", type=click.IntRange(1), default=60, show_default=True,
              help="Questions of each type in groups.")
@click.option("--captions", type=_path(), default=None,
              help="Names of the objects, written by `fourdp-qa caption`.")
@click.option("--license", default="", metavar="SPDX", help=LICENSE_HELP)
@click.option("--workers", type=click.IntRange(1), default=None)
@click.option("--restart", is_flag=True, help="Throw an unfinished benchmark for OUT away.")
@click.option("--overwrite", is_flag=True, help="Replace a benchmark at OUT.")
def bench(
    source: str, roots: tuple[Path, ...], out: Path, name: str, composition: str, items: int,
    apart_from: tuple[Path, ...], scenes: int | None, seed: int, size: int, frames: int,
    per_segment: int, group_scenes: int, group_items: int, captions: Path | None, license: str,
    workers: int | None, restart: bool, overwrite: bool,
) -> None:
    """Build a benchmark folder: four-option and yes/no questions and tracks, clips in one file."""
    import shutil

    from fourdp_qa.dataset.benchmark import MadeOf, write_benchmark
    from fourdp_qa.dataset.split_units import units_of_folder
    from fourdp_qa.generate.composition import composition_called
    from fourdp_qa.generate.run import stage_folder

    _refuse_target(out, overwrite)
    goals = composition_called(COMPOSITIONS[composition])
    settings = replace(
        settings_of(source, roots, scenes, seed, size, frames, clips=True, types=",".join(goals.formats),
                    per_segment=per_segment, captions=captions, license=license),
        per_type=items, composition=COMPOSITIONS[composition],
        apart_from=tuple(sorted(frozenset().union(*map(units_of_folder, apart_from)))),
    )
    stages = [stage_folder(out)]
    generated = [_run(settings, stages[0], workers, restart)]
    if group_scenes:
        stages.append(stages[0].with_name(f"{stages[0].name}-groups"))
        generated.append(_run(_of_groups(settings, group_scenes, group_items), stages[1], workers, restart))
    rows = [row for g in generated for row in g.staged.rows]
    asked = {kind: goals.limit(kind, items) or 0 for kind in goals.formats}
    quotas = write_benchmark(
        rows, [root for g in generated if (root := g.staged.clips_root)], out, name, settings.license,
        MadeOf({key: labels for g in generated for key, labels in g.labels.items()}, asked))
    for stage, made in zip(stages, generated, strict=True):
        shutil.rmtree(stage)
        show_summary(made.summary, as_json=False)
    missed = [quota for quota in quotas if not quota.met]
    for quota in missed:
        click.echo(f"quota missed: {quota.line}")
    click.echo(f"quotas: {len(quotas) - len(missed)} of {len(quotas)} met\nbenchmark: {out}")


def _run(
    settings: GenerationSettings, stage: Path, workers: int | None, restart: bool
) -> Generated:
    """One generation, with at least one question."""
    made = run_phases(settings, stage, workers, restart)
    if made.staged.clips_root is None or not made.staged.rows:
        show_summary(made.summary, as_json=False)
        raise FourdpQaError(f"{settings.source}: no question could be asked; the reasons are above")
    return made


def _of_groups(settings: GenerationSettings, scenes: int, items: int) -> GenerationSettings:
    """Settings of the groups: other scenes, each in its variants. A track has no exact chance as a
    group.
    """
    from fourdp_qa.questions.registry import get_type

    types = tuple(t for t in settings.types if get_type(t).category != "tracking")
    return replace(settings, seed=settings.seed + 1, scenes=scenes, per_type=items, types=types, groups=True,
                   captions="", captions_digest="")


def _refuse_target(out: Path, overwrite: bool) -> None:
    if out.exists() and not out.is_dir():
        raise FourdpQaError(f"{out}: found a file, expected a folder")
    if out.exists() and any(out.iterdir()) and not overwrite:
        raise FourdpQaError(
            f"{out}: a folder with files is there already; a published benchmark stays as it is, "
            "--overwrite replaces one that nobody has used"
        )
