"""Parts of the page about tracks, comparisons, and where each number comes from."""

from __future__ import annotations

from collections.abc import Sequence

from fourdp_qa.eval_tasks.report.comparison import Compared
from fourdp_qa.eval_tasks.report.drawing import hint, table
from fourdp_qa.eval_tasks.report.findings import between, points
from fourdp_qa.eval_tasks.report.results_table import percent
from fourdp_qa.eval_tasks.report.runs import Batch, Run
from fourdp_qa.eval_tasks.report.scores import RunScore
from fourdp_qa.eval_tasks.report.track_scores import TrackNumbers
from fourdp_qa.eval_tasks.scoring.tracks.score import THRESHOLDS, TrackScore
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import type_title

TRACK_HEADS = ("average Jaccard", "position (δ)", *(f"within {t} px" for t in THRESHOLDS),
               "visible or not", "unread", "positions")


def tracks_part(scores: Sequence[RunScore]) -> Markup:
    """Types 12 and 13."""
    names = sorted({name for s in scores for name in s.tracks}, reverse=True)
    if not names:
        return join()
    return element(
        "section", element("h2", "Tracks"),
        hint("As TAP-Vid scores them, at 256 pixels, all asked positions together; 1 is perfect, positions "
             "that were not read are misses. Shares but for the Jaccard are in percent."),
        *(_track_type(name, [(s.run.name, s.tracks[name]) for s in scores if name in s.tracks])
          for name in names), class_="panel",
    )


def _track_type(name: str, runs: Sequence[tuple[str, TrackNumbers]]) -> Markup:
    _, widest = max(runs, key=lambda pair: pair[1].score.items)
    lines = [[run, *_track_cells(numbers.score, numbers)] for run, numbers in runs]
    lines += [[element("span", words, class_="line reference"), *_track_cells(found)] for words, found in (
        ("the query point, never moving", widest.copied), ("the other kind of track, perfect", widest.other))]
    apart = [
        [run, _decimal(n.to_true[0]), _decimal(n.to_other[0]),
         "nearer to the other kind" if n.gives_other_track else "no sign of it"]
        for run, n in runs if n.to_true[0] is not None
    ]
    parts = [
        [run, part, _decimal(found.jaccard), percent(found.delta), percent(found.occlusion),
         f"{found.targets:,}"]
        for run, n in runs for axis in n.parts.values() for part, found in axis.items()
    ]
    return join(
        element("h3", type_title(name)),
        table(["run", *TRACK_HEADS], lines, numbers=range(1, len(TRACK_HEADS) + 1)),
        join(hint("Which of the two tracks was given, where picture and world part (average Jaccard):"),
             table(["run", "to the track asked for", "to the other kind", ""], apart, numbers=(1, 2)))
        if apart else "",
        element("details", element("summary", "By what moves"), table(
            ["run", "part", "average Jaccard", "position (δ)", "visible or not", "positions"], parts,
            numbers=(2, 3, 4, 5))),
    )


def _track_cells(found: TrackScore, numbers: TrackNumbers | None = None) -> list[str]:
    ends = ""
    if numbers and numbers.interval:
        ends = f" ({_decimal(numbers.interval.low)} – {_decimal(numbers.interval.high)})"
    return [
        _decimal(found.jaccard) + ends, percent(found.delta),
        *(percent(found.delta_at.get(t)) for t in THRESHOLDS), percent(found.occlusion),
        percent(found.unparsed), f"{found.targets:,}",
    ]


def _decimal(value: float | None) -> str:
    return "·" if value is None else f"{value:.3f}"


def comparison_part(compared: Sequence[Compared]) -> Markup:
    """Pairs of runs."""
    if not compared:
        return join()
    lines = [
        [f"{c.first} − {c.second}", f"{points(c.difference)}{between(c.low, c.high)}",
         f"{c.p_scenes:.2g}", f"{c.p_holm:.2g}", str(c.only_first), str(c.only_second), f"{c.p_mcnemar:.2g}",
         f"{c.items:,}",
         element("span", "surely better" if c.is_sure else "may be luck",
                 class_=f"finding {'none' if c.is_sure else 'too_few'}")]
        for c in compared
    ]
    return element(
        "section", element("h2", "Which run is better?"),
        hint("Difference in points over the questions that both answered, drawn anew by whole scenes; p "
             "after Holm's correction for the number of pairs decides. McNemar's test takes questions as "
             "independent, which those of a scene are not. Of more than six runs each is compared with the "
             "best one only."),
        table(["runs", "difference", "p", "p, corrected", "only the first right", "only the second",
               "p, McNemar", "questions", ""], lines, numbers=range(1, 8)), class_="panel",
    )


def sources_part(runs: Sequence[Run], report_command: str) -> Markup:
    """Number -> command that made it."""
    lines = [
        [f"all numbers of {run.name}", element("code", command), _benchmark(run.batches[stamp]), stamp,
         _count(run.batches[stamp])]
        for run in runs for stamp, command in run.commands.items()
    ]
    lines.append(["intervals, tests, tables and this page", element("code", report_command), "", "", ""])
    lines.append(["rows printed in the paper", "copied from arXiv 2606.11568", "", "", ""])
    settings = [
        element("details", element("summary", f"Settings of {run.name}"),
                table(["setting", "value"], [[k, v] for k, v in run.settings.items()]))
        for run in runs
    ]
    return element(
        "section", element("h2", "Where each number comes from"),
        table(["number", "command", "benchmark", "run of", "questions"], lines, class_="commands"), *settings,
        class_="panel",
    )


def _benchmark(batch: Batch) -> str:
    """Name and first characters of the digest: which benchmark is no part of a command line."""
    name, sign, digest = batch.benchmark.rpartition("sha256:")
    return f"{name}{sign}{digest[:8]}" if sign else batch.benchmark


def _count(batch: Batch) -> str:
    return f"{batch.asked:,}" if batch.asked == batch.offered else f"{batch.asked:,} of {batch.offered:,}"
