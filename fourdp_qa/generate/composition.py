"""composition.toml as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.generate.lanes import MisleadingGoals
from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class BalanceGoals:
    """How even the answers must be."""

    slack: int
    slack_share: float
    caption_slack: float
    caption_slack_share: float
    cue_pull: float
    free_form_label: float
    opposite_first: float
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
    misleading : type -> cue -> shares of questions in which it misleads; what is not listed is taken as
        it comes.
    items : type -> rows in units of what is asked for; a type that is not listed has 1.
    one_answer_groups : types of which a counterfactual group may have one answer only.
    """

    formats: dict[str, dict[str, float]]
    variants: dict[str, dict[str, float]]
    naming: dict[str, float]
    least_margin: float
    balance: BalanceGoals
    tracks: TrackGoals
    misleading: dict[str, dict[str, MisleadingGoals]]
    items: dict[str, float]
    one_answer_groups: frozenset[str]

    def limit(self, question_type: str, per_type: int | None) -> int | None:
        """Rows of a type where `per_type` are asked for on average; None for all."""
        return None if per_type is None else round(per_type * self.items.get(question_type, 1.0))


def composition_called(name: str) -> Composition:
    """The composition ``training``, ``benchmark`` or ``benchmark-paper``, as shipped.

    The last asks for as many questions of each type as the paper's benchmark has (its Table 1).
    """
    table = load_table("fourdp_qa.generate", "composition.toml")
    shape = name.partition("-")[0]
    return Composition(
        formats=table["formats"][shape], variants=table["variants"], naming=table["naming"],
        least_margin=table["margins"][shape],
        balance=BalanceGoals(**table["balance"]), tracks=TrackGoals(**table["tracks"]),
        misleading={
            kind: {cue: MisleadingGoals(**goals) for cue, goals in cues.items()}
            for kind, cues in table["misleading"].items()
        },
        items=table["items"].get(name, {}),
        one_answer_groups=frozenset(table["groups"]["one_answer"]),
    )
