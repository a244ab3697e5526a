"""The audit as one self-contained page: every number with what it is and whether it is good."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from fourdp_qa.inspection.audit.gains import LEAST_ITEMS, LEAST_SCENES, SMALL_GAIN, Finding, Gain
from fourdp_qa.inspection.audit.page_tables import (
    duplicates_part,
    sensitivity_part,
    shares_part,
    tables_part,
    tracks_part,
)
from fourdp_qa.inspection.audit.report import Audit
from fourdp_qa.inspection.markup import Markup, element, fill_template, join, template_text
from fourdp_qa.inspection.page_file import not_written, write_page
from fourdp_qa.inspection.wording import type_title, value_label
from fourdp_qa.tables import load_table

WIDTH, HEIGHT = 190, 22
FIGURES = ("questions", "right", "by guessing", "gain")
"""Columns of the table of solvers that are numbers; on a phone each stands above its number."""
WIDEST = 20.0
"""Points at either end of a bar at least; a larger gain widens all bars alike."""


def write_audit(audit: Audit, page: Path, data: Path | None = None) -> Path:
    """Write the page, and the numbers as JSON; a folder as `page` gets ``audit.html``.

    Raises
    ------
    FourdpQaError
        When either cannot be written.
    """
    target = page / "audit.html" if page.is_dir() else page
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_page(audit_page(audit), target)
        if data is not None:
            _write_json(audit, data)
    except OSError as error:
        raise not_written("audit", target, error) from error
    return target


def audit_page(audit: Audit) -> Markup:
    """The page's text."""
    return fill_template(
        "audit/audit.html", title=f"Audit of {audit.name}",
        page_style=template_text("page.css"), audit_style=template_text("audit/audit.css"),
        counts=_counts(audit), headline=_headline(audit), overall=_overall(audit.overall),
        parts_title=f"Shortcuts by {audit.by}", parts=_parts(audit),
        tracks=tracks_part(audit.tracks), shares=shares_part(audit.shares),
        duplicates=duplicates_part(audit.duplicates),
        sensitivity=join(*map(sensitivity_part, audit.sensitivity)), tables=tables_part(audit.tables),
    )


def _write_json(audit: Audit, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(audit.to_plain(), indent=1) + "\n", encoding="utf-8")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _counts(audit: Audit) -> Markup:
    asked = sum(1 for found in audit.tables["formats"].values() if found)
    figures = [(audit.rows, "questions"), (asked, "question types"), (audit.scenes, "scenes"),
               (audit.clips, "clips")]
    return element("ul", *(
        element("li", element("strong", f"{figure:,}"), element("span", words))
        for figure, words in figures if figure
    ), class_="counts")


def _headline(audit: Audit) -> Markup:
    """What a reader needs to know first, the bad before the good."""
    titles = _texts()["checks"]
    found = {name: g for name, g in audit.overall.items() if g.finding == Finding.SHORTCUT}
    unsure = [name for name, g in audit.overall.items() if g.finding == Finding.TOO_FEW and g.items]
    uneven = sum(share.uneven for share in audit.shares)
    lines = [
        ("bad", f"{titles[name]['title']}: a solver that sees this alone gains {_signed(gain.gain)} "
                f"points ({_signed(gain.low)} to {_signed(gain.high)}).")
        for name, gain in sorted(found.items(), key=lambda kv: -kv[1].low)
    ]
    if not found:
        lines.append(_none_found(audit))
    strongest = audit.strongest
    if strongest:
        part, name, gain = strongest
        lines.append(("bad", f"Strongest in one part: {_part_name(audit.by, part)}, "
                             f"{str(titles[name]['title']).lower()}: {_signed(gain.gain)} points "
                             f"({_signed(gain.low)} to {_signed(gain.high)}), {gain.accuracy:.0f} % right."))
    in_parts = {
        _part_name(audit.by, part): [str(titles[name]["title"]).lower() for name, g in gains.items()
                                     if g.finding == Finding.SHORTCUT and name not in found]
        for part, gains in audit.parts.items()
    }
    also = "; ".join(f"{part} ({', '.join(names)})" for part, names in in_parts.items() if names)
    if also:
        lines.append(("unsure", f"Found in a part alone: {also}."))
    if unsure and any(g.finding != Finding.TOO_FEW for g in audit.overall.values()):
        names = ", ".join(str(titles[name]["title"]).lower() for name in unsure)
        lines.append(("unsure", f"Too few questions to tell: {names}."))
    lines.append(("bad", f"{uneven} shares of answers are uneven, listed below.") if uneven
                 else ("good", "No answer is surely too frequent: letters, Yes and No, options, templates.")
                 if audit.shares else ("unsure", "Too few questions to tell whether answers are even."))
    twice = audit.duplicates.found
    lines.append(("bad", f"{twice} rows, questions or clips are there more than once.") if twice
                 else ("good", "Nothing is there twice."))
    for sensitivity in audit.sensitivity:
        flips = sensitivity.flips
        lines.append(("bad" if flips else "good",
                      f"Moved thresholds ({sensitivity.verdicts}): {flips or 'no'} labels flipped."))
    return element("ul", *(element("li", text, class_=kind) for kind, text in lines), class_="headline")


