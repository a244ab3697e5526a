"""Light of five places: readable colours, a lamp that is brightest below, no sun on a dull day."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.sources.simulator.lights import Source, lights
from fourdp_qa.sources.simulator.renderer import tone_mapped
from fourdp_qa.sources.simulator.sampling import play
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, ObjectSpec, SceneSpec

PLACE = EnvironmentSpec("lawn", 0.0, (0.0, 0.0), (), (0.0, 0.0, 1.0), 0.0)
MakeObject, MakeSpec = Callable[..., ObjectSpec], Callable[..., SceneSpec]


@pytest.mark.parametrize("name", lights())
def test_white_is_neither_blown_out_in_the_light_nor_grey_in_it(name: str) -> None:
    light = lights()[name]
    upper = tone_mapped(0.86 * (light.sky + light.sun * np.sin(np.deg2rad(light.elevation[1]))))
    assert 0.75 < upper.mean() < 1.0


@pytest.mark.parametrize("name", lights())
def test_colours_stay_what_they_are_called_in_any_light(
    make_object: MakeObject, make_spec: MakeSpec, name: str
) -> None:
    """The named colour is the strongest channel where it is lit and where it is not."""
    for colour, channel in (("red", 0), ("blue", 2), ("green", 1)):
        spec = make_spec(make_object("gift_box", -3.0, colours=(colour, "white")))
        environment = replace(
            spec.environment, light=name, ground="paved square", sun=(-0.6, 0.3, 0.74))
        sampled = play(replace(spec, environment=environment))
        scene = SimulatedScene(sampled, "lit", "lit")
        seen = scene.rgb(0)[scene.instances(0) == 1].astype(float)
        vivid = seen[seen.max(axis=1) - seen.min(axis=1) > 40]
        assert len(vivid) > 50
        assert np.mean(vivid.argmax(axis=1) == channel) > 0.9


def test_a_lamp_is_brightest_below_itself_and_shines_from_where_it_hangs() -> None:
    source = Source(replace(PLACE, light="lamp", lamp=(0.0, 0.0, 2.4)))
    points = np.array([[0.0, 3.0], [0.0, 0.0], [0.0, 0.0]], dtype=np.float32)
    way, strength = source.towards(points)
    assert np.asarray(strength)[0] > np.asarray(strength)[1] > 0.4
    np.testing.assert_allclose(way[:, 0], [0, 0, 1], atol=1e-6)
    assert way[0, 1] < 0 < way[2, 1]


def test_there_is_no_sun_on_an_overcast_day() -> None:
    assert not Source(replace(PLACE, light="overcast")).shines
    assert Source(PLACE).shines


def test_shares_of_the_lights_of_a_place_add_up() -> None:
    for place in {place for light in lights().values() for place in light.places}:
        assert sum(light.share for light in lights().values() if place in light.places) == (
            pytest.approx(1.0))
