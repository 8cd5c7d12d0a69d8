"""A way through a proxy to a host that speaks TLS (RFC 9110, section 9.3.6: CONNECT)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from benchmark.measure.endpoint.access import Proxy

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MOST_BYTES = 65536
_OK = range(200, 300)


class TunnelRefusedError(OSError):
    """The proxy opens no way to the host, and says why."""


class Tunnel(asyncio.Protocol):
    """Asks a proxy for a tunnel; `opened` is done when it is there.

    Args:
        proxy: which one.
        target: host and port to be reached.
    """

    def __init__(self, proxy: Proxy, target: str) -> None:
        self._proxy = proxy
        self._target = target
        self._head = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        lines = [f"CONNECT {self._target} HTTP/1.1", f"Host: {self._target}"]
        if self._proxy.authorization:
            lines.append(f"Proxy-Authorization: {self._proxy.authorization}")
        cast("asyncio.Transport", transport).write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._head += data
        if _HEAD_END.search(self._head) or len(self._head) > _MOST_BYTES:
            self._conclude()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        del exc
        self._fail("closed the connection")

    def _conclude(self) -> None:
        line = self._head.split(b"\n")[0].strip().decode("latin-1").split(None, 2)
        if len(line) < 2 or not line[1].isdecimal():  # noqa: PLR2004 - version and status
            self._fail("does not answer in HTTP")
        elif int(line[1]) not in _OK:
            self._fail(f"answers HTTP {' '.join(line[1:])}")
        elif not self.opened.done():
            self.opened.set_result(None)

    def _fail(self, how: str) -> None:
        if not self.opened.done():
            self.opened.set_exception(
                TunnelRefusedError(
                    f"the proxy {self._proxy.shown} opens no way to {self._target}: it {how}"
                )
            )
