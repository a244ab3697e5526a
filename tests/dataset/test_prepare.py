"""After `prepare` the bare name works from anywhere, in fresh processes, offline and online."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError

PREPARE = "from fourdp_qa.dataset.prepare import prepare; print(prepare({path!r}).rows['all'])"
LOAD = """
from datasets import load_dataset
for config in (None, "depth", "all"):
    rows = load_dataset("fourdp-qa", config, split="train")
    stream = load_dataset("fourdp-qa", config, split="train", streaming=True).decode(False)
    print(config, len(rows), sum(1 for _ in stream), rows["seed"][0])
import fourdp_qa
print(fourdp_qa.frames(fourdp_qa.load("fourdp-qa", split="train")[7]).shape)
"""
EXPECTED = ["None 84 84 0", "depth 14 14 0", "all 84 84 0", "(12, 64, 64, 3)"]


class UnknownRepository(BaseHTTPRequestHandler):
    """A Hub that knows no repository: it answers 401, as the real one does to whoever has no token."""

    def do_HEAD(self):
        self.send_response(401)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()

    def log_message(self, format, *arguments):
        pass


@pytest.fixture
def asked():
    """Lines that let a process ask a Hub, and the Hub: one that knows nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), UnknownRepository)
    Thread(target=server.serve_forever, daemon=True).start()
    yield (f"import os; os.environ['HF_ENDPOINT'] = 'http://127.0.0.1:{server.server_port}'\n"
           "del os.environ['HF_HUB_OFFLINE']\n")
    server.shutdown()


def test_bare_name_per_type_and_stream_from_another_folder_offline_and_online(
    staged_example, tmp_path, python_elsewhere, asked
):
    publish(staged_example(tmp_path / "stage"), tmp_path / "home/fourdp-qa")
    prepared = python_elsewhere(PREPARE.format(path="fourdp-qa"), tmp_path / "home")
    assert prepared == "84"
    assert python_elsewhere(LOAD, tmp_path / "away").splitlines() == EXPECTED
    # Loading one type by its path must not become what the bare name gives elsewhere.
    python_elsewhere(
        "from datasets import load_dataset; load_dataset('fourdp-qa', 'depth')", tmp_path / "home"
    )
    assert python_elsewhere(asked + LOAD, tmp_path / "away").splitlines() == EXPECTED


def test_only_a_dataset_folder_can_be_prepared(tmp_path):
    with pytest.raises(FourdpQaError, match=r"found no README\.md with generation\.json"):
        prepare(tmp_path)
