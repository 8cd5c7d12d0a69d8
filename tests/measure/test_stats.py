"""Laws of the figures."""

from __future__ import annotations

import math
import random
from statistics import quantiles, stdev
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure import stats
from benchmark.measure.samples import Failure, Sample, Series, Timing, sample

if TYPE_CHECKING:
    from collections.abc import Sequence

MS = 1_000_000
durations = st.floats(min_value=0.001, max_value=1e6)
many = st.lists(durations, min_size=1, max_size=200)


def a_sample(ttft: float, gaps: Sequence[float], rest: float = 0, start: float = 0) -> Sample:
    """A request with one token at each arrival."""
    return Sample(start, 4, len(gaps) + 1, ttft, tuple(gaps), ttft + sum(gaps) + rest)


samples_of_three = st.builds(
    a_sample, durations, st.lists(durations, min_size=2, max_size=2), durations, durations
)
some_samples = st.lists(samples_of_three, min_size=1, max_size=20)


def summary(samples: Sequence[Sample], failed: int = 0, wall_s: float = 1) -> stats.Summary:
    """The figures of samples and so many failures."""
    return stats.summarize(Series(tuple(samples), (Failure(0, 1, "no"),) * failed, wall_s))


def coverage(count: int, rank: int) -> float:
    """How often the median lies between the order statistics `rank` from both ends."""
    tail = sum(math.comb(count, below) for below in range(rank))
    return 1 - 2 * tail / 2**count


def test_stamps_become_the_published_definitions() -> None:
    """TTFT, gaps, whole and TPOT of a request whose times are known."""
    timing = Timing(1100 * MS, (1150 * MS, 1160 * MS, 1180 * MS), 1190 * MS)
    one = sample(timing, input_tokens=7, phase_ns=100 * MS)
    assert one == Sample(1.0, 7, 3, ttft_ms=50, itl_ms=(10, 20), e2e_ms=90)
    assert one.tpot_ms == (90 - 50) / 2


@given(st.lists(durations, min_size=2), st.integers(1, 99))
def test_percentiles_interpolate_like_the_standard_library(
    values: list[float], percent: int
) -> None:
    """`statistics.quantiles` with the inclusive method is the oracle."""
    expected = quantiles(values, n=100, method="inclusive")[percent - 1]
    assert stats.percentile(values, percent) == pytest.approx(expected)


@given(many, st.lists(st.floats(0, 100), min_size=2))
def test_percentiles_ascend_exactly_and_stay_inside_the_values(
    values: list[float], percents: list[float]
) -> None:
    """Not even rounding lets p95 fall below p90."""
    found = [stats.percentile(values, percent) for percent in sorted(percents)]
    assert found == sorted(found)
    assert min(values) <= found[0] <= found[-1] <= max(values)


@given(some_samples)
def test_the_percentiles_of_a_summary_ascend(samples: list[Sample]) -> None:
    """p50 <= p90 <= p95 <= p99 <= the slowest request."""
    found = summary(samples)
    for row in found.percentiles.values():
        assert list(row.values()) == sorted(row.values())
    assert found.percentiles["e2e_ms"]["p99"] <= max(one.e2e_ms for one in samples)


@given(some_samples, st.randoms(use_true_random=False))
def test_the_order_of_requests_does_not_matter(
    samples: list[Sample], source: random.Random
) -> None:
    """A summary is of a set of requests."""
    shuffled = source.sample(samples, len(samples))
    assert summary(samples, failed=1, wall_s=2) == summary(shuffled, failed=1, wall_s=2)


@given(some_samples, st.sampled_from([0.5, 4.0, 1024.0]))
def test_a_machine_n_times_slower_has_n_times_the_times_and_an_nth_of_the_speeds(
    samples: list[Sample], factor: float
) -> None:
    """Powers of two, so that floats scale without rounding."""
    slower = [
        one._replace(
            ttft_ms=one.ttft_ms * factor,
            itl_ms=tuple(gap * factor for gap in one.itl_ms),
            e2e_ms=one.e2e_ms * factor,
        )
        for one in samples
    ]
    before, after = summary(samples, wall_s=1), summary(slower, wall_s=factor)
    for name in ("ttft_ms", "tpot_ms", "tbt_ms", "e2e_ms"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) * factor)
    for name in ("throughput_tps", "decode_tps", "total_tps", "requests_per_s"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) / factor)


