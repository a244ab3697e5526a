"""A data set repository of the Hub: the few calls that a push makes, and what their failures mean."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.publishing.plan import Commit, RemoteFile

TRANSIENT: Final = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same call may succeed: too much at once, or trouble on the Hub's side."""

MOVED: Final = (409, 412)
"""Answers to a commit on a head that is not the head any more."""

LOG_IN: Final = "run `hf auth login` or set HF_TOKEN"


class HubBusyError(FourdpQaError):
    """The Hub cannot be reached or asks to wait; `wait` is the seconds it asks for, if it says."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(f"the Hub: {reason}")
        self.reason, self.wait = reason, wait


class RepositoryMovedError(FourdpQaError):
    """Someone else committed between our look at the repository and our commit."""

    reason = "says that someone else is committing"


@dataclass(frozen=True)
class Head:
    """The newest state of a repository."""

    commit: str
    private: bool


class Repository:
    """A data set repository, there or not.

    Parameters
    ----------
    repo_id : ``organisation/name``.
    token : with write access; None to look at what is public.
    endpoint : address of the Hub; the library's own by default (HF_ENDPOINT).
    """

    def __init__(self, repo_id: str, token: str | None, endpoint: str | None = None) -> None:
        from huggingface_hub import HfApi

        self.repo_id = repo_id
        self._has_token = token is not None
        self._secret = token
        # False: without a token of ours none is taken from the machine either.
        self._api = HfApi(endpoint=endpoint, token=token if token is not None else False)

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self._api.endpoint}/datasets/{self.repo_id}"

    def head(self) -> Head | None:
        """Look at it; None when there is none, or none that may be seen.

        Raises
        ------
        FourdpQaError
            When the token is refused.
        HubBusyError
            When the same call may succeed later; this holds for every call of this class.
        """
        from huggingface_hub.errors import RepositoryNotFoundError

        with self._explained():
            try:
                info = self._api.dataset_info(self.repo_id, expand=["sha", "private"])
            except RepositoryNotFoundError:
                return None
        return Head(str(info.sha), bool(info.private))

    def create(self, *, private: bool) -> None:
        """Create it, or leave it as it is when it has come into being meanwhile."""
        with self._explained():
            self._api.create_repo(self.repo_id, repo_type="dataset", private=private or None, exist_ok=True)

    def files(self, head: Head) -> dict[str, RemoteFile]:
        """Every file at a commit, by path."""
        from huggingface_hub.hf_api import RepoFile

        with self._explained():
            entries = self._api.list_repo_tree(
                self.repo_id, recursive=True, revision=head.commit, repo_type="dataset")
            return {
                entry.path: RemoteFile(
                    entry.path, entry.size, entry.lfs.sha256 if entry.lfs else entry.blob_id,
                    entry.lfs is not None)
                for entry in entries if isinstance(entry, RepoFile)
            }

    def text(self, path: str, head: Head) -> str:
        """A small file at a commit."""
        with self._explained(), tempfile.TemporaryDirectory(prefix="fourdp-qa-push-") as folder:
            local = self._api.hf_hub_download(
                self.repo_id, path, repo_type="dataset", revision=head.commit, local_dir=folder)
            return Path(local).read_bytes().decode("utf-8", errors="replace")

    def commit(self, commit: Commit, head: Head) -> Head:
        """Upload what is not stored there yet and commit it on `head`.

        Raises
        ------
        RepositoryMovedError
            When `head` is not the head any more; nothing was committed.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        operations: list[CommitOperationAdd | CommitOperationDelete] = [
            CommitOperationAdd(file.path, file.content if file.source is None else str(file.source))
            for file in commit.files
        ]
        operations += [CommitOperationDelete(path, is_folder=False) for path in commit.deletions]
        with self._explained():
            done = self._api.create_commit(
                self.repo_id, operations, commit_message=commit.message, repo_type="dataset",
                parent_commit=head.commit)
        return Head(done.oid, head.private)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the library's errors into one line each; the token is in none of them."""
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

        # The transport library has changed its name between versions; its base class is always this one.
        transport = cast(type[Exception], HfHubHTTPError.__mro__[1])
        try:
            yield
        except HfHubHTTPError as error:
            raise self._of_answer(error) from None
        except LocalEntryNotFoundError:
            raise HubBusyError("did not give a file") from None
        except OfflineModeIsEnabled:
            raise FourdpQaError("the Hub: found HF_HUB_OFFLINE set, expected it unset for a push") from None
        except (transport, ConnectionError) as error:
            raise HubBusyError(f"cannot be reached ({self._line(error)})") from None
        except RuntimeError as error:
            # Uploads run as `RuntimeError: Error while uploading ...` or as an error of hf_xet.
            cause = error.__cause__
            if isinstance(cause, HfHubHTTPError):
                raise self._of_answer(cause) from None
            raise HubBusyError(f"did not take an upload ({self._line(cause or error)})") from None
        except ValueError as error:
            raise FourdpQaError(
                f"{self.repo_id}: the Hub does not take what was sent: {self._line(error)}") from None

    def _of_answer(self, error: Any) -> FourdpQaError:
        status = error.response.status_code
        if status in TRANSIENT:
            return HubBusyError(f"answered {status}", seconds_asked_for(error.response.headers))
        if status in MOVED:
            return RepositoryMovedError(f"{self.repo_id}: someone else is committing to it")
        if status == 401 and not self._has_token:
            return FourdpQaError(
                f"{self.repo_id}: found no token, expected one that may read it: the repository is private "
                f"or not there; {LOG_IN}")
        if status == 401:
            return FourdpQaError(
                f"{self.repo_id}: found a token that the Hub does not accept, expected one with write "
                f"access; {LOG_IN}")
        if status in (403, 404):
            return FourdpQaError(
                f"{self.repo_id}: found a token without write access there (answer {status}), expected one "
                f"that may write; check the name and the token's permissions, or {LOG_IN}")
        said = error.server_message or self._line(error)
        return FourdpQaError(f"{self.repo_id}: the Hub answered {status}: {self._line(said)}")

    def _line(self, error: object) -> str:
        """One line of a message, without the token and without addresses, which may be signed."""
        text = re.sub(r"https?://\S+", "<address>", " ".join(str(error).split())) or type(error).__name__
        if self._secret:
            text = text.replace(self._secret, "<token>")
        return text if len(text) <= 300 else f"{text[:300]}..."


