"""Whether the load that is stated was there, by the speed of each request and that of all.

By Little's law (https://doi.org/10.1287/opre.9.3.383) c requests in flight, each with n output
tokens in E2E, make c n / E2E tokens/s while every place is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import DOUBTFUL, QUARTER, because
from benchmark.verdict.stated import e2e_of, figure, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

IDLE_MS = 50.0
"""Between two requests a client may do what takes longer than a small model's answer."""

EMPTY = 4.0
"""Of a single wave of requests: a mean is half of the longest, and the last places are empty."""

_EMPTY_OF_MANY = 2.0
_SEVERAL = 2
_THROUGHPUT = ".metrics.throughput_tps"


def vacancies(said: Stated) -> Iterator[Reason]:
    """Places in flight that seem to have been empty, or answers that took longer than is said."""
    if is_told_otherwise(said) or not (said.is_closed and _is_known(said)):
        return
    e2e = e2e_of(said)
    if e2e and said.streams is not None:
        yield from _idle(said, e2e)
        yield from _empty(said, e2e)


def is_told_otherwise(said: Stated) -> bool:
    """Whether it is said that not all requests ended as all others."""
    failed = figure(said.metrics, "error_rate")
    return bool(said.varies or failed or "body-not-ended" in said.caveats)


def wave(said: Stated) -> tuple[float, float]:
    """Requests in flight at the beginning, and how many times as fast they may seem to be."""
    places = figure(said.workload, "concurrent_requests") or 1.0
    asked = min(places, said.asked or places)
    return asked, _EMPTY_OF_MANY * (1 + asked / (said.asked or asked))


def _is_known(said: Stated) -> bool:
    """Whether a request's time is said, or follows, and not only the least of it."""
    by_parts = said.tpot is not None or said.output < _SEVERAL
    return by_parts or any(statistic(said, "e2e_ms", which) for which in ("mean", "median"))


def _idle(said: Stated, e2e: float) -> Iterator[Reason]:
    """Less than one request alone would make: possible, for a client may wait between two."""
    period = 1e3 * said.output / said.throughput
    if period > QUARTER * e2e + IDLE_MS:
        yield because(
            DOUBTFUL,
            _THROUGHPUT,
            N_(
                "a request with {output} tokens in {e2e} ms makes {alone} tokens/s by itself, but "
                "{throughput} are stated"
            ),
            output=said.output,
            e2e=e2e,
            alone=1e3 * said.output / e2e,
            throughput=said.throughput,
        )


def _empty(said: Stated, e2e: float) -> Iterator[Reason]:
    """Far less than all of them would make: then each took longer, or there were fewer."""
    asked, spared = wave(said)
    made = 1e3 * asked * said.output / (e2e + IDLE_MS)
    if asked > 1 and made > spared * said.throughput:
        yield because(
            DOUBTFUL,
            ".metrics.ttft_ms",
            N_(
                "{places} in flight, each with {output} tokens in {e2e} ms, make {made} tokens/s, "
                "but {throughput} are stated"
            ),
            places=asked,
            output=said.output,
            e2e=e2e,
            made=made,
            throughput=said.throughput,
        )
