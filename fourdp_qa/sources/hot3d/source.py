"""The source "hot3d": which clips and recordings lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.scene.segment import MIN_FRAMES
from fourdp_qa.sources.hot3d.archive import first_info
from fourdp_qa.sources.hot3d.constants import (
    CAPABILITIES,
    CLIP,
    EXTRA,
    INSTANCES,
    LICENSE,
    METADATA,
    MODEL_FOLDERS,
    SOURCE,
    TEST_CLIPS,
)
from fourdp_qa.sources.hot3d.handles import ClipHandle, RunHandle
from fourdp_qa.sources.hot3d.sequence import read_facts, usable_runs
from fourdp_qa.sources.registry import Source, SourceOptions
from fourdp_qa.sources.unusable import UnusableEntry

_LAYOUT = "train_aria/clip-000001.tar, ... with object_models_eval beside train_aria"

def list_recordings(options: SourceOptions) -> Iterator[SceneHandle]:
    """List clips by number, then runs of full recordings by name and frame.

    A root is the download folder or a folder of clips; of each clip the beginning is read, for its
    participant. Models may lie in another root.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds nothing, without models, for a clip in two
        places.
    """
    if not options.roots:
        raise FourdpQaError(f"{SOURCE}: no folder given, expected the download folder ({_LAYOUT})")
    roots = tuple(root.absolute() for root in options.roots)
    clips, recordings = _found(roots)
    models = _models(roots) if clips else roots[0]
    library = _library(roots) if recordings else roots[0]
    for name in sorted(clips):
        yield _clip(clips[name], models, options.size)
    for folder in recordings:
        yield from _runs(folder, library, options.size)


def _clip(path: Path, models: Path, size: int) -> SceneHandle:
    try:
        participant = first_info(path).text("participant_id")
    except SourceDataError as reason:
        return UnusableEntry(SOURCE, path.stem, reason)
    return ClipHandle(path, models, participant, size)


def _runs(folder: Path, library: Path, size: int) -> Iterator[SceneHandle]:
    """The usable runs of a full recording."""
    try:
        facts = read_facts(folder)
        if facts.device.name != "Aria":
            raise SourceDataError(
                folder / METADATA, "headset", found=f"a full recording of {facts.device.name}",
                expected="one of Aria", do="take its clips of HOT3D-Clips, train_quest3: they hold the same")
        runs = usable_runs(folder, facts.device)
        if not runs:
            raise SourceDataError(
                folder / "masks", "", found="no run of frames that have all annotations",
                expected=f"{MIN_FRAMES} frames one after the other", do="leave the recording out")
    except SourceDataError as reason:
        yield UnusableEntry(SOURCE, folder.name, reason)
        return
    for number in range(len(runs)):
        yield RunHandle(folder, library, facts.name, facts.participant, number, size)


def _found(roots: tuple[Path, ...]) -> tuple[dict[str, Path], list[Path]]:
    """Clips by name, and folders of full recordings, in all roots; each once."""
    clips: dict[str, Path] = {}
    recordings: dict[str, Path] = {}
    for root in roots:
        if not root.is_dir():
            raise SourceDataError(root, "", found="no folder", expected=_LAYOUT)
        folders = [root, *_folders(root)]
        tars = [path for folder in folders for path in sorted(folder.iterdir()) if CLIP.fullmatch(path.name)]
        usable = [path for path in tars if path.parent.name not in TEST_CLIPS]
        full = [folder for folder in (*folders, *(f for top in folders[1:] for f in _folders(top)))
                if (folder / METADATA).is_file()]
        if not (usable or full or _has_models(root)):
            raise SourceDataError(
                root, "", found="clips without object poses" if tars else "no clip and no recording",
                expected=_LAYOUT,
                do="take train_aria or train_quest3: of the test clips nothing can be asked" if tars
                else "give the download folder, or the folder of the clips",
            )
        for found, path in [*((clips, path) for path in usable), *((recordings, path) for path in full)]:
            if found.setdefault(path.name, path) != path:
                raise FourdpQaError(f"{SOURCE}: {path.name} lies in both {found[path.name].parent} and "
                                    f"{path.parent}; give one of them")
    if not (clips or recordings):
        raise SourceDataError(", ".join(map(str, roots)), "", found="models alone", expected=_LAYOUT,
                              do="give the folder of the clips too")
    return clips, [recordings[name] for name in sorted(recordings)]


def _folders(root: Path) -> list[Path]:
    return sorted(entry for entry in root.iterdir() if entry.is_dir())


def _has_models(root: Path) -> bool:
    return root.name in MODEL_FOLDERS or any((root / name).is_dir() for name in MODEL_FOLDERS) or any(
        (folder / INSTANCES).is_file() for folder in (root, *_folders(root)))


def _models(roots: tuple[Path, ...]) -> Path:
    """The folder of the object models in, at or beside one of the roots; the light ones first."""
    for name in MODEL_FOLDERS:
        for root in roots:
            for folder in (root / name, root.parent / name, root):
                if folder.name == name and folder.is_dir():
                    return folder
    raise SourceDataError(
        ", ".join(map(str, roots)), MODEL_FOLDERS[0], found="no such folder",
        expected="the object models, without which there is no depth",
        do="download object_models_eval beside train_aria and train_quest3",
    )


def _library(roots: tuple[Path, ...]) -> Path:
    """The folder with the full release's models: that of instance.json, in, at or beside a root."""
    for root in roots:
        for folder in (root, *_folders(root), *_folders(root.parent), *_folders(root.parent.parent)):
            if (folder / INSTANCES).is_file():
                return folder
    raise SourceDataError(
        ", ".join(map(str, roots)), INSTANCES, found="none",
        expected="the object models, without which there is no depth",
        do="download the assets beside the recordings, or give their folder too",
    )


HOT3D = Source(
    name=SOURCE,
    code="hot",
    summary="HOT3D: hands and 33 objects seen by Aria glasses and Quest 3 headsets",
    extra=EXTRA,
    license=LICENSE,
    list_scenes=list_recordings,
    capabilities=CAPABILITIES,
    modules=("embreex",),
)
