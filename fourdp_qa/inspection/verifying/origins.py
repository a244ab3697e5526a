"""Where the rows of a folder come from: the source, its options, and the scenes themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fourdp_qa.captioning.captioned import with_captions
from fourdp_qa.captioning.captions_file import Captions, read_captions
from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.material import Material
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.sources.registry import Source, SourceOptions, get_source, list_scenes, source_names

MOST_MADE: Final = 1 << 17
"""Scenes listed at most of a source that makes its own, for a folder that does not say how many."""


@dataclass(frozen=True)
class Origin:
    """How the rows of one source were made.

    Attributes
    ----------
    source : where they come from.
    seed, size, frames, groups : as in GenerationSettings.
    scenes : how many were asked for; None where the folder does not say.
    """

    source: Source
    seed: int
    size: int
    frames: int
    groups: bool
    scenes: int | None


def rows_by_generation(folder: Path, rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Rows of each generation that a folder holds, with the name of the source it reads.

    A generated folder has one. In a benchmark the ids begin with the source's code, since a stored scene
    keeps the name of the source it was stored from; and counterfactual groups are a generation of their own.
    """
    if not (folder / FACTS).is_file():
        return [(DatasetFolder.open(folder).settings.source, rows)]
    names = {get_source(name).code: name for name in source_names()}
    found: defaultdict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        found[names.get(row.id.split("-")[0], row.source), bool(row.group_id)].append(row)
    return [(name, members) for (name, _), members in sorted(found.items())]


def origin_of(folder: Path, material: Material, name: str, rows: list[Row]) -> Origin:
    """From the settings of the folder; a benchmark keeps none, and its rows say the same.

    Raises
    ------
    FourdpQaError
        When there is no such source, or neither settings nor a clip.
    """
    source = get_source(name)
    if not (folder / FACTS).is_file():
        settings = DatasetFolder.open(folder).settings
        return Origin(source, settings.seed, settings.size, settings.frames, settings.groups, settings.scenes)
    clip = next((data for row in rows if (data := material.clip(row)) is not None), None)
    if clip is None:
        raise FourdpQaError(
            f"{folder}: found no clip of {name}, expected some: they say how large it was rendered")
    ((seed, _),) = Counter(row.seed for row in rows).most_common(1)
    if not seed.isdecimal():
        raise FourdpQaError(f"{folder}: seed: found '{seed}', expected a number")
    return Origin(
        source, int(seed), decode_clip(clip).shape[1],
        max(frames_from_json(row.frames).count for row in rows), any(row.group_id for row in rows), None)


def refuse_needless_roots(folder: Path, roots: Sequence[Path], sources: Sequence[str]) -> None:
    """Folders that nothing would read are a mistake: what was to be compared with them was not.

    Raises
    ------
    FourdpQaError
        When there are `roots`, and every source of the folder makes its scenes itself.
    """
    own = [name for name in sources if name in source_names() and get_source(name).has_groups]
    if roots and len(own) == len(sources):
        raise FourdpQaError(
            f"{roots[0]}: found a ROOT, expected none: the scenes of {folder} are made again by "
            f"{', '.join(sorted(set(own)))}")


def captions_of(folder: Path, path: Path | None) -> Captions | None:
    """The captions that a folder was made with, read from `path`.

    Raises
    ------
    FourdpQaError
        When the folder says that it was made with others, or `path` was not given.
    """
    captions = None if path is None else read_captions(path)
    if not (folder / FACTS).is_file():
        settings = DatasetFolder.open(folder).settings
        given = "" if captions is None else captions.digest
        if settings.captions_digest != given:
            raise FourdpQaError(
                f"{folder}: captions: found {path or 'none'} with content '{given[:12]}', expected "
                f"{settings.captions or 'none'} with content '{settings.captions_digest[:12]}', which it was "
                "made with; give that file with --captions")
    return captions


def handles_of(
    origin: Origin, roots: Sequence[Path], needed: set[str], captions: Captions | None = None
) -> dict[str, SceneHandle]:
    """The needed scenes of a source by id, as far as there are such, their objects named by `captions`.

    Raises
    ------
    FourdpQaError
        When they cannot be listed.
    """
    counts: list[int | None] = [None]
    if origin.source.has_groups:
        most = range(5, MOST_MADE.bit_length())
        counts = [2**n for n in most] if origin.scenes is None else [origin.scenes]
    handles: dict[str, SceneHandle] = {}
    for count in counts:
        listed = list_scenes(origin.source.name, SourceOptions(
            roots=_own_roots(origin, roots), size=origin.size, frames=origin.frames, scenes=count,
            seed=origin.seed, groups=origin.groups))
        handles = {handle.scene_id: handle for handle in listed}
        if needed <= handles.keys():
            break
    if captions is not None and not origin.groups:
        named = with_captions(list(handles.values()), origin.source.name, captions)
        handles = {handle.scene_id: handle for handle in named}
    return {scene: handle for scene, handle in handles.items() if scene in needed}


def _own_roots(origin: Origin, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Folders for a source that reads some: one that can film its scenes again makes them."""
    return () if origin.source.has_groups else tuple(roots)


def scenes_of(
    folder: Path, material: Material, roots: Sequence[Path]
) -> list[tuple[SceneHandle, int]]:
    """All scenes that the rows of a folder are about, each with the frames of its segments.

    Raises
    ------
    FourdpQaError
        When one is not there, or there are roots that no source reads.
    """
    scenes: list[tuple[SceneHandle, int]] = []
    generations = rows_by_generation(folder, material.rows)
    refuse_needless_roots(folder, roots, [name for name, _ in generations])
    for name, rows in generations:
        origin, needed = origin_of(folder, material, name, rows), {row.scene_id for row in rows}
        handles = handles_of(origin, roots, needed)
        missing = sorted(needed - handles.keys())
        if missing:
            raise FourdpQaError(f"{name}: found no scene {missing[0]}, expected all scenes of {folder}")
        scenes += [(handles[scene], origin.frames) for scene in sorted(needed)]
    return scenes
