"""fourdp-qa: 4D geometry in, motion questions with provable answers out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fourdp_qa.versions import GENERATOR_VERSION

if TYPE_CHECKING:
    from fourdp_qa.dataset.load import frames, load, messages
    from fourdp_qa.inspection.show import show
    from fourdp_qa.loading_scripts.register import register

__version__ = GENERATOR_VERSION

__all__ = ["__version__", "frames", "load", "messages", "register", "show"]

# Imported when first used: `import fourdp_qa` stays under 0.05 s.
_HOMES = {
    "frames": "fourdp_qa.dataset.load",
    "load": "fourdp_qa.dataset.load",
    "messages": "fourdp_qa.dataset.load",
    "register": "fourdp_qa.loading_scripts.register",
    "show": "fourdp_qa.inspection.show",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'fourdp_qa' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
