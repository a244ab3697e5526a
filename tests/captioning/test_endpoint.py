"""What is sent to an endpoint, and what is made of everything it may answer."""

from __future__ import annotations

import io
import json
import socket

import pytest
from PIL import Image

from fourdp_qa.captioning import endpoint as module
from fourdp_qa.captioning.constants import FAILURES_IN_A_ROW, TRIES
from fourdp_qa.captioning.endpoint import Endpoint
from fourdp_qa.captioning.questions import AskingError, Question
from fourdp_qa.errors import FourdpQaError

KEY = "sk-secret-1234567890"


def picture():
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(file, "JPEG")
    return file.getvalue()


QUESTION = Question("What is this?", (picture(), picture()))


@pytest.fixture
def asker(endpoint, quick):
    endpoint.says = lambda body: "red box"
    return Endpoint(endpoint.url, "some-model", key=KEY)


def test_the_request_holds_model_pictures_text_and_key(asker, endpoint):
    assert asker.answer(QUESTION) == "red box"
    (body,), (headers,) = endpoint.requests, endpoint.headers
    assert endpoint.paths == ["/v1/chat/completions"]
    assert body["model"] == "some-model"
    assert body["temperature"] == 0
    assert [part["type"] for part in body["messages"][0]["content"]] == ["image_url", "image_url", "text"]
    assert body["messages"][0]["content"][2]["text"] == "What is this?"
    assert headers["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_no_header_is_sent(endpoint):
    endpoint.says = lambda body: "x"
    Endpoint(endpoint.url, "m").answer(QUESTION)
    assert "Authorization" not in endpoint.headers[0]


def test_fields_can_be_added_and_removed(endpoint):
    endpoint.says = lambda body: "x"
    Endpoint(endpoint.url, "m", request={"temperature": None, "max_completion_tokens": 9}).answer(QUESTION)
    assert "temperature" not in endpoint.requests[0]
    assert endpoint.requests[0]["max_completion_tokens"] == 9


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_busy_server_is_asked_again(asker, endpoint, status):
    endpoint.play = [(status, {}, "busy")] * 3
    assert asker.answer(QUESTION) == "red box"
    assert len(endpoint.requests) == 4
    assert asker.retries == 3


def test_retry_after_is_respected(asker, endpoint, monkeypatch):
    waited = []
    monkeypatch.setattr(asker._stop, "wait", waited.append)
    endpoint.play = [(429, {"Retry-After": "7"}, ""), (503, {"Retry-After": "0"}, ""), (429, {}, "")]
    asker.answer(QUESTION)
    assert waited == [7.0, 0.0, module.FIRST_WAIT_S * 4]


def test_a_retry_after_date_is_understood():
    from email.utils import formatdate

    assert module._retry_after(formatdate(usegmt=True)) == 0.0
    assert module._retry_after("soon") == -1.0
    assert module._retry_after(None) == -1.0


def test_a_long_retry_after_is_left_to_a_person(asker, endpoint):
    endpoint.play = [(429, {"Retry-After": "3600"}, "quota")]
    with pytest.raises(AskingError, match="asks to wait 3600 s"):
        asker.answer(QUESTION)
    assert len(endpoint.requests) == 1


def test_tries_are_bounded(asker, endpoint):
    endpoint.play = [(500, {}, "broken")] * 50
    with pytest.raises(AskingError, match=f"HTTP 500 broken; tried {TRIES} times"):
        asker.answer(QUESTION)
    assert len(endpoint.requests) == TRIES


def test_a_server_out_of_reach_ends_the_command_and_says_what_to_do(quick):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    with pytest.raises(FourdpQaError, match=f"tried {TRIES} times; start the server, or correct") as caught:
        Endpoint(url, "some-model").answer(QUESTION)
    assert not isinstance(caught.value, AskingError)


@pytest.mark.parametrize("reply", [
    "no json", "[]", "{}", '{"choices": []}', '{"choices": [{"message": {"content": null}}]}',
    '{"choices": [{"message": {"content": 5}}]}',
])
def test_garbage_fails_one_question(asker, endpoint, reply):
    endpoint.play = [(200, {}, reply)]
    with pytest.raises(AskingError, match=r"expected choices\[0\].message.content"):
        asker.answer(QUESTION)
    assert asker.answer(QUESTION) == "red box"


def test_a_bad_request_fails_one_question_at_once(asker, endpoint):
    endpoint.play = [(400, {}, json.dumps({"error": {"message": "too many pictures"}}))]
    with pytest.raises(AskingError, match="HTTP 400 too many pictures"):
        asker.answer(QUESTION)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(("status", "said"), [(401, "the key is refused"), (403, "may not"),
                                              (404, "nothing is there")])
def test_a_hopeless_answer_stops_everything(asker, endpoint, status, said):
    endpoint.play = [(status, {}, f"Incorrect key {KEY} given")]
    with pytest.raises(FourdpQaError, match=said) as caught:
        asker.answer(QUESTION)
    assert not isinstance(caught.value, AskingError)
    assert KEY not in str(caught.value)
    assert "some-model" in str(caught.value)
    with pytest.raises(AskingError, match="stopped"):
        asker.answer(QUESTION)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(asker, endpoint, status):
    endpoint.play = [(status, {"Location": endpoint.url + "/elsewhere"}, "")]
    with pytest.raises(FourdpQaError, match="sends elsewhere"):
        asker.answer(QUESTION)
    assert len(endpoint.requests) == 1


def test_a_server_that_is_not_there_stops_everything(quick, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(FourdpQaError, match="tried") as caught:
        Endpoint("http://127.0.0.1:9/v1", "m").answer(QUESTION)
    assert not isinstance(caught.value, AskingError)


def test_many_failures_in_a_row_stop_everything(asker, endpoint):
    endpoint.play = [(400, {}, "no")] * 100
    for _ in range(FAILURES_IN_A_ROW - 1):
        with pytest.raises(AskingError):
            asker.answer(QUESTION)
    with pytest.raises(FourdpQaError, match="one after the other"):
        asker.answer(QUESTION)


@pytest.mark.parametrize("url", ["ftp://host/v1", "file:///etc/passwd", "localhost:8000", "http://",
                                 "http://u:secretpw@host/v1", "http://host/v1?key=secretpw"])
def test_addresses_that_cannot_be_used_are_refused(url):
    with pytest.raises(FourdpQaError, match="--endpoint") as caught:
        Endpoint(url, "m")
    assert "secretpw" not in str(caught.value)


def test_the_key_is_not_in_the_repr():
    assert KEY not in repr(Endpoint("http://h/v1", "m", key=KEY))


def test_a_stopped_endpoint_waits_for_nothing(asker, endpoint):
    """Ctrl-C while a busy server asks for a minute."""
    import threading
    import time

    endpoint.play = [(429, {"Retry-After": "60"}, "busy")]
    threading.Timer(0.3, asker.stop).start()
    begun = time.monotonic()
    with pytest.raises(AskingError, match="stopped"):
        asker.answer(QUESTION)
    assert time.monotonic() - begun < 10
