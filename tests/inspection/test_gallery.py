"""The gallery: one page, nothing from outside, answers kept back, every kind shown."""

from __future__ import annotations

import base64
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.gallery import QUESTIONS, write_gallery
from fourdp_qa.inspection.gallery_selection import choose_clips
from fourdp_qa.questions.registry import TYPES


@pytest.fixture(scope="module")
def page(squares, tmp_path_factory):
    return write_gallery(squares, tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def text(page):
    return page.read_text(encoding="utf-8")


class Elements(HTMLParser):
    """All elements of a page with their attributes, and the depth at its end."""

    VOID = frozenset({"meta", "img", "input", "br"})

    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_refers_to_nothing_outside_itself(text):
    assert not re.search(r"https?:|//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
    for _, attributes in Elements(text).found:
        for name in ("src", "href", "poster", "srcset"):
            assert attributes.get(name, "data:").startswith("data:")


def test_every_element_is_closed(text):
    assert Elements(text).open == []


def test_a_clip_is_embedded_once_and_decodes_to_its_own_frames(squares, text):
    folder = DatasetFolder.open(squares)
    paths = {folder.clip_path(row) for row in folder.rows()}
    embedded = re.findall(r"data:video/mp4;base64,([A-Za-z0-9+/=]+)", text)
    assert sorted(map(base64.b64decode, embedded)) == sorted(p.read_bytes() for p in paths)
    assert decode_clip(base64.b64decode(embedded[0])).shape == (12, 64, 64, 3)


def test_videos_are_muted_looping_and_controllable(text):
    videos = [attributes for tag, attributes in Elements(text).found if tag == "video"]
    assert len(videos) == 2
    for attributes in videos:
        assert {"muted", "loop", "playsinline", "controls"} <= set(attributes)


def test_every_question_and_its_answer_are_on_the_page(squares, text):
    cards = [a for tag, a in Elements(text).found if a.get("class") == "card"]
    rows = DatasetFolder.open(squares).rows()
    assert {card["id"] for card in cards} == {row.id for row in rows}
    right = [a for _, a in Elements(text).found if a.get("data-right") == "yes"]
    assert len(right) == sum(row.format in ("yes_no", "multiple_choice") for row in rows)


def test_hostile_captions_are_text_and_no_script(text, hostile):
    assert hostile not in text
    assert "&lt;script&gt;alert" in text
    assert sum(tag == "script" for tag, _ in Elements(text).found) == 1


def test_the_same_folder_gives_the_same_page(squares, tmp_path, text):
    assert write_gallery(squares, tmp_path / "again.html").read_text(encoding="utf-8") == text


def test_a_folder_without_clips_still_has_a_gallery(squares_without_clips, tmp_path):
    text = write_gallery(squares_without_clips, tmp_path).read_text(encoding="utf-8")
    assert "<video" not in text
    assert "generated without clips" in text
    assert text.count('class="card"') == 18


def test_what_is_no_dataset_folder_is_refused_in_one_line(tmp_path):
    with pytest.raises(FourdpQaError, match="fourdp-qa generate"):
        write_gallery(tmp_path, tmp_path / "gallery.html")


def test_a_page_that_cannot_be_written_is_named(squares, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FourdpQaError, match=r"gallery .*: found a file .*/file, expected a folder; choose"):
        write_gallery(squares, tmp_path / "file" / "gallery.html")


def test_a_clip_with_a_question_of_each_type_shows_all_of_them():
    assert len(TYPES) <= QUESTIONS  # ids sort by type: a smaller cut would always fall on the last one


def test_a_missing_clip_is_named_with_its_row(squares, tmp_path):
    broken = tmp_path / "fourdp-qa"
    shutil.copytree(squares, broken)
    shutil.rmtree(broken / "train" / "videos" / "squares" / "00")
    with pytest.raises(FourdpQaError, match=r"clip .*00000000\.mp4 of row sqr-"):
        write_gallery(broken, tmp_path / "gallery.html")


def many_rows(squares, clips):
    """The folder's rows, spread over more clips: clip n has the rows whose number is n modulo 9."""
    rows = DatasetFolder.open(squares).rows()
    return [
        replace(rows[n % 9], id=f"{rows[n % 9].id[:-4]}{n:04d}", file_name=f"videos/{n:03d}.mp4")
        for n in range(clips)
    ]


def test_few_clips_still_show_every_type_naming_and_format(squares):
    rows = many_rows(squares, 60)
    shown = [row for clip in choose_clips(rows, 9, 12) for row in clip.rows]
    for column in ("question_type", "naming", "format", "entangled"):
        assert {getattr(r, column) for r in shown} == {getattr(r, column) for r in rows}


def test_a_cut_under_one_clip_leaves_some_of_each_type(squares):
    rows = [replace(row, file_name="one.mp4") for row in DatasetFolder.open(squares).rows()]
    (clip,) = choose_clips(rows, 24, 8)
    assert len(clip.rows) == 8
    assert clip.hidden == 10
    assert len({row.question_type for row in clip.rows}) == 6


def test_the_choice_does_not_depend_on_the_order_of_rows(squares):
    rows = many_rows(squares, 60)
    assert choose_clips(rows, 5, 3) == choose_clips(rows[::-1], 5, 3)


def test_a_benchmark_has_a_gallery_with_the_same_questions_and_clips(squares, tmp_path, text):
    folder = DatasetFolder.open(squares)
    write_benchmark(folder.rows(), folder.split_folder, tmp_path / "bench", "squares-mini")
    page = write_gallery(tmp_path / "bench", tmp_path).read_text(encoding="utf-8")
    assert "squares-mini" in page
    pattern = r'<article class="card" id="([^"]+)"|data:video/mp4;base64,([A-Za-z0-9+/=]+)'
    assert sorted(re.findall(pattern, page)) == sorted(re.findall(pattern, text))
