"""The conformance test of a scene: every adapter and every user's own source must pass it.

``check_scene(scene)`` measures whether facts, poses, depth and ids tell one story, and where they
do not it names the likely mistake. It needs no ground truth but the scene itself: a pixel lifted by
its depth and carried by its object's pose must meet the surface again in another frame.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.check_geometry import check_geometry
from fourdp_qa.scene.check_images import check_images, check_visibility
from fourdp_qa.scene.check_numbers import check_behaviour, check_numbers
from fourdp_qa.scene.check_report import CheckReport, Finding, Measured, Severity
from fourdp_qa.scene.scene import Scene

__all__ = ["CheckReport", "Finding", "Measured", "Severity", "check_scene"]

FRAMES_READ = 16
"""Spread over the scene; twice as many change the medians by less than a tenth."""


def check_scene(
    scene: Scene, *, frames: int = FRAMES_READ, with_rgb: bool = True
) -> CheckReport:
    """Check whether `scene` holds what it promises.

    Parameters
    ----------
    scene : Scene
        Opened scene; it is not closed.
    frames : int
        At most this many frames are read, the first and the last among them.
    with_rgb : bool
        Whether the first and last colour image are read too.

    Returns
    -------
    CheckReport
        ``report.ok`` when nothing is wrong, ``report.lines`` for people. Damaged files become
        findings, not exceptions.
    """
    facts = scene.facts
    findings = check_numbers(scene)
    measured = Measured()
    if not any(item.severity is Severity.ERROR for item in findings):
        count = min(frames, facts.frame_count)
        wanted = np.unique(np.linspace(0, facts.frame_count - 1, count).round().astype(int))
        images = check_images(scene, wanted.tolist(), with_rgb=with_rgb)
        geometry, measured = check_geometry(scene, images)
        findings += [*images.findings, *geometry]
        # A named mistake spoils these too: repeating its consequences would bury it.
        if not any(item.likely_mistake for item in geometry):
            findings += [*check_behaviour(scene), *check_visibility(scene, images)]
    return CheckReport(facts.source, facts.scene_id, _in_order(findings), measured)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors first; what is said of many frames is said once, of the first of them."""
    first: dict[tuple[object, ...], Finding] = {}
    for item in findings:
        first.setdefault((item.severity, item.field, item.found, item.object_id), item)
    return tuple(sorted(first.values(), key=lambda item: item.severity is Severity.WARNING))
