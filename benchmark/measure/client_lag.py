"""Whether the client that asked an endpoint was quick enough for what it measured.

Of a server on another machine nothing tells whether that machine was busy; of this one, which
stamps what arrives, its own lag does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement

LAG = "client-lag"
UNSEEN = "noise-unknown"
MOST_LAG_MS = 10.0
"""Of one in a hundred stamps: about the time between two tokens of a fast answer."""

MOST_LATE = 0.05
"""Share of the median time to the first token by which requests may be sent too late."""

MOST_BUSY = 0.9
"""Share of one CPU: a single thread sends and stamps everything."""


def client_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """What of the client, and of what could not be seen, is in the figures."""
    service = measurement.facts.service
    if service is None:
        return
    yield from _lags(measurement)
    if service.is_here and service.pid is None:
        yield caveat(UNSEEN)


def _lags(measurement: Measurement) -> Iterator[Caveat]:
    late, lag = _detail(measurement, "send_delay_p99_ms"), _detail(measurement, "loop_lag_p99_ms")
    first = median([one.ttft_ms for one in measurement.series.samples])
    if late > max(MOST_LAG_MS, MOST_LATE * first):
        yield caveat(LAG, "late", ms=late)
    if lag > MOST_LAG_MS:
        yield caveat(LAG, "stamps", ms=lag)
    busy = _detail(measurement, "client_cpu_share")
    if busy > MOST_BUSY:
        yield caveat(LAG, "cpu", share=busy)


def _detail(measurement: Measurement, name: str) -> float:
    """A figure of how the last phase went, 0 if it is not known."""
    value = measurement.facts.details.get(name)
    return float(value) if isinstance(value, (int, float)) else 0.0
