"""Type 1, camera_movement: how the camera translates and rotates over time."""

from __future__ import annotations

import numpy as np

from fourdp_qa.measure.measurements import CameraMeasurements, Measurements
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import CameraMovementLimits, Thresholds
from fourdp_qa.questions.verdicts import (
    PRESENT,
    SeriesVerdict,
    Verdict,
    band_beside,
    judge_series,
)
from fourdp_qa.scene.pose import Floats

NAME = "camera_movement"
TRANSLATIONS = ("forward", "right", "up")
ROTATIONS = ("pan", "tilt", "roll")


def camera_movement_statements(measured: Measurements, limits: Thresholds) -> list[Statement]:
    """One statement: forward, right, up (scene lengths), pan, tilt, roll (degrees), and what follows
    from them together: moves at all, turns at all, stands still.
    """
    camera = measured.camera
    if not np.isfinite(camera.scene_length) or not _heading_means_something(camera, limits):
        return []
    moves = _translations(camera, limits)
    turns = _rotations(camera, limits)
    components = {**moves, **turns}
    if not camera.heading.gravity_aligned:
        del components["up"]
    components["any_translation"] = _any_of(moves, "translation of any kind")
    components["any_rotation"] = _any_of(turns, "rotation of any kind")
    still = _stands_still(camera, components, limits.camera_movement)
    if still is not None:
        components["still"] = still
    return [Statement(
        question_type=NAME, variant="first_camera", objects=(), frames=(0,), named_at=(),
        reference_system="camera", components=components,
        entangled=_entangled(measured, moves, turns, limits),
    )]


def _heading_means_something(camera: CameraMeasurements, limits: Thresholds) -> bool:
    if not camera.heading.gravity_aligned:
        return True
    elevation = abs(float(np.degrees(camera.angles.elevation[0])))
    return elevation <= limits.heading.max_elevation_deg


def _translations(camera: CameraMeasurements, limits: Thresholds) -> dict[str, Component]:
    own = limits.camera_movement
    series = camera.translation / camera.scene_length
    hi = own.translation_hi if camera.background is not None else own.translation_hi_unproved
    judged = _judge_group(series.T, own.translation_lo, hi, limits)
    if camera.background is not None:
        parallax = float(camera.background.residual_p90.max())
        if parallax < own.parallax:
            judged = [_withhold_present(v) for v in judged]
    return {
        name: _component(f"translation_{name}", "scene lengths", v, series[:, i])
        for i, (name, v) in enumerate(zip(TRANSLATIONS, judged, strict=True))
    }


def _rotations(camera: CameraMeasurements, limits: Thresholds) -> dict[str, Component]:
    own = limits.camera_movement
    angles = camera.angles
    series = np.degrees(np.stack([angles.azimuth, angles.elevation, angles.roll]))
    series -= series[:, :1]
    extents = [float(np.ptp(q)) for q in series]
    bands = [(own.pan_lo_deg, own.pan_hi_deg)] * 2 + [(own.roll_lo_deg, own.roll_hi_deg)]
    judged = [
        judge_series(q, *band_beside(extents, *band, limits.series), limits.series)
        for q, band in zip(series, bands, strict=True)
    ]
    return {
        name: _component(name, "degrees", v, series[i])
        for i, (name, v) in enumerate(zip(ROTATIONS, judged, strict=True))
    }


def _judge_group(series: Floats, lo: float, hi: float, limits: Thresholds) -> list[SeriesVerdict]:
    extents = [float(np.ptp(q)) for q in series]
    lo, hi = band_beside(extents, lo, hi, limits.series)
    return [judge_series(q, lo, hi, limits.series) for q in series]


def _withhold_present(v: SeriesVerdict) -> SeriesVerdict:
    """A translation whose parallax cannot be told from turning is neither present nor absent."""
    if v.verdict not in PRESENT:
        return v
    return SeriesVerdict(Verdict.UNDECIDED, v.value, v.extent, v.lo, v.hi, 0.0)


def _component(name: str, unit: str, v: SeriesVerdict, series: Floats) -> Component:
    quantity = Quantity(
        name=name, unit=unit, value=v.value, extent=v.extent, lo=v.lo, hi=v.hi,
        verdict=str(v.verdict), series=tuple(float(x) for x in series),
    )
    return Component(quantity, v.margin)


def _any_of(parts: dict[str, Component], name: str) -> Component:
    """Present when one part is; absent when all are."""
    present = [c for c in parts.values() if Verdict(c.quantity.verdict) in PRESENT]
    absent = [c for c in parts.values() if c.quantity.verdict == Verdict.ABSENT]
    if present:
        verdict, margin = Verdict.PLUS, max(c.margin for c in present)
    elif len(absent) == len(parts):
        verdict, margin = Verdict.ABSENT, min(c.margin for c in absent)
    else:
        verdict, margin = Verdict.UNDECIDED, 0.0
    strongest = max(parts.values(), key=lambda c: c.quantity.extent / c.quantity.hi).quantity
    return Component(
        Quantity(name, strongest.unit, strongest.value, strongest.extent, strongest.lo,
                 strongest.hi, str(verdict)),
        margin,
    )


def _stands_still(
    camera: CameraMeasurements, components: dict[str, Component], limits: CameraMovementLimits
) -> Component | None:
    """Still: nothing present **and** the static background stays in place on the picture.

    None without background depth: then nothing proves that a camera stands still.
    """
    if camera.background is None:
        return None
    shift = float(camera.background.shift_p95.max())
    any_kind = [components["any_translation"], components["any_rotation"]]
    if any(c.quantity.verdict == Verdict.PLUS for c in any_kind):
        verdict, margin = Verdict.ABSENT, max(c.margin for c in any_kind)
    elif all(c.quantity.verdict == Verdict.ABSENT for c in any_kind) and shift <= limits.still_shift:
        verdict = Verdict.PLUS
        margin = min([*(c.margin for c in any_kind), 1 - shift / limits.still_shift])
    else:
        verdict, margin = Verdict.UNDECIDED, 0.0
    series = tuple(float(x) for x in camera.background.shift_p95)
    quantity = Quantity("background_shift", "image widths", shift, shift, limits.still_shift,
                        limits.still_shift, str(verdict), series)
    return Component(quantity, margin)


def _entangled(
    measured: Measurements, moves: dict[str, Component], turns: dict[str, Component],
    limits: Thresholds,
) -> str:
    """Pan and sideways translation of opposite signs cancel each other on the picture, as in an
    orbit; large moving objects pass for camera motion.
    """
    pair = {moves["right"].quantity.verdict, turns["pan"].quantity.verdict}
    if pair == {str(Verdict.PLUS), str(Verdict.MINUS)}:
        return "opposite"
    moved = np.nanmax(np.linalg.norm(
        measured.motion.centre_world - measured.motion.centre_world[:1], axis=-1
    ), axis=0, initial=0) > limits.strata.still_extent * measured.motion.distance[0]
    cover = (measured.motion.area * moved).sum(axis=1).max() if len(moved) else 0.0
    return "different" if cover >= limits.entanglement.movers_cover else "agree"
