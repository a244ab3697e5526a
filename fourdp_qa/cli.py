"""The command line: thin, with every heavy import inside its command so that --help is instant."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from fourdp_qa.commands.auditing import audit
from fourdp_qa.commands.benchmarking import LICENSE_HELP, MAX_SIZE, bench
from fourdp_qa.commands.captioning import caption
from fourdp_qa.commands.folders import made_folder
from fourdp_qa.commands.mixing import mix
from fourdp_qa.commands.proving import thresholds, verify
from fourdp_qa.commands.publishing import push
from fourdp_qa.commands.reporting import report
from fourdp_qa.commands.validating import validate
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generating import (
    cpu_seconds,
    generate_folder,
    prepare_folder,
    settings_of,
)
from fourdp_qa.versions import GENERATOR_VERSION

DEMO_SCENES = 18
"""Enough for 16 clips and 200 questions with a few scenes to spare; under six CPU minutes."""


class _OneLineErrors(click.Group):
    """Shows the library's errors as one line, without a traceback."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None,
                     **extra: Any) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.NoSuchOption as error:
            self._echo_usage(error)
            raise click.exceptions.Exit(error.exit_code) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FourdpQaError as error:
            click.echo(f"fourdp-qa: {error}", err=True)
            ctx.exit(1)
        except click.UsageError as error:
            self._echo_usage(error)
            ctx.exit(error.exit_code)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"fourdp-qa: {where}{error.strerror or error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("\nfourdp-qa: stopped; the same command goes on from here", err=True)
            ctx.exit(130)

    @staticmethod
    def _echo_usage(error: click.UsageError) -> None:
        command = error.ctx.command_path if error.ctx else "fourdp-qa"
        click.echo(f"{command}: {error.format_message()} See `{command} --help`.", err=True)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(GENERATOR_VERSION, prog_name="fourdp-qa")
def main() -> None:
    """4D geometry in, motion questions with provable answers out."""
    # Workers share the cores; threads of the linear algebra below them only spin. Set before numpy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _beside_python(program: str) -> str:
    """A program of this environment as it can be typed: the environment may not be activated."""
    found = Path(sys.executable).with_name(program)
    here = Path.cwd()
    return str(found.relative_to(here)) if found.is_relative_to(here) else str(found)


def _path(**kwargs: Any) -> Any:
    return click.Path(path_type=Path, **kwargs)


@main.command()
@click.option("--out", type=_path(), default=Path("fourdp-qa"), show_default=True,
              help="Folder of the dataset.")
