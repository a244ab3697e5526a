"""No path of this machine and no token leaves it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loopback_hub import READER, WRITER

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.publishing.contents import read_contents
from fourdp_qa.publishing.leaks import refuse_leaks
from fourdp_qa.publishing.push import push

NAME = "acme/fourdp-qa"
HOME = "/home/ann/data/scene-7.npz"


def change_card(folder):
    with (folder / "README.md").open("a") as card:
        card.write(f"\nMade from `{HOME}`.\n")


def change_settings(folder):
    settings = json.loads((folder / "generation.json").read_text())
    (folder / "generation.json").write_text(json.dumps({**settings, "roots": [HOME]}))


def change_column(name, value):
    def change(folder):
        path = folder / "train/object_direction.parquet"
        table = pq.read_table(path)
        values = table[name].to_pylist()
        values[3] = value
        place = table.column_names.index(name)
        pq.write_table(table.set_column(place, name, pa.array(values, table.schema.field(name).type)), path)

    return change


def change_proofs(folder):
    path = folder / "proof/segments.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("captions")
    captions = [json.dumps([HOME, "lamp"]), *table["captions"].to_pylist()[1:]]
    pq.write_table(table.set_column(place, "captions", pa.array(captions)), path)


PLANTED = {
    "card": change_card,
    "settings": change_settings,
    "text column": change_column("scene_id", HOME),
    "inside JSON": change_column("objects", json.dumps([{"id": 1, "mask": HOME}])),
    "in a list": change_column("options", ["left", f"as in {HOME}", "up", "down"]),
    "proofs": change_proofs,
}


@pytest.mark.parametrize("planted", PLANTED)
def test_an_absolute_path_is_found(folder, planted):
    refuse_leaks(read_contents(folder).files, folder, WRITER)  # as it was generated
    PLANTED[planted](folder)
    with pytest.raises(FourdpQaError, match=f"found the absolute path '{HOME}'"):
        refuse_leaks(read_contents(folder).files, folder, WRITER)


def test_a_path_of_a_clip_in_a_benchmark_is_found(bench):
    table = pq.read_table(bench / "test.parquet")
    cells = table["video"].to_pylist()
    cells[0]["path"] = HOME
    place = table.column_names.index("video")
    changed = table.set_column(place, "video", pa.array(cells, table.schema.field("video").type))
    pq.write_table(changed, bench / "test.parquet")
    with pytest.raises(FourdpQaError, match=f"column video: found the absolute path '{HOME}'"):
        refuse_leaks(read_contents(bench).files, bench, None)


@pytest.mark.parametrize("text", [
    r"C:\Users\ann\scene", "file:///srv/scenes", "(/tmp/x)", '"/Users/ann/x"', "=/mnt/disk1/kubric",
    "~ /root/x",
])
def test_paths_of_many_machines(folder, text):
    change_column("scene_id", f"from {text}")(folder)
    with pytest.raises(FourdpQaError, match="found the absolute path"):
        refuse_leaks(read_contents(folder).files, folder, None)


@pytest.mark.parametrize("text", [
    "https://example.org/home/ann", "and/or", "Yes/No", "scenes/home/7", "s3://data/x", "1/2", "/", "a: /b",
    "C: yes",
])
def test_what_is_no_path_of_a_machine(folder, text):
    change_column("scene_id", text)(folder)
    refuse_leaks(read_contents(folder).files, folder, None)


def test_the_place_of_the_folder_is_found_wherever_it_lies(folder):
    """Also below a root that no list of usual roots has."""
    change_column("scene_id", f"x{folder.resolve()}/scene")(folder)
    with pytest.raises(FourdpQaError, match=f"found the absolute path '{folder.resolve()}"):
        refuse_leaks(read_contents(folder).files, folder, None)


def test_a_token_is_found_and_not_repeated(folder):
    change_column("scene_id", f"key={WRITER}")(folder)
    with pytest.raises(FourdpQaError, match="found the token") as error:
        refuse_leaks(read_contents(folder).files, folder, WRITER)
    assert WRITER not in str(error.value)


def test_a_folder_with_a_path_is_refused_before_anything_is_asked(outcome_of, folder, hub, really_checked):
    change_card(folder)
    with pytest.raises(FourdpQaError, match=f"README.md: line .*'{HOME}'|README.md.*{HOME}"):
        outcome_of(folder)
    assert hub.requests == []


def test_a_path_that_no_rule_of_a_sound_folder_finds_stops_the_push_too(outcome_of, folder, hub):
    change_proofs(folder)
    with pytest.raises(FourdpQaError, match=r"column captions: found the absolute path .*; nothing was sent"):
        outcome_of(folder)
    assert hub.requests == []


def test_nothing_that_came_in_holds_a_path_or_a_token(outcome_of, folder, bench, hub):
    outcome_of(folder)
    outcome_of(bench, "acme/bench")
    places = [str(folder), str(folder.parent), str(Path.home()) + "/", str(Path.cwd())]
    for request in hub.requests:
        for text in [*places, WRITER]:
            assert text.encode() not in request.body and text not in request.path, request
    assert {request.token for request in hub.requests if request.method != "PUT"} == {WRITER}
    # Storage is another server, with signed addresses.
    assert {request.token for request in hub.asked("upload")} == {""}


def test_no_log_holds_the_token_or_a_signed_address(
    outcome_of, folder, hub, caplog, capfd, monkeypatch
):
    import logging
    from types import SimpleNamespace

    from huggingface_hub.utils import _http
    from loopback_hub import Fault

    monkeypatch.setattr(_http, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr(logging.getLogger("huggingface_hub"), "propagate", True)
    hub.faults += [Fault("upload", 503), Fault("preupload", 429), Fault("commit", 500)]
    with caplog.at_level(logging.INFO):
        outcome = outcome_of(folder)
    output = capfd.readouterr()
    said = "\n".join([caplog.text, output.out, output.err, *outcome.said])
    assert len(outcome.said) == 3
    assert WRITER not in said and "Signature" not in said


@pytest.mark.parametrize(("token", "said"), [
    (None, "found no token, expected one with write access; run `hf auth login` or set HF_TOKEN"),
    ("hf_nobodys", "found a token that the Hub does not accept"),
    (READER, "found a token without write access there"),
])
@pytest.mark.parametrize("there", [True, False])
def test_who_may_not_write_is_told_what_to_do(folder, hub, checked, token, said, there):
    if there:
        hub.create(NAME, private=True)
    with pytest.raises(FourdpQaError) as error:
        push(folder, NAME, token=token, wait=lambda seconds: None)
    line = str(error.value)
    assert said in line and "`hf auth login`" in line and "\n" not in line
    assert token is None or token not in line
    assert hub.commits == []


def test_somebody_elses_organisation(outcome_of, folder, hub):
    with pytest.raises(FourdpQaError, match="found a token without write access there"):
        outcome_of(folder, "others/fourdp-qa")


def test_an_error_of_the_hub_that_repeats_the_token_is_cleaned(folder, hub, checked, monkeypatch):
    import loopback_hub

    monkeypatch.setattr(
        loopback_hub._Handler, "_commit",
        lambda self, body, repo, revision: (422, {"error": f"{self.token} may not\ndo this"}, {}))
    with pytest.raises(FourdpQaError, match="the Hub answered 422: <token> may not do this"):
        push(folder, NAME, token=WRITER)
