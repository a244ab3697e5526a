"""Name the objects of all scenes of a source: requests side by side, answers kept, failures listed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fourdp_qa.captioning.answers import AnswerBook
from fourdp_qa.captioning.captions_file import Caption
from fourdp_qa.captioning.constants import SCENES_IN_FLIGHT
from fourdp_qa.captioning.naming import SceneAsking, SceneNames, ask_strictly, names_by_rule
from fourdp_qa.captioning.phrases import Reading
from fourdp_qa.captioning.questions import Question
from fourdp_qa.errors import FourdpQaError, SceneLeftOutError
from fourdp_qa.scene.refusing import refuse_numbers
from fourdp_qa.scene.scene import Scene, SceneHandle

Progress = Callable[[str, int, int], None]
"""Told the phase, how many scenes are done, and of how many."""

PHASE = "naming objects"


@dataclass
class Naming:
    """Names of all scenes, and what happened on the way.

    Attributes
    ----------
    scenes : scene id -> object id -> caption.
    skipped : scene id -> why it could not be read.
    failed : "scene, object" -> why it got no answer.
    refused : reasons for refused answers -> how often.
    shared : objects whose phrase fits another object of their scene.
    """

    scenes: dict[str, dict[int, Caption]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    shared: int = 0

    def add(self, scene_id: str, names: SceneNames) -> None:
        """Take over the names of a scene."""
        self.scenes[scene_id] = names.captions
        self.failed |= {f"{scene_id}, object {n}": why for n, why in sorted(names.failed.items())}
        self.refused += names.refused
        self.shared += len(names.shared)

    def to_plain(self) -> dict[str, Any]:
        """Counts, for ``--json``."""
        found = [caption for objects in self.scenes.values() for caption in objects.values()]
        return {
            "scenes": len(self.scenes), "objects": len(found),
            "how": dict(sorted(Counter(str(c.how) for c in found).items())),
            "without_a_name": sum(not c.caption for c in found), "fit_another": self.shared,
            "refused": dict(self.refused.most_common()), "failed": self.failed,
            "skipped": self.skipped,
        }


def name_by_rule(handles: Sequence[SceneHandle], progress: Progress) -> Naming:
    """Name the objects of every scene from the source's labels."""
    naming = Naming()
    for done, handle in enumerate(handles):
        progress(PHASE, done, len(handles))
        try:
            scene = _opened(handle)
            try:
                naming.add(handle.scene_id, names_by_rule(scene))
            finally:
                scene.close()
        except FourdpQaError as error:
            naming.skipped[handle.scene_id] = _why(error)
    progress(PHASE, len(handles), len(handles))
    return naming


def name_by_model(
    handles: Sequence[SceneHandle], book: AnswerBook, workers: int, progress: Progress
) -> Naming:
    """Ask a model for the names of the objects of every scene.

    Scenes are opened and drawn one after the other, in this thread; while their answers are on the
    way the next scenes are drawn. What comes out depends on the answers alone, not on their order.

    Raises
    ------
    FourdpQaError
        When the model cannot be asked at all; what was answered is kept.
    """
    naming = Naming()
    waiting: deque[tuple[str, SceneAsking]] = deque()
    pool = ThreadPoolExecutor(workers)

    def submit(question: Question) -> Future[Reading]:
        return pool.submit(ask_strictly, book, question)

    def finish_one() -> None:
        scene_id, asking = waiting.popleft()
        naming.add(scene_id, asking.finish())
        progress(PHASE, len(naming.scenes) + len(naming.skipped), len(handles))

    progress(PHASE, 0, len(handles))
    try:
        for handle in handles:
            asking = _begun(handle, submit, naming)
            if asking is not None:
                waiting.append((handle.scene_id, asking))
            if len(waiting) >= SCENES_IN_FLIGHT:
                finish_one()
        while waiting:
            finish_one()
    except BaseException:
        book.model.stop()
        raise
    finally:
        # What is on its way is waited for and remembered: it has been paid for.
        pool.shutdown(wait=True, cancel_futures=True)
        for _, asking in waiting:
            asking.close()
    naming.scenes = {h.scene_id: naming.scenes[h.scene_id] for h in handles if h.scene_id in naming.scenes}
    return naming


def _begun(
    handle: SceneHandle, submit: Callable[[Question], Future[Reading]], naming: Naming
) -> SceneAsking | None:
    """The scene with its first questions submitted; None, and the reason noted, when it is damaged."""
    try:
        scene = _opened(handle)
        try:
            return SceneAsking(scene, submit)
        except BaseException:
            scene.close()
            raise
    except FourdpQaError as error:
        naming.skipped[handle.scene_id] = _why(error)
        return None


def _opened(handle: SceneHandle) -> Scene:
    scene = handle.open()
    try:
        refuse_numbers(scene)
    except FourdpQaError:
        scene.close()
        raise
    return scene


def _why(error: FourdpQaError) -> str:
    return f"left out by its source: {error}" if isinstance(error, SceneLeftOutError) else str(error)
