"""A published folder, read back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from fourdp_qa.dataset.layout import ALL, CARD, PROOFS, SETTINGS, SPLIT, is_published, table_path
from fourdp_qa.dataset.tables import read_rows
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.rows.proof import SegmentProof, proofs_from_table
from fourdp_qa.rows.row import Row

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads a card of 7 configs in 4 ms; without libyaml it takes 24."""


@dataclass(frozen=True)
class DatasetFolder:
    """A folder written by `publish`; make one with `DatasetFolder.open`.

    Attributes
    ----------
    path : absolute path of the folder.
    configs : ``all`` and the types that have rows, in the card's order.
    digests : content digest of every config.
    settings : what the generation was asked for.
    """

    path: Path
    configs: tuple[str, ...]
    settings: GenerationSettings
    digests: dict[str, str] = field(repr=False)

    @staticmethod
    def open(path: Path | str) -> DatasetFolder:
        """Read the card and the settings of a folder; rows are read when asked for.

        Raises
        ------
        FourdpQaError
            When `path` is no dataset folder or its card or settings are damaged.
        """
        folder = Path(path).resolve()
        if not is_published(folder):
            raise FourdpQaError(
                f"dataset folder {folder}: found no {CARD} with {SETTINGS}, expected a folder "
                "written by `fourdp-qa generate`"
            )
        configs = _card_configs(folder / CARD)
        return DatasetFolder(folder, tuple(configs), _settings(folder / SETTINGS), configs)

    @property
    def types(self) -> tuple[str, ...]:
        """Question types that have rows."""
        return tuple(name for name in self.configs if name != ALL)

    @property
    def split_folder(self) -> Path:
        """Folder of the tables; a row's `file_name` is relative to it."""
        return self.path / SPLIT

    def rows(self, config: str = ALL) -> list[Row]:
        """Rows of a config, each type sorted by id.

        Raises
        ------
        FourdpQaError
            When there is no such config; lists those there are.
        """
        if config not in self.configs:
            raise FourdpQaError(
                f"dataset folder {self.path}: found no config '{config}', "
                f"expected one of {', '.join(self.configs)}"
            )
        names = self.types if config == ALL else (config,)
        return [row for name in names for row in read_rows(self.path / table_path(name))]

    def row(self, row_id: str) -> Row:
        """The row with an id.

        Raises
        ------
        FourdpQaError
            When there is none.
        """
        if row_id not in self._by_id:
            raise FourdpQaError(
                f"dataset folder {self.path}: found no row '{row_id}', expected an id such as "
                f"{next(iter(self._by_id))}"
            )
        return self._by_id[row_id]

    @cached_property
    def _by_id(self) -> dict[str, Row]:
        return {row.id: row for row in self.rows()}

    def clip_path(self, row: Row) -> Path | None:
        """Absolute path of a row's clip; None for a folder without clips."""
        return self.split_folder / row.file_name if row.file_name else None

    def proofs(self) -> list[SegmentProof]:
        """Geometry of every segment that gave rows.

        Raises
        ------
        FourdpQaError
            When the file is missing or damaged.
        """
        try:
            return proofs_from_table(pq.read_table(self.path / PROOFS))
        except (OSError, pa.ArrowException) as error:
            raise FourdpQaError(f"{self.path / PROOFS}: cannot be read ({error})") from error


def read_card_head(card: Path) -> dict[str, Any]:
    """The YAML of a card, between its first two lines of dashes.

    Raises
    ------
    FourdpQaError
        When there is none.
    """
    try:
        head = yaml.load(card.read_text(encoding="utf-8").split("---\n", 2)[1], Loader=_LOADER)  # noqa: S506 - safe
    except (OSError, ValueError, IndexError, yaml.YAMLError) as error:
        head = error
    if not isinstance(head, dict):
        raise FourdpQaError(
            f"{card}: found no YAML that can be read, expected fields between lines of dashes; "
            "publish again"
        )
    return head


def _card_configs(card: Path) -> dict[str, str]:
    """Config name to content digest."""
    head = read_card_head(card)
    try:
        return {item["config_name"]: item["description"] for item in head["configs"]}
    except (KeyError, TypeError) as error:
        raise FourdpQaError(
            f"{card}: configs: found none that can be read, expected YAML with a config_name and "
            "a description each; publish again"
        ) from error


def _settings(path: Path) -> GenerationSettings:
    names = {item.name for item in fields(GenerationSettings)}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        known = {name: _frozen(value) for name, value in values.items() if name in names}
        return GenerationSettings(**known)
    except (ValueError, TypeError, AttributeError) as error:
        raise FourdpQaError(
            f"{path}: found settings that cannot be read ({error}), expected those of a generation"
        ) from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
