"""The card of a benchmark folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from fourdp_qa.dataset.card import features_yaml, licence_yaml, size_category
from fourdp_qa.dataset.layout import ALL
from fourdp_qa.rows.row import Row
from fourdp_qa.tables import load_table


def benchmark_card(facts: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Text of README.md; equal benchmarks give equal text."""
    texts = load_table("fourdp_qa.dataset", "card.toml")
    head = {
        **licence_yaml([row.license for row in rows]),
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
        licences=", ".join(sorted({row.license for row in rows})),
    )
    return f"---\n{yaml.safe_dump(head, sort_keys=False, width=1000)}---\n\n{text}"


def _features() -> list[dict[str, Any]]:
    """Columns in the table's order: `file_name`, empty here, is a plain text and the video last."""
    columns = features_yaml(with_clips=False)
    columns.insert(1, {"name": "file_name", "dtype": "string"})
    return [*columns, {"name": "video", "dtype": "video"}]
