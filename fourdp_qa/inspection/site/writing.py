"""Write the site: one page, its data in small files, posters, and links to the clips."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from PIL import Image

from fourdp_qa.clips.first_frame import first_frame
from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.layout import check_file_name
from fourdp_qa.dataset.replacing import fresh_folder_beside, recover, take_place
from fourdp_qa.dataset.write import link_or_copy
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent
from fourdp_qa.inspection.gallery_selection import clip_key
from fourdp_qa.inspection.markup import fill_template, template_text
from fourdp_qa.inspection.material import Material, open_material
from fourdp_qa.inspection.page_file import not_written
from fourdp_qa.inspection.site.cards import card_of
from fourdp_qa.inspection.site.index import index_of
from fourdp_qa.rows.row import Row

PAGE, STYLE, SCRIPTS = "index.html", "site.css", ("card.js", "site.js")
DATA, CLIPS, POSTERS = "data", "clips", "posters"
INDEX: Final = f"{DATA}/index.js"
OWN_ENTRIES: Final = frozenset({PAGE, STYLE, *SCRIPTS, DATA, CLIPS, POSTERS})

CARDS_PER_FILE: Final = 100
"""Some 250 KB: read before a person has looked up from the list, and a thousand are 10 files."""
POSTER_SIDE, POSTER_QUALITY = 192, 75
"""About 6 KB: sharp in the list, and what the player shows until the clip is there."""


@dataclass(frozen=True)
class Site:
    """What was written.

    Attributes
    ----------
    page : the page to open.
    rows, clips : how many questions, and clips they are about.
    size : bytes of the site without clips that lie elsewhere.
    """

    page: Path
    rows: int
    clips: int
    size: int


def write_site(folder: Path, out: Path, *, with_clips: bool = False, progress: Progress = silent) -> Site:
    """Write a site about every row of a generated folder or a benchmark.

    It needs no server and fetches nothing from elsewhere: it is opened from the disk or put on any static
    host. The site takes its place in one move; what is not ours at its top level is kept.

    Parameters
    ----------
    folder : a folder written by ``generate``, ``mix`` or ``bench``.
    out : folder of the site; an earlier site is replaced.
    with_clips : put the clips into the site, as hard links where the file system allows. Without it the page
        refers to those of `folder` by relative links. A benchmark's are always put there.

    Raises
    ------
    FourdpQaError
        When the folder has no rows, a clip is missing or damaged, or `out` cannot be written or holds
        something else than a site.
    """
    material = open_material(folder)
    rows = sorted(material.rows, key=lambda row: row.id)
    if not rows:
        raise FourdpQaError(f"{folder}: found no rows, expected some; generate more scenes")
    out = out.resolve()
    try:
        recover(out, OWN_ENTRIES)
        _check_target(out)
        building = fresh_folder_beside(out)
        clip_of, poster_of = _place_clips(folder, material, rows, building, out, with_clips, progress)
        _write_data(material, rows, clip_of, poster_of, building)
        _write_page(material, building)
        size = sum(path.stat().st_size for path in building.rglob("*") if path.is_file())
        take_place(building, out, OWN_ENTRIES)
    except OSError as error:
        raise not_written("site", out, error) from error
    return Site(out / PAGE, len(rows), len(clip_of), size)


def _check_target(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise FourdpQaError(f"site {out}: found a file, expected a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / INDEX).is_file():
        raise FourdpQaError(
            f"site {out}: found a folder with other files in it, expected a new, an empty or an earlier "
            "site; choose another --out")


def _place_clips(
    folder: Path, material: Material, rows: list[Row], building: Path, out: Path, with_clips: bool,
    progress: Progress,
) -> tuple[dict[str, str], dict[str, str]]:
    """Put clips and posters into the site; return the links of both by `clip_key`."""
    first = {clip_key(row): row for row in reversed(rows) if row.file_name}
    benchmark = (folder / FACTS).is_file()
    opened = None if benchmark else DatasetFolder.open(folder)
    clip_of: dict[str, str] = {}
    poster_of: dict[str, str] = {}
    (building / POSTERS).mkdir()
    for done, key in enumerate(sorted(first), 1):
        row = first[key]
        inside = building / CLIPS / f"{done - 1:05d}.mp4"
        path = None if opened is None else opened.clip_path(row)
        if path is not None:
            check_file_name(row.id, row.file_name)
            if not path.is_file():
                raise FourdpQaError(
                    f"clip {path} of row {row.id}: the file is missing; generate the folder again")
        if path is None or with_clips:
            inside.parent.mkdir(exist_ok=True)
            if path is None:
                inside.write_bytes(material.clip(row) or b"")
            else:
                link_or_copy(path, inside)
            clip_of[key] = f"{CLIPS}/{inside.name}"
            path = inside
        else:
            clip_of[key] = quote(_relative(path, out))
        poster_of[key] = f"{POSTERS}/{done - 1:05d}.jpg"
        (building / poster_of[key]).write_bytes(_poster(path))
        progress("clips", done, len(first))
    return clip_of, poster_of


def _relative(path: Path, out: Path) -> str:
    try:
        return Path(os.path.relpath(path, out)).as_posix()
    except ValueError as error:  # two drives
        raise FourdpQaError(
            f"site {out}: found the clips on another drive ({path}), expected one that a relative link can "
            "reach; --with-clips puts them into the site") from error


def _poster(clip: Path) -> bytes:
    image = Image.fromarray(first_frame(clip))
    image.thumbnail((POSTER_SIDE, POSTER_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=POSTER_QUALITY)
    return buffer.getvalue()


def _write_data(
    material: Material, rows: list[Row], clip_of: Mapping[str, str], poster_of: Mapping[str, str],
    building: Path,
) -> None:
    """The index and the cards, as scripts that hand over JSON: a page from the disk may not fetch."""
    (building / DATA).mkdir()
    index = index_of(rows, clip_of, poster_of, material.name, CARDS_PER_FILE)
    _write_script(building / INDEX, "fourdpIndex", index)
    for start in range(0, len(rows), CARDS_PER_FILE):
        cards = [
            card_of(row, n, with_clip=clip_key(row) in clip_of)
            for n, row in enumerate(rows[start : start + CARDS_PER_FILE], start + 1)
        ]
        number = start // CARDS_PER_FILE
        _write_script(building / DATA / f"cards-{number:04d}.js", f"fourdpCards[{number}]", cards)


def _write_script(path: Path, name: str, value: Any) -> None:
    """ASCII alone: no character of a caption can end the script or change its meaning."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    path.write_text(f"{name} = {text};\n", encoding="ascii")


def _write_page(material: Material, building: Path) -> None:
    page = fill_template("site/site.html", title=f"4D motion questions: {material.name}")
    (building / PAGE).write_text(page, encoding="utf-8")
    styles = ("page.css", "card.css", "site/site.css")
    (building / STYLE).write_text("\n".join(template_text(name) for name in styles), encoding="utf-8")
    for name in SCRIPTS:
        (building / name).write_text(template_text(f"site/{name}"), encoding="utf-8")
