"""What `fourdp-qa check` says at its end: what the data lack, why, and what is therefore not asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.inspection.unsupported import REASONS, unsupported, unsupported_lines
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.scene import Capability


@pytest.fixture
def scene(box_world):
    """``scene(without={...})``: boxes of which nothing is an agent."""

    def made(without=(), **facts):
        world = box_world(height=32, width=32)
        offered = world.facts.capabilities - frozenset(without)
        world.facts = replace(world.facts, capabilities=offered, **facts)
        return world

    return made


@pytest.mark.parametrize(("without", "line"), [
    (Capability.GRAVITY, "no gravity (nothing says which way is up): not asked: object_rotation, "
     "agent_motion"),
    (Capability.DEPTH, "no depth (nothing says how far away a pixel is): nothing is asked"),
    (Capability.OBJECT_POSES, "no object_poses (nothing says how an object moves between frames): "
     "not asked: all but camera_movement"),
    (Capability.BACKGROUND_DEPTH, "no background_depth (nothing proves that a camera stands still): "
     "no camera is called stationary, a translation must be larger"),
    (Capability.METRIC_SCALE, "no metric_scale (lengths have no unit): every type is asked: "
     "no question depends on the unit"),
])
def test_each_capability_has_its_line(scene, without, line):
    assert line in unsupported(scene(without=[without]))
    assert line not in unsupported(scene())


def test_what_is_not_asked_is_what_the_registry_refuses(scene):
    """For every capability alone: types that need it are named, and no other."""
    for capability in REASONS:
        offered = scene(without=[capability])
        lost = {t.name for t in TYPES if t.missing(offered.facts.capabilities)}
        (line,) = [found for found in unsupported(offered) if found.startswith(f"no {capability} ")] or [""]
        _, _, named = line.partition("not asked: ")
        if named.startswith("all but "):
            assert lost == {t.name for t in TYPES} - set(named.removeprefix("all but ").split(", "))
        elif named:
            assert lost == set(named.split(", "))
        else:
            assert not lost or lost == {t.name for t in TYPES}


def test_objects_decide_too(scene):
    world = scene()
    assert ("no agent (no object is a person or vehicle with a front that moves as one piece): not asked: "
            "agent_motion") in unsupported(world)
    world.objects = tuple(replace(item, is_agent=True, front=(1.0, 0.0, 0.0)) for item in world.objects)
    assert unsupported(world) == []
    world.objects = tuple(replace(item, is_followed=False) for item in world.objects)
    (line,) = unsupported(world)
    assert line.startswith("no followed object") and "moved_distance" in line and "multi_view" not in line


def test_estimated_geometry_is_said(scene):
    assert any(line.startswith("estimated") for line in unsupported(scene(estimated=True)))
    assert not any(line.startswith("estimated") for line in unsupported(scene()))


def test_lines_say_in_how_many_scenes():
    assert unsupported_lines("own", [[], []]) == ["own: its data support every question type"]
    assert unsupported_lines("own", [["no gravity (...)"], ["no gravity (...)", "no depth (...)"]]) == [
        "own: what its data cannot support", "  no gravity (...)", "  no depth (...) (1 of 2 scenes)"]
