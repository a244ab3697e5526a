"""Sources by name: built-in ones, those of other packages, and packages that are broken."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.sources import registry
from fourdp_qa.sources.registry import BUILT_IN, ENTRY_POINT_GROUP, get_source, source_names

MODULE = '''
from fourdp_qa.sources.registry import Source

def nothing(options):
    return iter(())

GOOD = Source("good", "goo", "a good one", None, "MIT", nothing)
LONG_CODE = Source("long_code", "long", "a long code", None, "MIT", nothing)
NO_SOURCE = {"name": "no_source"}
'''

BROKEN = {
    "absent": ("not_there_at_all:SOURCE", "cannot be loaded (ModuleNotFoundError: No module named"),
    "unfinished": ("unfinished_package:SOURCE", "cannot be loaded (RuntimeError: in two lines)"),
    "no_object": ("some_package:NOTHING", "cannot be loaded (AttributeError"),
    "no_source": ("some_package:NO_SOURCE", "found dict, expected a fourdp_qa.sources.registry.Source"),
    "another": ("some_package:GOOD", "found a source called 'good', expected 'another'"),
    "long_code": ("some_package:LONG_CODE", "found code 'long', expected three small letters"),
}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """``install(good="some_package:GOOD")``: entry points of other packages."""
    (tmp_path / "some_package.py").write_text(MODULE)
    (tmp_path / "unfinished_package.py").write_text("raise RuntimeError('in two\\nlines')")
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda *points: monkeypatch.setattr(
        registry, "entry_points",
        lambda group: EntryPoints(EntryPoint(name, target, group) for name, target in points))
    sys.modules.pop("some_package", None)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_source_can_be_asked_for(name):
    assert get_source(name).name == name


def test_codes_of_built_in_sources_differ():
    codes = [get_source(name).code for name in BUILT_IN]
    assert len(set(codes)) == len(codes)


def test_a_source_of_another_package_stands_beside_the_built_in_ones(install):
    install(("good", "some_package:GOOD"))
    assert source_names() == [*BUILT_IN, "good"]
    assert get_source("good").summary == "a good one"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_source_is_one_line_when_it_is_asked_for(install, name):
    target, words = BROKEN[name]
    install((name, target), ("good", "some_package:GOOD"))
    with pytest.raises(FourdpQaError) as caught:
        get_source(name)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert get_source("good").name == "good"


def test_a_built_in_name_cannot_be_taken(install):
    install(("simulator", "not_there_at_all:SOURCE"))
    assert get_source("simulator").code == "sim"
    assert source_names() == list(BUILT_IN)


def test_an_unknown_name_lists_all_and_the_nearest(install):
    install(("good", "some_package:GOOD"), ("absent", "not_there_at_all:SOURCE"))
    with pytest.raises(FourdpQaError, match=r"stored, absent, good\. Did you mean 'good'"):
        get_source("goood")


def test_the_group_is_what_the_documentation_names():
    assert ENTRY_POINT_GROUP == "fourdp_qa.sources"
