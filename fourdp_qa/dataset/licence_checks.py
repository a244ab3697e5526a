"""Whether a folder promises what its rows grant, and its card says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from fourdp_qa.dataset.card import licence_yaml
from fourdp_qa.dataset.folder import read_card_head
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.licences import folder_licence


def licence_problems(rows: Sequence[Row], declared: str, card: Path) -> Iterator[str]:
    """One line for what is wrong with the licences of a folder.

    Parameters
    ----------
    rows : sequence of Row
    declared : str
        What the folder is declared to be under; empty for what all rows can stand under.
    card : Path
        Its card, whose YAML the Hub shows.
    """
    named = [row.license for row in rows if row.license]  # an empty one is said of its row
    if not named:
        return
    try:
        wanted = licence_yaml(folder_licence(named, declared))
        head = read_card_head(card)
    except FourdpQaError as error:
        yield str(error)
        return
    for field in sorted({*wanted, "license_name"}):
        if head.get(field) != wanted.get(field):
            yield (
                f"{card}: {field}: found {head.get(field)}, expected {wanted.get(field)}, which the rows "
                "can stand under; publish again"
            )
