"""One request, and the hub that answers it."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.responses import Response

from benchmark import canonical
from benchmark.localhub.commits import Signature
from benchmark.localhub.names import repo_part
from benchmark.localhub.problems import (
    NO_REPO,
    HubError,
    bad_request,
    forbidden,
    repo_hidden,
    repo_not_found,
)
from benchmark.localhub.quota import Quota
from benchmark.localhub.store import Store
from benchmark.localhub.tokens import Authority

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.requests import Request

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository
    from benchmark.localhub.settings import HubSettings
    from benchmark.localhub.tokens import Identity

DROPPED = 499
"""The status of a request whose client has gone, as nginx has it."""
_CLONES_AT_ONCE = 8
_HOST = re.compile(r"[A-Za-z0-9.\-_]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")


@dataclass
class RequestRecord:
    """What the hub remembers of one request.

    Attributes:
        operation: the endpoint: `commit`, `info`, `resolve`, …
        status: the HTTP status that was sent, 499 for a dropped connection.
        parent_commit: what a commit carried as `parentCommit`.
        sha: the commit that this request applied, whatever status was sent afterwards.
    """

    operation: str
    method: str
    path: str
    repo: str = ""
    revision: str = ""
    status: int = 0
    parent_commit: str | None = None
    sha: str | None = None


class Hub:
    """What all requests share."""

    def __init__(self, root: Path, settings: HubSettings) -> None:
        self.settings = settings
        self.store = Store(root, lock_timeout=settings.lock_timeout)
        self.authority = Authority(settings)
        self.readers = asyncio.Semaphore(_CLONES_AT_ONCE)
        quota = settings.request_quota
        self.quota = None if quota is None else Quota(quota, settings.clock)
        self.requests: deque[RequestRecord] = deque(maxlen=settings.request_log)

    def sign(self, user: str) -> Signature:
        """This user, now."""
        return Signature(user, self.settings.clock())


@dataclass
class Call:
    """A request with its body read; path parameters arrive percent-encoded."""

    hub: Hub
    request: Request
    record: RequestRecord
    body: bytes = b""
    gone: Event = field(default_factory=Event)
    """Set once nobody waits for the answer."""

    def parameter(self, name: str) -> str:
        """A decoded part of the path.

        Raises:
            HubError: 400 if it is not UTF-8.
        """
        try:
            return unquote(self.request.path_params[name], errors="strict")
        except UnicodeDecodeError:
            raise bad_request("The path is not UTF-8") from None

    @property
    def repo(self) -> str:
        """`ns/name` from the path."""
        return f"{repo_part(self.parameter('ns'))}/{repo_part(self.parameter('name'))}"

    @property
    def revision(self) -> str:
        """The revision in the path, `main` where the endpoint has none."""
        return self.parameter("rev") if "rev" in self.request.path_params else "main"

    @property
    def endpoint(self) -> str:
        """The hub's URL as this client knows it, no slash at the end."""
        host = self.request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise bad_request("The Host header is not a host name")
        return f"{self.request.url.scheme}://{host}"

    @property
    def who(self) -> Identity | None:
        """Who sent the request."""
        return self.hub.authority.identify(self.request.headers.get("authorization", ""))

    @property
    def sender(self) -> str:
        """Whose requests are counted together: a known user's, else those of an address."""
        who = self.who
        if who and not self.hub.authority.open_to_all:
            return f"user {who.user}"
        return f"address {self.request.client.host if self.request.client else ''}"

    def writer(self, repo: str) -> Signature:
        """The signature of somebody who may write to this repository.

        Raises:
            HubError: 401 or 403 for anybody else, 403 for a web page that knows no token.
        """
        if "origin" in self.request.headers and self.hub.authority.open_to_all:
            raise forbidden("A web page cannot write to a hub without tokens")
        # A token for one dataset is for that one, whatever it is called in the request.
        name = self.hub.store.name_of(repo) or repo
        return self.hub.sign(self.hub.authority.require_write(self.who, name).user)

    def maintainer(self, repo: str) -> Signature:
        """The signature of somebody who may also delete this repository.

        Raises:
            HubError: as `writer`; 403 for a token that was given for commits to one dataset.
        """
        signature = self.writer(repo)
        if self.who and self.who.resource is not None:
            raise forbidden("This token is for commits only")
        return signature

    def open(self, name: str = "") -> Repository:
        """A repository, if the sender may read it; the one that the path names if none is given.

        Raises:
            HubError: 404 if there is none, also for whoever may not know of it; 401 for both where
                a token might help, as on the public Hub.
        """
        try:
            repo = self.granted(name or self.repo)
            if repo.is_private and not self.hub.authority.may_read_private(self.who, repo.name):
                repo.objects.close()
                raise repo_not_found()
        except HubError as error:
            if error.code == NO_REPO and self.who is None:
                raise repo_hidden() from None
            raise
        return repo

    def granted(self, name: str = "") -> Repository:
        """The same for whoever has proved otherwise that they may: by a signed address."""
        return self.hub.store.open(name or self.repo, self.check)

    def check(self) -> None:
        """Go on only if somebody waits for the answer.

        Raises:
            HubError: 499 if the client has gone or the hub is stopping.
        """
        if self.gone.is_set():
            raise HubError(DROPPED, "Nobody waits for the answer")

    def query(self, name: str) -> str:
        """A query parameter, empty if absent."""
        return self.request.query_params.get(name, "")

    def flag(self, name: str) -> bool:
        """A boolean query parameter; the 0.x client sends `True`."""
        return self.query(name).lower() in {"1", "true"}

    def json(self) -> dict[str, Json]:
        """The body as a JSON object; an empty body or `null` is an empty object.

        Raises:
            HubError: 400 if it is none.
        """
        value = canonical.loads(self.body, file="body") if self.body.strip() else {}
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request("The body must be a JSON object")
        return value


def answer(value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(
        canonical.dumps(value), status, dict(headers or {}), media_type="application/json"
    )
