"""`fourdp-qa audit`: what can be answered without watching."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.inspection.audit.report import Audit

VERDICTS = {"none": "no shortcut seen", "shortcut": "SHORTCUT", "explained": "shortcut, as much as {}",
            "too_few": "too few to tell"}
"""A finding in words of one line; the page says what each means."""
PARTS = ("type", "format", "source", "naming", "reference", "camera", "entangled")


@click.command()
@click.argument("folder", type=made_folder)
@click.option("--out", type=click.Path(path_type=Path), default=Path("audit.html"), show_default=True,
              help="The page.")
@click.option("--json", "data", type=click.Path(path_type=Path), default=Path("audit.json"),
              show_default=True, help="All numbers.")
@click.option("--by", type=click.Choice(PARTS), default="type", show_default=True,
              help="Also look for shortcuts in every part of the questions.")
@click.option("--fail-over", type=float, default=None, metavar="POINTS",
              help="Exit with 1 when a solver surely gains more than this.")
@click.option("--sensitivity", is_flag=True, help="Move the thresholds: no label may flip.")
@click.option("--root", "roots", type=click.Path(path_type=Path), multiple=True,
              help="Data of the folder's source, for --sensitivity to measure its scenes again.")
def audit(
    folder: Path, out: Path, data: Path, by: str, fail_over: float | None, sensitivity: bool,
    roots: tuple[Path, ...],
) -> None:
    """Count what FOLDER is made of, and score solvers that do not watch the clips."""
    from fourdp_qa.inspection.audit.page import write_audit
    from fourdp_qa.inspection.audit.report import audit_folder
    from fourdp_qa.progress import progress_bars

    with progress_bars() as progress:
        found = audit_folder(folder, by=by, sensitivity=sensitivity, roots=roots, progress=progress)
    page = write_audit(found, out, data)
    for line in lines_of(found):
        click.echo(line)
    if sensitivity and len(found.sensitivity) == 1:
        click.echo("  moved thresholds: rows only; --root PATH measures the scenes of a generated folder too")
    click.echo(f"page: {page}\nnumbers: {data}")
    _fail(found, fail_over)


def lines_of(found: Audit) -> list[str]:
    """The audit in a few lines."""
    lines = [f"{found.name}: {found.rows:,} questions, {found.scenes:,} scenes, {found.clips:,} clips"]
    lines.append("  gain: points beyond guessing (luck, or always one answer), with its 95 % range")
    for name, gain in found.overall.items():
        if gain.items:
            what = VERDICTS[gain.finding].format(gain.explained_by)
            lines.append(f"  {name:<14}{gain.accuracy:6.1f} % right, gain {gain.gain:+6.1f} "
                         f"({gain.low:+.1f} to {gain.high:+.1f}): {what}")
    if found.strongest:
        part, check, gain = found.strongest
        lines.append(f"  strongest by {found.by}: {part}, {check}: gain {gain.gain:+.1f} "
                     f"({gain.low:+.1f} to {gain.high:+.1f})")
    uneven = [share for share in found.shares if share.uneven]
    lines += [f"  uneven: {s.kind} {s.name}: {s.times} of {s.of}" for s in uneven[:5]]
    if len(uneven) > 5:
        lines.append(f"  and {len(uneven) - 5} more uneven shares")
    if found.duplicates.found:
        twice = found.duplicates
        # Only rows have names to show: of clips with the same bytes there is none that is the first.
        shown = f"e.g. {twice.examples[0]}" if twice.examples else "clips with the same bytes"
        lines.append(f"  {twice.found} duplicates, {shown}")
    lines += [f"  moved thresholds, {s.verdicts}: {s.flips} flipped" for s in found.sensitivity]
    return lines


def _fail(found: Audit, fail_over: float | None) -> None:
    """Exit with 1 for a gain that is surely too large, or a label that flips."""
    flips = sum(s.flips for s in found.sensitivity)
    if flips:
        raise FourdpQaError(f"{found.name}: {flips} labels flipped under moved thresholds, expected none")
    if fail_over is None:
        return
    over = found.over(fail_over)
    if over:
        named = "; ".join(f"{check} on {part}: at least {gain.low:.1f}" for part, check, gain in over)
        raise FourdpQaError(
            f"{found.name}: found gains of more than {fail_over:g} points without watching, expected "
            f"none: {named}"
        )
