"""Which records a TFRecord file of a MOVi data set holds, without reading their images."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.kubric.example import find_text
from fourdp_qa.sources.kubric.movi import INFO_FILE, RECORD_FILE, VIDEO_NAME
from fourdp_qa.sources.kubric.record import RecordHandle
from fourdp_qa.sources.kubric.tfrecord import Place, open_at_payload, record_places

_VIDEO_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def is_record_file(path: Path) -> bool:
    """Whether a file is named as TFDS names its records."""
    return RECORD_FILE.fullmatch(path.name) is not None


def list_records(path: Path) -> Iterator[RecordHandle]:
    """Handles of the records of a file, in their order.

    A broken record has a handle too, and so has one that ``dataset_info.json`` counts but the file
    lacks: they are reported when opened, not overlooked.

    Raises
    ------
    SourceDataError
        For a file or a ``dataset_info.json`` that cannot be read.
    """
    names = RECORD_FILE.fullmatch(path.name)
    stem = f"{names['dataset']}-{names['split']}" if names else path.stem
    expected = _expected_count(path)
    try:
        size, index = path.stat().st_size, -1
        for index, place in enumerate(record_places(path)):
            name = _video_name(path, place)
            scene_id = f"{stem}-{name}" if name else f"{path.name}#{index}"
            yield RecordHandle(path, place, index, scene_id)
    except OSError as error:
        raise SourceDataError(
            path, "", found=f"an unreadable file ({error.strerror})", expected="a TFRecord file",
            do="copy the file again",
        ) from None
    for missing in range(index + 1, expected):
        yield RecordHandle(path, Place(size, 0), missing, f"{path.name}#{missing}")


def _video_name(path: Path, place: Place) -> str:
    """The video's name where the record holds a plain one; empty otherwise."""
    with open_at_payload(path, place) as file:
        text = (find_text(file, place.length, VIDEO_NAME) or b"").decode("utf-8", errors="replace")
    return text if _VIDEO_NAME.fullmatch(text) else ""


def _expected_count(path: Path) -> int:
    """How many records ``dataset_info.json`` says the file has; 0 where it says nothing."""
    info_path, names = path.parent / INFO_FILE, RECORD_FILE.fullmatch(path.name)
    if names is None or not info_path.exists():
        return 0
    try:
        info: Any = json.loads(info_path.read_text(encoding="utf-8"))
        for split in info["splits"]:
            if split["name"] == names["split"]:
                return int(split["shardLengths"][int(names["shard"] or 0)])
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise SourceDataError(
            info_path, "", found=f"a damaged file ({type(error).__name__})",
            expected=f"splits with their shardLengths, one for {path.name}",
            do="copy it again, or remove it to go by the record files alone",
        ) from None
    return 0
