"""Let `load_dataset("fourdp-qa")` find a folder in this process, for those who ask for it."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.names import DATASET_NAME, REGISTERED
from fourdp_qa.errors import FourdpQaError

FACTORY: Final = "dataset_module_factory"
"""The one function of `datasets` that turns a name into a builder; `load` and `inspect` each hold it."""

BUILDER: Final = "fourdp_qa.loading_scripts.builder"


def register(folder: Path | str = DATASET_NAME, name: str = DATASET_NAME) -> None:
    """Make ``load_dataset(name)`` mean `folder` in this process, whatever the working directory holds.

    Nothing changes for other processes, and rows that are generated again are read again: what is cached is
    keyed by their content, under another name.
    `datasets` has no hook for this, so the function that resolves names is wrapped; other names pass
    through. Without this call nothing of `datasets` is touched.

    Raises
    ------
    FourdpQaError
        When `folder` is no dataset folder, or this version of `datasets` resolves names in another way.
    """
    opened = DatasetFolder.open(folder)
    _wrap()
    REGISTERED[name] = opened.path


def unregister(name: str = DATASET_NAME) -> None:
    """Take `register` back for a name."""
    REGISTERED.pop(name, None)


def _wrap() -> None:
    import datasets.inspect
    import datasets.load

    homes = (datasets.load, datasets.inspect)
    if all(hasattr(getattr(home, FACTORY, None), "fourdp_qa") for home in homes):
        return
    original = _expected(homes)

    @functools.wraps(original)
    def resolve(path: str, *args: Any, **kwargs: Any) -> Any:
        if path in REGISTERED:
            return datasets.load.DatasetModule(
                BUILDER, None, {"base_path": str(REGISTERED[path])})
        return original(path, *args, **kwargs)

    setattr(resolve, "fourdp_qa", True)  # noqa: B010 - a mark, no attribute of functions
    for home in homes:
        setattr(home, FACTORY, resolve)


def _expected(homes: tuple[ModuleType, ...]) -> Callable[..., Any]:
    """The function as it was when this was written, or a refusal."""
    import datasets

    found = {getattr(home, FACTORY, None) for home in homes}
    module = getattr(homes[0], "DatasetModule", None)
    known = (
        len(found) == 1 and None not in found and module is not None and dataclasses.is_dataclass(module)
        and [f.name for f in dataclasses.fields(module)][:3] == ["module_path", "hash", "builder_kwargs"]
    )
    original: Any = found.pop()
    if not known or next(iter(inspect.signature(original).parameters)) != "path":
        raise FourdpQaError(
            f"datasets {datasets.__version__}: found another way of resolving names, expected that of 5.x; "
            "run `fourdp-qa prepare FOLDER` instead of register()")
    return original
