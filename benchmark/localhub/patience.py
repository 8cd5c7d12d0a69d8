"""Ends the connections of clients that stall.

uvicorn does not: whoever opens connections and sends nothing, or a byte now and then, would hold
them for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from uvicorn.protocols.http.h11_impl import RequestResponseCycle


class Patience(NamedTuple):
    """Seconds: for a whole head, and for a body or an answer without any progress."""

    head: float = 60.0
    progress: float = 120.0


class _Progress(NamedTuple):
    """What changes while a client does its part; nothing at all where it has none."""

    request: object
    received: int
    unsent: int


class Connection(H11Protocol):
    """HTTP that knows how far its client has come.

    By h11 even where httptools is installed, which lets headers and trailers fill the memory
    (https://github.com/MagicStack/httptools).
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self._received = 0
        self._progress: _Progress | None = None
        self._since = 0.0
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        self._received += len(data)
        super().data_received(data)

    def end_if_stalled(self, now: float, patience: Patience) -> None:
        """Close the connection if its client has not done its part for too long."""
        progress = self._awaited()
        if progress is None or progress != self._progress:
            self._progress, self._since = progress, now
        elif now - self._since > (patience.progress if self._is_busy else patience.head):
            # What is unsent would keep it open: the client does not take it.
            self.transport.abort()

    def _awaited(self) -> _Progress | None:
        """How far the client has come in what is awaited of it; None if nothing is."""
        unsent = self.transport.get_write_buffer_size()
        if not self._is_busy:
            return _Progress(self.cycle, 0, unsent)
        awaits_body = self.cycle.more_body and not self.flow.read_paused
        return _Progress(self.cycle, self._received, unsent) if awaits_body or unsent else None

    @property
    def _is_busy(self) -> bool:
        """Whether there is a request that has not been answered."""
        # None before the first request, whatever uvicorn's types say.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete


def end_stalled(connections: Iterable[object], now: float, patience: Patience) -> None:
    """Look at every connection; to be called again and again."""
    for connection in list(connections):
        if isinstance(connection, Connection):
            connection.end_if_stalled(now, patience)
