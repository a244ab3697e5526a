"""The gallery as a person meets it: clips play, answers wait, nothing is fetched."""

from __future__ import annotations

import pytest

from fourdp_qa.inspection.gallery import write_gallery

WAIT_FOR_PLAYING = """
Promise.all([...document.querySelectorAll("video")].map(async video => {
  video.scrollIntoView();
  await video.play();
  const start = performance.now();
  let frames = 0, last = -1;
  while (frames < 8 && performance.now() - start < 15000) {
    await new Promise(done => requestAnimationFrame(done));
    if (video.currentTime !== last) { last = video.currentTime; frames += 1; }
    if (video.paused) await video.play();
  }
  return [frames, video.videoWidth, video.error === null];
}))
"""
VISIBLE_ANSWERS = """
[...document.querySelectorAll(".answer")].filter(e => e.getClientRects().length).length
"""


@pytest.fixture(scope="module")
def page(squares, tmp_path_factory):
    return write_gallery(squares, tmp_path_factory.mktemp("gallery"))


def test_every_clip_plays(browser, page):
    browser.open(page)
    for frames, width, sound in browser.run(WAIT_FOR_PLAYING):
        assert frames == 8
        assert width == 64
        assert sound


def test_the_clip_in_view_starts_by_itself(browser, page):
    browser.open(page)
    browser.run("document.querySelector('video').scrollIntoView()")
    assert browser.run("""new Promise(done => {
      const video = document.querySelector("video");
      const end = performance.now() + 10000;
      (function look() {
        if (video.currentTime > 0.2 || performance.now() > end) done(video.currentTime > 0.2);
        else requestAnimationFrame(look);
      })();
    })""")


def test_nothing_is_fetched_and_nothing_fails(browser, page):
    browser.open(page)
    browser.run(WAIT_FOR_PLAYING)
    assert [url for url in browser.requests if not url.startswith("data:")] == [page.as_uri()]
    assert browser.errors == []


def test_answers_are_hidden_until_asked_for(browser, page):
    browser.open(page)
    assert browser.run(VISIBLE_ANSWERS) == 0
    browser.run("document.getElementById('answers').click()")
    assert browser.run(VISIBLE_ANSWERS) > 18
    browser.run("document.getElementById('answers').click()")
    assert browser.run(VISIBLE_ANSWERS) == 0


def test_the_right_option_looks_like_the_others_until_asked_for(browser, page):
    browser.open(page)
    styles = """new Set([...document.querySelector(".choices").children].map(
        c => JSON.stringify([getComputedStyle(c).borderColor, getComputedStyle(c).fontWeight,
                             getComputedStyle(c, "::after").content]))).size"""
    assert browser.run(styles) == 1
    browser.run("document.querySelector('.reveal').click()")
    assert browser.run(styles) == 2


def test_picking_an_answer_reveals_and_counts_it(browser, page):
    browser.open(page)
    browser.run("document.querySelectorAll('.card')[0].querySelector('[data-right=yes]').click()")
    browser.run("document.querySelectorAll('.card')[1].querySelector('[data-right=no]').click()")
    assert browser.run("document.getElementById('status').textContent").endswith(
        "you: 1 of 2 right"
    )
    assert browser.run("document.querySelectorAll('.card.revealed').length") == 2


def test_a_picked_answer_stays_picked_when_all_are_shown(browser, page):
    browser.open(page)
    browser.run("document.querySelectorAll('.card')[1].querySelector('[data-right=no]').click()")
    browser.run("document.getElementById('answers').click()")
    browser.run("document.querySelectorAll('.card')[1].querySelector('[data-right=yes]').click()")
    assert browser.run("document.getElementById('status').textContent").endswith(
        "you: 0 of 1 right"
    )


def test_filters_combine(browser, page):
    browser.open(page)
    choose = """(column, value) => {
      const select = document.querySelector(`select[data-column=${column}]`);
      select.value = value;
      select.dispatchEvent(new Event("change"));
    }"""
    browser.run(f"({choose})('type', 'camera_movement')")
    assert browser.run("document.getElementById('status').textContent") == "6 of 18 questions"
    browser.run(f"({choose})('format', 'yes_no')")
    assert browser.run("document.getElementById('status').textContent") == "2 of 18 questions"
    browser.run(f"({choose})('naming', 'pixel')")
    assert browser.run("document.querySelectorAll('.clip:not([hidden])').length") == 0


def test_dots_ride_along_with_the_clip_once_the_tracks_are_shown(browser, page):
    browser.open(page)
    visible = """[...document.querySelectorAll(".rider, .film circle")].filter(
        e => getComputedStyle(e).visibility === "visible").length"""
    browser.run("new Promise(done => setTimeout(done, 200))")
    assert browser.run(visible) == 0
    browser.run("document.getElementById('answers').click()")
    browser.run("new Promise(done => setTimeout(done, 500))")
    # Two clips with two track questions each: two dots on the figure and one on the clip.
    assert browser.run(visible) == 12


@pytest.mark.parametrize(("width", "mobile"), [(1280, False), (390, True)])
def test_nothing_is_cut_off_at_the_sides(browser, page, width, mobile):
    browser.open(page, width=width, mobile=mobile)
    browser.run("document.getElementById('answers').click()")
    assert browser.run("document.documentElement.scrollWidth") <= width
