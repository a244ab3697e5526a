"""Whether a row asks only about what its clip shows well enough."""

from __future__ import annotations

from rederivation.names import scene_frames
from rederivation.reading import read_question
from rederivation.truths import ORDERED, compared, listed
from rederivation.visibility import RULES, askable

LEAST_AREA = {
    "camera_object_distance": RULES["min_area"],
    "object_rotation": RULES["min_area_rotation"],
    "object_direction": RULES["min_area_motion"],
    "agent_motion": RULES["min_area_motion"],
    "moved_distance": RULES["min_area_motion"],
    "object_object_distance_change": RULES["min_area_motion"],
}
"""Of types that follow an object through the clip."""


def unseen(row, world):
    """Objects of the row that are not shown as they must be, in words."""
    asked, frames = read_question(row, world), scene_frames(row)
    if row["question_type"] in ORDERED:
        choose = row["format"] == "multiple_choice"
        things = listed(asked, row, world) if choose else compared(asked, row)
        return [
            f"object {object_id} in scene frame {t}"
            for t, *ids in things for object_id in ids if askable(world, object_id, t) is False
        ]
    if row["format"] == "track":
        named = asked.objects.values()
        return [f"object {n} in the query frame" for n in named
                if askable(world, n, frames[asked.frame]) is False]
    return [
        f"object {object_id} over the clip" for object_id in asked.objects.values()
        if not followed(world, object_id, frames, LEAST_AREA[row["question_type"]])
    ]


def followed(world, object_id, frames, least_area):
    """Whether an object can be watched through the clip; a frame too close to call counts as seen."""
    lost = [askable(world, object_id, t, least_area) is False for t in frames]
    longest = max(len(run) for run in "".join("x" if one else " " for one in lost).split(" "))
    return (
        not lost[0] and not lost[-1] and longest <= RULES["max_lost_in_a_row"]
        and len(lost) - sum(lost) >= RULES["min_frame_share"] * len(lost)
    )
