"""The benchmark that is scored: found by name, read whole, checked against its own digest."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.lmms.clip_cache import clips_folder, unpack_clip
from fourdp_qa.eval_tasks.locations import mini_benchmark
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import arrow_schema, row_from_mapping
from fourdp_qa.versions import SCHEMA_VERSION

BENCHMARK_VARIABLE = "FOURDP_QA_BENCH"
FACTS_FILE = "benchmark.json"
ROWS_FILE = "test.parquet"

_REPOSITORY = re.compile(r"([\w-][\w.-]*/[\w-][\w.-]*)(?:@([\w./-]+))?")
_REBUILD = "build it again with `fourdp-qa bench` or fetch it whole"


@dataclass(frozen=True)
class Benchmark:
    """Questions and clips, ready to be asked.

    Attributes
    ----------
    name, questions_digest : from ``benchmark.json``; the digest was checked against the rows.
    folder : where it was read.
    table : one row an item, the columns of a Row, ``clip``, the path of its unpacked clip, and
        ``group_size``, the rows of its counterfactual group (0 outside of groups).
    """

    name: str
    questions_digest: str
    folder: Path
    table: pa.Table

    def items_of(self, question_type: str) -> pa.Table:
        """Rows of one type outside of groups; an error that lists the types there are when it has none.

        A group asks one question several times: its rows would weigh several times in an average.
        """
        types = self.table.column("question_type").to_pylist()
        groups = self.table.column("group_id").to_pylist()
        indices = [
            i for i, (name, group) in enumerate(zip(types, groups, strict=True))
            if name == question_type and not group
        ]
        if not indices:
            there = {name for name, group in zip(types, groups, strict=True) if not group}
            raise SourceDataError(
                self.folder / ROWS_FILE, "question_type", found=", ".join(sorted(there)) or "none",
                expected=f"items of {question_type}",
                do="name with --tasks only the types that the benchmark holds",
            )
        return self.table.take(indices)

    def grouped_items(self) -> pa.Table:
        """Rows of counterfactual groups, group by group; an error when there are none."""
        groups = self.table.column("group_id").to_pylist()
        indices = sorted((i for i, group in enumerate(groups) if group), key=lambda i: groups[i])
        if not indices:
            raise SourceDataError(
                self.folder / ROWS_FILE, "group_id", found="no groups",
                expected="rows of counterfactual groups",
                do="score a benchmark made with --groups, or leave 4dpqa_groups out",
            )
        return self.table.take(indices)


def locate(setting: str | None) -> Path:
    """Folder of the benchmark that ``FOURDP_QA_BENCH`` names; the packaged one when it is None.

    Parameters
    ----------
    setting : a folder, or a dataset repository of the Hub, ``org/name`` or ``org/name@revision``.
    """
    if setting is None:
        return mini_benchmark()
    folder = Path(setting).expanduser()
    if setting and folder.is_dir():
        return folder.resolve()
    repository = _REPOSITORY.fullmatch(setting)
    if repository is None:
        raise FourdpQaError(
            f"{BENCHMARK_VARIABLE}={setting!r}: found no such folder from {Path.cwd()}, expected "
            "a benchmark folder or a Hub repository org/name; unset it for the packaged benchmark"
        )
    return _from_hub(setting, repository.group(1), repository.group(2))


def _from_hub(setting: str, repository: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(
            repository, repo_type="dataset", revision=revision,
            allow_patterns=[FACTS_FILE, ROWS_FILE],
        ))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        why = re.split(r"\.\s|\n", str(error).strip() or type(error).__name__)[0]
        raise FourdpQaError(
            f"{BENCHMARK_VARIABLE}={setting!r}: found neither a folder from {Path.cwd()} nor a "
            f"dataset repository on the Hub ({why}), expected one of them; "
            "unset it for the packaged benchmark"
        ) from error


def read(folder: Path) -> Benchmark:
    """Read a benchmark folder, check its digest and unpack its clips.

    Raises
    ------
    SourceDataError
        When a file is missing, a column is missing, or the rows are not those of the digest.
    """
    facts = _facts(folder)
    path = folder / ROWS_FILE
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise SourceDataError(
            path, "", found=f"nothing that can be read ({str(error).splitlines()[0]})",
            expected="the questions and clips of the benchmark", do=_REBUILD,
        ) from error
    with file:
        table = _questions(file, path)
        _check_digest(table, facts, path)
        table = table.append_column("clip", pa.array(_clips(file, path)))
        groups = table.column("group_id").to_pylist()
        sizes = Counter(group for group in groups if group)
        table = table.append_column("group_size", pa.array([sizes[group] for group in groups], pa.int64()))
    return Benchmark(facts["name"], facts["questions_digest"], folder, table)


def _facts(folder: Path) -> dict[str, str]:
    """Name, digest and schema version of a benchmark folder."""
    path = folder / FACTS_FILE
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceDataError(
            path, "", found=f"nothing that can be read ({error})",
            expected="the name and digest of the benchmark", do=_REBUILD,
        ) from error
    names = ("name", "questions_digest", "schema_version")
    for field in names:
        if not isinstance(facts, dict) or not isinstance(facts.get(field), str):
            raise SourceDataError(path, field, found="none", expected="a text", do=_REBUILD)
    if facts["schema_version"] != SCHEMA_VERSION:
        raise SourceDataError(
            path, "schema_version", found=facts["schema_version"], expected=SCHEMA_VERSION,
            do="install the version of fourdp-qa that made it",
        )
    return {field: facts[field] for field in names}


def _questions(file: pq.ParquetFile, path: Path) -> pa.Table:
    schema = arrow_schema()
    missing = sorted({*schema.names, "video"} - {*file.schema_arrow.names})
    if missing:
        raise SourceDataError(
            path, ", ".join(missing), found="no such column",
            expected="the columns of a benchmark", do=_REBUILD,
        )
    table = file.read(columns=schema.names).select(schema.names)
    return table.replace_schema_metadata(None).cast(schema)


def _check_digest(table: pa.Table, facts: dict[str, str], path: Path) -> None:
    digest = questions_digest(row_from_mapping(values) for values in table.to_pylist())
    if digest != facts["questions_digest"]:
        raise SourceDataError(
            path, "questions_digest", found=digest,
            expected=f"{facts['questions_digest']} as {FACTS_FILE} says",
            do=f"the files do not belong together: {_REBUILD}",
        )


def _clips(file: pq.ParquetFile, path: Path) -> list[str]:
    """Path of the unpacked clip of each row; one row group in memory at a time."""
    folder = clips_folder()
    paths: list[str] = []
    for group in range(file.num_row_groups):
        for cell in file.read_row_group(group, columns=["video"]).column("video"):
            clip = cell["bytes"].as_py() if cell.is_valid else None
            if not clip:
                raise SourceDataError(
                    path, f"video of row {len(paths)}", found="no clip",
                    expected="the bytes of an mp4 file", do=_REBUILD,
                )
            paths.append(str(unpack_clip(clip, folder)))
    return paths
