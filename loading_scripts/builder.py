"""A `datasets` builder over a published folder, for those who want a builder instead of a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import ALL, SPLIT
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import arrow_schema


@dataclass
class FourdpQaConfig(datasets.BuilderConfig):  # type: ignore[misc]
    """One config.

    Attributes
    ----------
    question_types : types whose rows it holds, in order.
    """

    question_types: tuple[str, ...] = ()


class FourdpQa(datasets.GeneratorBasedBuilder):  # type: ignore[misc]
    """Rows and clips of a published folder.

    ``FourdpQa(config_name="depth", base_path="fourdp-qa")``; then ``download_and_prepare()`` and
    ``as_dataset(split="train")``, or ``as_streaming_dataset(split="train")``. A config whose type
    the folder lacks is an error; ``all`` holds the types that are there.
    """

    VERSION = datasets.Version("0.0.0")
    BUILDER_CONFIG_CLASS = FourdpQaConfig
    DEFAULT_CONFIG_NAME = ALL
    # Rows hold paths, not pictures: the small batches that video columns get are five times slower.
    DEFAULT_WRITER_BATCH_SIZE = 1000
    BUILDER_CONFIGS = [  # noqa: RUF012 - the name and form that `datasets` looks for
        FourdpQaConfig(name=ALL, question_types=tuple(t.name for t in TYPES)),
        *(FourdpQaConfig(name=t.name, description=t.summary, question_types=(t.name,))
          for t in TYPES),
    ]

    def _info(self) -> datasets.DatasetInfo:
        columns: dict[str, Any] = {}
        for field in arrow_schema():
            if field.name != "file_name":
                columns[field.name] = datasets.Features.from_arrow_schema(
                    arrow_schema())[field.name]
            elif self._folder().settings.clips:
                columns["video"] = datasets.Video()
        return datasets.DatasetInfo(
            description=self.config.description or "", features=datasets.Features(columns)
        )

    def _split_generators(
        self, dl_manager: datasets.DownloadManager
    ) -> list[datasets.SplitGenerator]:
        folder = self._folder()
        wanted = folder.types if self.config.name == ALL else self.config.question_types
        return [datasets.SplitGenerator(
            name=SPLIT, gen_kwargs={"question_types": list(wanted), "folder": str(folder.path)}
        )]

    def _generate_examples(
        self, question_types: list[str], folder: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        opened = DatasetFolder.open(folder)
        for name in question_types:
            for row in opened.rows(name):
                columns = dict(vars(row))
                del columns["file_name"]
                clip = opened.clip_path(row)
                if clip is not None:
                    columns["video"] = str(clip)
                yield row.id, columns

    def _folder(self) -> DatasetFolder:
        return DatasetFolder.open(Path(self.config.data_dir or self.base_path or "."))
