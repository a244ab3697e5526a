"""The source "tapvid3d": which npz files lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import Source, SourceOptions
from fourdp_qa.sources.tapvid3d.constants import CAPABILITIES, LICENSE, SOURCE, SUBSETS
from fourdp_qa.sources.tapvid3d.scene import TapVid3dHandle

_LAYOUT = "ROOT/adt, ROOT/drivetrack or ROOT/pstudio with npz files, as TAPVid-3D's programs write them"


def list_files(options: SourceOptions) -> Iterator[TapVid3dHandle]:
    """List the files by subset and name; a root is the folder of the subsets, or a subset's.

    Files with queries but without a video, which lie in a folder tmp, are not looked for.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds nothing, for a file whose name is none of its
        subset's, for a file in two places.
    """
    if not options.roots:
        raise FourdpQaError(f"{SOURCE}: no folder given, expected {_LAYOUT}")
    found: dict[str, TapVid3dHandle] = {}
    for root in options.roots:
        for path in _files(root.absolute()):
            handle = _handle(path)
            if handle.scene_id in found:
                raise FourdpQaError(
                    f"{SOURCE}: {handle.scene_id} lies in both {found[handle.scene_id].path.parent} and "
                    f"{path.parent}; give one of them")
            found[handle.scene_id] = handle
    yield from (found[scene_id] for scene_id in sorted(found))


def _files(root: Path) -> list[Path]:
    if not root.is_dir():
        raise SourceDataError(root, "", found="no folder", expected=_LAYOUT, do="give that folder")
    folders = [root] if root.name in SUBSETS else [root / name for name in SUBSETS if (root / name).is_dir()]
    files = [path for folder in folders for path in sorted(folder.glob("*.npz"))]
    if not files:
        raise SourceDataError(root, "", found="no npz file in a folder called " + ", ".join(SUBSETS),
                              expected=_LAYOUT, do="the folder's name says which videos they are: keep it")
    return files


def _handle(path: Path) -> TapVid3dHandle:
    subset = SUBSETS[path.parent.name]
    named = subset.files.fullmatch(path.name)
    if named is None:
        raise SourceDataError(path, "name", found=path.name, expected=f"{subset.files.pattern}",
                              do=f"keep the names of {subset.name}: they say which files share a recording")
    return TapVid3dHandle(path, subset.name, named[1])


TAPVID3D = Source(
    name=SOURCE,
    code="tap",
    summary="TAPVid-3D: measured 3D tracks in real videos (Aria Digital Twin, Waymo, Panoptic Studio)",
    extra=None,
    license=LICENSE,
    list_scenes=list_files,
    capabilities=CAPABILITIES | {Capability.WORLD_POINT_TRACKS},
)
