"""What `check_scene` found: findings in words, numbers measured, whether the scene may be used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """Questions made from the scene would have wrong answers."""
    WARNING = "warning"
    """Unusual; look at it."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes
    ----------
    severity : Severity
    field : str
        The part of the Scene, e.g. ``world_from_camera`` or ``objects[3] 'red car'``.
    frame : int or None
        Scene frame; None when all frames are meant.
    object_id : int or None
    found, expected : str
    likely_mistake : str
        What probably went wrong, in words; empty when nothing tried explains it.
    """

    severity: Severity
    field: str
    found: str
    expected: str
    frame: int | None = None
    object_id: int | None = None
    likely_mistake: str = ""

    @property
    def text(self) -> str:
        """The finding as one line."""
        place = self.field if self.frame is None else f"{self.field} frame {self.frame}"
        mistake = f"; likely mistake: {self.likely_mistake}" if self.likely_mistake else ""
        return f"{place}: {self.found}, expected {self.expected}{mistake}"


@dataclass(frozen=True)
class Measured:
    """Numbers of a check; None where there was nothing to measure.

    Attributes
    ----------
    frames : int
        Frames whose images were read.
    points : int
        Pixels lifted and carried to another frame.
    object_error, background_error : float or None
        Median of ``|z carried - z stored| / z stored``.
    object_distance, background_distance : float or None
        The same in scene units.
    found_again : float or None
        Share of the points that were met on their own object in the other frame.
    in_box : float or None
        Share of the lifted object pixels inside their object's box.
    """

    frames: int = 0
    points: int = 0
    object_error: float | None = None
    background_error: float | None = None
    object_distance: float | None = None
    background_distance: float | None = None
    found_again: float | None = None
    in_box: float | None = None


@dataclass(frozen=True)
class CheckReport:
    """The result of `check_scene`.

    Attributes
    ----------
    source, scene_id : str
    findings : tuple of Finding
        Errors first.
    measured : Measured
    """

    source: str
    scene_id: str
    findings: tuple[Finding, ...]
    measured: Measured

    @property
    def ok(self) -> bool:
        """No error; there may be warnings."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that forbid using the scene."""
        return tuple(item for item in self.findings if item.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings worth a look."""
        return tuple(item for item in self.findings if item.severity is Severity.WARNING)

    @property
    def lines(self) -> list[str]:
        """The report for people: a headline with the numbers, then one line for each finding."""
        verdict = "ok" if self.ok else f"{len(self.errors)} errors"
        if self.warnings:
            verdict += f", {len(self.warnings)} warnings"
        return [
            f"scene {self.scene_id}: {verdict}; {_numbers(self.measured)}",
            *(f"  {item.severity}: scene {self.scene_id}: {item.text}" for item in self.findings),
        ]


def _numbers(measured: Measured) -> str:
    parts = [f"{measured.frames} frames", f"{measured.points} points"]
    for name in ("object", "background"):
        error = getattr(measured, f"{name}_error")
        distance = getattr(measured, f"{name}_distance")
        if error is not None:
            parts.append(
                f"{name} points miss by {error:.2g} (relative, median; {distance:.2g} units)"
            )
    if measured.found_again is not None:
        parts.append(f"{measured.found_again:.0%} found again")
    if measured.in_box is not None:
        parts.append(f"{measured.in_box:.0%} of the object pixels in their boxes")
    return ", ".join(parts)
