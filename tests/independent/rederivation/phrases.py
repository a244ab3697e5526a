"""Words back into labels: verb phrases of claims, options and answers, and the names of scopes."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

JOINERS = ("; and ", ", and ", " and ", "; ", ", ")


def read_toml(room, *parts):
    """A data file of one of the library's rooms."""
    return tomllib.loads(files(f"fourdp_qa.{room}").joinpath(*parts).read_text(encoding="utf-8"))


WORDS = read_toml("phrasing", "words.toml")
THRESHOLDS = read_toml("questions", "thresholds.toml")["default"]

SUMMARIES = ("any_motion", "still")
COMPONENTS = {
    ("camera_movement", ""): ("forward", "right", "up", "pan", "tilt", "roll"),
    ("camera_object_distance", ""): ("distance",),
    ("object_rotation", ""): ("turn",),
    ("object_direction", ""): ("away", "right", "up"),
    ("object_direction", "screen"): ("screen_right", "screen_up"),
    ("object_direction", "own_front"): ("ahead", "own_right", "up"),
    ("agent_motion", ""): ("forward", "left", "turn"),
    ("moved_distance", ""): ("farther",),
    ("object_object_distance_change", ""): ("distance",),
}
"""What a full account speaks about, by type and variant."""


@cache
def phrases(kind):
    """Triples (whole surfaces, (verb, complement), label) of every phrase of a type and variant.

    A label is a dict: component -> verdict. `nothing` has the label {}.
    """
    table, found = WORDS[kind[0]], {}
    for name, entry in table.items():
        if name == "claims":
            # Where two claims share their words, the longer key says the same in full.
            for key in sorted(entry, key=len):
                found[tuple(entry[key])] = dict(pair.split(":") for pair in key.split())
        elif name == "nothing":
            found.setdefault(("nothing", *entry["free_form"]), {})
        elif name in COMPONENTS[kind] or (name in SUMMARIES and kind[0] == "agent_motion"):
            found |= {tuple(words): {name: sign} for sign, words in entry.items()}
    result = [(_surfaces(words), words, label) for words, label in found.items()]
    for sign, surfaces in table.get("forms", {}).items():
        result.append((tuple(surfaces), (None, ""), {"distance": sign}))
    return result


def _surfaces(words):
    *_, verb, complement = words
    return tuple(f"{form} {complement}".strip() for form in WORDS["verbs"][verb])


def read_label(text, kind, may_be_nothing=False):
    """The one label that a verb phrase says, or None.

    Raises
    ------
    ValueError
        When the words can be read in two ways.
    """
    found = []
    for label in _readings(text.strip().lower(), kind, None):
        if (label or may_be_nothing) and label not in found:
            found.append(label)
    if may_be_nothing and {} in found:
        return {}
    if len(found) > 1:
        raise ValueError(f"'{text}' can mean {found}")
    return found[0] if found else None


def _readings(text, kind, last_verb):
    for surfaces, words, label in phrases(kind):
        starts = list(surfaces)
        if last_verb is not None and words[-2] == last_verb and words[-1]:
            starts.append(words[-1])
        for start in starts:
            if not text.startswith(start):
                continue
            rest = text[len(start):]
            if not rest:
                yield dict(label)
            for joiner in JOINERS:
                if rest.startswith(joiner):
                    for more in _readings(rest[len(joiner):], kind, words[-2]):
                        if not set(more) & set(label):
                            yield label | more


@cache
def scopes(kind):
    """What a question declares it asks about: words -> components."""
    single = {
        words: (name,) for name, words in WORDS[kind[0]].get("scope", {}).items()
        if name in COMPONENTS[kind] or name == "still_or_moving"
    }
    pairs = {
        f"{a} and {b}": single[a] + single[b] for a in single for b in single if a != b
    }
    return single | pairs


def clauses(question_type):
    """Patterns of whole sentences with {first} and {second} in them, and the label of each."""
    table = WORDS[question_type].get("clauses", {})
    return [(text, {name: sign}) for name, entry in table.items() for sign, text in entry.items()]
