"""A closed loop: a fixed number of requests in flight, the next starts when one ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.samples import NS_PER_S

if TYPE_CHECKING:
    import asyncio

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.phase import Phase
    from benchmark.measure.endpoint.pool import Pool
    from benchmark.measure.load import Load
    from benchmark.measure.request import Request


class ClosedLoop:
    """Keeps as many requests in flight as there are places.

    Args:
        loop: the running event loop.
        phase: gives requests, takes results.
        pool: with as many open connections as there are places.
        load: how many, and in how many seconds they are filled.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, phase: Phase, pool: Pool, load: Load
    ) -> None:
        self._loop = loop
        self._phase = phase
        self._pool = pool
        self._load = load
        self._timers: list[asyncio.TimerHandle] = []

    def start(self) -> None:
        """Send the first requests, one per turn of the loop: answers are stamped in between."""
        places, ramp_s = self._load.concurrency, self._load.ramp_up_s
        if not ramp_s:
            self._fill(places)
            return
        self._phase.measure_from(self._phase.clock() + round(ramp_s * NS_PER_S))
        self._timers = [
            self._loop.call_later(ramp_s * place / places, self._next) for place in range(places)
        ]

    def ended(self, exchange: Exchange) -> None:
        """A place is free: a success gives it away at once, a failure is counted first.

        A conversation keeps its place until its last turn, so that all that begin are measured
        whole, or until a turn fails.
        """
        turn = _next_turn(exchange)
        if turn is not None:
            self._pool.send(self._phase.go_on(turn, exchange))
            self._phase.ended(exchange)
            return
        self._phase.break_off(exchange)
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
        for timer in self._timers:
            timer.cancel()

    def details(self) -> dict[str, float]:
        """Nothing is due at a fixed time, so nothing can be late."""
        return {}

    def caveats(self) -> tuple[Caveat, ...]:
        """Nothing waits for a place."""
        return ()

    def _fill(self, left: int) -> None:
        if left and self._next():
            self._loop.call_soon(self._fill, left - 1)

    def _next(self) -> bool:
        if self._phase.enough():
            return False
        self._pool.send(self._phase.begin())
        return True


def _next_turn(exchange: Exchange) -> Request | None:
    """What a conversation asks next, with the answer that just came; None if it is over."""
    if exchange.request is None or not exchange.request.later:
        return None
    exchange.conclude()
    if exchange.trouble() or not exchange.answer.texts:
        return None
    return exchange.request.next_turn(exchange.answer.text)
