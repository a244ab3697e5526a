"""`fourdp-qa bench`: a frozen set of questions that is named by its digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generating import run_phases, settings_of, show_summary

if TYPE_CHECKING:
    from collections.abc import Mapping

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
@click.option("--also", multiple=True, metavar="SOURCE[=ROOT,...]",
              help="A further source with its folders; the items are shared out evenly.")
@click.option("--out", type=_path(), required=True, help="Folder of the benchmark.")
@click.option("--name", required=True, help="Name that is said with every score.")
@click.option("--composition", type=click.Choice(sorted(COMPOSITIONS)), default="even", show_default=True,
              help="Items of the types: as many of each, or shared out as in the paper.")
@click.option("--items", type=click.IntRange(1), default=200, show_default=True,
              help="Questions of each type, on average.")
@click.option("--apart-from", type=made_folder, multiple=True, metavar="FOLDER",
              help="Folder whose scenes, and all that belong to them, stay out: the training data.")
@click.option("--scenes", type=click.IntRange(1), default=None,
              help="At most this many scenes of each source; the simulator needs a number.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--size", type=click.IntRange(64, MAX_SIZE), default=448, show_default=True)
@click.option("--frames", type=click.IntRange(12), default=32, show_default=True)
@click.option("--per-segment", type=click.IntRange(1), default=3, show_default=True)
@click.option("--group-scenes", type=click.IntRange(0), default=0, show_default=True,
              help="Further scenes, each filmed in several variants for counterfactual groups (simulator).")
@click.option("--group-items", type=click.IntRange(1), default=60, show_default=True,
              help="Questions of each type in groups.")
@click.option("--captions", type=_path(), default=None,
              help="Names of SOURCE's objects, written by `fourdp-qa caption`.")
@click.option("--license", default="", metavar="SPDX", help=LICENSE_HELP)
@click.option("--workers", type=click.IntRange(1), default=None)
@click.option("--restart", is_flag=True, help="Throw an unfinished benchmark for OUT away.")
@click.option("--overwrite", is_flag=True, help="Replace a benchmark at OUT.")
def bench(
    source: str, roots: tuple[Path, ...], also: tuple[str, ...], out: Path, name: str, composition: str,
    items: int,
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
    _refuse_estimated(_sources(source, roots, also))
    goals = composition_called(COMPOSITIONS[composition])
    apart = tuple(sorted(frozenset().union(*map(units_of_folder, apart_from))))
    asked = {kind: goals.limit(kind, items) or 0 for kind in goals.formats}
    parts = [
        replace(
            settings_of(one, its_roots, scenes, seed, size, frames, clips=True, types=",".join(goals.formats),
                        per_segment=per_segment, captions=captions if one == source else None,
                        license=license),
            per_type=items, composition=COMPOSITIONS[composition], apart_from=apart,
        )
        for one, its_roots in _sources(source, roots, also).items()
    ]
    _refuse_unlisted(parts[1:])
    first = stage_folder(out)
    stages = [first, *(first.with_name(f"{first.name}-{part.source}") for part in parts[1:])]
    if len(parts) > 1:
        parts = _shared_out(parts, stages, asked, workers, restart)
        restart = False
    # A source that can answer nothing of what is asked has no part.
    generated = [
        _run(part, stage, workers, restart) for part, stage in zip(parts, stages, strict=True)
        if part.items or len(parts) == 1
    ]
    if group_scenes:
        stages.append(first.with_name(f"{first.name}-groups"))
        generated.append(_run(_of_groups(parts, group_scenes, group_items), stages[-1], workers, restart))
    rows = [row for g in generated for row in g.staged.rows]
    quotas = write_benchmark(
        rows, [root for g in generated if (root := g.staged.clips_root)], out, name, parts[0].license,
        MadeOf({key: labels for g in generated for key, labels in g.labels.items()}, asked))
    for stage in stages:
        shutil.rmtree(stage)
    for made in generated:
        show_summary(made.summary, as_json=False)
    missed = [quota for quota in quotas if not quota.met]
    for quota in missed:
        click.echo(f"quota missed: {quota.line}")
    click.echo(f"quotas: {len(quotas) - len(missed)} of {len(quotas)} met\nbenchmark: {out}")


def _sources(source: str, roots: tuple[Path, ...], also: tuple[str, ...]) -> dict[str, tuple[Path, ...]]:
    """Name of a source -> its folders, in the order in which they were typed."""
    found = {source: roots}
    for typed in also:
        name, _, folders = typed.partition("=")
        if name in found:
            raise FourdpQaError(
                f"--also {typed}: found {name} twice, expected each source once; give its folders together")
        found[name] = tuple(Path(folder) for folder in folders.split(",") if folder)
    return found


def _refuse_estimated(sources: Mapping[str, tuple[Path, ...]]) -> None:
    """Before anything is measured; rows of other sources are looked at when they are written."""
    from fourdp_qa.sources.registry import get_source

    for name in sources:
        if get_source(name).estimated:
            raise FourdpQaError(
                f"bench {name}: found a source of estimated geometry, expected exact geometry alone; "
                f"train on it (fourdp-qa generate {name}), and leave it out of a benchmark"
            )


def _refuse_unlisted(further: list[GenerationSettings]) -> None:
    """Before hours are spent on the first source: the folders of every further one must hold scenes."""
    from fourdp_qa.sources.registry import SourceOptions, list_scenes

    for part in further:
        found = list_scenes(part.source, SourceOptions(
            roots=tuple(Path(root) for root in part.roots), size=part.size, frames=part.frames,
            scenes=part.scenes, seed=part.seed))
        if not found:
            raise FourdpQaError(f"--also {part.source}: found no scene, expected some; give its folders: "
                                f"--also {part.source}=FOLDER")


def _shared_out(
    parts: list[GenerationSettings], stages: list[Path], asked: Mapping[str, int], workers: int | None,
    restart: bool,
) -> list[GenerationSettings]:
    """The settings with the items that each source is to give, once all are measured."""
    from fourdp_qa.dataset.quotas import largest_share
    from fourdp_qa.generate.sharing import share_out
    from fourdp_qa.generating import measured_supply

    supply = {
        part.source: measured_supply(part, stage, workers, restart)
        for part, stage in zip(parts, stages, strict=True)
    }
    shares = share_out(asked, supply, largest_share())
    for source, items in shares.items():
        click.echo(f"{source}: {sum(items.values())} items of {len(items)} types")
    return [replace(part, items=tuple(sorted(shares[part.source].items()))) for part in parts]


def _run(
    settings: GenerationSettings, stage: Path, workers: int | None, restart: bool
) -> Generated:
    """One generation, with at least one question."""
    made = run_phases(settings, stage, workers, restart)
    if made.staged.clips_root is None or not made.staged.rows:
        show_summary(made.summary, as_json=False)
        raise FourdpQaError(f"{settings.source}: no question could be asked; the reasons are above")
    return made


def _of_groups(parts: list[GenerationSettings], scenes: int, items: int) -> GenerationSettings:
    """Settings of the groups: other scenes, each in its variants. A track has no exact chance as a
    group. Of several sources the simulator has variants; of one it is for the source to say.
    """
    from fourdp_qa.questions.registry import get_type

    settings = next((part for part in parts if part.source == "simulator"), parts[0])
    types = tuple(t for t in settings.types if get_type(t).category != "tracking")
    return replace(settings, seed=settings.seed + 1, scenes=scenes, per_type=items, types=types, groups=True,
                   captions="", captions_digest="", items=())


def _refuse_target(out: Path, overwrite: bool) -> None:
    if out.exists() and not out.is_dir():
        raise FourdpQaError(f"{out}: found a file, expected a folder")
    if out.exists() and any(out.iterdir()) and not overwrite:
        raise FourdpQaError(
            f"{out}: a folder with files is there already; a published benchmark stays as it is, "
            "--overwrite replaces one that nobody has used"
        )
