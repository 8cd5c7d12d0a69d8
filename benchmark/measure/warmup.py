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
MOST_SECONDS = 15.0
_SHARE = 4
"""Of the time to measure, the fourth part is spent before it at most."""

MOST_FAILURES = 3
"""Rounds in a row without any success: a gateway may refuse one request and answer the next."""


def warm_up(
    target: Target,
    requests: Iterator[Request],
    load: Load,
    turns: int = 1,
    clock: Callable[[], int] = time.perf_counter_ns,
    most_s: float = MOST_SECONDS,
) -> Warmed:
    """Rounds of the load's full shape until two in a row take the same time within `STABLE`.

    At least one round, at most `MOST_ROUNDS`, no second one after `most_s`, and no third that would
    end after it: a round that takes longer has had its first-time costs, and they are small in it.

    Raises:
        EngineFailedError: if `MOST_FAILURES` rounds in a row have no success: nothing can be
            measured then.
    """
    start, sent, took = clock(), 0, 0.0
    load = load._replace(ramp_up_s=0.0, due_s=())
    times: list[float] = []
    reasons: list[str] = []
    while len(times) < MOST_ROUNDS and not _stable(times):
        spent = (clock() - start) / NS_PER_S
        if len(reasons) == MOST_FAILURES or (reasons and spent > most_s):
            raise _failed(target, reasons[-1])
        # The first round's first-time costs say nothing of the second.
        if times and spent + (took if len(times) > 1 else 0) > most_s:
            break
        began = clock()
        done = _round(target, requests, load, turns)
        took = (clock() - began) / NS_PER_S
        sent += len(done)
        good = [one.e2e_ms for one in done if isinstance(one, Sample)]
        times += [median(good)] if good else []
        reasons = [] if good else [*reasons, _reason(done)]
    return Warmed((clock() - start) / NS_PER_S, sent)


def most_seconds(max_time_s: float) -> float:
    """After how long no further round begins, of a phase that begins requests for `max_time_s`."""
    return min(MOST_SECONDS, max_time_s / _SHARE)


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
