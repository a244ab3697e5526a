"""The report as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.report.findings import Finding, Kind
from fourdp_qa.eval_tasks.report.part_answers import (
    answers_part,
    confusion_part,
    consistency_part,
    groups_part,
)
from fourdp_qa.eval_tasks.report.part_examples import examples_part
from fourdp_qa.eval_tasks.report.part_more import (
    comparison_part,
    sources_part,
    tracks_part,
)
from fourdp_qa.eval_tasks.report.part_scores import (
    bars_part,
    picture_part,
    results_part,
    strata_part,
)
from fourdp_qa.eval_tasks.report.part_vlm4d import vlm4d_part
from fourdp_qa.eval_tasks.report.report import Report
from fourdp_qa.inspection.markup import Markup, element, join, template_text
from fourdp_qa.inspection.page_file import write_page

POLICY = ("default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
          "script-src 'unsafe-inline'")
FEW = 8
"""Sentences that stand apart at the head of the page; more of them stand close."""
PLAY_IN_VIEW = Markup("""
document.querySelectorAll("video[data-of]").forEach(video => {
  video.src = document.getElementById(video.dataset.of).src;
});
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const watcher = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) target.play().catch(() => {}); else target.pause();
  }, { rootMargin: "100px" });
  document.querySelectorAll("video").forEach(video => watcher.observe(video));
}
""")


def write_report(report: Report, out: Path) -> Path:
    """Write the page; a folder gets ``report.html``.

    Raises
    ------
    FourdpQaError
        When it cannot be written.
    """
    target = out / "report.html" if out.is_dir() else out
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_page(report_page(report), target)
    except OSError as error:
        raise FourdpQaError(f"report {target}: cannot be written ({error})") from error
    return target


def report_page(report: Report) -> Markup:
    """The page's text."""
    scores = report.scores
    names = ", ".join(s.run.name for s in scores)
    head = element(
        "head", element("meta", charset="utf-8"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("title", f"Report: {names}"),
        element("style", template_text("page.css"), _style()),
    )
    asked = any(s.run.verdicts for s in scores)
    parts = [
        *([results_part(scores), bars_part(scores), picture_part(scores), strata_part(scores),
           answers_part(scores), confusion_part(scores)] if asked else []),
        consistency_part(scores), groups_part(scores), tracks_part(scores), vlm4d_part(scores),
        comparison_part(report.compared),
        examples_part(report.examples, report.without_examples) if asked else join(),
        sources_part([s.run for s in scores], report.command),
    ]
    body = element(
        "body",
        element("header", element(
            "div", element("h1", "4D motion questions: report"), element("p", names, class_="lead"),
            _headline(report.findings), class_="wide"), class_="top"),
        element("main", *parts, class_="wide"),
        element("footer", "The same result files give the same page.", class_="wide bottom"),
        element("script", PLAY_IN_VIEW),
    )
    return join(Markup("<!doctype html>\n"), element("html", head, body, lang="en"))


def _headline(found: Sequence[Finding]) -> Markup:
    shown = list(found)
    if not any(f.kind == Kind.BAD for f in shown):
        shown.insert(0, Finding(Kind.GOOD, "No run has fallen into one answer, and none surely takes "
                                           "apparent motion for true motion."))
    dense = "headline many" if len(shown) > FEW else "headline"
    return element("ul", *(element("li", f.text, class_=str(f.kind)) for f in shown), class_=dense)


def _style() -> Markup:
    style = files("fourdp_qa.eval_tasks.report").joinpath("report.css").read_text(encoding="utf-8")
    return Markup(style)
