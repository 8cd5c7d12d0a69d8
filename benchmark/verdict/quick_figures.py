"""Figures that plainly say the same in other words: in a tenth of the time that looking takes.

What is plain here is so by `repeats`, `objectives` and `shares`
(tests/verdict/test_quick_groups.py); of anything else nothing is said. What few entries have is
looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.verdict.objectives import BUSY, half
from benchmark.verdict.repeats import ROUNDED, counters
from benchmark.verdict.shares import shares
from benchmark.verdict.stated import figure, section, statistic
from benchmark.verdict.surely import EXACTLY, SURELY, SURELY_FACTOR

if TYPE_CHECKING:
    from benchmark.verdict.limits import Limits
    from benchmark.verdict.stated import Stated

_SURELY_BUSY = BUSY * EXACTLY
_SECOND = 1e3
"""In milliseconds."""

_MOST = 1e18


def are_plain(said: Stated, _: Limits) -> bool:
    """Whether all of them agree."""
    metrics = said.metrics
    return (
        1 <= said.output < _MOST
        and said.throughput < _MOST
        and _have_paces(said)
        and _have_speeds(said)
        and _have_rates(said)
        and _have_good(said)
        and _have_failures(said)
        and not (metrics.get("slo") and any(half(said)))
        and not (metrics.get("server") and _have_other_counts(said))
    )


def _have_paces(said: Stated) -> bool:
    """Of a token."""
    tpot, decode = said.tpot, figure(said.metrics, "decode_tps")
    if not tpot:
        return False
    if decode and not _SECOND / SURELY <= decode * tpot <= SURELY * _SECOND:
        return False
    if said.varies:
        return True
    longest, rows = SURELY * said.output * tpot, said.distributions
    if (figure(said.metrics, "tbt_ms") or 0.0) > longest:
        return False
    gap = figure(section(rows, "itl_ms"), "mean")
    if not gap:
        return True
    mean = figure(section(rows, "tpot_ms"), "mean") or tpot
    return gap <= longest and mean <= SURELY * gap


def _have_speeds(said: Stated) -> bool:
    """Of a request."""
    rows, tokens, streams = said.distributions, _SECOND * said.output, said.streams
    whole, speed = section(rows, "e2e_ms"), statistic(said, "request_tps", "median")
    fastest, longest = figure(section(rows, "request_tps"), "max"), figure(whole, "max")
    if fastest and streams is not None and said.throughput > SURELY * fastest * streams:
        return False
    if not speed or said.varies:
        return True
    if not longest or tokens > SURELY * speed * longest:
        return False
    shortest = figure(whole, "min")
    return not shortest or speed * shortest <= SURELY * tokens


def _have_rates(said: Stated) -> bool:
    """Of all requests."""
    tps, output, metrics = said.throughput, said.output, said.metrics
    rate, total = figure(metrics, "requests_per_s"), figure(metrics, "total_tps")
    if rate and not (
        (said.varies or tps / SURELY <= rate * output <= SURELY * tps) and _are_answered(said, rate)
    ):
        return False
    if not total:
        return True
    given = figure(said.workload, "input_length") or 0.0
    return tps <= SURELY * total and (
        said.varies or total * output <= SURELY_FACTOR * tps * (given + output)
    )


def _are_answered(said: Stated, rate: float) -> bool:
    """Whether no more requests are than were asked, and were in flight."""
    asked, e2e = figure(said.workload, "request_rate"), statistic(said, "e2e_ms", "mean")
    if asked and rate > _SURELY_BUSY * asked:
        return False
    if not (e2e and said.is_closed) or said.streams is None:
        return True
    return rate * e2e <= SURELY_FACTOR * _SECOND * said.streams


def _have_good(said: Stated) -> bool:
    metrics = said.metrics
    good = figure(metrics, "goodput_rps")
    if not good:
        return True
    rate, share = figure(metrics, "requests_per_s"), figure(metrics, "slo_attainment")
    most = 1.0 if share is None else min(1.0, share)
    return rate is not None and good <= SURELY * rate * most


def _have_failures(said: Stated) -> bool:
    requests, failed = figure(said.samples, "requests"), figure(said.samples, "failed")
    if not failed or requests is None:
        return requests != 0
    rate = figure(said.metrics, "error_rate") or 0.0
    return requests > 0 and failed <= EXACTLY * (rate + ROUNDED) * (failed + requests)


def _have_other_counts(said: Stated) -> bool:
    """Whether a server's counts do not agree with shares, or with each other."""
    return any(counters(section(said.metrics, "server"))) or any(shares(said))
