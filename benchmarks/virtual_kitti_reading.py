"""What reading a Virtual KITTI recording costs: ``python benchmarks/virtual_kitti_reading.py``.

Writes a made-up drive in the layout of the release (1242 x 375, cars along a street, leaves and walls
that give depth and colour a texture), then compares, in one process and in CPU seconds,

* bare decoding: Pillow turns every file into an array, and nothing else;
* the source: the tables are parsed and checked, the segment is cut, the square chosen, depth and ids
  are decoded, converted, checked, and everything is measured.

Two ratios are printed. "geometry" is about depth and ids alone, which is what questions come from.
"with colour" adds, on both sides, the colour frames of the same segments: clips need them, and a
conversion to a data set reads them as here, through the square view. Encoding clips is in neither.

Both sides are run in turns, so that a slow moment of the machine hits both, once for nothing and then
`--repeats` times. Figures are medians over those runs, and ratios medians of the ratios of one turn.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np
from PIL import Image

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.scene.scene import SceneFacts
from fourdp_qa.scene.segment import Segment, cut_segments, read_images
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.standard import standard_for
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.virtual_kitti.constants import DEPTH, FRAME_FILES, INSTANCES, RGB
from fourdp_qa.sources.virtual_kitti.scene import VirtualKittiHandle

HEIGHT, WIDTH, FOCAL = 375, 1242, 725.0087
CX, CY = 620.5, 187.0
CAMERA_HEIGHT = 1.65
SEGMENT = 32
SPEED = 1.1  # metres a frame
SKY = 65535
JPEG_QUALITY, TEXTURE = 85, 18.0
"""With the texture of the leaves a colour frame then takes about as much as the release's: its archive
of 7.53 GB holds 42,520 of them, 177 kB each."""
MODELS = ("Hatchback", "SUV", "Sedan4Door", "Hybrid")
Turn = dict[str, float]
"""CPU seconds by what they were spent on."""
COLOURS = ("Black", "Red", "Silver", "Blue", "White", "Grey")


@click.command()
@click.option("--frames", default=96, show_default=True, help="Three segments of 32.")
@click.option("--vehicles", default=40, show_default=True)
@click.option("--repeats", default=9, show_default=True)
@click.option("--profile", is_flag=True, help="Also print where the time goes.")
@click.option("--root", type=click.Path(path_type=Path, exists=True),
              help="A folder in the release's layout instead of the made-up drive.")
def main(frames: int, vehicles: int, repeats: int, profile: bool, root: Path | None) -> None:
    """Print the CPU cost of reading and measuring, beside that of decoding the same files."""
    with tempfile.TemporaryDirectory() as folder:
        if root is None:
            root = Path(folder)
            write_drive(root, frames, vehicles)
        (handle, *_) = list_scenes("virtual_kitti", SourceOptions(roots=(root,)))
        files = _files_of(handle)
        sizes = [f"{name} {np.mean([p.stat().st_size for p in some]) / 1e3:.1f} kB"
                 for name, some in files.items()]
        click.echo(f"{handle.scene_id}: {len(files['depth'])} frames, a file of {', '.join(sizes)}")
        turns = [_turn(handle, files) for _ in range(repeats + 1)][1:]
        for name in turns[0]:
            click.echo(f"{name}: {1e3 * np.median([turn[name] for turn in turns]):.0f} ms CPU")
        _say("geometry", turns, BARE_GEOMETRY, OUR_GEOMETRY)
        _say("with colour", turns, (*BARE_GEOMETRY, BARE_COLOUR), (*OUR_GEOMETRY, OUR_COLOUR))
        if profile:
            watched = cProfile.Profile()
            watched.runcall(_turn, handle, {})
            pstats.Stats(watched).sort_stats("tottime").print_stats(25)


BARE_GEOMETRY = ("bare decoding of depth", "bare decoding of ids")
BARE_COLOUR = "bare decoding of colour"
OUR_GEOMETRY = ("opening", "decoding, converting and checking depth and ids", "measuring")
OUR_COLOUR = "decoding and cropping colour"


def _say(what: str, turns: list[Turn], bare: tuple[str, ...], ours: tuple[str, ...]) -> None:
    ratios = [sum(turn[name] for name in ours) / sum(turn[name] for name in bare) for turn in turns]
    click.echo(f"ratio, {what}: {np.median(ratios):.2f} "
               f"({min(ratios):.2f} to {max(ratios):.2f} in {len(turns)} runs)")


def _turn(handle: VirtualKittiHandle, files: dict[str, list[Path]]) -> Turn:
    """CPU seconds of every part of both sides, each part's over all segments."""
    spent: Turn = defaultdict(float)
    for name, paths in files.items():
        with _timed(spent, f"bare decoding of {name}"):
            _decode(paths)
    opening, reading, measuring = OUR_GEOMETRY
    with _timed(spent, opening):
        scene = handle.open()
    for segment in _segments(scene.facts):
        with _timed(spent, reading):
            view = square_view(scene, segment)
            images = read_images(view, segment)
        with _timed(spent, measuring):
            measure_segment(view, segment, images)
        del images
    for segment in _segments(scene.facts):
        with _timed(spent, OUR_COLOUR):
            view = square_view(scene, segment)
            for t in segment.frames:
                view.rgb(t)
    scene.close()
    return spent


