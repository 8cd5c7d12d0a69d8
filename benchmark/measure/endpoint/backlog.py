"""Answers that wait to be understood, a little at a time, between arrivals."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from benchmark.measure.endpoint.exchange import Exchange

_SLICE_NS = 200_000
"""A slice delays the stamp of what arrives meanwhile by at most about this."""


class Backlog:
    """Understands answers in slices between two looks at the network.

    Every turn of the event loop first takes what has arrived, then runs one slice, so a long answer
    stalls nothing, and nothing piles up: under load the turns are many.

    Args:
        loop: the event loop.
        clock: nanoseconds.
        conclude: called with every exchange that has ended and is understood.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], int],
        conclude: Callable[[Exchange], None],
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._conclude = conclude
        self._waiting: deque[Exchange] = deque()
        self._scheduled = False

    def add(self, exchange: Exchange) -> None:
        """See to an exchange that has many pieces or has ended."""
        if exchange.queued:
            return
        exchange.queued = True
        self._waiting.append(exchange)
        self._schedule()

    def finish(self) -> None:
        """Understand all that has ended, now."""
        for exchange in [*self._waiting]:
            if exchange.ended:
                self._conclude(exchange)

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._slice)

    def _slice(self) -> None:
        self._scheduled = False
        until = self._clock() + _SLICE_NS
        while self._waiting and self._clock() < until:
            exchange = self._waiting[0]
            if exchange.understand():
                self._waiting.popleft()
                exchange.queued = False
                if exchange.ended:
                    self._conclude(exchange)
        if self._waiting:
            self._schedule()
