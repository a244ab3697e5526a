"""The functions that the task files of tracking name.

Scores are pooled over all targets, so what a sample brings to each of them is what it counts
(`scoring.tracks.score.counts`); None where the request failed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from fourdp_qa.eval_tasks.lmms.printed import Brief
from fourdp_qa.eval_tasks.lmms.task import FAILED, what_was_shown
from fourdp_qa.eval_tasks.scoring.accuracy import UNPARSED
from fourdp_qa.eval_tasks.scoring.tracks.score import (
    COLUMNS,
    PARTS,
    TrackScore,
    counts,
    score_counts,
)
from fourdp_qa.eval_tasks.scoring.tracks.verdict import (
    TRUE_MOTION,
    TrackVerdict,
    copy_query,
    judge_track,
    other_track,
)
from fourdp_qa.rows.row import row_from_mapping

AXES: Final = ("true_motion", "camera_moves", "object_moves")
"""What the results file parts scores by."""

Counted = Sequence[float] | None


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge one response; ``jaccard`` holds the whole record."""
    verdict = judge_track(row_from_mapping(dict(doc)), results[0] if results else "")
    counted = _counts(verdict)
    copies = {"query copied": _counts(copy_query([verdict])[0])}
    if verdict.question_type == TRUE_MOTION:
        copies["visual track given for the true one"] = _counts(other_track([verdict])[0])
    return {
        "jaccard": asdict(verdict) | what_was_shown(doc) | {"counts": counted},
        "delta": counted, "occlusion": counted, UNPARSED: counted, "copies": copies,
        "parts": {PARTS[axis](verdict): counted for axis in AXES},
        FAILED: float(verdict.is_failed), "benchmark": doc["benchmark"],
    }


def average_jaccard(records: Sequence[Mapping[str, Any]]) -> float:
    """Average Jaccard at 1, 2, 4, 8 and 16 pixels of 256."""
    return _score([record["counts"] for record in records]).jaccard or 0.0


def delta(counted: Sequence[Counted]) -> float:
    """Share of visible targets within 1, 2, 4, 8 and 16 pixels of 256, averaged."""
    return _score(counted).delta or 0.0


def occlusion(counted: Sequence[Counted]) -> float:
    """Share of targets with the right flag."""
    return _score(counted).occlusion or 0.0


def unparsed(counted: Sequence[Counted]) -> float:
    """Share of targets that could not be read."""
    return _score(counted).unparsed or 0.0


def by_name(samples: Sequence[Mapping[str, Counted]]) -> dict[str, dict[str, float | None]]:
    """Scores of everything that samples give a name; of each the average Jaccard is printed."""
    named: defaultdict[str, list[Counted]] = defaultdict(list)
    for sample in samples:
        for name, counted in sample.items():
            named[name].append(counted)
    return {name: _numbers(_score(counted)) for name, counted in sorted(named.items())}


def _counts(verdict: TrackVerdict) -> Counted:
    return None if verdict.is_failed else [int(n) for n in counts([verdict])[0]]


def _score(counted: Sequence[Counted]) -> TrackScore:
    return score_counts(np.array([c for c in counted if c is not None]).reshape(-1, COLUMNS))


def _numbers(score: TrackScore) -> dict[str, float | None]:
    return Brief({"targets": score.targets, "jaccard": score.jaccard, "delta": score.delta,
                  "occlusion": score.occlusion},
                 "none" if score.jaccard is None else f"{score.jaccard:.3f}")
