"""What a hub can be told: limits, tokens, clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.localhub.own_pages import Pages

MIB = 1024 * 1024


class IdTokenError(Exception):
    """An id token is not genuine, is out of date, or does not give access to the resource."""


class IdTokenVerifier(Protocol):
    """Decides which OIDC id tokens may be exchanged for a write token."""

    def verify(self, token: str, *, audience: str, resource: str) -> str:
        """The name of the publisher that `token` proves.

        Args:
            token: the raw id token (JWT) of a CI provider.
            audience: the hub's own URL, which the `aud` claim must be.
            resource: what is asked for, `datasets/ns/name`.

        Raises:
            IdTokenError: if the token may not have it.
        """


@dataclass(frozen=True)
class Token:
    """One configured token; its text never appears in a repr or a log."""

    secret: str = field(repr=False)
    role: Literal["read", "write"]
    user: str


def silent(_line: str) -> None:
    """Log nothing."""


@dataclass(frozen=True)
class HubSettings:
    """Limits in bytes, times in seconds.

    Attributes:
        lfs_threshold: files of at least this size are uploaded in LFS mode.
        max_json_body: the largest JSON request.
        max_commit_body: the largest commit request.
        max_lfs_object: the largest single LFS upload.
        max_operations: the most lines of one commit.
        tree_page: entries on one page of a tree listing.
        commits_page: commits on one page of a history.
        lock_timeout: how long a write waits for another one before it is told 409.
        request_quota: requests that one user or address may make in 5 minutes; None for any number.
        tokens: with any of them, writing needs a write token and reading a private dataset any of
            them; reading others stays open.
        verifier: accepts OIDC id tokens; None turns the exchange off.
        token_lifetime: validity of an exchanged token.
        clock: Unix time.
        pages: makes a dataset's own page; None shows its card only.
        request_log: how many requests are remembered.
        on_write: receives one line per write.
    """

    lfs_threshold: int = 10 * MIB
    max_json_body: int = 8 * MIB
    max_commit_body: int = 256 * MIB
    max_lfs_object: int = 5 * 1024 * MIB
    max_operations: int = 25_000
    tree_page: int = 1000
    commits_page: int = 50
    lock_timeout: float = 30.0
    request_quota: int | None = None
    tokens: tuple[Token, ...] = ()
    verifier: IdTokenVerifier | None = None
    token_lifetime: float = 3600.0
    clock: Callable[[], float] = time.time
    pages: Pages | None = None
    request_log: int = 10_000
    on_write: Callable[[str], None] = silent
