"""The dataset card: YAML that `datasets` and the Hub read, and a page that people read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import yaml

from fourdp_qa.dataset.layout import ALL, SPLIT, VIDEOS, clip_source, table_path
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.rows.row import AnswerFormat, Row, arrow_schema
from fourdp_qa.scene.licences import folder_licence, licence_called
from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class Contents:
    """What a card describes.

    Attributes
    ----------
    settings : what the generation was asked for.
    rows : rows of every type, in the order the types were asked for.
    with_clips : whether there are clips.
    digests : content digest of every config.
    mix : where the rows of a mix come from (`fourdp_qa.dataset.mixing`); None for a generation.
    """

    settings: GenerationSettings
    rows: Mapping[str, list[Row]]
    with_clips: bool
    digests: Mapping[str, str]
    mix: Mapping[str, Any] | None = None

    @property
    def all_rows(self) -> list[Row]:
        """Rows of all types."""
        return [row for rows in self.rows.values() for row in rows]


def card_text(contents: Contents) -> str:
    """Text of README.md; equal contents give equal text."""
    head = yaml.safe_dump(_front_matter(contents), sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{head}---\n\n{_body(contents)}"


def features_yaml(*, with_clips: bool) -> list[dict[str, Any]]:
    """Columns as the card's ``dataset_info.features`` lists them.

    `file_name` is what the loader turns into the column ``video``.
    """
    columns: list[dict[str, Any]] = []
    for field in arrow_schema():
        if field.name == "file_name":
            if with_clips:
                columns.append({"name": "video", "dtype": "video"})
        elif field.name == "options":
            columns.append({"name": "options", "list": "string"})
        else:
            dtype = "float64" if field.name == "margin" else "string"
            columns.append({"name": field.name, "dtype": dtype})
    return columns


def licence_yaml(spdx: str) -> dict[str, Any]:
    """The card's licence fields for the licence of the folder as a whole."""
    hub = load_table("fourdp_qa.dataset", "card.toml")["hub_licences"]
    if spdx in hub:
        return {"license": hub[spdx]}
    return {"license": "other", "license_name": re.sub(r"[^a-z0-9.-]+", "-", spdx.lower())}


