"""Push a folder to a data set repository of the Hub, so that a stopped push goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.layout import CARD
from fourdp_qa.dataset.validate import check_folder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent
from fourdp_qa.publishing.card_merge import merge_card
from fourdp_qa.publishing.contents import (
    FolderContents,
    Kind,
    LocalFile,
    may_delete,
    read_contents,
    refuse_other_questions,
    refuse_other_repository,
)
from fourdp_qa.publishing.hub import (
    LOG_IN,
    Head,
    HubBusyError,
    Repository,
    RepositoryMovedError,
    library_is_quiet,
)
from fourdp_qa.publishing.leaks import refuse_leaks
from fourdp_qa.publishing.plan import Plan, RemoteFile, make_plan

MOST_TRIES: Final = 6
"""Failures in a row, without a commit between them, after which a push gives up: about a minute."""

MOST_PASSES: Final = 3
"""Times that everything is sent without a failure and the repository still differs: others may write too."""

LONGEST_WAIT: Final = 3600.0
"""Seconds that a push waits when it is asked to: the Hub counts commits by the hour."""


_T = TypeVar("_T")


@dataclass(frozen=True)
class Pushed:
    """What a push did, or would do.

    Attributes
    ----------
    url : page of the repository.
    created : whether the repository was not there, or not to be seen.
    plan : what was sent, kept and deleted.
    commits : how many commits were made.
    left_out : top-level names of the folder that are not sent.
    note : what became of text that people wrote in the card; empty when nothing.
    """

    url: str
    created: bool
    plan: Plan
    commits: int
    left_out: tuple[str, ...]
    note: str


def push(
    folder: Path | str, repo_id: str, *, private: bool = False, dry_run: bool = False,
    token: str | None = None, endpoint: str | None = None, progress: Progress = silent,
    say: Callable[[str], None] = lambda line: None, wait: Callable[[float], None] = time.sleep,
    workers: int = 1,
) -> Pushed:
    """Make the repository `repo_id` hold what the folder holds.

    Sends only what differs from the repository: clips first, then in one commit the tables, proofs,
    settings and the card together with the deletion of what is gone here. A push that was stopped is
    gone on with by the same call.

    Parameters
    ----------
    folder : a dataset folder or a benchmark folder.
    repo_id : ``organisation/name`` of a data set repository; created when it is not there.
    private : create it as private; a public one is refused.
    dry_run : only compare.
    token : default: HF_TOKEN or what `hf auth login` stored.
    endpoint : address of the Hub; default: HF_ENDPOINT or the Hub.
    progress : called with phase, done, total.
    say : called with a line when the push waits.
    wait : sleeps for a number of seconds.
    workers : processes that decode clips to check the folder.

    Raises
    ------
    FourdpQaError
        When the folder is not sound or holds an absolute path, the repository holds something else,
        the token is missing or may not write, or the Hub stays busy.
    """
    from huggingface_hub import get_token

    check_repo_id(repo_id)
    contents = read_contents(Path(folder))
    token = token or get_token()
    if token is None and not dry_run:
        raise FourdpQaError(f"{repo_id}: found no token, expected one with write access; {LOG_IN}")
    report = check_folder(contents.folder, progress, workers=workers)
    if not report.sound:
        others = report.problems - 1
        more = f" (and {others} more, see `fourdp-qa validate {folder}`)" if others else ""
        raise FourdpQaError(f"{folder}: not sound, nothing was sent: {report.lines[0]}{more}")
    refuse_leaks(contents.files, contents.folder, token)
    with library_is_quiet(say):
        push_ = _Push(contents, Repository(repo_id, token, endpoint), private, progress, say, wait)
        return push_.compared() if dry_run else push_.done()


def check_repo_id(repo_id: str) -> None:
    """Refuse a name that is none of a repository.

    Raises
    ------
    FourdpQaError
        When it is not ``organisation/name`` of letters, digits, dots, dashes and underscores.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(repo_id)
    except HFValidationError:
        named = False
    else:
        named = repo_id.count("/") == 1
    if not named:
        raise FourdpQaError(f"--to: found '{repo_id}', expected ORGANISATION/NAME, such as acme/fourdp-qa")


@dataclass(frozen=True)
class _Seen:
    """The repository as it was looked at, what is left to do, and what became of the card's text."""

    head: Head | None
    plan: Plan
    note: str


