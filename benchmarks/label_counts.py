"""How often a generation gives each format, naming mode and label: ``python benchmarks/label_counts.py``.

Generates simulated scenes without clips into a temporary folder and prints the tables of
docs/question_types.md.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import click

from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.generate.summary import Summary
from fourdp_qa.phrasing.words import component_words
from fourdp_qa.questions.registry import TYPES


@click.command()
@click.option("--scenes", default=400, show_default=True)
@click.option("--size", default=224, show_default=True, help="Side of the frames measured, in pixels.")
@click.option("--seed", default=0, show_default=True)
@click.option("--workers", default=2, show_default=True)
def main(scenes: int, size: int, seed: int, workers: int) -> None:
    """Print how often each format, naming mode and label comes."""
    settings = GenerationSettings(
        source="simulator", roots=(), scenes=scenes, seed=seed, size=size, frames=32,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=3,
    )
    with tempfile.TemporaryDirectory() as folder:
        summary = generate(settings, Path(folder) / "stage", workers).summary
    click.echo(f"{summary.rows} questions from {scenes} scenes\n")
    click.echo("\n".join([*_formats_and_names(summary), "", *_labels(summary)]))


def _formats_and_names(summary: Summary) -> list[str]:
    lines = ["| type | formats | named by | picture against truth |", "| --- | --- | --- | --- |"]
    for name, formats in summary.counts.items():
        asked = {f: sum(answers.values()) for f, answers in formats.items()}
        lines.append(
            f"| `{name}` | {_listed(asked)} | {_listed(summary.naming[name])} | "
            f"{_listed(summary.entangled[name])} |"
        )
    return lines


def _labels(summary: Summary) -> list[str]:
    """Labels of types 1-11, component by component: a combination counts for each of its parts."""
    lines = ["| type | variant | what is true, and how often |", "| --- | --- | --- |"]
    for name, labels in summary.labels.items():
        if next(t.category for t in TYPES if t.name == name) == "tracking":
            continue
        by_variant: dict[str, Counter[str]] = defaultdict(Counter)
        for label, count in labels.items():
            variant, *parts = label.split()
            for part in parts:
                by_variant[variant][part] += count
        for variant, parts in by_variant.items():
            said = {_words(name, part): count for part, count in sorted(parts.items())}
            lines.append(f"| `{name}` | {variant} | {_listed(said)} |")
    return lines


def _words(question_type: str, part: str) -> str:
    component, verdict = part.split(":")
    return component_words(question_type, component, verdict).format(first="A", second="B")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


if __name__ == "__main__":
    main()
