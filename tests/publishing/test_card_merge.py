"""Our part of a card is replaced, what people write in it stays."""

from __future__ import annotations

import pytest
import yaml
from loopback_hub import Stored

from fourdp_qa.publishing.card_merge import merge_card

NAME = "acme/fourdp-qa"
OLD = "---\nlicense: other\nlicense_name: theirs\npretty_name: toy\n---\n\n# Toy\n\nTwelve clips.\n"
NEW = "---\nlicense: cc-by-4.0\npretty_name: toy\n---\n\n# Toy\n\nEleven clips.\n"


def head_of(card):
    return yaml.safe_load(card.split("---\n")[1])


def body_of(card):
    return card.split("---\n", 2)[2]


@pytest.fixture
def there():
    """The card as the first push left it."""
    return merge_card(OLD, None).text


def test_a_first_card_is_ours_between_two_lines(there):
    assert head_of(there) == head_of(OLD)
    lines = body_of(there).strip().splitlines()
    assert lines[1:-1] == ["# Toy", "", "Twelve clips."]
    assert lines[0].startswith("<!-- fourdp-qa wrote from here")
    assert lines[-1] == "<!-- fourdp-qa wrote to here -->"


def test_a_new_card_takes_the_place_of_an_untouched_one(there):
    merged = merge_card(NEW, there)
    assert merged == merge_card(NEW, None)
    assert "license_name" not in merged.text, "a key of ours that is no longer there goes"


def test_text_around_our_part_stays(there):
    head, body = there.split("---\n\n", 1)
    edited = f"{head}---\n\n# Read this first\n\n{body}\n## Talks\n\nOne.\n"
    merged = merge_card(NEW, edited)
    text = body_of(merged.text)
    assert text.index("# Read this first") < text.index("Eleven clips.") < text.index("## Talks")
    assert "Twelve" not in text and merged.note == "what people wrote in the card is kept"
    assert merge_card(NEW, merged.text).text == merged.text, "nothing is left to send"


def test_our_part_changed_by_hand_stays_as_it_is(there):
    edited = there.replace("Twelve clips.", "Twelve clips, filmed by Ann.")
    merged = merge_card(NEW, edited)
    assert body_of(merged.text) == body_of(edited)
    assert head_of(merged.text) == head_of(NEW), "the digests of the data are ours in any case"
    assert "changed by hand and is kept" in merged.note
    assert merge_card(NEW, merged.text).text == merged.text


def test_a_card_that_was_there_before_stays_above_ours():
    theirs = "---\nlicense: mit\n---\n# Our lab's data\n\nSee our page.\n"
    merged = merge_card(NEW, theirs)
    assert body_of(merged.text).startswith("\n# Our lab's data\n\nSee our page.\n\n<!-- fourdp-qa")
    assert head_of(merged.text) == head_of(NEW)
    assert merge_card(NEW, merged.text).text == merged.text


def test_a_card_sent_by_other_means_is_not_doubled():
    assert merge_card(NEW, NEW).text == merge_card(NEW, None).text


@pytest.mark.parametrize("theirs", [
    "", "just text\n", "---\n- a list\n---\ntext\n", "---\na: [\n---\ntext\n"])
def test_a_card_without_yaml_that_can_be_read(theirs):
    merged = merge_card(NEW, theirs)
    assert head_of(merged.text) == head_of(NEW)
    assert "Eleven clips." in merged.text and ("text" in merged.text) == ("text" in theirs)
    assert merge_card(NEW, merged.text).text == merged.text


def test_keys_that_are_not_ours_stay(there):
    edited = there.replace("---\n\n", "extra_gated_prompt: Please ask.\nthumbnail: a.png\n---\n\n", 1)
    assert head_of(merge_card(NEW, edited).text) == {
        **head_of(NEW), "extra_gated_prompt": "Please ask.", "thumbnail": "a.png"}


def test_lines_of_other_systems_are_the_same_lines(there):
    assert merge_card(NEW, there.replace("\n", "\r\n")).text == merge_card(NEW, None).text


def test_a_card_that_was_fetched_from_the_hub_is_sent_as_it_is(there):
    """To another repository too, with what people wrote."""
    fetched = there + "\n## Talks\n\nOne.\n"
    assert merge_card(fetched, None).text == fetched
    assert merge_card(fetched, fetched).text == fetched
    assert merge_card(fetched, merge_card(NEW, None).text).text == there, "there, nobody wrote anything"


def test_every_key_that_a_card_of_ours_has_is_known_as_ours(written):
    from fourdp_qa.publishing.card_merge import OWN_KEYS

    for name in ("fourdp-qa", "bench"):
        assert set(head_of((written / name / "README.md").read_text())) <= OWN_KEYS


def test_a_card_edited_on_the_hub_keeps_its_text_through_pushes(outcome_of, folder, hub):
    outcome_of(folder)
    card = hub.repos[NAME].files["README.md"].data.decode()
    hub.edit(NAME, "README.md", card + "\n## Known issues\n\nNone yet.\n")
    hub.forget()
    outcome = outcome_of(folder)
    assert outcome.pushed.note == "what people wrote in the card is kept" and hub.added() == []
    clip = sorted((folder / "train/videos").rglob("*.mp4"))[0]
    local = (folder / "README.md").read_text()
    (folder / "README.md").write_text(local.replace("# fourdp-qa", "# fourdp-qa, again", 1))
    outcome_of(folder)
    now = hub.repos[NAME].files["README.md"].data.decode()
    assert hub.added() == ["README.md"]
    assert "# fourdp-qa, again" in now and now.endswith("## Known issues\n\nNone yet.\n")
    assert isinstance(hub.repos[NAME].files[f"{clip.relative_to(folder).as_posix()}"], Stored)