def seconds_asked_for(headers: Any) -> float | None:
    """What a busy answer asks to wait: Retry-After, or the reset of a used-up rate limit."""
    after = str(headers.get("retry-after") or "").strip()
    if after.isdigit():
        return float(after)
    limit = re.search(r"\br=0\s*;\s*t=(\d+)", str(headers.get("ratelimit") or ""))
    return float(limit[1]) if limit else None


@contextmanager
def library_is_quiet(say: Callable[[str], None]) -> Iterator[None]:
    """Keep the library's bars and messages away; tell its own retries in our words.

    Its messages hold addresses of uploads, which are signed.
    """
    import logging

    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    class Retold(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            found = re.search(
                r"(?:Waiting|Retrying in) ([\d.]+) ?s.*\[Retry (\d+)/(\d+)\]", record.getMessage())
            if found:
                say(f"the Hub is busy; waiting {float(found[1]):.0f} s (try {found[2]} of {found[3]})")
            return False

    # Filters of a logger see only what is logged on it directly, so it stands at the source of the retries.
    loggers = [logging.getLogger(f"huggingface_hub.{name}")
               for name in ("utils._http", "hf_api", "_commit_api", "file_download", "lfs")]
    # The transport library names every address it asks for.
    loggers += [logging.getLogger(name) for name in ("httpx", "httpx2")]
    retold, bars = Retold(), not are_progress_bars_disabled()
    for logger in loggers:
        logger.addFilter(retold)
    disable_progress_bars()
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(retold)
        if bars:
            enable_progress_bars()
