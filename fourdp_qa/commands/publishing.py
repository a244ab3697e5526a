"""`fourdp-qa push`: a folder to the Hub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.publishing.contents import LocalFile
    from fourdp_qa.publishing.push import Pushed

MOST_DELETIONS: Final = 10
"""Files to delete that are named; the rest is counted."""


@click.command()
@click.argument("folder", type=made_folder)
@click.option("--to", "repo_id", required=True, metavar="ORG/NAME",
              help="Data set repository; created when it is not there.")
@click.option("--private", is_flag=True, help="Create it as private; refuse a public one.")
@click.option("--dry-run", is_flag=True, help="List what would be sent and deleted, and stop.")
@click.option("--token-from-env", "variable", default="", metavar="VARIABLE",
              help="Environment variable that holds the token; default: HF_TOKEN or `hf auth login`.")
def push(folder: Path, repo_id: str, private: bool, dry_run: bool, variable: str) -> None:
    """Make the repository ORG/NAME of the Hub hold what FOLDER holds.

    Checks the folder first, sends only what differs, and goes on where it was stopped.
    """
    from fourdp_qa.progress import progress_bars
    from fourdp_qa.publishing.push import push as push_folder

    token = _token(variable)
    with progress_bars() as progress:
        pushed = push_folder(
            folder, repo_id, private=private, dry_run=dry_run, token=token, progress=progress,
            say=lambda line: click.echo(f"fourdp-qa: {line}", err=True),
            workers=min(os.cpu_count() or 1, 8))
    for line in _lines(pushed, dry_run=dry_run):
        click.echo(line)


def _token(variable: str) -> str | None:
    if not variable:
        return None
    token = os.environ.get(variable, "").strip()
    if not token:
        raise FourdpQaError(f"--token-from-env: found nothing in the variable {variable}, expected a token")
    return token


def _lines(pushed: Pushed, *, dry_run: bool) -> list[str]:
    from fourdp_qa.publishing.contents import Kind

    plan = pushed.plan
    lines = [f"{'kind':<14}{'files':>8}{'size':>11}   {'to send' if dry_run else 'sent':>8}{'size':>11}"]
    everything = [*plan.same, *plan.send]
    for kind in Kind:
        of_kind = [file for file in everything if file.kind is kind]
        if of_kind:
            lines.append(_row(kind, of_kind, [file for file in plan.send if file.kind is kind]))
    lines.append(_row("all", everything, list(plan.send)))
    if plan.delete:
        what = "would be deleted" if dry_run else "deleted"
        lines += [f"{what}: {path}" for path in plan.delete[:MOST_DELETIONS]]
        if len(plan.delete) > MOST_DELETIONS:
            lines.append(f"{what}: {len(plan.delete) - MOST_DELETIONS} more")
    if pushed.left_out:
        lines.append(f"stays here: {', '.join(pushed.left_out)}")
    if pushed.note:
        lines.append(f"card: {pushed.note}")
    if dry_run:
        if pushed.created:
            lines.append(f"{pushed.url}: not there, or not for this token to see: it would be created")
        return [*lines, f"{pushed.url}: dry run, nothing was sent"]
    done = f"{pushed.commits} commits" if pushed.commits != 1 else "1 commit"
    return [*lines, f"{pushed.url}: {done if pushed.commits else 'nothing to do, it is as the folder is'}"]


def _row(name: str, files: list[LocalFile], sent: list[LocalFile]) -> str:
    return f"{name:<14}{len(files):>8,}{_size(files):>11}   {len(sent):>8,}{_size(sent):>11}"


def _size(files: list[LocalFile]) -> str:
    size = float(sum(file.size for file in files))
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
