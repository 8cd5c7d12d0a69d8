"""An open loop: every request starts at a time fixed before the phase begins.

Its times count from when it was due, whatever has been answered and however late this client is, so
nobody's lateness is left out of the figures (no coordinated omission).
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.measure.arrivals import due_times
from benchmark.measure.samples import NS_PER_MS, NS_PER_S
from benchmark.measure.stats import percentile

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.phase import Phase
    from benchmark.measure.endpoint.pool import Pool
    from benchmark.measure.load import Load

_LEAD_NS = 2_000_000
"""Between the beginning of the phase and its first request: so long it takes a thread to start."""

_JOIN_S = 10.0


class Pacer:
    """Calls back at the due times, to the tenth of a millisecond.

    A thread that sleeps, because the timers of event loops count whole milliseconds.

    Args:
        loop: where the call is made.
        due_ns: when, in `clock`'s time.
        call: told the time it was due.
        clock: nanoseconds.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        due_ns: Iterator[int],
        call: Callable[[int], None],
        clock: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._loop = loop
        self._due_ns = due_ns
        self._call = call
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Call no more."""
        self._stopped.set()
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            for due in self._due_ns:
                early = (due - self._clock()) / NS_PER_S
                if early > 0 and self._stopped.wait(early):
                    return
                if self._stopped.is_set():
                    return
                self._loop.call_soon_threadsafe(self._call, due)


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
        self._delays_ms: list[float] = []
        self._start_ns = start = phase.clock() + _LEAD_NS
        self._last_sent_ns = start
        due = (start + round(after * NS_PER_S) for after in due_times(load))
        self._pacer = Pacer(loop, due, self._due, phase.clock)

    def start(self) -> None:
        """Begin with the schedule."""
        self._pacer.start()

    def ended(self, exchange: Exchange) -> None:
        """Note how late it was sent, then see what came of it."""
        self._delays_ms.append((exchange.sent_ns - exchange.start_ns) / NS_PER_MS)
        self._last_sent_ns = max(self._last_sent_ns, exchange.sent_ns)
        self._phase.ended(exchange)

    def many(self, exchange: Exchange) -> None:
        """Let some of it be understood."""
        self._phase.backlog.add(exchange)

    def stop(self) -> None:
        """Send nothing more."""
        self._pacer.stop()

    def details(self) -> dict[str, float]:
        """How late requests were sent; it is inside their times."""
        if not self._delays_ms:
            return {}
        return {
            **{
                f"send_delay_p{percent}_ms": round(percentile(self._delays_ms, percent), 3)
                for percent in (50, 99)
            },
            "last_sent_s": round((self._last_sent_ns - self._start_ns) / NS_PER_S, 6),
        }

    def _due(self, due_ns: int) -> None:
        if not self._phase.enough():
            self._pool.send(self._phase.begin(due_ns))
