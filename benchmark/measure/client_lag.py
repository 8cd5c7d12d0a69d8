"""Whether the client that asked an endpoint was quick enough for what it measured.

Of a server on another machine nothing tells whether that machine was busy; of this one, which
stamps what arrives, its own lag does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import Caveat
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    reasons = [*_reasons(measurement)]
    if reasons:
        text = "; ".join(reasons)
        yield Caveat(LAG, f"This client was too busy to measure exactly: {text}.")
    if service.is_here and service.pid is None:
        yield Caveat(
            UNSEEN,
            "The server's process was not found (it may be another user's, in a container or "
            "behind a proxy): its memory, and whether something else used the machine, are not "
            "known.",
        )


def _reasons(measurement: Measurement) -> Iterator[str]:
    late, lag = _detail(measurement, "send_delay_p99_ms"), _detail(measurement, "loop_lag_p99_ms")
    first = median([one.ttft_ms for one in measurement.series.samples])
    if late > max(MOST_LAG_MS, MOST_LATE * first):
        yield f"one request in a hundred was sent {late:.0f} ms too late or later"
    if lag > MOST_LAG_MS:
        yield f"one stamp in a hundred was {lag:.0f} ms late or later"
    busy = _detail(measurement, "client_cpu_share")
    if busy > MOST_BUSY:
        yield f"it used {busy:.0%} of a CPU, and one is all it can use"


def _detail(measurement: Measurement, name: str) -> float:
    """A figure of how the last phase went, 0 if it is not known."""
    value = measurement.facts.details.get(name)
    return float(value) if isinstance(value, (int, float)) else 0.0
