"""The source "aria_digital_twin": which sequences lie under the given roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.sources.aria_digital_twin.constants import (
    DEPTH_FILES,
    LICENSE,
    METADATA_FILE,
    OBJECTS_FILE,
    OLD_METADATA_FILE,
    SOURCE,
    TRAJECTORY_FILE,
    VIDEO_FILE,
)
from fourdp_qa.sources.aria_digital_twin.metadata import read_metadata
from fourdp_qa.sources.aria_digital_twin.scene import CAPABILITIES, AriaDigitalTwinHandle
from fourdp_qa.sources.registry import Source, SourceOptions

EXPECTED = f"a sequence ({METADATA_FILE}, {VIDEO_FILE}, {DEPTH_FILES[0]}, ...) or a folder of sequences"


def list_sequences(options: SourceOptions) -> Iterator[AriaDigitalTwinHandle]:
    """List sequences by name; a root is a sequence or a folder of them.

    Raises
    ------
    FourdpQaError
        Without a root, for a root that is missing or holds no sequence, for two of one name.
    """
    if not options.roots:
        raise FourdpQaError(f"{SOURCE}: no folder given, expected {EXPECTED}")
    seen: dict[str, Path] = {}
    for root in options.roots:
        for folder in _sequences(root.absolute()):
            if folder.name in seen:
                raise FourdpQaError(f"{SOURCE}: {seen[folder.name]} and {folder} are the same sequence; "
                                    "give one of them or generate two datasets")
            seen[folder.name] = folder
            yield AriaDigitalTwinHandle(folder, _split_key(folder), options.size)


def _sequences(root: Path) -> list[Path]:
    if not root.is_dir():
        raise SourceDataError(root, "", found="another file" if root.exists() else "no folder",
                              expected=EXPECTED, do="name one of them")
    if _is_sequence(root):
        return [root]
    inside = [folder for folder in sorted(root.iterdir()) if folder.is_dir()]
    found = [folder for folder in inside if _is_sequence(folder)]
    if not found:
        old = any((folder / OLD_METADATA_FILE).exists() for folder in (root, *inside))
        raise SourceDataError(
            root, "", found="sequences of version 1" if old else "no sequence", expected=EXPECTED,
            do="download version 2" if old else "give the folder that the download script has filled")
    return found


def _is_sequence(folder: Path) -> bool:
    """Any two files are enough: a sequence that lost some is reported when opened, not overlooked."""
    names = (METADATA_FILE, VIDEO_FILE, OBJECTS_FILE, TRAJECTORY_FILE, *DEPTH_FILES)
    return sum((folder / name).exists() for name in names) > 1


def _split_key(folder: Path) -> str:
    """Two sequences recorded at the same time show the same things moving: they share one key."""
    try:
        concurrent = read_metadata(folder).concurrent
    except SourceDataError:
        concurrent = ""  # opening the sequence says what is wrong
    return min(folder.name, concurrent) if concurrent else folder.name


ARIA_DIGITAL_TWIN = Source(
    name=SOURCE,
    code="adt",
    summary="Aria Digital Twin v2: what people wearing Aria glasses do in two rebuilt homes",
    extra="adt",
    license=LICENSE,
    list_scenes=list_sequences,
    capabilities=CAPABILITIES,
    modules=("projectaria_tools",),
)
