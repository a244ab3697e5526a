"""What a reader must know before any number: in sentences, the bad first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from fourdp_qa.eval_tasks.report.collapse import Collapse
from fourdp_qa.eval_tasks.report.comparison import Compared
from fourdp_qa.eval_tasks.report.results_table import percent
from fourdp_qa.eval_tasks.report.runs import Run
from fourdp_qa.eval_tasks.report.scores import RunScore
from fourdp_qa.eval_tasks.report.vlm4d_scores import HEADS, SPLITS, protocols
from fourdp_qa.eval_tasks.scoring.tracks.verdict import TRUE_MOTION
from fourdp_qa.inspection.wording import type_title, value_label

MANY_UNPARSED = 0.05
"""A model that loses more than this to unreadable answers is scored on its manners, not on what it sees."""
ENOUGH_CHECKS = 5
"""Fewer say little about a model; the table of the page has them."""
MOST_COMPARED = 4
"""Pairs in sentences, those of the best run first; the table has all."""
PROMPTS_COMPARED = 50
"""Common questions looked at for another prompt: a changed template shows in the first."""


class Kind(StrEnum):
    """How a finding reads."""

    BAD = "bad"
    UNSURE = "unsure"
    GOOD = "good"


@dataclass(frozen=True)
class Finding:
    """One sentence."""

    kind: Kind
    text: str


def findings(scores: Sequence[RunScore], compared: Iterable[Compared]) -> list[Finding]:
    """All of them, sorted by kind."""
    found = [*_of_all([s.run for s in scores])]
    for scored in scores:
        found += [*_of_run(scored)]
    found += [
        Finding(Kind.GOOD, f"{c.first} is better than {c.second}: {points(c.difference)} points"
                           f"{between(c.low, c.high)}, p = {c.p_holm:.2g} on {c.items} common questions.")
        for c in [c for c in compared if c.is_sure][:MOST_COMPARED]
    ]
    return sorted(found, key=lambda finding: list(Kind).index(finding.kind))


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * share:+.1f}".replace("-", "−")


def between(low: float | None, high: float | None) -> str:
    """An interval of differences in brackets, nothing without one."""
    return "" if low is None or high is None else f" ({points(low)} to {points(high)})"


def _of_all(runs: Sequence[Run]) -> Iterator[Finding]:
    benchmarks = sorted({run.benchmark for run in runs if run.benchmark})
    if len(benchmarks) > 1:
        yield Finding(Kind.BAD, f"{len(benchmarks)} benchmarks are shown, marked by their digests: numbers "
                                "of different digests are not comparable.")
    for a, b in combinations(runs, 2):
        common = sorted(set(a.said) & set(b.said))[:PROMPTS_COMPARED]
        if any(a.said[key].prompt != b.said[key].prompt for key in common):
            yield Finding(Kind.UNSURE, f"{a.name} and {b.name} were asked in different words.")


def _of_run(scored: RunScore) -> Iterator[Finding]:
    run, micro = scored.run, scored.micro
    yield from (Finding(Kind.BAD, _collapse_text(run.name, c)) for c in scored.collapses)
    yield from _picture(scored)
    answers = [*run.verdicts, *run.groups, *(v for part in run.vlm4d.values() for v in part)]
    failed = sum(v.is_failed for v in answers) + sum(t.score.failed for t in scored.tracks.values())
    if failed:
        yield Finding(Kind.BAD, f"{run.name}: {failed} requests failed. They are not scored; ask them again.")
    unparsed = scored.summary.micro.unparsed
    if unparsed is not None and unparsed > MANY_UNPARSED:
        yield Finding(Kind.BAD, f"{run.name}: no answer could be read in {percent(unparsed)} % of the "
                                "responses; they count as wrong.")
    yield from _against_luck(scored)
    yield from _vlm4d(run)
    if scored.consistency.violated and scored.consistency.checks >= ENOUGH_CHECKS:
        yield Finding(Kind.UNSURE, f"{run.name} contradicts itself in {scored.consistency.violated} of "
                                   f"{scored.consistency.checks} checks of its answers against each other.")
    if run.is_limited:
        asked, offered = sum(run.asked.values()), sum(run.offered.values())
        yield Finding(Kind.UNSURE, f"{run.name} was asked only {asked} of {offered} questions.")
    if micro.items and micro.low is None:
        yield Finding(Kind.UNSURE, f"{run.name}: all questions are about one scene: there are no intervals.")


def _collapse_text(name: str, c: Collapse) -> str:
    where = f"questions with {value_label('format', c.format)}"
    if c.question_type:
        where = f"“{type_title(c.question_type)}”, {where}"
    return (f"{name} has collapsed to one answer: to {where} it says “{c.answer}” in {c.times} of {c.of} "
            f"answers; that is right in {percent(c.right, 0)} % of them.")


def _picture(scored: RunScore) -> Iterator[Finding]:
    for name, track in scored.tracks.items():
        if track.gives_other_track:
            says = "takes apparent motion for true motion" if name == TRUE_MOTION else "gives the wrong track"
            yield Finding(
                Kind.BAD,
                f"{scored.run.name} {says}: asked for the {name.removesuffix('_point_tracking')} track, its "
                f"answers lie nearer to the other kind (average Jaccard {track.to_other[0]:.3f} against "
                f"{track.to_true[0]:.3f} where the two part).".replace("true_motion", "true-motion"))
    gap = scored.gap
    if gap is None:
        return
    numbers = (
        f"{percent(gap.told)} % right where the picture tells the truth, {percent(gap.misled)} % where it "
        f"does not (luck: {percent(gap.chance)} %); difference {points(gap.gap)} points"
        f"{between(gap.low, gap.high)}.")
    if gap.follows_picture:
        yield Finding(Kind.BAD, f"{scored.run.name} takes apparent motion for true motion: {numbers}")
    elif gap.leans_on_picture:
        yield Finding(Kind.UNSURE, f"{scored.run.name} leans on apparent motion: {numbers}")


def _vlm4d(run: Run) -> Iterator[Finding]:
    """Splits in which a model is not surely better than the options alone."""
    for asked in protocols(run):
        for at in SPLITS[:2]:
            found, blind = asked.parts[at], asked.blind[at]
            if found.low is not None and blind is not None and found.low <= blind:
                yield Finding(
                    Kind.UNSURE,
                    f"{run.name} on VLM4D, {HEADS[at]} clips, {asked.prompt}: {percent(found.accuracy)} % "
                    f"({percent(found.low)} to {percent(found.high)}), not surely better than its options "
                    f"alone, without a video: {percent(blind)} %.")


def _against_luck(scored: RunScore) -> Iterator[Finding]:
    """Whether the score says anything at all."""
    micro, habit = scored.micro, scored.beside.majority
    if micro.accuracy is None or micro.low is None or micro.high is None or micro.chance is None:
        return
    said = f"{percent(micro.accuracy)} % ({percent(micro.low)} to {percent(micro.high)})"
    if micro.high < micro.chance:
        yield Finding(Kind.BAD, f"{scored.run.name} is worse than luck: {said}, luck "
                                f"{percent(micro.chance)} %.")
    elif micro.low <= micro.chance:
        yield Finding(Kind.BAD, f"{scored.run.name} is not better than luck: {said}, luck "
                                f"{percent(micro.chance)} %.")
    elif habit is not None and micro.low <= habit:
        yield Finding(Kind.UNSURE, f"{scored.run.name} is not surely better than always giving the most "
                                   f"frequent answer of a type and format: {said}, that {percent(habit)} %.")
