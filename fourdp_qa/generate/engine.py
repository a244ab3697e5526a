"""Run one function over many tasks, here or in a process pool; order of the results never matters."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar

from fourdp_qa.errors import FourdpQaError

Task = TypeVar("Task")
Result = TypeVar("Result")


class Progress(Protocol):
    """Is told how far a phase is; the command line draws a bar from it."""

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Report `done` of `total` tasks of `phase`."""
        ...


def silent(phase: str, done: int, total: int) -> None:
    """Report nothing."""


def run_tasks(
    function: Callable[[Task], Result], tasks: Sequence[Task], workers: int, phase: str,
    progress: Progress,
) -> Iterator[tuple[Task, Result]]:
    """Yield (task, result) as tasks finish.

    With one worker everything runs in this process. Workers are spawned, not forked: the ray caster
    and the physics engine keep threads and locks that a fork would copy half-used.

    Raises
    ------
    FourdpQaError
        When a worker process died (out of memory, killed): what is finished stays finished, and the
        same command goes on from there.
    """
    progress(phase, 0, len(tasks))
    if workers <= 1 or len(tasks) <= 1:
        for done, task in enumerate(tasks, start=1):
            yield task, function(task)
            progress(phase, done, len(tasks))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool:
        futures = {pool.submit(function, task): task for task in tasks}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                yield futures[future], future.result()
                progress(phase, done, len(tasks))
        except BrokenProcessPool as error:
            raise FourdpQaError(
                f"{phase}: a worker process died ({error}); run the same command again to go on, "
                "with fewer --workers if memory ran out"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