def test_only_tokens_of_successful_requests_count_and_failures_take_time_too() -> None:
    """Two good requests of three tokens and two failures in four seconds."""
    found = summary([a_sample(1, (1, 1))] * 2, failed=2, wall_s=4)
    assert found.throughput_tps == 6 / 4
    assert found.total_tps == (6 + 8) / 4
    assert found.requests_per_s == 2 / 4
    assert found.error_rate == 0.5
    assert (found.requests, found.failed) == (4, 2)
    assert (found.input_tokens, found.output_tokens) == (8, 6)


def test_the_speed_of_a_request_is_all_its_tokens_over_its_whole_time() -> None:
    """Four tokens in 200 ms, the first of which took half of it."""
    found = summary([a_sample(100, (30, 30, 40))]).distributions["request_tps"]
    assert (found.median, found.n) == (20, 1)


def test_a_slow_token_moves_the_tail_and_not_the_middle() -> None:
    """One gap of a second among a hundred of ten milliseconds."""
    found = summary([a_sample(20, (10.0,) * 100 + (1000.0,))])
    assert found.tbt_ms == 10
    assert found.percentiles["itl_ms"]["p99"] == 10
    assert found.distributions["itl_ms"].max == 1000
    assert found.tpot_ms == pytest.approx(2000 / 101)


def test_answers_of_one_token_have_no_time_per_token_and_break_nothing() -> None:
    """Beside others they are left out; alone, there is nothing to tell."""
    alone = summary([a_sample(5, ())])
    assert (alone.tpot_ms, alone.tbt_ms, alone.decode_tps) == (None, None, None)
    assert set(alone.percentiles) == {"ttft_ms", "e2e_ms"}
    assert set(alone.distributions) == {"ttft_ms", "e2e_ms", "request_tps"}
    beside = summary([a_sample(5, ()), a_sample(5, (10, 30))])
    assert (beside.tpot_ms, beside.distributions["tpot_ms"].n) == (20, 1)


def test_an_answer_that_came_at_once_has_no_decode_speed() -> None:
    """A server that sends everything in one piece: TPOT is 0, and nothing is divided by it."""
    found = summary([Sample(0, 4, 3, 10, (), 10)])
    assert (found.tpot_ms, found.decode_tps, found.tbt_ms) == (0, None, None)


@given(st.integers(1, 40), st.integers(1, 40), durations, st.floats(0.01, 100))
def test_tokens_of_the_first_arrival_are_not_decoded_after_it(
    held: int, after: int, ttft: float, step: float
) -> None:
    """However many a server holds back, the speed of those that follow is their own."""
    one = a_sample(ttft, (step,) * after)._replace(output_tokens=held + after, first_tokens=held)
    assert one.tpot_ms == pytest.approx(step, rel=1e-6)


def test_tokens_seen_before_any_content_start_the_decoding() -> None:
    """The server counts from 20 ms on, and sends text from 80 ms on."""
    hidden = Sample(0, 4, 9, 80, (10.0,) * 8, 100, first_ms=20)
    assert (hidden.tpot_ms, hidden.ttft_ms) == (10, 80)


@pytest.mark.parametrize(("odd", "known"), [(1, True), (2, False)])
def test_figures_need_nine_of_ten_answers_that_tell_when_their_tokens_came(
    odd: int, *, known: bool
) -> None:
    """Those that do not tell have no part in ITL and TPOT, but in all the rest."""
    burst = Sample(0, 4, 3, 30, (), 30, unplaced="at-once")
    found = summary([burst] * odd + [a_sample(10, (10, 10))] * (10 - odd))
    assert (found.tpot_ms is None, found.decode_tps is None) == (not known, not known)
    assert (found.tbt_ms, "itl_ms" in found.percentiles) == (10 if known else None, known)
    assert found.throughput_tps == 30
    assert found.e2e_ms == 30


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=100))
def test_a_distribution_has_the_moments_of_the_standard_library(values: list[float]) -> None:
    """The standard deviation is that of a sample."""
    found = stats.distribution(values)
    assert found.stdev == pytest.approx(stdev(values), rel=1e-6, abs=1e-6)
    assert found.mean == pytest.approx(math.fsum(values) / len(values))
    assert (found.n, found.min, found.max) == (len(values), min(values), max(values))


