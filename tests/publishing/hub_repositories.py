"""What a Hub keeps: repositories of data sets as lists of commits, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

LARGE = (".parquet", ".mp4")
"""What the Hub's default .gitattributes store outside of git; other small files lie in git."""


@dataclass(frozen=True)
class Stored:
    """A file of a commit."""

    data: bytes = field(repr=False)
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def oid(self) -> str:
        """What git names it by: of a large file, the file that points to it."""
        content = f"pointer {self.sha256}".encode() if self.large else self.data
        return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

    def listed(self, path: str) -> dict:
        lfs = {"lfs": {"oid": self.sha256, "size": len(self.data), "pointerSize": 130}} if self.large else {}
        return {"type": "file", "oid": self.oid, "size": len(self.data), "path": path, **lfs}


@dataclass
class Repo:
    """A repository: its commits in order, each a whole tree."""

    private: bool
    commits: list[tuple[str, dict[str, Stored]]] = field(default_factory=list)

    @property
    def files(self) -> dict[str, Stored]:
        """Files at the head."""
        return self.commits[-1][1]

    def add(self, files: dict[str, Stored]) -> str:
        parent = self.commits[-1][0] if self.commits else ""
        tree = sorted((path, file.oid) for path, file in files.items())
        sha = hashlib.sha1(f"{parent}{tree}".encode(), usedforsecurity=False).hexdigest()
        self.commits.append((sha, files))
        return sha

    def tree(self, revision: str) -> tuple[str, dict[str, Stored]] | None:
        if revision in ("main", "refs/heads/main"):
            return self.commits[-1]
        return next((commit for commit in self.commits if commit[0] == revision), None)


def entries(files: dict[str, Stored], under: str, *, recursive: bool) -> Iterator[dict]:
    """Files below a folder, each folder once before its first file."""
    start = f"{under}/" if under else ""
    named = set()
    for path, file in sorted(files.items()):
        if not path.startswith(start):
            continue
        parts = path[len(start) :].split("/")
        folders = [start + "/".join(parts[:depth]) for depth in range(1, len(parts))]
        for folder in folders if recursive else folders[:1]:
            if folder not in named:
                named.add(folder)
                yield {"type": "directory", "oid": "0" * 40, "size": 0, "path": folder}
        if recursive or not folders:
            yield file.listed(path)
