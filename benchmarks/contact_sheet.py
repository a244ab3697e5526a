"""Pages to look at what the simulator makes: ``python benchmarks/contact_sheet.py kinds kinds.png``.

``kinds`` shows every kind of object in every environment, ``clips`` the first, middle and last frame of
scenes as they are dealt, ``speed`` prints the CPU seconds of full clips by environment.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fourdp_qa.sources.simulator.camera_plans import NominalView, draw_view, resting_camera
from fourdp_qa.sources.simulator.catalogue import scaled_size
from fourdp_qa.sources.simulator.environments import PLACES, draw_environment, draw_light
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.object_kinds import OBJECT_KINDS
from fourdp_qa.sources.simulator.sampling import play, sample_scene
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, MotionSpec, ObjectSpec, SceneSpec
from fourdp_qa.sources.simulator.staging import staged_camera, staged_object
from fourdp_qa.sources.simulator.wishes import dealt

Picture = NDArray[np.uint8]

BLOCKS: Final = 3
"""Kinds side by side on the page of kinds, each as a strip of all environments."""
STRIP_TEXT: Final = 12
FILLS: Final = 0.5
"""Share of the picture's width that an object of the page of kinds fills."""


@click.group()
def main() -> None:
    """Pages and times of simulated scenes."""


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--side", default=128, show_default=True, help="Pixels of one picture.")
@click.option("--seed", default=0, show_default=True)
def kinds(out: Path, side: int, seed: int) -> None:
    """Write a page of every kind in every environment."""
    strips = [_labelled(_strip(kind, n, side, seed), kind) for n, kind in enumerate(OBJECT_KINDS.values())]
    _save(strips, BLOCKS, out)


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--scenes", default=24, show_default=True)
@click.option("--first", default=0, show_default=True, help="Number of the first scene.")
@click.option("--side", default=224, show_default=True, help="Pixels of one picture.")
@click.option("--seed", default=0, show_default=True)
def clips(out: Path, scenes: int, first: int, side: int, seed: int) -> None:
    """Write a page of the first, middle and last frame of scenes as they are dealt."""
    strips = []
    for index in range(first, first + scenes):
        scene = SimulatorHandle(seed, index, side, 32).open()
        strips.append(np.concatenate([scene.rgb(t) for t in (0, 16, 31)], axis=1))
        wish = dealt(seed, index)
        click.echo(f"{index}: {wish.place}, {wish.light}, {wish.camera.name}, {wish.movers} movers")
    _save(strips, 2, out)


@main.command()
@click.option("--scenes", default=3, show_default=True, help="For each environment.")
@click.option("--size", default=448, show_default=True)
@click.option("--seed", default=0, show_default=True)
def speed(scenes: int, size: int, seed: int) -> None:
    """Print CPU seconds of one process for full clips of 32 frames: colour, depth and ids."""
    for place in PLACES:
        seconds = [_clip_seconds(*found, size) for found in _scenes_in(place, scenes, seed)]
        click.echo(f"{place}: " + ", ".join(f"{s:.1f}" for s in seconds))


def _scenes_in(place: str, count: int, seed: int) -> Iterator[tuple[int, int]]:
    index, found = 0, 0
    while found < count:
        if dealt(seed, index).place == place:
            found += 1
            yield seed, index
        index += 1


def _clip_seconds(seed: int, index: int, size: int) -> float:
    sample_scene(seed, index, size, 32)  # meshes are made once per process
    start = time.process_time()
    scene = SimulatorHandle(seed, index, size, 32).open()
    for t in range(32):
        scene.rgb(t)
        scene.depth(t)
        scene.instances(t)
    return time.process_time() - start


def _strip(kind: Kind, number: int, side: int, seed: int) -> Picture:
    """One kind in all environments, (side, 5 side, 3)."""
    pictures = []
    for k, place in enumerate(PLACES):
        rng = np.random.default_rng((seed, k))
        view = draw_view(rng)
        environment = draw_environment(rng, place, draw_light(rng, place), view)
        pictures.append(_portrait(kind, number + k, environment, view, side))
    return np.concatenate(pictures, axis=1)


def _portrait(
    kind: Kind, number: int, environment: EnvironmentSpec, view: NominalView, side: int
) -> Picture:
    """A picture of one object in the middle of an environment."""
    hidden = PLACES[environment.ground].forbidden
    free = [c for c in kind.colours if c not in hidden] or list(kind.colours)
    colours = tuple(free[(number + k) % len(free)] for k in range(kind.colour_count))
    size = scaled_size(kind.name, 1.0)
    centre = float(size[2] / 2)
    entry = ObjectSpec(
        kind.name, colours, 1.0, (0.0, 0.0, centre), view.heading + np.pi - 0.6, False, MotionSpec())
    near = replace(
        view, focus=(0.0, 0.0, centre), distance=max(float(np.linalg.norm(size)) / FILLS * view.focal, 1.0),
        elevation=float(np.deg2rad(-18)),
    )
    stage = environment.stage
    spec = SceneSpec(0, 0, 0, side, 2, 12.0, environment, (staged_object(entry, stage),),
                     staged_camera(resting_camera(near), stage))
    return SimulatedScene(play(spec), kind.name, kind.name).rgb(0)


def _labelled(strip: Picture, kind: Kind) -> Picture:
    """The strip with the kind's caption above it."""
    text = Image.new("RGB", (strip.shape[1], STRIP_TEXT), "white")
    ImageDraw.Draw(text).text((2, 0), kind.caption.replace("{0}", "...").replace("{1}", "..."), fill="black")
    return np.concatenate([np.asarray(text), strip])


def _save(strips: list[Picture], columns: int, out: Path) -> None:
    """Strips of one size in rows of `columns`, white where the last row ends."""
    blank = np.full_like(strips[0], 255)
    padded = strips + [blank] * (-len(strips) % columns)
    rows = [np.concatenate(padded[k : k + columns], axis=1) for k in range(0, len(padded), columns)]
    Image.fromarray(np.concatenate(rows)).save(out)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()
