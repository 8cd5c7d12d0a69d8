"""From samples to figures. Pure: the same samples always give the same summary.

Definitions, per request with n output tokens:
    TTFT = first content − start (in an open loop: − the moment the request was due)
    ITL  = the differences between consecutive arrivals of tokens
    E2E  = end − start; an answer ends when the last generated thing of any kind arrives
    TPOT = (E2E − first arrival) / (n − k), where k tokens came with the first arrival
    request speed = n / E2E
Where tokens come one by one, the first arrival is the first content and k is 1: that is
(E2E − TTFT) / (n − 1), as MLPerf Inference's loadgen and vLLM define it. Tokens that a server holds
back and sends together were decoded before they came, so they do not count as decoded after it (as
AIPerf's (E2E − TTFT) / (n − first chunk's tokens)). A server may count tokens whose text it still
holds: then the first arrival is earlier than the first content.
An answer of one token has neither ITL nor TPOT; neither has a run in which more than a tenth of
the answers do not tell when their tokens came (`Sample.unplaced`). Over a run, throughput is the
output tokens of successful requests divided by the wall time of the measured phase, and failed
requests count in the error rate. Percentiles interpolate linearly between order statistics (type 7
of Hyndman and Fan, numpy's default). The standard deviation is that of a sample (n − 1). Times are
milliseconds.

The confidence interval of a median lies between two order statistics, whatever the distribution
(W. J. Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2; J.-Y. Le Boudec,
Performance Evaluation of Computer and Communication Systems, theorem 2.1). It supposes independent
values. So requests that one batch answered together count once for it, and the gaps inside
requests, which are not independent, get none.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.measure.samples import Sample, Series

DEFINITIONS = "2"
"""Version of the definitions above. In 1, k was 1 and the first arrival the first content."""

_MOST_UNPLACED = 0.1

CONFIDENCE = 0.95
_IN_PERCENTS = ("ttft_ms", "itl_ms", "e2e_ms")
_SMALL = 70
"""Up to so many values the ranks are exact; beyond, the normal approximation is at most one off."""


class Interval(NamedTuple):
    """Where a figure lies with a stated confidence, both ends included."""

    low: float
    high: float


class Distribution(NamedTuple):
    """How one quantity is distributed over `n` values.

    Attributes:
        stdev: None for a single value.
        ci95: of the median; None if too few values are independent.
    """

    mean: float
    median: float
    p90: float
    p95: float
    p99: float
    stdev: float | None
    ci95: Interval | None
    n: int
    min: float
    max: float

    def as_dict(self) -> dict[str, float | None]:
        """As an entry holds it: the interval is `ci95_low` and `ci95_high`."""
        fields = self._asdict()
        low, high = fields.pop("ci95") or (None, None)
        return {**fields, "ci95_low": low, "ci95_high": high}


class Summary(NamedTuple):
    """A run in figures; times in milliseconds, medians unless said otherwise.

    Attributes:
        tpot_ms: None if every answer had one token, or it is not known when the tokens came; so
            are `tbt_ms` and `decode_tps`.
        decode_tps: 1 / TPOT.
        requests: successful and failed ones.
        total_tps: input and output tokens of successful requests per second of wall time.
        requests_per_s: successful ones.
        percentiles: of `ttft_ms`, `itl_ms` and `e2e_ms`: p50, p90, p95 and p99.
        distributions: by quantity: `ttft_ms`, `itl_ms`, `tpot_ms`, `e2e_ms`, and `request_tps`,
            the speed of a request. What no request has is left out.
    """

    ttft_ms: float
    tpot_ms: float | None
    tbt_ms: float | None
    e2e_ms: float
    throughput_tps: float
    decode_tps: float | None
    error_rate: float
    requests: int
    failed: int
    input_tokens: int
    output_tokens: int
    total_tps: float
    requests_per_s: float
    percentiles: Mapping[str, Mapping[str, float]]
    distributions: Mapping[str, Distribution]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of `values` (at least one) lie."""
    return sorted_percentile(sorted(values), percent)


def sorted_percentile(ordered: Sequence[float], percent: float) -> float:
    """The same of values in ascending order, without sorting them."""
    position = (len(ordered) - 1) * percent / 100
    below = math.floor(position)
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    # Rounding must not make p90 exceed p95: this form ascends exactly.
    return min(low + (high - low) * (position - below), high)


def median(values: Sequence[float]) -> float:
    """The middle of `values`."""
    return percentile(values, 50)


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """Where the median lies that independent `values` were drawn around; None if they are too few.

    At 95 %, five are too few.
    """
    return sorted_median_interval(sorted(values), confidence)


