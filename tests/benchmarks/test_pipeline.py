"""The table of the pipeline's cost: its shape and its sums, in tiny. No figure of it is a test."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SCENES, FRAMES, POINTS = 5, 12, 500


@pytest.fixture(scope="module")
def beside():
    """``beside("stages")``: a benchmark's module, as the programs import it from beside themselves."""
    sys.path.insert(0, str(BENCHMARKS))
    before = dict(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            patch.setenv(name, "1")
        yield importlib.import_module
    sys.path.remove(str(BENCHMARKS))
    for name in sys.modules.keys() - before.keys():
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


@pytest.fixture(scope="module")
def plan(beside):
    return beside("pipeline").Plan(
        clips=SCENES, size=64, frames=FRAMES, points=POINTS, runs=1, segments=1, questions=1)


@pytest.fixture(scope="module")
def results(beside, plan):
    return beside("pipeline").measure_all(plan, workers=False)


def test_every_place_is_rendered(results):
    from fourdp_qa.sources.simulator.environments import PLACES

    assert set(results.clips.places.values()) == set(PLACES)
    assert len(results.clips.places) == len(results.clips.scenes) == SCENES


def test_a_seed_shows_all_places_evenly(beside):
    from fourdp_qa.sources.simulator.wishes import dealt

    seed = beside("stages").seed_with_all_places(10)
    places = [dealt(seed, index).place for index in range(10)]
    assert {places.count(place) for place in set(places)} == {2}


def test_the_stages_are_all_that_is_done(results, beside):
    times, stages = results.clips, beside("stages")
    asked = [stage for group in stages.GROUPS.values() for stage in group]
    assert set(times.stages) <= set(asked)
    assert len(asked) == len(set(asked))
    assert all(times.stages[stage] > 0 for stage, *_ in stages.WATCHED)
    assert sum(times.groups.values()) == pytest.approx(times.whole, rel=1e-3)
    assert sum(times.clip_seconds.values()) == pytest.approx(times.whole)
    assert all(seconds > times.shared for seconds in times.clip_seconds.values())


def test_what_is_rendered_again_for_colour_is_counted_apart(results, beside):
    """Phase 1 casts the rays of every frame, phase 3 those of scenes with clips."""
    times, stages = results.clips.stages, beside("stages")
    assert times[stages.RAYS] > 0
    assert times[stages.RAYS_AGAIN] > 0
    assert times[stages.SHADING] > times[stages.RAYS_AGAIN]


def test_tracks_are_as_many_as_asked_for(results):
    assert (results.tracks.points, results.tracks.frames) == (POINTS, FRAMES)


def test_rows_and_files_are_counted(results):
    assert results.clips.rows > results.clips.clips >= SCENES
    assert results.questions.rows > 0


def figures(beside, results):
    return {line.what: line for section in beside("pipeline").lines_of(results) for line in section}


def test_shares_of_the_table_sum_to_one(beside, results):
    shares = [
        float(line.figure.split()[-1].rstrip("%"))
        for line in figures(beside, results).values() if line.figure.endswith("%")
    ]
    # Three groups and their stages: both are the whole, each rounded to a tenth of a per cent.
    assert sum(shares) == pytest.approx(200, abs=0.1 * len(shares))


def test_rates_follow_from_seconds(beside, results):
    from dataclasses import replace

    stages = beside("stages")
    clips = replace(
        results.clips, stages={stages.SHADING: 30.0, stages.ENCODING: 5.0, stages.STATING: 5.0},
        scenes={"a": 10.0, "b": 28.0}, places={"a": "lawn", "b": "room"}, clips=8, rows=50, whole=40.0)
    made_up = replace(
        results, clips=clips, tracks=replace(results.tracks, points=20_000, frames=32, plain=0.2),
        questions=replace(results.questions, scenes=4, rows=60, seconds=3.0))
    lines = figures(beside, made_up)
    tracks = lines["tracks of 32 frames with visibility, depth and ids"]
    assert tracks.figure == "100,000 tracks/s (3.2 M points/s)"
    assert tracks.seconds == pytest.approx(0.01)  # a thousand of them
    assert lines["questions without clips, 60 of 4 scenes"].figure == "20.0 /s"
    assert lines["a clip: rendering"].figure == "15.000 s, 75.0%"
    assert lines["a clip, average of 2 segments"].figure == "20.00 s"
    assert lines["a clip, the dearest"].figure == "29.00 s"  # with one of the two seconds that are shared
    assert lines["  lawn, 1"].figure == "11.00 s"


def test_the_table_has_a_row_for_every_line(beside, plan, results):
    pipeline = beside("pipeline")
    table = pipeline.table_of(plan, results)
    assert table.row_count == sum(len(section) for section in pipeline.lines_of(results))
    assert [str(column.header) for column in table.columns] == ["what", "figure", "references", "target"]


def test_workers_are_compared_with_what_one_took(beside, results):
    from dataclasses import replace

    one, two = (beside("one_generation").Used(*n) for n in ((10, 9, 300, 300), (6, 12, 200, 250)))
    both = beside("pipeline").Workers(one, two)
    lines = figures(beside, replace(results, without_clips=both, with_clips=both))
    assert lines["2 workers, no clips: wall time of 1 / of 2"].figure == "1.67"
    assert lines["  CPU time of 2 / of 1 (1 had 0.90 of a core)"].figure == "1.33"
    assert lines["  2 workers: parent, largest worker"].figure == "200 MiB, 250 MiB"


def test_a_generation_in_its_own_process_tells_what_it_used():
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "one_generation.py"), "--scenes=2", "--size=64", "--frames=12",
         "--workers=2", "--no-clips"], capture_output=True, text=True, check=True)
    used = json.loads(done.stdout)
    assert set(used) == {"wall", "cpu", "parent", "worker"}
    assert used["cpu"] > 0
    assert 20 < used["worker"] < 2000
    assert used["parent"] != used["worker"]
