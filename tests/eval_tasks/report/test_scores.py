"""The numbers of a report: baselines against what is known of them, tables, comparisons."""

from __future__ import annotations

import pytest

from fourdp_qa.eval_tasks.baselines.baseline import make_baseline
from fourdp_qa.eval_tasks.report.comparison import compare, mcnemar
from fourdp_qa.eval_tasks.report.report import make_report
from fourdp_qa.eval_tasks.report.results_table import COLUMNS, blocks, published, spread
from fourdp_qa.eval_tasks.report.runs import find_runs
from fourdp_qa.eval_tasks.report.scores import Score, score
from fourdp_qa.eval_tasks.report.text_tables import latex, markdown
from fourdp_qa.eval_tasks.scoring.breakdown import breakdown
from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.randomness import generator

OTHER = {"A": "B", "B": "A", "Yes": "No", "No": "Yes"}


@pytest.fixture
def scored(run_of, rows, groups, tracks):
    """Score of the baseline of a kind on all there is."""
    def build(kind, **settings):
        baseline = make_baseline(kind, **settings)
        every = [*rows, *groups, *tracks("visual_point_tracking"), *tracks("true_motion_point_tracking")]
        folder = run_of(kind, every, lambda row: baseline.answer(row, ""),
                        model="fourdp_qa_baseline", model_args=f"kind={kind}")
        return make_report([str(folder)]).scores[0]
    return build


def test_the_oracle_is_right_everywhere(scored) -> None:
    found = scored("oracle")
    assert len(found.by_type) == 11
    assert {score.accuracy for score in found.by_type.values()} == {1.0}
    assert found.micro.accuracy == found.macro.accuracy == 1.0
    assert found.groups.all_right == found.groups.most_right == 1.0
    assert [t.score.jaccard for t in found.tracks.values()] == [1.0, 1.0]
    assert found.run.name == "oracle baseline"


def test_random_lies_inside_its_interval_of_chance(scored) -> None:
    found = scored("random")
    assert found.micro.low <= found.micro.chance <= found.micro.high
    assert sum(s.low <= s.chance <= s.high for s in found.by_type.values()) >= 9


def test_random_is_fair_over_seeds(rows) -> None:
    """One seed of twenty may lie outside by luck; their mean may not."""
    inside, accuracies = 0, []
    for seed in range(20):
        baseline = make_baseline("random", seed=seed)
        found = score([judge(row, baseline.answer(row, "")) for row in rows])
        inside += found.low <= found.chance <= found.high
        accuracies.append(found.accuracy)
    assert inside >= 18
    assert sum(accuracies) / 20 == pytest.approx(found.chance, abs=0.03)


@pytest.mark.parametrize("choice, yes_no", [("A", "Yes"), ("B", "No"), ("C", "Yes")])
def test_constant_is_exactly_the_printed_constant_score_of_each_format(scored, choice, yes_no) -> None:
    found = scored("constant", choice=choice, yes_no=yes_no)
    by_format = breakdown(found.run.verdicts, "format")
    printed = found.beside.constants
    assert by_format["multiple_choice"].accuracy == printed["multiple_choice"][choice]
    assert by_format["yes_no"].accuracy == printed["yes_no"][yes_no]


def test_the_table_has_the_columns_of_the_paper_and_its_lines_apart(scored) -> None:
    found = scored("constant")
    measured, paper = blocks([found])
    assert len(COLUMNS) == 16
    assert measured.title == "stand-in" and measured.digest.startswith("sha256:")
    assert [line.name for line in measured.lines] == ["chance", "most frequent answer", "constant baseline"]
    assert measured.items[:11] == [24] * 11 and measured.items[-2] == 264
    assert paper.title.startswith("ANOTHER BENCHMARK")
    assert {line.kind for line in paper.lines} == {"published"}
    assert {len(line.scores) for block in (measured, paper) for line in block.lines} == {16}
    chance, frequent, _ = measured.lines
    assert chance.scores[7].accuracy == 0.5  # depth is asked with yes or no
    assert chance.scores[0].accuracy == pytest.approx((12 * 0.25 + 12 * 0.5) / 24)
    assert frequent.scores[7].accuracy == 0.5


