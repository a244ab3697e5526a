"""The page: one file that fetches nothing, with every part that there are numbers for."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.report.examples import examples
from fourdp_qa.eval_tasks.report.page import report_page, write_report
from fourdp_qa.eval_tasks.report.report import make_report
from fourdp_qa.eval_tasks.report.runs import find_runs
from fourdp_qa.eval_tasks.scoring.vlm4d import Item, judge_item

OTHER = {"A": "B", "B": "A", "Yes": "No", "No": "Yes"}
VOID = {"meta", "br", "img", "input"}


class Balanced(HTMLParser):
    """Raises on an element that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def right(row):
    return row.answer


def wrong(row):
    return OTHER.get(row.answer, row.answer)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)))


@pytest.fixture
def everything(rows, groups, tracks):
    return [*rows, *groups, *tracks("visual_point_tracking"), *tracks("true_motion_point_tracking")]


@pytest.fixture
def bench(everything, write_folder, tmp_path):
    return write_folder(tmp_path / "bench", everything)


@pytest.fixture
def two_runs(run_of, everything):
    return [str(run_of("right", everything, right, model="sees")),
            str(run_of("wrong", everything, wrong, model="<b>blind</b>"))]


def test_the_page_is_whole_fetches_nothing_and_escapes(two_runs, bench) -> None:
    page = report_page(make_report(two_runs, bench=bench, command="fourdp-qa report results"))
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "http://" not in page and "https://" not in page and "<link" not in page
    assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
    assert "default-src &#x27;none&#x27;" in page
    assert "<b>blind" not in page and "&lt;b&gt;blind" in page


def test_every_part_is_there(two_runs, bench) -> None:
    text = plain(report_page(make_report(two_runs, bench=bench, command="fourdp-qa report results")))
    for heading in ("Results", "By type", "Apparent against true motion", "How much moves",
                    "What was answered", "What is taken for what", "Counterfactual groups", "Tracks",
                    "Which run is better?",
                    "Wrong answers to look at", "Where each number comes from"):
        assert heading in text, heading
    assert "rows printed in the paper, of another benchmark" in text and "ANOTHER BENCHMARK" in text
    assert "lmms-eval --model sees --tasks 4dpqa_bench" in text
    assert "fourdp-qa report results" in text
    assert "Always the same answer scores here: A 50.0 %, B 50.0 %, C 0.0 %, D 0.0 %." in text
    assert "surely better" in text


def test_parts_without_numbers_are_left_out(run_of, rows) -> None:
    text = plain(report_page(make_report([str(run_of("out", rows, right))])))
    for heading in ("Counterfactual groups", "Tracks", "VLM4D", "Which run is better?"):
        assert heading not in text, heading
    assert "name the folder of the benchmark that was scored with --bench" in text


def test_the_same_files_give_the_same_page(two_runs, bench) -> None:
    assert report_page(make_report(two_runs, bench=bench)) == report_page(make_report(two_runs, bench=bench))


def test_examples_are_wrong_answers_one_type_after_the_other_misleading_ones_first(two_runs, bench) -> None:
    found = examples(find_runs(two_runs), bench)
    assert len(found) == 12
    assert len({example.row.question_type for example in found[:11]}) == 11
    assert all(e.row.entangled in ("opposite", "different") or e.row.cue_conflict == "size" for e in found)
    for example in found:
        assert example.answers["sees"][0] == example.row.answer != example.answers["<b>blind</b>"][0]
        assert example.clip[4:8] == b"ftyp"


