"""Rewards come from the row, and answers that earn more become likelier."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fourdp_qa.train.grpo import train
from fourdp_qa.train.rewards import advantages, has_reward, reward


@pytest.mark.parametrize(("question_type", "text", "worth"), [
    ("camera_movement", "Yes", 1), ("camera_movement", "No", 0), ("camera_movement", "perhaps", 0),
    ("depth", "A", 1), ("depth", "The answer is (A).", 1), ("depth", "B", 0),
    ("true_motion_point_tracking", "frame 1: (0.300, 0.500) visible\nframe 3: (0.500, 0.500) visible", 1),
    ("true_motion_point_tracking", "frame 1: (0.300, 0.500) visible", 0.5),
    ("true_motion_point_tracking", "", 0)])
def test_the_answer_of_the_row_is_the_judge(questions, question_type, text, worth):
    assert reward(questions.make_row(0, question_type), text) == pytest.approx(worth)


def test_free_form_has_no_judge():
    assert [has_reward(f) for f in ("yes_no", "multiple_choice", "track", "free_form")] == [
        True, True, True, False]


def test_an_answer_is_compared_with_its_own_group():
    assert advantages([1, 0, 1, 1], group=2) == [1, -1, 0, 0]
    assert sum(advantages([0.1, 0.5, 0.9, 0.3], group=4)) == pytest.approx(0)


@pytest.mark.parametrize("kind", ["qwen2_5_vl", "llava_onevision"])
def test_log_probabilities_are_those_of_the_sampled_answers(loaded, examples, kind):
    """With the clip: what sampling says of its own tokens and what the update says are the same numbers."""
    import torch

    from fourdp_qa.train.answering import prompt_batch
    from fourdp_qa.train.config import RewardSettings
    from fourdp_qa.train.reward_trainer import RewardTrainer

    model, encoder, family = loaded(kind)
    stub = RewardTrainer.__new__(RewardTrainer)
    stub._encoder, stub._family, stub._reward = encoder, family, RewardSettings(2, 1.0, 5)
    stub.accelerator = type("A", (), {"unwrap_model": staticmethod(lambda m: m)})
    stub.model = model.eval()
    prompt = stub._repeated(prompt_batch(encoder, examples("depth")), 2)
    assert prompt["input_ids"].shape[0] == 4
    torch.manual_seed(0)
    said = model.generate(**prompt, do_sample=True, top_k=0, max_new_tokens=5, output_scores=True,
                          return_dict_in_generate=True, eos_token_id=-1, suppress_tokens=stub._never())
    tokens = said.sequences[:, prompt["input_ids"].shape[1]:]
    expected = torch.stack(said.scores, 1).log_softmax(-1).gather(2, tokens[:, :, None]).squeeze(2)
    with torch.no_grad():
        found = stub._log_probabilities(model, prompt, tokens, torch.ones_like(tokens, dtype=torch.bool))
        assert torch.allclose(found, expected, atol=1e-4)
        blank = prompt | {family.video_key: torch.zeros_like(prompt[family.video_key])}
        unseen = stub._log_probabilities(model, blank, tokens, torch.ones_like(tokens, dtype=torch.bool))
        assert not torch.allclose(unseen, expected, atol=1e-4)


def test_the_reward_rises(write_config, tmp_path, monkeypatch):
    """A reward that a tiny model can earn within seconds: answers with the letter e in them."""
    from fourdp_qa.train import reward_trainer

    monkeypatch.setattr(reward_trainer, "reward", lambda row, text: min(text.count("e"), 4) / 4)
    path = write_config(**{"data.samples": 80, "data.repeat": True, "optimisation.batch": 4,
                           "optimisation.per_device": 4, "optimisation.learning_rate": 3e-3,
                           "optimisation.schedule": "constant"})
    values = yaml.safe_load(Path(path).read_text()) | {"reward": {"generations": 8, "max_new_tokens": 6}}
    (tmp_path / "grpo.yaml").write_text(yaml.safe_dump(values))
    trainer = train(str(tmp_path / "grpo.yaml"))
    earned = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    assert len(earned) == 20
    assert sum(earned[-4:]) > sum(earned[:4]) + 1
    assert (tmp_path / "run" / "model" / "fourdp_qa.json").is_file()
