"""One HTTP/1.1 connection that stamps what arrives before it looks at it.

`httptools` (llhttp) finds the frames of chunked and counted bodies. What a body says is not looked
at here, so that no stamp waits for the understanding of another one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import httptools

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from benchmark.measure.endpoint.exchange import Exchange

    class Owner(Protocol):
        """Who is told what becomes of a connection."""

        def ended(self, connection: Connection, exchange: Exchange) -> None:
            """The exchange is over; the connection is free or lost."""

        def many(self, exchange: Exchange) -> None:
            """There are many pieces that nobody has looked at yet."""

        def said_all(self, connection: Connection, exchange: Exchange) -> None:
            """The answer seems to be whole, and its body may go on."""

        def idle_lost(self, connection: Connection) -> None:
            """The connection is gone while nothing was asked."""


LOST = "the connection was lost"
"""How the reason begins where somebody was there and is gone."""

_MANY_PIECES = 32
_END_MARKER = b"[DONE]"
_INFORMATIONAL = 200
"""HTTP statuses below announce another answer."""

_LISTS = {"content-encoding", "transfer-encoding"}
_TLS_ALERT = b"\x15\x03"
_HTTP2_SETTINGS, _HTTP2_CONNECTION = b"\x04", b"\0\0\0\0"
"""RFC 9113, section 4.1: type and stream of the frame that a server begins with."""


class Connection(asyncio.Protocol):
    """Sends one request at a time.

    Args:
        owner: told what happens.
        clock: nanoseconds.

    Attributes:
        exchange: what is in flight, None when free.
        was_lost: the other side, or the network, closed it.
    """

    def __init__(self, owner: Owner, clock: Callable[[], int]) -> None:
        self._owner = owner
        self._clock = clock
        self._parser = _parser(self)
        self._transport: asyncio.Transport | None = None
        self._now = 0
        self._framed = False
        self._unasked = b""
        self.exchange: Exchange | None = None
        self._answered = 0
        self.was_lost = False

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def lost_before_use(self) -> bool:
        """Whether the other side closed it after an earlier answer, just when it was used again."""
        return self.was_lost and self._answered > 0

    def send(self, exchange: Exchange) -> None:
        """Send a request; the connection must be free."""
        if not self.is_open:
            # Lost since it was opened, a moment ago: most likely as it is not for HTTP.
            exchange.last_ns = self._clock()
            self._end(exchange, _no_http(self._unasked, "it speaks before it is asked"))
            return
        self.exchange = exchange
        self._framed = False
        cast("asyncio.Transport", self._transport).write(exchange.data)
        exchange.sent_ns = exchange.last_ns = self._clock()

    def abort(self, reason: str | None) -> None:
        """Give up on the connection, and on the request unless there is no `reason` to."""
        exchange, self.exchange = self.exchange, None
        self.close()
        if exchange is not None:
            self._end(exchange, reason)

    def close(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Stamp first, then find the frames."""
        self._now = self._clock()
        if self.exchange is None:
            self._unasked = data
            self.close()
            return
        self.exchange.last_ns = self._now
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.abort(_no_http(data, str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self.was_lost = True
        exchange, self.exchange = self.exchange, None
        if exchange is None:
            self._owner.idle_lost(self)
        elif exchange.status and not self._framed and exc is None:
            # Without a length, the end of the connection is the end of the answer.
            self._end(exchange, None)
        else:
            self._end(exchange, f"{LOST}{f': {exc}' if exc else ''}")

    def on_message_begin(self) -> None:
        """Called by the parser before each answer, those that only announce another included."""
        if self.exchange is not None:
            self.exchange.fields.clear()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser for each field."""
        lower = name.decode("latin-1").lower()
        if self.exchange is not None:
            fields, text = self.exchange.fields, value.decode("latin-1")
            # Lists may come in several lines (RFC 9110, section 5.3); nothing else may.
            several = lower in fields and lower in _LISTS
            fields[lower] = f"{fields[lower]},{text}" if several else text
        if lower in {"transfer-encoding", "content-length"}:
            self._framed = True

    def on_headers_complete(self) -> None:
        """Called by the parser after the fields."""
        if self.exchange is not None:
            self.exchange.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Called by the parser for each piece of the body."""
        exchange = self.exchange
        if exchange is None:
            return
        exchange.pieces.append((self._now, body))
        if len(exchange.pieces) >= _MANY_PIECES:
            self._owner.many(exchange)
        if _END_MARKER in body:
            self._owner.said_all(self, exchange)

    def on_message_complete(self) -> None:
        """Called by the parser at the end of an answer."""
        exchange = self.exchange
        if exchange is None or exchange.status < _INFORMATIONAL:
            return
        self.exchange = None
        self._answered += 1
        if not self._parser.should_keep_alive():
            self.close()
        self._end(exchange, None)

    def _end(self, exchange: Exchange, reason: str | None) -> None:
        exchange.error = reason
        exchange.ended = True
        self._owner.ended(self, exchange)


def _parser(protocol: Connection) -> httptools.HttpResponseParser:
    """One that reads what every client reads."""
    parser = httptools.HttpResponseParser(protocol)
    if hasattr(parser, "set_dangerous_leniencies"):
        # Since httptools 0.7. What is dangerous for a proxy that hands an answer on is none here.
        parser.set_dangerous_leniencies(
            lenient_chunked_length=True,  # RFC 9112, section 6.3: chunks count
            lenient_optional_cr_before_lf=True,  # section 2.2: a lone LF ends a line, too
            lenient_headers=True,
            lenient_spaces_after_chunk_size=True,
        )
    return parser


def _no_http(data: bytes, problem: str) -> str:
    """What answers in another protocol is known by its first bytes."""
    if not data:
        return f"{LOST} at its beginning"
    if data.startswith(_TLS_ALERT):
        return "the server speaks TLS: its URL begins with https"
    if data[3:4] == _HTTP2_SETTINGS and data[5:9] == _HTTP2_CONNECTION:
        return "the server speaks nothing but HTTP/2, which cannot be measured"
    return f"the answer is no HTTP: {problem}"
