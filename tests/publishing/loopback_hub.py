"""A Hub on this machine: what `huggingface_hub` and `datasets` need of data set repositories.

It keeps everything in memory, remembers every request with its bytes, and fails on demand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from hub_repositories import LARGE, Repo, Stored, entries
from loopback_server import Answering, LoopbackServer

WRITER = "hf_" + "WriterOfAcme" * 3
READER = "hf_" + "ReaderOfAcme" * 3
DATE = "2026-01-01T00:00:00.000Z"
REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
ROUTES = [  # method, endpoint's name, pattern of the path
    ("POST", "create", r"/api/repos/create"),
    ("POST", "yaml", r"/api/validate-yaml"),
    ("POST", "batch", rf"/datasets/{REPO}\.git/info/lfs/objects/batch"),
    ("PUT", "upload", r"/storage/(?P<rest>[0-9a-f]{64})"),
    ("POST", "verify", r"/storage/verify"),
    ("GET", "resolve", rf"/datasets/{REPO}/resolve/(?P<revision>[^/]+)/(?P<rest>.+)"),
    ("POST", "preupload", rf"/api/datasets/{REPO}/preupload/(?P<revision>[^/]+)"),
    ("POST", "commit", rf"/api/datasets/{REPO}/commit/(?P<revision>[^/]+)"),
    ("GET", "tree", rf"/api/datasets/{REPO}/tree/(?P<revision>[^/]+)/?(?P<rest>.*)"),
    ("POST", "paths", rf"/api/datasets/{REPO}/paths-info/(?P<revision>[^/]+)"),
    ("GET", "refs", rf"/api/datasets/{REPO}/refs"),
    ("GET", "info", rf"/api/datasets/{REPO}(?:/revision/(?P<revision>[^/]+))?"),
]


@dataclass
class Fault:
    """The next requests to an endpoint fail, after `passing` more that do not.

    `status` 0 closes the connection without an answer; `too_late` does the work first.
    """

    endpoint: str
    status: int = 503
    times: int = 1
    passing: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    too_late: bool = False


@dataclass(frozen=True)
class Request:
    """What came in."""

    endpoint: str
    method: str
    path: str
    token: str
    body: bytes = field(repr=False)


@dataclass
class Commit:
    """What a commit said."""

    summary: str
    added: list[str]
    deleted: list[str]


class LoopbackHub:
    """``with LoopbackHub() as hub:`` serves at ``hub.url``."""

    page = 40
    """Entries of a page of a listing; the Hub's own pages hold 1000."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.storage: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.commits: list[Commit] = []
        self.lock = threading.RLock()

    def __enter__(self) -> LoopbackHub:
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = LoopbackServer(Handler)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return self._server.address

    def create(self, name: str, *, private: bool = False, files: dict[str, bytes] | None = None) -> Repo:
        """A repository as the Hub makes it: with a commit that holds .gitattributes."""
        first = {".gitattributes": Stored(b"*.parquet filter=lfs\n*.mp4 filter=lfs\n", False)}
        first |= {path: Stored(data, path.endswith(LARGE)) for path, data in (files or {}).items()}
        self.repos[name] = repo = Repo(private)
        repo.add(first)
        return repo

    def edit(self, name: str, path: str, text: str) -> None:
        """Somebody changes a text on the Hub's page."""
        repo = self.repos[name]
        repo.add(repo.files | {path: Stored(text.encode(), False)})

    def forget(self) -> None:
        """Start a new log."""
        self.requests, self.commits = [], []

    def asked(self, endpoint: str) -> list[Request]:
        return [request for request in self.requests if request.endpoint == endpoint]

    def uploaded(self) -> list[bytes]:
        """Bytes of the large files that came in."""
        return [request.body for request in self.asked("upload")]

    def added(self) -> list[str]:
        """Paths that commits added or changed, in order."""
        return [path for commit in self.commits for path in commit.added]

    def deleted(self) -> list[str]:
        """Paths that commits deleted, in order."""
        return [path for commit in self.commits for path in commit.deleted]

    def fault(self, endpoint: str) -> Fault | None:
        """The fault that hits this request."""
        with self.lock:
            for fault in self.faults:
                if fault.endpoint == endpoint and fault.times:
                    if fault.passing:
                        fault.passing -= 1
                        return None
                    fault.times -= 1
                    return fault
        return None


