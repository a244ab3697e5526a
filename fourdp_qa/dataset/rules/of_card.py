"""Rules about the card: what `datasets` and the Hub read before they open a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Final

import pyarrow as pa

from fourdp_qa.dataset.card import size_category
from fourdp_qa.dataset.layout import ALL, SPLIT, VIDEOS
from fourdp_qa.dataset.rules.survey import BENCHMARK, TRAINING, Survey
from fourdp_qa.dataset.viewer import MAX_CONFIGS
from fourdp_qa.rows.row import arrow_schema

RESERVED: Final = ("data", "metadata", "default")
"""Names with a meaning of their own in `datasets`: a folder of files, a table of labels, no config."""

NOT_IN_NAMES: Final = r'<>:/\|?*'
"""`datasets` makes a folder of a config's name, on Windows too."""

SPLIT_NAME: Final = re.compile(r"\w+(\.\w+)*")
TEST: Final = "test"


def configs(survey: Survey) -> Iterator[str]:
    """Names that `datasets` takes, each once; `all` the default; a table for each."""
    entries = survey.configs
    names = [str(entry.get("config_name")) for entry in entries]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"config {name}: config_name: found {count} times, expected once"
        if name in RESERVED or not name or any(c in NOT_IN_NAMES or c.isspace() for c in name):
            yield (f"config {name}: config_name: found a name that `datasets` or a file system cannot take, "
                   f"expected none of {', '.join(RESERVED)} and none of {NOT_IN_NAMES}")
    default = [name for name, entry in zip(names, entries, strict=True) if entry.get("default")]
    if default != [ALL]:
        yield f"{survey.card}: configs: found the default {', '.join(default) or 'nowhere'}, expected {ALL}"
    if len(names) > MAX_CONFIGS:
        yield f"{survey.card}: configs: found {len(names)}, expected at most {MAX_CONFIGS} for the viewer"


def splits(survey: Survey) -> Iterator[str]:
    """Split names that `datasets` takes, and those that our readers look for."""
    wanted = TEST if survey.kind == BENCHMARK else SPLIT
    for entry in survey.configs:
        names = [str(item.get("split")) for item in _data_files(entry)]
        for name in names:
            if not SPLIT_NAME.fullmatch(name):
                yield (f"config {entry.get('config_name')}: split: found '{name}', expected letters, digits "
                       "and underscores")
        if names != [wanted]:
            yield (f"config {entry.get('config_name')}: split: found {', '.join(names) or 'none'}, "
                   f"expected {wanted}")


def data_files(survey: Survey) -> Iterator[str]:
    """Every config names its tables and matches its clips, and `datasets` will read them as video."""
    for entry in survey.configs:
        name = str(entry.get("config_name"))
        wanted = [t for c, t in survey.tables.items() if name in (ALL, c) or survey.kind == BENCHMARK]
        paths = [path for item in _data_files(entry) for path in _paths(item)]
        for path in paths:
            if path.startswith("/") or ".." in PurePosixPath(path).parts or "://" in path:
                yield f"config {name}: data_files: found '{path}', expected a path inside the folder"
        tables = [path for path in paths if path.endswith(".parquet")]
        if sorted(tables) != sorted(wanted):
            yield (f"config {name}: data_files: found the tables {', '.join(tables) or 'none'}, expected "
                   f"{', '.join(wanted) or 'none'}")
        if survey.with_clips and survey.kind == TRAINING:
            yield from _clips_are_named(survey, entry, name, wanted)
    if survey.with_clips and survey.kind == TRAINING and survey.configs:
        yield from _loads_as_video(survey, survey.configs[0])


def _clips_are_named(survey: Survey, entry: dict[str, Any], name: str, tables: list[str]) -> Iterator[str]:
    labels = sorted(PurePosixPath(table).name for table in tables)
    if sorted(entry.get("metadata_filenames") or []) != labels:
        yield (f"config {name}: metadata_filenames: found {entry.get('metadata_filenames')}, expected "
               f"{', '.join(labels)}: rows of other tables would be dropped")
    patterns = [p for found in clip_patterns(entry).values() for p in found]
    for clip, use in survey.clips.items():
        path = f"{SPLIT}/{clip}"
        if (name == ALL or name in use.types) and not any(fnmatchcase(path, p) for p in patterns):
            yield (f"config {name}: data_files: found no pattern for {path}, expected one: a download from "
                   "the Hub would lack the clip")
            return


