"""The source "virtual_kitti": which recordings lie under the given roots, in one tree or several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.sources.registry import Source, SourceOptions
from fourdp_qa.sources.virtual_kitti.constants import (
    ARCHIVES,
    CAMERAS,
    FRAME_FILES,
    LICENSE,
    SCENE_NAME,
    TEXT,
    VARIATIONS,
)
from fourdp_qa.sources.virtual_kitti.scene import CAPABILITIES, VirtualKittiHandle

Layers = dict[str, Path]
TABLES = ("pose.txt", "bbox.txt", "info.txt", "extrinsic.txt", "intrinsic.txt")


def list_recordings(options: SourceOptions) -> Iterator[VirtualKittiHandle]:
    """List every camera of every variation of every scene: by scene, variation, camera.

    A root is a folder with Scene01, ... in it, or a folder of such folders (one for each archive);
    the layers of a recording may lie in different ones.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds nothing, for a layer that is nowhere, for
        a layer of one recording in two places.
    """
    if not options.roots:
        raise FourdpQaError("virtual_kitti: no folder given, expected the extracted archives' folder")
    found: dict[tuple[str, str], Layers] = {}
    for root in options.roots:
        for tree in _trees(root.absolute()):
            _gather(tree, found)
    _refuse_missing(options.roots, found)
    for scene, variation in sorted(found, key=_order):
        layers = found[scene, variation]
        folders = tuple((layer, layers.get(layer)) for layer in ARCHIVES)
        for camera in _cameras(layers):
            yield VirtualKittiHandle(scene, variation, camera, folders)


def _trees(root: Path) -> list[Path]:
    """`root` and the folders in it that hold scenes."""
    if not root.is_dir():
        raise SourceDataError(root, "", found="no folder", expected="the extracted archives")
    trees = [tree for tree in (root, *sorted(e for e in root.iterdir() if e.is_dir())) if _scenes(tree)]
    if not trees:
        raise SourceDataError(
            root, "", found="no folder called Scene01, Scene02, ...",
            expected="the extracted archives: ROOT/Scene01 or ROOT/vkitti_2.0.3_rgb/Scene01",
            do="give the folder above Scene01, or the one above the archives' folders",
        )
    return trees


def _scenes(tree: Path) -> list[Path]:
    return [e for e in tree.iterdir() if SCENE_NAME.fullmatch(e.name) and e.is_dir()]


def _gather(tree: Path, found: dict[tuple[str, str], Layers]) -> None:
    """Add the layers of all recordings of one tree."""
    for scene in _scenes(tree):
        for folder in (entry for entry in scene.iterdir() if entry.is_dir()):
            here = [layer for layer in FRAME_FILES if (folder / "frames" / layer).is_dir()]
            if any((folder / name).exists() for name in TABLES):
                here.append(TEXT)
            for layer in here:
                layers = found.setdefault((scene.name, folder.name), {})
                if layer in layers:
                    raise FourdpQaError(
                        f"virtual_kitti: {layer} of {scene.name}/{folder.name} lies in both "
                        f"{layers[layer]} and {folder}; give one of them"
                    )
                layers[layer] = folder


def _refuse_missing(roots: tuple[Path, ...], found: dict[tuple[str, str], Layers]) -> None:
    """A layer that no recording has is an archive that was forgotten."""
    for layer, archive in ARCHIVES.items():
        if not any(layer in layers for layers in found.values()):
            raise SourceDataError(
                ", ".join(map(str, roots)), layer, found="none for any recording",
                expected=f"what {archive} holds", do=f"extract {archive} beside the others",
            )


def _cameras(layers: Layers) -> list[int]:
    """Cameras that have pictures in any layer: one that lost some is reported when opened."""
    return [
        camera for camera in CAMERAS
        if any((folder / "frames" / layer / f"Camera_{camera}").is_dir()
               for layer, folder in layers.items() if layer in FRAME_FILES)
    ] or [CAMERAS[0]]


def _order(key: tuple[str, str]) -> tuple[str, int, str]:
    scene, variation = key
    known = VARIATIONS.index(variation) if variation in VARIATIONS else len(VARIATIONS)
    return scene, known, variation


VIRTUAL_KITTI = Source(
    name="virtual_kitti",
    code="vkt",
    summary="Virtual KITTI 2.0.3: drives through five synthetic streets, two cameras",
    extra=None,
    license=LICENSE,
    list_scenes=list_recordings,
    capabilities=CAPABILITIES,
    has_agents=True,
)
