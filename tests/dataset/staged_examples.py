"""A small finished generation, made without a scene: varied rows of six types and tiny clips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.generate.settings import GenerationSettings, StagedDataset
from fourdp_qa.rows.details import (
    CircleMark,
    Evidence,
    NamedFrames,
    ObjectMention,
    Quantity,
    to_json,
)
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row

TYPES = {  # type -> category, formats
    "camera_movement": ("camera", ("yes_no", "multiple_choice", "free_form")),
    "camera_object_distance": ("camera", ("yes_no", "multiple_choice")),
    "object_direction": ("object", ("multiple_choice", "free_form")),
    "depth": ("spatial", ("yes_no",)),
    "visual_point_tracking": ("tracking", ("track",)),
    "true_motion_point_tracking": ("tracking", ("track",)),
}
THINGS = ("red car", "blue vase with a handle", "chair", "old wooden table", "grey ball", "lamp")
FRAMES, SIDE, FPS = 12, 64, 12.0
SOURCE, SEGMENT = "toy", "0000+01x12@12.00"


def staged_example(
    folder: Path, *, clips: int = 12, per_type: int = 14, seed: int = 0, with_clips: bool = True
) -> StagedDataset:
    """`per_type` rows of each of six types over `clips` clips, written under `folder`."""
    rng = np.random.default_rng(seed)
    names = [f"videos/{SOURCE}/{c % 256:02x}/clip-{seed:02d}-{c:04d}.mp4" for c in range(clips)]
    if with_clips:
        for name in names:
            encode_clip(toy_frames(rng), folder / name, FPS)
    rows = []
    for number, (question_type, (category, formats)) in enumerate(TYPES.items()):
        for i in range(per_type):
            row = _row(rng, question_type, category, formats[i % len(formats)], i)
            rows.append(replace(
                row, id=f"toy-{i % clips:08x}-s00-t{number:02d}-{i:04d}", seed=str(seed),
                scene_id=f"scene-{i % clips:04d}", split_unit=f"scene-{i % clips:04d}",
                file_name=names[i % clips] if with_clips else "",
            ))
    settings = GenerationSettings(
        source=SOURCE, roots=(), scenes=clips, seed=seed, size=SIDE, frames=FRAMES,
        types=tuple(TYPES), clips=with_clips, per_segment=per_type,
    )
    return StagedDataset(
        settings=settings, rows=sorted(rows, key=lambda r: r.id),
        proofs=[_proof(rng, f"scene-{c:04d}") for c in range(clips)],
        clips_root=folder if with_clips else None,
    )


def many_rows_example(folder: Path, rows: int, clips: int) -> StagedDataset:
    """`rows` rows over `clips` clips: copies of a few, each with an id, a scene and a clip of its own.

    A clip is one tiny video followed by a box that players skip, so that no two have equal bytes.
    """
    few = staged_example(folder / "few", clips=1, per_type=60)
    video = (few.clips_root / few.rows[0].file_name).read_bytes()
    names = [f"videos/{SOURCE}/{c % 256:02x}/clip-{c:06d}.mp4" for c in range(clips)]
    for c, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(video + (16).to_bytes(4, "big") + b"free" + c.to_bytes(8, "big"))
    made = []
    for i in range(rows):
        row, c = few.rows[i % len(few.rows)], i % clips
        made.append(replace(
            row, id=f"toy-{i:08x}-s00-t00-{i % 10000:04d}", file_name=names[c], scene_id=f"scene-{c:06d}",
            split_unit=f"scene-{c:06d}", question=f"{row.question} ({i})",
        ))
    rng = np.random.default_rng(0)
    proof = _proof(rng, "")
    return StagedDataset(
        settings=replace(few.settings, scenes=clips), rows=made,
        proofs=[replace(proof, scene_id=f"scene-{c:06d}") for c in range(clips)], clips_root=folder,
    )


def toy_frames(rng: np.random.Generator) -> np.ndarray:
    """(T, S, S, 3): a bright block that moves over a smooth coloured ground."""
    ramp = np.linspace(40, 160, SIDE)
    ground = np.stack([ramp[None, :] + 0 * ramp[:, None], ramp[:, None] + 0 * ramp[None, :],
                       np.full((SIDE, SIDE), rng.integers(30, 200))], axis=2)
    frames = np.repeat(ground[None], FRAMES, axis=0)
    top = int(rng.integers(0, SIDE - 12))
    for t in range(FRAMES):
        frames[t, top : top + 12, 3 * t : 3 * t + 12] = rng.integers(100, 255, 3)
    return frames.astype(np.uint8)


def _row(rng: np.random.Generator, question_type: str, category: str, form: str, i: int) -> Row:
    thing = THINGS[int(rng.integers(len(THINGS)))]
    options, answer, words = _answer(rng, form, i)
    targets = tuple(range(1 + i % 5)) if form == "track" else ()
    mention = ObjectMention(
        3, thing, f"the {thing}", 0, box=(0.1, 0.2, 0.3, 0.4),
        circle=CircleMark("red", 0.1, {0: (0.2, 0.3)}) if i % 4 == 0 else None,
    )
    series = tuple(float(v) for v in rng.normal(size=FRAMES))
    quantity = Quantity("ln_distance", "ln", series[-1] - series[0], 2.0, 0.06, 0.18, "+", series)
    question = f"Over the clip, in frame {i}, how does the {thing} move{' exactly' * int(i % 5)}?"
    return Row(
        id="", file_name="", question_type=question_type, category=category, format=form,
        question=question, options=options, answer=answer, answer_text=words,
        reference_system="camera", naming="circle" if i % 4 == 0 else "caption",
        objects=to_json([mention]), frames=to_json(NamedFrames(FRAMES, (0,), targets)),
        evidence=to_json(Evidence(f"the {thing} moves", (quantity,))), margin=float(rng.random()),
        entangled=("opposite", "agree", "different")[i % 3], cue_conflict="none",
        camera_motion=("none", "low", "high")[i % 3], scene_motion="low", group_id="", variant="",
        source=SOURCE, scene_id="", segment=SEGMENT, split_unit="", license="CC-BY-4.0",
        label_quality="exact", seed="0", generator_version="0.1.0", schema_version="1.0",
        template_id=f"t{i % 5:02d}",
    )


def _answer(rng: np.random.Generator, form: str, i: int) -> tuple[list[str], str, str]:
    if form == "yes_no":
        answer = str(rng.choice(["Yes", "No"]))
        return [], answer, answer
    if form == "multiple_choice":
        options = ["forward", "backward and to the left", "it stays", "up"]
        rng.shuffle(options)
        right = int(rng.integers(4))
        return options, "ABCD"[right], options[right]
    if form == "free_form":
        text = f"It moves {rng.choice(['left', 'right and up', 'not at all'])}."
        return [], text, text
    lines = [f"frame {t:d}: ({rng.random():.3f}, {rng.random():.3f}) "
             f"{'visible' if t % 3 else 'not visible'}" for t in range(1 + i % 5)]
    return [], "\n".join(lines), "\n".join(lines)


def _proof(rng: np.random.Generator, scene_id: str) -> SegmentProof:
    return SegmentProof(
        source=SOURCE, scene_id=scene_id, segment=SEGMENT, units="metres", K=np.eye(3), side=SIDE,
        up=np.array([0.0, 0.0, 1.0]), scene_length=2.5,
        world_from_camera=np.tile(np.eye(4), (FRAMES, 1, 1)), object_ids=(3, 4),
        captions=("red car", "lamp"), sizes=rng.random((2, 3)),
        world_from_object=np.tile(np.eye(4), (FRAMES, 2, 1, 1)),
    )
