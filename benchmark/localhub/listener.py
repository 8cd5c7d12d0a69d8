"""The socket that a hub listens on."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"
_BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is a free one.

    The protocol is named because asyncio turns Nagle's algorithm off only for sockets that say
    IPPROTO_TCP (https://github.com/python/cpython/blob/3.11/Lib/asyncio/base_events.py,
    `_set_nodelay`); with it, every answer would wait some 40 ms for a delayed acknowledgement.

    Raises:
        OSError: if the address cannot be used.
    """
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
