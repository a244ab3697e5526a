"""The parts of the audit's page that count: balance, tracks, duplicates, thresholds, composition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fourdp_qa.inspection.audit.balance import Share
from fourdp_qa.inspection.audit.counting import Duplicates, Table
from fourdp_qa.inspection.audit.scaling import Change
from fourdp_qa.inspection.audit.sensitivity import Sensitivity
from fourdp_qa.inspection.audit.track_checks import TrackScore
from fourdp_qa.inspection.markup import Markup, element, join
from fourdp_qa.inspection.wording import type_title, value_label
from fourdp_qa.tables import load_table

SHOWN = 8
"""Shares of a kind that stand open; the rest are a click away, all of them in the JSON."""
MOST = 60
"""Of a kind on the page at all."""
FEW_COLUMNS = 5
"""Tables with more stand alone, not two beside each other."""


def tracks_part(scores: Sequence[TrackScore]) -> Markup:
    """Scores of solvers of tracks that do not watch."""
    if not scores:
        return join()
    lines = [
        [type_title(s.question_type), _texts()["solvers"][s.solver], f"{s.targets:,}",
         f"{s.score:.1f} ({s.low:.1f} to {s.high:.1f})", f"{s.error:.3f}", f"{s.flag:.1f} %",
         "easy: this hardly asks for motion" if s.easy else "fine"]
        for s in scores
    ]
    return element(
        "section", element("h2", "Tracks without watching"),
        element("p", "The score is the mean share of asked positions within 1, 2, 4, 8 and 16 pixels of "
                     "256; a model has to beat it. A set whose score is surely above 50 is called easy. The "
                     "error is the median distance in shares of the picture's side. “Always visible” is how "
                     "often that word alone is right."),
        _table(["type", "answer that never watches", "positions", "score", "error", "always visible",
                "verdict"], lines, numbers=4),
        class_="panel",
    )


def shares_part(shares: Sequence[Share]) -> Markup:
    """Shares kind by kind, the uneven first."""
    parts = []
    for kind, title in _texts()["shares"].items():
        found = [share for share in shares if share.kind == kind]
        if not found:
            continue
        uneven = sum(share.uneven for share in found)
        verdict = f"{uneven} of {len(found)} uneven" if uneven else f"all {len(found)} even"
        parts += [
            element("h3", f"{title}. ", element("span", verdict, class_=_badge(uneven))),
            _share_table(found[:max(SHOWN, min(uneven, MOST))]),
        ]
        rest = found[max(SHOWN, min(uneven, MOST)):MOST]
        if rest:
            parts.append(element("details", element("summary", f"{len(rest)} more"), _share_table(rest)))
    return join(*parts)


def duplicates_part(found: Duplicates) -> Markup:
    """What is there more than once."""
    clips = "not looked at, there are none" if found.clips is None else str(found.clips)
    lines = [
        ["rows with the id of another row", str(found.ids)],
        ["rows that equal another in all but the id", str(found.rows)],
        ["questions asked twice about one clip", str(found.questions)],
        ["clips with the same bytes as another", clips],
    ]
    table = _table(["", "found"], lines, numbers=1)
    if not found.examples:
        return table
    return join(table, element("p", f"For example: {', '.join(found.examples)}", class_="id"))


def sensitivity_part(found: Sensitivity) -> Markup:
    """What became of verdicts under moved thresholds."""
    changes = list(Change)
    lines = []
    examples: list[str] = []
    for factor, types in found.by_factor.items():
        counts = Counter[str]()
        for tally in types.values():
            counts.update(tally.changes)
            examples += tally.flipped
        lines.append([f"× {factor:g}", *(f"{counts[change]:,}" for change in changes)])
    kinds = {f"{name} {label}" for types in found.by_factor.values()
             for name, tally in types.items() for label in tally.classes}
    classes = [
        [type_title(kind.split()[0]), kind.split()[1], *(
            _class_share(found.by_factor[factor], *kind.split()) for factor in found.by_factor)]
        for kind in sorted(kinds)
    ]
    source = f"{found.scenes} scenes measured again" if found.scenes else "the evidence in the rows"
    left = f" {found.unjudged} rows hold a verdict that follows from several numbers and are judged in "
    left = f"{left}part." if found.unjudged else ""
    factors = [f"× {factor:g}" for factor in found.by_factor]
    return element(
        "section", element("h2", f"If the thresholds were others: {found.verdicts}"),
        element("p", f"All bands narrowed or widened at once, from {source}. Between “absent” and "
                     "“present” lies a band in which nothing is asked; so verdicts may come and go, but "
                     f"none may flip.{left}"),
        _table(["thresholds", *(_texts()["changes"][change] for change in changes)], lines, numbers=6),
        join(*(element("p", example, class_="id") for example in examples[:SHOWN])),
        element("details", element("summary", "Shares of verdicts by type"),
                _table(["type", "verdict", *factors], classes, numbers=len(factors))),
        class_="panel",
    )


def tables_part(tables: dict[str, Table]) -> Markup:
    """Composition, a table each; those without a count are left out."""
    parts = []
    for name, table in tables.items():
        columns = list(dict.fromkeys(column for found in table.values() for column in found))
        if not columns:
            continue
        column_of = {"formats": "format", "naming": "naming", "entanglement": "entangled",
                     "entanglement_by_label": "entangled"}.get(name)
        heads = [value_label(column_of, c) if column_of else c for c in columns]
        lines = [
            [_line_name(name, key), *(f"{found[c]:,}" if found.get(c) else "·" for c in columns)]
            for key, found in table.items()
        ]
        shown: Markup = _table(["", *heads], lines, numbers=len(columns))
        if len(lines) > 2 * SHOWN:
            shown = element("details", element("summary", f"{len(lines)} lines"), shown)
        style = "grid-column: 1 / -1" if len(columns) > FEW_COLUMNS else None
        parts.append(element("div", element("h3", _texts()["tables"][name]), shown, style=style))
    return element("div", *parts, class_="tables")


def _class_share(types: dict[str, Any], name: str, label: str) -> str:
    tally = types.get(name)
    total = tally.classes.total() if tally else 0
    return f"{100 * tally.classes[label] / total:.1f} %" if tally and total else "·"


def _line_name(table: str, key: str) -> str:
    """Types by their title; labels as type and verdict."""
    if table in ("strata", "licenses", "label_quality"):
        return key.replace("_", " ") if table == "label_quality" else key
    kind, _, rest = key.partition(" ")
    return f"{type_title(kind)} {rest}".strip()


def _share_table(shares: Sequence[Share]) -> Markup:
    head = element("tr", *(
        element("th", words, class_="n" if n else None)
        for n, words in enumerate(("", "right", "of", "share", "should be", "range"))))
    lines = [
        element(
            "tr", element("th", share.name, scope="row"),
            *(element("td", text, class_="n") for text in (
                f"{share.times:,}", f"{share.of:,}", f"{share.share:.0f} %", f"{share.fair:.0f} %",
                f"{share.low:.0f} to {share.high:.0f} %")),
            class_="uneven" if share.uneven else None)
        for share in shares
    ]
    return element("div", element("table", element("thead", head), element("tbody", *lines),
                                  class_="share"), class_="scroll")


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]], *, numbers: int) -> Markup:
    """A table whose first column names the line and of whose columns the next `numbers` from the first
    that is a number are set to the right.
    """
    first = next((n for n, text in enumerate(lines[0]) if n and text[:1].isdigit()), 1) if lines else 1
    right = range(first, first + numbers)
    head = element("tr", *(
        element("th", words, class_="n" if n in right else None) for n, words in enumerate(heads)))
    body = [
        element("tr", element("th", line[0], scope="row"), *(
            element("td", text, class_="n" if n in right else None)
            for n, text in enumerate(line[1:], 1)))
        for line in lines
    ]
    return element("div", element("table", element("thead", head), element("tbody", *body)),
                   class_="scroll")


def _badge(uneven: int) -> str:
    return f"finding {'shortcut' if uneven else 'none'}"


def _texts() -> dict[str, Any]:
    return load_table("fourdp_qa.inspection.audit", "texts.toml")
