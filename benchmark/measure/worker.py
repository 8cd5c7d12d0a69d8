"""The measuring process: it loads, warms up, measures, and tells its parent.

A process of its own keeps the peak memory and the threads of the engine apart from everything else,
and a crash of the engine from the command. It reads one pickled `Job` from standard input and
writes pickled events to what was its standard output; what libraries print goes to standard error.
When standard input ends, its parent is gone or wants it to stop.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from benchmark import garbage
from benchmark.errors import BenchmarkError, UsageError
from benchmark.measure.advice import advice
from benchmark.measure.ending import Ending, Measured
from benchmark.measure.engine import EngineFailedError, Lookable, Waits
from benchmark.measure.engines import ENGINES, open_engine
from benchmark.measure.host import bandwidth, caches
from benchmark.measure.job import (
    Cell,
    Finished,
    Loaded,
    Probed,
    Seen,
    Skipped,
    Started,
    Waiting,
)
from benchmark.measure.load import ONE_BY_ONE, Watch
from benchmark.measure.meters import PhaseMeters
from benchmark.measure.samples import NS_PER_S, Failure
from benchmark.measure.warmup import most_requests, most_seconds, warm_up
from benchmark.measure.workload.beginnings import Beginnings
from benchmark.measure.workload.fits import check_fits
from benchmark.measure.workload.prompts import needs_tokenizer, open_prompts
from benchmark.measure.workload.stock import MOST, stocked
from benchmark.measure.workload.tokenizer import open_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.measure.engine import Target
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.job import Event, Job
    from benchmark.measure.load import Load, StopRule
    from benchmark.measure.meters import Metered
    from benchmark.measure.request import ModelShape, Request
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource


def main() -> None:
    """Do the job that standard input holds; the last message is `Probed` or an error."""
    _outlive_signals()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    one_at_a_time = threading.Lock()

    def tell(message: Event | BenchmarkError) -> None:
        with one_at_a_time:
            send(out, message)

    with suppress(BrokenPipeError):
        try:
            serve(job, tell)
        except BenchmarkError as error:
            tell(error)
    garbage.uncollected_at_the_end()


def _outlive_signals() -> None:
    """Who ends a job may signal its every process: this one ends with its input.

    Handled and not ignored, for what it starts would ignore them, too.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def send(out: BinaryIO, message: Event | BenchmarkError) -> None:
    """Write one message so that it can be read at once."""
    pickle.dump(message, out)
    out.flush()


def serve(job: Job, tell: Callable[[Event], None]) -> None:
    """Load once, then measure every cell.

    Raises:
        BenchmarkError: if that cannot be done.
    """
    shape = open_engine(job.engine, job.options).shape
    sources = list(_sources(job, shape, tell))
    start = time.perf_counter_ns()
    engine = open_engine(job.engine, _for_all(sources, job.options))
    ending = Ending(tell, engine.abandon if isinstance(engine, Waits) else _nothing)
    ending.listen()
    if isinstance(engine, Waits):
        engine.tell_waits(lambda reason, seconds: tell(Waiting(reason, seconds)))
    target = engine.load()
    ending.closing(target.close)
    try:
        tell(Loaded((time.perf_counter_ns() - start) / NS_PER_S, target.facts()))
        if job.look:
            _look(target, sources[0][1], job, tell)
            return
        for load, prompts in sources:
            if not ending.is_asked:
                _measure(_Place(target, ending, tell), prompts, job, load)
        if not ending.is_asked:
            tell(_probe(job, target.facts().threads))
    finally:
        ending.close()


def _nothing() -> None:
    """A model that is being loaded goes with its process."""


def _sources(
    job: Job, shape: ModelShape, tell: Callable[[Event], None]
) -> Iterator[tuple[Load, PromptSource]]:
    """Every cell's load and prompts. A model in this process remembers nothing between requests."""
    tokenizer = _tokenizer(job)
    beginnings = Beginnings(job.salt if ENGINES[job.engine].remote else None)
    for cell in _that_fit(shape, job, tell):
        prompts = open_prompts(
            cell.workload,
            shape,
            seed=job.options.seed or cell.workload.seed or 0,
            tokenizer=tokenizer,
            beginnings=beginnings,
        )
        yield cell.load, prompts


def _for_all(sources: Sequence[tuple[Load, PromptSource]], options: EngineOptions) -> EngineOptions:
    """Only opened prompts know how long the longest is."""
    positions = max((source.workload.longest for _, source in sources), default=0)
    return replace(options, positions=positions)


