"""All rules, by name."""

from __future__ import annotations

from typing import Final

from fourdp_qa.dataset import row_checks
from fourdp_qa.dataset.rules import of_card, of_clips, of_content, of_files
from fourdp_qa.dataset.rules.rule import Rule
from fourdp_qa.dataset.rules.survey import BENCHMARK, TRAINING, Survey

READABLE: Final = "readable"
CLIP_CELLS: Final = "clip-cells"
DIGESTS: Final = "digests"
TABLES: Final = "tables"
PUBLISH: Final = "publish again: run the command that wrote the folder"
GENERATE: Final = "generate the rows again; they were changed or written by another program"


def _training(survey: Survey) -> bool:
    return survey.kind == TRAINING


def _benchmark(survey: Survey) -> bool:
    return survey.kind == BENCHMARK


def _clips(survey: Survey) -> bool:
    return survey.with_clips


def _clip_files(survey: Survey) -> bool:
    return survey.with_clips and survey.kind == TRAINING


def _groups(survey: Survey) -> bool:
    return bool(survey.members)


RULES: Final = (
    Rule(READABLE, "card, settings and tables can be read", PUBLISH, without_rows=True),
    Rule("columns", "every table has the columns of a row", GENERATE, of_card.columns, without_rows=True),
    Rule("features", "the card lists the columns that the tables have", PUBLISH, of_card.features),
    Rule("configs", "config names are legal, each once, `all` the default", PUBLISH, of_card.configs,
         without_rows=True),
    Rule("splits", "split names are legal", PUBLISH, of_card.splits, without_rows=True),
    Rule("data-files", "each config names its tables and its clips, and loads with video", PUBLISH,
         of_card.data_files),
    Rule("card-fields", "language, size, tasks and tags are there and true", PUBLISH, of_card.card_fields,
         without_rows=True),
    Rule("licences", "the folder promises what its rows grant",
         "declare another --license, or leave rows out", of_content.licences),
    Rule(DIGESTS, "the digests of the card are those of rows and clips", PUBLISH, of_content.digests),
    Rule("facts", "the counts of a benchmark are those of its rows", PUBLISH, of_files.facts,
         applies=_benchmark),
    Rule("ids-unique", "every id once", GENERATE, of_content.ids_unique),
    Rule("ids-one-width", "ids have one length", GENERATE, of_content.ids_of_one_width),
    Rule(TABLES, "a row lies in the table of its type", GENERATE, applies=_training),
    Rule("texts", "no text is missing", GENERATE, of_row=row_checks.empty_texts),
    Rule("values", "columns of few words hold these words", GENERATE, of_row=row_checks.unknown_values),
    Rule("json", "JSON columns can be read", GENERATE, of_row=row_checks.unreadable_json),
    Rule("answers", "the answer is one, and fits the options", GENERATE, of_row=row_checks.wrong_answers),
    Rule("tracks", "track lines answer for the frames asked for", GENERATE, of_row=row_checks.wrong_tracks),
    Rule("groups", "counterfactual groups are whole", "generate with --groups again", of_content.groups,
         applies=_groups),
    Rule("proofs", "every segment has its geometry", PUBLISH, of_content.proofs, applies=_training),
    Rule("adjacent-lengths", "no column has lengths that differ by exactly 1",
         "reword, or add rows of another length", of_content.adjacent_lengths),
    Rule("clip-names", "clip paths are relative, plain and end in .mp4", GENERATE,
         of_row=row_checks.wrong_file_name, applies=_clip_files),
    Rule(CLIP_CELLS, "every clip in the table has bytes and a name that ends in .mp4", PUBLISH,
         applies=_benchmark),
    Rule("clips", "every clip decodes, with the frames its rows say", "copy the clip again, or generate it",
         of_clips.clips, applies=_clips),
    Rule("two-clips", "at least two clips a split", "generate more scenes", of_clips.two_clips,
         applies=_clip_files),
    Rule("local-paths", "no path of this machine", PUBLISH, of_files.no_local_paths),
    Rule("strays", "no file that no row names, and no link", "remove the file, or publish again",
         of_files.no_strays, applies=_training),
    Rule("hub-limits", "as few files as the Hub takes", "write several folders", of_files.hub_limits,
         without_rows=True),
    Rule("row-groups", "tables can be read a page at a time", PUBLISH, of_files.row_groups,
         without_rows=True),
    Rule("no-script", "no script of the folder's name", "remove the script", of_files.no_script,
         without_rows=True),
)