@click.option("--scenes", type=click.IntRange(1), default=DEMO_SCENES, show_default=True)
@click.option("--size", type=click.IntRange(64, MAX_SIZE), default=448, show_default=True)
@click.option("--frames", type=click.IntRange(12), default=32, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: all cores, at most 8.")
@click.option("--seed", type=int, default=0, show_default=True)
def demo(
    out: Path, scenes: int, size: int, frames: int, workers: int | None, seed: int
) -> None:
    """Simulate, generate, load back and draw a gallery. No download, no data, no GPU."""
    import time

    from datasets import disable_progress_bars

    from fourdp_qa.dataset.load import load
    from fourdp_qa.inspection.gallery import write_gallery

    started = time.monotonic()
    settings = settings_of("simulator", (), scenes, seed, size, frames, clips=True)
    generate_folder(settings, out, workers, restart=False, overwrite=True)
    disable_progress_bars()
    table = load(str(out), "all")["train"]
    page = write_gallery(out, out.with_name(f"{out.name}-gallery.html"))
    click.echo(f"\n{len(table)} questions load with load_dataset(\"{out}\"); look at them: {page}")
    click.echo(f"wall {time.monotonic() - started:.0f} s, CPU {cpu_seconds():.0f} s")
    click.echo(
        f"\nNext:\n  {_beside_python('fourdp-qa')} explain {out} {table[0]['id']}\n"
        f"  {_beside_python('python')} -c \"import fourdp_qa; "
        f"print(fourdp_qa.load('{out}')['train'][0])\""
    )


@main.command()
@click.argument("source")
@click.argument("roots", nargs=-1, type=_path())
@click.option("--out", type=_path(), default=Path("fourdp-qa"), show_default=True)
@click.option("--scenes", type=click.IntRange(1), default=None,
              help="At most this many scenes; the simulator needs a number.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--size", type=click.IntRange(64, MAX_SIZE), default=448, show_default=True,
              help="Side of the clips in pixels.")
@click.option("--frames", type=click.IntRange(12), default=32, show_default=True,
              help="Frames of a clip.")
@click.option("--types", default="", help="Comma-separated question types; default: all.")
@click.option("--per-segment", type=click.IntRange(1), default=3, show_default=True,
              help="At most this many questions of one type from one clip.")
@click.option("--groups", is_flag=True,
              help="Ask the same question about several variants of each scene (simulator only).")
@click.option("--captions", type=_path(), default=None,
              help="Names of the objects, written by `fourdp-qa caption`.")
@click.option("--license", default="", metavar="SPDX", help=LICENSE_HELP)
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: all cores, at most 8.")
@click.option("--no-clips", is_flag=True, help="Stop after the questions: rows without video.")
@click.option("--restart", is_flag=True, help="Throw an unfinished generation for OUT away.")
@click.option("--overwrite", is_flag=True, help="Replace a finished dataset at OUT.")
@click.option("--allow-partial", is_flag=True, help="Exit with 0 although scenes were skipped.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def generate(
    source: str, roots: tuple[Path, ...], out: Path, scenes: int | None, seed: int, size: int,
    frames: int, types: str, per_segment: int, groups: bool, captions: Path | None, license: str,
    workers: int | None, no_clips: bool, restart: bool, overwrite: bool, allow_partial: bool,
    as_json: bool,
) -> None:
    """Turn SOURCE (see `fourdp-qa sources`) under ROOTS into a dataset folder.

    Interrupted at any moment, the same command goes on where it stopped.
    """
    settings = settings_of(source, roots, scenes, seed, size, frames, clips=not no_clips,
                           types=types, per_segment=per_segment, groups=groups, captions=captions,
                           license=license)
    summary = generate_folder(settings, out, workers, restart, overwrite, as_json)
    if summary.skipped and not allow_partial:
        raise FourdpQaError(
            f"{len(summary.skipped)} of {summary.scenes} scenes were skipped (listed above); the "
            "dataset holds the others, --allow-partial accepts that"
        )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
def sources(as_json: bool) -> None:
    """List the sources: licence, the extra they need, what may be asked about them."""
    from fourdp_qa.inspection.source_list import list_sources, print_sources

    listed = list_sources()
    if as_json:
        click.echo(json.dumps(listed.to_plain(), indent=2))
    else:
        print_sources(listed)


@main.command()
@click.argument("source")
@click.argument("roots", nargs=-1, type=_path())
@click.option("--scenes", type=click.IntRange(1), default=None,
              help="At most this many scenes; the simulator needs a number.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the simulator's scenes.")
@click.option("--size", type=click.IntRange(64, MAX_SIZE), default=448, show_default=True,
              help="Side of the pictures in pixels.")
@click.option("--frames", type=click.IntRange(12), default=32, show_default=True, help="Frames of a scene.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON a scene.")
def check(
    source: str, roots: tuple[Path, ...], scenes: int | None, seed: int, size: int, frames: int,
    as_json: bool,
) -> None:
    """Prove the geometry of every scene and name the likely mistake where it fails; say what the data
    cannot support.
    """
    from dataclasses import asdict

    from fourdp_qa.inspection.unsupported import unsupported, unsupported_lines
    from fourdp_qa.scene.check import check_scene
    from fourdp_qa.sources.registry import SourceOptions, list_scenes

    options = SourceOptions(roots=roots, size=size, frames=frames, scenes=scenes, seed=seed)
    handles = list_scenes(source, options)
    if not handles:
        raise FourdpQaError(f"{source}: no scene found")
    failed = 0
    lacking: dict[str, list[list[str]]] = {}
    for handle in handles:
        try:
            scene = handle.open()
        except FourdpQaError as error:
            failed += 1
            click.echo(f"scene {handle.scene_id}: cannot be opened: {error}")
            continue
        try:
            report = check_scene(scene)
            lacking.setdefault(scene.facts.source, []).append(unsupported(scene))
        finally:
            scene.close()
        failed += not report.ok
        plain = {**asdict(report), "ok": report.ok, "unsupported": lacking[report.source][-1]}
        click.echo(json.dumps(plain) if as_json else "\n".join(report.lines))
    for name, of_scenes in () if as_json else lacking.items():
        click.echo("\n".join(unsupported_lines(name, of_scenes)))
    if failed:
        raise FourdpQaError(f"{failed} of {len(handles)} scenes failed")


@main.command()
@click.argument("folder", type=made_folder)
@click.argument("row_id")
@click.option("--out", type=_path(), default=None, help="HTML page; default: <ID>.html")
def explain(folder: Path, row_id: str, out: Path | None) -> None:
    """Show why the answer of row ROW_ID of FOLDER holds."""
    from fourdp_qa.inspection.explain import explain as explain_row
    from fourdp_qa.inspection.explain import explanation_text
    from fourdp_qa.inspection.explanation_page import write_explanation

    explanation = explain_row(folder, row_id)
    click.echo(explanation_text(explanation))
    click.echo(f"page: {write_explanation(explanation, out or Path(f'{row_id}.html'))}")


@main.command()
@click.argument("folder", type=made_folder)
@click.option("--all", "everything", is_flag=True,
              help="Every question, as a static site: filters, search, a link to each.")
@click.option("--out", type=_path(), default=None,
              help="The page, or with --all the folder of the site. [default: gallery.html, gallery]")
@click.option("--with-clips", is_flag=True,
              help="With --all: put the clips into the site, to move it or host it alone.")
def gallery(folder: Path, everything: bool, out: Path | None, with_clips: bool) -> None:
    """Write one self-contained page with playing clips, questions, answers and tracks."""
    if everything:
        from fourdp_qa.inspection.site.writing import write_site
        from fourdp_qa.progress import progress_bars

        with progress_bars() as progress:
            site = write_site(folder, out or Path("gallery"), with_clips=with_clips, progress=progress)
        click.echo(f"page: {site.page} ({site.rows:,} questions, {site.clips:,} clips, "
                   f"{site.size / 1e6:.1f} MB)")
        return
    if with_clips:
        raise FourdpQaError("--with-clips: found no --all, expected it: a single page holds its clips")
    from fourdp_qa.inspection.gallery import write_gallery

    click.echo(f"page: {write_gallery(folder, out or Path('gallery.html'))}")


@main.command()
@click.argument("folder", type=made_folder)
def prepare(folder: Path) -> None:
    """Make `load_dataset("fourdp-qa")` find FOLDER from any directory."""
    prepare_folder(folder, quiet=False)


@main.command("tasks-path")
def tasks_path() -> None:
    """Print the folder of the lmms-eval tasks, for --include_path."""
    from fourdp_qa.eval_tasks.locations import tasks_folder

    click.echo(tasks_folder())


main.add_command(bench)
main.add_command(caption)
main.add_command(verify)
main.add_command(thresholds)
main.add_command(audit)
main.add_command(mix)
main.add_command(push)
main.add_command(report)
main.add_command(validate)


if __name__ == "__main__":
    sys.exit(main())
