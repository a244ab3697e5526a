"""Every cell of the table of mistakes is a mistake that a test plants, or says why it cannot be made."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "mistakes.md"
TABLE = tomllib.loads((HERE / "mistake_table.toml").read_text())
COLUMNS = {column["name"]: column for column in TABLE["columns"]}
CELLS = [(row["name"], column) for row in TABLE["rows"] for column in COLUMNS]


@cache
def planted(column):
    """The dict MISTAKES of the column's test file."""
    path = HERE / COLUMNS[column]["tests"]
    name = f"planted_in_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.MISTAKES


def rendered():
    """The table as docs/mistakes.md shows it: what is said, or why the mistake cannot be made."""
    titles = ["mistake", *(column["title"] for column in COLUMNS.values())]
    lines = [titles, ["---"] * len(titles)]
    for row in TABLE["rows"]:
        cells = [row["name"]]
        for column in COLUMNS:
            kinds = row[column]
            said = dict.fromkeys(f"\"{planted(column)[kind][1]}...\"" for kind in kinds) \
                if isinstance(kinds, list) else [f"n/a: {kinds}"]
            cells.append("; ".join(said))
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


@pytest.mark.parametrize(("row", "column"), CELLS, ids=[" - ".join(cell) for cell in CELLS])
def test_every_cell_is_planted_by_a_test_or_says_why_not(row, column):
    (cell,) = (entry.get(column) for entry in TABLE["rows"] if entry["name"] == row)
    if isinstance(cell, str):
        assert len(cell.split()) > 3
        return
    assert cell, f"{row}: nothing for {column}"
    for kind in cell:
        plant, words = planted(column)[kind]
        assert callable(plant) and words


def test_the_table_in_the_docs_is_this_table():
    assert rendered() in DOCS.read_text(encoding="utf-8"), f"the table should read\n{rendered()}"


def test_every_source_that_plants_mistakes_has_a_column():
    files = {str(path.relative_to(HERE)) for path in HERE.glob("*/test_mistakes.py")}
    assert files == {column["tests"] for column in COLUMNS.values()}