@contextmanager
def _timed(spent: Turn, name: str) -> Iterator[None]:
    gc.collect()
    begin = time.process_time()
    yield
    spent[name] += time.process_time() - begin


def _segments(facts: SceneFacts) -> list[Segment]:
    return cut_segments(facts.frame_count, facts.fps, SEGMENT, standard_for(facts.standard).span_seconds)


def _files_of(handle: VirtualKittiHandle) -> dict[str, list[Path]]:
    """The files of all frames that lie in a segment."""
    scene = handle.open()
    frames = [t for segment in _segments(scene.facts) for t in segment.frames]
    scene.close()
    return {
        name: [handle.folder(layer) / FRAME_FILES[layer].format(t) for t in frames]
        for name, layer in (("depth", DEPTH), ("ids", INSTANCES), ("colour", RGB))
    }


def _decode(paths: list[Path]) -> None:
    for path in paths:
        with Image.open(path) as image:
            np.asarray(image)


def write_drive(root: Path, frames: int, vehicles: int) -> None:
    """Write Scene01/clone of a camera that drives between two rows of cars."""
    rng = np.random.default_rng(0)
    folder = root / "Scene01" / "clone"
    for layer in ("rgb", "depth", "instanceSegmentation"):
        (folder / "frames" / layer / "Camera_0").mkdir(parents=True)
    cars = Cars(rng, vehicles, frames)
    leaves = rng.standard_normal((HEIGHT, WIDTH))
    tables = {
        "extrinsic": ["frame cameraID r1,1 r1,2 r1,3 t1 r2,1 r2,2 r2,3 t2 r3,1 r3,2 r3,3 t3 0 0 0 1"],
        "intrinsic": ["frame cameraID K[0,0] K[1,1] K[0,2] K[1,2]"],
        "info": ["trackID label model color",
                 *(f"{k} Car {MODELS[k % 4]} {COLOURS[k % 6]}" for k in range(vehicles))],
        "pose": ["frame cameraID trackID alpha width height length world_space_X world_space_Y "
                 "world_space_Z rotation_world_space_y rotation_world_space_x rotation_world_space_z "
                 "camera_space_X camera_space_Y camera_space_Z rotation_camera_space_y "
                 "rotation_camera_space_x rotation_camera_space_z"],
        "bbox": ["frame cameraID trackID left right top bottom number_pixels truncation_ratio "
                 "occupancy_ratio isMoving"],
    }
    for t in range(frames):
        depth, ids = _render(t, cars, leaves)
        _save(folder, t, depth, ids, np.roll(leaves, 7 * t, axis=1))
        tables["extrinsic"].append(
            f"{t} 0 1 0 0 0 0 1 0 {CAMERA_HEIGHT} 0 0 1 {-SPEED * t:.7g} 0 0 0 1")
        tables["intrinsic"].append(f"{t} 0 {FOCAL} {FOCAL} {CX} {CY}")
        for k in np.unique(ids[ids > 0]) - 1:
            tables["pose"].append(cars.pose_row(t, k))
            tables["bbox"].append(cars.box_row(t, k, ids))
    for name, lines in tables.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")


