"""Who may use a repository's Xet store: tokens, and addresses signed for one xorb.

Both are signed with a key that is kept beside the store, so every process that serves it accepts
them, and so does the next one after a crash: a client in the middle of an upload goes on.
"""

from __future__ import annotations

import hmac
import re
import secrets
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, TypeAlias

from benchmark.localhub.durable import make_folders, publish_file, sync
from benchmark.localhub.problems import forbidden, unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

Scope: TypeAlias = "Literal['read', 'write']"
_KEY_SIZE = 32
_TOKEN = re.compile(r"xet_(read|write)_([0-9]{1,12})_([0-9a-f]{64})")


class Access:
    """The key of one repository's store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self, lock: Callable[[], AbstractContextManager[None]]) -> None:
        """Make the key if there is none; only then can tokens be given."""
        if not self._path.exists():
            with lock():
                if not self._path.exists():
                    _make_key(self._path)

    @cached_property
    def _key(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            raise unauthorized("A Xet token is needed") from None

    @property
    def address(self) -> str:
        """The part of the URL that is this store's alone.

        Clients remember for weeks, by URL, which chunks they sent. Another store at the same place,
        after a dataset was deleted and made anew, must not be taken for the one they know.
        """
        return self._sign("address")[:16]

    def chunk_key(self, expires: int) -> bytes:
        """What hides, until then, the hashes of chunks from whoever has not the chunks."""
        return bytes.fromhex(self._sign(f"chunks:{expires}"))

    def token(self, scope: Scope, expires: int) -> str:
        """A token for this store until `expires` (Unix time)."""
        return f"xet_{scope}_{expires}_{self._sign(f'token:{scope}:{expires}')}"

    def check_token(self, authorization: str, *, writing: bool, now: float) -> None:
        """Accept a token.

        Raises:
            HubError: 401 for one that is not this store's or is out of date, 403 for one that may
                only read.
        """
        scheme, _, secret = authorization.partition(" ")
        match = _TOKEN.fullmatch(secret.strip()) if scheme.lower() == "bearer" else None
        if match is None:
            raise unauthorized("A Xet token is needed")
        scope, expires, signature = match.groups()
        if not _same(self._sign(f"token:{scope}:{expires}"), signature) or int(expires) <= now:
            raise unauthorized("This Xet token is not for this dataset, or it has expired")
        if writing and scope != "write":
            raise forbidden("This Xet token has no write access")

    def sign_xorb(self, xorb: str, expires: int) -> str:
        """What lets the holder of a URL read this one xorb: the client sends no token."""
        return f"{expires}-{self._sign(f'xorb:{xorb}:{expires}')}"

    def check_xorb(self, xorb: str, signature: str, *, now: float) -> None:
        """Accept a signed address.

        Raises:
            HubError: 403 if it is not genuine or has expired; the client then asks for another.
        """
        expires = signature.partition("-")[0]
        genuine = expires.isascii() and expires.isdigit() and len(expires) <= len("100000000000")
        if not genuine or not _same(self.sign_xorb(xorb, int(expires)), signature):
            raise forbidden("This download was not granted")
        if int(expires) <= now:
            raise forbidden("This address has expired")

    def _sign(self, what: str) -> str:
        return hmac.new(self._key, what.encode(), sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _make_key(path: Path) -> None:
    make_folders(path.parent)
    # Whoever reads it may write to the dataset.
    publish_file(path, secrets.token_bytes(_KEY_SIZE), mode=0o600)
    sync(path.parent)
