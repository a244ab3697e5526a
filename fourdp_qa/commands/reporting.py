"""`fourdp-qa report`: what runs of lmms-eval are worth."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from fourdp_qa.commands.folders import made_folder


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULTS...")
@click.option("--out", type=click.Path(path_type=Path), default=Path("report.html"), show_default=True,
              help="The page.")
@click.option("--bench", type=made_folder, default=None, metavar="FOLDER",
              help="Folder of the benchmark that was scored, for clips of wrong answers.")
@click.option("--mixed", is_flag=True, help="Show runs of several benchmarks, each marked by its digest.")
@click.option("--markdown", is_flag=True, help="Print the table of results as Markdown.")
@click.option("--latex", is_flag=True, help="Print the table of results as LaTeX.")
def report(
    results: tuple[str, ...], out: Path, bench: Path | None, mixed: bool, markdown: bool, latex: bool
) -> None:
    """Compare the runs under RESULTS: folders that lmms-eval wrote with --log_samples.

    NAME=FOLDER gives a run its name.
    """
    from fourdp_qa.eval_tasks.report.page import write_report
    from fourdp_qa.eval_tasks.report.report import make_report
    from fourdp_qa.eval_tasks.report.results_table import blocks
    from fourdp_qa.eval_tasks.report.text_tables import latex as latex_tables
    from fourdp_qa.eval_tasks.report.text_tables import markdown as markdown_tables

    made = make_report(results, bench=bench, mixed=mixed, command=_command(results, bench, mixed))
    page = write_report(made, out)
    tables = blocks(made.scores)
    if markdown:
        click.echo(markdown_tables(tables))
    if latex:
        click.echo(latex_tables(tables))
    # What is printed on standard output is then the table alone, to be piped into a file.
    to_error = markdown or latex
    for finding in made.findings:
        click.echo(f"{finding.kind}: {finding.text}", err=to_error)
    click.echo(f"page: {page}", err=to_error)


def _command(results: tuple[str, ...], bench: Path | None, mixed: bool) -> str:
    words = ["fourdp-qa", "report", *results, *(["--bench", str(bench)] if bench else []),
             *(["--mixed"] if mixed else [])]
    return shlex.join(words)
