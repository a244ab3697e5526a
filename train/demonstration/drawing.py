"""The two pictures of a demonstration: accuracy by type before and after, and the way there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fourdp_qa.train.demonstration.results import row_name

BEFORE, AFTER, BLIND, INK = "#b9b2a6", "#2f6f8f", "#c05a2b", "#333333"
WIDTH: Final = 8.0
"""Inches, for a page of text."""


def draw_types(before: list[dict[str, Any]], after: list[dict[str, Any]], title: str, path: Path) -> None:
    """Bars with 95% intervals, a type or a part of one each; a stroke at the best to be had without looking.

    Parameters
    ----------
    before, after : `TypeResult` as mappings, of the same types.
    title : what was trained, and for how long.
    path : of the picture; its ending says the kind.
    """
    plt = _pyplot()
    first = {row_name(r): r for r in before}
    figure, axes = plt.subplots(figsize=(WIDTH, 1.6 + 0.42 * len(after)), layout="constrained")
    for n, r in enumerate(after):
        axes.barh(n - 0.19, 100 * first[row_name(r)]["accuracy"], 0.34, color=BEFORE,
                  label="before" if n == 0 else None)
        around = [[100 * (r["accuracy"] - r["low"])], [100 * (r["high"] - r["accuracy"])]]
        axes.barh(n + 0.19, 100 * r["accuracy"], 0.34, xerr=around, color=AFTER, ecolor=INK, capsize=2,
                  label="after, 95% by scene" if n == 0 else None)
        blind = 100 * max(r["chance"], r["constant"], r["options_alone"])
        axes.plot([blind, blind], [n - 0.42, n + 0.42], color=BLIND, linewidth=2,
                  label="best without looking" if n == 0 else None)
    axes.set_yticks(range(len(after)), [row_name(r).replace("_", " ") for r in after])
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="accuracy on held-out scenes, %", title=title)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def draw_curve(
    log: list[dict[str, Any]], marks: list[tuple[float, float]], constant: float, title: str, path: Path
) -> None:
    """Accuracy over processor minutes.

    Parameters
    ----------
    log : history of the trainer: validation scenes of the training side.
    marks : (core minutes, mean accuracy of the types) on the held-out scenes.
    constant : mean accuracy there of the commonest right answer of each format. That of the few validation
        rows of a type would say more of them than of answers.
    title, path : as in `draw_types`.
    """
    plt = _pyplot()
    points = [(entry["core_minutes"], 100 * entry["eval_macro_accuracy"])
              for entry in log if "eval_macro_accuracy" in entry]
    figure, axes = plt.subplots(figsize=(WIDTH, 4), layout="constrained")
    if points:
        minutes, reached = zip(*points, strict=True)
        axes.plot(minutes, reached, ".-", color=AFTER, label="validation scenes")
    axes.axhline(100 * constant, color=BLIND, linestyle="--", label="constant answer, held-out scenes")
    axes.plot([m for m, _ in marks], [100 * value for _, value in marks], "o", color=INK,
              label="held-out scenes")
    axes.set(xlabel="processor minutes of training", ylabel="accuracy, mean of the types, %", title=title,
             ylim=(0, 100))
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    return pyplot
