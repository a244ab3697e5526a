"""The stages of a demonstration: commands that anybody could type, each done once, their CPU time kept."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generating import cpu_seconds

TIMES_FILE: Final = "core_minutes.json"
"""Stage -> processor minutes, in the folder of the demonstration; added up over interruptions."""


@dataclass(frozen=True)
class Stages:
    """Runs commands of one demonstration.

    Attributes
    ----------
    folder : of the demonstration.
    """

    folder: Path

    def run(self, stage: str, done: Callable[[], bool], module: str, arguments: Sequence[str],
            environment: Mapping[str, str] | None = None) -> None:
        """Run ``python -m module arguments`` unless it is done.

        Parameters
        ----------
        stage : what the time is kept under.
        done : whether what the command makes is there; an exit status alone is not believed.
        module, arguments : of the command.
        environment : added to this process's.

        Raises
        ------
        FourdpQaError
            When the command fails or does not make what it should; the same demonstration goes on there.
        """
        if done():
            return
        command = [sys.executable, "-m", module, *arguments]
        said = shlex.join(["python", *command[1:]])
        click.echo(f"\n== {stage}\n{' '.join(f'{k}={v}' for k, v in (environment or {}).items())} {said}")
        before = cpu_seconds()
        try:
            status = subprocess.run(command, check=False, env=os.environ | dict(environment or {})).returncode
        finally:
            self._add(stage, (cpu_seconds() - before) / 60)
        if status or not done():
            raise FourdpQaError(f"{stage}: found exit status {status} and no result, expected one; mend what "
                                "the lines above say and start the same command again")

    def minutes(self) -> dict[str, float]:
        """Processor minutes of the stages so far."""
        path = self.folder / TIMES_FILE
        if not path.is_file():
            return {}
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(stage): float(spent) for stage, spent in found.items()}

    def _add(self, stage: str, minutes: float) -> None:
        spent = self.minutes()
        spent[stage] = round(spent.get(stage, 0.0) + minutes, 3)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / TIMES_FILE).write_text(json.dumps(spent, indent=2) + "\n", encoding="utf-8")
