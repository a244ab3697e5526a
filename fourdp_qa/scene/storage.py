"""The standard Scene on disk: one folder, lossless, readable without this library.

::

    scene.json            format version, facts, objects
    poses.npz             world_from_camera (T, 4, 4), world_from_object (T, N, 4, 4), pose_valid
    rgb/00000.png         8-bit RGB
    depth/00000.tiff      float32 z-depth
    instances/00000.png   16-bit ids

The exact visibility of a scene is not stored: its rays need the geometry. A stored scene answers
from its depth images, and the capability is dropped.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.image_files import read_image
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene, SceneFacts

FORMAT: Final = "fourdp-qa scene"
FORMAT_VERSION: Final = 1
"""Changes when a reader of the older version would misread a folder."""

FACTS_FILE: Final = "scene.json"
POSES_FILE: Final = "poses.npz"
RGB_FILE: Final = "rgb/{:05d}.png"
DEPTH_FILE: Final = "depth/{:05d}.tiff"
INSTANCES_FILE: Final = "instances/{:05d}.png"
LARGEST_ID: Final = 65535

Progress = Callable[[int, int], None]


def write_scene(scene: Scene, folder: Path, progress: Progress | None = None) -> Path:
    """Write `scene` into the new folder `folder`; after a failure nothing is there.

    Parameters
    ----------
    scene : Scene
        Opened scene. Its licence is kept.
    folder : Path
        Must not exist; its parent must.
    progress : callable, optional
        Called with (frames written, all frames).

    Raises
    ------
    FourdpQaError
        When the folder exists, an id does not fit into 16 bits, or writing fails.
    """
    if folder.exists():
        raise FourdpQaError(f"{folder}: is there already; choose another folder or remove it")
    unfinished = folder.with_name(f".{folder.name}.unfinished-{os.getpid()}")
    try:
        unfinished.mkdir()
        _write_into(scene, unfinished, progress)
        unfinished.rename(folder)
    except OSError as error:
        raise FourdpQaError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _write_into(scene: Scene, folder: Path, progress: Progress | None) -> None:
    facts = scene.facts
    for name in (RGB_FILE, DEPTH_FILE, INSTANCES_FILE):
        (folder / name).parent.mkdir()
    for t in range(facts.frame_count):
        ids = scene.instances(t)
        if ids.min() < 0 or ids.max() > LARGEST_ID:
            raise FourdpQaError(
                f"{facts.scene_id}: instances frame {t}: found id {ids.max()}, "
                f"expected 0 to {LARGEST_ID}"
            )
        Image.fromarray(scene.rgb(t)).save(folder / RGB_FILE.format(t))
        depth = Image.fromarray(scene.depth(t).astype(np.float32))
        depth.save(folder / DEPTH_FILE.format(t), compression="tiff_adobe_deflate")
        Image.fromarray(ids.astype(np.uint16)).save(folder / INSTANCES_FILE.format(t))
        if progress is not None:
            progress(t + 1, facts.frame_count)
    np.savez(
        folder / POSES_FILE, world_from_camera=scene.world_from_camera,
        world_from_object=scene.world_from_object, pose_valid=scene.pose_valid,
    )
    text = json.dumps(_described(scene), indent=1, allow_nan=False)
    (folder / FACTS_FILE).write_text(text + "\n", encoding="utf-8")


def _described(scene: Scene) -> dict[str, Any]:
    facts = asdict(scene.facts)
    facts["capabilities"] = sorted(scene.facts.capabilities - {Capability.EXACT_VISIBILITY})
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "facts": {name: _plain(value) for name, value in facts.items()},
        "objects": [
            {name: _plain(value) for name, value in asdict(item).items()} for item in scene.objects
        ],
    }


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


@dataclass(frozen=True)
class StoredHandle:
    """A stored scene, not yet opened: its folder and what lists need to know."""

    folder: Path
    source: str
    scene_id: str
    split_key: str

    @staticmethod
    def of(folder: Path) -> StoredHandle:
        """The handle of `folder`; reads scene.json only."""
        facts, _ = _read_facts(folder)
        return StoredHandle(folder, facts.source, facts.scene_id, facts.split_key)

    def open(self) -> StoredScene:
        """Open the scene."""
        return StoredScene.open(self.folder)


class StoredScene(Scene):
    """A Scene read back from its folder, equal to the one written but for exact visibility."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts, self.objects = _read_facts(folder)
        poses = _read_poses(folder / POSES_FILE, self.facts.frame_count, len(self.objects))
        self.world_from_camera = poses["world_from_camera"]
        self.world_from_object = poses["world_from_object"]
        self.pose_valid = poses["pose_valid"]
        for name in (RGB_FILE, DEPTH_FILE, INSTANCES_FILE):
            for t in range(self.facts.frame_count):
                if not (folder / name.format(t)).is_file():
                    raise SourceDataError(
                        folder / name.format(t), "", found="no file",
                        expected=f"an image: {FACTS_FILE} says {self.facts.frame_count} frames",
                    )

    @classmethod
    def open(cls, folder: Path) -> StoredScene:
        """Open the scene in `folder`.

        Raises
        ------
        SourceDataError
            When a file is missing, damaged, or of a later format version.
        """
        return cls(folder)

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image of frame t, (H, W, 3)."""
        return self._read(RGB_FILE, t, ("RGB",)).astype(np.uint8, copy=False)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth of frame t, (H, W), scene units; 0 where there is none."""
        return self._read(DEPTH_FILE, t, ("F",)).astype(np.float32, copy=False)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids of frame t, (H, W)."""
        return self._read(INSTANCES_FILE, t, ("I;16", "I")).astype(np.int32)

    def _read(self, name: str, t: int, modes: tuple[str, ...]) -> NDArray[Any]:
        path = self.folder / name.format(t)
        return read_image(path, modes, self.facts.height, self.facts.width)


def _read_facts(folder: Path) -> tuple[SceneFacts, tuple[ObjectFacts, ...]]:
    path = folder / FACTS_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceDataError(path, "", found="no file", expected="a stored scene") from None
    except (OSError, ValueError) as error:
        raise SourceDataError(
            path, "", found=f"a damaged file ({error})", expected="JSON"
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SourceDataError(path, "format", found="another file", expected=f"'{FORMAT}'")
    version = data.get("version")
    if version != FORMAT_VERSION:
        raise SourceDataError(
            path, "version", found=repr(version), expected=str(FORMAT_VERSION),
            do="read it with the fourdp-qa that wrote it, or a later one",
        )
    facts = _build(path, "facts", SceneFacts, data.get("facts"))
    entries = data.get("objects")
    if not isinstance(entries, list):
        raise SourceDataError(path, "objects", found=type(entries).__name__, expected="a list")
    return facts, tuple(
        _build(path, f"objects[{n}]", ObjectFacts, entry) for n, entry in enumerate(entries)
    )


Facts = TypeVar("Facts", SceneFacts, ObjectFacts)

_SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,),
}
# Fields of the two dataclasses that JSON holds as lists.
_ARRAYS = {"K": (3, 3), "up": (3,), "size": (3,), "front": (3,)}


def _build(
    path: Path, place: str, kind: type[Facts], entry: Any
) -> Facts:
    """Make `kind` from its JSON form; names the first field that is missing or odd."""
    if not isinstance(entry, dict):
        raise SourceDataError(path, place, found=type(entry).__name__, expected="fields")
    wanted = {item.name for item in fields(kind)}
    if entry.keys() != wanted:
        name = sorted(entry.keys() ^ wanted)[0]
        found = "an unknown field" if name in entry else "nothing"
        raise SourceDataError(path, f"{place}.{name}", found=found, expected="the fields written")
    for item in fields(kind):
        allowed = _SCALARS.get(str(item.type), (object,))
        if not isinstance(entry[item.name], allowed):
            raise SourceDataError(
                path, f"{place}.{item.name}", found=repr(entry[item.name]), expected=str(item.type)
            )
    values = dict(entry)
    try:
        for name, shape in _ARRAYS.items():
            if values.get(name) is not None:
                values[name] = np.array(values[name], dtype=np.float64).reshape(shape)
        if "capabilities" in values:
            values["capabilities"] = frozenset(map(Capability, values["capabilities"]))
    except (TypeError, ValueError) as error:
        raise SourceDataError(
            path, place, found=str(error), expected="the values written"
        ) from None
    return kind(**values)


def _read_poses(path: Path, T: int, N: int) -> dict[str, NDArray[Any]]:
    shapes = {"world_from_camera": (T, 4, 4), "world_from_object": (T, N, 4, 4),
              "pose_valid": (T, N)}
    try:
        with np.load(path, allow_pickle=False) as stored:
            poses = {name: stored[name] for name in shapes}
    except FileNotFoundError:
        raise SourceDataError(path, "", found="no file", expected="the poses") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceDataError(
            path, "", found=f"a damaged file ({error})", expected="arrays " + ", ".join(shapes)
        ) from None
    for name, shape in shapes.items():
        if poses[name].shape != shape:
            raise SourceDataError(
                path, name, found=f"shape {poses[name].shape}", expected=f"shape {shape}"
            )
    return poses
