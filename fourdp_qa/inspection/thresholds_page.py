"""How measured quantities lie to their thresholds, as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from fourdp_qa.generate.engine import Progress, run_tasks, silent
from fourdp_qa.generate.measuring import measure_segments
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.inspection.markup import Markup, element, fill_template, join, template_text
from fourdp_qa.inspection.material import open_material
from fourdp_qa.inspection.page_file import not_written, write_page
from fourdp_qa.inspection.threshold_counts import (
    ABSENT,
    BAND,
    BINS_PER_BAND,
    KEPT,
    OUTCOMES,
    QuantityCounts,
    SourceCounts,
    count_rows,
    count_statements,
)
from fourdp_qa.inspection.verifying.origins import scenes_of
from fourdp_qa.inspection.wording import quantity_title, quantity_unit, type_line, type_title, value_text
from fourdp_qa.randomness import stable_hash
from fourdp_qa.scene.refusing import refuse_numbers
from fourdp_qa.scene.scene import SceneHandle

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560.0, 160.0, 40.0, 42.0, 22.0
NAMES: Final = {KEPT: "kept", BAND: "in the band", ABSENT: "absent"}
MEANINGS: Final = {
    KEPT: "kept: clear enough to ask about", BAND: "in the band: undecided, not asked",
    ABSENT: "absent: so little that it counts as none",
}


def write_thresholds_page(
    folder: Path, out: Path, roots: Sequence[Path] = (), *, scenes: int = 0, workers: int = 1,
    progress: Progress = silent,
) -> Path:
    """Draw the quantities of a folder to the page `out`.

    Parameters
    ----------
    folder : of ``generate`` or ``bench``.
    roots : folders of the data of a recorded source, where scenes are measured again.
    scenes : scenes to measure again for all their statements. 0 for the rows' own evidence, in which
        little is in the band: what is undecided is not asked.
    workers, progress : as in ``verify``.

    Raises
    ------
    FourdpQaError
        When the folder or a scene cannot be read, or the page cannot be written.
    """
    material = open_material(folder)
    counts = count_rows(material.rows)
    basis = f"The evidence of its {len(material.rows)} rows: what was asked about, so little is in the band."
    if scenes:
        listed = sorted(scenes_of(folder, material, roots),
                        key=lambda scene: stable_hash("thresholds", scene[0].scene_id))
        records: list[SegmentRecord] = []
        for _, found in run_tasks(_measure, listed[:scenes], workers, "measuring scenes", progress):
            records += found
        counts = count_statements(records)
        basis = f"All statements of {min(scenes, len(listed))} of its scenes, asked about or not."
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_page(render_thresholds(material.name, basis, counts), out)
    except OSError as error:
        raise not_written("page", out, error) from error
    return out


def render_thresholds(name: str, basis: str, counts: Sequence[QuantityCounts]) -> Markup:
    """The page's text."""
    sections = [
        element(
            "section", element("h2", type_title(kind)), element("p", type_line(kind), class_="hint"),
            element("div", *(_panel(c) for c in members), class_="panels"), class_="type",
        )
        for kind, members in groupby(counts, key=lambda c: c.question_type)
    ]
    empty = element("p", "No row of this folder rests on a measured quantity.", class_="hint")
    return fill_template(
        "thresholds.html", title=f"Thresholds: {name}", basis=basis,
        page_style=template_text("page.css"), thresholds_style=template_text("thresholds.css"),
        legend=join(*(_key(outcome) for outcome in (KEPT, BAND, ABSENT))),
        sections=join(*sections) if sections else empty,
    )


def _measure(task: tuple[SceneHandle, int]) -> list[SegmentRecord]:
    handle, frames = task
    scene = handle.open()
    try:
        refuse_numbers(scene)
        return measure_segments(scene, frames)
    finally:
        scene.close()


def _key(outcome: str) -> Markup:
    swatch = element("span", "", class_=f"swatch {outcome}")
    return element("span", swatch, MEANINGS[outcome], class_="outcome")


