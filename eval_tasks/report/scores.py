"""Everything that is measured on one run, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fourdp_qa.eval_tasks.report.collapse import Collapse, collapses
from fourdp_qa.eval_tasks.report.picture_gap import PictureGap, picture_gap
from fourdp_qa.eval_tasks.report.runs import Run
from fourdp_qa.eval_tasks.report.track_scores import TrackNumbers, track_numbers
from fourdp_qa.eval_tasks.scoring.accuracy import Accuracy, Summary, summarise
from fourdp_qa.eval_tasks.scoring.beside import Beside, beside
from fourdp_qa.eval_tasks.scoring.bootstrap import Interval, bootstrap
from fourdp_qa.eval_tasks.scoring.breakdown import breakdown, confusion
from fourdp_qa.eval_tasks.scoring.consistency import Consistency, consistency
from fourdp_qa.eval_tasks.scoring.groups import GroupScore, group_score
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

TYPES = (
    "camera_movement", "camera_object_distance", "object_rotation", "object_direction", "agent_motion",
    "moved_distance", "object_object_distance_change", "depth", "object_object_distance",
    "multi_view_depth", "multi_view_object_distance",
)
"""Types 1 to 11, the columns of every table in this order."""
CATEGORIES = ("camera", "object", "spatial")
PICTURE = ("agree", "different", "opposite", "unclear", "none")
CUES = ("none", "size", "height", "both", "screen")


@dataclass(frozen=True)
class Score:
    """Accuracy of some items with its 95 % interval over scenes and what luck alone reaches there.

    Attributes
    ----------
    items : questions scored, failed requests left out.
    accuracy, low, high, chance : shares; None where there are too few items or scenes to tell.
    """

    items: int
    accuracy: float | None
    low: float | None
    high: float | None
    chance: float | None


NOTHING = Score(0, None, None, None, None)


@dataclass(frozen=True)
class RunScore:
    """A run and its numbers.

    Attributes
    ----------
    by_type, by_category : part -> score, for the parts that were asked.
    by_picture, by_cue : by `entangled` where things move, by `cue_conflict` where they are compared.
    micro, macro : over items and over types.
    summary, beside, strata, gap, collapses, consistency, groups, tracks : as the modules of these names
        give them.
    """

    run: Run
    summary: Summary
    beside: Beside
    micro: Score
    macro: Score
    by_type: dict[str, Score]
    by_category: dict[str, Score]
    by_picture: dict[str, Score]
    by_cue: dict[str, Score]
    strata: dict[str, Accuracy]
    gap: PictureGap | None
    collapses: list[Collapse]
    consistency: Consistency
    groups: GroupScore | None
    tracks: dict[str, TrackNumbers]


def score_run(run: Run) -> RunScore:
    """Measure a run."""
    verdicts = run.verdicts
    summary, intervals = summarise(verdicts), bootstrap(verdicts)
    next_to = beside(verdicts)
    types = {name: [v for v in verdicts if v.question_type == name] for name in TYPES}
    by_type = {
        name: _score(part, intervals.by_type.get(name)) for name, part in types.items() if part
    }
    macro_chance = [s.chance for s in by_type.values() if s.chance is not None]
    return RunScore(
        run=run, summary=summary, beside=next_to, micro=_score(verdicts, intervals.micro),
        macro=Score(
            summary.micro.items, summary.macro, *_ends(intervals.macro),
            sum(macro_chance) / len(macro_chance) if macro_chance else None),
        by_type=by_type,
        by_category=_parts(verdicts, "category", CATEGORIES),
        by_picture=_parts([v for v in verdicts if v.category != "spatial"], "entangled", PICTURE),
        by_cue=_parts([v for v in verdicts if v.category == "spatial"], "cue_conflict", CUES),
        strata=breakdown(verdicts, "strata"), gap=picture_gap(verdicts), collapses=collapses(verdicts),
        consistency=consistency(verdicts),
        groups=group_score(run.groups) if run.groups else None, tracks=track_numbers(run.tracks),
    )


def confusions(run: Run) -> dict[tuple[str, str], tuple[list[str], list[str], list[list[int]]]]:
    """(type, format) -> what is true, what was said, how often: lines of the right answers."""
    tables = {}
    for key, found in sorted(confusion(run.verdicts).items()):
        true = [label for label in found.labels if found.counts.get(label)]
        said = [label for label in (*found.labels, "unparsed")
                if any(found.counts[t].get(label) for t in true)]
        said = list(dict.fromkeys([*true, *said]))
        tables[key] = (true, said, [[found.counts[t].get(s, 0) for s in said] for t in true])
    return tables


def score(verdicts: Sequence[Verdict]) -> Score:
    """Score of any items."""
    return _score(verdicts, bootstrap(verdicts).micro if verdicts else None)


def _score(verdicts: Iterable[Verdict], interval: Interval | None) -> Score:
    scored = [v for v in verdicts if not v.is_failed]
    if not scored:
        return NOTHING
    chances = [1 / len(v.answers) for v in scored if v.answers]
    return Score(
        len(scored), sum(v.score for v in scored) / len(scored), *_ends(interval),
        sum(chances) / len(chances) if chances else None,
    )


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _parts(verdicts: Sequence[Verdict], column: str, values: Sequence[str]) -> dict[str, Score]:
    """Score of every value of a column that occurs, in the order of `values`."""
    parts = {value: [v for v in verdicts if getattr(v, column) == value] for value in values}
    return {value: score(part) for value, part in parts.items() if part}
