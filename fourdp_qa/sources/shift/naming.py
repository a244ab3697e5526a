"""Words for SHIFT's objects: class and make, and none of the numbers of CARLA's catalogue."""

from __future__ import annotations

from functools import cache

from fourdp_qa.tables import load_table


def caption_of(category: str, blueprint: str) -> str:
    """Noun phrase such as "Tesla car".

    Parameters
    ----------
    category : str
        One of SHIFT's six classes; the caption where nothing else can be said.
    blueprint : str
        CARLA's name, e.g. ``vehicle.tesla.model3`` or ``walker.pedestrian.0037``: a model is no word,
        and the number of a walker says nothing about the person.
    """
    table = _table()
    if blueprint in table["blueprint"]:
        return table["blueprint"][blueprint]
    kind, _, model = blueprint.partition(".")
    make = table["make"].get(model.partition(".")[0]) if kind == "vehicle" else None
    return f"{make} {category}" if make else category


@cache
def _table() -> dict[str, dict[str, str]]:
    return load_table("fourdp_qa.sources.shift", "captions.toml")
