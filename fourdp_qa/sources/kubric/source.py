"""The source "kubric": which worker folders and which records lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.kubric.constants import METADATA_FILE, RGB_FILE, UNKNOWN_LICENSE
from fourdp_qa.sources.kubric.folder import FolderHandle
from fourdp_qa.sources.kubric.movi import FOLDERS_DOWN
from fourdp_qa.sources.kubric.record import RecordHandle
from fourdp_qa.sources.kubric.record_files import is_record_file, list_records
from fourdp_qa.sources.registry import Source, SourceOptions

EXPECTED = "a Kubric worker folder, a folder of them, a TFDS folder of MOVi, or one of its .tfrecord files"


def list_kubric_scenes(options: SourceOptions) -> Iterator[FolderHandle | RecordHandle]:
    """List worker folders by name, then records in the order of their files; no image is read.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds none, for two scenes of one name.
    """
    if not options.roots:
        raise FourdpQaError(f"kubric: no folder given, expected {EXPECTED}")
    seen: dict[str, str] = {}
    for root in options.roots:
        found = False
        for handle in _scenes_under(root.absolute()):
            found = True
            if handle.scene_id in seen:
                raise FourdpQaError(
                    f"kubric: {seen[handle.scene_id]} and {handle.place} have one name, which is the "
                    "scene's id; give one configuration of a data set, rename one, or generate two datasets"
                )
            seen[handle.scene_id] = handle.place
            yield handle
        if not found:
            raise SourceDataError(
                root.absolute(), "", found="no worker folder and no record",
                expected=f"folders with {METADATA_FILE}, {RGB_FILE.format(0)}, ..., or .tfrecord files",
                do="give the folder a Kubric worker wrote, the folder above several, or a TFDS folder",
            )


def _scenes_under(root: Path) -> Iterator[FolderHandle | RecordHandle]:
    if root.is_file() and is_record_file(root):
        yield from list_records(root)
        return
    if not root.is_dir():
        raise SourceDataError(root, "", found="another file" if root.exists() else "no folder",
                              expected=EXPECTED, do="name one of them")
    if _is_worker_folder(root):
        yield FolderHandle(root)
        return
    folders = [entry for entry in root.iterdir() if entry.is_dir() and _is_worker_folder(entry)]
    yield from (FolderHandle(folder) for folder in sorted(folders, key=_by_number_then_name))
    for path in _record_files(root, FOLDERS_DOWN):
        yield from list_records(path)


def _record_files(folder: Path, down: int) -> Iterator[Path]:
    """Record files in the order of names, in `folder` and so many folders down; none in worker folders."""
    entries = sorted(folder.iterdir())
    yield from (entry for entry in entries if is_record_file(entry))
    if down:
        for entry in entries:
            if entry.is_dir() and not _is_worker_folder(entry):
                yield from _record_files(entry, down - 1)


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
    summary="the Kubric renderer: MOVi A to F as TFDS records, and raw worker folders",
    extra=None,
    license=UNKNOWN_LICENSE,
    list_scenes=list_kubric_scenes,
    capabilities=frozenset({
        Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
        Capability.GRAVITY,
    }),
)