def _panel(counts: QuantityCounts) -> Markup:
    """One quantity: its band, and a histogram with shares for each source."""
    figures = [
        element("figure", _histogram(counts, of_source), element("figcaption", *_caption(source, of_source)))
        for source, of_source in sorted(counts.sources.items())
    ]
    return element("article", element("h3", quantity_title(counts.example)),
                   element("p", _band_words(counts), class_="hint"), *figures, class_="panel")


def _band_words(counts: QuantityCounts) -> str:
    """The band in the quantity's own unit."""
    quantity, ((lo, hi), number) = counts.example, counts.bands.most_common(1)[0]
    unit = quantity_unit(quantity)
    low, high = value_text(quantity, lo), value_text(quantity, hi)
    if lo == hi:
        return f"One limit: {high} {unit}."
    if counts.signed:
        said = f"Undecided from {low} to {high} {unit}."
    else:
        said = f"Absent up to {low}, counts from {high} {unit}."
    total = counts.bands.total()
    return said if number == total else (
        f"{said} So for {number / total:.0%}; beside a larger component the band is wider.")


def _caption(source: str, counts: SourceCounts) -> list[Markup]:
    total = counts.outcomes.total()
    shares = [
        element("span", f"{counts.outcomes[o] / total:.0%} {NAMES[o]}", class_=f"share {o}")
        for o in (KEPT, BAND, ABSENT)
    ]
    return [element("strong", source), element("span", f"{total} measured", class_="share"), *shares]


def _histogram(counts: QuantityCounts, of_source: SourceCounts) -> Markup:
    """Bars by width of the band above lo, parted by what became of them."""
    first, last = counts.first_bin, counts.last_bin
    step = (WIDTH - LEFT) / (last - first + 1)
    heights = {b: sum(of_source.bins[b, o] for o in OUTCOMES) for b in range(first, last + 1)}
    top = max(heights.values())
    scale = (HEIGHT - BOTTOM - TOP) / max(top, 1)
    bars = []
    for number in heights:
        base = HEIGHT - BOTTOM
        for outcome in (KEPT, BAND, ABSENT):
            tall = of_source.bins[number, outcome] * scale
            if tall:
                base -= tall
                bars.append(element("rect", class_=outcome, x=LEFT + (number - first) * step + 0.5, y=base,
                                    width=step - 1, height=tall))

    def place(bands: float) -> float:
        return LEFT + (bands * BINS_PER_BAND - first) * step

    single = counts.example.lo == counts.example.hi
    limits = {1.0: "limit"} if single else {0.0: "lo", 1.0: "hi"}
    shaded = join() if single else element(
        "rect", class_="between", x=place(0), y=TOP, width=place(1) - place(0), height=HEIGHT - BOTTOM - TOP)
    lines = [
        join(element("path", d=f"M{place(b):.1f},{TOP}V{HEIGHT - BOTTOM + 4}", class_="threshold"),
             element("text", word, x=place(b), y=TOP - 5, text_anchor="middle"))
        for b, word in limits.items()
    ]
    ends = range(-(-first // BINS_PER_BAND), (last + 1) // BINS_PER_BAND + 1)
    ticks = [
        element("text", _tick(b, first, last), x=place(b), y=HEIGHT - BOTTOM + 18,
                text_anchor="end" if b * BINS_PER_BAND > last else "middle")
        for b in ends
    ]
    return element(
        "svg", shaded, element("path", d=f"M{LEFT},{HEIGHT - BOTTOM}H{WIDTH}", class_="zero"), *bars, *lines,
        *ticks,
        element("text", str(top), x=LEFT - 6, y=TOP + 8, text_anchor="end"),
        element("text", "times the limit" if single else "widths of the band above lo",
                x=(LEFT + WIDTH) / 2, y=HEIGHT - 4, text_anchor="middle"),
        class_="histogram", viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", role="img",
        aria_label=f"{quantity_title(counts.example)}: {of_source.outcomes.total()} measurements by their "
                   "place in the band",
    )


def _tick(bands: int, first: int, last: int) -> str:
    """A number of bands; the outermost ones stand for all beyond, too."""
    if bands * BINS_PER_BAND > last:
        return f"{bands}+"
    beyond = bands * BINS_PER_BAND == first and bands < -1
    return f"{'≤' if beyond else ''}{bands}".replace("-", "−")
