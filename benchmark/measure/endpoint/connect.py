"""Opens connections to an endpoint, through a proxy and TLS where they stand between."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.access import tls_context
from benchmark.measure.endpoint.tunnel import Tunnel

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.access import Proxy
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.connection import Connection

CONNECT_S = 10.0
_HANDSHAKE_S = 5.0
UNTRUSTED = "the server's certificate is not trusted"
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
# A server of plain HTTP may wait for the end of a line that the greeting happens not to hold.
_UNANSWERED = (
    "TLS was not answered: perhaps the server does not speak TLS, and its URL begins with http"
)
_NO_HTTP1 = "NO_APPLICATION_PROTOCOL"


class Connector:
    """Opens one connection after another to the same endpoint.

    Args:
        address: of the endpoint.
        make: a protocol for each.

    Raises:
        UsageError: if the certificates to believe cannot be read.
    """

    def __init__(self, address: Address, make: Callable[[], Connection]) -> None:
        self._loop = asyncio.get_running_loop()
        self._address = address
        self._make = make
        self._tls = tls_context(address.access) if address.secure else None

    async def open(self) -> Connection:
        """A connection that a request can be sent on.

        Raises:
            OSError: if there is none; `asyncio.TimeoutError` likewise.
        """
        return await asyncio.wait_for(self._open(), CONNECT_S)

    def problem(self, error: BaseException) -> str:
        """Why a connection could not be opened, in words."""
        proxy = self._address.access.proxy
        to_proxy = f" to the proxy {proxy.shown}" if proxy else ""
        if isinstance(error, asyncio.TimeoutError):
            return f"no connection{to_proxy} within {CONNECT_S:g} s"
        if isinstance(error, ConnectionRefusedError):
            return f"the connection{to_proxy} was refused"
        if isinstance(error, ssl.SSLError):
            return tls_problem(error)
        if self._tls is not None and isinstance(
            error, (ConnectionResetError, ConnectionAbortedError)
        ):
            return _UNANSWERED
        return f"no connection{to_proxy}: {str(error) or type(error).__name__}"

    async def _open(self) -> Connection:
        proxy, address = self._address.access.proxy, self._address
        if proxy is not None and self._tls is not None:
            return await self._through(proxy, self._tls)
        host, port = (address.host, address.port) if proxy is None else (proxy.host, proxy.port)
        limit = None if self._tls is None else _HANDSHAKE_S
        _, connection = await self._loop.create_connection(
            self._make, host, port, ssl=self._tls, ssl_handshake_timeout=limit
        )
        return connection

    async def _through(self, proxy: Proxy, tls: ssl.SSLContext) -> Connection:
        target = self._address.host_and_port
        outer, tunnel = await self._loop.create_connection(
            lambda: Tunnel(proxy, target), proxy.host, proxy.port
        )
        try:
            await tunnel.opened
            connection = self._make()
            inner = await self._loop.start_tls(
                outer,
                connection,
                tls,
                server_hostname=self._address.host,
                ssl_handshake_timeout=_HANDSHAKE_S,
            )
        except BaseException:
            outer.abort()
            raise
        if inner is None:
            raise ConnectionAbortedError
        # `start_tls` takes it for a connection that was made before.
        connection.connection_made(inner)
        return connection


def tls_problem(error: ssl.SSLError) -> str:
    """What went wrong while TLS was agreed on, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{UNTRUSTED}: {error.verify_message}"
    reason = error.reason or str(error)
    if any(one in reason for one in _NO_TLS):
        return "the server does not speak TLS: its URL begins with http"
    if _NO_HTTP1 in reason:
        return "the server speaks nothing but HTTP/2, which cannot be measured"
    return f"no TLS connection: {reason.replace('_', ' ').lower()}"