def licence_table(rows: Sequence[Row]) -> str:
    """How many rows there are of each licence, and what it allows."""
    lines = ["| licence | rows | commercial use | attribution | changed versions |",
             "| --- | ---: | --- | --- | --- |"]
    for name, count in sorted(Counter(row.license for row in rows).items()):
        licence = licence_called(name)
        says = [
            "allowed" if licence.commercial else "forbidden",
            "required" if licence.attribution else "not required",
            "under the same licence" if licence.share_alike else "under any terms that keep these",
        ]
        cells = says if licence.known else ["unknown"] * 3
        lines.append(f"| {name} | {count:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def size_category(count: int) -> str:
    """The Hub's size class of a data set of `count` rows."""
    for limit, name in load_table("fourdp_qa.dataset", "card.toml")["size_categories"]:
        if count < limit:
            return str(name)
    return "n>1B"


def _licence_of(contents: Contents) -> str:
    return folder_licence((row.license for row in contents.all_rows), contents.settings.license)


def _front_matter(contents: Contents) -> dict[str, Any]:
    rows = contents.all_rows
    texts = load_table("fourdp_qa.dataset", "card.toml")
    sources = sorted({row.source for row in rows})
    tags = [*texts["tags"], *(["video"] if contents.with_clips else []), *sources]
    names = [ALL, *contents.rows]
    return {
        **licence_yaml(_licence_of(contents)),
        "language": ["en"],
        "pretty_name": texts["pretty_name"],
        "size_categories": [size_category(len(rows))],
        "task_categories": list(texts["task_categories"]),
        "tags": tags,
        "configs": [_config(contents, name) for name in names],
        "dataset_info": [
            # A list of its own for every config: a shared one would be written as a YAML anchor.
            {"config_name": name, "features": features_yaml(with_clips=contents.with_clips)}
            for name in names
        ],
    }


def _config(contents: Contents, name: str) -> dict[str, Any]:
    types = list(contents.rows) if name == ALL else [name]
    config: dict[str, Any] = {"config_name": name}
    if name == ALL:
        config["default"] = True
    config["description"] = contents.digests[name]
    paths = [table_path(t) for t in types]
    if contents.with_clips:
        config["metadata_filenames"] = [f"{t}.parquet" for t in types]
        paths += _clip_patterns([row for t in types for row in contents.rows[t]], len(types))
    config["data_files"] = [{"split": SPLIT, "path": paths}]
    return config


def _clip_patterns(rows: list[Row], table_count: int) -> list[str]:
    """Globs over the clips of `rows`, one a source, repeated when the clips are very few.

    `datasets` takes the loader of the most frequent extension among the first config's files, with
    Parquet ahead on a tie: with no more clips than tables the data set would load as plain tables
    without video. It counts a file as often as patterns match it, and reads it once.
    """
    clips = {row.file_name for row in rows}
    sources = sorted({clip_source(name) for name in clips})
    return [f"{SPLIT}/{VIDEOS}/{source}/**" for source in sources] * (table_count // len(clips) + 1)


def _body(contents: Contents) -> str:
    texts = load_table("fourdp_qa.dataset", "card.toml")
    rows, settings = contents.all_rows, contents.settings
    clips = len({row.file_name for row in rows}) if contents.with_clips else 0
    segments = len({(row.source, row.scene_id, row.segment) for row in rows})
    first_type = next(iter(contents.rows))
    template: str = texts["body"]
    return template.format(
        pretty_name=texts["pretty_name"],
        rows=f"{len(rows):,}",
        clips=f"{clips:,} clips" if contents.with_clips else "no clips (generated without them)",
        segments=f"{segments:,}",
        sources=", ".join(sorted({row.source for row in rows})),
        first_type=first_type,
        counts=_counts_table(contents),
        load=texts["load_with_clips" if contents.with_clips else "load_without_clips"].format(
            first_type=first_type
        ),
        columns=_columns_table(texts["columns"], with_clips=contents.with_clips),
        licence=_licence_of(contents),
        licences=licence_table(rows),
        settings=_settings_table(settings) + _mix_text(contents.mix),
        digest=contents.digests[ALL],
    )


def _counts_table(contents: Contents) -> str:
    lines = ["| type | category | format | rows | answers |", "| --- | --- | --- | ---: | --- |"]
    for name, rows in contents.rows.items():
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault((row.category, row.format), []).append(row)
        for (category, answer_format), members in sorted(groups.items()):
            lines.append(
                f"| `{name}` | {category} | {answer_format} | {len(members):,} "
                f"| {_answers(answer_format, members)} |"
            )
    return "\n".join(lines)


def _answers(answer_format: str, rows: list[Row]) -> str:
    """How the answers spread: what a reader checks first for a data set that can be guessed."""
    if answer_format in (AnswerFormat.YES_NO, AnswerFormat.MULTIPLE_CHOICE):
        counts = Counter(row.answer for row in rows)
        return ", ".join(f"{answer} {count:,}" for answer, count in sorted(counts.items()))
    if answer_format == AnswerFormat.TRACK:
        lines = [line for row in rows for line in row.answer.splitlines()]
        hidden = sum(line.endswith("not visible") for line in lines)
        return f"{len(lines):,} points, {hidden:,} of them not visible"
    return f"{len({row.answer for row in rows}):,} different"


def _columns_table(meanings: Mapping[str, str], *, with_clips: bool) -> str:
    lines = ["| column | meaning |", "| --- | --- |"]
    for field in fields(Row):
        if field.name == "file_name":
            if with_clips:
                lines.append(f"| `video` | {meanings['video']} |")
            continue
        lines.append(f"| `{field.name}` | {meanings[field.name]} |")
    return "\n".join(lines)


def _settings_table(settings: GenerationSettings) -> str:
    scenes = "all" if settings.scenes is None else str(settings.scenes)
    values = {
        "source": settings.source, "scenes": scenes, "seed": str(settings.seed),
        "size": f"{settings.size} px", "frames": f"at most {settings.frames}",
        "rows per type and segment": f"at most {settings.per_segment}",
        "generator version": settings.generator_version,
        "schema version": settings.schema_version,
    }
    lines = ["| setting | value |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in values.items())])


def _mix_text(mix: Mapping[str, Any] | None) -> str:
    """What was drawn from which pool; nothing for a generation."""
    if mix is None:
        return ""
    texts = load_table("fourdp_qa.dataset", "card.toml")
    lines = ["| part | share |", "| --- | ---: |"]
    lines += [f"| {part} | {100 * share:.4g} % |" for part, share in mix["shares"].items()]
    return "\n\n" + str(texts["mix"]).format(
        called=f"called `{mix['name']}`" if mix["name"] else "of weights of its own",
        total=f"{mix['total']:,}", seed=mix["seed"], digest=mix["pool"]["digest"],
        shares="\n".join(lines)).rstrip()
