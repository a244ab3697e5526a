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

import glob
import io
import json
import os
import shutil
import struct
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
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.refusing import refuse_colour, refuse_images, refuse_numbers
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene, SceneFacts

STORE_AGAIN: Final = "copy the folder or store the scene again"
UNFINISHED: Final = ".unfinished-"

FORMAT: Final = "fourdp-qa scene"
FORMAT_VERSION: Final = 1
"""Changes when a reader of the older version would misread a folder."""

FACTS_FILE: Final = "scene.json"
POSES_FILE: Final = "poses.npz"
RGB_FILE: Final = "rgb/{:05d}.png"
DEPTH_FILE: Final = "depth/{:05d}.tiff"
INSTANCES_FILE: Final = "instances/{:05d}.png"
LARGEST_ID: Final = 65535

ADDED_LATER: Final = frozenset({"standard", "estimated", "is_followed"})
"""Fields that older folders of this version lack: their default is what those scenes meant."""

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
        When the folder exists, the scene is damaged, an id does not fit into 16 bits, or writing
        fails.
    """
    if folder.exists():
        raise FourdpQaError(f"{folder}: is there already; choose another folder or remove it")
    refuse_numbers(scene)
    unfinished = folder.with_name(f".{folder.name}{UNFINISHED}{os.getpid()}")
    try:
        _remove_unfinished(folder)
        unfinished.mkdir()
        _write_into(scene, unfinished, progress)
        unfinished.rename(folder)
    except OSError as error:
        raise FourdpQaError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _remove_unfinished(folder: Path) -> None:
    """Remove what writers of `folder` left that were killed before they could."""
    for left in folder.parent.glob(f".{glob.escape(folder.name)}{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _write_into(scene: Scene, folder: Path, progress: Progress | None) -> None:
    facts = scene.facts
    for name in (RGB_FILE, DEPTH_FILE, INSTANCES_FILE):
        (folder / name).parent.mkdir()
    for t in range(facts.frame_count):
        rgb, depth, ids = scene.rgb(t), scene.depth(t), scene.instances(t)
        refuse_images(scene, t, depth, ids)
        refuse_colour(scene, t, rgb)
        if ids.min() < 0 or ids.max() > LARGEST_ID:
            raise FourdpQaError(
                f"{facts.scene_id}: instances frame {t}: found id {ids.max()}, "
                f"expected 0 to {LARGEST_ID}"
            )
        Image.fromarray(rgb).save(folder / RGB_FILE.format(t))
        _save_depth(depth, folder / DEPTH_FILE.format(t))
        Image.fromarray(ids.astype(np.uint16)).save(folder / INSTANCES_FILE.format(t))
        if progress is not None:
            progress(t + 1, facts.frame_count)
    np.savez(
        folder / POSES_FILE, world_from_camera=scene.world_from_camera,
        world_from_object=scene.world_from_object, pose_valid=scene.pose_valid,
    )
    text = json.dumps(_described(scene), indent=1, allow_nan=False)
    (folder / FACTS_FILE).write_text(text + "\n", encoding="utf-8")


def _save_depth(depth: NDArray[np.float32], path: Path) -> None:
    """Compressed in memory: written straight to the file, libtiff prints to standard error and may
    not say that the disk is full.
    """
    encoded = io.BytesIO()
    Image.fromarray(depth).save(encoded, format="TIFF", compression="tiff_adobe_deflate")
    path.write_bytes(encoded.getvalue())


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
        refuse_numbers(self, self._file_of)
        self._refuse_other_count()

    @classmethod
    def open(cls, folder: Path) -> StoredScene:
        """Open the scene in `folder`.

        Raises
        ------
        SourceDataError
            When a file is missing, surplus, damaged, or of a later format version, a pose is no
            rigid motion, or a fact cannot be. Images are looked into when they are read.
        """
        return cls(folder)

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image of frame t, (H, W, 3)."""
        return self._read(RGB_FILE, t, ("RGB",)).astype(np.uint8, copy=False)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth of frame t, (H, W), scene units; 0 where there is none."""
        depth = self._read(DEPTH_FILE, t, ("F",)).astype(np.float32, copy=False)
        if not np.all(np.isfinite(depth) & (depth >= 0)):
            raise self._error(DEPTH_FILE, t, "depth", "pixels that are negative or not finite",
                              "z-depth, 0 where there is none")
        if Capability.DEPTH in self.facts.capabilities and not depth.any() and self.instances(t).any():
            raise self._error(DEPTH_FILE, t, "depth", "nothing but zeros",
                              "z-depth at least on the objects of the frame")
        return depth

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids of frame t, (H, W)."""
        ids = self._read(INSTANCES_FILE, t, ("I;16", "I")).astype(np.int32)
        unknown = ids[~np.isin(ids, [0, *(item.id for item in self.objects)])]
        if unknown.size:
            raise self._error(
                INSTANCES_FILE, t, "ids", f"id {unknown.min()} without an object",
                f"ids of the objects in {FACTS_FILE}",
                "likely mistake: ids off by one, or an object missing from the table",
            )
        return ids

    def _refuse_other_count(self) -> None:
        """Each layer has exactly the frames 0 .. T-1, none of them empty."""
        count = self.facts.frame_count
        says = f"{FACTS_FILE} says {count} frames"
        for name in (RGB_FILE, DEPTH_FILE, INSTANCES_FILE):
            for t in range(count):
                refuse_unless_file(self.folder / name.format(t), f"an image: {says}")
            if (self.folder / name.format(count)).exists():
                raise self._error(name, count, "", "a frame too many", says)

    def _file_of(self, field: str) -> Path:
        """The file that holds a field of the Scene."""
        in_poses = "world_from" in field or "pose_valid" in field
        return self.folder / (POSES_FILE if in_poses else FACTS_FILE)

    def _error(
        self, name: str, t: int, field: str, found: str, expected: str, do: str = STORE_AGAIN
    ) -> SourceDataError:
        return SourceDataError(
            self.folder / name.format(t), field, found=found, expected=expected, do=do
        )

    def _read(self, name: str, t: int, modes: tuple[str, ...]) -> NDArray[Any]:
        path = self.folder / name.format(t)
        return read_image(path, modes, self.facts.height, self.facts.width)