def test_a_single_value_has_no_deviation_and_no_interval() -> None:
    """Nothing is known about how it varies."""
    found = stats.distribution([3.0])
    assert (found.mean, found.median, found.p99) == (3, 3, 3)
    assert (found.stdev, found.ci95) == (None, None)
    assert found.as_dict()["ci95_low"] is None


@given(st.lists(durations, min_size=6, max_size=300))
def test_the_interval_contains_the_median_and_lies_between_the_values(values: list[float]) -> None:
    """Both ends are values that were found."""
    interval = stats.median_interval(values)
    assert interval is not None
    assert interval.low <= stats.median(values) <= interval.high
    assert {*interval} <= set(values)


@given(many)
def test_what_takes_sorted_values_says_the_same(values: list[float]) -> None:
    """The watch of a run keeps its values sorted and asks after every request."""
    ordered = sorted(values)
    assert stats.sorted_median_interval(ordered) == stats.median_interval(values)
    assert stats.sorted_percentile(ordered, 95) == stats.percentile(values, 95)


@pytest.mark.parametrize(("count", "rank"), [(6, 1), (9, 2), (10, 2), (20, 6), (30, 10), (50, 18)])
def test_the_ranks_are_those_of_published_tables(count: int, rank: int) -> None:
    """Le Boudec, table A.1: of ten values, the second and the ninth."""
    interval = stats.median_interval(range(1, count + 1))
    assert interval == (rank, count + 1 - rank)


@pytest.mark.parametrize("count", [*range(6, 140), 500, 1001, 3000])
def test_the_interval_covers_at_least_95_percent_and_one_rank_less_would_not(count: int) -> None:
    """Exact for few values; the approximation for many is at most one rank too wide."""
    interval = stats.median_interval(range(1, count + 1))
    assert interval is not None
    rank = int(interval.low)
    assert coverage(count, rank) >= 0.95
    assert coverage(count, rank + (1 if count <= 70 else 2)) < 0.95


@pytest.mark.parametrize("count", range(6))
def test_of_fewer_than_six_values_nothing_is_claimed(count: int) -> None:
    """The whole range of five covers the median 93.75 % of the time."""
    assert stats.median_interval([1.0] * count) is None


@pytest.mark.parametrize("count", [8, 25, 120])
def test_the_interval_holds_the_true_median_as_often_as_it_says(count: int) -> None:
    """2,000 runs of a skewed distribution whose median is known; always the same draws."""
    source, hits = random.Random(count), 0  # noqa: S311 - a simulation
    for _ in range(2000):
        interval = stats.median_interval([source.expovariate(math.log(2)) for _ in range(count)])
        assert interval is not None
        hits += interval.low <= 1 <= interval.high
    assert 0.94 <= hits / 2000 <= 0.995


def test_requests_that_one_batch_answered_are_one_piece_of_evidence() -> None:
    """Five batches of eight: forty requests, and five independent values are too few."""
    batches = [[a_sample(10, (n, n), start=n)] * 8 for n in range(1, 7)]
    five = summary([one for batch in batches[:5] for one in batch])
    six = summary([one for batch in batches for one in batch])
    assert (five.distributions["e2e_ms"].n, five.distributions["e2e_ms"].ci95) == (40, None)
    assert six.distributions["e2e_ms"].ci95 == (12, 22)


def test_gaps_of_one_request_are_no_independent_evidence() -> None:
    """A hundred gaps give percentiles, but no interval of the median."""
    found = summary([a_sample(10, [5.0] * 100)]).distributions["itl_ms"]
    assert (found.n, found.ci95) == (100, None)
