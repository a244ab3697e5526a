"""HTML and SVG from small functions: every text is escaped unless it is `Markup` already."""

from __future__ import annotations

import html
import re
from functools import cache
from importlib.resources import files

VOID_ELEMENTS = frozenset({"br", "img", "input", "meta"})
_SLOT = re.compile(r"\{\{(\w+)\}\}")


class Markup(str):
    """Text that is HTML or SVG already and must not be escaped again."""

    __slots__ = ()


AttributeValue = str | float | bool | None


def element(name: str, *children: str, **attributes: AttributeValue) -> Markup:
    """Write one element. Children that are no `Markup` are escaped, attribute values always.

    ``class_`` is written ``class``, other underscores become hyphens (``stroke_width``).
    None and False leave an attribute out, True writes it bare, numbers keep two decimals.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID_ELEMENTS:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Put children one after the other, escaping what is no `Markup`."""
    return Markup("".join(_child(item) for item in children))


def fill_template(name: str, **slots: str) -> Markup:
    """Fill ``{{slot}}`` in a template file of this package, escaping what is no `Markup`.

    Raises
    ------
    ValueError
        When the template names a slot that is not given or a slot is given that it does not name.
    """
    text = template_text(name)
    wanted = set(_SLOT.findall(text))
    if wanted != set(slots):
        raise ValueError(f"{name}: slots {sorted(wanted)}, given {sorted(slots)}")
    return Markup(_SLOT.sub(lambda match: _child(slots[match.group(1)]), text))


@cache
def template_text(name: str) -> Markup:
    """Read a template, style or script file shipped in this package."""
    return Markup(files("fourdp_qa.inspection").joinpath(name).read_text(encoding="utf-8"))


def _child(item: str) -> str:
    return str(item) if isinstance(item, Markup) else html.escape(item, quote=False)


def _attribute(key: str, value: AttributeValue) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{html.escape(text, quote=True)}"'
