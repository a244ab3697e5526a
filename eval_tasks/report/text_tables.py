"""The table of results as Markdown and as LaTeX (booktabs)."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.results_table import (
    COLUMNS,
    Block,
    Line,
    best_in_columns,
    percent,
    spread,
)
from fourdp_qa.eval_tasks.report.scores import Score

_LATEX = str.maketrans({
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "·": r"$\cdot$",
    "±": r"$\pm$", "≥": r"$\geq$", "≤": r"$\leq$", "−": "$-$", "<": r"\textless{}", ">": r"\textgreater{}",
})


def markdown(blocks: Sequence[Block]) -> str:
    """One table a benchmark, each under its own heading so that no two share one."""
    parts = []
    for block in blocks:
        best = best_in_columns(block) if block.items else [None] * len(COLUMNS)
        lines = [_markdown_line(["model", *COLUMNS]), _markdown_line(["---", *("---:" for _ in COLUMNS)])]
        if block.items:
            lines.append(_markdown_line(["questions", *(str(n) if n else "·" for n in block.items)]))
        for line in block.lines:
            cells = [
                f"**{_cell(score)}**" if line.kind == "run" and _is_best(score, top) else _cell(score)
                for score, top in zip(line.scores, best, strict=True)
            ]
            name = line.name.replace("|", "\\|") + (f" ({line.note})" if line.note else "")
            lines.append(_markdown_line([name if line.kind == "run" else f"*{name}*", *cells]))
        parts.append(f"**{_title(block)}**\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + f"\n\n{_legend()}\n"


def latex(blocks: Sequence[Block]) -> str:
    """One ``table*`` with a rule between benchmarks; needs the package booktabs."""
    lines = [
        "% needs \\usepackage{booktabs} and \\usepackage{graphicx}",
        "\\begin{table*}", "\\centering", "\\resizebox{\\textwidth}{!}{%",
        f"\\begin{{tabular}}{{l{'r' * len(COLUMNS)}}}", "\\toprule",
        " & ".join(["model", *(_escaped(name) for name in COLUMNS)]) + r" \\",
    ]
    for block in blocks:
        # A note is a sentence: in one cell it would set the width of the whole table.
        title = f"{block.title}: see the caption" if block.note else _title(block)
        lines += ["\\midrule", _across(title)]
        best = best_in_columns(block) if block.items else [None] * len(COLUMNS)
        if block.items:
            counts = [str(n) if n else r"$\cdot$" for n in block.items]
            lines.append(" & ".join(["questions", *counts]) + r" \\")
        lines += [_latex_line(line, best) for line in block.lines]
    caption = " ".join([_legend(), *(_title(block) for block in blocks if block.note)])
    lines += ["\\bottomrule", "\\end{tabular}}", f"\\caption{{{_escaped(caption)}}}", "\\end{table*}"]
    return "\n".join(lines) + "\n"


def _latex_line(line: Line, best: Sequence[float | None]) -> str:
    cells = []
    for score, top in zip(line.scores, best, strict=True):
        text = _escaped(_cell(score))
        cells.append(f"\\textbf{{{text}}}" if line.kind == "run" and _is_best(score, top) else text)
    name = _escaped(line.name + (f" ({line.note})" if line.note else ""))
    return " & ".join([name if line.kind == "run" else f"\\textit{{{name}}}", *cells]) + r" \\"


def _across(text: str) -> str:
    return f"\\multicolumn{{{len(COLUMNS) + 1}}}{{l}}{{\\textit{{{_escaped(text)}}}}} \\\\"


def _title(block: Block) -> str:
    if block.note:
        return f"{block.title}. {block.note}"
    return f"{block.title} ({block.digest})" if block.digest else block.title


def _legend() -> str:
    return ("Accuracy in percent, ± half of the 95 % interval over scenes, ≥ or ≤ its one end where all or "
            "none are right; unparsed answers count as wrong. "
            "“all” weighs every question the same, “all, by type” every type.")


def _cell(score: Score) -> str:
    return f"{percent(score.accuracy)} {spread(score)}".rstrip()


def _is_best(score: Score, top: float | None) -> bool:
    return score.accuracy is not None and score.accuracy == top


def _markdown_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return text.translate(_LATEX)
