"""The card in the repository: our YAML and our part of the text, and what people wrote around it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

OWN_KEYS: Final = frozenset({
    "license", "license_name", "language", "pretty_name", "size_categories", "task_categories", "tags",
    "configs", "dataset_info",
})
"""Keys that a card of ours may hold. One that is no longer there must go from the repository's card too."""

_BEGIN: Final = "<!-- fourdp-qa wrote from here (sha256:{digest}): write above or below, not inside -->"
_END: Final = "<!-- fourdp-qa wrote to here -->"
_OURS: Final = re.compile(
    re.escape(_BEGIN).replace(re.escape("{digest}"), "([0-9a-f]{64})") + r"\n(.*?)\n" + re.escape(_END),
    re.DOTALL,
)


@dataclass(frozen=True)
class MergedCard:
    """The card to send, and what a person should know about it; `note` is empty when nothing."""

    text: str
    note: str = ""


def merge_card(ours: str, theirs: str | None) -> MergedCard:
    """Put a new card into the place of the old one and keep what people wrote.

    Our keys of the YAML replace the old ones, other keys stay. Our part of the text stands between two
    marker lines with its digest: untouched it is replaced, changed by hand it stays as it is. What
    stands outside the markers always stays; text without markers is a person's, ours comes below it.

    Parameters
    ----------
    ours : the folder's card.
    theirs : the repository's card; None when there is none.
    """
    head, body = _split(ours)
    marked = _OURS.search(body)
    if marked is not None:  # a folder that was fetched from the Hub
        body = marked[2]
        theirs = ours if theirs is None else theirs
    part = _marked(body)
    if theirs is None:
        return MergedCard(_card(head, part))
    old_head, old_body = _split(theirs)
    head += _kept_keys(old_head)
    found = _OURS.search(old_body)
    if found is None:
        kept = old_body.strip("\n")
        if kept in ("", body.strip("\n")):
            return MergedCard(_card(head, part))
        return MergedCard(_card(head, f"{kept}\n\n{part}"), "the text of the card is kept, ours is below it")
    if _digest(found[2]) != found[1]:
        return MergedCard(
            _card(head, old_body.strip("\n")),
            "our part of the card was changed by hand and is kept as it is; move the change above or below "
            "the marker lines, and take them and what is between them away, to have it written anew",
        )
    around = old_body[: found.start()] + part + old_body[found.end() :]
    note = "" if around.strip("\n") == part else "what people wrote in the card is kept"
    return MergedCard(_card(head, around.strip("\n")), note)


def _split(card: str) -> tuple[str, str]:
    """YAML lines and the text after them; a card without YAML is all text."""
    found = re.match(r"---\r?\n(.*?)^---[ \t]*\r?\n?(.*)", card, re.DOTALL | re.MULTILINE)
    return (found[1], found[2].replace("\r\n", "\n")) if found else ("", card.replace("\r\n", "\n"))


def _card(head: str, body: str) -> str:
    return f"---\n{head}---\n\n{body}\n"


def _marked(body: str) -> str:
    text = body.strip("\n")
    return f"{_BEGIN.format(digest=_digest(text))}\n{text}\n{_END}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _kept_keys(head: str) -> str:
    """YAML of the keys that are not ours, such as a gate or a thumbnail."""
    try:
        values: Any = yaml.safe_load(head)
    except yaml.YAMLError:
        return ""  # the Hub reads none of it either
    if not isinstance(values, dict):
        return ""
    kept = {key: value for key, value in values.items() if key not in OWN_KEYS}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=1000) if kept else ""