def _loads_as_video(survey: Survey, entry: dict[str, Any]) -> Iterator[str]:
    """`datasets` takes the loader of the first config's most frequent extension, Parquet on a tie."""
    clips = 0
    for patterns in clip_patterns(entry).values():
        clips += sum(fnmatchcase(f"{SPLIT}/{clip}", p) for clip in survey.clips for p in patterns)
    tables = sum(path.endswith(".parquet") for item in _data_files(entry) for path in _paths(item))
    if clips <= tables:
        yield (f"config {entry.get('config_name')}: data_files: found {clips} matches of clips and {tables} "
               "tables, expected more clips: the data set would load as tables without video")


def features(survey: Survey) -> Iterator[str]:
    """The card's ``dataset_info`` lists the columns that the tables have."""
    said = survey.head.get("dataset_info")
    listed = {str(item.get("config_name")): item.get("features")
              for item in (said if isinstance(said, list) else [said]) if isinstance(item, dict)}
    names = [str(entry.get("config_name")) for entry in survey.configs]
    schemas = list(survey.schemas.values())
    for name in names:
        schema = survey.schemas.get(name) or (schemas[0] if schemas else None)
        if schema is None:
            return
        wanted = [_feature(field, survey.kind) for field in schema]
        found = listed.get(name)
        if found != wanted:
            yield (f"config {name}: dataset_info.features: found {_difference(found, wanted)}, expected the "
                   "columns of the table")
    for name in sorted(set(listed) - set(names)):
        yield f"config {name}: dataset_info: found it there, expected it among the configs too"


def columns(survey: Survey) -> Iterator[str]:
    """Every table has the columns of a row, by name, order and type."""
    for config, schema in survey.schemas.items():
        wanted = {field.name: field.type for field in arrow_schema()}
        if survey.kind == TRAINING and not survey.with_clips:
            del wanted["file_name"]
        if survey.kind == BENCHMARK:
            wanted["video"] = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        where = f"table {survey.path / survey.tables[config]}"
        missing = [name for name in wanted if name not in schema.names]
        more = [name for name in schema.names if name not in wanted]
        if missing:
            yield (f"{where}: columns: found none called {', '.join(missing)}, expected every column of a "
                   "row; it was written by another version")
        if more:
            yield f"{where}: columns: found {', '.join(more)}, expected the columns of a row alone"
        for field in schema:
            if field.name in wanted and field.type != wanted[field.name]:
                yield f"{where}: {field.name}: found {field.type}, expected {wanted[field.name]}"
        if not missing and not more and schema.names != list(wanted):
            yield f"{where}: columns: found another order, expected {', '.join(wanted)}"


def card_fields(survey: Survey) -> Iterator[str]:
    """Fields that the Hub filters and shows by."""
    head = survey.head
    for name in ("language", "pretty_name", "task_categories", "tags"):
        if not head.get(name):
            yield f"{survey.card}: {name}: found nothing, expected it for the Hub's search"
    if survey.whole and head.get("size_categories") != [size_category(survey.rows)]:
        yield (f"{survey.card}: size_categories: found {head.get('size_categories')}, expected "
               f"[{size_category(survey.rows)}] for {survey.rows:,} rows")
    if survey.with_clips and "video" not in (head.get("tags") or []):
        # The Hub sees videos only where there are video files, not inside a table.
        yield f"{survey.card}: tags: found {head.get('tags')}, expected 'video' among them"


def clip_patterns(entry: dict[str, Any]) -> dict[str, list[str]]:
    """Split -> patterns of its clips, as often as the card repeats them."""
    return {
        str(item.get("split")): [path for path in _paths(item) if f"/{VIDEOS}/" in f"/{path}"]
        for item in _data_files(entry)
    }


def _data_files(entry: dict[str, Any]) -> list[dict[str, Any]]:
    items = entry.get("data_files")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _paths(item: dict[str, Any]) -> list[str]:
    path = item.get("path")
    return [str(p) for p in path] if isinstance(path, list) else [str(path)]


def _feature(field: pa.Field, kind: str) -> dict[str, Any]:
    if pa.types.is_struct(field.type) or (field.name == "file_name" and kind == TRAINING):
        return {"name": "video", "dtype": "video"}
    if pa.types.is_list(field.type):
        return {"name": field.name, "list": str(field.type.value_type)}
    return {"name": field.name, "dtype": "float64" if pa.types.is_floating(field.type) else str(field.type)}


def _difference(found: Any, wanted: list[dict[str, Any]]) -> str:
    if not isinstance(found, list):
        return "none"
    missing = [f["name"] for f in wanted if f not in found]
    more = [str(f.get("name")) if isinstance(f, dict) else str(f) for f in found if f not in wanted]
    says = [f"no true entry for {', '.join(missing)}"] if missing else []
    says += [f"an entry for {', '.join(more)}"] if more else []
    return " and ".join(says) or "another order"
