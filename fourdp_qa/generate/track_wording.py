"""Words of the rows of types 12 and 13: the query, the target frames, and the lines of the answer."""

from __future__ import annotations

import numpy as np

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import TrackGoals
from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.wording import Worded, pick_template
from fourdp_qa.phrasing.references import (
    by_point,
    coordinates,
    frame_words,
    frames_words,
    track_line,
)
from fourdp_qa.phrasing.templates import fill, question_templates
from fourdp_qa.questions.statement import NAMED_OBJECT, TrackStatement
from fourdp_qa.questions.tracking import TRUE_MOTION, asked_path, outside, target_frames
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention
from fourdp_qa.rows.row import Naming


def name_pixel(record: SegmentRecord, statement: TrackStatement) -> NamedObjects:
    """A query pixel as a mention; its object's caption is kept, but not said."""
    track = statement.track
    query = track.visual[track.query_frame]
    if query is None:
        raise ValueError(f"{statement.key}: a query point behind the camera")
    naming = next((o for o in record.objects if o.id == statement.object_id), None)
    point = (round(query[0], 3), round(query[1], 3))
    unnamed = "static background" if statement.object_id == 0 else "tracked point"
    mention = ObjectMention(
        id=statement.object_id, caption=naming.caption if naming else unnamed,
        reference=by_point(*point, track.query_frame, record.frame_count), frame=track.query_frame,
        box=naming.boxes.get(track.query_frame) if naming else None, point=point,
    )
    return NamedObjects(Naming.PIXEL, [mention], 0)


def word_track(
    record: SegmentRecord, ask: Ask, statement: TrackStatement, named: NamedObjects,
    goals: TrackGoals, rng: np.random.Generator,
) -> Worded:
    """Word a track: where the query is in some target frames, and whether it is visible there."""
    targets = _choose_targets(statement, ask.question_type, goals, rng)
    if not targets:
        raise ValueError(f"{ask.statement}: a track without a target inside the picture")
    track = statement.track
    path = asked_path(track, ask.question_type)
    lines = []
    for t in targets:
        point = path[t]
        if point is None:
            raise ValueError(f"{ask.statement}: target frame {t} has no position")
        lines.append(track_line(t, point, track.visible[t]))
    templates = question_templates(ask.question_type, ask.format, statement.variant)
    values = {
        "query_frame": frame_words(track.query_frame, record.frame_count),
        "targets": frames_words(targets),
    }
    mention = named.mentions[0]
    if statement.variant == NAMED_OBJECT:
        values["object"] = mention.reference
    elif mention.point is not None:
        values["point"] = coordinates(*mention.point)
    template = pick_template(templates, record, rng)
    what = "box centre" if statement.variant == NAMED_OBJECT else "point"
    kind = "the frozen camera of the query frame" if ask.question_type == TRUE_MOTION else (
        "the real camera")
    return Worded(
        question=fill(template, values), options=[], answer="\n".join(lines),
        answer_text="\n".join(lines), template_id=template.id,
        evidence=Evidence(f"{mention.reference}: its {what}, projected into {kind}", (), track),
        named=named,
        frames=NamedFrames(record.frame_count, (track.query_frame,), tuple(targets)),
    )


def _choose_targets(
    statement: TrackStatement, question_type: str, goals: TrackGoals, rng: np.random.Generator
) -> list[int]:
    """1 to 8 target frames in random order; few of them outside the picture, and outside only where
    section 6 of the rules allows it.
    """
    track = statement.track
    path = asked_path(track, question_type)
    frames = target_frames(track, question_type)
    inside = [t for t in frames if not outside(path[t])]
    beyond = [t for t in frames if outside(path[t])]
    share = goals.outside_visual
    if question_type == TRUE_MOTION:
        beyond, share = [t for t in beyond if track.visible[t]], goals.outside_true_motion
    wanted = int(rng.integers(1, goals.max_targets + 1))
    chosen = rng.permutation(inside)[:wanted].tolist() if inside else []
    if beyond and chosen:
        chosen = [
            int(rng.choice(beyond)) if rng.random() < share else t for t in chosen
        ]
    return list(dict.fromkeys(int(t) for t in chosen))
