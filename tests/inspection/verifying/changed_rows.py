"""Published folders of simulated scenes, and the changes that someone makes to their rows by hand."""

from __future__ import annotations

from dataclasses import replace

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import table_path
from fourdp_qa.dataset.tables import write_rows
from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import LETTERS

FORMATS = ("yes_no", "multiple_choice", "free_form", "track")


def made(tmp, **changes):
    """A published folder of a few simulated scenes."""
    values = {
        "source": "simulator", "roots": (), "scenes": 4, "seed": 11, "size": 112, "frames": 16,
        "types": tuple(t.name for t in TYPES), "clips": False, "per_segment": 8,
    }
    publish(generate(GenerationSettings(**{**values, **changes}), tmp / "stage").staged, tmp / "out")
    return tmp / "out"


def change(folder, by_id):
    """Write rows in the place of those with these ids, as someone with a Parquet editor would."""
    opened = DatasetFolder.open(folder)
    for name in opened.types:
        rows = [by_id.get(row.id, row) for row in opened.rows(name)]
        write_rows(rows, folder / table_path(name), with_clips=opened.settings.clips)


def another_answer(row):
    """The row with a wrong answer that looks like one."""
    if row.format == "yes_no":
        other = {"Yes": "No", "No": "Yes"}[row.answer]
        return replace(row, answer=other, answer_text=other)
    if row.format == "multiple_choice":
        other = LETTERS[(LETTERS.index(row.answer) + 1) % 4]
        return replace(row, answer=other, answer_text=row.options[LETTERS.index(other)])
    if row.format == "free_form":
        return replace(row, answer=row.answer + " Not.", answer_text=row.answer + " Not.")
    first, *rest = row.answer.split("\n")
    head, x = first[:first.index("(") + 1], first[first.index("(") + 1:]
    lines = [head + ("0.9" if x.startswith("0.1") else "0.1") + x[3:], *rest]
    return replace(row, answer="\n".join(lines), answer_text="\n".join(lines))


def spread(rows, count):
    """`count` rows, over all types and formats in turn."""
    waiting = {}
    for row in rows:
        waiting.setdefault((row.format, row.question_type), []).append(row)
    chosen = []
    while len(chosen) < count:
        for queue in waiting.values():
            if queue and len(chosen) < count:
                chosen.append(queue.pop(len(queue) // 2))
    return chosen


def of_format(folder, answer_format, **columns):
    """The first row of a format with these columns."""
    return next(row for row in DatasetFolder.open(folder).rows() if row.format == answer_format
                and all(getattr(row, name) == value for name, value in columns.items()))
