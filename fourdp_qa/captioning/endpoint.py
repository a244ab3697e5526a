"""A model behind an OpenAI-compatible endpoint, asked with the standard library alone.

The key is read from the environment, sent in one header to the one address given, and taken out of
everything a server says: it is in no message, no file and no redirected request.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import IO, Any
from urllib.parse import urlsplit

from fourdp_qa.captioning.constants import (
    FAILURES_IN_A_ROW,
    FIRST_WAIT_S,
    MAX_NEW_TOKENS,
    MAX_REPLY_BYTES,
    MOST_WAIT_S,
    TRIES,
)
from fourdp_qa.captioning.questions import AskingError, Question
from fourdp_qa.errors import FourdpQaError

_HOPELESS = {401: "the key is refused", 403: "the key may not do this", 404: "nothing is there"}
_BUSY = (408, 409, 425, 429)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the standard handler would carry the key along."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: Message, newurl: str,
    ) -> None:
        return None


@dataclass
class Endpoint:
    """POST {url}/chat/completions, with patience.

    Attributes
    ----------
    url : str
        Base address, e.g. ``http://localhost:8000/v1``.
    name : str
        Name of the model as the server knows it.
    key_variable : str
        Environment variable the key came from, for messages.
    key : str
        The key; empty for servers that need none.
    request : mapping
        Fields put into the body of every request; null removes one of ours.
    timeout : float
        Seconds to wait for one answer.
    retries : int
        Requests that had to be repeated.
    """

    url: str
    name: str
    key_variable: str = "OPENAI_API_KEY"
    key: str = field(default="", repr=False)
    request: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    retries: int = 0

    def __post_init__(self) -> None:
        """Refuse addresses that nothing can be posted to, or that carry a secret."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FourdpQaError(
                f"--endpoint {self._shown(self.url)}: expected an address such as http://localhost:8000/v1")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise FourdpQaError(
                "--endpoint: found an address with a password, query or fragment, expected a plain one; "
                f"put a key into ${self.key_variable}")
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._failed_in_a_row = 0
        self._opener = urllib.request.build_opener(_StayHere)

    @property
    def identity(self) -> str:
        """The model's name with the extra fields; a model is the same behind any address."""
        return f"{self.name} {json.dumps(dict(self.request), sort_keys=True)}" if self.request else self.name

    def stop(self) -> None:
        """Let no request begin or be repeated any more."""
        self._stop.set()

    def answer(self, question: Question) -> str:
        """The words of the first choice.

        Raises
        ------
        AskingError
            When the server goes on failing for this question, or answers with something else.
        FourdpQaError
            When the key or the address is wrong, the server cannot be reached, or many questions fail
            one after the other.
        """
        try:
            said = self._patiently(question)
        except AskingError as error:
            with self._lock:
                self._failed_in_a_row += 1
                if self._failed_in_a_row >= FAILURES_IN_A_ROW:
                    self._stop.set()
                    raise FourdpQaError(
                        f"{error}; {self._failed_in_a_row} questions failed one after the other, "
                        "what was answered is kept and the same command goes on") from None
            raise
        with self._lock:
            self._failed_in_a_row = 0
        return said

    def _patiently(self, question: Question) -> str:
        body = self._body(question)
        wait = FIRST_WAIT_S
        for number in range(1, TRIES + 1):
            if self._stop.is_set():
                raise AskingError("stopped before it was asked")
            try:
                return self._words(self._post(body))
            except _TryAgainError as error:
                if error.wait > MOST_WAIT_S:
                    raise AskingError(
                        f"{error}; it asks to wait {error.wait:.0f} s, longer than {MOST_WAIT_S:.0f} s"
                    ) from None
                if number == TRIES:
                    if error.unreachable:
                        raise FourdpQaError(f"{error}; tried {TRIES} times; start the server, or correct its "
                                            "address, and run the same command again") from None
                    raise AskingError(f"{error}; tried {TRIES} times") from None
                with self._lock:
                    self.retries += 1
                self._stop.wait(error.wait if error.wait >= 0 else wait)
                wait *= 2
        raise AskingError("not asked")

    def _body(self, question: Question) -> bytes:
        content: list[dict[str, Any]] = [
            {"type": "image_url", "image_url": {
                "url": f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"}}
            for picture in question.pictures
        ]
        content.append({"type": "text", "text": question.text})
        body: dict[str, Any] = {
            "model": self.name, "temperature": 0, "max_tokens": MAX_NEW_TOKENS,
            "messages": [{"role": "user", "content": content}],
        } | dict(self.request)
        return json.dumps({k: v for k, v in body.items() if v is not None}).encode()

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        address = f"{self.url.rstrip('/')}/chat/completions"
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - http(s) only, see above
        try:
            with self._opener.open(request, timeout=self.timeout) as reply:
                data: bytes = reply.read(MAX_REPLY_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            late = isinstance(reason, TimeoutError)
            raise _TryAgainError(
                f"{address}: {self._shown(str(reason) or type(reason).__name__)}",
                unreachable=not late) from None
        if len(data) > MAX_REPLY_BYTES:
            raise AskingError(f"{address}: found a reply of more than {MAX_REPLY_BYTES} bytes")
        return data

    def _refusal(self, error: urllib.error.HTTPError) -> FourdpQaError:
        """What an HTTP status means: hopeless for all, for this question, or for now."""
        try:
            said = error.read(2000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            said = ""
        place = f"{self.url}: HTTP {error.code} {self._shown(_message(said) or str(error.reason))}"
        if error.code in _BUSY or error.code >= 500:
            return _TryAgainError(place, wait=_retry_after(error.headers.get("Retry-After")))
        if error.code in _HOPELESS or 300 <= error.code < 400:
            self._stop.set()
            why = _HOPELESS.get(error.code, "it sends elsewhere, give the address it sends to")
            where = f" (model {self.name}, key from ${self.key_variable})" if self.key else (
                f" (model {self.name}, ${self.key_variable} holds no key)")
            return FourdpQaError(f"{place}: {why}{where}")
        return AskingError(place)

    def _words(self, reply: bytes) -> str:
        try:
            words = json.loads(reply)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            words = None
        if not isinstance(words, str):
            raise AskingError(
                f"{self.url}: found {self._shown(reply[:80].decode('utf-8', 'replace'))!r}, expected "
                "choices[0].message.content")
        return words

    def _shown(self, text: str) -> str:
        """One line without the key."""
        text = " ".join(text.split())
        return text.replace(self.key, "***") if self.key else text


class _TryAgainError(FourdpQaError):
    """Busy or out of reach for now; `wait` is what the server asked for in seconds, -1 for nothing."""

    def __init__(self, message: str, *, wait: float = -1.0, unreachable: bool = False) -> None:
        super().__init__(message)
        self.wait, self.unreachable = wait, unreachable


def _retry_after(value: str | None) -> float:
    """Seconds of a Retry-After header, a number or a date; -1 where it says nothing."""
    if not value:
        return -1.0
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return -1.0


def _message(body: str) -> str:
    """The message of an error in OpenAI's form, else the body's beginning."""
    try:
        said = json.loads(body)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        said = body
    return str(said)[:200]
