"""Bodies that were compressed on their way, though `identity` was asked for."""

from __future__ import annotations

import zlib
from typing import Protocol

_GZIP = 16 + zlib.MAX_WBITS
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_PLAIN = {"", "identity", "chunked"}


class UndecodableError(ValueError):
    """Why a body cannot be read."""


class Decoder(Protocol):
    """Takes one encoding away, piece by piece: what was flushed comes out at once."""

    def feed(self, data: bytes) -> bytes:
        """What `data` completes.

        Raises:
            UndecodableError: if it is not what it was said to be.
        """
        ...


def decoders(said: str) -> tuple[Decoder, ...]:
    """Those to apply one after the other; none for a body that is plain.

    Args:
        said: the fields `Content-Encoding` and `Transfer-Encoding`, joined by a comma.

    Raises:
        UndecodableError: naming an encoding that cannot be read.
    """
    names = [name for part in said.split(",") if (name := part.strip().lower()) not in _PLAIN]
    for name in names:
        if name not in _NAMES:
            raise UndecodableError(f"the answer is compressed as {name}, which was not asked for")
    return tuple(_Gzip() if _NAMES[name] == "gzip" else _Deflate() for name in reversed(names))


class _Gzip:
    """RFC 1952: members one after the other."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)

    def feed(self, data: bytes) -> bytes:
        found = b""
        while data:
            if self._inner.eof:
                self._inner = zlib.decompressobj(_GZIP)
            found += _plain(self._inner, data)
            data = self._inner.unused_data
        return found


class _Deflate:
    """RFC 9110 means zlib's form; some servers send bare deflate."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj()
        self._head: bytes | None = b""

    def feed(self, data: bytes) -> bytes:
        if self._head is None:
            return _plain(self._inner, data)
        self._head += data
        if len(self._head) < 2:  # noqa: PLR2004 - bytes of zlib's header
            return b""
        head, self._head = self._head, None
        if not _is_zlib(head):
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
        return _plain(self._inner, head)


def _is_zlib(head: bytes) -> bool:
    """RFC 1950, section 2.2: method 8, and both bytes together a multiple of 31."""
    return head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0  # noqa: PLR2004 - as there


def _plain(inner: zlib._Decompress, data: bytes) -> bytes:
    try:
        return inner.decompress(data)
    except zlib.error as error:
        raise UndecodableError(f"the compressed answer is broken: {error}") from None
