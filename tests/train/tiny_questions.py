"""A published data set of tiny clips in which a block moves, with questions of four types."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.settings import GenerationSettings, StagedDataset
from fourdp_qa.rows.details import Evidence, NamedFrames, TrackEvidence, to_json
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION

FRAMES, SIDE, STEP = 4, 64, 12
WAYS = ("left", "right", "up", "down")
TYPES = ("camera_movement", "depth", "visual_point_tracking", "true_motion_point_tracking")
SEGMENT = f"0000+01x{FRAMES:02d}@8.00"


def moving_block(scene: int) -> np.ndarray:
    """(T, S, S, 3) uint8: the way of scene n is WAYS[n % 4], its colour and start its own."""
    rng = np.random.default_rng(scene)
    dx, dy = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}[WAYS[scene % 4]]
    x, y = (20 - 18 * d + int(rng.integers(-2, 3)) for d in (dx, dy))
    frames = np.full((FRAMES, SIDE, SIDE, 3), rng.integers(20, 90), dtype=np.uint8)
    colour = rng.integers(120, 255, 3)
    for t in range(FRAMES):
        top, side = max(y + STEP * dy * t, 0), max(x + STEP * dx * t, 0)
        frames[t, top: top + 22, side: side + 22] = colour
    return frames


def make_row(scene: int, question_type: str, **changes: object) -> Row:
    """The question of a type about a scene's clip; depth asks with options, camera movement Yes or No."""
    form, options, answer = "yes_no", [], ("Yes", "No")[scene // 2 % 2]
    question = "Does the block move along the height of the picture?"
    naming, track = "none", None
    if question_type == "depth":
        naming = ("pixel", "caption")[scene % 2]
        form, options = "multiple_choice", list(WAYS)
        question, answer = "Which way does the block move?", "ABCD"[scene % 4]
        options = options[scene % 3:] + options[: scene % 3]
        answer = "ABCD"[options.index(WAYS[scene % 4])]
    elif question_type in TYPES[2:]:
        points = tuple((round(0.2 + 0.1 * t, 3), 0.5) for t in range(FRAMES))
        track = TrackEvidence(query_frame=0, visual=points, true_motion=points, visible=(True,) * FRAMES)
        form, question = "track", "Where is the point (0.200, 0.500) of frame 0 in frames 1 and 3?"
        answer = "frame 1: (0.300, 0.500) visible\nframe 3: (0.500, 0.500) visible"
    number = TYPES.index(question_type)
    words = options["ABCD".index(answer)] if options else answer
    row = Row(
        id=f"tiny-{scene:08x}-s00-t{number:02d}-0000", file_name=f"videos/tiny/00/clip-{scene:04d}.mp4",
        question_type=question_type, category=("camera", "spatial", "tracking", "tracking")[number],
        format=form, question=question, options=options, answer=answer, answer_text=words,
        reference_system="camera", naming=naming, objects="[]",
        frames=to_json(NamedFrames(FRAMES, (), (1, 3) if form == "track" else ())),
        evidence=to_json(Evidence("the block moves", (), track)), margin=1.0, entangled="none",
        cue_conflict="none", camera_motion="low", scene_motion="low", group_id="", variant="", source="tiny",
        scene_id=f"scene-{scene:04d}", segment=SEGMENT, split_unit=f"scene-{scene:04d}", license="CC-BY-4.0",
        label_quality="exact", seed="0", generator_version=GENERATOR_VERSION, schema_version=SCHEMA_VERSION,
        template_id="t00")
    return replace(row, **changes)


def make_folder(
    folder: Path, scenes: int = 12, types: tuple[str, ...] = TYPES, *, clips: bool = True
) -> Path:
    """Publish one row of each type about each scene."""
    raw = folder.with_name(f"{folder.name}-raw")
    no_clip = {} if clips else {"file_name": ""}
    rows = [make_row(scene, kind, **no_clip) for scene in range(scenes) for kind in types]
    for scene in range(scenes if clips else 0):
        encode_clip(moving_block(scene), raw / rows[scene * len(types)].file_name, fps=8.0)
    settings = GenerationSettings(source="tiny", roots=(), scenes=scenes, seed=0, size=SIDE, frames=FRAMES,
                                  types=types, clips=clips, per_segment=len(types))
    publish(StagedDataset(
        settings=settings, rows=sorted(rows, key=lambda r: r.id), clips_root=raw if clips else None,
        proofs=[_proof(f"scene-{n:04d}") for n in range(scenes)]), folder)
    return folder


def _proof(scene_id: str) -> SegmentProof:
    return SegmentProof(
        source="tiny", scene_id=scene_id, segment=SEGMENT, units="metres", K=np.eye(3), side=SIDE, up=None,
        scene_length=1.0, world_from_camera=np.tile(np.eye(4), (FRAMES, 1, 1)), object_ids=(), captions=(),
        sizes=np.zeros((0, 3)), world_from_object=np.zeros((FRAMES, 0, 4, 4)))