def _read_facts(folder: Path) -> tuple[SceneFacts, tuple[ObjectFacts, ...]]:
    path = folder / FACTS_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceDataError(path, "", found="no file", expected="a stored scene",
                              do=STORE_AGAIN) from None
    except (OSError, ValueError, RecursionError) as error:
        raise SourceDataError(
            path, "", found=f"a damaged file ({error})", expected="JSON", do=STORE_AGAIN
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SourceDataError(path, "format", found="another file", expected=f"'{FORMAT}'",
                              do="give the folder that write_scene made")
    version = data.get("version")
    if version != FORMAT_VERSION:
        raise SourceDataError(
            path, "version", found=repr(version), expected=str(FORMAT_VERSION),
            do="read it with the fourdp-qa that wrote it, or a later one",
        )
    facts = _build(path, "facts", SceneFacts, data.get("facts"))
    entries = data.get("objects")
    if not isinstance(entries, list):
        raise SourceDataError(path, "objects", found=type(entries).__name__, expected="a list",
                              do=STORE_AGAIN)
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
        raise SourceDataError(path, place, found=type(entry).__name__, expected="fields",
                              do=STORE_AGAIN)
    wanted = {item.name for item in fields(kind)}
    needed = wanted - ADDED_LATER
    if not needed <= entry.keys() <= wanted:
        name = sorted((entry.keys() - wanted) | (needed - entry.keys()))[0]
        found = "an unknown field" if name in entry else "nothing"
        raise SourceDataError(path, f"{place}.{name}", found=found, expected="the fields written",
                              do=STORE_AGAIN)
    for item in fields(kind):
        if item.name not in entry:
            continue
        value, allowed = entry[item.name], _SCALARS.get(str(item.type), (object,))
        # True is an int to Python, and not to the file.
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise SourceDataError(path, f"{place}.{item.name}", found=f"{value!r:.60}",
                                  expected=str(item.type), do=STORE_AGAIN)
    values = dict(entry)
    try:
        for name, shape in _ARRAYS.items():
            if values.get(name) is not None:
                values[name] = np.array(values[name], dtype=np.float64).reshape(shape)
        if "capabilities" in values:
            values["capabilities"] = frozenset(map(Capability, values["capabilities"]))
    except (TypeError, ValueError, OverflowError) as error:
        raise SourceDataError(
            path, place, found=str(error), expected="the values written", do=STORE_AGAIN
        ) from None
    return kind(**values)


# What numpy raises on an archive that is cut, damaged, of another kind or of another tool.
_UNREADABLE: Final = (
    OSError, ValueError, KeyError, EOFError, TypeError, MemoryError, RuntimeError, struct.error,
    zipfile.BadZipFile, zlib.error,
)


def _read_poses(path: Path, T: int, N: int) -> dict[str, NDArray[Any]]:
    shapes = {"world_from_camera": (T, 4, 4), "world_from_object": (T, N, 4, 4),
              "pose_valid": (T, N)}
    try:
        with np.load(path, allow_pickle=False) as stored:
            poses = {name: stored[name] for name in shapes}
    except FileNotFoundError:
        raise SourceDataError(path, "", found="no file", expected="the poses", do=STORE_AGAIN) from None
    except _UNREADABLE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceDataError(path, "", found=f"a damaged file ({reason})",
                              expected="arrays " + ", ".join(shapes), do=STORE_AGAIN) from None
    for name, shape in shapes.items():
        wanted = np.dtype(np.bool_ if name == "pose_valid" else np.float64)
        if poses[name].shape != shape or poses[name].dtype != wanted:
            raise SourceDataError(
                path, name, found=f"{poses[name].dtype} of shape {poses[name].shape}",
                expected=f"{wanted} of shape {shape}", do=STORE_AGAIN,
            )
    return poses
