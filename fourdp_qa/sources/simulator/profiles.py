"""How far along its path a mover is: the progress profiles shared by objects and cameras."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from fourdp_qa.scene.pose import Floats

CONSTANT: Final = "constant"
EASED: Final = "eased"
THERE_AND_BACK: Final = "there_and_back"
STOP_AND_GO: Final = "stop_and_go"
THERE_BACK_THERE: Final = "there_back_there"
THERE_AND_BACK_TWICE: Final = "there_and_back_twice"
PROFILES: Final = (
    CONSTANT, EASED, THERE_AND_BACK, STOP_AND_GO, THERE_BACK_THERE, THERE_AND_BACK_TWICE,
)
ONE_WAY: Final = (CONSTANT, EASED)
TO_AND_FRO: Final = (THERE_BACK_THERE, THERE_AND_BACK_TWICE)
"""Three and four equal legs: motion without one direction."""

# A stop that lasts a quarter of the clip is seen by anyone, and both drives stay long enough.
STOP_BEGINS, STOP_ENDS = 0.38, 0.62


def progress(profile: str, turning_point: float, s: ArrayLike) -> Floats:
    """Share of the full path covered at clip time `s`.

    Parameters
    ----------
    profile : one of `PROFILES`
    turning_point : float
        Clip time in (0, 1) at which a there-and-back path turns; unused by the others.
    s : array
        Clip time, 0 in the first frame and 1 in the last.

    Returns
    -------
    array like `s`, in [0, 1]; 0 at s = 0.
    """
    s = np.clip(np.asarray(s, dtype=np.float64), 0.0, 1.0)
    if profile == CONSTANT:
        return s
    if profile == EASED:
        return _ease(s)
    if profile == THERE_AND_BACK:
        out = _ease(np.minimum(s / turning_point, 1.0))
        back = _ease(np.maximum((s - turning_point) / (1.0 - turning_point), 0.0))
        return out - back
    if profile == STOP_AND_GO:
        first = _ease(np.minimum(s / STOP_BEGINS, 1.0))
        second = _ease(np.maximum((s - STOP_ENDS) / (1.0 - STOP_ENDS), 0.0))
        return 0.5 * (first + second)
    if profile in TO_AND_FRO:
        return swing(s, 3 if profile == THERE_BACK_THERE else 4)
    raise ValueError(f"no profile '{profile}'; there are: {', '.join(PROFILES)}")


def swing(s: Floats, legs: int) -> Floats:
    """Go to 1, back to 0 and so on in `legs` legs of equal time, smoothly; 0 at s = 0."""
    return np.asarray(_ease(legs * s))


def _ease(s: Floats) -> Floats:
    """Start and stop smoothly."""
    return 0.5 - 0.5 * np.cos(np.pi * s)
