"""What objects do beside the camera: distance to it, directions from it, order in depth."""

from __future__ import annotations

import numpy as np
from rederivation.phrases import THRESHOLDS
from rederivation.verdict import NEAR, NearThresholdError, together, verdict

SERIES, EFFECT = THRESHOLDS["series"], THRESHOLDS["effect"]
OPPOSITE = {"+": "-", "-": "+", "+-": "-+", "-+": "+-"}


def distance_truth(world, frames, object_id):
    """Verdict of ``distance`` and its series, ln of the ratio to the first frame."""
    rules = THRESHOLDS["camera_object_distance"]
    distances = world.distances(object_id, frames)
    series = np.log(distances / distances[0])
    band = (np.log(rules["ratio_lo"]), np.log(rules["ratio_hi"]))
    found = verdict(series, *band, SERIES)
    diagonal = float(np.linalg.norm(world.scene.objects[world.object_index(object_id)].size))
    gaps = np.array([world.box_distance(object_id, t, world.camera(t)[1]) for t in frames])
    if distances.min() < rules["min_box_diagonals"] * diagonal or gaps.min() <= 0:
        found = None
    # The nearest point of the box must do what the centre does.
    agree = found is not None and verdict(np.log(gaps), *band, SERIES) == found
    if not agree or (found != "absent" and not grows_on_screen(world, object_id, frames, frames)):
        found = None
    return {"distance": found}, {"distance": series}


def same_way(found, series, band):
    """Whether a second series ends higher or lower, or turns, as the verdict of the first says; `band`
    is how large the legs of one without a direction must be.
    """
    if found in ("+", "-"):
        return (series[-1] > series[0]) == (found == "+")
    if found in ("+-", "-+"):
        sign = 1 if found == "+-" else -1
        top = int((sign * series).argmax())
        return 0 < top < len(series) - 1
    return verdict(series, *band, SERIES) == found


def grows_on_screen(world, object_id, frames, camera_frames):
    """Whether the object's box changes enough on the picture for a person to see it nearing."""
    diagonals = world.box_diagonals(object_id, frames, camera_frames)
    change = np.nanmax(diagonals) - np.nanmin(diagonals)  # NaN while a corner is behind the camera
    return bool(change * EFFECT["of_side"] >= EFFECT["diagonal_px"])


def direction_truth(world, frames, object_id, view):
    """Verdicts of ``away``, ``right``, ``up`` as seen from clip frame `view`, held fixed."""
    rules = THRESHOLDS["object_direction"]
    centres = world.centres(object_id, frames)
    first_distance = world.distances(object_id, frames)[0]
    axes = dict(zip(("away", "right", "up"), world.heading(frames[view]), strict=True))
    series = {
        name: (centres - centres[0]) @ axis / first_distance for name, axis in axes.items()
    }
    lateral = (rules["lateral_lo"], rules["lateral_hi"])
    bands = {"away": (rules["depth_lo"], rules["depth_hi"]), "right": lateral, "up": lateral}
    truth = together(series, bands, SERIES)
    eye = world.camera(frames[view])[1]
    from_eye = np.linalg.norm(centres - eye, axis=1)
    if truth["away"] not in (None, "absent") and not (
        same_way(truth["away"], from_eye / first_distance, bands["away"])
        and grows_on_screen(world, object_id, frames, [frames[view]] * len(frames))
    ):
        truth["away"] = None
    for name in ("right", "up"):
        moved = np.ptp(series[name]) * first_distance
        if truth[name] not in (None, "absent") and moved < rules["min_effect"] * from_eye.min():
            truth[name] = None
    if abs(world.elevation(frames[view])) > THRESHOLDS["heading"]["max_elevation_deg"]:
        truth = dict.fromkeys(truth)
    return truth, series


def nearer_truth(world, one, other):
    """ "+" when `one` is nearer to the camera of its frame than `other` to that of its own, "-" for
    the opposite, or None. Each is (scene frame, id).

    Centre distances, centre depths and what is seen of the surfaces must all say so.
    """
    rules = THRESHOLDS["depth"]
    near, far = (float(world.distances(n, [t])[0]) for t, n in (one, other))
    if near > far:
        found = nearer_truth(world, other, one)
        return found and OPPOSITE[found]
    z_near, z_far = (world.in_camera(t, world.centres(n, [t]))[0, 2] for t, n in (one, other))
    ratios = ((far / near, rules["ratio"]), (z_far / z_near, rules["z_ratio"]))
    if any(abs(ratio - needed) <= NEAR for ratio, needed in ratios):
        raise NearThresholdError
    apart = surface_interval(world, *one)[1] < surface_interval(world, *other)[0]
    return "+" if apart and all(ratio > needed for ratio, needed in ratios) else None


def surface_interval(world, t, object_id):
    """10th and 90th percentile of the distances of the object's visible surface points."""
    rows, columns = np.nonzero((world.instances(t) == object_id) & (world.depth(t) > 0))
    if len(rows) == 0:
        return -np.inf, np.inf
    distances = np.linalg.norm(world.lifted(t, rows, columns) - world.camera(t)[1], axis=1)
    return tuple(np.percentile(distances, (10, 90)))
