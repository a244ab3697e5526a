"""The builder: rows of dataset folders, a mix of them, or rows of a source that are generated first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.loading_scripts.folder_builder import FolderRows
from fourdp_qa.loading_scripts.from_source import generated_folder, settings_of


class FourdpQa(FolderRows):
    """Rows and clips of dataset folders; of a folder, a mix of several, or a source's scenes.

    ``FourdpQa(config_name="depth", base_path="fourdp-qa")``; then ``download_and_prepare()`` and
    ``as_dataset(split="train")``, or ``as_streaming_dataset(split="train")``. Any field of `FourdpQaConfig`
    may be given by name: ``FourdpQa(config_name="all", roots=("a", "b"), mix="tm", total=1000)``. A config
    whose type the folders lack is an error; ``all`` holds the types that are there. What is cached is
    keyed by the content of the folders: rows that were generated again are read again.
    """

    def _open_folders(self) -> list[DatasetFolder]:
        if self.config.source:
            return [generated_folder(self.config, Path(self._cache_dir_root))]
        return super()._open_folders()

    def _has_clips(self) -> bool:
        # A source's clips are made when rows are asked for, not when the builder is.
        return bool(self.config.source) or super()._has_clips()

    def _key(self) -> str:
        if self.config.source:
            return hashlib.sha256(settings_of(self.config).to_json().encode()).hexdigest()[:16]
        return super()._key()
