"""What of a folder goes to the Hub, and which files of a repository are ours to take away again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from fourdp_qa.dataset.benchmark import FACTS, TABLE
from fourdp_qa.dataset.layout import CARD, PROOFS, SETTINGS, SPLIT, VIDEOS, is_published
from fourdp_qa.errors import FourdpQaError

LICENCE_TEXT: Final = "LICENSE"
"""Sent when it is there: the card of a folder under a licence of its own refers to it."""


class Kind(StrEnum):
    """What a file is, in the order the table of a dry run lists them."""

    CLIP = "clips"
    TABLE = "tables"
    PROOFS = "proofs"
    FACTS = "settings"
    LICENCE = "licence text"
    CARD = "card"


@dataclass(frozen=True)
class LocalFile:
    """A file as it will lie in the repository.

    Attributes
    ----------
    path : where in the repository, with forward slashes.
    source : where it is read; None when `content` holds it.
    content : bytes made for the repository alone (the card).
    """

    path: str
    kind: Kind
    source: Path | None = None
    content: bytes = field(default=b"", repr=False)

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if self.source is None else self.source.stat().st_size

    @cached_property
    def sha256(self) -> str:
        """Digest of the bytes: how the Hub names a large file."""
        if self.source is None:
            return hashlib.sha256(self.content).hexdigest()
        with self.source.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    @cached_property
    def git_sha1(self) -> str:
        """Digest of the bytes behind git's header: how git names a small file."""
        data = self.content if self.source is None else self.source.read_bytes()
        digest = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
        digest.update(data)
        return digest.hexdigest()


@dataclass(frozen=True)
class FolderContents:
    """A training or a benchmark folder as a list of files.

    Attributes
    ----------
    files : everything that is sent, clips first and the card last.
    left_out : top-level names that are not ours and stay here.
    """

    folder: Path
    is_benchmark: bool
    files: tuple[LocalFile, ...]
    left_out: tuple[str, ...]

    @property
    def card(self) -> LocalFile:
        """The card as `generate` or `bench` wrote it."""
        return next(file for file in self.files if file.kind is Kind.CARD)


def read_contents(folder: Path) -> FolderContents:
    """List what a folder would send.

    Raises
    ------
    FourdpQaError
        When it is neither a dataset folder nor a benchmark folder.
    """
    if (folder / FACTS).is_file():
        paths = {TABLE: Kind.TABLE, FACTS: Kind.FACTS}
    elif is_published(folder):
        clips = sorted((folder / SPLIT / VIDEOS).rglob("*.mp4"))
        tables = sorted((folder / SPLIT).glob("*.parquet"))
        paths = {
            **{path.relative_to(folder).as_posix(): Kind.CLIP for path in clips},
            **{path.relative_to(folder).as_posix(): Kind.TABLE for path in tables},
            PROOFS: Kind.PROOFS, SETTINGS: Kind.FACTS,
        }
    else:
        raise FourdpQaError(
            f"{folder}: found neither {SETTINGS} nor {FACTS}, expected a folder written by "
            "`fourdp-qa generate` or `fourdp-qa bench`"
        )
    if (folder / LICENCE_TEXT).is_file():
        paths[LICENCE_TEXT] = Kind.LICENCE
    files = tuple(LocalFile(path, kind, folder / path) for path, kind in [*paths.items(), (CARD, Kind.CARD)])
    missing = [file.path for file in files if not (folder / file.path).is_file()]
    if missing:
        raise FourdpQaError(f"{folder / missing[0]}: found no file, expected one; write the folder again")
    ours = {PurePosixPath(file.path).parts[0] for file in files}
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours)
    return FolderContents(folder, (folder / FACTS).is_file(), files, tuple(others))


def may_delete(path: str, *, is_benchmark: bool) -> bool:
    """Whether a file of the repository has a place that only an earlier push can have given it."""
    parts = PurePosixPath(path).parts
    if is_benchmark or len(parts) < 2:
        return False
    if parts[0] == SPLIT and len(parts) == 2:
        return path.endswith(".parquet")
    if parts[0] == SPLIT:
        return parts[1] == VIDEOS and path.endswith(".mp4")
    return parts[0] == PurePosixPath(PROOFS).parts[0] and path.endswith(".parquet")


def refuse_other_repository(contents: FolderContents, remote: set[str], repo_id: str) -> None:
    """Refuse a repository whose files belong to something else.

    Raises
    ------
    FourdpQaError
        When it holds the other kind of folder, or tables that no push wrote.
    """
    found = ""
    if contents.is_benchmark and SETTINGS in remote:
        found = "a training set"
    elif not contents.is_benchmark and FACTS in remote:
        found = "a benchmark"
    elif not contents.is_benchmark and SETTINGS not in remote:
        foreign = sorted(p for p in remote if may_delete(p, is_benchmark=False) and p.endswith(".parquet"))
        found = f"{foreign[0]} without {SETTINGS}, which no push leaves" if foreign else ""
    if found:
        raise FourdpQaError(
            f"{repo_id}: found {found}, expected a new repository or one of an earlier push of such a "
            "folder; choose another name for --to"
        )


def refuse_other_questions(contents: FolderContents, published: str, repo_id: str) -> None:
    """Refuse to put other questions in the place of a published benchmark.

    Parameters
    ----------
    published : text of the repository's benchmark.json.

    Raises
    ------
    FourdpQaError
        When the digests differ: results of two benchmarks would then carry one name.
    """
    here = json.loads((contents.folder / FACTS).read_text(encoding="utf-8"))["questions_digest"]
    try:
        there = json.loads(published)["questions_digest"]
    except (ValueError, KeyError, TypeError):
        return  # half a file or somebody's own: nothing that a result could refer to
    if here != there:
        raise FourdpQaError(
            f"{repo_id}: questions_digest: found {there}, expected {here} as in {contents.folder}; "
            "a published benchmark is frozen, choose another name for --to"
        )
