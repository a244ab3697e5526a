"""Phase 3: colour, rings and encoding, only for what was selected."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fourdp_qa.clips.circles import draw_circles
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.clips.resize import resize_square
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.composing import scene_hash
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.rows.details import CircleMark
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.square import square_view


@dataclass(frozen=True)
class ClipFile:
    """One clip to write: the plain one has no marks."""

    path: Path
    marks: tuple[CircleMark, ...]


@dataclass(frozen=True)
class ClipJob:
    """All clips of one segment, so that its colour is rendered once.

    Attributes
    ----------
    handle : the scene.
    segment : text of the segment.
    size : side of the clips in pixels.
    files : clips that rows refer to.
    """

    handle: SceneHandle
    segment: str
    size: int
    files: tuple[ClipFile, ...]


def clip_name(code: str, record: SegmentRecord, variant: int) -> str:
    """Path of a clip relative to the split's folder, ``videos/<source>/<00..ff>/<clip_id>.mp4``.

    The two hex digits fan clips out over 256 folders: a Hub folder should stay under 10,000 files.
    """
    clip_id = f"{code}-{scene_hash(record)}-s{record.number:02d}-v{variant}"
    fan = hashlib.sha256(clip_id.encode()).hexdigest()[:2]
    return f"videos/{record.source}/{fan}/{clip_id}.mp4"


def write_clips(job: ClipJob) -> str:
    """Write the clips of a segment that are not there yet; return why its colour cannot be read.

    Raises
    ------
    FourdpQaError
        When a clip cannot be written, for want of space say: that is no fault of the scene, and
        skipping one scene after the other would only hide it.
    """
    # A clip without a byte is what a machine that lost its power may leave.
    missing = [f for f in job.files if not (f.path.is_file() and f.path.stat().st_size)]
    if not missing:
        return ""
    segment = Segment.parse(job.segment)
    try:
        scene = square_view(job.handle.open(), segment)
        try:
            frames = np.stack([resize_square(scene.rgb(t), job.size) for t in segment.frames])
        finally:
            scene.close()
    except FourdpQaError as error:
        return str(error)
    for file in missing:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        drawn = draw_circles(frames, file.marks) if file.marks else frames
        encode_clip(drawn, file.path, segment.fps / segment.stride)
    return ""
