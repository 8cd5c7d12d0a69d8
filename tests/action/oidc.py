"""A stand-in for GitHub's issuer of OIDC id tokens, and a hub's check of them.

https://docs.github.com/en/actions/reference/security/oidc
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

from benchmark.localhub.settings import IdTokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIFETIME = 300
"""Seconds."""

_HEADER = {"alg": "HS256", "typ": "JWT"}


class Run(NamedTuple):
    """What a token tells of the workflow run that asked for it.

    Attributes:
        workflow: the file in the repository.
        called_workflow: where the job is in a called one, that one as `owner/name/path@ref`.
    """

    repository: str = "lab/measurements"
    ref: str = "refs/heads/main"
    workflow: str = ".github/workflows/publish.yml"
    called_workflow: str = ""
    event_name: str = "push"
    sha: str = "0" * 40

    def claims(self) -> dict[str, str]:
        """As in GitHub's tokens; a called workflow shows in job_workflow_ref alone."""
        own = f"{self.repository}/{self.workflow}@{self.ref}"
        return {
            "sub": f"repo:{self.repository}:ref:{self.ref}",
            "repository": self.repository,
            "repository_owner": self.repository.partition("/")[0],
            "ref": self.ref,
            "ref_type": "branch",
            "sha": self.sha,
            "event_name": self.event_name,
            "workflow_ref": own,
            "job_workflow_ref": self.called_workflow or own,
        }


class OidcIssuer(ThreadingHTTPServer):
    """Vouches for one run, on 127.0.0.1; see `oidc_issuer`.

    Attributes:
        identity: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN.
        asked: the audiences that tokens were given out for.
    """

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        """Take a port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self._run, self._clock, self._key = run, clock, secrets.token_bytes()
        self._url = f"http://127.0.0.1:{self.server_port}"
        self.identity = (f"{self._url}/token?api-version=2.0", secrets.token_urlsafe())
        self.asked: list[str] = []

    def token(self, audience: str) -> str:
        """A token for this audience."""
        now = int(self._clock())
        times = {"iat": now, "nbf": now, "exp": now + LIFETIME}
        claims = {"iss": self._url, "aud": audience, **times, **self._run.claims()}
        signed = f"{_encoded(_HEADER)}.{_encoded(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def claims(self, token: str) -> dict[str, Any]:
        """What a token says, if it is this issuer's.

        Raises:
            IdTokenError: it is not, or not any more.
        """
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(signed)):
            raise IdTokenError("it is not signed by the issuer")
        claims: dict[str, Any] = _decoded(signed.partition(".")[2])
        if claims["exp"] <= self._clock():
            raise IdTokenError("it has expired")
        return claims

    def _signature(self, signed: str) -> str:
        return _base64(hmac.new(self._key, signed.encode(), hashlib.sha256).digest())

    def answer(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        """The status and body for a request."""
        scheme, _, bearer = authorization.partition(" ")
        if (scheme.lower(), bearer) != ("bearer", self.identity[1]):
            return 401, {"message": "Unauthorized"}
        audience = parse_qs(urlsplit(path).query).get("audience", [self._run.repository])[0]
        self.asked.append(audience)
        return 200, {"count": 1, "value": self.token(audience)}


@contextmanager
def oidc_issuer(run: Run, clock: Callable[[], float] = time.time) -> Iterator[OidcIssuer]:
    """An issuer that answers."""
    with OidcIssuer(run, clock) as issuer:
        thread = threading.Thread(target=issuer.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield issuer
        finally:
            issuer.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_GET(self) -> None:
        """Give out a token to whoever has the bearer's."""
        issuer = cast("OidcIssuer", self.server)
        status, value = issuer.answer(self.path, self.headers.get("Authorization", ""))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class Publisher(NamedTuple):
    """A trusted publisher of a dataset; an empty branch or workflow is any."""

    repository: str
    branch: str = ""
    workflow: str = ""

    def check(self, claims: Mapping[str, Any]) -> None:
        """Refuse a run that is not this one.

        Raises:
            IdTokenError: naming the first claim that differs.
        """
        workflow = str(claims["workflow_ref"]).partition("@")[0].rpartition("/")[2]
        branch = str(claims["ref"]).removeprefix("refs/heads/")
        found = (claims["repository"], branch, workflow)
        for name, wanted, value in zip(self._fields, self, found, strict=True):
            if wanted and wanted != value:
                raise IdTokenError(f"its {name} is {value!r}, the publisher's is {wanted!r}")


@dataclass(frozen=True)
class TrustedPublishers:
    """A hub's check of id tokens: `benchmark.localhub.settings.IdTokenVerifier`.

    Attributes:
        issuer: the one that is believed.
        publishers: by resource, `datasets/ns/name`.
    """

    issuer: OidcIssuer
    publishers: Mapping[str, Publisher] = field(default_factory=dict)

    def verify(self, token: str, *, audience: str, resource: str) -> str:
        """The publisher's name.

        Raises:
            IdTokenError: the token is not for this hub, or nobody registered its run.
        """
        claims = self.issuer.claims(token)
        if claims["aud"] != audience:
            raise IdTokenError(f"it is for {claims['aud']!r}, not for {audience!r}")
        if resource not in self.publishers:
            raise IdTokenError(f"{resource} has no trusted publisher")
        self.publishers[resource].check(claims)
        return "[OIDC]"


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _decoded(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
