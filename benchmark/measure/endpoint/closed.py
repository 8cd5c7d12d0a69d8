"""A closed loop: a fixed number of requests in flight, the next starts when one ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.phase import Phase
    from benchmark.measure.endpoint.pool import Pool


class ClosedLoop:
    """Keeps `places` requests in flight.

    Args:
        loop: the running event loop.
        phase: gives requests, takes results.
        pool: with as many open connections.
        places: how many.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, phase: Phase, pool: Pool, places: int
    ) -> None:
        self._loop = loop
        self._phase = phase
        self._pool = pool
        self._places = places

    def start(self) -> None:
        """Send the first requests, one per turn of the loop: answers are stamped in between."""
        self._fill(self._places)

    def ended(self, exchange: Exchange) -> None:
        """A place is free: a success gives it away at once, a failure is counted first."""
        if exchange.error or not exchange.is_stream:
            self._phase.ended(exchange)
            self._loop.call_soon(self._next)
        else:
            self._next()
            self._phase.ended(exchange)

    def many(self, exchange: Exchange) -> None:
        """Let some of it be understood."""
        self._phase.backlog.add(exchange)

    def stop(self) -> None:
        """Nothing runs besides the event loop."""

    def details(self) -> dict[str, float]:
        """Nothing is due at a fixed time, so nothing can be late."""
        return {}

    def _fill(self, left: int) -> None:
        if left and self._next():
            self._loop.call_soon(self._fill, left - 1)

    def _next(self) -> bool:
        if self._phase.enough():
            return False
        self._pool.send(self._phase.begin())
        return True
