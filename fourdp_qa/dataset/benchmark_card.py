"""The card of a benchmark folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from fourdp_qa.dataset.benchmark_numbers import (
    direction_table,
    numbers_table,
    quota_table,
    templates_list,
)
from fourdp_qa.dataset.card import features_yaml, licence_table, licence_yaml, size_category
from fourdp_qa.dataset.layout import ALL
from fourdp_qa.dataset.quotas import QuotaResult
from fourdp_qa.rows.row import Row
from fourdp_qa.tables import load_table


def benchmark_card(
    facts: Mapping[str, Any], rows: Sequence[Row], labels: Mapping[str, tuple[str, ...]],
    quotas: Sequence[QuotaResult],
) -> str:
    """Text of README.md; equal benchmarks give equal text.

    Parameters
    ----------
    facts : what benchmark.json holds.
    rows : all rows.
    labels : row id -> what is true of it; empty where that is not known.
    quotas : what was counted; empty where nothing was asked for.
    """
    texts = load_table("fourdp_qa.dataset", "card.toml")
    head = {
        **licence_yaml(facts["license"]),
        "language": ["en"],
        "pretty_name": f"{facts['name']} (fourdp-qa benchmark)",
        "size_categories": [size_category(len(rows))],
        "task_categories": list(texts["task_categories"]),
        # The Hub derives the video modality from video files, which are inside the table here.
        "tags": [*texts["tags"], "benchmark", "video"],
        "configs": [{
            "config_name": ALL, "default": True, "description": facts["questions_digest"],
            "data_files": [{"split": "test", "path": "test.parquet"}],
        }],
        "dataset_info": [{"config_name": ALL, "features": _features()}],
    }
    alone = [row for row in rows if not row.group_id]
    grouped = len(rows) - len(alone)
    counts = Counter((row.question_type, row.format) for row in rows)
    table = "\n".join([
        "| type | format | items |", "| --- | --- | ---: |",
        *(f"| `{name}` | {form} | {count:,} |" for (name, form), count in sorted(counts.items())),
    ])
    body: str = texts["benchmark_body"]
    text = body.format(
        name=facts["name"], items=f"{facts['items']:,}", clips=f"{facts['clips']:,}",
        digest=facts["questions_digest"], counts=table,
        generator_version=facts["generator_version"], schema_version=facts["schema_version"],
        licence=facts["license"], licences=licence_table(rows), numbers=numbers_table(alone or rows),
        directions=direction_table(alone or rows, labels), quotas=quota_table(quotas),
        templates=templates_list(rows),
        groups=texts["benchmark_groups"].format(rows=f"{grouped:,}", groups=f"{facts['groups']:,}")
        if grouped else "",
    )
    return f"---\n{yaml.safe_dump(head, sort_keys=False, width=1000)}---\n\n{text}"


def _features() -> list[dict[str, Any]]:
    """Columns in the table's order: `file_name`, empty here, is a plain text and the video last."""
    columns = features_yaml(with_clips=False)
    columns.insert(1, {"name": "file_name", "dtype": "string"})
    return [*columns, {"name": "video", "dtype": "video"}]
