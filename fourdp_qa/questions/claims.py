"""Claims and option sets: labels.toml expanded, and the truth of a claim under a statement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class Claim:
    """An assertion about named components.

    Attributes
    ----------
    verdicts : (component, verdict) pairs in a fixed order. Alternatives are parted by ``|``:
        ``+-|-+`` claims that it turns one way, then the other, whichever comes first.
    """

    verdicts: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Readable and unique, e.g. ``forward:+ pan:absent``."""
        return " ".join(f"{component}:{verdict}" for component, verdict in self.verdicts)

    @property
    def components(self) -> tuple[str, ...]:
        """Components it speaks about."""
        return tuple(component for component, _ in self.verdicts)


@dataclass(frozen=True)
class OptionSet:
    """Four claims about the same components, listed before anyone knows which is true.

    Attributes
    ----------
    name : unique within its type.
    kind : see labels.toml.
    components : what the question declares that it asks about.
    members : the four claims, in a fixed order.
    prefer : higher is taken first.
    """

    name: str
    kind: str
    components: tuple[str, ...]
    members: tuple[Claim, ...]
    prefer: int


@dataclass(frozen=True)
class Truth:
    """Whether a claim holds.

    Attributes
    ----------
    holds : True, False, or None when nothing decides it.
    margin : distance to the nearest threshold in bands, of what decides it.
    """

    holds: bool | None
    margin: float


@dataclass(frozen=True)
class Labels:
    """What may be asked about a type."""

    yes_no: tuple[Claim, ...]
    free_form: tuple[str, ...]
    sets: tuple[OptionSet, ...]


def judge_claim(claim: Claim, components: dict[str, Component], *, complete: bool) -> Truth:
    """Truth of a claim under the measured components.

    True when every component has the claimed verdict, or one of the claimed alternatives. False when
    at least one component is decided and another than claimed, beyond the band. Else unknown.
    Verdicts are compared as texts: comparisons have their own, such as ``same`` or the position of
    an object.

    Parameters
    ----------
    complete : bool
        Whether the claim is a complete account of its components, as an option is. A plain yes/no
        question is not: "does it move forward?" has no answer for a camera that moves forward, then
        backward, while the option "forward" beside "forward, then backward" is false.
    """
    holding: list[float] = []
    failing: list[float] = []
    for name, claimed in claim.verdicts:
        component = components.get(name)
        verdict = component.quantity.verdict if component else Verdict.UNDECIDED
        if component is None or verdict == Verdict.UNDECIDED:
            continue
        if verdict in alternatives(claimed):
            holding.append(component.margin)
        elif complete or not _partly_true(claimed, verdict):
            failing.append(component.margin)
    if failing:
        return Truth(False, max(failing))
    if len(holding) == len(claim.verdicts):
        return Truth(True, min(holding))
    return Truth(None, 0.0)


def alternatives(claimed: str) -> tuple[str, ...]:
    """The verdicts under which a claimed verdict holds, e.g. ``+-`` and ``-+`` for ``+-|-+``."""
    return tuple(claimed.split("|"))


def _partly_true(claimed: str, verdict: str) -> bool:
    """A one-way claim about a path with legs both ways."""
    one_way = {Verdict.PLUS, Verdict.MINUS}
    both_ways = {Verdict.PLUS_MINUS, Verdict.MINUS_PLUS, Verdict.INCONSISTENT}
    return verdict in both_ways and not one_way.isdisjoint(alternatives(claimed))


@cache
def labels_of(question_type: str) -> Labels:
    """Claims and option sets of a type, from labels.toml."""
    table = load_table("fourdp_qa.questions", "labels.toml")[question_type]
    sets: list[OptionSet] = []
    for entry in table["sets"]:
        sets += _expand(entry)
    return Labels(
        yes_no=tuple(_claim(item) for item in table["yes_no"]),
        free_form=tuple(table["free_form"]),
        sets=tuple(sets),
    )


def _claim(verdicts: dict[str, str]) -> Claim:
    return Claim(tuple(verdicts.items()))


def _expand(entry: dict[str, Any]) -> list[OptionSet]:
    kind, prefer = entry["kind"], int(entry["prefer"])
    if kind == "listed":
        members = tuple(_claim(m) for m in entry["members"])
        return [OptionSet(entry["name"], kind, members[0].components, members, prefer)]
    components = tuple(entry["components"])
    name = f"{kind}:{'+'.join(components)}"
    if kind == "subsets":
        (component,) = components
        return [
            OptionSet(f"{name}:{'/'.join(four)}", kind, components,
                      tuple(_claim({component: v}) for v in four), prefer)
            for four in combinations(entry["verdicts"], 4)
        ]
    return [OptionSet(name, kind, components, _members(kind, components), prefer)]


def _members(kind: str, components: tuple[str, ...]) -> tuple[Claim, ...]:
    if kind == "signs":
        a, b = components
        return tuple(_claim({a: s, b: t}) for s in "+-" for t in "+-")
    if kind == "opposite_pairs":
        a, b = components
        return (_claim({a: "+", b: "absent"}), _claim({a: "-", b: "absent"}),
                _claim({a: "absent", b: "+"}), _claim({a: "absent", b: "-"}))
    (a,) = components
    if kind == "reversal":
        return tuple(_claim({a: v}) for v in ("+", "-", "+-", "-+"))
    if kind == "fate":
        return tuple(_claim({a: v}) for v in ("+", "-", "absent", "inconsistent"))
    if kind == "objects":
        return tuple(_claim({a: str(k)}) for k in range(4))
    raise ValueError(f"labels.toml: unknown kind of option set '{kind}'")
