"""What may lie in one folder: the licences of its rows, and the one the folder as a whole is under.

Every scene names its licence and every row made from it carries it on. A folder is declared to be under
one licence; it may promise nothing that a row does not grant. The properties of the licences are in
licences.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.tables import load_table

OWN = "LicenseRef-"
"""SPDX's prefix for a licence that is not on its list."""

_OWN_NAME = re.compile(r"LicenseRef-[A-Za-z0-9.-]{1,80}")


@dataclass(frozen=True)
class Licence:
    """What a licence allows and asks for.

    Attributes
    ----------
    name : str
        SPDX identifier.
    commercial : bool
        Commercial use is allowed.
    changed : bool
        Changed versions may be shared.
    share_alike : bool
        Changed versions stay under it, or under one of `later`.
    attribution : bool
        Whoever made it must be named, or the notice kept.
    later : tuple of str
        Its later versions.
    known : bool
        False for one that is not in the table: taken to grant nothing.
    """

    name: str
    commercial: bool
    changed: bool
    share_alike: bool
    attribution: bool
    later: tuple[str, ...] = ()
    known: bool = True


@cache
def _licences() -> dict[str, Licence]:
    found = {}
    for entry in load_table("fourdp_qa.scene", "licences.toml")["licence"]:
        for place, name in enumerate(entry["ids"], 1):
            found[name] = Licence(
                name, entry["commercial"], entry["changed"], entry["share_alike"],
                entry["attribution"], later=tuple(entry["ids"][place:]),
            )
    return found


def licence_called(name: str) -> Licence:
    """The licence with an SPDX identifier; one that is not in the table grants nothing."""
    unknown = Licence(name, commercial=False, changed=True, share_alike=False, attribution=True,
                      known=False)
    return _licences().get(name, unknown)


def declared_licence(text: str) -> str:
    """The SPDX identifier a person means, in its own spelling; empty for an empty text.

    Raises
    ------
    FourdpQaError
        When it is neither in the table nor ``LicenseRef-`` and a name.
    """
    by_lower = {name.lower(): name for name in _licences()}
    if not text or _OWN_NAME.fullmatch(text):
        return text
    if text.lower() in by_lower:
        return by_lower[text.lower()]
    near = get_close_matches(text.lower(), by_lower, n=1)
    hint = f"; did you mean {by_lower[near[0]]}?" if near else ""
    raise FourdpQaError(
        f"--license: found '{text}', expected {OWN}<name> or one of {', '.join(_licences())}{hint}"
    )


def why_not_under(row: str, folder: str) -> str:
    """Why rows of licence `row` may not lie in a folder under licence `folder`; empty when they may."""
    ours, whole = licence_called(row), licence_called(folder)
    if not ours.changed:
        return f"{row} forbids sharing changed versions, and clips with questions are one"
    if row == folder or folder in ours.later:
        return ""
    if not ours.known:
        return f"what {row} allows is unknown"
    if ours.share_alike:
        also = f" or {' or '.join(ours.later)}" if ours.later else ""
        return f"{row} asks that changed versions stay under {row}{also}"
    if not ours.commercial and (whole.commercial or not whole.known):
        allows = "allows it" if whole.known else "may allow it"
        return f"{row} forbids commercial use, {folder} {allows}"
    if ours.attribution and not whole.attribution:
        return f"{row} asks for attribution, {folder} waives it"
    return ""


def folder_licence(rows: Iterable[str], declared: str = "") -> str:
    """The licence of a folder as a whole.

    Parameters
    ----------
    rows : iterable of str
        The licence of every row.
    declared : str
        What the folder is declared to be under; empty for the one among those of the rows that all of
        them may stand under.

    Raises
    ------
    FourdpQaError
        When a row's licence does not fit, or the rows have none in common; says which and why.
    """
    counts = Counter(rows)
    if declared:
        for name, count in sorted(counts.items()):
            reason = why_not_under(name, declared)
            if reason:
                raise FourdpQaError(
                    f"license: found {count} rows of {name}, expected what may lie in a folder under "
                    f"{declared}: {reason}; {_advice(counts)}"
                )
        return declared
    fitting = [c for c in counts if not any(why_not_under(name, c) for name in counts)]
    if not fitting:
        raise FourdpQaError(_nothing_in_common(counts))
    return min(fitting, key=_strictness)


def refuse_source(source: str, licence: str, declared: str) -> None:
    """Refuse a source before anything is read when its licence is known and cannot fit.

    Raises
    ------
    FourdpQaError
        When no row of it may lie in the folder.
    """
    if not licence_called(licence).known:
        return  # each scene says its own
    reason = why_not_under(licence, declared or licence)
    if reason:
        place = f"under {declared}" if declared else "of questions"
        raise FourdpQaError(
            f"{source}: license: found {licence}, expected what may lie in a folder {place}: {reason}; "
            f"{_advice(Counter([licence]))}"
        )


def _strictness(name: str) -> tuple[bool, bool, bool, bool, str]:
    """Sorts licences from the one that grants most."""
    licence = licence_called(name)
    return (not licence.known, not licence.commercial, licence.share_alike, licence.attribution, name)


def _advice(counts: Counter[str]) -> str:
    """What to declare instead, when all rows can stand under something."""
    try:
        return f"declare --license {folder_licence(counts.elements())} or leave these scenes out"
    except FourdpQaError:
        return "leave these scenes out"


def _nothing_in_common(counts: Counter[str]) -> str:
    """The message for rows that can share no folder."""
    names = sorted(counts)
    found = ", ".join(f"{counts[name]} rows of {name}" for name in names)
    reason = next(
        why_not_under(name, other) for other in names for name in names if why_not_under(name, other)
    )
    do = "leave these scenes out" if len(names) == 1 else "generate a folder for each"
    return f"license: found {found}, expected licences that all rows can share: {reason}; {do}"
