"""The JSON files of a sequence: what was recorded, which things are in the room, who wears the glasses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.aria_digital_twin.constants import (
    DOWNLOAD_AGAIN,
    INSTANCES_FILE,
    LARGEST_JSON,
    METADATA_FILE,
    PEOPLE_FILE,
    VERSION,
)


@dataclass(frozen=True)
class Metadata:
    """What metadata.json says.

    Attributes
    ----------
    serial : str
        Of the glasses.
    people : int
        How many bodies were tracked.
    several_wearers : bool
    concurrent : str
        Name of the sequence that other glasses recorded at the same time; empty without one.
    """

    serial: str
    people: int
    several_wearers: bool
    concurrent: str


@dataclass(frozen=True)
class Instance:
    """One entry of instances.json.

    Attributes
    ----------
    id : int
        As in the pictures of ids.
    name, category : str
        Name of its model such as "WoodenFork", and class such as "fork".
    is_static : bool
        The data set does not let it move. Others may move, and mostly stand still.
    is_human, is_rigid : bool
    round_about_up : bool
        It may be turned about its up axis by any angle without a difference, or nothing is known.
    axes : (3, 3)
        Its front, left and up as columns, in the axes of its poses.
    """

    id: int
    name: str
    category: str
    is_static: bool
    is_human: bool
    is_rigid: bool
    round_about_up: bool
    axes: Floats


def read_metadata(folder: Path) -> Metadata:
    """Read metadata.json.

    Raises
    ------
    SourceDataError
        When it is missing or damaged, or of another version.
    """
    path = folder / METADATA_FILE
    data = _read_json(path, dict)
    version = _field(path, "", data, "dataset_version", str)
    if not version.startswith(VERSION):
        raise SourceDataError(path, "dataset_version", found=repr(version[:20]), expected=f"{VERSION}x",
                              do="download the sequence in version 2")
    people = _field(path, "", data, "num_skeletons", int)
    if people < 0:
        raise SourceDataError(path, "num_skeletons", found=str(people), expected="0 or more",
                              do=DOWNLOAD_AGAIN)
    return Metadata(
        serial=_field(path, "", data, "serial", str),
        people=people,
        several_wearers=_field(path, "", data, "is_multi_person", bool),
        concurrent=_field(path, "", data, "concurrent_sequence", str),
    )


def read_instances(folder: Path) -> tuple[Instance, ...]:
    """Read instances.json, by increasing id.

    Raises
    ------
    SourceDataError
        When it is missing, damaged or empty, or an entry lacks a field.
    """
    path = folder / INSTANCES_FILE
    entries = _read_json(path, dict)
    found = sorted((_instance(path, key, entry) for key, entry in entries.items()), key=lambda i: i.id)
    if not found:
        raise SourceDataError(path, "", found="no instance", expected="the things in the room",
                              do=DOWNLOAD_AGAIN)
    return tuple(found)


def read_wearers(folder: Path) -> dict[int, str]:
    """Serial number of the glasses that each tracked person wears, by the person's instance id.

    Raises
    ------
    SourceDataError
        When the file is missing or damaged.
    """
    path = folder / PEOPLE_FILE
    people = _field(path, "", _read_json(path, dict), "SkeletonMetadata", list)
    return {
        _field(path, f"SkeletonMetadata[{k}]", entry, "SkeletonId", int):
            _field(path, f"SkeletonMetadata[{k}]", entry, "AssociatedDeviceSerial", str)
        for k, entry in enumerate(people)
    }


def _instance(path: Path, key: str, entry: Any) -> Instance:
    place = f"instance {key:.40}"
    number = _field(path, place, entry, "instance_id", int)
    if str(number) != key or number < 1:
        raise SourceDataError(path, place, found=f"instance_id {number}", expected="its key, 1 or more",
                              do=DOWNLOAD_AGAIN)
    motion = _one_of(path, place, entry, "motion_type", ("static", "dynamic"))
    human = _one_of(path, place, entry, "instance_type", ("object", "human")) == "human"
    rigid = _one_of(path, place, entry, "rigidity", ("rigid", "deformable")) == "rigid"
    axes = _axes(path, place, _field(path, place, entry, "canonical_pose", dict))
    symmetry = _field(path, place, entry, "rotational_symmetry", dict)
    return Instance(
        id=number,
        name=_field(path, place, entry, "prototype_name", str),
        category=_field(path, place, entry, "category", str),
        is_static=motion == "static",
        is_human=human,
        is_rigid=rigid,
        round_about_up=_round_about(path, place, symmetry, axes[:, 2]),
        axes=axes,
    )


def _axes(path: Path, place: str, pose: dict[str, Any]) -> Floats:
    """Front, left and up; all of the data set are along coordinate axes, which keeps boxes boxes."""
    up, front = (_vector(path, f"{place} canonical_pose", pose, name)
                 for name in ("up_vector", "front_vector"))
    axes = np.stack([front, np.cross(up, front), up], axis=1)
    if not np.allclose(np.sort(np.abs(axes), axis=0), [[0, 0, 0], [0, 0, 0], [1, 1, 1]], atol=1e-6):
        raise SourceDataError(path, f"{place} canonical_pose", found=f"up {up.tolist()}, front "
                              f"{front.tolist()}", expected="two different coordinate axes",
                              do=DOWNLOAD_AGAIN)
    return np.round(axes)


def _round_about(path: Path, place: str, symmetry: dict[str, Any], up: Floats) -> bool:
    """An angle of 0 means any angle; where nothing is annotated a turn might not be seen."""
    if not _field(path, f"{place} rotational_symmetry", symmetry, "is_annotated", bool):
        return True
    where = f"{place} rotational_symmetry axes"
    for entry in _field(path, f"{place} rotational_symmetry", symmetry, "axes", list):
        axis = _vector(path, where, entry, "axis")
        angle = _field(path, where, entry, "angle_degree", (int, float))
        if angle == 0 and abs(axis @ up) > 0.99 * np.linalg.norm(axis):
            return True
    return False


def _read_json(path: Path, kind: type[Any]) -> Any:
    refuse_unless_file(path, "a part of the sequence")
    if path.stat().st_size > LARGEST_JSON:
        raise SourceDataError(path, "", found=f"{path.stat().st_size} bytes",
                              expected=f"at most {LARGEST_JSON}", do=DOWNLOAD_AGAIN)
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SourceDataError(path, "", found=f"no JSON ({' '.join(str(error).split())[:80]})",
                              expected="a JSON object", do=DOWNLOAD_AGAIN) from None
    if not isinstance(data, kind):
        raise SourceDataError(path, "", found=type(data).__name__, expected="a JSON object",
                              do=DOWNLOAD_AGAIN)
    return data


def _field(path: Path, place: str, entry: Any, name: str, kind: type[Any] | tuple[type[Any], ...]) -> Any:
    """The value under `name`, of the wanted type; true and false are no numbers."""
    value = entry.get(name) if isinstance(entry, dict) else None
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        found = "nothing" if value is None else f"{value!r:.40}"
        raise SourceDataError(path, f"{place} {name}".strip(), found=found,
                              expected=" or ".join(k.__name__ for k in kinds), do=DOWNLOAD_AGAIN)
    return value


def _one_of(path: Path, place: str, entry: Any, name: str, words: tuple[str, ...]) -> str:
    value = str(_field(path, place, entry, name, str))
    if value not in words:
        raise SourceDataError(path, f"{place} {name}", found=repr(value[:20]), expected=" or ".join(words),
                              do=DOWNLOAD_AGAIN)
    return value


def _vector(path: Path, place: str, entry: Any, name: str) -> Floats:
    value = _field(path, place, entry, name, list)
    if len(value) != 3 or not all(isinstance(x, (int, float)) and np.isfinite(x) for x in value):
        raise SourceDataError(path, f"{place} {name}", found=f"{value!r:.60}", expected="three numbers",
                              do=DOWNLOAD_AGAIN)
    return np.array(value, dtype=np.float64)
