"""The source "stored": which stored scenes lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.storage import FACTS_FILE, POSES_FILE, UNFINISHED, StoredHandle
from fourdp_qa.sources.registry import Source, SourceOptions

LICENSE = "LicenseRef-as-stored"
"""Each scene has its own: the one its facts were stored with, which travels into its rows."""


def list_stored_scenes(options: SourceOptions) -> Iterator[StoredHandle]:
    """List stored scenes by name; a root is one such folder or a folder of them.

    A folder whose facts cannot be read is listed under its path: opening it says what is wrong, so
    it is skipped and counted like any damaged scene instead of stopping the others.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds none, for two scenes of one id.
    """
    if not options.roots:
        raise FourdpQaError("stored: no folder given, expected a stored scene or a folder of them")
    seen: dict[str, Path] = {}
    for root in options.roots:
        for folder in _scene_folders(root.absolute()):
            handle = _handle(folder)
            if handle.scene_id in seen:
                raise FourdpQaError(
                    f"stored: {seen[handle.scene_id]} and {folder} have one scene_id, "
                    f"'{handle.scene_id}'; leave one out or generate two datasets"
                )
            seen[handle.scene_id] = folder
            yield handle


def _handle(folder: Path) -> StoredHandle:
    try:
        return StoredHandle.of(folder)
    except SourceDataError:
        return StoredHandle(folder, STORED.name, str(folder), str(folder))


def _scene_folders(root: Path) -> list[Path]:
    if not root.is_dir():
        raise SourceDataError(
            root, "", found="no folder", expected="a stored scene or a folder of them",
            do="give the folder write_scene made, or the folder above several",
        )
    if _is_scene_folder(root):
        return [root]
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and _is_scene_folder(entry))
    if not folders:
        raise SourceDataError(
            root, "", found="no stored scene", expected=f"folders with {FACTS_FILE}, {POSES_FILE}, ...",
            do="give the folder write_scene made, or the folder above several",
        )
    return folders


def _is_scene_folder(folder: Path) -> bool:
    """Either file is enough: a folder that lost one is reported when opened, not overlooked. What a
    killed writer left is hidden and no scene.
    """
    if folder.name.startswith(".") and UNFINISHED in folder.name:
        return False
    return any((folder / name).exists() or (folder / name).is_symlink()
               for name in (FACTS_FILE, POSES_FILE))


STORED = Source(
    name="stored",
    code="sto",
    summary="scenes stored with write_scene, from whatever source",
    extra=None,
    license=LICENSE,
    list_scenes=list_stored_scenes,
)
