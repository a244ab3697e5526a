"""Rules about clips: there, whole, as long as promised, more than one."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from fourdp_qa.dataset.layout import SPLIT
from fourdp_qa.dataset.rules.of_card import clip_patterns
from fourdp_qa.dataset.rules.survey import Survey

LEAST_CLIPS: Final = 2
"""A split of one clip and one table is loaded as a plain table without video."""


def clips(survey: Survey) -> Iterator[str]:
    """Every clip decodes to its end, with as many frames as its rows say."""
    for name, use in survey.clips.items():
        found = survey.frames.get(name)
        if isinstance(found, str):
            yield found
        if not isinstance(found, int):
            continue  # said, or outside the sample that --quick decodes
        for promised, (row_id, count) in use.promised.items():
            if promised != found:
                others = f" (and {count - 1:,} more rows)" if count > 1 else ""
                yield f"row {row_id}: clip {name}: found {found} frames, expected {promised}{others}"


def two_clips(survey: Survey) -> Iterator[str]:
    """At least two clips in every split of every config."""
    files = [f"{SPLIT}/{name}" for name, use in survey.clips.items() if use.digest]
    for entry in survey.configs:
        for split, patterns in clip_patterns(entry).items():
            matched = sum(any(fnmatchcase(name, pattern) for pattern in patterns) for name in files)
            if matched < LEAST_CLIPS:
                yield (f"config {entry.get('config_name')}: split {split}: found {matched} clips, expected "
                       f"at least {LEAST_CLIPS}: with fewer `datasets` may load the tables without video")
