"""Every source by name: the built-in ones listed here, a user's own through an entry point.

A third-party package registers its source with the entry point group ``fourdp_qa.sources``; the
entry point names a `Source` object. Nothing here is edited for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import Capability, SceneHandle

ENTRY_POINT_GROUP = "fourdp_qa.sources"
OWN_PACKAGE = "fourdp-qa"

# name -> "module:object"; imported only when the source is asked for.
BUILT_IN = {
    "simulator": "fourdp_qa.sources.simulator.source:SIMULATOR",
    "kubric": "fourdp_qa.sources.kubric.source:KUBRIC",
    "virtual_kitti": "fourdp_qa.sources.virtual_kitti.source:VIRTUAL_KITTI",
    "shift": "fourdp_qa.sources.shift.source:SHIFT",
    "aria_digital_twin": "fourdp_qa.sources.aria_digital_twin.source:ARIA_DIGITAL_TWIN",
    "hot3d": "fourdp_qa.sources.hot3d.source:HOT3D",
    "tapvid3d": "fourdp_qa.sources.tapvid3d.source:TAPVID3D",
    "reconstruction": "fourdp_qa.sources.reconstruction.source:RECONSTRUCTION",
    "stored": "fourdp_qa.sources.stored.source:STORED",
}


@dataclass(frozen=True)
class SourceOptions:
    """What a user may ask of any source.

    Attributes
    ----------
    roots : folders the data lie in; empty for the simulator.
    size : int
        Side of the square clips in pixels; the simulator renders at it.
    frames : int
        Frames of a segment; the simulator makes scenes of this length.
    scenes : int or None
        At most this many scenes; None for all (the simulator needs a number).
    seed : int
    groups : bool
        Whether each scene comes in several variants (counterfactual groups); a source that cannot film
        its scenes again refuses.
    """

    roots: tuple[Path, ...] = ()
    size: int = 448
    frames: int = 32
    scenes: int | None = None
    seed: int = 0
    groups: bool = False


@dataclass(frozen=True)
class Source:
    """One kind of 4D data.

    Attributes
    ----------
    name : str
        What a user types; an entry point bears the same.
    code : str
        Three small letters that begin every row id of the source.
    summary : str
        One line for ``fourdp-qa sources``.
    extra : str or None
        The optional dependency of its package that it needs.
    license : str
        SPDX identifier of what it gives; ``LicenseRef-`` and a name where each scene says its own.
    list_scenes : callable
        Options to light handles, in a stable order, without opening anything large. With
        ``options.groups`` the variants of a scene follow each other, and it keeps the number of scenes.
    has_groups : bool
        Whether it can give the variants of a scene.
    capabilities : frozenset of Capability or None
        The most that a scene of it offers; None where each scene says its own. What a scene is asked
        follows from its own facts; this is what ``fourdp-qa sources`` says beforehand.
    has_agents : bool
        Whether it has persons or vehicles with a front, as far as it says beforehand.
    modules : tuple of str
        What must be importable when its extra is installed.
    estimated : bool
        Its geometry is estimated from pictures: no benchmark is built from it.
    """

    name: str
    code: str
    summary: str
    extra: str | None
    license: str
    list_scenes: Callable[[SourceOptions], Iterator[SceneHandle]]
    has_groups: bool = False
    capabilities: frozenset[Capability] | None = None
    has_agents: bool = False
    modules: tuple[str, ...] = ()
    estimated: bool = False


@dataclass(frozen=True)
class Registration:
    """Where a source comes from; nothing of it is imported yet.

    Attributes
    ----------
    name : str
        What a user types.
    target : str
        ``module:object``.
    package : str
        The distribution that brings it.
    """

    name: str
    target: str
    package: str

    def load(self) -> Source:
        """Import the source.

        Raises
        ------
        FourdpQaError
            When its module cannot be imported or holds something else; whatever a package does wrong
            is one line.
        """
        try:
            loaded = EntryPoint(self.name, self.target, ENTRY_POINT_GROUP).load()
        except Exception as error:  # other people's code may raise anything
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise self._wrong(
                f"an entry point that cannot be loaded ({reason})", "a module with a source",
                f"repair {self.package} or remove it",
            ) from None
        if not isinstance(loaded, Source):
            raise self._wrong(
                f"{type(loaded).__name__}", "a fourdp_qa.sources.registry.Source", "name the object"
            )
        if loaded.name != self.name:
            raise self._wrong(
                f"a source called '{loaded.name}'", f"'{self.name}', as its entry point",
                "give both one name",
            )
        if not (len(loaded.code) == 3 and loaded.code.isascii() and loaded.code.islower()
                and loaded.code.isalpha()):
            raise self._wrong(f"code '{loaded.code}'", "three small letters", "row ids begin with them")
        return loaded

    def _wrong(self, found: str, expected: str, do: str) -> FourdpQaError:
        return SourceDataError(
            f"source '{self.name}' of {self.package}", self.target, found=found, expected=expected, do=do
        )


def registrations() -> list[Registration]:
    """Everything that is registered, built-in first, then by name; of one name the first counts."""
    own = [Registration(name, target, OWN_PACKAGE) for name, target in BUILT_IN.items()]
    others = [
        Registration(point.name, point.value, point.dist.name if point.dist else "an unnamed package")
        for point in entry_points(group=ENTRY_POINT_GROUP)
    ]
    # One package can be found twice on the path; it is one registration.
    return own + sorted(set(others), key=lambda r: (r.name, r.package, r.target))


def source_names() -> list[str]:
    """Names of all sources that can be asked for, built-in ones first."""
    return list(dict.fromkeys(found.name for found in registrations()))


def get_source(name: str) -> Source:
    """Return the source called `name`.

    Raises
    ------
    FourdpQaError
        When there is none; near names and the whole list are in the message. When it cannot be loaded.
    """
    if name in BUILT_IN:  # without looking through what is installed
        return Registration(name, BUILT_IN[name], OWN_PACKAGE).load()
    for found in registrations():
        if found.name == name:
            return found.load()
    near = get_close_matches(name, source_names(), n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise FourdpQaError(f"no source '{name}'; there are: {', '.join(source_names())}.{hint}")


def list_scenes(name: str, options: SourceOptions) -> Sequence[SceneHandle]:
    """List a source's scenes, at most ``options.scenes`` of them, with their variants if asked for.

    Raises
    ------
    FourdpQaError
        When groups are asked for that the source cannot give, or as the source says.
    """
    source = get_source(name)
    if options.groups:
        if not source.has_groups:
            raise FourdpQaError(
                f"{name}: --groups: found a source of recorded scenes, expected one that can film a "
                "scene again, such as simulator"
            )
        return list(source.list_scenes(options))
    handles: list[SceneHandle] = []
    for handle in source.list_scenes(options):
        if options.scenes is not None and len(handles) >= options.scenes:
            break
        handles.append(handle)
    return handles
