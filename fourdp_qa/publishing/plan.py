"""What a push has to do: files to send and to delete, in commits that never leave the repository broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fourdp_qa.publishing.contents import Kind, LocalFile

FILES_PER_COMMIT = 500
"""The Hub allows some 128 commits an hour: 60,000 clips, the most a repository should hold, go up within
that hour. Larger commits run into its time limit (504), and a stopped push loses at most this many."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of the repository.

    Attributes
    ----------
    digest : SHA-256 of a large file (LFS, Xet), git's SHA-1 of another.
    """

    path: str
    size: int
    digest: str
    large: bool


@dataclass(frozen=True)
class Commit:
    """One commit; `number` of `total` for its message."""

    files: tuple[LocalFile, ...]
    deletions: tuple[str, ...]
    number: int
    total: int

    @property
    def message(self) -> str:
        """First line of the commit."""
        part = f" ({self.number} of {self.total})" if self.total > 1 else ""
        return f"Publish with fourdp-qa{part}"


@dataclass(frozen=True)
class Plan:
    """The difference between a folder and a repository.

    Attributes
    ----------
    send, same : files that are sent; files that lie there as they are.
    delete : paths in the repository.
    """

    send: tuple[LocalFile, ...]
    same: tuple[LocalFile, ...]
    delete: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the repository is as the folder says."""
        return not self.send and not self.delete

    def commits(self) -> list[Commit]:
        """Clips, then everything that names clips in one commit, then what nothing names any more.

        Whoever loads the data set between two commits sees the old rows with their clips, or the new.
        """
        clips = [file for file in self.send if file.kind is Kind.CLIP]
        naming = [file for file in self.send if file.kind is not Kind.CLIP]
        parts: list[tuple[list[LocalFile], list[str]]] = [
            (clips[at : at + FILES_PER_COMMIT], []) for at in range(0, len(clips), FILES_PER_COMMIT)
        ]
        gone = list(self.delete)
        if naming or gone:
            room = max(FILES_PER_COMMIT - len(naming), 0)
            parts.append((naming, gone[:room]))
            parts += [([], gone[at : at + FILES_PER_COMMIT])
                      for at in range(room, len(gone), FILES_PER_COMMIT)]
        return [
            Commit(tuple(files), tuple(deletions), number, len(parts))
            for number, (files, deletions) in enumerate(parts, 1)
        ]


def make_plan(
    files: tuple[LocalFile, ...], remote: Mapping[str, RemoteFile], may_delete: Callable[[str], bool],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Compare by size, then by the digest that the repository lists.

    Parameters
    ----------
    may_delete : whether a path of the repository that no file has is ours to delete.
    progress : called with files compared and files in all.
    """
    send: list[LocalFile] = []
    same: list[LocalFile] = []
    for done, file in enumerate(files, 1):
        known = remote.get(file.path)
        (same if known is not None and _equal(file, known) else send).append(file)
        progress(done, len(files))
    here = {file.path for file in files}
    gone = sorted(path for path in remote if path not in here and may_delete(path))
    return Plan(tuple(send), tuple(same), tuple(gone))


def _equal(file: LocalFile, known: RemoteFile) -> bool:
    if file.size != known.size:
        return False
    return known.digest == (file.sha256 if known.large else file.git_sha1)
