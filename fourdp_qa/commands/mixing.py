"""`fourdp-qa mix`: a folder of given size and shares from a larger one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fourdp_qa.commands.folders import made_folder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generating import DATASET_NAME, prepare_folder


@click.command()
@click.argument("pool", type=made_folder)
@click.option("--mix", "mixture", required=True, metavar="NAME|TYPE=WEIGHT,...",
              help="std, tm, pt, tm_pt, or weights of types and of 'standard' (types 1-11).")
@click.option("--total", type=click.IntRange(1), required=True, help="Rows of the new folder.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The new folder.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides which rows are drawn.")
@click.option("--overwrite", is_flag=True, help="Replace a finished dataset at OUT.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def mix(
    pool: Path, mixture: str, total: int, out: Path, seed: int, overwrite: bool, as_json: bool
) -> None:
    """Draw a dataset folder of exactly TOTAL rows from the folder POOL, without making a clip.

    The clips that are used are hard links where the file system allows, and copies elsewhere.
    """
    from fourdp_qa.dataset.mixing import mix_folder
    from fourdp_qa.progress import progress_bars

    if out.is_dir() and any(out.iterdir()) and not overwrite:
        raise FourdpQaError(f"{out}: a folder with files is there already; --overwrite replaces it")
    with progress_bars() as progress:
        counts = mix_folder(pool, out, weights_of(mixture), total, seed, progress)
    if as_json:
        click.echo(json.dumps(counts, indent=2))
    else:
        for name, count in counts.items():
            click.echo(f"{count:>9,}  {name}")
        click.echo(f"{sum(counts.values()):>9,}  in all\ndataset: {out}")
    if out.resolve().name == DATASET_NAME:
        # The bare name means this folder from now on, not what lay here before.
        prepare_folder(out, quiet=as_json)


def weights_of(text: str) -> str | dict[str, float]:
    """A mixture as it is typed: a name, or ``type=weight,...``.

    Raises
    ------
    FourdpQaError
        For a part that is no ``type=weight`` or is there twice.
    """
    if "=" not in text:
        return text
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, _, weight = (word.strip() for word in part.partition("="))
        if name in weights:
            raise FourdpQaError(f"--mix: {name}: found twice, expected one weight")
        try:
            weights[name] = float(weight)
        except ValueError:
            raise FourdpQaError(f"--mix: found '{part}', expected TYPE=WEIGHT with a number") from None
    return weights