class _Push:
    """One push: what is known of the repository and how often the Hub was busy in a row."""

    def __init__(
        self, contents: FolderContents, repository: Repository, private: bool, progress: Progress,
        say: Callable[[str], None], wait: Callable[[float], None],
    ) -> None:
        self._contents, self._repository, self._private = contents, repository, private
        self._progress, self._say, self._wait = progress, say, wait
        self._failures = 0
        self._commits = 0

    def compared(self) -> Pushed:
        """What a push would do."""
        seen = self._patiently(self._look)
        return self._report(seen, created=seen.head is None)

    def done(self) -> Pushed:
        """Go on until the repository lists what the folder holds."""
        seen = self._patiently(self._look)
        created = seen.head is None
        if created:
            self._patiently(lambda: self._repository.create(private=self._private))
            seen = self._patiently(self._look)
        first, passes = seen, 0
        while not seen.plan.is_empty:
            if seen.head is None:
                raise FourdpQaError(
                    f"{self._repository.repo_id}: found no repository after creating it, expected one; check "
                    f"the token's permissions, or {LOG_IN}")
            if passes == MOST_PASSES:
                path = next(iter([*(file.path for file in seen.plan.send), *seen.plan.delete]))
                raise FourdpQaError(
                    f"{self._repository.repo_id}: {path}: found it different after {passes} pushes of it, "
                    "expected it as it is here; does a .gitignore in the repository hide it, or does someone "
                    "else write it?")
            passes += self._send(seen.plan, seen.head)
            seen = self._patiently(self._look)
        return self._report(first, created=created)

    def _look(self) -> _Seen:
        """Compare the repository as it is now with the folder."""
        repository, contents = self._repository, self._contents
        head = repository.head()
        remote: dict[str, RemoteFile] = {} if head is None else repository.files(head)
        theirs = None
        if head is not None:
            if self._private and not head.private:
                raise FourdpQaError(
                    f"{repository.repo_id}: found a public repository, expected a private one as --private "
                    "asks; change its visibility on the Hub first, or leave --private out")
            refuse_other_repository(contents, set(remote), repository.repo_id)
            if contents.is_benchmark and FACTS in remote:
                refuse_other_questions(contents, repository.text(FACTS, head), repository.repo_id)
            if CARD in remote:
                theirs = repository.text(CARD, head)
        ours = (contents.folder / CARD).read_text(encoding="utf-8")
        merged = merge_card(ours, theirs)
        card = LocalFile(CARD, Kind.CARD, content=merged.text.encode())
        plan = make_plan(
            (*(file for file in contents.files if file.kind is not Kind.CARD), card), remote,
            lambda path: may_delete(path, is_benchmark=contents.is_benchmark),
            lambda done, total: self._progress("compare files", done, total))
        return _Seen(head, plan, merged.note)

    def _send(self, plan: Plan, head: Head) -> bool:
        """Make the commits of a plan; False when one failed and the repository must be looked at again."""
        done = 0
        for commit in plan.commits():
            try:
                head = self._repository.commit(commit, head)
            except RepositoryMovedError as error:
                self._count_failure(HubBusyError(error.reason, 0.0))
                return False
            except HubBusyError as error:
                # Its answer may have been lost after the commit: looking again tells, repeating would not.
                self._count_failure(error)
                return False
            self._failures = 0
            self._commits += 1
            done += len(commit.files)
            self._progress("send files", done, len(plan.send))
        return True

    def _patiently(self, call: Callable[[], _T]) -> _T:
        while True:
            try:
                return call()
            except HubBusyError as error:
                self._count_failure(error)

    def _count_failure(self, error: HubBusyError) -> None:
        """Wait as long as the Hub asks, else ever longer; give up after `MOST_TRIES` in a row."""
        self._failures += 1
        seconds = float(2 ** (self._failures - 1)) if error.wait is None else error.wait
        name = f"{self._repository.repo_id}: the Hub {error.reason}"
        if seconds > LONGEST_WAIT:
            raise FourdpQaError(
                f"{name} and asks to wait {seconds:.0f} s; the same command goes on from here")
        if self._failures >= MOST_TRIES:
            raise FourdpQaError(
                f"{name}; gave up after {self._failures} tries in a row, the same command goes on from here")
        self._say(f"the Hub {error.reason}; waiting {seconds:.0f} s (try {self._failures} of {MOST_TRIES})")
        self._wait(seconds)

    def _report(self, seen: _Seen, *, created: bool) -> Pushed:
        return Pushed(
            self._repository.url, created, seen.plan, self._commits, self._contents.left_out, seen.note)
