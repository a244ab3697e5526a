"""What must hold when a scene is changed (questions.md, section 7), on simulated scenes.

Each scene is rendered once; the changed one is a RecordedScene made from it. Only the rows about
another camera path film the same world again. "Labels equal" means: equal whenever both ask. Where
a change leaves every number as it was, the tests ask for more: the very same questions.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.tracks import track_pixels
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.questions.verdicts import Verdict, opposite
from fourdp_qa.scene.camera import pixel_centres, project
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points
from fourdp_qa.scene.segment import Segment
from fourdp_qa.sources.registry import SourceOptions, list_scenes

SCENES, FRAMES, SIDE, SEED = 14, 25, 112, 41
LAST = FRAMES - 1
SLOW = settings(max_examples=24, deadline=None)
"""Each example measures one scene, 0.1 to 0.2 s."""

ALL_PIXELS = SIDE * SIDE
"""So many background samples that all are taken: a mirrored picture then gives the same ones."""


OWN = None
CAMERA_PATHS = (  # degrees turned about the camera's x, y, z; object distances moved along them
    OWN, ((0, 14.3, 0), (0, 0, 0)), ((0, -12.7, 0), (0.21, 0, 0)), ((0, 0, 0), (0, 0, 0)),
    ((0, 0, 0), (0, 0, 0.27)), ((0, 0, 12.1), (0, -0.16, 0)), ((10.9, 0, 0), (0, 0, -0.26)),
)
"""Scene n is filmed by path n modulo 7, so that what the tests rest on does not hang on what the
simulator happens to draw: pans against sideways motion, standing still, nearing, leaving, tilting,
rolling. No number is a threshold: on one, the last bit of a float decides.
"""


@pytest.fixture(scope="module")
def pool(recorded, film):
    """Recorded scenes with what is said about them."""
    handles = list_scenes("simulator", SourceOptions(size=SIDE, frames=FRAMES, scenes=SCENES,
                                                     seed=SEED))
    scenes = []
    for number, handle in enumerate(handles):
        scene, path = handle.open(), CAMERA_PATHS[number % len(CAMERA_PATHS)]
        if path is not OWN:
            first = scene.world_from_camera[0]
            distance = np.median(np.linalg.norm(
                scene.world_from_object[0, :, :3, 3] - first[:3, 3], axis=-1))
            scene = film(scene, first @ drift(np.radians(path[0]), distance * np.array(path[1])))
        scenes.append(Told(recorded.record(scene)))
    return scenes


@pytest.fixture(scope="module")
def film():
    """``film(scene, world_from_camera)``: the same simulated world under another camera path."""
    from fourdp_qa.sources.simulator.sampling import Sampled
    from fourdp_qa.sources.simulator.scene import SimulatedScene

    def make(scene, world_from_camera):
        facts, spec = scene.facts, scene.spec
        objects = scene.world_from_object[:, :len(spec.objects)]
        return SimulatedScene(
            Sampled(spec, objects, world_from_camera), facts.scene_id, facts.split_key)

    return make


def drift(turn, shift):
    """Poses (T, 4, 4) from the first camera: an even turn (rotation vector) and an even shift."""
    time = np.linspace(0, 1, FRAMES)
    return make_pose(np.stack([rotation(s * np.asarray(turn)) for s in time]),
                     time[:, None] * np.asarray(shift))


class Told:
    """A scene, its measurements and its statements."""

    def __init__(self, scene, limits=None, segment=None):
        self.scene = scene
        self.measured = measure_segment(scene, segment or scene.segment, limits=limits)
        self.stated = state_segment(self.measured)

    def labels(self, question_type=None):
        """(statement key, component) -> verdict, of what is asked."""
        return labels_of(self.stated, question_type)


def labels_of(stated, question_type=None):
    return {
        (s.key, name): component.quantity.verdict
        for s in stated.statements if question_type in (None, s.question_type)
        for name, component in s.components.items()
        if component.quantity.verdict != Verdict.UNDECIDED
    }


def disagreements(before, after, expected=lambda place, verdict: verdict):
    """Where both ask and `after` is not what `expected` makes of `before`; and how many both ask."""
    both = before.keys() & after.keys()
    wrong = {
        place: (before[place], after[place])
        for place in both if after[place] != expected(place, before[place])
    }
    return wrong, len(both)


def negated(verdict):
    return str(opposite(Verdict(verdict)))


def swapped_and_back(verdict):
    """A label under reversed time: one-way labels swap, two-leg labels stay."""
    return negated(verdict) if verdict in ("+", "-") else verdict


scene_numbers = st.integers(0, SCENES - 1)
unit = st.floats(-1, 1)


def rotation(vector):
    """Rotation matrix of a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    x, y, z = np.asarray(vector) / max(angle, 1e-12)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


