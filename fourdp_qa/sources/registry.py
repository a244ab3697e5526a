"""Every source by name: the built-in ones listed here, a user's own through an entry point.

A third-party package registers its source with the entry point group ``fourdp_qa.sources``; the
entry point names a `Source` object. Nothing here is edited for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.scene import SceneHandle

ENTRY_POINT_GROUP = "fourdp_qa.sources"

# name -> "module:object"; imported only when the source is asked for.
BUILT_IN = {
    "simulator": "fourdp_qa.sources.simulator.source:SIMULATOR",
    "kubric": "fourdp_qa.sources.kubric.source:KUBRIC",
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
        What a user types.
    code : str
        Three letters that begin every row id of the source.
    summary : str
        One line for ``fourdp-qa sources``.
    extra : str or None
        The optional dependency it needs.
    license : str
        SPDX identifier of what it gives.
    list_scenes : callable
        Options to light handles, in a stable order, without opening anything large. With
        ``options.groups`` the variants of a scene follow each other, and it keeps the number of scenes.
    has_groups : bool
        Whether it can give the variants of a scene.
    """

    name: str
    code: str
    summary: str
    extra: str | None
    license: str
    list_scenes: Callable[[SourceOptions], Iterator[SceneHandle]]
    has_groups: bool = False


def source_names() -> list[str]:
    """Names of all sources that can be asked for, built-in ones first."""
    return [*BUILT_IN, *sorted(point.name for point in entry_points(group=ENTRY_POINT_GROUP))]


def get_source(name: str) -> Source:
    """Return the source called `name`.

    Raises
    ------
    FourdpQaError
        When there is none; near names and the whole list are in the message.
    """
    if name in BUILT_IN:
        return _load(BUILT_IN[name])
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name == name:
            return _expect_source(point.load(), point.value)
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


def _load(target: str) -> Source:
    module, _, attribute = target.partition(":")
    return _expect_source(getattr(import_module(module), attribute), target)


def _expect_source(loaded: object, target: str) -> Source:
    if not isinstance(loaded, Source):
        raise FourdpQaError(
            f"entry point {target}: found {type(loaded).__name__}, expected a "
            "fourdp_qa.sources.registry.Source"
        )
    return loaded
