"""Whether a folder promises what its rows grant, and its card says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fourdp_qa.dataset.card import licence_yaml
from fourdp_qa.dataset.folder import read_card_head
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.licences import folder_licence


def licence_problems(licences: Counter[str], declared: str, card: Path) -> Iterator[str]:
    """One line for what is wrong with the licences of a folder.

    Parameters
    ----------
    licences : of the rows, and how many have each
    declared : str
        What the folder is declared to be under; empty for what all rows can stand under.
    card : Path
        Its card, whose YAML the Hub shows.
    """
    # An empty one is said of its row.
    named = Counter({name: count for name, count in licences.items() if name})
    if not named:
        return
    try:
        wanted = licence_yaml(folder_licence(named.elements(), declared))
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