def sorted_median_interval(
    ordered: Sequence[float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The same of values in ascending order; cheap enough to be asked after every request."""
    rank = _rank(len(ordered), confidence)
    return None if rank == 0 else Interval(ordered[rank - 1], ordered[-rank])


def distribution(
    values: Sequence[float], independent: Sequence[float] | None = None
) -> Distribution:
    """How `values`, at least one, are distributed.

    Args:
        values: all of them.
        independent: those the interval may rest on; None for all.
    """
    ordered = sorted(values)
    interval = median_interval(ordered if independent is None else independent)
    return Distribution(
        mean=math.fsum(ordered) / len(ordered),
        median=sorted_percentile(ordered, 50),
        p90=sorted_percentile(ordered, 90),
        p95=sorted_percentile(ordered, 95),
        p99=sorted_percentile(ordered, 99),
        stdev=_stdev(ordered),
        ci95=interval,
        n=len(ordered),
        min=ordered[0],
        max=ordered[-1],
    )


def summarize(series: Series) -> Summary:
    """The figures of a phase with at least one successful request."""
    samples, failed, wall_s = series.samples, len(series.failures), series.wall_s
    inputs = sum(one.input_tokens for one in samples)
    outputs = sum(one.output_tokens for one in samples)
    found = _distributions(samples)
    tpot_ms = found["tpot_ms"].median if "tpot_ms" in found else None
    return Summary(
        ttft_ms=found["ttft_ms"].median,
        tpot_ms=tpot_ms,
        tbt_ms=found["itl_ms"].median if "itl_ms" in found else None,
        e2e_ms=found["e2e_ms"].median,
        throughput_tps=outputs / wall_s,
        decode_tps=1000 / tpot_ms if tpot_ms else None,
        error_rate=failed / (failed + len(samples)),
        requests=failed + len(samples),
        failed=failed,
        input_tokens=inputs,
        output_tokens=outputs,
        total_tps=(inputs + outputs) / wall_s,
        requests_per_s=len(samples) / wall_s,
        percentiles={name: _percents(found[name]) for name in _IN_PERCENTS if name in found},
        distributions=found,
    )


def _distributions(samples: Sequence[Sample]) -> dict[str, Distribution]:
    alone = list({(one.start_s, one.ttft_ms, one.e2e_ms): one for one in samples}.values())
    paced = pace_is_known(samples)
    every, independent = _quantities(samples, paced=paced), _quantities(alone, paced=paced)
    independent["itl_ms"] = []
    return {
        name: distribution(values, independent[name]) for name, values in every.items() if values
    }


def pace_is_known(samples: Sequence[Sample]) -> bool:
    """Whether enough of the answers tell when their tokens came for ITL and TPOT to be theirs."""
    unplaced = sum(one.unplaced is not None for one in samples)
    return unplaced <= _MOST_UNPLACED * len(samples)


def _quantities(samples: Sequence[Sample], *, paced: bool) -> dict[str, list[float]]:
    placed = samples if paced else ()
    return {
        "ttft_ms": [one.ttft_ms for one in samples],
        "itl_ms": [gap for one in placed for gap in one.itl_ms],
        "tpot_ms": [one.tpot_ms for one in placed if one.tpot_ms is not None],
        "e2e_ms": [one.e2e_ms for one in samples],
        "request_tps": [1000 * one.output_tokens / one.e2e_ms for one in samples],
    }


def _percents(one: Distribution) -> dict[str, float]:
    return {"p50": one.median, "p90": one.p90, "p95": one.p95, "p99": one.p99}


def _stdev(values: Sequence[float]) -> float | None:
    if len(values) == 1:
        return None
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in values) / (len(values) - 1))


def _rank(count: int, confidence: float) -> int:
    """The interval's ends are so manieth from below and from above; 0 if there is none.

    The largest k with P(X < k) at most half of what confidence leaves, X ~ Binomial(count, 1/2).
    """
    if count <= _SMALL:
        return _exact_rank(count, confidence)
    deviation = NormalDist().inv_cdf((1 + confidence) / 2)
    return math.floor((count + 1 - deviation * math.sqrt(count)) / 2)


@lru_cache
def _exact_rank(count: int, confidence: float) -> int:
    allowed = (1 - confidence) / 2 * 2**count
    rank, ways = 0, 1
    while ways <= allowed:
        rank += 1
        ways += math.comb(count, rank)
    return rank
