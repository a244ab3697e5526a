"""One generation in a process of its own; prints its wall time, CPU time and peak memory as JSON.

    python benchmarks/one_generation.py --scenes 8 --size 160 --workers 2 --no-clips

A process of its own because peak memory never falls again, and because the CPU time of workers is
known only to the process that waited for them.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from subprocess import run as run_program
from typing import Any
from unittest.mock import patch

import click

# Before NumPy: threads of the linear algebra under the workers only spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__)


@dataclass(frozen=True)
class Used:
    """What one generation used.

    Attributes
    ----------
    wall, cpu : seconds of the generation and of its workers, without the start of the program.
    parent, worker : MiB of memory at the peak, of the parent and of its largest worker; with one
        worker they are the same process.
    """

    wall: float
    cpu: float
    parent: float
    worker: float


def in_own_process(
    scenes: int, seed: int, size: int, frames: int, workers: int, *, clips: bool
) -> Used:
    """Run one generation in a new process.

    Raises
    ------
    click.ClickException
        With what it wrote to standard error, when it failed.
    """
    numbers = {"scenes": scenes, "seed": seed, "size": size, "frames": frames, "workers": workers}
    options = [f"--{name}={value}" for name, value in numbers.items()]
    done = run_program(
        [sys.executable, str(HERE), *options, *([] if clips else ["--no-clips"])],
        capture_output=True, text=True,
    )
    if done.returncode:
        raise click.ClickException(f"{HERE.name} {' '.join(options)} failed:\n{done.stderr}")
    return Used(**json.loads(done.stdout))


def peak_mib() -> float:
    """Largest resident memory of this process so far, MiB.

    Linux says it of the program itself; `getrusage` also counts the process it was split off from.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if found:
        return int(found[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def told(function: Callable[[Any], Any], folder: Path, task: Any) -> Any:
    """Do one task and leave this process's peak in `folder`."""
    result = function(task)
    (folder / str(os.getpid())).write_text(str(peak_mib()))
    return result


@click.command()
@click.option("--scenes", default=8, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--size", default=160, show_default=True)
@click.option("--frames", default=32, show_default=True)
@click.option("--workers", default=1, show_default=True)
@click.option("--no-clips", is_flag=True)
def main(scenes: int, seed: int, size: int, frames: int, workers: int, no_clips: bool) -> None:
    """Generate and publish into a temporary folder; print what it used as JSON."""
    from stages import settings_for

    from fourdp_qa.dataset.write import publish
    from fourdp_qa.generate import run
    from fourdp_qa.generating import cpu_seconds

    settings = settings_for(scenes, seed, size, frames, clips=not no_clips)
    with tempfile.TemporaryDirectory() as folder:
        peaks = Path(folder) / "peaks"
        peaks.mkdir()
        run_tasks = run.run_tasks

        def watched(function: Callable[[Any], Any], *rest: Any) -> Iterator[Any]:
            return run_tasks(partial(told, function, peaks), *rest)

        started, used = time.monotonic(), cpu_seconds()
        with patch.object(run, "run_tasks", watched):
            generated = run.generate(settings, Path(folder) / "stage", workers)
        publish(generated.staged, Path(folder) / "fourdp-qa")
        wall, cpu = time.monotonic() - started, cpu_seconds() - used
        largest = max(float(file.read_text()) for file in peaks.iterdir())
    click.echo(json.dumps(asdict(Used(wall, cpu, peak_mib(), largest))))


if __name__ == "__main__":
    main()