def test_clips_stand_on_the_page_once_and_within_their_room(two_runs, bench) -> None:
    page = report_page(make_report(two_runs, bench=bench))
    clips = re.findall(r'src="(data:video/mp4;base64,[^"]+)"', page)
    assert len(clips) == len(set(clips)) > 0
    again = re.findall(r'data-of="(clip-\d+)"', page)  # shows the clip of an earlier card
    assert len(clips) + len(again) == 12 and all(f'id="{clip}"' in page for clip in again)
    assert page.count('class="example"') == 12
    size = len(examples(find_runs(two_runs), bench)[0].clip)
    few = examples(find_runs(two_runs), bench, most_bytes=2 * size + size // 2)
    assert 0 < sum({example.clip: len(example.clip) for example in few}.values()) <= 2 * size + size // 2


def test_a_benchmark_that_was_not_scored_is_refused(two_runs, rows, write_folder, tmp_path) -> None:
    other = write_folder(tmp_path / "other", rows[:4], "other")
    with pytest.raises(FourdpQaError, match="expected the benchmark that was scored: stand-in sha256"):
        make_report(two_runs, bench=other)
    with pytest.raises(FourdpQaError, match="expected a benchmark folder"):
        make_report(two_runs, bench=tmp_path)


def test_vlm4d_stands_beside_the_printed_numbers(run_of, rows) -> None:
    folder = run_of("out", rows, right)
    for split, answers in (("real", "AAAB"), ("synthetic", "AB")):
        items = [Item(f"{split}/{n}", f"{split}/{n}.mp4", "Where?", ("left", "right", "up", "down"), "left")
                 for n in range(len(answers))]
        lines = [json.dumps({"accuracy": judge_item(item, letter).__dict__ | {"benchmark": "VLM4D direct"},
                             "blind": 0.5})
                 for item, letter in zip(items, answers, strict=True)]
        samples = folder / f"20260102_030405_samples_vlm4d_{split}.jsonl"
        samples.write_text("\n".join(lines), encoding="utf-8")
    file = folder / "20260102_030405_results.json"
    facts = json.loads(file.read_text(encoding="utf-8"))
    for split, asked in (("real", 4), ("synthetic", 2)):
        facts["n-samples"][f"vlm4d_{split}"] = {"original": asked, "effective": asked}
    file.write_text(json.dumps(facts), encoding="utf-8")
    report = make_report([str(folder)])
    text = plain(report_page(report))
    part = text[text.index("VLM4D Accuracy"):]
    # outside, actor, real; directional, false positive, synthetic; all; unread; questions
    assert "stub direct 75.0 · 75.0 50.0 · 50.0 66.7 33.3 – 100.0 0.0 6" in part
    assert "options alone, no video 50.0 · 50.0 50.0 · 50.0 50.0" in part
    assert "by lot 25.0" in part
    assert "Qwen2.5-VL-7B + 4DP-QA printed 60.6 73.0 63.6" in part
    assert len(report.scores[0].run.verdicts) == len(rows)


def test_the_command_writes_the_page_and_prints_tables_alone(two_runs, bench, tmp_path) -> None:
    out = tmp_path / "deep" / "page.html"
    done = CliRunner().invoke(main, ["report", *two_runs, "--out", str(out), "--bench", str(bench)])
    assert done.exit_code == 0, done.output
    assert f"page: {out}" in done.stdout and "bad: <b>blind</b> is worse than luck" in done.stdout
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    done = CliRunner().invoke(main, ["report", *two_runs, "--out", str(out), "--markdown"])
    assert done.stdout.startswith("**stand-in (sha256:") and "page:" not in done.stdout
    assert "page:" in done.stderr
    done = CliRunner().invoke(main, ["report", *two_runs, "--out", str(out), "--latex"])
    assert "\\begin{tabular}" in done.stdout


def test_the_command_names_mistakes_in_one_line(two_runs, run_of, rows, tmp_path) -> None:
    other = str(run_of("other", rows[2:], right, model="other"))
    for arguments, words in (
        ([str(tmp_path / "nowhere")], "nowhere"),
        ([*two_runs, other], "--mixed shows them apart"),
    ):
        done = CliRunner().invoke(main, ["report", *arguments, "--out", str(tmp_path / "page.html")])
        assert done.exit_code == 1
        assert words in done.stderr and done.stderr.count("\n") == 1
        assert not (tmp_path / "page.html").exists()
    out = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["report", *two_runs, other, "--mixed", "--out", str(out)])
    assert done.exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert len(re.findall(r"<small>sha256:[0-9a-f]{64}</small>", page)) == 2


def test_a_folder_gets_report_html_and_a_file_in_the_way_is_said(two_runs, tmp_path) -> None:
    report = make_report(two_runs)
    assert write_report(report, tmp_path) == tmp_path / "report.html"
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FourdpQaError, match="cannot be written"):
        write_report(report, tmp_path / "file" / "page.html")
