"""What the generating commands share: settings from options, the phases with bars, the summary."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.generate.run import Generated
    from fourdp_qa.generate.settings import GenerationSettings
    from fourdp_qa.generate.summary import Summary

DATASET_NAME = "fourdp-qa"
"""The folder name under which `load_dataset` is promised to work from anywhere."""


def settings_of(
    source: str, roots: tuple[Path, ...], scenes: int | None, seed: int, size: int, frames: int, *,
    clips: bool, types: str = "", per_segment: int = 3, groups: bool = False, license: str = "",
    captions: Path | None = None,
) -> GenerationSettings:
    """Settings from what was typed; `types` are comma-separated, all when empty; with `groups` all that
    can be scored as a group. A captions file is read here for its digest and its faults.
    """
    from fourdp_qa.captioning.captions_file import read_captions
    from fourdp_qa.generate.settings import GenerationSettings
    from fourdp_qa.questions.registry import TYPES, get_type
    from fourdp_qa.scene.licences import declared_licence

    names = [get_type(t.strip()).name for t in types.split(",") if t.strip()]
    possible = [t.name for t in TYPES if not groups or t.category != "tracking"]
    if any(name not in possible for name in names):
        raise FourdpQaError(
            f"--types {types}: found a track, expected none with --groups: a track has no exact chance"
        )
    if size % 2:
        raise FourdpQaError(f"--size {size}: found an odd number, expected an even one (H.264 4:2:0)")
    if captions and groups:
        raise FourdpQaError(
            f"--captions {captions}: found --groups, expected scenes on their own: the variants of a scene "
            "are named by their source")
    return GenerationSettings(
        source=source, roots=tuple(str(r.resolve()) for r in roots), scenes=scenes, seed=seed,
        size=size, frames=frames, types=tuple(names or possible), clips=clips,
        per_segment=per_segment, groups=groups, license=declared_licence(license),
        captions=str(captions.resolve()) if captions else "",
        captions_digest=read_captions(captions).digest if captions else "",
    )


def generate_folder(
    settings: GenerationSettings, out: Path, workers: int | None, restart: bool, overwrite: bool,
    as_json: bool = False,
) -> Summary:
    """Generate, publish, and say what came out."""
    import shutil

    from fourdp_qa.dataset.names import prepared_from
    from fourdp_qa.dataset.write import check_target, publish
    from fourdp_qa.generate.run import stage_folder

    stage = stage_folder(out)
    check_target(out)
    if not (overwrite or _may_be_written(settings, out, stage)):
        raise FourdpQaError(f"{out}: a folder with files is there already; --overwrite replaces it")
    generated = run_phases(settings, stage, workers, restart)
    if not generated.staged.rows:
        show_summary(generated.summary, as_json)
        shutil.rmtree(stage)
        raise FourdpQaError(f"{settings.source}: no question could be asked; the reasons are above")
    prepared = prepared_from()  # publishing takes the name away from the old rows
    publish(generated.staged, out)
    shutil.rmtree(stage)
    show_summary(generated.summary, as_json)
    if not as_json:
        click.echo(f"dataset: {out}")
    if out.resolve().name == DATASET_NAME or (prepared and prepared[0] == out.resolve()):
        # Regenerating must not leave the bare name with the old rows, nor without any.
        prepare_folder(out, quiet=as_json)
    return generated.summary


def _may_be_written(settings: GenerationSettings, out: Path, stage: Path) -> bool:
    """Nothing is lost: `out` is new or empty, or it is this very generation, stopped after it was
    published and before its stage was cleared away.
    """
    from fourdp_qa.dataset.layout import SETTINGS

    if not out.exists() or not any(out.iterdir()):
        return True
    published = out / SETTINGS
    return (
        stage.exists() and published.is_file()
        and published.read_text(encoding="utf-8") == settings.for_publication().to_json()
    )


def run_phases(
    settings: GenerationSettings, stage: Path, workers: int | None, restart: bool
) -> Generated:
    """Run the phases with bars on standard error."""
    import shutil

    from fourdp_qa.generate.run import generate as run_generation
    from fourdp_qa.progress import progress_bars

    if restart and stage.exists():
        shutil.rmtree(stage)
    count = workers or min(os.cpu_count() or 1, 8)
    with progress_bars() as progress:
        return run_generation(settings, stage, count, progress)


def measured_supply(
    settings: GenerationSettings, stage: Path, workers: int | None, restart: bool
) -> dict[str, int]:
    """Rows of each type that a source can give, with bars on standard error."""
    import shutil

    from fourdp_qa.generate.run import count_supply
    from fourdp_qa.progress import progress_bars

    if restart and stage.exists():
        shutil.rmtree(stage)
    with progress_bars() as progress:
        return count_supply(settings, stage, workers or min(os.cpu_count() or 1, 8), progress)


def show_summary(summary: Summary, as_json: bool) -> None:
    """Print what came out and what did not."""
    if as_json:
        click.echo(json.dumps(summary.to_plain(), indent=2))
        return
    from fourdp_qa.progress import print_summary

    print_summary(summary)


def cpu_seconds() -> float:
    """CPU seconds of this process and of the workers it has waited for."""
    try:
        import resource
    except ImportError:
        import time

        return time.process_time()
    own, children = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(who) for who in (own, children)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def prepare_folder(folder: Path, *, quiet: bool) -> None:
    """Make the bare name find `folder` from any directory, and say so."""
    from datasets import disable_progress_bars

    from fourdp_qa.dataset.prepare import prepare

    disable_progress_bars()
    prepared = prepare(folder)
    if not quiet:
        click.echo(f'load_dataset("{prepared.name}") now finds {folder} from any directory')
