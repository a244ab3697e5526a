"""The errors a person sees: one line that says where, what was found, what was expected, what to do."""

from __future__ import annotations

from pathlib import Path


class FourdpQaError(Exception):
    """A mistake or a missing thing on the user's side; shown as one line, never as a traceback."""


class SourceDataError(FourdpQaError):
    """A file of a source does not hold what its format promises.

    Parameters
    ----------
    where : path or str
        File or folder.
    field : str
        The field, frame or array inside it; empty when the file as a whole is meant.
    found, expected : str
        What is there and what should be there.
    do : str, optional
        What the user can do about it.
    """

    def __init__(
        self, where: Path | str, field: str, *, found: str, expected: str, do: str = ""
    ) -> None:
        self.where, self.field, self.found, self.expected, self.do = (
            str(where), field, found, expected, do,
        )
        place = f"{where}: {field}" if field else str(where)
        advice = f"; {do}" if do else ""
        super().__init__(f"{place}: found {found}, expected {expected}{advice}")

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild in another process: the default would call __init__ with the message alone."""
        return (_rebuild_source_data_error,
                (self.where, self.field, self.found, self.expected, self.do))


def _rebuild_source_data_error(
    where: str, field: str, found: str, expected: str, do: str
) -> SourceDataError:
    return SourceDataError(where, field, found=found, expected=expected, do=do)


class SceneLeftOutError(FourdpQaError):
    """A scene that its source would not make, for a reason that is no damage: counted, not skipped."""


class MissingExtraError(FourdpQaError):
    """A command needs an optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str, detail: str = "") -> None:
        note = f" ({detail})" if detail else ""
        super().__init__(
            f"{feature} needs the extra '{extra}'{note}: pip install 'fourdp-qa[{extra}]'"
        )
        self.args_for_rebuild = (feature, extra, detail)

    def __reduce__(self) -> tuple[object, ...]:
        return (MissingExtraError, self.args_for_rebuild)
