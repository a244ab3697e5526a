"""`fourdp-qa validate`: what a stranger, the Hub and its viewer would trip over."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.dataset.rules.rule import Outcome, Report

MOST_LINES: Final = 20
"""Lines of a rule that are printed; --json gives a thousand."""


@click.command()
@click.argument("folder", type=made_folder)
@click.option("--quick", is_flag=True, help="Decode a sample of the clips; the digests of all are compared.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: all cores, at most 8.")
@click.option("--json", "as_json", is_flag=True, help="Print every rule and what was found as JSON.")
def validate(folder: Path, quick: bool, workers: int | None, as_json: bool) -> None:
    """Hold FOLDER against the rules of the format, of the Hub and of its viewer.

    A dataset folder, a mix or a benchmark. Exit code 0 only when no rule is broken.
    """
    from fourdp_qa.dataset.validate import check_folder
    from fourdp_qa.progress import progress_bars

    count = workers or min(os.cpu_count() or 1, 8)
    with progress_bars() as progress:
        report = check_folder(folder, progress, quick=quick, workers=count)
    if as_json:
        click.echo(json.dumps(report.to_plain(), indent=2, ensure_ascii=False))
    else:
        _show(report)
    if not report.sound:
        raise FourdpQaError(f"{folder}: {report.problems:,} problem{'s' if report.problems > 1 else ''}")
    if not as_json:
        click.echo(f"{folder}: sound")


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    decoded = "" if report.decoded == report.clips else f", {report.decoded:,} of them decoded"
    table = Table(title=f"{report.rows:,} rows, {report.clips:,} clips{decoded}")
    for column in ("rule", "verdict"):
        table.add_column(column, no_wrap=True)
    table.add_column("where", overflow="fold")
    table.add_column("what to do")
    for outcome in report.outcomes:
        advice = outcome.do if outcome.count else ""
        table.add_row(outcome.name, str(outcome.verdict), escape(_where(outcome)), escape(advice))
    Console().print(table)
    for outcome in report.outcomes:
        for line in outcome.lines[:MOST_LINES]:
            click.echo(f"{outcome.name}: {line}")
        if outcome.count > MOST_LINES:
            click.echo(f"{outcome.name}: and {outcome.count - min(outcome.count, MOST_LINES):,} more")


def _where(outcome: Outcome) -> str:
    """The first place, and how many more there are."""
    if not outcome.count:
        return ""
    first = outcome.places[0][0]
    return first if outcome.count == 1 else f"{first} and {outcome.count - 1:,} more"
