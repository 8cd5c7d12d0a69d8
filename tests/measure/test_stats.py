"""Laws of the figures."""

from __future__ import annotations

from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.engine import Timing
from benchmark.measure.stats import Sample, percentile, sample, summarize

MS = 1_000_000
durations = st.floats(min_value=0.001, max_value=1e6)
samples_of_three = st.builds(
    lambda ttft, itl, rest: Sample(ttft, tuple(itl), ttft + sum(itl) + rest),
    durations,
    st.lists(durations, min_size=2, max_size=2),
    durations,
)


def test_stamps_become_the_published_definitions() -> None:
    """TTFT, intervals, whole and TPOT of a request whose times are known."""
    one = sample(Timing(100 * MS, (150 * MS, 160 * MS, 180 * MS), 190 * MS))
    assert one == Sample(ttft_ms=50, itl_ms=(10, 20), e2e_ms=90)
    assert one.output_tokens == 3
    assert one.tpot_ms == (90 - 50) / 2


@given(st.lists(durations, min_size=2), st.integers(1, 99))
def test_percentiles_interpolate_like_the_standard_library(
    values: list[float], percent: int
) -> None:
    """`statistics.quantiles` with the inclusive method is the oracle."""
    expected = quantiles(values, n=100, method="inclusive")[percent - 1]
    assert percentile(values, percent) == pytest.approx(expected)


@given(st.lists(samples_of_three, min_size=1))
def test_percentiles_ascend_and_stay_inside_the_samples(samples: list[Sample]) -> None:
    """p50 <= p90 <= p95 <= p99 <= the slowest request."""
    rows = summarize(samples, failed=0, wall_s=1).percentiles
    for row in rows.values():
        assert list(row.values()) == pytest.approx(sorted(row.values()))
    assert rows["e2e_ms"]["p99"] <= max(one.e2e_ms for one in samples) * (1 + 1e-9)


@given(st.permutations([Sample(float(n), (float(n), 2.0), 9.0 * n) for n in range(1, 6)]))
def test_the_order_of_requests_does_not_matter(samples: list[Sample]) -> None:
    """A summary is of a set of requests."""
    assert summarize(samples, failed=1, wall_s=2) == summarize(samples[::-1], failed=1, wall_s=2)


def test_only_tokens_of_successful_requests_count_and_failures_take_time_too() -> None:
    """Two good requests of three tokens and two failures in four seconds."""
    summary = summarize([Sample(1, (1, 1), 3)] * 2, failed=2, wall_s=4)
    assert summary.throughput_tps == 6 / 4
    assert summary.error_rate == 0.5
    assert (summary.requests, summary.failed) == (4, 2)


def test_a_slow_token_moves_the_tail_and_not_the_middle() -> None:
    """One interval of a second among a hundred of ten milliseconds."""
    slow = Sample(20, (10.0,) * 100 + (1000.0,), 2020)
    summary = summarize([slow], failed=0, wall_s=2.02)
    assert summary.tbt_ms == 10
    assert summary.percentiles["itl_ms"]["p99"] == 10
    assert summary.tpot_ms == pytest.approx(2000 / 101)
