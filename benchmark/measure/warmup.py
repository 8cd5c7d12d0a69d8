"""Requests before the measured phase, so that no first-time cost is measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmark.measure.advice import advice
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.job import Warmed
from benchmark.measure.load import StopRule, Watch
from benchmark.measure.samples import NS_PER_S, Failure, Sample
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.engine import Target
    from benchmark.measure.load import Load
    from benchmark.measure.request import Request

STABLE = 0.05
MOST_ROUNDS = 10
MOST_SECONDS = 30.0
MOST_FAILURES = 3
"""Rounds in a row without any success: a gateway may refuse one request and answer the next."""


def warm_up(
    target: Target,
    requests: Iterator[Request],
    load: Load,
    turns: int = 1,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> Warmed:
    """Rounds of the load's full shape until two in a row take the same time within `STABLE`.

    At least two rounds, at most `MOST_ROUNDS`, and no further one after `MOST_SECONDS`.

    Raises:
        EngineFailedError: if `MOST_FAILURES` rounds in a row have no success: nothing can be
            measured then.
    """
    start, sent = clock(), 0
    load = load._replace(ramp_up_s=0.0, due_s=())
    times: list[float] = []
    reasons: list[str] = []
    while len(times) < MOST_ROUNDS and not _stable(times):
        is_long = (clock() - start) / NS_PER_S > MOST_SECONDS
        if len(reasons) == MOST_FAILURES or (reasons and is_long):
            raise _failed(target, reasons[-1])
        if len(times) > 1 and is_long:
            break
        done = _round(target, requests, load, turns)
        sent += len(done)
        good = [one.e2e_ms for one in done if isinstance(one, Sample)]
        times += [median(good)] if good else []
        reasons = [] if good else [*reasons, _reason(done)]
    return Warmed((clock() - start) / NS_PER_S, sent)


def most_requests(load: Load, turns: int = 1) -> int:
    """How many requests a warm-up with `load` takes at most."""
    return MOST_ROUNDS * _size(load) * turns


def _size(load: Load) -> int:
    return max(load.concurrency, round(load.rate or 0), 1)


def _round(
    target: Target, requests: Iterator[Request], load: Load, turns: int
) -> list[Sample | Failure]:
    """As many requests, or conversations, as are in flight at once, or start within a second."""
    done: list[Sample | Failure] = []
    rule = StopRule(repeats=_size(load) * turns)
    target.drive(requests, load, Watch(rule, load), done.append)
    return done


def _reason(done: list[Sample | Failure]) -> str:
    """Why a round has no success."""
    reasons = [one.error for one in done if isinstance(one, Failure)]
    return reasons[-1] if reasons else "no answer"


def _failed(target: Target, reason: str) -> EngineFailedError:
    """With what a server that was started for this says of it."""
    service = target.facts().service
    said = () if service is None else service.said
    return EngineFailedError(f"The warm-up failed: {reason}", hint=advice(reason, said), said=said)


def _stable(times: list[float]) -> bool:
    return len(times) > 1 and abs(times[-1] - times[-2]) <= STABLE * times[-2]
