"""What a source finds and cannot list: an entry that says why, so that one damaged file stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from fourdp_qa.errors import SourceDataError


@dataclass(frozen=True)
class UnusableEntry:
    """Stands where scenes would: it is skipped, counted and named when it is opened.

    Attributes
    ----------
    source, scene_id : as of a scene's handle.
    reason : what is missing or damaged.
    """

    source: str
    scene_id: str
    reason: SourceDataError

    @property
    def split_key(self) -> str:
        """It has no scene to split."""
        return self.scene_id

    def open(self) -> NoReturn:
        """Say what is wrong.

        Raises
        ------
        SourceDataError
            Always.
        """
        raise self.reason