# Lengths and world frame ------------------------------------------------------------------------


@SLOW
@given(number=scene_numbers, exponent=st.floats(-3, 3))
def test_lengths_times_k_change_nothing_that_is_said(pool, recorded, number, exponent):
    told = pool[number]
    changed = Told(recorded.scaled(told.scene, 10**exponent))
    assert changed.labels() == told.labels()
    assert changed.stated.strata == told.stated.strata
    assert_same_tracks(told, changed)


@SLOW
@given(number=scene_numbers, turn=st.tuples(unit, unit, unit), shift=st.tuples(unit, unit, unit))
def test_a_world_moved_rigidly_changes_nothing_that_is_said(pool, recorded, number, turn, shift):
    told = pool[number]
    pose = make_pose(rotation(3 * np.array(turn)), 100 * np.array(shift))
    changed = Told(recorded.moved(told.scene, pose))
    assert changed.labels() == told.labels()
    assert changed.stated.strata == told.stated.strata
    assert_same_tracks(told, changed)


def assert_same_tracks(told, changed):
    assert len(told.measured.tracks) == len(changed.measured.tracks) > 0
    for a, b in zip(told.measured.tracks, changed.measured.tracks, strict=True):
        assert (a.query_frame, a.object_id) == (b.query_frame, b.object_id)
        # Depth is float32: seven digits, and points near the image plane magnify the last one.
        np.testing.assert_allclose(a.visual, b.visual, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(a.true_motion, b.true_motion, rtol=1e-4, atol=1e-4)
        assert np.mean(a.visible == b.visible) >= 0.9  # exact rays graze edges


# Mirror -----------------------------------------------------------------------------------------


MIRRORED = {"camera_movement": {"right", "pan", "roll"}, "object_direction": {"right"}}


def mirrored_label(place, verdict):
    key, component = place
    return negated(verdict) if component in MIRRORED.get(key.split("/")[0], ()) else verdict


@pytest.fixture(scope="module")
def with_all_background():
    limits = default_limits()
    return replace(limits, background=replace(limits.background, samples=ALL_PIXELS))


@pytest.mark.parametrize("number", range(SCENES))
def test_a_mirror_swaps_left_and_right_and_nothing_else(
    pool, recorded, with_all_background, number
):
    told = Told(pool[number].scene, with_all_background)
    changed = Told(recorded.mirrored(told.scene), with_all_background)
    assert changed.labels() == {
        place: mirrored_label(place, verdict) for place, verdict in told.labels().items()
    }
    assert [(s.key, s.entangled, s.cue_conflict) for s in changed.stated.statements] == [
        (s.key, s.entangled, s.cue_conflict) for s in told.stated.statements]


@pytest.mark.parametrize("number", range(SCENES))
def test_a_mirror_turns_x_of_tracks_and_rings_into_one_minus_x(pool, recorded, number):
    told = pool[number]
    mirror = recorded.mirrored(told.scene)
    changed = Told(mirror)
    for track in told.measured.tracks:
        twin = tracked_again(mirror, track, track.query_frame, lambda col: SIDE - 1 - col)
        for path, other in ((track.visual, twin.visual), (track.true_motion, twin.true_motion)):
            np.testing.assert_allclose(1 - path[:, 0], other[:, 0], rtol=1e-6, atol=1e-6)
            np.testing.assert_allclose(path[:, 1], other[:, 1], rtol=1e-6, atol=1e-6)
        assert np.mean(track.visible == twin.visible) >= 0.9
    rings, others = told.measured.anchors.rings, changed.measured.anchors.rings
    assert rings.keys() == others.keys()
    for place, (x, y, radius) in rings.items():
        assert others[place] == pytest.approx((1 - x, y, radius))


def tracked_again(scene, track, query_frame, column=lambda col: col):
    """The track of the same pixel in a changed scene."""
    x, y = track.visual[track.query_frame] * SIDE
    rows, cols = np.array([int(y)]), np.array([column(int(x))])
    (twin,) = track_pixels(scene, scene.segment, scene.images, query_frame, rows, cols,
                           np.array([track.object_id]), default_limits().track)
    return twin


# Time reversal ----------------------------------------------------------------------------------


class Backwards(Told):
    """The reversed scene, measured with the L and the d0 of the one that runs forwards."""

    def __init__(self, told, recorded):
        self.scene = recorded.backwards(told.scene)
        measured = measure_segment(self.scene, self.scene.segment)
        distance = measured.motion.distance.copy()
        distance[0] = told.measured.motion.distance[0]
        self.measured = replace(
            measured, camera=replace(measured.camera,
                                     scene_length=told.measured.camera.scene_length))
        # Types 1 and 4 measure in lengths of L and d0; type 2 in its own first distance.
        held = replace(self.measured, motion=replace(measured.motion, distance=distance))
        self.stated = state_segment(self.measured)
        self.stated_with_d0 = state_segment(held)


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_the_camera_turns_the_other_way(pool, recorded, number):
    told = pool[number]
    back = Backwards(told, recorded)
    for name in ("azimuth", "elevation", "roll"):
        forth = getattr(told.measured.camera.angles, name)
        there = getattr(back.measured.camera.angles, name)
        np.testing.assert_allclose(there - there[0], forth[::-1] - forth[-1], atol=1e-9)
    turns = {"pan", "tilt", "roll"}
    before = {p: v for p, v in told.labels("camera_movement").items() if p[1] in turns}
    after = {p: v for p, v in back.labels("camera_movement").items() if p[1] in turns}
    wrong, _ = disagreements(before, after, lambda _, verdict: swapped_and_back(verdict))
    assert not wrong


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_the_camera_translates_by_minus_r_transposed_d(pool, recorded, number):
    told = pool[number]
    back = Backwards(told, recorded)
    heading = told.measured.camera.heading
    first, last = (
        np.stack([heading.forward[t], heading.right[t], heading.up[t]]) for t in (0, -1)
    )
    R = first @ last.T  # last heading axes to first ones
    expected = -R.T @ told.measured.camera.translation[-1]
    np.testing.assert_allclose(back.measured.camera.translation[-1], expected, atol=1e-9)
    before, after = told.labels("camera_movement"), back.labels("camera_movement")
    wrong, _ = disagreements(before, after, lambda _, verdict: swapped_and_back(verdict))
    assert "up" not in {component for _, component in wrong}
    if {v for (_, c), v in before.items() if c == "pan"} == {Verdict.ABSENT}:
        assert not {c for _, c in wrong} & {"forward", "right"}


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_a_distance_that_increases_decreases(pool, recorded, number):
    told = pool[number]
    before = told.labels("camera_object_distance")
    after = Backwards(told, recorded).labels("camera_object_distance")
    assert after == {place: swapped_and_back(verdict) for place, verdict in before.items()}


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_an_object_moves_the_other_way_seen_from_the_same_view(pool, recorded, number):
    told = pool[number]
    after = labels_of(Backwards(told, recorded).stated_with_d0, "object_direction")
    before = {
        (f"object_direction/{variant}/{key.split('/')[2]}/{frame}/camera", component):
            swapped_and_back(verdict)
        for (key, component), verdict in told.labels("object_direction").items()
        for variant, frame in [("named_frame", LAST) if "first_camera" in key
                               else ("first_camera", 0)]
    }
    assert after == before


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_nearer_stays_nearer(pool, recorded, number):
    told = pool[number]
    after = Backwards(told, recorded).labels("depth")
    before = {}
    for (key, component), verdict in told.labels("depth").items():
        question_type, variant, objects, frame, system = key.split("/")
        there = "/".join((question_type, variant, objects, str(LAST - int(frame)), system))
        before[there, component] = verdict
    wrong, both = disagreements(before, after)
    assert not wrong
    assert both >= 3


@pytest.mark.parametrize("number", range(SCENES))
def test_backwards_tracks_run_backwards(pool, recorded, number):
    told = pool[number]
    back = recorded.backwards(told.scene)
    for track in told.measured.tracks:
        twin = tracked_again(back, track, LAST - track.query_frame)
        np.testing.assert_allclose(twin.visual, track.visual[::-1], atol=1e-9)
        np.testing.assert_allclose(twin.true_motion, track.true_motion[::-1], atol=1e-9)
        assert (twin.visible == track.visible[::-1]).all()


# The camera's own path --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filmed_again(recorded, film):
    """``filmed_again(told, world_from_camera)``: the same world under another camera path, told."""
    specs = {
        handle.scene_id: handle.open().spec for handle in list_scenes(
            "simulator", SourceOptions(size=SIDE, frames=FRAMES, scenes=SCENES, seed=SEED))
    }

    def make(told, world_from_camera):
        scene = told.scene.but()
        scene.spec = specs[scene.facts.scene_id]
        return Told(recorded.record(film(scene, world_from_camera)))

    return make


@pytest.fixture(scope="module")
def frozen_pool(pool, filmed_again):
    """Every scene filmed by a camera that keeps its first pose."""
    return [
        filmed_again(told, np.repeat(told.scene.world_from_camera[:1], FRAMES, axis=0))
        for told in pool
    ]


@pytest.mark.parametrize("number", range(SCENES))
def test_a_frozen_camera_is_stationary(frozen_pool, number):
    labels = frozen_pool[number].labels("camera_movement")
    said = {component: verdict for (_, component), verdict in labels.items()}
    assert said.pop("still") == Verdict.PLUS
    assert set(said.values()) == {Verdict.ABSENT}
    assert frozen_pool[number].stated.strata.camera_motion == "none"


@pytest.mark.parametrize("number", range(SCENES))
def test_under_a_frozen_camera_both_tracks_are_one(frozen_pool, number):
    for track in frozen_pool[number].measured.tracks:
        np.testing.assert_allclose(track.visual, track.true_motion, atol=1e-12)


@pytest.mark.parametrize("number", range(SCENES))
def test_object_motion_in_the_first_view_does_not_depend_on_the_camera(pool, frozen_pool, number):
    before = {p: v for p, v in pool[number].labels("object_direction").items()
              if "first_camera" in p[0]}
    wrong, both = disagreements(before, frozen_pool[number].labels("object_direction"))
    assert not wrong
    assert both >= 0.5 * len(before)  # a camera that follows an object shows it longer


@pytest.mark.parametrize("number", range(SCENES))
def test_sideways_in_the_world_is_sideways_on_a_frozen_level_screen(frozen_pool, number):
    told = frozen_pool[number]
    camera = told.scene.world_from_camera[0]
    assert abs(np.degrees(told.measured.camera.angles.roll[0])) < 2  # else the screen is tilted
    for statement in told.stated.statements:
        if statement.variant != "first_camera" or not statement.objects:
            continue
        said = {c: v.quantity.verdict for c, v in statement.components.items()}
        if said["right"] in "+-" and said["away"] == said["up"] == Verdict.ABSENT:
            n = [o.id for o in told.scene.objects].index(statement.objects[0])
            path = told.measured.motion.centre_world[[0, -1], n]
            u = project(told.scene.facts.K, transform_points(invert_pose(camera), path))[:, 0]
            assert np.sign(u[1] - u[0]) == (1 if said["right"] == "+" else -1)


@pytest.mark.parametrize("number", range(SCENES))
def test_what_the_picture_says_of_a_distance_is_what_a_frozen_camera_measures(
    pool, frozen_pool, number
):
    """Entanglement of type 2 is a prediction about another recording; here is that recording."""
    pictures = {
        s.key: s.components["distance"].picture for s in pool[number].stated.statements
        if s.question_type == "camera_object_distance"
    }
    frozen = {key: v for (key, _), v in frozen_pool[number].labels("camera_object_distance").items()}
    both = [key for key in pictures.keys() & frozen.keys()
            if pictures[key] != Verdict.UNDECIDED]
    assert {k: pictures[k] for k in both} == {k: frozen[k] for k in both}


@pytest.mark.parametrize("number", range(SCENES))
def test_what_the_picture_says_of_a_direction_is_measured_when_the_camera_is_believed_still(
    pool, recorded, number
):
    """The same pictures from a camera that never moved: its labels are the `picture` of type 4."""
    told = pool[number]
    pictures = {
        (s.key, name): component.picture for s in told.stated.statements
        if s.key.startswith("object_direction/first_camera")
        for name, component in s.components.items()
    }
    naive = Told(recorded.camera_motion_handed_to_objects(told.scene)).labels("object_direction")
    wrong, _ = disagreements({p: v for p, v in pictures.items() if v != Verdict.UNDECIDED}, naive)
    assert not wrong


@SLOW
@given(number=scene_numbers, turn=st.tuples(unit, unit, unit), shift=st.tuples(unit, unit, unit))
def test_another_camera_path_with_the_same_first_view(
    pool, filmed_again, number, turn, shift
):
    told = pool[number]
    length = told.measured.camera.scene_length
    other = drift(0.15 * np.array(turn), 0.1 * length * np.array(shift))
    changed = filmed_again(told, told.scene.world_from_camera[0] @ other)
    first = {p: v for p, v in told.labels("object_direction").items() if "first_camera" in p[0]}
    wrong, _ = disagreements(first, changed.labels("object_direction"))
    assert not wrong
    at_start = {p: v for p, v in told.labels("depth").items() if p[0].split("/")[3] == "0"}
    wrong, _ = disagreements(at_start, changed.labels("depth"))
    assert not wrong
    before, after = (
        {t.index: t for t in x.measured.tracks if t.query_frame == 0} for x in (told, changed)
    )
    assert before.keys() == after.keys()
    for index, track in before.items():
        np.testing.assert_allclose(after[index].true_motion, track.true_motion, atol=1e-9)


# Order and sampling -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(SCENES))
def test_the_answer_names_the_same_object_whatever_the_order(pool, recorded, number):
    told = pool[number]
    order = range(len(told.scene.objects))[::-1]
    changed = Told(recorded.in_order(told.scene, order))
    for question_type in ("camera_movement", "camera_object_distance", "object_direction"):
        assert changed.labels(question_type) == told.labels(question_type)
    before, after = named_answers(told.stated), named_answers(changed.stated)
    both = before.keys() & after.keys()
    assert {p: before[p] for p in both} == {p: after[p] for p in both}
    assert len(both) >= 10


def named_answers(stated):
    """(set of objects, frame) -> id of the nearest one."""
    answers = {}
    for s in stated.statements:
        if s.question_type != "depth":
            continue
        (component,) = s.components.values()
        verdict = component.quantity.verdict
        if verdict != Verdict.UNDECIDED:
            position = {"+": 0, "-": 1}.get(verdict)
            answers[frozenset(s.objects), s.frames] = s.objects[
                int(verdict) if position is None else position]
    return answers


@pytest.mark.parametrize("number", range(SCENES))
def test_every_second_frame_says_the_same(pool, number):
    told = pool[number]
    half = Segment(0, 2, (FRAMES + 1) // 2, told.scene.facts.fps)
    changed = Told(told.scene, segment=half)
    before, both = {}, 0
    for (key, component), verdict in told.labels().items():
        question_type, variant, objects, frame, system = key.split("/")
        if int(frame) % 2 == 0:
            there = "/".join((question_type, variant, objects, str(int(frame) // 2), system))
            before[there, component] = verdict
    wrong, both = disagreements(before, changed.labels())
    assert not wrong
    assert both >= 10


# Always -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(SCENES))
def test_at_the_query_frame_both_tracks_are_the_query_pixel(pool, number):
    scene = pool[number].scene
    centres = pixel_centres(SIDE, SIDE)
    for track in pool[number].measured.tracks:
        query = track.visual[track.query_frame]
        np.testing.assert_allclose(track.true_motion[track.query_frame], query, atol=1e-9)
        col, row = (int(c) for c in query * SIDE)
        np.testing.assert_allclose(query * SIDE, centres[row, col], atol=1e-6)
        assert scene.instances(track.query_frame)[row, col] == track.object_id


def test_a_static_point_stays_where_it_is_for_the_frozen_camera(pool):
    static = [
        track for told in pool for track in told.measured.tracks
        if track.object_id == 0 or next(
            o.is_static for o in told.scene.objects if o.id == track.object_id)
    ]
    assert len(static) > 20
    for track in static:
        np.testing.assert_allclose(
            track.true_motion, np.broadcast_to(track.true_motion[:1], (FRAMES, 2)), atol=1e-9)


@pytest.mark.parametrize("number", range(SCENES))
def test_no_two_statements_share_a_key(pool, number):
    keys = [s.key for s in pool[number].stated.statements]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("number", range(SCENES))
def test_nearer_has_no_cycles(pool, number):
    nearer = {}
    for s in pool[number].stated.statements:
        if s.variant == "pair" and s.components["nearer"].quantity.verdict != Verdict.UNDECIDED:
            a, b = s.objects
            first = s.components["nearer"].quantity.verdict == Verdict.PLUS
            nearer.setdefault(s.frames[0], set()).add((a, b) if first else (b, a))
    for pairs in nearer.values():
        ids = {i for pair in pairs for i in pair}
        for three in combinations(sorted(ids), 3):
            for a, b, c in permutations(three):
                assert not {(a, b), (b, c), (c, a)} <= pairs


def test_the_pool_shows_enough_to_mean_something(pool):
    """A camera that stands, one that pans, moving objects, distances that change: or the tests
    above would hold of nothing.
    """
    said = {(key.split("/")[0], component, verdict) for told in pool
            for (key, component), verdict in told.labels().items()}
    for verdict in "+-":
        assert ("camera_movement", "pan", verdict) in said
        assert ("camera_object_distance", "distance", verdict) in said
        assert ("object_direction", "right", verdict) in said
        assert ("object_direction", "away", verdict) in said
        assert ("depth", "nearer", verdict) in said
    assert ("camera_movement", "still", "+") in said
    misread = [
        s.key for told in pool for s in told.stated.statements for c in s.components.values()
        if c.picture not in ("", Verdict.UNDECIDED, c.quantity.verdict)
    ]
    assert len(misread) > 20
