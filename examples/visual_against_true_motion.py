"""Draw the picture of the README: one point, its visual track and its true-motion track.

Run from the root of the repository: ``.venv/bin/python examples/visual_against_true_motion.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.tracks import PointTrack
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.tracking import track_statements
from fourdp_qa.scene.scene import Scene
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.sources.registry import SourceOptions, list_scenes

VISUAL, TRUE = (255, 140, 0), (0, 200, 255)
SIDE, GAP, CAPTION, OVERSAMPLE = 448, 12, 40, 2


def clearest_track(scene: Scene) -> PointTrack | None:
    """A track on a moving object, queried in the first frame, that seems to go the opposite way."""
    segment = cut_segments(scene.facts.frame_count, scene.facts.fps, scene.facts.frame_count)[0]
    measured = measure_segment(scene, segment)
    kept = {s.index for s in track_statements(measured, thresholds_for(measured.facts.profile))}
    best, best_gap = None, 0.15
    for track in measured.tracks:
        on_screen = np.all((track.visual > 0.04) & (track.visual < 0.96))
        on_screen &= np.all((track.true_motion > 0.04) & (track.true_motion < 0.96))
        seems = track.visual[-1] - track.visual[0]
        goes = track.true_motion[-1] - track.true_motion[0]
        opposite = min(np.linalg.norm(seems), np.linalg.norm(goes)) > 0.12 and seems @ goes < 0
        gap = float(np.linalg.norm(track.visual - track.true_motion, axis=1).max())
        usable = track.index in kept and track.query_frame == 0 and track.object_id > 0
        if usable and on_screen and opposite and track.visible.mean() > 0.9 and gap > best_gap:
            best, best_gap = track, gap
    return best


def panel(rgb: np.ndarray, paths: list[tuple[np.ndarray, tuple[int, int, int]]], title: str) -> Image.Image:
    """One frame with tracks drawn over it and a line of text below."""
    side = SIDE * OVERSAMPLE
    picture = Image.fromarray(rgb).resize((side, side), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    for path, colour in paths:
        points = [(float(x) * side, float(y) * side) for x, y in path]
        draw.line(points, fill=(0, 0, 0), width=11, joint="curve")
        draw.line(points, fill=colour, width=7, joint="curve")
        x, y = points[-1]
        draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=colour, outline=(0, 0, 0), width=3)
        x, y = points[0]
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=(255, 255, 255), outline=(0, 0, 0), width=3)
    card = Image.new("RGB", (side, side + CAPTION * OVERSAMPLE), (255, 255, 255))
    card.paste(picture, (0, 0))
    font = ImageFont.load_default(size=19 * OVERSAMPLE)
    ImageDraw.Draw(card).text((4, side + 9 * OVERSAMPLE), title, fill=(20, 20, 20), font=font)
    return card


def main() -> None:
    """Find a scene, draw it, write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images/visual_against_true_motion.jpg"))
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--scenes", type=int, default=80, help="scenes searched")
    options = parser.parse_args()
    handles = list_scenes("simulator", SourceOptions(size=SIDE, scenes=options.scenes, seed=options.seed))
    for handle in handles:
        scene = handle.open()
        track = clearest_track(scene)
        if track is not None:
            break
    else:
        raise SystemExit("no scene shows it clearly enough; try another --seed")
    last = scene.facts.frame_count - 1
    panels = [
        panel(scene.rgb(0), [], "first frame"),
        panel(scene.rgb(last), [(track.visual, VISUAL)], "visual track: what the moving camera sees"),
        panel(scene.rgb(0), [(track.true_motion, TRUE)], "true motion: camera frozen at the first frame"),
    ]
    width = sum(p.width for p in panels) + GAP * OVERSAMPLE * (len(panels) - 1)
    sheet = Image.new("RGB", (width, panels[0].height), (255, 255, 255))
    for i, card in enumerate(panels):
        sheet.paste(card, (i * (card.width + GAP * OVERSAMPLE), 0))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    sheet.resize((width // 2, panels[0].height // 2), Image.Resampling.LANCZOS).save(options.out, quality=88)
    print(f"{options.out}: scene {scene.facts.scene_id}, object {track.object_id}")


if __name__ == "__main__":
    main()
