"""HTML and SVG from functions: what is no markup is escaped, templates and slots fit."""

from __future__ import annotations

import pytest

from fourdp_qa.inspection.markup import Markup, element, fill_template, join


def test_text_and_attributes_are_escaped_and_markup_is_not():
    inner = element("b", "a < b & c")
    assert element("p", inner, "<i>", title='"x" <y>') == (
        '<p title="&quot;x&quot; &lt;y&gt;"><b>a &lt; b &amp; c</b>&lt;i&gt;</p>'
    )
    assert isinstance(inner, Markup)


def test_names_of_attributes_and_numbers_are_written_as_html_wants_them():
    written = element("rect", class_="a", stroke_width=2.5, x=1.0, y=0.3333, hidden=True, id=None)
    assert written == '<rect class="a" stroke-width="2.5" x="1" y="0.33" hidden></rect>'


def test_void_elements_have_no_end():
    assert element("img", alt="x") == '<img alt="x">'


def test_joined_parts_keep_their_order():
    assert join(element("b", "1"), "<", element("b", "2")) == "<b>1</b>&lt;<b>2</b>"


def test_a_slot_too_few_is_named():
    with pytest.raises(ValueError, match=r"gallery\.html: slots .*title.*given \['clips'\]"):
        fill_template("gallery.html", clips="")
