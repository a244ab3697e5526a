"""Name the objects of one scene: ask for each alone, then for those whose phrase fits several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from fourdp_qa.captioning.answers import AnswerBook
from fourdp_qa.captioning.attributes import tell_apart
from fourdp_qa.captioning.captioned import label_of
from fourdp_qa.captioning.captions_file import Caption, How
from fourdp_qa.captioning.constants import MOST_OTHERS, MOST_ROUNDS
from fourdp_qa.captioning.labels import clean_label
from fourdp_qa.captioning.phrases import Reading, fits, read_phrase, shared_phrases
from fourdp_qa.captioning.pictures import close_up, marked_picture
from fourdp_qa.captioning.questions import AskingError, Question, question_alone, question_apart
from fourdp_qa.captioning.views import View, best_views, mask_boxes
from fourdp_qa.scene.scene import Scene

Submit = Callable[[Question], Future[Reading]]
"""Hand a question to the request threads."""


@dataclass
class SceneNames:
    """Names of one scene, and what happened on the way.

    Attributes
    ----------
    captions : object id -> caption.
    failed : object id -> why it got no answer.
    refused : reasons for refused answers -> how often, retries included.
    shared : objects whose phrase still fits another.
    """

    captions: dict[int, Caption] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    shared: list[int] = field(default_factory=list)


def ask_strictly(book: AnswerBook, question: Question) -> Reading:
    """Ask; after an answer that is refused ask once more, saying why. The last reading is given."""
    first = read_phrase(book.answer(question))
    if first.phrase:
        return first
    second = read_phrase(book.answer(question.again(first.reason)))
    return second if second.phrase else Reading("", f"{first.reason}; again: {second.reason}")


def names_by_rule(scene: Scene) -> SceneNames:
    """Names from the source's labels alone."""
    views = best_views(scene)
    cleaned = {
        item.id: clean_label(item.caption, item.kind)
        for item in scene.objects if item.id in views and not item.is_environment
    }
    told = tell_apart(scene, views, cleaned)
    names = SceneNames(_unseen(scene, told))
    for item in scene.objects:
        if item.id in told:
            names.captions[item.id] = Caption(told[item.id], How.CLEANED, label_of(item))
    names.shared = shared_phrases({n: c.caption for n, c in names.captions.items()})
    return names


class SceneAsking:
    """The questions about one scene; the first are submitted at once, `finish` waits for them.

    Used from one thread: only the requests run beside it, so a scene needs to be no safer than any.

    Parameters
    ----------
    scene : Scene
        Opened; closed by `finish` or `close`.
    submit : callable
        Hands a question to the request threads.
    """

    def __init__(self, scene: Scene, submit: Submit) -> None:
        self.scene, self._submit = scene, submit
        self._items = {item.id: item for item in scene.objects}
        self._views: Mapping[int, View] = {
            n: views[0] for n, views in best_views(scene).items() if not self._items[n].is_environment}
        self._labels = {
            n: clean_label(self._items[n].caption, self._items[n].kind) for n in self._views}
        self._first = {n: submit(self._alone(n)) for n in self._views}

    @property
    def object_count(self) -> int:
        """Objects asked about."""
        return len(self._first)

    def finish(self) -> SceneNames:
        """Wait for the answers, tell apart what is called the same, and close the scene."""
        try:
            return self._finish()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the scene."""
        self.scene.close()

    def _finish(self) -> SceneNames:
        names = SceneNames()
        phrases: dict[int, str] = {}
        for n, reading in self._gather(self._first, names).items():
            if reading.phrase:
                phrases[n] = reading.phrase
        asked = set(phrases)
        cleaned = {n: self._labels[n] for n in self._first if n not in phrases}
        unasked = _unseen(self.scene, self._first)
        fixed = cleaned | {n: caption.caption for n, caption in unasked.items()}
        proposed: dict[int, str] = {}
        for _ in range(MOST_ROUNDS):
            shared = [n for n in shared_phrases(phrases | fixed) if n in asked]
            if not shared:
                break
            proposed = self._tell_apart(shared, phrases, fixed, proposed, names)
        names.captions = dict(unasked)
        for n in self._first:
            how = How.VLM if n in phrases else How.CLEANED
            said = phrases.get(n, cleaned.get(n, ""))
            names.captions[n] = Caption(said, how, label_of(self._items[n]))
        names.shared = shared_phrases({n: c.caption for n, c in sorted(names.captions.items())})
        return names

    def _tell_apart(
        self, shared: list[int], phrases: dict[int, str], fixed: dict[int, str],
        proposed: dict[int, str], names: SceneNames,
    ) -> dict[int, str]:
        """Ask once more about each of `shared`; a phrase that fits nothing else replaces the old one.

        Parameters
        ----------
        shared : objects to ask about
        phrases : what a model said of each object; changed
        fixed : names of the other objects
        proposed : phrases of the round before that fitted several
        names : failures and refusals are added

        Returns
        -------
        dict
            Phrases of this round that fit several.
        """
        questions = {}
        for n in shared:
            alike = [m for m, other in (phrases | fixed).items() if m != n and fits(phrases[n], other)]
            seen = [m for m in alike if m in self._views][:MOST_OTHERS]
            if seen:
                question = self._apart(n, seen, phrases[n])
                if n in proposed:
                    question = question.again(f"\"{proposed[n]}\" fits several of them")
                questions[n] = self._submit(question)
        said = {n: r.phrase for n, r in self._gather(questions, names).items() if r.phrase}
        # What was said of two things is a name of neither, whoever said it first.
        taken = {
            n: phrase for n, phrase in said.items()
            if not any(
                fits(phrase, other) for known in (phrases, fixed, said) for m, other in known.items()
                if m != n)
        }
        phrases.update(taken)
        return {n: phrase for n, phrase in said.items() if n not in taken}

    def _gather(self, asked: Mapping[int, Future[Reading]], names: SceneNames) -> dict[int, Reading]:
        """Readings of the questions that got an answer; the others are listed in `names`."""
        readings = {}
        for n, future in asked.items():
            try:
                readings[n] = future.result()
            except AskingError as error:
                names.failed[n] = str(error)
            else:
                if not readings[n].phrase:
                    names.refused[readings[n].reason] += 1
        return readings

    def _alone(self, n: int) -> Question:
        view = self._views[n]
        rgb = self.scene.rgb(view.frame)
        marked = marked_picture(rgb, view.box)
        return question_alone(
            marked.jpeg, close_up(rgb, view.box), marked.colours[0], self._labels[n])

    def _apart(self, n: int, others: list[int], phrase: str) -> Question:
        """Others are marked where they are seen in the same frame, and shown from close by anyway."""
        view = self._views[n]
        rgb = self.scene.rgb(view.frame)
        boxes = mask_boxes(self.scene.instances(view.frame))
        marked = marked_picture(rgb, view.box, [boxes[m][0] for m in others if m in boxes])
        close = tuple(
            close_up(self.scene.rgb(self._views[m].frame), self._views[m].box) for m in others)
        return question_apart(
            marked.jpeg, close_up(rgb, view.box), marked.colours, close, self._labels[n], phrase)


def _unseen(scene: Scene, seen: Mapping[int, object]) -> dict[int, Caption]:
    """Objects that are not looked at keep the source's name."""
    return {
        item.id: Caption(_one_spaced(item.caption), How.SOURCE, label_of(item))
        for item in scene.objects if item.id not in seen
    }


def _one_spaced(text: str) -> str:
    text = " ".join(text.split())
    return text if text.isprintable() else ""