class _Handler(Answering):
    protocol_version = "HTTP/1.1"
    hub: LoopbackHub

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        split = urlsplit(self.path)
        self.query = parse_qs(split.query)
        body = self._body()
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        matches = ((name, re.fullmatch(pattern, split.path))
                   for wanted, name, pattern in ROUTES if wanted == method)
        endpoint, found = next(((name, match) for name, match in matches if match), ("unknown", None))
        if found is None:
            self.reply(*_error(404, "", "no such address"))
            return
        parts = {name: unquote(value or "") for name, value in found.groupdict().items()}
        self.hub.requests.append(Request(endpoint, self.command, self.path, self.token, body))
        fault = self.hub.fault(endpoint)
        if fault is not None and not fault.too_late:
            self._break(fault)
            return
        with self.hub.lock:
            status, content, headers = getattr(self, f"_{endpoint}")(body, **parts)
        if fault is not None:
            self._break(fault)
        else:
            self.reply(status, content, headers)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _break(self, fault: Fault) -> None:
        if fault.status == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.reply(fault.status, {"error": "not now"}, fault.headers)

    # What each endpoint does: status, content, headers.

    def _seen(self, repo: str, revision: str = "main") -> tuple | tuple[Repo, str, dict[str, Stored]]:
        """The repository with the commit and its files, or an error: three things in either case."""
        there = self.hub.repos.get(repo)
        known = self.token in (WRITER, READER)
        if self.token and not known:
            return _error(401, "", "Invalid credentials in Authorization header")
        if there is None or (there.private and not known):
            return _error(404 if known else 401, "RepoNotFound", "Repository not found")
        commit = there.tree(revision or "main")
        return (there, *commit) if commit else _error(404, "RevisionNotFound", "Invalid rev id")

    def _refused(self) -> tuple | None:
        if self.token == WRITER:
            return None
        return _error(403 if self.token == READER else 401, "", "You may not write here")

    def _create(self, body: bytes) -> tuple:
        if refused := self._refused():
            return refused
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        if name.split("/")[0] != "acme":
            return _error(403, "", "You may not write in this namespace")
        answer = {"url": f"{self.hub.url}/datasets/{name}", "name": name, "id": name}
        if name in self.hub.repos:
            return 409, {"error": "You already created this dataset repo", **answer}, {}
        self.hub.create(name, private=asked.get("visibility") == "private" or bool(asked.get("private")))
        return 200, answer, {}

    def _yaml(self, body: bytes) -> tuple:
        errors = [] if "license:" in json.loads(body)["content"] else [{"message": "license is missing"}]
        return (400 if errors else 200), {"errors": errors, "warnings": []}, {}

    def _info(self, body: bytes, repo: str, revision: str) -> tuple:
        seen = self._seen(repo, revision)
        if not isinstance(seen[0], Repo):
            return seen
        there, sha, files = seen
        return 200, {
            "_id": "1", "id": repo, "author": repo.split("/")[0], "sha": sha, "lastModified": DATE,
            "createdAt": DATE, "private": there.private, "gated": False, "disabled": False, "tags": [],
            "downloads": 0, "likes": 0, "siblings": [{"rfilename": path} for path in sorted(files)],
        }, {}

    def _refs(self, body: bytes, repo: str) -> tuple:
        seen = self._seen(repo)
        if not isinstance(seen[0], Repo):
            return seen
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": seen[1]}
        return 200, {"branches": [main], "tags": [], "converts": []}, {}

    def _tree(self, body: bytes, repo: str, revision: str, rest: str) -> tuple:
        seen = self._seen(repo, revision)
        if not isinstance(seen[0], Repo):
            return seen
        recursive = self.query.get("recursive", ["false"])[0].lower() in ("true", "1")
        listed = list(entries(seen[2], rest.strip("/"), recursive=recursive))
        if rest and not listed:
            return _error(404, "EntryNotFound", "no such folder")
        start = int(self.query.get("cursor", ["0"])[0])
        end = start + self.hub.page
        headers = {}
        if end < len(listed):
            following = urlencode({**self.query, "cursor": [str(end)]}, doseq=True)
            headers["Link"] = f'<{self.hub.url}{urlsplit(self.path).path}?{following}>; rel="next"'
        return 200, listed[start:end], headers

    def _paths(self, body: bytes, repo: str, revision: str) -> tuple:
        seen = self._seen(repo, revision)
        if not isinstance(seen[0], Repo):
            return seen
        json_sent = "json" in self.headers.get("Content-Type", "")
        paths = json.loads(body)["paths"] if json_sent else parse_qs(body.decode())["paths"]
        everything = {entry["path"]: entry for entry in entries(seen[2], "", recursive=True)}
        return 200, [everything[path.strip("/")] for path in paths if path.strip("/") in everything], {}

    def _preupload(self, body: bytes, repo: str, revision: str) -> tuple:
        if refused := self._refused():
            return refused
        files = self._seen(repo, revision)[2]
        ignored = files.get(".gitignore", Stored(b"", False)).data.decode().split()
        return 200, {"files": [{
            "path": asked["path"], "uploadMode": "lfs" if asked["path"].endswith(LARGE) else "regular",
            "shouldIgnore": any(asked["path"].endswith(end) for end in ignored),
            "oid": files[asked["path"]].oid if asked["path"] in files else None,
        } for asked in json.loads(body)["files"]]}, {}

    def _batch(self, body: bytes, repo: str) -> tuple:
        if refused := self._refused():
            return refused
        objects = []
        for asked in json.loads(body)["objects"]:
            actions = {
                "upload": {"href": f"{self.hub.url}/storage/{asked['oid']}?Signature=signed-address"},
                "verify": {"href": f"{self.hub.url}/storage/verify"},
            }
            missing = {} if asked["oid"] in self.hub.storage else {"actions": actions}
            objects.append({"oid": asked["oid"], "size": asked["size"], **missing})
        return 200, {"transfer": "basic", "objects": objects}, {
            "Content-Type": "application/vnd.git-lfs+json"}

    def _upload(self, body: bytes, rest: str) -> tuple:
        if hashlib.sha256(body).hexdigest() != rest:
            return _error(400, "", "other bytes than announced")
        self.hub.storage[rest] = body
        return 200, {}, {}

    def _verify(self, body: bytes) -> tuple:
        return (200 if json.loads(body)["oid"] in self.hub.storage else 404), {}, {}

    def _commit(self, body: bytes, repo: str, revision: str) -> tuple:
        if refused := self._refused():
            return refused
        there, sha, before = self._seen(repo, revision)
        files = dict(before)
        made = Commit("", [], [])
        for line in body.splitlines():
            said = json.loads(line)
            value = said["value"]
            if said["key"] == "header":
                made.summary = value["summary"]
                if value.get("parentCommit") not in (None, sha):
                    return _error(412, "", "A commit has happened since. Please refresh and try again.")
            elif said["key"] == "deletedFile":
                if files.pop(value["path"], None) is None:
                    return _error(404, "EntryNotFound", "A file with this name doesn't exist")
                made.deleted.append(value["path"])
            else:
                large = said["key"] == "lfsFile"
                data = self.hub.storage.get(value["oid"]) if large else base64.b64decode(value["content"])
                if data is None:
                    return _error(400, "", "bytes of a large file are missing")
                files[value["path"]] = Stored(data, large)
                made.added.append(value["path"])
        oid = there.add(files)
        self.hub.commits.append(made)
        page = f"{self.hub.url}/datasets/{repo}/commit/{oid}"
        return 200, {"success": True, "commitOid": oid, "commitUrl": page, "pullRequestUrl": None}, {}

    def _resolve(self, body: bytes, repo: str, revision: str, rest: str) -> tuple:
        seen = self._seen(repo, revision)
        if not isinstance(seen[0], Repo):
            return seen
        file = seen[2].get(rest)
        if file is None:
            status, content, headers = _error(404, "EntryNotFound", "Entry not found")
            return status, content, {**headers, "X-Repo-Commit": seen[1]}
        headers = {"X-Repo-Commit": seen[1], "ETag": f'"{file.sha256 if file.large else file.oid}"',
                   "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        if file.large:
            headers |= {"X-Linked-Size": str(len(file.data)), "X-Linked-ETag": f'"{file.sha256}"'}
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range") or "")
        if not asked:
            return 200, file.data, headers
        start = int(asked[1]) if asked[1] else max(0, len(file.data) - int(asked[2]))
        end = min(int(asked[2]) + 1 if asked[1] and asked[2] else len(file.data), len(file.data))
        if start >= end:
            return _error(416, "", "no such range")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(file.data)}"
        return 206, file.data[start:end], headers


def _error(status: int, code: str, said: str) -> tuple[int, object, dict[str, str]]:
    return status, {"error": said}, {"X-Error-Code": code, "X-Error-Message": said}
