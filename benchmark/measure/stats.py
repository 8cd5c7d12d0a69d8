"""From stamps to figures. Pure: the same timings always give the same summary.

Definitions, per request with n output tokens:
    TTFT = first token − start
    ITL  = the n − 1 differences between consecutive tokens
    E2E  = end − start
    TPOT = (E2E − TTFT) / (n − 1), as MLPerf Inference's loadgen and vLLM define it
Over a run, throughput is the output tokens of successful requests divided by the wall time of the
measured phase, and failed requests count in the error rate. Percentiles interpolate linearly
between order statistics (type 7 of Hyndman and Fan, numpy's default). Times are milliseconds.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.measure.engine import Timing

PERCENTS = (50, 90, 95, 99)
_NS_PER_MS = 1e6


class Sample(NamedTuple):
    """One successful request, in milliseconds."""

    ttft_ms: float
    itl_ms: tuple[float, ...]
    e2e_ms: float

    @property
    def output_tokens(self) -> int:
        """Tokens generated, the first included."""
        return len(self.itl_ms) + 1

    @property
    def tpot_ms(self) -> float:
        """Time per output token after the first."""
        return (self.e2e_ms - self.ttft_ms) / len(self.itl_ms)


class Summary(NamedTuple):
    """A run in figures; times in milliseconds, medians unless said otherwise."""

    ttft_ms: float
    tpot_ms: float
    tbt_ms: float
    e2e_ms: float
    throughput_tps: float
    decode_tps: float
    error_rate: float
    requests: int
    failed: int
    output_tokens: int
    percentiles: Mapping[str, Mapping[str, float]]


def sample(timing: Timing) -> Sample:
    """What one request's stamps (at least two tokens) say."""
    tokens = timing.token_ns
    return Sample(
        ttft_ms=(tokens[0] - timing.start_ns) / _NS_PER_MS,
        itl_ms=tuple((after - before) / _NS_PER_MS for before, after in pairwise(tokens)),
        e2e_ms=(timing.end_ns - timing.start_ns) / _NS_PER_MS,
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of `values` (at least one) lie."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    weight = position - below
    return (
        ordered[below] if weight == 0 else ordered[below] * (1 - weight) + ordered[above] * weight
    )


def median(values: Sequence[float]) -> float:
    """The middle of `values`."""
    return percentile(values, 50)


def summarize(samples: Sequence[Sample], *, failed: int, wall_s: float) -> Summary:
    """The figures of a run with at least one successful request.

    Args:
        samples: the successful requests.
        failed: how many requests failed.
        wall_s: seconds from the start of the first request to the end of the last.
    """
    series = {
        "ttft_ms": [one.ttft_ms for one in samples],
        "itl_ms": [interval for one in samples for interval in one.itl_ms],
        "e2e_ms": [one.e2e_ms for one in samples],
    }
    tpot_ms = median([one.tpot_ms for one in samples])
    tokens = sum(one.output_tokens for one in samples)
    return Summary(
        ttft_ms=median(series["ttft_ms"]),
        tpot_ms=tpot_ms,
        tbt_ms=median(series["itl_ms"]),
        e2e_ms=median(series["e2e_ms"]),
        throughput_tps=tokens / wall_s,
        decode_tps=1000 / tpot_ms,
        error_rate=failed / (failed + len(samples)),
        requests=failed + len(samples),
        failed=failed,
        output_tokens=tokens,
        percentiles={name: _percentiles(values) for name, values in series.items()},
    )


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    return {f"p{percent}": percentile(values, percent) for percent in PERCENTS}
