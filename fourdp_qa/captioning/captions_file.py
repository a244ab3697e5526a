"""captions.json: what the objects of every scene are called, and how each name was found."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from fourdp_qa.captioning.constants import MAX_CAPTIONS_BYTES
from fourdp_qa.captioning.questions import prompt_version
from fourdp_qa.errors import SourceDataError

FORMAT: Final = "fourdp-qa captions"
VERSION: Final = 1
_AGAIN = "write it with `fourdp-qa caption`"
_FIELDS = ("format", "version", "source", "model", "asked", "prompt_version", "scenes")


class How(StrEnum):
    """How a name was found."""

    VLM = "vlm"
    """A model said it and the rules took it."""
    CLEANED = "cleaned"
    """Words of the source's label, made by rule."""
    SOURCE = "source"
    """As the source says: the object is never seen well enough to be looked at."""


@dataclass(frozen=True)
class Caption:
    """The name of one object.

    Attributes
    ----------
    caption : noun phrase without an article; empty when nothing can be said.
    how : how it was found.
    label : what the source called the object when it was named; a scene in which the object is called
        otherwise is another scene.
    """

    caption: str
    how: How
    label: str


@dataclass(frozen=True)
class Captions:
    """All names of a source.

    Attributes
    ----------
    source : name of the source, as typed.
    model : name of the model; empty when none was asked.
    asked : "endpoint", "local" or "rules".
    scenes : scene id -> object id -> caption.
    digest : hash of the file's bytes; empty for what is not written yet.
    """

    source: str
    model: str
    asked: str
    scenes: dict[str, dict[int, Caption]]
    digest: str = ""


def write_captions(captions: Captions, path: Path) -> None:
    """Write the file; it appears whole or not at all, and equal captions give equal bytes."""
    plain = {
        "format": FORMAT, "version": VERSION, "source": captions.source, "model": captions.model,
        "asked": captions.asked, "prompt_version": prompt_version(),
        "scenes": {
            scene: {str(n): asdict(caption) for n, caption in sorted(objects.items())}
            for scene, objects in sorted(captions.scenes.items())
        },
    }
    text = json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_captions(path: Path) -> Captions:
    """Read a captions file.

    Raises
    ------
    SourceDataError
        When it is missing, damaged, or no captions file of this version.
    """
    try:
        if path.stat().st_size > MAX_CAPTIONS_BYTES:
            raise _damage(path, "size", "a huge file", f"at most {MAX_CAPTIONS_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise _damage(path, "", error.strerror or str(error), "a captions file") from None
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _damage(path, "", f"no JSON ({error})", "a captions file") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        found = repr(plain.get("format")) if isinstance(plain, dict) else type(plain).__name__
        raise _damage(path, "format", found, repr(FORMAT))
    if plain.get("version") != VERSION:
        raise _damage(path, "version", repr(plain.get("version")), str(VERSION))
    for name in _FIELDS:
        if name not in plain:
            raise _damage(path, name, "nothing", "a value")
    for name in ("source", "model", "asked"):
        if not isinstance(plain[name], str):
            raise _damage(path, name, repr(plain[name]), "text")
    scenes = _mapping(path, "scenes", plain["scenes"])
    return Captions(
        source=plain["source"], model=plain["model"], asked=plain["asked"],
        scenes={scene: _objects(path, scene, objects) for scene, objects in scenes.items()},
        digest=hashlib.sha256(data).hexdigest(),
    )


def _objects(path: Path, scene: str, plain: Any) -> dict[int, Caption]:
    place = f"scenes['{scene}']"
    return {
        _object_id(path, place, name): _caption(path, f"{place}['{name}']", entry)
        for name, entry in _mapping(path, place, plain).items()
    }


def _object_id(path: Path, place: str, name: str) -> int:
    # str.isdigit also takes digits of other scripts, and "01" would be a second name of "1".
    if not (name.isascii() and name.isdigit() and name[0] != "0" and len(name) < 12):
        raise _damage(path, place, f"the object id '{name}'", "a whole number, 1 or more")
    return int(name)


def _caption(path: Path, place: str, plain: Any) -> Caption:
    entry = _mapping(path, place, plain)
    if entry.keys() != {"caption", "how", "label"}:
        raise _damage(path, place, ", ".join(sorted(entry)) or "nothing", "caption, how, label")
    for name in ("caption", "label"):
        if not isinstance(entry[name], str):
            raise _damage(path, f"{place}.{name}", repr(entry[name]), "text")
    caption = entry["caption"]
    # A source's own name may be anything; it is checked where it is said, like every name.
    if caption != " ".join(caption.split()) or not caption.isprintable():
        raise _damage(path, f"{place}.caption", repr(caption), "words with one space between them")
    if entry["how"] not in list(How):
        raise _damage(path, f"{place}.how", repr(entry["how"]), " or ".join(How))
    return Caption(caption, How(entry["how"]), entry["label"])


def _mapping(path: Path, place: str, plain: Any) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise _damage(path, place, type(plain).__name__, "a mapping")
    return plain


def _damage(path: Path, field: str, found: str, expected: str) -> SourceDataError:
    return SourceDataError(path, field, found=found, expected=expected, do=_AGAIN)
