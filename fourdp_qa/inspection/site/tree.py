"""Markup as plain lists, from which the site's script builds elements one by one: no text becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from fourdp_qa.inspection.markup import VOID_ELEMENTS, Markup

Node = str | list[Any]
"""A text, or ``[element, {attribute: value}, *children]``."""

CASED = {"viewbox": "viewBox"}
"""Attributes whose capitals the parser takes away and SVG needs."""


def tree_of(markup: Markup) -> Node:
    """Parse one element written by `fourdp_qa.inspection.markup.element`.

    Raises
    ------
    ValueError
        When it is not exactly one element, closed as it was opened.
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    top = reader.open[0][2:]
    if len(reader.open) != 1 or len(top) != 1 or isinstance(top[0], str):
        raise ValueError("markup: expected one element, closed as it was opened")
    return top[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[list[Any]] = [["", {}]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: list[Any] = [tag, {CASED.get(key, key): value or "" for key, value in attrs}]
        self.open[-1].append(node)
        if tag not in VOID_ELEMENTS:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1][0] != tag:
            raise ValueError(f"markup: found </{tag}>, expected </{self.open[-1][0]}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)
