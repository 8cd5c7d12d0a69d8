"""When the requests of an open loop are due."""

from __future__ import annotations

from itertools import accumulate
from math import sqrt
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure.load import Load

_STRETCH = 65_536
"""Arrivals that are drawn, and conditioned on their number, together."""


def due_times(load: Load, count: int) -> Iterator[float]:
    """So many seconds since the start of the phase, never decreasing; the first is due at once.

    Gaps are exponential (Poisson arrivals), or have a gamma distribution whose shape is the load's
    burstiness: below 1 requests come in bursts, above 1 more evenly than by chance. They are scaled
    so that exactly `count` requests are due in count / rate seconds, as in vLLM's schedule: a short
    run would otherwise have half or twice the rate by chance. The times do not depend on when
    anything is answered, so a slow answer delays no later request (coordinated omission).

    Raises:
        ValueError: if the load has no rate.
    """
    if load.rate is None:
        raise ValueError("A closed loop has no due times.")
    if load.due_s:
        yield from load.due_s[:count]
    elif load.arrivals == "constant":
        yield from (number / load.rate for number in range(count))
    else:
        random = Random(load.seed)  # noqa: S311 - a repeatable load, not a secret
        for begun in range(0, count, _STRETCH):
            gaps = _gaps(load, min(_STRETCH, count - begun), random)
            yield from (begun / load.rate + since for since in accumulate(gaps[:-1], initial=0.0))


def ramp_times(load: Load) -> Iterator[float]:
    """Seconds at which requests are due while the rate grows evenly from 0 to the load's.

    Raises:
        ValueError: if the load has no rate.
    """
    if load.rate is None:
        raise ValueError("A closed loop has no due times.")
    # The area below the rate: half as many as at the full rate, and t² of them after the time t.
    count = round(load.rate * load.ramp_up_s / 2)
    yield from (load.ramp_up_s * sqrt(number / count) for number in range(count))


def _gaps(load: Load, count: int, random: Random) -> Sequence[float]:
    """Seconds, count / rate of them altogether."""
    assert load.rate is not None  # noqa: S101 - callers have seen it
    if load.burstiness == 1:
        drawn = [random.expovariate(1) for _ in range(count)]
    else:
        drawn = [random.gammavariate(load.burstiness, 1) for _ in range(count)]
    scale = count / load.rate / (sum(drawn) or 1)
    return [gap * scale for gap in drawn]
