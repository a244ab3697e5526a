"""The source "kubric": which worker folders lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.sources.kubric.constants import METADATA_FILE, RGB_FILE, UNKNOWN_LICENSE
from fourdp_qa.sources.kubric.scene import KubricHandle
from fourdp_qa.sources.registry import Source, SourceOptions


def list_worker_folders(options: SourceOptions) -> Iterator[KubricHandle]:
    """List worker folders by name; a root is one such folder or a folder of them.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds none, for two folders of one name.
    """
    if not options.roots:
        raise FourdpQaError("kubric: no folder given, expected a worker folder or a folder of them")
    seen: dict[str, Path] = {}
    for root in options.roots:
        for folder in _worker_folders(root):
            if folder.name in seen:
                raise FourdpQaError(
                    f"kubric: {seen[folder.name]} and {folder} have one name, which is the scene's "
                    "id; rename one or generate two datasets"
                )
            seen[folder.name] = folder
            yield KubricHandle(folder)


def _worker_folders(root: Path) -> list[Path]:
    root = root.absolute()
    if not root.is_dir():
        raise SourceDataError(
            root, "", found="no folder", expected="a Kubric worker folder or a folder of them"
        )
    if _is_worker_folder(root):
        return [root]
    folders = [entry for entry in root.iterdir() if entry.is_dir() and _is_worker_folder(entry)]
    if not folders:
        raise SourceDataError(
            root, "", found="no worker folder",
            expected=f"folders with {METADATA_FILE}, {RGB_FILE.format(0)}, ...",
            do="give the folder a Kubric worker wrote, or the folder above several",
        )
    return sorted(folders, key=_by_number_then_name)


def _is_worker_folder(folder: Path) -> bool:
    """Either file is enough: a folder that lost one is reported when opened, not overlooked."""
    return any((folder / name).exists() or (folder / name).is_symlink()
               for name in (METADATA_FILE, RGB_FILE.format(0)))


def _by_number_then_name(folder: Path) -> tuple[int, str]:
    """MOVi numbers its folders: 2 comes before 10."""
    number = int(folder.name) if folder.name.isdecimal() else -1
    return number, folder.name


KUBRIC = Source(
    name="kubric",
    code="kub",
    summary="raw worker folders of the Kubric renderer (MOVi A to F)",
    extra=None,
    license=UNKNOWN_LICENSE,
    list_scenes=list_worker_folders,
)