def _none_found(audit: Audit) -> tuple[str, str]:
    """What it means that no check found a shortcut: nothing, where none could have."""
    if any(gain.finding == Finding.NONE for gain in audit.overall.values()):
        return "good", "No shortcut found in all questions together."
    return "unsure", (
        f"Too few questions to tell whether there is a shortcut: {audit.rows:,} in {audit.scenes:,} scenes. "
        f"A verdict takes {LEAST_ITEMS} questions from {LEAST_SCENES} scenes, a narrow range some hundreds.")


def _overall(gains: dict[str, Gain]) -> Markup:
    widest = max([WIDEST, *(abs(v) for g in gains.values() if g.items for v in (g.low, g.high))])
    head = element("tr", *(
        element("th", words, class_="n" if number else None) for words, number in (
            ("solver, and what it sees", False), *((words, True) for words in FIGURES),
            ("range of the gain", False), ("verdict", False))))
    lines = [_line(name, gain, widest) for name, gain in gains.items()]
    return element("div", element(
        "table", element("thead", head), element("tbody", *lines), class_="checks"), class_="scroll")


def _line(name: str, gain: Gain, widest: float) -> Markup:
    texts = _texts()["checks"][name]
    said = [element("strong", texts["title"]), element("span", f"sees {texts['sees']}")]
    if gain.finding == Finding.SHORTCUT:
        said.append(element("span", texts["mend"], class_="mend"))
    if not gain.items:
        return element("tr", element("th", *said, scope="row"),
                       element("td", "no such questions", colspan="6", class_="hint"))
    badge = _texts()["findings"][gain.finding]
    if gain.explained_by:
        badge = f"as much as “{_texts()['checks'][gain.explained_by]['title']}”"
    return element(
        "tr", element("th", *said, scope="row"),
        *(element("td", text, class_="n", data_name=words) for words, text in zip(FIGURES, (
            f"{gain.items:,}", f"{gain.accuracy:.1f} %", f"{gain.reference:.1f} %", _signed(gain.gain),
        ), strict=True)),
        element("td", _range(gain, widest), element(
            "span", f"{_signed(gain.low)} to {_signed(gain.high)}", class_="ends")),
        element("td", element("span", badge, class_=f"finding {gain.finding}")),
    )


def _range(gain: Gain, widest: float) -> Markup:
    """The gain with its interval on a line, 0 in the middle, up to 3 points shaded."""
    def x(points: float) -> float:
        return 6 + (points + widest) / (2 * widest) * (WIDTH - 12)

    middle = HEIGHT / 2
    return element(
        "svg",
        element("rect", x=x(0), y="2", width=x(SMALL_GAIN) - x(0), height=str(HEIGHT - 4), class_="small"),
        element("line", x1=x(0), x2=x(0), y1="0", y2=str(HEIGHT), class_="zero"),
        element("line", x1=x(gain.low), x2=x(gain.high), y1=middle, y2=middle,
                class_=f"span {gain.finding}"),
        element("circle", cx=x(gain.gain), cy=middle, r="4.5", class_=str(gain.finding)),
        element("title", f"{_signed(gain.gain)} ({_signed(gain.low)} to {_signed(gain.high)})"),
        viewBox=f"0 0 {WIDTH} {HEIGHT}", class_="range", role="img",
    )


def _parts(audit: Audit) -> Markup:
    names = list(audit.overall)
    head = element("tr", element("th", audit.by), element("th", "questions", class_="n"), *(
        element("th", _texts()["checks"][name]["title"], class_="n") for name in names))
    lines = [
        element("tr", element("th", _part_name(audit.by, part), scope="row"),
                _number(f"{max(g.items for g in gains.values()):,}"),
                *(_cell(gains[name]) for name in names))
        for part, gains in audit.parts.items()
    ]
    return element("div", element("table", element("thead", head), element("tbody", *lines),
                                  class_="map"), class_="scroll")


def _cell(gain: Gain) -> Markup:
    if not gain.items:
        return element("td", "·", class_="n hint")
    words = (f"{gain.items} questions: {gain.accuracy:.1f} % right, {gain.reference:.1f} % by guessing; "
             f"gain {_signed(gain.gain)} ({_signed(gain.low)} to {_signed(gain.high)}): "
             f"{_texts()['findings'][gain.finding]}")
    return element("td", _signed(gain.gain), class_=f"n {gain.finding}", title=words)


def _part_name(by: str, part: str) -> str:
    if by == "type":
        return type_title(part)
    return value_label(by, part) if by in ("format", "naming", "entangled") else part


def _number(text: str) -> Markup:
    return element("td", text, class_="n")


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")


def _texts() -> dict[str, Any]:
    return load_table("fourdp_qa.inspection.audit", "texts.toml")
