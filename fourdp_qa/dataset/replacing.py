"""Put a finished folder in the place of an older one, in two moves that can be taken up again."""

from __future__ import annotations

import shutil
from collections.abc import Set
from pathlib import Path


def fresh_folder_beside(out: Path) -> Path:
    """Make an empty folder beside `out`, in which its successor is built.

    What an earlier, stopped run left there is removed.
    """
    building = out.with_name(f".{out.name}.building")
    remove(building)
    building.mkdir(parents=True)
    return building


def take_place(building: Path, out: Path, own: Set[str]) -> None:
    """Move `building` to `out`; the older `out` loses its entries in `own` and hands on the rest."""
    replaced = _replaced(out)
    if out.exists():
        out.rename(replaced)
    building.rename(out)
    hand_on(replaced, out, own)


def recover(out: Path, own: Set[str]) -> None:
    """Bring an earlier `take_place` to its end that was stopped between its moves."""
    replaced = _replaced(out)
    if not replaced.exists():
        return
    if out.exists():
        hand_on(replaced, out, own)
    else:
        replaced.rename(out)


def hand_on(replaced: Path, out: Path, own: Set[str]) -> None:
    """Move what is not ours from the replaced folder to the new one and remove the rest."""
    if not replaced.exists():
        return
    for entry in sorted(replaced.iterdir()):
        if entry.name not in own and not (out / entry.name).exists():
            entry.rename(out / entry.name)
    remove(replaced)


def remove(folder: Path) -> None:
    """Remove a folder with everything in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _replaced(out: Path) -> Path:
    return out.with_name(f".{out.name}.replaced")