def _that_fit(shape: ModelShape, job: Job, tell: Callable[[Event], None]) -> Iterator[Cell]:
    """Of several cells, those that the model has no positions for are left out."""
    for cell in job.cells:
        error = _misfit(shape, cell, job.options.model)
        if error is None:
            yield cell
        elif len(job.cells) == 1:
            raise error
        else:
            tell(Skipped(cell, str(error)))


def _misfit(shape: ModelShape, cell: Cell, model: str) -> UsageError | None:
    try:
        check_fits(shape, cell.workload, model)
    except UsageError as error:
        return error
    return None


def _tokenizer(job: Job) -> Tokenizer | None:
    """None where prompts are random ids and the engine takes ids."""
    words = any(needs_tokenizer(cell.workload) for cell in job.cells)
    if not (words or ENGINES[job.engine].remote):
        return None
    return open_tokenizer(job.tokenizer or job.options.model)


class _Place(NamedTuple):
    """What is measured, who may end it early, and who is told."""

    target: Target
    ending: Ending
    tell: Callable[[Event], None]


def _measure(place: _Place, prompts: PromptSource, job: Job, load: Load) -> None:
    target, _, tell = place
    tell(Started(Cell(prompts.workload, load), prompts.dataset, prompts.describe()))
    stop, turns = job.stop.whole(prompts.workload.turns), prompts.workload.turns
    most = _most(stop, load, turns)
    requests = _ready(prompts, job, most)
    tell(warm_up(target, requests, load, turns, most_s=most_seconds(stop.max_time_s)))
    if load.due_s:
        # The warm-up took the first of the trace's requests, which belong to the first times.
        requests = _ready(prompts, job, most)
    meters, watch = PhaseMeters(target.facts().service), Watch(stop, load)
    measured = Measured(watch, partial(_report, place, prompts, meters, watch))
    target.reset_peak_memory()
    meters.start()
    with place.ending.of(measured):
        measured.end(target.drive(requests, load, watch, tell))


def _report(
    place: _Place, prompts: PromptSource, meters: PhaseMeters, watch: Watch, wall_s: float | None
) -> None:
    """Tell of a phase's end; of one that still goes on, what another thread may look at."""
    found = _finished(place.target, prompts, meters.stop(), wall_s)
    place.tell(found._replace(hopeless=watch.hopeless, early=watch.ended))


def _finished(
    target: Target, prompts: PromptSource, used: Metered, wall_s: float | None
) -> Finished:
    return Finished(
        wall_s=wall_s,
        facts=target.facts(),
        prompts=prompts.describe(),
        # A distributed model asks its ranks, which listen to one thread.
        device_peak=None if wall_s is None else target.peak_memory(),
        host_peak=used.host_peak,
        energy=used.energy,
        noise=used.noise,
        observed=target.observed(),
        hopeless=False,
    )


def _look(target: Target, prompts: PromptSource, job: Job, tell: Callable[[Event], None]) -> None:
    """As a measured phase of one request, and it says how the answer looked."""
    assert isinstance(target, Lookable)  # noqa: S101 - of a server
    tell(Started(Cell(prompts.workload, ONE_BY_ONE), prompts.dataset, prompts.describe()))
    request, meters = next(_ready(prompts, job, 1)), PhaseMeters(target.facts().service)
    meters.start()
    looked, outcome = target.look(request)
    wall_s = outcome.e2e_ms / 1000
    used = meters.stop()
    tell(Seen(looked))
    if isinstance(outcome, Failure):
        service = target.facts().service
        said = () if service is None else service.said
        message = f"The request failed, as all others would: {outcome.error}"
        raise EngineFailedError(message, hint=advice(outcome.error, said), said=said)
    tell(outcome)
    tell(_finished(target, prompts, used, wall_s))


def _most(stop: StopRule, load: Load, turns: int) -> int:
    """How many requests it takes at most, as far as that is known before."""
    return MOST if stop.repeats is None else stop.repeats + most_requests(load, turns)


def _ready(prompts: PromptSource, job: Job, most: int) -> Iterator[Request]:
    """Requests; of those in words, the first are drawn already."""
    requests = prompts.requests()
    if prompts.workload.natural:
        requests = (one._replace(exact=False) for one in requests)
    return stocked(requests, most) if ENGINES[job.engine].remote else requests


def _probe(job: Job, threads: int | None) -> Probed:
    """Done last, when nothing else is measured any more."""
    if ENGINES[job.engine].remote:
        return Probed(None, None)
    backend = job.options.backend
    return Probed(bandwidth.probe(backend, threads), caches.of_device(backend))
