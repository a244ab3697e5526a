"""Fixtures of the changes of questions.md, section 7: simulated scenes, and scenes made up by
hypothesis, on which every claim is tried.
"""

from __future__ import annotations

import math
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

from fourdp_qa.scene.pose import make_pose
from fourdp_qa.sources.registry import SourceOptions, list_scenes

# What the tests share is a few modules, and tests are no package.
sys.path.insert(0, str(Path(__file__).parent))

from underchange.comparing import Tally
from underchange.made_scenes import build, camera_path, made_scenes, record
from underchange.told import Told

SCENES, FRAMES, SIDE, SEED = 14, 25, 112, 41
MADE_FRAMES = 17
"""Their quarters, and the quarters of every second one, are whole frames."""
EXAMPLES, MANY_EXAMPLES = 40, 300
"""Made-up scenes for each claim: the same ones in every run, and new ones in the long proof."""
TRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))

OWN = None
CAMERA_PATHS = (  # degrees turned about the camera's x, y, z; object distances moved along them
    OWN, ((0, 14.3, 0), (0, 0, 0)), ((0, -12.7, 0), (0.21, 0, 0)), ((0, 0, 0), (0, 0, 0)),
    ((0, 0, 0), (0, 0, 0.27)), ((0, 0, 12.1), (0, -0.16, 0)), ((10.9, 0, 0), (0, 0, -0.26)),
)
"""Scene n is filmed by path n modulo 7, so that what the tests rest on does not hang on what the
simulator happens to draw: pans against sideways motion, standing still, nearing, leaving, tilting,
rolling. No number is a threshold: on one, the last bit of a float decides.
"""


@pytest.fixture(scope="session")
def pool(recorded, drift):
    """Simulated scenes with what is said about them."""
    from fourdp_qa.sources.simulator.sampling import Sampled
    from fourdp_qa.sources.simulator.scene import SimulatedScene

    def told(scene):
        facts, spec = scene.facts, scene.spec
        objects = scene.world_from_object[:, :len(spec.objects)]

        def refilm(cameras):
            return recorded.record(SimulatedScene(
                Sampled(spec, objects, cameras), facts.scene_id, facts.split_key))

        return refilm

    handles = list_scenes("simulator", SourceOptions(size=SIDE, frames=FRAMES, scenes=SCENES,
                                                     seed=SEED))
    scenes = []
    for number, handle in enumerate(handles):
        scene, path = handle.open(), CAMERA_PATHS[number % len(CAMERA_PATHS)]
        refilm, first = told(scene), scene.world_from_camera[0]
        distance = np.median(np.linalg.norm(
            scene.world_from_object[0, :, :3, 3] - first[:3, 3], axis=-1))
        cameras = scene.world_from_camera if path is OWN else first @ drift(
            np.radians(path[0]), distance * np.array(path[1]), FRAMES)
        scenes.append(Told(refilm(cameras), refilm))
    return scenes


@pytest.fixture(scope="session")
def drift():
    """``drift(turn, shift, frames)``: poses (T, 4, 4) from the first camera, an even turn (rotation
    vector) and an even shift.
    """

    def make(turn, shift, frames):
        time = np.linspace(0, 1, frames)
        return make_pose(np.stack([rotation(s * np.asarray(turn)) for s in time]),
                         time[:, None] * np.asarray(shift))

    return make


def rotation(vector):
    """Rotation matrix of a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    x, y, z = np.asarray(vector) / max(angle, 1e-12)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


@pytest.fixture(scope="session", name="rotation")
def rotation_fixture():
    """``rotation(vector)``: rotation matrix of a rotation vector."""
    return rotation


@pytest.fixture(scope="session")
def tell(recorded, box_world, hand_made):
    """``tell(made)``: a made-up scene with what is said about it."""

    def make(made, frames=MADE_FRAMES):
        def refilm(cameras):
            scene = record(build(made, sys.modules[box_world.__module__], cameras), recorded)
            return scene if made.exact else recorded.without_exact_visibility(scene)

        return Told(refilm(camera_path(made.film, hand_made, frames)), refilm)

    return make


@pytest.fixture(params=[
    "simulated", "made_up", pytest.param("many_made_up", marks=pytest.mark.long)])
def on_scenes(request, tell):
    """``on_scenes(check, compares, least, **drawn)``: the claim ``check(told, tally, **values)`` on all
    simulated scenes, or on made-up ones of which a failing one shrinks. Labels of all the types with
    numbers in `compares` must have been compared, `least` times or more in the made-up scenes.
    """
    def run(check, compares, least=20, **drawn):
        tally, claim = Tally(), request.node.originalname
        if request.param == "simulated":
            for told in request.getfixturevalue("pool"):
                on_one(told, check, tally, claim, drawn)
            tally.enough(min(least, 10), compares)
            return

        @given(made=made_scenes, **drawn)
        def holds(made, **values):
            check(tell(made), tally, **values)

        if request.param == "made_up":
            repeatable(claim, EXAMPLES, holds)()
        else:
            settings(TRIED, max_examples=MANY_EXAMPLES)(holds)()
        tally.enough(least, compares)

    return run


def on_one(told, check, tally, claim, drawn):
    """The claim on one scene, with drawn values if it needs some."""
    if not drawn:
        check(told, tally)
        return

    @given(**drawn)
    def holds(**values):
        check(told, tally, **values)

    repeatable(claim, 2, holds)()


def repeatable(claim, examples, holds):
    """Always the same examples for one claim, and others for every other."""
    return seed(zlib.crc32(claim.encode()))(
        settings(TRIED, max_examples=examples, database=None)(holds))
