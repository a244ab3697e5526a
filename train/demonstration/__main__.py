"""Simulate clips, train a small model from scratch on them, and evaluate it on scenes it never saw.

    python -m fourdp_qa.train.demonstration --plan short

Every stage is a command of this package and is printed as such. Interrupted at any moment, the same command
goes on. What comes out: results.md, results.json and two pictures in the folder.
"""

from __future__ import annotations

from pathlib import Path

import click

from fourdp_qa.train.demonstration.chain import run_demonstration
from fourdp_qa.train.demonstration.plan import plan_named, smaller
from fourdp_qa.train.running import one_line_errors


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--plan", default="short", show_default=True, help="A table of plans.toml: short or full.")
@click.option("--folder", type=click.Path(path_type=Path), default=None,
              help="Default: runs/demonstration-PLAN.")
@click.option("--mix", default=None,
              help="Mixture of the training rows: std or tm; default: the plan's first.")
@click.option("--minutes", type=float, default=0.0, help="Minutes of two cores after which training ends.")
@click.option("--scenes", type=click.IntRange(20), default=None,
              help="Fewer scenes, for a trial of the chain.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True,
              help="Processes that train and simulate, each with one thread.")
def main(plan: str, folder: Path | None, mix: str | None, minutes: float, scenes: int | None,
         processes: int) -> None:
    """Show that a model learns from the questions, on a processor."""
    with one_line_errors():
        chosen = plan_named(plan)
        if scenes:
            chosen = smaller(chosen, scenes)
        run_demonstration(chosen, folder or Path("runs") / f"demonstration-{plan}",
                          mix or next(iter(chosen.core_minutes)), minutes, processes)


if __name__ == "__main__":
    main()
