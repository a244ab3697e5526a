"""composition.toml as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class BalanceGoals:
    """How even the answers must be."""

    slack: int
    slack_share: float
    caption_slack: float
    free_form_label: float
    entangled_first: float
    absent_no: float
    circled_variants: int
    group_slack: int

    def allowed(self, count: int, smallest: int) -> bool:
        """Whether a cell of `count` rows may grow while its smallest sibling holds `smallest`."""
        return count + 1 - smallest <= max(self.slack, self.slack_share * (count + 1))


@dataclass(frozen=True)
class TrackGoals:
    """What queries and targets of tracks are chosen."""

    max_targets: int
    outside_visual: float
    outside_true_motion: float
    static_share: float
    query_at_start: float
    moving_camera: float
    apart: float


@dataclass(frozen=True)
class Composition:
    """All goals of a data set.

    Attributes
    ----------
    formats : type -> format -> share of the type's rows.
    variants : type -> variant -> share of the rows of a format, among the variants the format has; a
        type that is not listed has one variant, or does not care.
    naming : naming mode -> share of the rows that name objects.
    least_margin : of the rows of types 1-11.
    one_answer_groups : types of which a counterfactual group may have one answer only.
    """

    formats: dict[str, dict[str, float]]
    variants: dict[str, dict[str, float]]
    naming: dict[str, float]
    least_margin: float
    balance: BalanceGoals
    tracks: TrackGoals
    one_answer_groups: frozenset[str]


def composition_called(name: str) -> Composition:
    """The composition ``training`` or ``benchmark``, as shipped."""
    table = load_table("fourdp_qa.generate", "composition.toml")
    return Composition(
        formats=table["formats"][name], variants=table["variants"], naming=table["naming"],
        least_margin=table["margins"][name],
        balance=BalanceGoals(**table["balance"]), tracks=TrackGoals(**table["tracks"]),
        one_answer_groups=frozenset(table["groups"]["one_answer"]),
    )
