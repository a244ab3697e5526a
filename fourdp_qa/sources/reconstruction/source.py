"""The source "reconstruction": which reconstructed videos lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.reconstruction.constants import (
    LICENSE,
    NPZ_PLACES,
    SOURCE,
    VIDEO_FILE,
    WITH_MASKS,
)
from fourdp_qa.sources.reconstruction.scene import FOLDERS, NPZ, VIPE, ReconstructionHandle
from fourdp_qa.sources.reconstruction.side_files import read_video_facts
from fourdp_qa.sources.registry import Source, SourceOptions

LAYOUT = (f"a folder with {VIDEO_FILE} and the output of one tool: an npz (Depth Anything 3, VGGT, MegaSaM, "
          "SpatialTrackerV2, TAPIP3D), CUT3R's folders or ViPE's")


def list_videos(options: SourceOptions) -> Iterator[ReconstructionHandle]:
    """List reconstructed videos by folder, then by name; a root is one such folder or a folder of them.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds none, for a folder with the output of two tools.
    """
    if not options.roots:
        raise FourdpQaError(f"{SOURCE}: no folder given, expected {LAYOUT}")
    seen: dict[str, Path] = {}
    for root in options.roots:
        for folder in _folders(root.absolute()):
            for kind, name in _outputs(folder):
                scene_id = f"{folder.name}/{name}" if kind == VIPE else folder.name
                if seen.setdefault(scene_id, folder) != folder:
                    raise FourdpQaError(f"{SOURCE}: {seen[scene_id]} and {folder} have one name; rename one")
                yield ReconstructionHandle(folder, kind, name, scene_id, _split_key(folder))


def _split_key(folder: Path) -> str:
    """A video.toml that cannot be read is reported when the video is opened."""
    try:
        return read_video_facts(folder).split_key
    except SourceDataError:
        return folder.name


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        raise SourceDataError(root, "", found="no folder", expected=LAYOUT)
    candidates = [root, *sorted(entry for entry in root.iterdir() if entry.is_dir())]
    folders = [entry for entry in candidates if (entry / VIDEO_FILE).exists()]
    if not folders:
        raise SourceDataError(root, VIDEO_FILE, found="none here nor in a folder of it", expected=LAYOUT,
                              do=f"write {VIDEO_FILE} beside the tool's output, see docs/sources/"
                              "reconstruction.md")
    return folders


def _outputs(folder: Path) -> list[tuple[str, str]]:
    """(kind, name) of what lies in a folder; an npz by its place in it.

    Raises
    ------
    SourceDataError
        When there is no output, or that of two tools.
    """
    found: list[tuple[str, str]] = []
    places = [sorted((folder / place).glob("*.npz")) for place in NPZ_PLACES]
    files = next((here for here in places if here), [])
    found += [(NPZ, str(path.relative_to(folder))) for path in files]
    if (folder / "camera").is_dir():
        found.append((FOLDERS, ""))
    videos = sorted({path.stem for path in (folder / "pose").glob("*.npz")})
    if len(found) + bool(videos) != 1:
        raise SourceDataError(
            folder, "", found=f"{len(found) + bool(videos)} outputs of tools"
            + (f" ({', '.join(name or kind for kind, name in found)})"[:120] if found else ""),
            expected=LAYOUT, do="give each reconstruction a folder of its own")
    return found or [(VIPE, name) for name in videos]


RECONSTRUCTION = Source(
    name=SOURCE,
    code="rec",
    summary="any video with what a 4D reconstruction tool made of it",
    extra=None,
    license=LICENSE,
    list_scenes=list_videos,
    capabilities=WITH_MASKS | {Capability.GRAVITY},
    estimated=True,
)
