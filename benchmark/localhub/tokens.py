"""Who may read and write. Token texts are compared in constant time and never logged."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import threading
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.localhub.problems import forbidden, unauthorized
from benchmark.localhub.settings import Token

if TYPE_CHECKING:
    from benchmark.localhub.settings import HubSettings

ANONYMOUS = "anonymous"
_LINE = re.compile(r"(read|write)\s+([\x21-\x7e]{8,512})(?:\s+([A-Za-z0-9][A-Za-z0-9_.-]{0,95}))?")


class Identity(NamedTuple):
    """Who a request is; `resource` limits a write token to one `datasets/ns/name`."""

    user: str
    may_write: bool
    resource: str | None = None


def parse_tokens(text: str, *, source: str) -> tuple[Token, ...]:
    """Tokens, one a line: `read|write TOKEN [USER]`; blank lines and `#` comments are skipped.

    Raises:
        UsageError: naming the line, never its text.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    wanted = [(number, line) for number, line in lines if line and not line.startswith("#")]
    return tuple(_parse_line(line, f"{source}, line {number}") for number, line in wanted)


def _parse_line(line: str, where: str) -> Token:
    match = _LINE.fullmatch(line)
    if match is None:
        raise UsageError(
            f"{where} is not `read|write TOKEN [USER]` with a token of 8 to 512 characters.",
            hint=N_("Write one token a line, for example: write hf_0123456789 alice"),
        )
    return Token(match[2], "read" if match[1] == "read" else "write", match[3] or "local")


class Authority:
    """Knows the configured tokens and those it exchanged for id tokens."""

    def __init__(self, settings: HubSettings) -> None:
        self._settings = settings
        self._issued: dict[str, tuple[float, Identity]] = {}
        self._guard = threading.Lock()
        self._upload_key = secrets.token_bytes(32)

    @property
    def open_to_all(self) -> bool:
        """Whether anybody may write because no token is configured."""
        return not self._settings.tokens and self._settings.verifier is None

    def identify(self, authorization: str) -> Identity | None:
        """Who sent this `Authorization` header; None for nobody the hub knows."""
        if self.open_to_all:
            return Identity(ANONYMOUS, may_write=True)
        secret = _secret(authorization)
        return self._find(secret) if secret else None

    def require_write(self, who: Identity | None, repo: str) -> Identity:
        """The identity, if it may write to this repository.

        Raises:
            HubError: 401 for nobody, 403 for somebody who may not.
        """
        if who is None:
            raise unauthorized()
        if not who.may_write or who.resource not in {None, f"datasets/{repo}"}:
            raise forbidden(f"This token has no write access to datasets/{repo}")
        return who

    def may_read_private(self, who: Identity | None, repo: str) -> bool:
        """Whether this identity may read a private repository: on an open hub nobody may."""
        if self.open_to_all or who is None:
            return False
        return who.resource in {None, f"datasets/{repo}"}

    def issue(self, user: str, resource: str) -> str:
        """A new write token for one resource, valid for `token_lifetime` seconds."""
        secret = f"hf_oidc_{secrets.token_urlsafe(32)}"
        expires = self._settings.clock() + self._settings.token_lifetime
        with self._guard:
            self._forget_expired()
            self._issued[_hash(secret)] = (
                expires,
                Identity(user, may_write=True, resource=resource),
            )
        return secret

    def sign_upload(self, target: str) -> str:
        """What lets the holder of a URL upload this one LFS object: the client sends no token."""
        return hmac.new(self._upload_key, target.encode(), sha256).hexdigest()

    def check_upload(self, target: str, signature: str) -> None:
        """Accept a signed upload.

        Raises:
            HubError: 403 if the signature is not this hub's for this object.
        """
        if not hmac.compare_digest(self.sign_upload(target).encode(), signature.encode()):
            raise forbidden("This upload was not granted")

    def _find(self, secret: str) -> Identity | None:
        # Every token is compared, so that the time says nothing about which one is near.
        matches = [
            Identity(token.user, token.role == "write")
            for token in self._settings.tokens
            if hmac.compare_digest(_hash(token.secret), _hash(secret))
        ]
        if matches:
            return matches[0]
        with self._guard:
            self._forget_expired()
            issued = self._issued.get(_hash(secret))
        return issued[1] if issued else None

    def _forget_expired(self) -> None:
        now = self._settings.clock()
        self._issued = {key: value for key, value in self._issued.items() if value[0] > now}


def _secret(authorization: str) -> str:
    """The token: as it is, or as the password that git sends."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
