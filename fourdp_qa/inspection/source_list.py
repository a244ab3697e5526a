"""Every source in one table: licence, the extra it needs, what may be asked about its scenes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.registry import TYPES, QuestionType
from fourdp_qa.sources.registry import Registration, Source, registrations


@dataclass(frozen=True)
class ListedSource:
    """What is known of a source before a scene of it is opened.

    Attributes
    ----------
    name, code, summary, license : as in `Source`.
    package : distribution that brings it.
    extra : what to install, e.g. "fourdp-qa[sim]"; None when nothing more is needed.
    installed : whether that is there; None when the source does not say how to tell.
    groups : whether it can film a scene again.
    capabilities : names of them, sorted; None where each scene says its own.
    asked : question types that may be asked; None where each scene says its own.
    not_asked : question type -> what is missing for it.
    """

    name: str
    code: str
    summary: str
    license: str
    package: str
    extra: str | None
    installed: bool | None
    groups: bool
    capabilities: tuple[str, ...] | None
    asked: tuple[str, ...] | None
    not_asked: dict[str, str]


@dataclass(frozen=True)
class SourceList:
    """All sources.

    Attributes
    ----------
    sources : those that can be used, built-in first.
    notes : one line for each registration that cannot.
    """

    sources: tuple[ListedSource, ...]
    notes: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)


def list_sources() -> SourceList:
    """Load every source; one that is broken becomes a note and hides no other."""
    found: dict[str, ListedSource] = {}
    taken: dict[str, str] = {}
    notes = []
    for registration in registrations():
        name, package = registration.name, registration.package
        if name in taken:
            notes.append(
                f"source '{name}' of {package}: {registration.target}: found a name that {taken[name]} has "
                "taken, expected another; it cannot be asked for"
            )
            continue
        taken[name] = package
        try:
            found[name] = _listed(registration, registration.load())
        except FourdpQaError as error:
            notes.append(str(error))
    return SourceList(tuple(found.values()), tuple(notes))


def print_sources(listed: SourceList) -> None:
    """Print what the sources are, what they need and may be asked, and what could not be loaded."""
    from rich.console import Console

    console = Console()
    # Three tables: in one, a terminal of 80 columns would leave a word a line.
    console.print(_table(("source", "what it is"), [(s.name, s.summary) for s in listed.sources]), "")
    console.print(_table(("source", "licence", "needs"), [
        (s.name, s.license, _needs(s)) for s in listed.sources]), "")
    console.print(_table(("source", "questions"), [(s.name, _questions(s)) for s in listed.sources]))
    for source in listed.sources:
        if source.installed is False:
            console.print(f"\n{source.name}: pip install '{source.extra}'", soft_wrap=True, markup=False,
                          highlight=False)
    for note in listed.notes:
        console.print(f"\nnot usable: {note}", soft_wrap=True, markup=False, highlight=False)


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1])
    for row in rows:
        table.add_row(*map(Text, row))  # as Text, square brackets are no markup
    return table


def _listed(registration: Registration, source: Source) -> ListedSource:
    lacking = {t.name: reason for t in TYPES if (reason := _lacking(source, t))}
    says = source.capabilities is not None
    return ListedSource(
        name=source.name, code=source.code, summary=source.summary, license=source.license,
        package=registration.package,
        extra=f"{registration.package}[{source.extra}]" if source.extra else None,
        installed=_installed(source), groups=source.has_groups,
        capabilities=None if source.capabilities is None else tuple(sorted(map(str, source.capabilities))),
        asked=tuple(t.name for t in TYPES if t.name not in lacking) if says else None,
        not_asked=lacking,
    )


def _lacking(source: Source, kind: QuestionType) -> str:
    """What a source lacks for a question type; empty when nothing or when it does not say."""
    if source.capabilities is None:
        return ""
    missing = sorted(str(needed) for needed in kind.missing(source.capabilities))
    if kind.needs_agents and not source.has_agents:
        missing.append("persons or vehicles with a front")
    return f"no {', no '.join(missing)}" if missing else ""


def _installed(source: Source) -> bool | None:
    if source.extra is None:
        return True
    if not source.modules:
        return None
    return all(map(_is_there, source.modules))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # a package above it is not there
        return False


def _needs(source: ListedSource) -> str:
    if source.extra is None:
        return "-"
    state = {True: "installed", False: "missing", None: "?"}[source.installed]
    return f"{source.extra.partition('[')[2].rstrip(']')} ({state})"


def _questions(source: ListedSource) -> str:
    if source.asked is None:
        return "as each scene says"
    if not source.not_asked:
        return "all"
    if len(source.not_asked) > len(source.asked):
        return ", ".join(source.asked) or "none"
    return f"all but {', '.join(source.not_asked)}"
