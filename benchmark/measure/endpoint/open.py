"""An open loop: every request starts at a time fixed before the phase begins.

Its times count from when it was due, whatever has been answered and however late this client is, so
nobody's lateness is left out of the figures (no coordinated omission). Where a load limits what is
in flight, a request that is due waits for a place, and its times hold that too.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

from benchmark.measure.arrivals import due_times, ramp_times
from benchmark.measure.caveat import Caveat, caveat
from benchmark.measure.endpoint.pacer import Pacer
from benchmark.measure.samples import NS_PER_MS, NS_PER_S
from benchmark.measure.stats import percentile

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Sequence

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.phase import Phase
    from benchmark.measure.endpoint.pool import Pool
    from benchmark.measure.load import Load

_LEAD_NS = 2_000_000
"""Between the beginning of the phase and its first request: so long it takes a thread to start."""


class OpenLoop:
    """Sends as the load's schedule says.

    Args:
        loop: the running event loop.
        phase: gives requests, takes results.
        pool: keeps spare connections.
        load: with a rate.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, phase: Phase, pool: Pool, load: Load
    ) -> None:
        self._phase = phase
        self._pool = pool
        self._load = load
        self._delays_ms: list[float] = []
        self._waits_ms: list[float] = []
        self._waiting: deque[int] = deque()
        self._free_ns: dict[Exchange, int] = {}
        self._unsent = 0
        self._in_flight = 0
        self._no_more = False
        start_ns = phase.clock() + _LEAD_NS
        self._measured_ns = self._last_sent_ns = start_ns + round(load.ramp_up_s * NS_PER_S)
        phase.measure_from(self._measured_ns)
        due = (
            start_ns + round(after * NS_PER_S) for after in _schedule(load, phase.arrivals(load))
        )
        self._pacer = Pacer(loop, due, self._due, self._end, phase.clock)

    def start(self) -> None:
        """Begin with the schedule."""
        self._pacer.start()

    def ended(self, exchange: Exchange) -> None:
        """A place is free: note how late the request was sent, then see what came of it."""
        self._in_flight -= 1
        free_ns = self._free_ns.pop(exchange, exchange.start_ns)
        late_ns = exchange.sent_ns - free_ns
        self._delays_ms.append(late_ns / NS_PER_MS)
        self._last_sent_ns = max(self._last_sent_ns, exchange.start_ns + late_ns)
        self._send_waiting()
        self._phase.ended(exchange)
        self._stop_if_all_is_sent()

    def many(self, exchange: Exchange) -> None:
        """Let some of it be understood."""
        self._phase.backlog.add(exchange)

    def stop(self) -> None:
        """Send nothing more."""
        self._pacer.stop()

    def details(self) -> dict[str, float]:
        """How late requests were sent, and how long they waited for a place: inside their times.

        `last_sent_s` is when the last one was sent, since measuring began; waits for a place are
        not in it.
        """
        found = {**_spread("send_delay", self._delays_ms), **_spread("place_wait", self._waits_ms)}
        found["last_sent_s"] = round((self._last_sent_ns - self._measured_ns) / NS_PER_S, 6)
        if self._waits_ms or self._unsent:
            found |= {"waited_for_a_place": len(self._waits_ms), "never_sent": self._unsent}
        return found

    def caveats(self) -> tuple[Caveat, ...]:
        """Whether the limit on what is in flight was felt."""
        if not self._waits_ms and not self._unsent:
            return ()
        longest = max(self._waits_ms, default=0)
        found = caveat(
            "waited-for-a-place",
            count=len(self._waits_ms),
            places=self._load.max_in_flight,
            longest=longest,
            unsent=self._unsent,
        )
        return (found,)

    def _due(self, due_ns: int) -> None:
        most = self._load.max_in_flight
        if self._waiting or (most is not None and self._in_flight >= most):
            self._waiting.append(due_ns)
        elif not self._phase.enough(due_ns):
            self._send(due_ns)

    def _send_waiting(self) -> None:
        if not self._waiting:
            return
        if self._phase.enough():
            self._unsent += len(self._waiting)
            self._waiting.clear()
            return
        free_ns = self._phase.clock()
        exchange = self._send(self._waiting.popleft())
        self._free_ns[exchange] = free_ns
        self._waits_ms.append((free_ns - exchange.start_ns) / NS_PER_MS)

    def _send(self, due_ns: int) -> Exchange:
        self._in_flight += 1
        exchange = self._phase.begin(due_ns)
        self._pool.send(exchange)
        return exchange

    def _end(self) -> None:
        self._no_more = True
        self._stop_if_all_is_sent()

    def _stop_if_all_is_sent(self) -> None:
        if self._no_more and not self._waiting:
            self._phase.stop()


def _schedule(load: Load, count: int) -> Iterator[float]:
    """Seconds since the start: the ramp first, then what is measured."""
    ramp = ramp_times(load) if load.ramp_up_s else ()
    return chain(ramp, (load.ramp_up_s + after for after in due_times(load, count)))


def _spread(name: str, values_ms: Sequence[float]) -> dict[str, float]:
    if not values_ms:
        return {}
    return {f"{name}_p{one}_ms": round(percentile(values_ms, one), 3) for one in (50, 99)}
