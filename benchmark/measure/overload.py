"""Whether a server kept up with the rate at which requests came.

If it does not, requests wait for those before them, each longer than the last, and its times say
how long the run was rather than how fast the server is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement

KIND = "server-overloaded"
FEWEST = 8
"""Requests; fewer have no beginning and end."""

_LONGER = 2.0
"""Times as long as in the first quarter a request lasts in the last one."""

_SLOWER = 0.9
"""Share of the rate at which answers come, from the first request to the last answer."""


def overload_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Says so if answers came more slowly than requests, and ever later."""
    rate, series = measurement.cell.load.rate, measurement.series
    samples = sorted(series.samples, key=lambda one: one.start_s)
    if rate is None or len(samples) < FEWEST or not series.wall_s:
        return
    quarter = len(samples) // 4
    first = median([one.e2e_ms for one in samples[:quarter]])
    last = median([one.e2e_ms for one in samples[-quarter:]])
    answers = (len(samples) + len(series.failures)) / series.wall_s
    if last > _LONGER * first and answers < _SLOWER * rate:
        yield caveat(KIND, answers=answers, rate=rate, first=first, last=last)
