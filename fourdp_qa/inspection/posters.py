"""Frames of clips as style rules: every figure that shows the same frame shares one picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.data_uris import jpeg_data_uri
from fourdp_qa.inspection.markup import Markup


@dataclass
class Posters:
    """Collects the frames a page shows.

    Attributes
    ----------
    rules : class name -> style rule, in the order in which they were asked for.
    """

    rules: dict[str, str] = field(default_factory=dict)

    def add(self, clip: str, frames: NDArray[np.uint8] | None, t: int) -> str:
        """Return the class that shows frame t of `frames` (T, H, W, 3); empty without a clip."""
        if frames is None or not 0 <= t < len(frames):
            return ""
        name = f"{clip}-frame-{t}"
        if name not in self.rules:
            picture = jpeg_data_uri(frames[t])
            self.rules[name] = f".picture.{name}{{background-image:url({picture})}}"
        return name

    def style(self) -> Markup:
        """All rules, for a style element. Names and pictures are made here: nothing to escape."""
        return Markup("\n".join(self.rules.values()))
