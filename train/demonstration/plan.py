"""The plans of plans.toml: how many scenes, how large a model, how long."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.demonstration.tiny_model import TinySize


@dataclass(frozen=True)
class ScenePlan:
    """Scenes of one side of the split: how many, of which seed, with how many questions.

    Attributes
    ----------
    scenes, seed : of the simulator.
    per_segment : questions of one type about one clip at most.
    items : questions of each type, for the held-out side alone.
    """

    scenes: int
    seed: int
    per_segment: int
    items: int = 0


@dataclass(frozen=True)
class DemonstrationPlan:
    """One demonstration; the fields are explained in plans.toml."""

    name: str
    recipe: str
    types: str
    tasks: str
    size: int
    frames: int
    side: int
    training: ScenePlan
    held_out: ScenePlan
    model: TinySize
    core_minutes: dict[str, tuple[float, ...]]

    def marks(self, mix: str, minutes: float = 0.0) -> tuple[float, ...]:
        """Core minutes at which a model is kept.

        Parameters
        ----------
        mix : of the training rows.
        minutes : minutes of two cores after which the run ends, 0 for those of the plan.

        Raises
        ------
        FourdpQaError
            When the plan has no such mix, or the minutes are no positive number.
        """
        if mix not in self.core_minutes:
            raise FourdpQaError(f"--mix {mix}: found no such mix in plan '{self.name}', expected one of "
                                f"{', '.join(self.core_minutes)}")
        if minutes < 0:
            raise FourdpQaError(f"--minutes {minutes:g}: expected a number above 0")
        marks = self.core_minutes[mix]
        return (*(mark for mark in marks if mark < 2 * minutes), 2 * minutes) if minutes else marks


def plan_named(name: str, path: Path | None = None) -> DemonstrationPlan:
    """The plan of that name.

    Parameters
    ----------
    name : of a table.
    path : another file of plans.

    Raises
    ------
    FourdpQaError
        When there is none, or it has other fields.
    """
    path = path or Path(__file__).with_name("plans.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    clips = tables.pop("clips")
    if name not in tables:
        raise FourdpQaError(f"--plan {name}: found no such plan, expected one of {', '.join(tables)}")
    try:
        return _plan(name, tables[name], clips)
    except (TypeError, KeyError) as error:
        raise FourdpQaError(f"{path}: {name}: found other fields than expected ({error})") from error


def smaller(plan: DemonstrationPlan, scenes: int) -> DemonstrationPlan:
    """The same with `scenes` training scenes and a tenth as many held out: a trial of the chain."""
    held_out = replace(plan.held_out, scenes=max(2, scenes // 10))
    return replace(plan, training=replace(plan.training, scenes=scenes), held_out=held_out)


def _plan(name: str, table: dict[str, Any], clips: dict[str, int]) -> DemonstrationPlan:
    values = dict(table)
    return DemonstrationPlan(
        name=name, size=clips["size"], frames=clips["frames"], model=TinySize(**values.pop("model")),
        training=ScenePlan(**values.pop("training")), held_out=ScenePlan(**values.pop("held_out")),
        core_minutes={mix: tuple(marks) for mix, marks in values.pop("core_minutes").items()}, **values)
