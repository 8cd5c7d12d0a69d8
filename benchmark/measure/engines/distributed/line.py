"""A private line between two processes: pickled messages over TCP, after both proved the key.

Whoever has the key can run code in both processes, as pickle allows. The key travels to other nodes
through torchrun's own store, which trusts its network just so.
"""

from __future__ import annotations

import hmac
import pickle
import secrets
import socket
import struct
from contextlib import suppress
from typing import Any

_LENGTH = struct.Struct("!Q")
_NONCE_BYTES = 32
_PROOF_BYTES = 32
_HANDSHAKE_S = 10.0
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 30_000}
"""A machine that vanished is noticed after 30 s; options a platform lacks are left out."""


class Line:
    """One end of an open line."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        """What `selectors` waits on."""
        return self._end.fileno()

    def send(self, message: object) -> None:
        """Send one message.

        Raises:
            OSError: if the other end is gone.
        """
        data = pickle.dumps(message)
        self._end.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> Any:  # noqa: ANN401 - what the other end sent
        """Wait for one message.

        Raises:
            EOFError: if the other end is gone.
        """
        try:
            (length,) = _LENGTH.unpack(_read(self._end, _LENGTH.size))
            return pickle.loads(_read(self._end, length))  # noqa: S301 - the other end has the key
        except OSError as error:
            raise EOFError(str(error)) from error

    def close(self) -> None:
        """Hang up; the other end notices at once."""
        with suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)
        self._end.close()


def call(address: tuple[str, int], key: bytes, timeout: float) -> Line:
    """Open a line to a listener.

    Args:
        address: host and port.
        key: what both ends know.
        timeout: seconds for connecting.

    Raises:
        OSError: if nobody answers there.
        PermissionError: if the other end does not know the key.
    """
    end = socket.create_connection(address, timeout)
    with _or_close(end):
        end.sendall(_prove(key, b"caller", _read(end, _NONCE_BYTES)))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        end.sendall(nonce)
        _check(key, b"listener", nonce, _read(end, _PROOF_BYTES))
        return _ready(end)


def answer(end: socket.socket, key: bytes) -> Line:
    """The listener's side of `call`, for a connection just accepted.

    Raises:
        OSError: if the caller does not know the key or says nothing for 10 seconds.
    """
    with _or_close(end):
        end.settimeout(_HANDSHAKE_S)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        end.sendall(nonce)
        _check(key, b"caller", nonce, _read(end, _PROOF_BYTES))
        end.sendall(_prove(key, b"listener", _read(end, _NONCE_BYTES)))
        return _ready(end)


class _or_close:  # noqa: N801 - reads as a phrase in a with statement
    """Close a socket if what is done with it fails."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._end.close()


def _ready(end: socket.socket) -> Line:
    end.settimeout(None)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return Line(end)


def _prove(key: bytes, role: bytes, nonce: bytes) -> bytes:
    """The role keeps one side's proof from being sent back as the other's."""
    return hmac.digest(key, role + nonce, "sha256")


def _check(key: bytes, role: bytes, nonce: bytes, proof: bytes) -> None:
    if not hmac.compare_digest(_prove(key, role, nonce), proof):
        raise PermissionError("The other end does not know the key.")


def _read(end: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = end.recv(min(size - len(data), 1 << 20))
        if not part:
            raise ConnectionResetError("The other end is gone.")
        data += part
    return bytes(data)
