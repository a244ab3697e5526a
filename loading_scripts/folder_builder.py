"""A `datasets` builder over dataset folders: what `prepare` runs, and the ground of `FourdpQa`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL, SPLIT, table_path
from fourdp_qa.dataset.mixing import draw_rows
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.loading_scripts.config import CONFIGS, FourdpQaConfig
from fourdp_qa.rows.row import arrow_schema

ROWS_AT_A_TIME = 1_000

CACHED_AS = "fourdp-qa-builder"
"""Name of what is cached: not the bare name, which would then stand for whatever was built last."""


class FolderRows(datasets.ArrowBasedBuilder):  # type: ignore[misc]
    """Rows and clips of dataset folders that are there."""

    VERSION = datasets.Version("0.0.0")
    BUILDER_CONFIG_CLASS = FourdpQaConfig
    DEFAULT_CONFIG_NAME = ALL
    # Rows hold paths, not pictures: the small batches that video columns get are five times slower.
    DEFAULT_WRITER_BATCH_SIZE = ROWS_AT_A_TIME
    BUILDER_CONFIGS = CONFIGS

    def __init__(
        self, cache_dir: str | None = None, dataset_name: str | None = None, **options: Any
    ) -> None:
        super().__init__(cache_dir=cache_dir, dataset_name=dataset_name or CACHED_AS, **options)

    def _info(self) -> datasets.DatasetInfo:
        self.hash: str | None = self.hash or self._key()
        columns: dict[str, Any] = {}
        for field in arrow_schema():
            if field.name != "file_name":
                columns[field.name] = datasets.Features.from_arrow_schema(arrow_schema())[field.name]
            elif self._has_clips():
                columns["video"] = datasets.Video()
        return datasets.DatasetInfo(
            description=self.config.description or "", features=datasets.Features(columns)
        )

    def _split_generators(
        self, dl_manager: datasets.DownloadManager
    ) -> list[datasets.SplitGenerator]:
        types = list(dict.fromkeys(name for folder in self._folders for name in folder.types))
        wanted = types if self.config.name == ALL else list(self.config.question_types)
        missing = [name for name in wanted if name not in types]
        if missing:
            raise FourdpQaError(
                f"dataset folder {self._folders[0].path}: found no config '{missing[0]}', expected one of "
                f"{', '.join((ALL, *types))}")
        # One table a shard: `num_proc` and the workers of a data loader share them out.
        tables = [
            str(folder.path / table_path(name))
            for name in wanted for folder in self._folders if name in folder.types
        ]
        return [datasets.SplitGenerator(
            name=SPLIT, gen_kwargs={"tables": tables, "drawn": self._drawn(wanted)}
        )]

    def _generate_tables(
        self, tables: list[str], drawn: dict[str, list[str]] | None
    ) -> Iterator[tuple[tuple[int, int], pa.Table]]:
        for number, name in enumerate(tables):
            table = Path(name)
            ids = None if drawn is None else pa.array(drawn.get(table.stem, []), pa.string())
            with pq.ParquetFile(table) as stored:
                for part, batch in enumerate(stored.iter_batches(ROWS_AT_A_TIME)):
                    rows = pa.Table.from_batches([batch])
                    if ids is not None:
                        rows = rows.filter(pc.is_in(rows["id"], value_set=ids))
                    if len(rows):
                        yield (number, part), self._with_clips(rows, table.parent)

    def _with_clips(self, rows: pa.Table, folder: Path) -> pa.Table:
        """The column ``video`` in place of ``file_name``: absolute paths, no bytes."""
        schema = self.info.features.arrow_schema
        at = rows.schema.get_field_index("file_name")
        if at >= 0:
            names = rows.column(at).combine_chunks()
            paths = pc.binary_join_element_wise(pa.scalar(f"{folder}/"), names, "")
            nothing = pa.nulls(len(rows), pa.binary())
            cells = pa.StructArray.from_arrays([nothing, paths], ["bytes", "path"])
            rows = rows.set_column(at, "video", cells)
        return rows.select(schema.names).cast(schema)

    def _drawn(self, wanted: list[str]) -> dict[str, list[str]] | None:
        """Ids that are drawn by type; None for all rows."""
        if self.config.mix is None and self.config.total is None:
            return None
        available = {
            name: sum(pq.read_metadata(folder.path / table_path(name)).num_rows
                      for folder in self._folders if name in folder.types)
            for name in wanted
        }
        parts = self.config.shares_of(available)
        drawn = draw_rows(self._folders, parts, self.config.total or 0, self.config.seed)
        return {name: sorted(ids) for name, ids in drawn.items()}

    @cached_property
    def _folders(self) -> list[DatasetFolder]:
        return self._open_folders()

    def _open_folders(self) -> list[DatasetFolder]:
        """The folders that are read."""
        roots = self.config.roots or (self.config.data_dir or self.base_path or ".",)
        folders = [DatasetFolder.open(root) for root in roots]
        for folder in folders[1:]:
            if folder.settings.clips != folders[0].settings.clips:
                raise FourdpQaError(
                    f"dataset folder {folder.path}: found {'' if folder.settings.clips else 'no '}clips, "
                    f"expected the same as in {folders[0].path}")
        return folders

    def _has_clips(self) -> bool:
        return self._folders[0].settings.clips

    def _key(self) -> str:
        """Names what the rows are made of, for the cache: folders by place and content."""
        parts = [f"{folder.path}\n{folder.digests.get(ALL)}" for folder in self._folders]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
