"""What a generation was asked for, and what it hands to the dataset room."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION


@dataclass(frozen=True)
class GenerationSettings:
    """Everything the bytes of a generated folder depend on; workers are not among them.

    Attributes
    ----------
    source : name of the source.
    roots : folders of its data, as text.
    scenes : number of scenes asked for; None for all.
    seed : the user's seed.
    size : side of the clips in pixels.
    frames : frames of a segment.
    types : question types asked for, in order.
    clips : whether clips are written.
    per_segment : at most this many rows of one type from one segment.
    per_type : at most this many rows of one type; None for all.
    items : (type, rows) instead of `per_type`: this source's part of a benchmark of several. No
        measured scene depends on it.
    composition : "training", "benchmark" or "benchmark-paper": shares of formats and naming modes.
    groups : whether questions are asked about the variants of scenes, group by group.
    license : what the folder is declared to be under; empty for what all its rows can stand under. No
        row and no clip depends on it: it decides whether they may be published together.
    apart_from : units, ``source/split_unit``, that give no scene: those of the training data a benchmark
        is for.
    captions : captions file whose names replace the source's, as text; empty for none.
    captions_digest : hash of that file's bytes.
    """

    source: str
    roots: tuple[str, ...]
    scenes: int | None
    seed: int
    size: int
    frames: int
    types: tuple[str, ...]
    clips: bool
    per_segment: int
    per_type: int | None = None
    composition: str = "training"
    groups: bool = False
    license: str = ""
    apart_from: tuple[str, ...] = ()
    captions: str = ""
    captions_digest: str = ""
    items: tuple[tuple[str, int], ...] = ()
    generator_version: str = GENERATOR_VERSION
    schema_version: str = SCHEMA_VERSION

    def to_json(self) -> str:
        """Stable text: equal settings give equal bytes."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    def for_stage(self) -> GenerationSettings:
        """What the work in a stage depends on: rows refused for their licence are not made again, nor
        are scenes measured again for another part of a benchmark.
        """
        return replace(self, license="", items=())

    def for_publication(self) -> GenerationSettings:
        """The same without the paths of this machine: of every path only its last part."""
        return replace(
            self, roots=tuple(Path(root).name for root in self.roots),
            captions=Path(self.captions).name,
        )


@dataclass(frozen=True)
class StagedDataset:
    """A finished generation, not yet published.

    Attributes
    ----------
    settings : what was asked for.
    rows : all rows, sorted by id; `file_name` is ``videos/<source>/<00..ff>/<clip_id>.mp4``
        relative to the split's folder, or empty without clips.
    proofs : one for every segment that gave rows.
    clips_root : folder that holds ``videos/``; None without clips.
    """

    settings: GenerationSettings
    rows: list[Row]
    proofs: list[SegmentProof]
    clips_root: Path | None
