"""An endpoint as a target of loads."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.measure.endpoint import look
from benchmark.measure.endpoint.drive import drive
from benchmark.measure.endpoint.event_loop import LOOP, run
from benchmark.measure.endpoint.ledger import Ledger
from benchmark.measure.endpoint.observer import Observer
from benchmark.measure.endpoint.verdict import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.drive import Driving
    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.server_process import ServerProcess
    from benchmark.measure.engine_facts import EngineFacts, Service
    from benchmark.measure.load import Load, Watch
    from benchmark.measure.looked import Looked
    from benchmark.measure.observed import Observed
    from benchmark.measure.request import Request
    from benchmark.measure.samples import Failure, Sample


class EndpointTarget:
    """A server that has been reached.

    Args:
        driving: where and how requests are sent.
        count: the tokenizer's count of a text.
        clean: takes the API key out of what a server says.
        facts: what is known of the server.
        server: its process, if it was started for this.
        metrics: its page of metrics as it is now, None if it has none.
    """

    def __init__(
        self,
        driving: Driving,
        count: Callable[[str], int],
        clean: Callable[[str], str],
        facts: EngineFacts,
        server: ServerProcess | None,
        metrics: Callable[[], bytes] | None = None,
    ) -> None:
        self._driving = driving
        self._count = count
        self._clean = clean
        self._facts = facts
        self._server = server
        self._metrics = metrics
        self._observed: Observed | None = None
        self._ledger = Ledger(count)
        self._lateness: dict[str, float] = {}
        self._caveats: tuple[Caveat, ...] = ()
        self._answers_nothing = False

    def drive(
        self,
        requests: Iterator[Request],
        load: Load,
        watch: Watch,
        on_done: Callable[[Sample | Failure], None],
    ) -> float:
        """See `benchmark.measure.engine.Target.drive`; a server that is gone gives failures."""
        return self.drive_traced(requests, load, watch, lambda _, outcome: on_done(outcome))

    def drive_traced(
        self,
        requests: Iterator[Request],
        load: Load,
        watch: Watch,
        report: Callable[[Exchange, Sample | Failure], None],
    ) -> float:
        """As `drive`, and show the exchange with each result."""
        # What was known of the phase before is not known of this one, should it be cut off.
        self._ledger, self._observed = Ledger(self._count), None
        self._lateness, self._caveats = {}, ()
        judge = self._judge(self._driving.clock())
        with self._observing():
            before_s = time.process_time()
            driven = run(drive(self._driving, requests, load, watch, judge, report))
            used_s = time.process_time() - before_s
        self._answers_nothing = self._ledger.is_empty
        if watch.hopeless and self._server is not None:
            self._server.let_end()
        self._ledger.check()
        self._lateness = {
            **driven.details,
            "client_cpu_share": round(used_s / driven.wall_s, 3) if driven.wall_s else 0.0,
        }
        self._caveats = driven.caveats
        return driven.wall_s

    def look(self, request: Request) -> tuple[Looked, Sample | Failure]:
        """See `benchmark.measure.engine.Lookable.look`."""
        self._ledger = Ledger(self._count)
        with self._observing():
            over = look.exchange(self._driving, request)
        outcome = self._judge(over.start_ns).decide(over, request)
        self._ledger.check()
        self._answers_nothing = self._ledger.is_empty
        return look.described(self._driving, over, self._count, self._metrics), outcome

    def _judge(self, phase_ns: int) -> Judge:
        may_end = self._driving.ends_early
        return Judge(phase_ns, self._count, self._ledger, self._clean, ends_early=may_end)

    @contextmanager
    def _observing(self) -> Iterator[None]:
        if self._metrics is None:
            yield
            return
        observer = Observer(self._metrics)
        observer.start()
        try:
            yield
        finally:
            observer.stop()
        self._observed = observer.observed()

    def facts(self) -> EngineFacts:
        """What is executing, and how the last phase went."""
        details = {
            **self._facts.details,
            **self._ledger.details(),
            **self._lateness,
            "dialect": self._driving.writer.dialect.name,
            "dialect_dropped": ", ".join(self._driving.writer.dropped) or None,
            "event_loop": LOOP,
            "server_exit_status": None if self._server is None else self._server.exit_status,
        }
        caveats = (*self._facts.caveats, *self._ledger.caveats(), *self._caveats)
        return replace(self._facts, details=details, caveats=caveats, service=self._service())

    def _service(self) -> Service | None:
        """Of a server that was started and is gone or answers nothing, with its last words."""
        service, server = self._facts.service, self._server
        if service is None or server is None:
            return service
        if server.exit_status is None and not self._answers_nothing:
            return service
        return service._replace(ended=server.exit_status, said=server.last_lines())

    def reset_peak_memory(self) -> None:
        """A server does not tell."""

    def peak_memory(self) -> int | None:
        """A server does not tell."""
        return None

    def observed(self) -> Observed | None:
        """See `benchmark.measure.engine.Target.observed`."""
        return self._observed

    def close(self) -> None:
        """Stop the server if it was started for this."""
        if self._server is not None:
            self._server.stop()
