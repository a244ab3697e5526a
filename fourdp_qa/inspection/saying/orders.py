"""Lengths that rows compare: chains that close, and "about the same" beside "shorter"."""

from __future__ import annotations

from collections import defaultdict, deque

from fourdp_qa.inspection.saying.reading import Length


class Orders:
    """Everything that the rows of one segment say about which length is the shorter."""

    def __init__(self) -> None:
        self._longer: defaultdict[Length, dict[Length, str]] = defaultdict(dict)
        self._same: list[tuple[Length, Length, str]] = []

    def add(self, shorter: Length, longer: Length, row_id: str) -> None:
        """A row says that one length is shorter than another."""
        self._longer[shorter].setdefault(longer, row_id)

    def add_same(self, one: Length, other: Length, row_id: str) -> None:
        """A row says that two lengths are about the same."""
        self._same.append((one, other, row_id))

    def contradictions(self) -> list[str]:
        """One line for every ring of lengths, each shorter than the next, and every "same" that is not."""
        said = set()
        for one, nexts in self._longer.items():
            for other, row_id in nexts.items():
                back = self._path(other, one)
                if back is not None:
                    rows = sorted({row_id, *back})
                    chain = "are each said to be the shorter" if len(back) == 1 else (
                        "are links of a ring of lengths, each shorter than the next")
                    said.add(f"rows {', '.join(rows)}: {words(one)} and {words(other)} {chain}")
        for one, other, row_id in self._same:
            between = self._path(one, other) or self._path(other, one)
            if between:
                said.add(f"rows {', '.join(sorted({row_id, *between}))}: {words(one)} and {words(other)} are "
                         "about the same, and one is the shorter")
        return sorted(_smallest(said))

    def _path(self, start: Length, end: Length) -> list[str] | None:
        """Rows of the shortest chain from one length up to another; None without one."""
        came: dict[Length, tuple[Length, str]] = {}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for there, row_id in self._longer.get(here, {}).items():
                if there in came or there == start:
                    continue
                came[there] = here, row_id
                if there == end:
                    rows = []
                    while there != start:
                        there, row_id = came[there]
                        rows.append(row_id)
                    return rows
                queue.append(there)
        return None


def words(length: Length) -> str:
    """A length for people."""
    kind, frame, ids = length
    named = " and ".join(map(str, sorted(ids)))
    if kind == "path":
        return f"the path of {named}"
    return f"{'camera to' if kind == 'camera' else 'between'} {named} in frame {frame}"


def _smallest(lines: set[str]) -> list[str]:
    """One line for each set of rows: a ring shows at each of its links."""
    by_rows: dict[str, str] = {}
    for line in sorted(lines):
        by_rows.setdefault(line.split(":")[0], line)
    return list(by_rows.values())
