"""Check a dataset folder or a benchmark folder as a stranger, the Hub and its viewer would meet it."""

from __future__ import annotations

from pathlib import Path

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.rules.reading import decode_clips, survey_benchmark, survey_training
from fourdp_qa.dataset.rules.rule import Findings, Outcome, Report, Rule, Verdict
from fourdp_qa.dataset.rules.survey import TRAINING, Survey
from fourdp_qa.dataset.rules.table import READABLE, RULES
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent


def validate(path: Path | str, progress: Progress = silent) -> list[str]:
    """Everything that is wrong with a folder, one line each; empty when nothing is.

    Holds it against every rule of `fourdp_qa.dataset.rules.table` and decodes every clip.
    """
    return check_folder(path, progress).lines


def check_folder(
    path: Path | str, progress: Progress = silent, *, quick: bool = False, workers: int = 1
) -> Report:
    """Hold a dataset folder, a mix or a benchmark folder against every rule.

    Memory does not grow with the rows but for some 100 bytes of each: tables are read in batches.

    Parameters
    ----------
    path : the folder.
    progress : is told how far it is.
    quick : decode a sample of the clips instead of all; the others must be there, with the bytes that the
        card's digest was made of. The clips of a benchmark are decoded all.
    workers : processes that decode.
    """
    folder = Path(path)
    findings = Findings()
    survey = None
    try:
        read = survey_benchmark if (folder / FACTS).is_file() else survey_training
        survey = read(folder, findings, progress)
    except FourdpQaError as error:
        findings.add(READABLE, [str(error)])
    if survey is not None:
        if survey.kind == TRAINING and survey.with_clips:
            decode_clips(survey, quick, workers, progress)
        for rule in RULES:
            if rule.check and rule.applies(survey) and (survey.whole or rule.without_rows):
                findings.add(rule.name, rule.check(survey))
    return Report(
        folder=str(folder), kind=survey.kind if survey else "", rows=survey.rows if survey else 0,
        clips=len(survey.clips) if survey else 0,
        decoded=len(survey.frames) if survey else 0, quick=quick,
        outcomes=tuple(_outcome(rule, survey, findings) for rule in RULES),
    )


def _outcome(rule: Rule, survey: Survey | None, findings: Findings) -> Outcome:
    count = findings.counts[rule.name]
    if count:
        verdict = Verdict.BROKEN
    elif survey is not None and not rule.applies(survey):
        verdict = Verdict.DOES_NOT_APPLY
    elif survey is None or not (survey.whole or rule.without_rows):
        verdict = Verdict.NOT_CHECKED
    else:
        verdict = Verdict.HOLDS
    return Outcome(rule.name, rule.holds, rule.do, verdict, count, findings.of(rule.name))
