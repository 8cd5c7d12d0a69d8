"""Loads on a model in this process, which answers one batch at a time.

Closed loop: as many requests as are to be in flight are generated together as one batch (static
batching). Open loop: a queue with one server; a request's time starts when it is due, so waiting in
the queue is part of its time to first token.
"""

from __future__ import annotations

import time
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.arrivals import due_times
from benchmark.measure.engine import RequestFailedError
from benchmark.measure.samples import NS_PER_MS, NS_PER_S, Failure, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.measure.engine import Model
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.load import Load, Watch
    from benchmark.measure.request import Request
    from benchmark.measure.samples import Sample, Timing


class _Phase(NamedTuple):
    """Who is told of what, and since when times count."""

    start_ns: int
    watch: Watch
    on_done: Callable[[Sample | Failure], None]


class LocalTarget:
    """A model in this process as a target of loads.

    Args:
        model: loaded.
        clock: nanoseconds, the clock of the model's stamps.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        model: Model,
        clock: Callable[[], int] = time.perf_counter_ns,
        sleep: Callable[[float], None] = time.sleep,  # noqa: TID251 - what a parameter defaults to
    ) -> None:
        self._model = model
        self._clock = clock
        self._sleep = sleep

    def drive(
        self,
        requests: Iterator[Request],
        load: Load,
        watch: Watch,
        on_done: Callable[[Sample | Failure], None],
    ) -> float:
        """See `benchmark.measure.engine.Target.drive`."""
        phase = _Phase(self._clock(), watch, on_done)
        if load.rate is None:
            while not self._enough(phase):
                self._serve(list(islice(requests, load.concurrency)), self._clock(), phase)
        else:
            self._play(due_times(load, watch.arrivals(load)), requests, phase)
        return (self._clock() - phase.start_ns) / NS_PER_S

    def facts(self) -> EngineFacts:
        """What is executing."""
        return self._model.facts()

    def reset_peak_memory(self) -> None:
        """Forget the device's peak so far."""
        self._model.reset_peak_memory()

    def peak_memory(self) -> int | None:
        """Bytes at the device's peak since the last reset."""
        return self._model.peak_memory()

    def observed(self) -> None:
        """Nothing: there is no server."""

    def close(self) -> None:
        """End what the model started besides this process, if anything."""
        close = getattr(self._model, "close", None)
        if close is not None:
            close()

    def _play(self, due: Iterator[float], requests: Iterator[Request], phase: _Phase) -> None:
        """One request after the other, none before it is due."""
        for after_s in due:
            if self._enough(phase):
                return
            arrival = phase.start_ns + round(after_s * NS_PER_S)
            self._wait_for(arrival)
            self._serve([next(requests)], arrival, phase)

    def _enough(self, phase: _Phase) -> bool:
        return phase.watch.enough((self._clock() - phase.start_ns) / NS_PER_S)

    def _wait_for(self, arrival: int) -> None:
        early = arrival - self._clock()
        if early > 0:
            self._sleep(early / NS_PER_S)

    def _serve(self, batch: Sequence[Request], arrival: int, phase: _Phase) -> None:
        """Generate prompts of one shape together, one shape after the other."""
        for _ in batch:
            phase.watch.start()
        for _, alike in groupby(sorted(batch, key=_shape), key=_shape):
            self._generate(list(alike), arrival, phase)

    def _generate(self, group: Sequence[Request], arrival: int, phase: _Phase) -> None:
        try:
            timings = self._model.generate([one.prompt for one in group], group[0].output_length)
        except RequestFailedError as error:
            self._fail(len(group), str(error), arrival, phase)
            return
        phase.watch.succeed(_speed(timings))
        for request, timing in zip(group, timings, strict=True):
            since_arrival = timing._replace(start_ns=arrival)
            phase.on_done(sample(since_arrival, len(request.prompt), phase.start_ns))

    def _fail(self, requests: int, reason: str, arrival: int, phase: _Phase) -> None:
        start_s = (arrival - phase.start_ns) / NS_PER_S
        failure = Failure(start_s, (self._clock() - arrival) / NS_PER_MS, reason)
        for _ in range(requests):
            phase.watch.fail()
            phase.on_done(failure)


def _shape(request: Request) -> tuple[int, int]:
    return len(request.prompt), request.output_length


def _speed(timings: Sequence[Timing]) -> float:
    """Tokens per second of what was generated together."""
    tokens = sum(len(one.token_ns) for one in timings)
    start = min(one.start_ns for one in timings)
    return tokens * NS_PER_S / (max(one.end_ns for one in timings) - start)
