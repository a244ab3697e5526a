"""The site of a whole folder: every row once, only its own files, in one move."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from importlib.resources import files

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.benchmark import read_benchmark, write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.markup import Markup, element
from fourdp_qa.inspection.site.tree import tree_of
from fourdp_qa.inspection.site.writing import write_site


def tree(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


def read_script(path):
    """The JSON that a data file hands over."""
    return json.loads(path.read_text(encoding="ascii").partition(" = ")[2].rstrip(";\n"))


def cards(site):
    return [card for path in sorted((site / "data").glob("cards-*.js")) for card in read_script(path)]


def texts(node):
    return node if isinstance(node, str) else " ".join(texts(child) for child in node[2:])


def nodes(node):
    if not isinstance(node, str):
        yield node
        for child in node[2:]:
            yield from nodes(child)


@pytest.fixture(scope="module")
def site(squares, tmp_path_factory):
    return write_site(squares, tmp_path_factory.mktemp("site") / "site").page.parent


@pytest.fixture(scope="module")
def bench(squares, tmp_path_factory):
    folder, out = DatasetFolder.open(squares), tmp_path_factory.mktemp("bench") / "bench"
    write_benchmark(folder.rows(), folder.split_folder, out, "squares-mini")
    return out


def test_every_row_is_there_once_with_its_question_and_its_answer(squares, site):
    index, made = read_script(site / "data" / "index.js"), cards(site)
    rows = sorted(DatasetFolder.open(squares).rows(), key=lambda row: row.id)
    assert index["ids"] == [row.id for row in rows]
    for row, question, card in zip(rows, index["questions"], made, strict=True):
        assert question == row.question
        assert all(text in texts(card) for text in (row.id, row.question, row.answer_text, *row.options))


def test_filters_say_what_the_columns_say(squares, site):
    rows = sorted(DatasetFolder.open(squares).rows(), key=lambda row: row.id)
    facets = {f["key"]: [f["values"][code][0] for code in f["codes"]]
              for f in read_script(site / "data" / "index.js")["facets"]}
    for key, column in (("type", "question_type"), ("format", "format"), ("entangled", "entangled"),
                        ("source", "source"), ("naming", "naming")):
        assert facets[key] == [getattr(row, column) for row in rows]
    first = rows[0]
    assert (first.format, facets["answer"][0]) == ("yes_no", "Yes")
    assert facets["label"][0] == "the camera moves to the right"
    assert facets["margin"][0] == "1 to 2" and first.margin == 1.5
    assert {m for m, row in zip(facets["margin"], rows, strict=True) if row.format == "track"} == {
        "no threshold (tracks)"}


def test_links_to_clips_are_relative_and_lead_to_them(squares, site):
    folder = DatasetFolder.open(squares)
    for link, poster in read_script(site / "data" / "index.js")["clips"]:
        assert not link.startswith("/") and ":" not in link
        assert (site / link).resolve().is_relative_to(folder.split_folder)
        assert (site / link).is_file() and (site / poster).is_file()
    assert not (site / "clips").exists()


def test_a_benchmarks_clips_lie_in_its_site_once_each(bench, tmp_path):
    made = write_site(bench, tmp_path / "site").page.parent
    stored = sorted(path.read_bytes() for path in (made / "clips").iterdir())
    assert stored == sorted(read_benchmark(bench).clips.values())


def test_with_clips_a_folders_site_needs_nothing_beside_it(squares, tmp_path):
    made = write_site(squares, tmp_path / "site", with_clips=True).page.parent
    for link, _ in read_script(made / "data" / "index.js")["clips"]:
        assert (made / link).resolve().is_relative_to(made.resolve()) and (made / link).is_file()


def test_without_clips_there_are_questions_all_the_same(squares_without_clips, tmp_path):
    made = write_site(squares_without_clips, tmp_path / "site").page.parent
    assert {tuple(clip) for clip in read_script(made / "data" / "index.js")["clips"]} == {("", "")}
    assert len(cards(made)) == 18


def test_the_same_folder_gives_the_same_site(squares, site, tmp_path):
    shutil.copytree(squares, tmp_path / "fourdp-qa")
    again = write_site(tmp_path / "fourdp-qa", tmp_path / "beside" / "site").page.parent
    other = {"data/index.js"}  # its links to the clips depend on where it lies
    assert {k: v for k, v in tree(again).items() if k not in other} == {
        k: v for k, v in tree(site).items() if k not in other}


def test_an_earlier_site_is_replaced_and_what_is_the_users_is_kept(squares, squares_without_clips, tmp_path):
    write_site(squares, tmp_path / "site", with_clips=True)
    (tmp_path / "site" / "CNAME").write_text("example.org")
    write_site(squares_without_clips, tmp_path / "site")
    assert (tmp_path / "site" / "CNAME").read_text() == "example.org"
    assert not (tmp_path / "site" / "clips").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_folder_with_other_things_is_never_replaced(squares, tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(FourdpQaError, match="found a folder with other files"):
        write_site(squares, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]
    with pytest.raises(FourdpQaError, match="found a file, expected a folder"):
        write_site(squares, tmp_path / "index.html")


@pytest.mark.parametrize(("damage", "said"), [
    (lambda clip: clip.unlink(), r"clip .*00000000\.mp4 of row sqr-.* the file is missing"),
    (lambda clip: clip.write_bytes(b""), r"clip .*00000000\.mp4: cannot be decoded")])
def test_a_clip_that_cannot_be_shown_is_named(squares, tmp_path, damage, said):
    shutil.copytree(squares, tmp_path / "fourdp-qa")
    damage(tmp_path / "fourdp-qa/train/videos/squares/00/00000000.mp4")
    with pytest.raises(FourdpQaError, match=said):
        write_site(tmp_path / "fourdp-qa", tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_the_script_builds_every_element_and_attribute_of_the_cards(site):
    # What it does not know it leaves out: a new element of the card would silently be missing.
    script = (site / "card.js").read_text()
    known = {name for part in re.findall(r"new Set\(\[(.*?)\]\)", script, re.DOTALL)
             for name in re.findall(r'"(\w+)"', part)}
    attributes = re.compile(re.search(r"ATTRIBUTES = /(.*?)/;", script)[1])
    for card in cards(site):
        for name, given, *_ in nodes(card):
            assert name in known
            # A second element with the row's id would draw the page to itself at every link.
            assert all(attributes.match(key) for key in given if key not in ("style", "id")), given


def test_no_text_is_ever_read_as_markup_or_script(site, hostile):
    assert any(hostile in texts(card) for card in cards(site)), "kept as it is, as text"
    never = re.compile(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|"
                       r"https?:(?!//www\.w3)")
    for path in [*site.glob("*.js"), site / "index.html"]:
        assert not never.search(path.read_text())
    for path in (site / "data").iterdir():
        path.read_text(encoding="ascii")


def test_trees_are_what_was_written():
    markup = element("p", "a < b & \"c\"", element("svg", element("path", d="M0,0"), viewBox="0 0 1 1"))
    drawing = ["svg", {"viewBox": "0 0 1 1"}, ["path", {"d": "M0,0"}]]
    assert tree_of(markup) == ["p", {}, 'a < b & "c"', drawing]
    for wrong in ("<p></p><p></p>", "<p><b></p></b>", "text", "<p>"):
        with pytest.raises(ValueError, match="markup"):
            tree_of(Markup(wrong))


def test_on_the_command_line(squares, tmp_path):
    made = CliRunner().invoke(main, ["gallery", str(squares), "--all", "--out", str(tmp_path / "site")])
    assert "18 questions, 2 clips" in made.stdout
    assert (tmp_path / "site" / "index.html").is_file()
    wrong = CliRunner().invoke(main, ["gallery", str(squares), "--with-clips"])
    assert wrong.exit_code == 1 and "--with-clips: found no --all" in wrong.stderr


def test_the_files_of_the_site_are_shipped():
    names = {path.name for path in files("fourdp_qa.inspection.site").iterdir()}
    assert {"site.html", "site.css", "site.js", "card.js"} <= names
