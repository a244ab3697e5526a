"""Processor time is counted over interruptions, and models are kept at the marks."""

from __future__ import annotations

from types import SimpleNamespace

from fourdp_qa.train.core_minutes import LOGGED, CoreMinutes, model_folder, processor_seconds


def state(minutes, zero=True):
    return SimpleNamespace(log_history=[{LOGGED: m} for m in minutes], is_world_process_zero=zero)


def control():
    return SimpleNamespace(should_save=False, should_training_stop=False)


def clock(tmp_path, marks):
    saved = []

    def save(folder):
        saved.append(folder.name)
        folder.mkdir()

    return CoreMinutes(marks, tmp_path, save), saved


def test_each_mark_is_kept_once_and_the_last_one_ends_the_run(tmp_path):
    counted, saved = clock(tmp_path, (60.0, 80.0))
    for minutes, names, over in ((59.9, [], False), (60.1, ["model-60-core-minutes"], False),
                                 (61.0, ["model-60-core-minutes"], False),
                                 (80.0, ["model-60-core-minutes", "model-80-core-minutes"], True)):
        asked = control()
        counted.on_log(None, state([minutes]), asked)
        assert (saved, asked.should_training_stop, asked.should_save) == (names, over, over)
    assert model_folder(tmp_path, 60.0).is_dir()


def test_a_run_without_marks_never_ends(tmp_path):
    counted, saved = clock(tmp_path, ())
    asked = control()
    counted.on_log(None, state([1e6]), asked)
    assert not saved
    assert not asked.should_training_stop


def test_the_count_goes_on_where_the_checkpoint_left_it(tmp_path):
    counted, _ = clock(tmp_path, ())
    counted.on_train_begin(None, state([1.0, 7.5]), None)
    assert 7.5 <= counted.since_the_start() < 7.6
    # All processes are added up: what the checkpoint knows is counted in the first alone.
    counted.on_train_begin(None, state([1.0, 7.5], zero=False), None)
    assert counted.since_the_start() < 0.1


def test_processor_seconds_grow_with_work():
    before = processor_seconds()
    sum(n * n for n in range(300_000))
    assert 0 < processor_seconds() - before < 60


def test_a_run_keeps_models_and_writes_its_minutes(write_config, tmp_path):
    from fourdp_qa.train.sft import train

    trainer = train(write_config(**{
        "data.samples": 400, "data.repeat": True, "output.core_minutes": [0.0001, 0.0002]}))
    assert trainer.state.global_step < 100
    assert all(LOGGED in entry for entry in trainer.state.log_history if "loss" in entry)
    for name in ("model-0.0001-core-minutes", "model-0.0002-core-minutes", "model"):
        assert (tmp_path / "run" / name / "model.safetensors").is_file()
        assert (tmp_path / "run" / name / "fourdp_qa.json").is_file()
        assert (tmp_path / "run" / name / "tokenizer.json").is_file()
