"""Commands that prove a finished folder: verify, thresholds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError

if TYPE_CHECKING:
    from fourdp_qa.inspection.verify import Verification

MOST_LINES: Final = 200
"""Lines of each kind that are printed; --json gives all of them."""


@click.command()
@click.argument("folder", type=made_folder)
@click.argument("roots", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sample", type=click.IntRange(1), default=None, help="Only this many rows, always the same.")
@click.option("--changes", type=click.IntRange(1), default=None,
              help="Film this many simulated scenes again, changed, and compare their pictures and labels.")
@click.option("--captions", type=click.Path(path_type=Path), default=None,
              help="The captions file that FOLDER was made with.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: all cores, at most 8.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
def verify(
    folder: Path, roots: tuple[Path, ...], sample: int | None, changes: int | None, captions: Path | None,
    workers: int | None, as_json: bool,
) -> None:
    """Make every row of FOLDER again from its scene, under ROOTS, and list what differs.

    The simulator needs no ROOT. Exit code 0 only when every row was compared and nothing differs.
    """
    from fourdp_qa.inspection.verify import verify as verify_folder
    from fourdp_qa.progress import progress_bars

    count = workers or min(os.cpu_count() or 1, 8)
    with progress_bars() as progress:
        found = verify_folder(folder, roots, sample=sample, changes=changes or 0, workers=count,
                              captions=captions, progress=progress)
    if as_json:
        click.echo(json.dumps(found.to_plain(), indent=2, ensure_ascii=False))
    else:
        _show(found)
    if not found.ok:
        raise FourdpQaError(f"{folder}: {_summary(found)}")
    if not as_json:
        click.echo(f"{folder}: {found.rows} rows and {found.clips} clips are as their scenes say")


@click.command()
@click.argument("folder", type=made_folder)
@click.argument("roots", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("thresholds.html"), show_default=True)
@click.option("--scenes", type=click.IntRange(1), default=None,
              help="Measure this many scenes again and count all their statements, asked about or not.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: all cores, at most 8.")
def thresholds(
    folder: Path, roots: tuple[Path, ...], out: Path, scenes: int | None, workers: int | None
) -> None:
    """Draw how the measured quantities of FOLDER lie to their thresholds, on one page."""
    if roots and not scenes:
        raise FourdpQaError(
            f"{roots[0]}: found a ROOT without --scenes, expected none: the evidence in the rows "
            "needs no data; add --scenes N to measure scenes again")
    from fourdp_qa.inspection.thresholds_page import write_thresholds_page
    from fourdp_qa.progress import progress_bars

    with progress_bars() as progress:
        page = write_thresholds_page(folder, out, roots, scenes=scenes or 0,
                                     workers=workers or min(os.cpu_count() or 1, 8), progress=progress)
    click.echo(f"page: {page}")


def _show(found: Verification) -> None:
    """Everything found, a line each; then the counts by column."""
    _lines([difference.line for difference in found.differences], "differences")
    by_reason: dict[str, list[str]] = {}
    for row_id, reason in found.unverified.items():
        by_reason.setdefault(reason, []).append(row_id)
    _lines([f"not verified: {len(ids)} rows, such as {ids[0]}: {reason}"
            for reason, ids in by_reason.items()], "reasons")
    _lines([f"contradiction: {line}" for line in found.contradictions], "contradictions")
    _lines([f"not readable: {line}" for line in found.unread], "rows")
    _lines([f"broken under change: {line}" for line in found.changed], "changes")
    for column, number in sorted(found.by_column.items()):
        click.echo(f"{column}: {number} rows differ")
    for name, number in sorted(found.compared.items()):
        click.echo(f"compared: {name}: {number}")


def _lines(lines: list[str], what: str) -> None:
    for line in lines[:MOST_LINES]:
        click.echo(line)
    if len(lines) > MOST_LINES:
        click.echo(f"... and {len(lines) - MOST_LINES} more {what}; --json lists all")


def _summary(found: Verification) -> str:
    counts = {
        f"of {found.rows} rows differ from their scenes": len(found.rows_that_differ),
        "rows could not be verified": len(found.unverified),
        "contradictions between rows": len(found.contradictions),
        "rows could not be read": len(found.unread),
        "rules broken under change": len(found.changed),
    }
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number)
