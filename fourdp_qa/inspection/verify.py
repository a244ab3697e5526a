"""Every row of a folder proved again from its scene: ``fourdp-qa verify``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, run_tasks, silent
from fourdp_qa.inspection.consistency import find_contradictions
from fourdp_qa.inspection.material import Material, open_material
from fourdp_qa.inspection.verifying.changes import change_tasks, check_changes
from fourdp_qa.inspection.verifying.difference import Difference, Verification
from fourdp_qa.inspection.verifying.origins import (
    Origin,
    captions_of,
    handles_of,
    origin_of,
    refuse_needless_roots,
    rows_by_generation,
)
from fourdp_qa.inspection.verifying.scenes import SceneTask, verify_scene
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.versions import GENERATOR_VERSION

__all__ = ["Difference", "Verification", "verify"]


def verify(
    folder: Path, roots: Sequence[Path] = (), *, sample: int | None = None, changes: int = 0,
    captions: Path | None = None, workers: int = 1, progress: Progress = silent,
) -> Verification:
    """Make rows again from their scenes and list everything that is stored otherwise.

    Parameters
    ----------
    folder : of ``generate`` or ``bench``, with or without clips.
    roots : folders of the data of a recorded source; none for the simulator.
    sample : this many rows, drawn by their ids; None for all.
    changes : scenes of the simulator to film again, changed, and to compare through their pictures.
    workers : processes.
    captions : the captions file that the folder was made with; None for none.
    progress : is told how far it is.

    Returns
    -------
    Verification
        Rows whose scene cannot be found or opened are listed as such: they are not verified.

    Raises
    ------
    FourdpQaError
        When the folder cannot be read, was written by another version of the generator, or
        `roots` are given that none of its sources reads.
    """
    material = open_material(folder)
    wanted = _wanted(material.rows, sample)
    _expect_this_version(folder, material.rows)
    found = Verification()
    tasks: list[SceneTask] = []
    named = captions_of(folder, captions)
    generations = rows_by_generation(folder, material.rows)
    refuse_needless_roots(folder, roots, [name for name, _ in generations])
    for name, rows in generations:
        try:
            origin = origin_of(folder, material, name, rows)
            handles = handles_of(origin, roots, {row.scene_id for row in rows}, named)
        except FourdpQaError as error:
            found.unverified |= {row.id: str(error) for row in rows if row.id in wanted}
            continue
        tasks += _scene_tasks(material, origin, handles, rows, wanted, found)
    for _, verdict in run_tasks(verify_scene, tasks, workers, "verifying scenes", progress):
        found.rows += verdict.rows
        found.clips += verdict.clips
        found.differences += verdict.differences
        found.unverified |= verdict.unverified
    read = find_contradictions(material.rows)
    found.contradictions, found.unread = read.contradictions, read.unread
    if changes:
        changed = change_tasks([(task.handle, task.frames) for task in tasks], changes)
        for _, result in run_tasks(check_changes, changed, workers, "changing scenes", progress):
            found.changed += result.faults
            found.compared += result.compared
    found.differences.sort(key=lambda d: (d.row_id, d.column))
    found.unverified = dict(sorted(found.unverified.items()))
    found.changed.sort()
    return found


def _wanted(rows: list[Row], sample: int | None) -> frozenset[str]:
    """Ids of the rows to compare: the same ones whenever the folder is the same."""
    ids = sorted({row.id for row in rows})
    if sample is not None:
        ids = sorted(ids, key=lambda i: stable_hash("verify", i))[:sample]
    return frozenset(ids)


def _expect_this_version(folder: Path, rows: list[Row]) -> None:
    """Another version has other rules: what differs then would say nothing about the rows."""
    # One row with another version among many was changed by hand, and is a difference.
    versions = {row.generator_version for row in rows}
    if GENERATOR_VERSION not in versions:
        raise FourdpQaError(
            f"{folder}: generator_version: found {', '.join(sorted(versions))}, expected "
            f"{GENERATOR_VERSION}; verify it with pip install 'fourdp-qa=={min(versions)}'"
        )


def _scene_tasks(
    material: Material, origin: Origin, handles: dict[str, SceneHandle], rows: list[Row],
    wanted: frozenset[str], found: Verification,
) -> list[SceneTask]:
    """One task for each scene with wanted rows; rows without a scene are noted as not verified."""
    by_scene: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_scene[row.scene_id].append(row)
    tasks = []
    for scene_id, members in sorted(by_scene.items()):
        asked = frozenset(row.id for row in members) & wanted
        if not asked:
            continue
        if scene_id not in handles:
            why = f"scene {scene_id}: found none in {origin.source.name}; are all ROOTs given?"
            found.unverified |= dict.fromkeys(asked, why)
            continue
        try:
            clips = {row.file_name: data for row in members if row.id in asked
                     and row.file_name and (data := material.clip(row)) is not None}
        except FourdpQaError as error:
            found.unverified |= dict.fromkeys(asked, str(error))
            continue
        tasks.append(SceneTask(
            handles[scene_id], origin.source.code, origin.seed, origin.groups, origin.frames,
            origin.size, tuple(members), asked, clips))
    return tasks
