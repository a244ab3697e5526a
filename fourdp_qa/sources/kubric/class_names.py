"""What the class numbers of a MOVi record mean."""

from __future__ import annotations

from pathlib import Path

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.kubric.movi import CAPTION_LABELS, CLASSES, DATASETS, LABELS_FILE, RECORD_FILE


def read_class_names(records: Path) -> dict[str, tuple[str, ...]]:
    """Names of the classes of each feature for the records of one file.

    The labels file beside the records says them; for a MOVi data set without one, its builder's table
    does. A class table that neither knows is absent: its numbers then name nothing.

    Raises
    ------
    SourceDataError
        For a labels file that cannot be read or is empty.
    """
    match = RECORD_FILE.fullmatch(records.name)
    known = CLASSES if match and DATASETS.fullmatch(match["dataset"]) else {}
    names = {}
    for feature in CAPTION_LABELS:
        path = records.parent / LABELS_FILE.format(feature)
        if path.exists():
            names[feature] = _lines(path)
        elif feature in known:
            names[feature] = known[feature]
    return names


def _lines(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SourceDataError(
            path, "", found=f"an unreadable file ({type(error).__name__})",
            expected="names, one a line", do="copy it again, or remove it",
        ) from None
    if not lines or not all(lines):
        raise SourceDataError(path, "", found="an empty line", expected="names, one a line",
                              do="copy it again, or remove it")
    return tuple(lines)