def test_published_numbers_are_those_of_the_paper() -> None:
    rows = {row["name"]: row["values"] for row in published()["rows"]}
    assert len(rows) == 18
    assert rows["Gemini-2.5-Pro"][0] == 58.4 and rows["Gemini-2.5-Pro"][-1] == 66.8
    assert rows["Qwen2.5-VL-7B + 4DP-QA"][-4:] == [84.4, 79.6, 88.1, 84.3]
    # The spatial average is the mean over items of the paper's own counts (types 8 to 11).
    counts = (340, 183, 148, 134)
    for name, values in rows.items():
        mean = sum(v * n for v, n in zip(values[7:11], counts, strict=True)) / sum(counts)
        assert mean == pytest.approx(values[13], abs=0.1), name


def test_markdown_and_latex_say_the_same_numbers(scored) -> None:
    tables = blocks([scored("constant"), ])
    text, tex = markdown(tables), latex(tables)
    line = next(line for line in text.splitlines() if line.startswith("| constant baseline"))
    assert line.count("|") == 18
    assert "ANOTHER BENCHMARK. Printed" in text and "ANOTHER BENCHMARK: see the caption" in tex
    assert max(len(row) for row in tex.splitlines() if "multicolumn" in row) < 140  # sets the table's width
    assert "Printed in the paper" in tex[tex.index("\\caption"):]
    cells = [cell.strip(" *") for cell in line.split("|")[2:-1]]
    tex_line = next(line for line in tex.splitlines() if line.startswith("constant baseline"))
    plain = tex_line.replace("\\textbf{", "").replace("$\\pm$", "±").replace("}", "").removesuffix("\\\\")
    assert [cell.strip() for cell in plain.split("&")[1:]] == cells
    assert tex.count("\\begin{") == tex.count("\\end{") == 2
    lines = [row for row in tex.splitlines() if row.endswith("\\\\") and "multicolumn" not in row]
    assert {row.count("&") for row in lines} == {16}


def test_the_oracle_is_printed_with_the_one_end_of_its_interval(scored) -> None:
    tables = blocks([scored("oracle")])
    assert "100.0 ≥73.5" in markdown(tables) and "100.0 $\\geq$73.5" in latex(tables)
    assert "≤26.5" in spread(Score(12, 0.0, 0.0, 0.265, 0.5)) and spread(Score(1, 0.0, None, None, 0.5)) == ""


def test_names_are_escaped_in_both_tables(run_of, rows) -> None:
    folder = run_of("out", rows, lambda row: row.answer)
    tables = blocks(make_report([f"a|b_100%={folder}"]).scores)
    assert "a\\|b_100%" in markdown(tables)
    assert "a|b\\_100\\%" in latex(tables)


def test_mcnemar_is_the_exact_binomial_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == mcnemar(0, 5) == pytest.approx(2 / 2**5)
    assert mcnemar(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 2**10)
    assert mcnemar(3, 3) == 1.0


def test_a_better_run_is_surely_better_and_the_same_run_is_not(run_of, rows) -> None:
    def weak(row):
        return row.answer if generator(1, row.id).random() < 0.6 else OTHER[row.answer]

    runs = find_runs([str(run_of(name, rows, answer, model=name)) for name, answer in (
        ("weak", weak), ("strong", lambda row: row.answer), ("again", weak))])
    pairs = {(c.first, c.second): c for c in compare(runs)}
    assert len(pairs) == 3
    sure = pairs["strong", "weak"]
    assert sure.is_sure and sure.low > 0 and sure.only_second == 0
    assert sure.difference == pytest.approx(sure.only_first / 264)
    equal = pairs["weak", "again"]
    assert not equal.is_sure and equal.difference == 0 and equal.p_mcnemar == 1
    assert all(c.p_holm >= c.p_scenes for c in pairs.values())
