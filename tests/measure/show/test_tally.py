"""What is known of a phase while it goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure import stats
from benchmark.measure.samples import Failure, Sample, Series
from benchmark.measure.show.tally import Snapshot, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable


def one_after_the_other(times: Iterable[float]) -> list[Sample]:
    """Requests of ten tokens that take so many milliseconds each."""
    found, start = [], 0.0
    for took in times:
        found.append(Sample(start, 8, 10, took / 2, (took / 18,) * 9, took))
        start += took / 1000
    return found


def snapshot(events: Iterable[Sample | Failure]) -> Snapshot:
    """How it stands after all of them."""
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally.snapshot()


def test_before_the_first_success_there_is_no_speed() -> None:
    """A failure is a request, and no speed."""
    assert snapshot([Failure(0, 1, "no")]) == Snapshot(1, 1, None, None, None, None)


@given(st.lists(st.floats(1, 1e5), min_size=1, max_size=60))
def test_it_says_what_the_summary_will_say(times: list[float]) -> None:
    """The same throughput, median and interval, from the same samples."""
    samples = one_after_the_other(times)
    known = snapshot(samples)
    wall_s = samples[-1].start_s + samples[-1].e2e_ms / 1000
    found = stats.summarize(Series(tuple(samples), (), wall_s))
    speed = found.distributions["request_tps"]
    assert known.overall == pytest.approx(found.throughput_tps)
    assert known.request == pytest.approx(speed.median)
    assert (known.spread is None) == (speed.ci95 is None)


def test_now_follows_a_change_and_overall_remembers() -> None:
    """A minute at 10 tokens/s, then ten seconds at 100."""
    known = snapshot(one_after_the_other([1000] * 60 + [100] * 100))
    assert known.now == pytest.approx(100, rel=0.01)
    assert known.overall == pytest.approx(1600 / 70)


def test_requests_that_end_together_are_one_moment_and_one_speed() -> None:
    """Batches of four: all of their tokens count, their speed counts once."""
    batches = [[one] * 4 for one in one_after_the_other([1000] * 5)]
    known = snapshot(one for batch in batches for one in batch)
    assert (known.requests, known.now, known.overall) == (20, 40, 40)
    assert (known.request, known.spread) == (10, None)


def test_a_batch_that_is_told_request_by_request_does_not_look_slow_meanwhile() -> None:
    """Of the fifth batch only one request was told yet."""
    batches = [[one] * 4 for one in one_after_the_other([1000] * 5)]
    told = [one for batch in batches for one in batch][:-3]
    assert snapshot(told).now == 40


def test_a_request_costs_microseconds() -> None:
    """Ten thousand of them; the bound is far above what a quiet machine needs."""
    samples = one_after_the_other(90 + number % 97 for number in range(10_000))
    start = time.process_time()
    known = snapshot(samples)
    assert (time.process_time() - start) / len(samples) < 100e-6
    assert known.requests == 10_000
