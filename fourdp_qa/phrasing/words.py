"""Claims in words: words.toml conjugated and joined."""

from __future__ import annotations

from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.claims import Claim, OptionSet
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.tables import load_table


class Form(IntEnum):
    """Grammatical form of a claim; the index of a verb's forms in words.toml."""

    BASE = 0
    """(does the camera) *move forward*"""
    THIRD = 1
    """(the camera) *moves forward*"""
    GERUND = 2
    """(the camera is) *moving forward*"""


def claim_words(
    question_type: str, claim: Claim, form: Form, first: str = "", second: str = ""
) -> str:
    """A claim as a verb phrase, e.g. ``moves forward and to the right``.

    Absent components are left out beside present ones: the question declares what it asks about. A
    claim of absent components alone uses their own words.

    Parameters
    ----------
    first, second : str
        How the question names its objects. Needed where a claim compares them: it is then a whole
        clause with its subject, the same in all forms: ``the red car travels farther than the cup``.
    """
    words = _words(question_type)
    if len(claim.verdicts) == 1 and claim.components[0] in words.get("clauses", {}):
        ((component, verdict),) = claim.verdicts
        return _clause(words["clauses"][component][verdict], first, second)
    if claim.key in words.get("claims", {}):
        return _conjugate([words["claims"][claim.key]], form)
    said = [(c, v) for c, v in claim.verdicts if v != Verdict.ABSENT] or list(claim.verdicts)
    if len(said) == 1 and said[0][1] in words.get("forms", {}):
        return str(words["forms"][said[0][1]][form])
    return _conjugate([words[component][verdict] for component, verdict in said], form)


def verdict_words(
    question_type: str, verdicts: dict[str, str], form: Form, first: str = "", second: str = ""
) -> str:
    """All present components in one phrase; the type's word for nothing when none is.

    A phrase for exactly these verdicts, the absent ones included, goes first: ``turns to its own left
    on the spot``.
    """
    words = _words(question_type)
    said = {c: v for c, v in verdicts.items() if v != Verdict.ABSENT}
    whole = Claim(tuple(verdicts.items()))
    if not said and "nothing" in words:
        return _conjugate([words["nothing"]["free_form"]], form)
    if not said or whole.key in words.get("claims", {}):
        return claim_words(question_type, whole, form, first, second)
    return claim_words(question_type, Claim(tuple(said.items())), form, first, second)


def component_words(question_type: str, component: str, verdict: str) -> str:
    """What one component did, as a fact: ``moves forward``, ``no sideways movement``."""
    words = _words(question_type)
    if verdict in words.get("facts", {}).get(component, {}):
        return str(words["facts"][component][verdict])
    if verdict in words.get("forms", {}):
        return str(words["forms"][verdict][Form.THIRD])
    if verdict in words.get(component, {}):
        return _conjugate([words[component][verdict]], Form.THIRD)
    scope = words["scope"].get(component, component)
    return f"no {scope}" if verdict == Verdict.ABSENT else f"{scope} inside the ambiguity band"


def scope_words(question_type: str, option_set: OptionSet) -> str:
    """What a question about an option set declares that it asks about."""
    scope = _words(question_type).get("scope", {})
    if option_set.name in scope:
        return str(scope[option_set.name])
    return " and ".join(scope[c] for c in option_set.components)


def join_and(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _clause(text: str, first: str, second: str) -> str:
    if not first or not second:
        raise FourdpQaError(f"the clause '{text}': found no names of its objects, expected two")
    return text.format(first=first, second=second)


def _words(question_type: str) -> dict[str, Any]:
    words: dict[str, Any] = load_table("fourdp_qa.phrasing", "words.toml")[question_type]
    return words


def _conjugate(phrases: list[list[str]], form: Form) -> str:
    """Join verb phrases; a verb that repeats is said once: ``moves forward and to the right``.

    Beside a complement with a comma of its own every verb is said, and semicolons part the phrases:
    in ``moves forward, then backward and up`` the last words would belong to the second leg.
    """
    verbs = load_table("fourdp_qa.phrasing", "words.toml")["verbs"]
    if len(phrases) > 1 and any("," in complement for _, complement in phrases):
        whole = [f"{verbs[verb][form]} {complement}" for verb, complement in phrases]
        return f"{'; '.join(whole[:-1])}; and {whole[-1]}"
    groups = [
        f"{verbs[verb][form]} {join_and([complement for _, complement in same])}".strip()
        for verb, same in groupby(phrases, key=itemgetter(0))
    ]
    if len(groups) > 1 and len(groups) < len(phrases):
        return f"{', '.join(groups[:-1])}, and {groups[-1]}"
    return join_and(groups)
