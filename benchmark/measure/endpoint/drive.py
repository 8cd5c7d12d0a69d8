"""From a load to results: one phase in an event loop of its own."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.endpoint.closed import ClosedLoop
from benchmark.measure.endpoint.event_loop import allow_connections, no_collector
from benchmark.measure.endpoint.heartbeat import Heartbeat
from benchmark.measure.endpoint.open import OpenLoop
from benchmark.measure.endpoint.phase import Phase, Upcoming
from benchmark.measure.endpoint.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.verdict import Judge
    from benchmark.measure.load import Load, Watch
    from benchmark.measure.request import Request
    from benchmark.measure.samples import Failure, Sample

_SPARE = 8
_AHEAD = 32
_SECONDS_IN_FLIGHT = 1.0
"""How long a request of an open loop may last before further connections must be opened."""


class Driving(NamedTuple):
    """What all phases on one endpoint share.

    Attributes:
        ends_early: whether the server ends answers where the model ends them, whatever is asked.
    """

    address: Address
    writer: Writer
    clock: Callable[[], int]
    silence_s: float
    ends_early: bool = False


class Driven(NamedTuple):
    """What a phase tells besides its results.

    Attributes:
        wall_s: seconds from the first measured start to the last end.
        details: how late this client was, how many waited, how many were not measured.
        caveats: what the load was not as asked.
    """

    wall_s: float
    details: dict[str, float]
    caveats: tuple[Caveat, ...]


async def drive(
    driving: Driving,
    requests: Iterator[Request],
    load: Load,
    watch: Watch,
    judge: Judge,
    report: Callable[[Exchange, Sample | Failure], None],
) -> Driven:
    """Put `load` on the endpoint until `watch` has seen enough, and wait for what is in flight.

    Args:
        driving: where and how.
        requests: endless.
        load: closed or open.
        watch: told of every request and asked before each.
        judge: turns exchanges into results.
        report: told of every result.
    """
    loop = asyncio.get_running_loop()
    places = _places(load)
    allow_connections(places)
    upcoming = Upcoming(requests, driving.writer, places + _AHEAD, secrets.token_hex(4))
    spare = 0 if load.rate is None else _SPARE
    pool = Pool(driving.address, driving.clock, driving.silence_s, spare)
    try:
        await pool.open(places)
        with no_collector():
            phase = Phase(loop, driving.clock, upcoming, judge, watch, report)
            with _cut_by(watch, loop, phase):
                return await _run(loop, phase, pool, load)
    finally:
        await pool.close()


async def _run(loop: asyncio.AbstractEventLoop, phase: Phase, pool: Pool, load: Load) -> Driven:
    driver: ClosedLoop | OpenLoop
    if load.rate is None:
        driver = ClosedLoop(loop, phase, pool, load)
    else:
        driver = OpenLoop(loop, phase, pool, load)
    pool.serve(driver)
    loop.set_exception_handler(lambda _, context: _defect(phase, context))
    heartbeat = Heartbeat(loop, phase.clock)
    heartbeat.start()
    driver.start()
    try:
        await phase.over
    finally:
        driver.stop()
        heartbeat.stop()
    details = {**driver.details(), **phase.details(), **heartbeat.details()}
    return Driven(phase.wall_s, details, (*driver.caveats(), *pool.caveats()))


@contextmanager
def _cut_by(watch: Watch, loop: asyncio.AbstractEventLoop, phase: Phase) -> Iterator[None]:
    """Who ends the watch from another thread need not wait for what is in flight."""

    def cut() -> None:
        # The loop may be over just then.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(phase.cut)

    watch.on_end(cut)
    try:
        if watch.ended:
            phase.cut()
        yield
    finally:
        watch.on_end(None)


def _places(load: Load) -> int:
    """Connections to open before the phase begins."""
    if load.rate is None:
        return load.concurrency
    expected = _SPARE + round(load.rate * _SECONDS_IN_FLIGHT)
    return expected if load.max_in_flight is None else min(expected, load.max_in_flight)


def _defect(phase: Phase, context: dict[str, Any]) -> None:
    """What was raised in a callback would otherwise be printed, and the phase never end."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        phase.fail(error)
