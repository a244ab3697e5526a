"""The source "shift": which sequences lie under the given roots, in which views."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.sources.registry import Source, SourceOptions
from fourdp_qa.sources.shift.archives import find_container
from fourdp_qa.sources.shift.constants import (
    CONTAINERS,
    FPS,
    LABEL_FILES,
    LICENSE,
    PICTURE_SPLITS,
    SHIFT_SPEEDS,
    SHIFTS,
    SOURCE,
    SPLITS,
    VIEWS,
)
from fourdp_qa.sources.shift.label_files import index_sequences
from fourdp_qa.sources.shift.scene import CAPABILITIES, ShiftHandle, missing_group
from fourdp_qa.sources.unusable import UnusableEntry

_LAYOUT = "e.g. discrete/videos/train/front with img.tar, depth.zip, det_3d.json, det_insseg_2d.json"


def list_sequences(options: SourceOptions) -> Iterator[SceneHandle]:
    """List sequences by view; a root is the download folder or any folder of its layout.

    Every label file is looked through once, here, for where its sequences lie.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that holds no view with labels, for a scene in two roots.
    """
    if not options.roots:
        raise FourdpQaError(f"{SOURCE}: no folder given, expected the download folder ({_LAYOUT})")
    seen: dict[str, Path] = {}
    for root in options.roots:
        views = _views(root)
        unusable = [reason for _, folder, framerate in views if (reason := _lacking(folder, framerate))]
        if len(unusable) == len(views):
            raise unusable[0]
        for name, folder, framerate in views:
            if name in seen:
                raise FourdpQaError(f"{SOURCE}: {seen[name]} and {folder} are the same part of the layout; "
                                    "give one of them or generate two datasets")
            seen[name] = folder
            reason = _lacking(folder, framerate)
            if reason is not None:
                yield UnusableEntry(SOURCE, name, reason)
                continue
            yield from _sequences(name, folder, framerate)


def _sequences(name: str, folder: Path, framerate: str) -> Iterator[SceneHandle]:
    try:
        boxes, masks = (index_sequences(folder / file) for file in LABEL_FILES)
    except SourceDataError as error:
        yield UnusableEntry(SOURCE, name, error)
        return
    for sequence in sorted(boxes.keys() | masks.keys()):
        yield ShiftHandle(folder, name, framerate, sequence, boxes.get(sequence, ()),
                          masks.get(sequence, ()))


def _views(root: Path) -> list[tuple[str, Path, str]]:
    """(place in the layout, folder, frame rate) of every view at or below `root` that holds something."""
    root = root.absolute()
    if not root.is_dir():
        raise SourceDataError(root, "", found="no folder", expected=f"a part of SHIFT, {_LAYOUT}")
    base = root
    for k, part in enumerate(root.parts):
        if part in SHIFTS:  # the innermost: a folder above the download may have such a name too
            base = Path(*root.parts[:k])
    views: list[tuple[str, Path, str]] = []
    pictures_only: list[tuple[str, Path, str]] = []
    for above, split, view in product(_above_splits(), (*SPLITS, *PICTURE_SPLITS), VIEWS):
        folder = base.joinpath(*above, split, view)
        if not folder.is_relative_to(root) or not _holds_something(folder):
            continue
        found = "/".join((*above, split, view)), folder, above[1]
        (pictures_only if split in PICTURE_SPLITS else views).append(found)
    if not views and pictures_only:
        raise SourceDataError(
            pictures_only[0][1], "", found="a split of pictures without labels",
            expected=f"one of {', '.join(SPLITS)}", do="give another split: of this one nothing can be asked",
        )
    if not views:
        raise SourceDataError(root, "", found="no view of SHIFT's cameras", expected=_LAYOUT,
                              do="give the download folder or a folder of its layout")
    return views


def _above_splits() -> Iterator[tuple[str, ...]]:
    for framerate in FPS:
        yield "discrete", framerate
    for framerate, speed in product(FPS, SHIFT_SPEEDS):
        yield "continuous", framerate, speed


def _holds_something(folder: Path) -> bool:
    return any((folder / file).exists() for file in LABEL_FILES) or any(
        find_container(folder, group) is not None for group in CONTAINERS)


def _lacking(folder: Path, framerate: str) -> SourceDataError | None:
    """The first file that a view needs and does not have."""
    for file in LABEL_FILES:
        if not (folder / file).exists():
            return SourceDataError(folder / file, "", found="no file", expected="the labels of this view",
                                   do=f"download {file} of this view")
    for group in CONTAINERS:
        if find_container(folder, group) is None:
            return missing_group(folder, group, framerate)
    return None


SHIFT = Source(
    name=SOURCE,
    code="shf",
    summary="SHIFT, driving in CARLA (discrete and continuous shifts, six camera views)",
    extra="shift",
    license=LICENSE,
    list_scenes=list_sequences,
    capabilities=CAPABILITIES,
    has_agents=True,
)
