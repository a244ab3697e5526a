"""`fourdp-qa sources`: what is said of every source, and that a broken one hides no other."""

from __future__ import annotations

import json

import pytest

from fourdp_qa.inspection import source_list
from fourdp_qa.inspection.source_list import list_sources, print_sources
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import Registration, Source, get_source

EVERYTHING = frozenset(Capability)
ALL = tuple(t.name for t in TYPES)


@pytest.fixture
def registered(monkeypatch):
    """``registered(name=Source fields)``: what is registered, each by a package "robots"."""

    def register(**sources):
        found = []
        for name, fields in sources.items():
            found.append(Registration(name, f"robots:{name}", "robots"))
            made[name] = Source(**{"name": name, "code": "rob", "summary": "s", "extra": None,
                                   "license": "MIT", "list_scenes": lambda options: iter(())} | fields)
        monkeypatch.setattr(source_list, "registrations", lambda: found)

    made = {}
    monkeypatch.setattr(Registration, "load", lambda self: made[self.name])
    return register


@pytest.mark.parametrize(("fields", "asked"), [
    ({"capabilities": EVERYTHING, "has_agents": True}, ALL),
    ({"capabilities": EVERYTHING}, tuple(n for n in ALL if n != "agent_motion")),
    ({"capabilities": EVERYTHING - {Capability.GRAVITY}, "has_agents": True},
     tuple(n for n in ALL if n not in ("agent_motion", "object_rotation"))),
    ({"capabilities": frozenset({Capability.DEPTH})}, ("camera_movement",)),
    ({"capabilities": frozenset()}, ()),
    ({}, None),
])
def test_what_may_be_asked_follows_from_the_capabilities(registered, fields, asked):
    registered(own=fields)
    (own,) = list_sources().sources
    assert own.asked == asked
    if asked is not None:
        assert set(asked) | set(own.not_asked) == set(ALL)


def test_what_is_missing_is_said_by_type(registered):
    registered(own={"capabilities": EVERYTHING - {Capability.GRAVITY}})
    (own,) = list_sources().sources
    assert own.not_asked == {
        "object_rotation": "no gravity", "agent_motion": "no gravity, no persons or vehicles with a front"}


@pytest.mark.parametrize(("fields", "extra", "installed"), [
    ({}, None, True),
    ({"extra": "arm"}, "robots[arm]", None),
    ({"extra": "arm", "modules": ("json", "numpy")}, "robots[arm]", True),
    ({"extra": "arm", "modules": ("json", "not_there_at_all")}, "robots[arm]", False),
    ({"extra": "arm", "modules": ("not_there_at_all.inside",)}, "robots[arm]", False),
])
def test_the_extra_is_named_and_looked_for(registered, fields, extra, installed):
    registered(own=fields)
    (own,) = list_sources().sources
    assert (own.extra, own.installed) == (extra, installed)


def test_a_broken_source_and_a_taken_name_are_notes(monkeypatch, capsys):
    simulator = Registration("simulator", "fourdp_qa.sources.simulator.source:SIMULATOR", "fourdp-qa")
    monkeypatch.setattr(source_list, "registrations", lambda: [
        simulator, Registration("absent", "not_there_at_all:S", "broken-package"),
        Registration("simulator", "robots:SIMULATOR", "robots"),
    ])
    listed = list_sources()
    assert [s.name for s in listed.sources] == ["simulator"]
    assert [note.split(": ")[0] for note in listed.notes] == [
        "source 'absent' of broken-package", "source 'simulator' of robots"]
    assert "a name that fourdp-qa has taken" in listed.notes[1]
    assert json.loads(json.dumps(listed.to_plain()))["notes"] == list(listed.notes)
    print_sources(listed)
    shown = capsys.readouterr().out
    assert "simulator" in shown and "not usable: source 'absent' of broken-package" in shown


def test_the_table_says_how_to_install_what_is_missing(registered, capsys):
    registered(own={"extra": "arm", "modules": ("not_there_at_all",), "summary": "[red]s[/red]",
                    "capabilities": frozenset({Capability.DEPTH})})
    print_sources(list_sources())
    shown = capsys.readouterr().out
    assert "own: pip install 'robots[arm]'" in shown
    assert "arm (missing)" in shown and "camera_movement" in shown
    assert "[red]s[/red]" in shown, "what a package says is no markup"


def test_the_simulator_offers_what_it_says():
    from fourdp_qa.sources.simulator.source import SimulatorHandle

    scene = SimulatorHandle(5, 2, 64, 12).open()
    said = get_source("simulator")
    assert scene.facts.capabilities == said.capabilities
    assert scene.facts.license == said.license
