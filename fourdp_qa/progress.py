"""What the command line draws: progress bars and the summary table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from fourdp_qa.generate.engine import Progress as Report
from fourdp_qa.generate.summary import Summary

MOST_REASONS = 4
"""Reasons shown at the end; the whole list is in --json."""


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Give a function that draws one bar a phase on standard error."""
    bars = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    known: dict[str, TaskID] = {}
    with bars:
        def report(phase: str, done: int, total: int) -> None:
            if phase not in known:
                known[phase] = bars.add_task(phase, total=total)
            bars.update(known[phase], completed=done, total=total)

        yield report


def print_summary(summary: Summary) -> None:
    """Print rows by type, format and answer, then what is missing and why."""
    console = Console()
    for scene, reason in summary.skipped.items():
        console.print(f"skipped: {scene}: {reason}", soft_wrap=True, markup=False)
    if summary.captions:
        counted = "; ".join(f"{n} {what}" for what, n in summary.captions.items())
        console.print(f"captions: {counted}", soft_wrap=True, markup=False)
    used = summary.scenes - len(summary.skipped)
    if not used:
        return
    table = Table(title=f"{summary.rows} questions, {summary.clips} clips, {used} scenes")
    for column in ("type", "format", "rows", "answers"):
        table.add_column(column, no_wrap=column != "answers")
    for kind, formats in summary.counts.items():
        for row, (answer_format, answers) in enumerate(sorted(formats.items())):
            short = ", ".join(f"{a} {n}" for a, n in sorted(answers.items()) if a != "answers")
            name = kind if row == 0 else ""
            table.add_row(name, answer_format, str(sum(answers.values())), short)
    console.print(table)
    console.print(_traits(summary))
    if summary.groups:
        counted = ", ".join(f"{kind} {n}" for kind, n in summary.groups.items())
        console.print(f"{sum(summary.groups.values())} counterfactual groups: {counted}",
                      soft_wrap=True, markup=False)
    for kind, reason in summary.missing.items():
        console.print(f"not asked: {kind}: {reason}", soft_wrap=True, markup=False)
    reasons = "; ".join(f"{n} x {reason}" for reason, n in list(summary.dropped.items())[:MOST_REASONS])
    spare = sum(summary.left.values())
    console.print(
        f"not asked about: {reasons}. {spare} more questions could be asked and were not, to keep "
        "answers even and clips varied (`generate --json` lists why).", soft_wrap=True, markup=False,
    )


def _traits(summary: Summary) -> Table:
    """How objects are named, and how often the picture misleads, by type."""
    table = Table(title="named by, and what the picture suggests against the truth")
    table.add_column("type", no_wrap=True)
    table.add_column("named by")
    table.add_column("entangled")
    for kind in summary.counts:
        table.add_row(kind, _pairs(summary.naming[kind]), _pairs(summary.entangled[kind]))
    return table


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))
