"""Whether as many requests met their objective as is said, by how long they took."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import FACTOR, IMPOSSIBLE, QUARTER, because, beyond, times
from benchmark.verdict.stated import figure, statistic, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_LIMIT = re.compile(r"(ttft|tpot|e2e)=(\d{1,15}(?:\.\d{0,15})?)ms", re.ASCII)
_MOST_OF_THEM = 0.51
BUSY = 2.0


def objections(said: Stated) -> Iterator[Reason]:
    """Good requests that were too slow to be good, or are more than there were."""
    yield from half(said)
    yield from _good(said)
    yield from _asked(said)


def half(said: Stated) -> Iterator[Reason]:
    """If more than half of all requests met a limit, then so did the median of those that ended."""
    if (figure(said.metrics, "slo_attainment") or 0.0) < _MOST_OF_THEM:
        return
    for name, limit in _LIMIT.findall(text(said.metrics, "slo")):
        median = statistic(said, f"{name}_ms", "median") or figure(said.metrics, f"{name}_ms")
        if median and float(limit):
            yield from beyond(
                median / float(limit),
                ".metrics.slo_attainment",
                N_(
                    "most requests are said to meet {name} = {limit} ms, but the median is {median}"
                ),
                name=name.upper(),
                limit=float(limit),
                median=median,
            )


def _good(said: Stated) -> Iterator[Reason]:
    """Good answers are some of all answers."""
    good, rate = (figure(said.metrics, name) for name in ("goodput_rps", "requests_per_s"))
    if good and not rate and not said.varies:
        yield from beyond(
            times(good * said.output, said.throughput),
            ".metrics.goodput_rps",
            N_("{good} good requests/s of {output} tokens are more than {throughput} tokens/s"),
            good=good,
            output=said.output,
            throughput=said.throughput,
        )


def _asked(said: Stated) -> Iterator[Reason]:
    """No more are answered than are asked; a short run may be faster than its mean rate."""
    rate, asked = figure(said.metrics, "requests_per_s"), figure(said.workload, "request_rate")
    if rate and asked:
        yield from beyond(
            times(rate, asked) * QUARTER / BUSY,
            ".metrics.requests_per_s",
            N_("{rate} requests/s are said to be answered, but {asked} to be asked"),
            rate=rate,
            asked=asked,
        )
    e2e = statistic(said, "e2e_ms", "mean")
    if rate and e2e and said.streams is not None and said.is_closed:
        most = 1e3 * said.streams / e2e
        if rate > FACTOR * most:
            yield because(
                IMPOSSIBLE,
                ".metrics.requests_per_s",
                N_(
                    "{rate} requests/s are stated, but {streams} in flight for {e2e} ms make {most}"
                ),
                rate=rate,
                streams=said.streams,
                e2e=e2e,
                most=most,
            )
