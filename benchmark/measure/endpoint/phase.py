"""One phase of load: requests ready ahead, exchanges in flight, results handed on."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.backlog import Backlog
from benchmark.measure.endpoint.exchange import Exchange
from benchmark.measure.samples import NS_PER_MS, NS_PER_S, Failure

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.verdict import Judge
    from benchmark.measure.load import Load, Watch
    from benchmark.measure.request import Request
    from benchmark.measure.samples import Sample


class Upcoming:
    """Requests written ahead, so that none is written while an answer waits for its stamp."""

    def __init__(self, requests: Iterator[Request], writer: Writer, ahead: int, name: str) -> None:
        self._requests = requests
        self._writer = writer
        self._name = name
        self._number = 0
        self._ready: deque[tuple[Request, bytes]] = deque()
        for _ in range(ahead):
            self.refill()

    def write(self, request: Request) -> tuple[Request, bytes]:
        """A request that could not be written ahead, and its bytes."""
        self._number += 1
        return request, self._writer.generation(request, f"{self._name}-{self._number}")

    def take(self) -> tuple[Request, bytes]:
        """The next request and its bytes."""
        if not self._ready:
            self.refill()
        return self._ready.popleft()

    def refill(self) -> None:
        """Write one more."""
        self._ready.append(self.write(next(self._requests)))


class Phase:
    """What both kinds of load share.

    Args:
        loop: the running event loop.
        clock: nanoseconds.
        upcoming: what to send.
        judge: turns exchanges into results.
        watch: decides when it is enough.
        report: told of every result.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], int],
        upcoming: Upcoming,
        judge: Judge,
        watch: Watch,
        report: Callable[[Exchange, Sample | Failure], None],
    ) -> None:
        self._loop = loop
        self.clock = clock
        self._upcoming = upcoming
        self._judge = judge
        self._watch = watch
        self._report = report
        self.measure_from(clock())
        self._ramped = 0
        self._first_ns: int | None = None
        self._last_ns = 0
        self._in_flight = 0
        self._stopped = self._is_cut = False
        self.backlog = Backlog(loop, clock, self._conclude)
        self.over: asyncio.Future[None] = loop.create_future()

    @property
    def wall_s(self) -> float:
        """Seconds from the first start to the last end."""
        return 0.0 if self._first_ns is None else (self._last_ns - self._first_ns) / NS_PER_S

    def arrivals(self, load: Load) -> int:
        """How many requests of an open loop are due."""
        return self._watch.arrivals(load)

    def measure_from(self, start_ns: int) -> None:
        """Leave out of the results what starts earlier and succeeds: it met half of the load."""
        self._measured_ns = start_ns
        self._judge.begin(start_ns)

    def enough(self, at_ns: int | None = None) -> bool:
        """Whether to send nothing more, now or at another time; once true, it stays true."""
        if not self._stopped:
            at_ns = self.clock() if at_ns is None else at_ns
            self._stopped = self._watch.enough((at_ns - self._measured_ns) / NS_PER_S)
            self._finish_if_over()
        return self._stopped

    def stop(self) -> None:
        """Nothing more will be sent."""
        self._stopped = True
        self._finish_if_over()

    def cut(self) -> None:
        """End now: what has ended counts, what is in flight is left out."""
        self._stopped = True
        self.backlog.finish()
        self._is_cut = True
        if not self.over.done():
            self.over.set_result(None)

    def details(self) -> dict[str, float]:
        """What was left out."""
        return {"ramp_up_requests": self._ramped} if self._ramped else {}

    def begin(self, due_ns: int | None = None) -> Exchange:
        """A request to be sent now, which starts now or was due at `due_ns`."""
        request, data = self._upcoming.take()
        self._loop.call_soon(self._upcoming.refill)
        return self._begun(request, data, self.clock() if due_ns is None else due_ns)

    def go_on(self, request: Request, before: Exchange) -> Exchange:
        """A request to be sent now that follows from an answer."""
        return self._begun(*self._upcoming.write(request), self.clock(), counted=before.counted)

    def break_off(self, exchange: Exchange) -> None:
        """The turns that were to follow will not be sent."""
        if exchange.counted and exchange.request is not None:
            self._watch.start(-len(exchange.request.later))

    def _begun(
        self, request: Request, data: bytes, start_ns: int, *, counted: bool = False
    ) -> Exchange:
        """Of a conversation all turns count when it begins: it is measured whole."""
        self._in_flight += 1
        exchange = Exchange(request, data, start_ns)
        exchange.counted = counted
        if start_ns >= self._measured_ns:
            if not counted:
                self._watch.start(1 + len(request.later))
            exchange.counted = True
            self._first_ns = start_ns if self._first_ns is None else self._first_ns
        return exchange

    def ended(self, exchange: Exchange) -> None:
        """An exchange is over; failures count at once, since they may end the phase."""
        if exchange.error or not exchange.is_stream:
            self._conclude(exchange)
        else:
            self.backlog.add(exchange)

    def fail(self, error: BaseException) -> None:
        """Stop because of a defect."""
        if not self.over.done():
            self.over.set_exception(error)

    def _conclude(self, exchange: Exchange) -> None:
        if exchange.request is None or exchange.settled or self._is_cut:
            return
        exchange.settled = True
        outcome = self._judge.decide(exchange, exchange.request)
        self._in_flight -= 1
        if isinstance(outcome, Failure) or exchange.start_ns >= self._measured_ns:
            self._count(exchange, outcome)
        else:
            self._ramped += 1
        self._finish_if_over()

    def _count(self, exchange: Exchange, outcome: Sample | Failure) -> None:
        if isinstance(outcome, Failure):
            self._watch.fail()
        else:
            self._watch.succeed(outcome.output_tokens * 1000 / outcome.e2e_ms)
        end_ns = exchange.start_ns + round(outcome.e2e_ms * NS_PER_MS)
        self._last_ns = max(self._last_ns, end_ns)
        self._report(exchange, outcome)

    def _finish_if_over(self) -> None:
        if self._stopped and not self._in_flight and not self.over.done():
            self.over.set_result(None)