class Cars:
    """Cars on both sides of the street, every third of them driving. World and camera axes agree."""

    def __init__(self, rng: np.random.Generator, count: int, frames: int) -> None:
        side = np.where(np.arange(count) % 2, 1.0, -1.0)
        self.size = rng.uniform((1.5, 1.35, 3.2), (1.9, 1.8, 4.9), (count, 3))  # width, height, length
        start = np.stack([side * rng.uniform(3.0, 7.5, count), np.zeros(count),
                          8.0 + 5.5 * np.arange(count) / 2 + SPEED * frames / 4], axis=-1)
        drives = np.where(np.arange(count) % 3 == 0, 0.9, 0.0)[:, None] * (0.0, 0.0, 1.0)
        self.place = start + drives * np.arange(frames)[:, None, None]  # (T, N, 3), y down, road at 0
        self.moves = drives[:, 2] > 0

    def pose_row(self, t: int, k: int) -> str:
        """Nose along z: ry is minus a quarter turn."""
        world, camera = self.place[t, k], self.in_camera(t)[k]
        angles = (-np.pi / 2, 0.0, 0.0)
        return f"{t} 0 {k} 0 " + " ".join(
            f"{x:.7g}" for x in (*self.size[k], *world, *angles, *camera, *angles))

    def box_row(self, t: int, k: int, ids: np.ndarray) -> str:
        """Edges of the projected box, as the release states them."""
        uv = self.corners(t, k)
        low, high = uv.min(axis=0), uv.max(axis=0)
        x0, y0 = np.clip(np.ceil(low), 0, (WIDTH - 1, HEIGHT - 1)).astype(int)
        x1, y1 = np.clip(np.floor(high), 0, (WIDTH - 1, HEIGHT - 1)).astype(int)
        outside = float((low < 0).any() or (high > (WIDTH - 1, HEIGHT - 1)).any())
        return (f"{t} 0 {k} {x0} {x1} {y0} {y1} {np.sum(ids == k + 1)} {outside / 2:g} 0.5 "
                f"{bool(self.moves[k])}")

    def in_camera(self, t: int) -> np.ndarray:
        """Places (N, 3) of the bottom centres."""
        return self.place[t] - (0.0, -CAMERA_HEIGHT, SPEED * t)

    def corners(self, t: int, k: int) -> np.ndarray:
        """Corners (8, 2) in the picture, centres at whole numbers."""
        half = 0.5 * self.size[k]
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-2, 0) for z in (-1, 1)])
        points = self.in_camera(t)[k] + signs * half
        return FOCAL * points[:, :2] / np.maximum(points[:, 2:], 0.1) + (CX, CY)


def _render(t: int, cars: Cars, leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Depth in centimetres and ids (H, W): a road, two walls of leaves, cars in front."""
    v, u = np.mgrid[:HEIGHT, :WIDTH]
    x, y = (u - CX) / FOCAL, (v - CY) / FOCAL
    with np.errstate(divide="ignore"):
        road = np.where(y > 0, CAMERA_HEIGHT / np.maximum(y, 1e-9), np.inf)
        wall = 12.0 / np.maximum(np.abs(x), 1e-9)
    top = 6.0 + 2.0 * np.sin(0.05 * u + 0.3 * t)
    wall = np.where((-y * wall + CAMERA_HEIGHT < top) & (wall < 250), wall, np.inf)
    foliage = 1 + 0.02 * np.roll(leaves, 7 * t, axis=1) * (v < CY + 20)
    depth = np.minimum(road, wall * foliage)
    ids = np.zeros((HEIGHT, WIDTH), np.int32)
    places = cars.in_camera(t)
    for k in np.argsort(-places[:, 2]):
        if places[k, 2] > cars.size[k, 2]:
            _draw_box(depth, ids, k, cars, t, x, y)
    steps = np.where(depth < 655.0, 100.0 * depth, SKY)
    return np.clip(steps.round(), 1, SKY).astype(np.uint16), ids


def _draw_box(
    depth: np.ndarray, ids: np.ndarray, k: int, cars: Cars, t: int, x: np.ndarray, y: np.ndarray
) -> None:
    uv = cars.corners(t, k)
    (u0, v0), (u1, v1) = np.floor(uv.min(axis=0)).astype(int), np.ceil(uv.max(axis=0)).astype(int) + 1
    window = (slice(max(v0, 0), max(v1, 0)), slice(max(u0, 0), max(u1, 0)))
    ray = np.stack([x[window], y[window], np.ones_like(x[window])], axis=-1)
    half = 0.5 * cars.size[k]
    centre = cars.in_camera(t)[k] - (0, half[1], 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        faces = np.stack([(centre - half) / ray, (centre + half) / ray])
    enter, leave = faces.min(axis=0).max(axis=-1), faces.max(axis=0).min(axis=-1)
    hit = (enter <= leave) & (enter > 0) & (enter < depth[window])
    depth[window][hit] = enter[hit]
    ids[window][hit] = k + 1


def _save(folder: Path, t: int, depth: np.ndarray, ids: np.ndarray, leaves: np.ndarray) -> None:
    Image.fromarray(depth).save(folder / f"frames/depth/Camera_0/depth_{t:05d}.png")
    image = Image.fromarray(ids.astype(np.uint8), mode="P")
    image.putpalette(bytes(range(256)) * 3)
    image.save(folder / f"frames/instanceSegmentation/Camera_0/instancegt_{t:05d}.png")
    shade = (depth >> 8)[..., None] * (0.6, 0.8, 0.4) + TEXTURE * leaves[..., None] + (20, 30, 40)
    colour = np.where(ids[..., None] > 0, (180, 40, 30), shade).clip(0, 255).astype(np.uint8)
    Image.fromarray(colour).save(folder / f"frames/rgb/Camera_0/rgb_{t:05d}.jpg", quality=JPEG_QUALITY)


if __name__ == "__main__":
    main()
