"""Which clips and questions a gallery shows: every kind first, then many scenes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fourdp_qa.rows.row import Row


@dataclass(frozen=True)
class ShownClip:
    """A clip of the gallery.

    Attributes
    ----------
    key : what its rows have in common: the clip, or the segment where there are no clips.
    rows : the questions shown under it, by type and id.
    hidden : how many more questions it has.
    """

    key: str
    rows: tuple[Row, ...]
    hidden: int


def choose_clips(rows: Sequence[Row], clips: int, questions: int) -> list[ShownClip]:
    """Choose at most `clips` clips with at most `questions` questions each.

    Each step takes the clip that shows most kinds not shown yet (type with format, with naming,
    with entanglement); among equals the one whose scene was shown least, then the first by key.
    Equal rows give an equal choice. Shown scene by scene, the clip with most questions first.
    """
    by_clip: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_clip[clip_key(row)].append(row)
    kinds = {key: {kind for row in group for kind in _kinds(row)} for key, group in by_clip.items()}
    left, shown = sorted(by_clip), set[tuple[str, ...]]()
    scenes: Counter[tuple[str, str]] = Counter()
    chosen: list[str] = []
    while left and len(chosen) < clips:
        best = min(left, key=_preference(by_clip, kinds, shown, scenes))
        left.remove(best)
        chosen.append(best)
        shown |= kinds[best]
        scenes[_scene(by_clip[best][0])] += 1
    shown_clips = [_shown_clip(key, by_clip[key], questions) for key in chosen]
    return sorted(shown_clips, key=lambda clip: (_scene(clip.rows[0]), -len(clip.rows), clip.key))


def clip_key(row: Row) -> str:
    """What the rows of one clip share; without clips, their segment."""
    return row.file_name or f"{row.source}/{row.scene_id}/{row.segment}"


def _preference(
    by_clip: dict[str, list[Row]], kinds: dict[str, set[tuple[str, ...]]],
    shown: set[tuple[str, ...]], scenes: Counter[tuple[str, str]],
) -> Callable[[str], tuple[int, int, str]]:
    def preference(key: str) -> tuple[int, int, str]:
        return -len(kinds[key] - shown), scenes[_scene(by_clip[key][0])], key

    return preference


def _scene(row: Row) -> tuple[str, str]:
    return row.source, row.scene_id


def _kinds(row: Row) -> list[tuple[str, ...]]:
    return [
        (row.question_type, "format", row.format),
        (row.question_type, "naming", row.naming),
        (row.question_type, "entangled", row.entangled),
    ]


def _shown_clip(key: str, rows: list[Row], questions: int) -> ShownClip:
    """Types by turns, and within a type its formats by turns, so that a cut leaves some of each."""
    by_id = sorted(rows, key=lambda row: row.id)
    formats_by_turns = _by_turns(by_id, lambda row: (row.question_type, row.format))
    kept = _by_turns(formats_by_turns, lambda row: row.question_type)[:questions]
    return ShownClip(key, tuple(sorted(kept, key=lambda row: row.id)), len(rows) - len(kept))


def _by_turns(rows: Sequence[Row], kind: Callable[[Row], object]) -> list[Row]:
    """The first row of every kind, then the second of every kind, and so on."""
    turns: Counter[object] = Counter()
    turn_of: dict[str, int] = {}
    for row in rows:
        turn_of[row.id] = turns[kind(row)]
        turns[kind(row)] += 1
    return sorted(rows, key=lambda row: turn_of[row.id])
