"""Laws of arrivals: as many as the rate says, in order, fixed by the seed, bursty as asked."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.arrivals import due_times, ramp_times
from benchmark.measure.load import Load, StopRule, Watch
from tests.support.fake_model import FakeModel, requests

RATES = st.floats(0.01, 1000)
SEEDS = st.integers(0, 2**32)
BURSTINESS = st.floats(0.05, 20)
COUNTS = st.integers(1, 300)


def times(count: int, **load: float | str) -> list[float]:
    """When so many requests are due."""
    return list(due_times(Load(**load), count))  # type: ignore[arg-type]


@given(rate=RATES, seed=SEEDS, burstiness=BURSTINESS, count=COUNTS)
def test_exactly_as_many_requests_are_due_as_the_rate_gives(
    rate: float, seed: int, burstiness: float, count: int
) -> None:
    """Not 18 where 10 were asked, however short the run: N are due within N / rate seconds."""
    found = times(count, rate=rate, seed=seed, burstiness=burstiness)
    assert len(found) == count
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] * rate <= count * (1 + 1e-9)


@given(rate=RATES, seed=SEEDS, burstiness=BURSTINESS, count=COUNTS)
def test_arrivals_depend_on_the_seed_alone(
    rate: float, seed: int, burstiness: float, count: int
) -> None:
    """Another seed has others; the rate only stretches them."""
    found = times(count, rate=rate, seed=seed, burstiness=burstiness)
    assert found == times(count, rate=rate, seed=seed, burstiness=burstiness)
    stretched = times(count, rate=rate / 2, seed=seed, burstiness=burstiness)
    assert stretched == pytest.approx([2 * after for after in found])
    if count > 1:
        assert found != times(count, rate=rate, seed=seed + 1, burstiness=burstiness)


@pytest.mark.parametrize("burstiness", [0.25, 1.0, 4.0, 25.0])
def test_gaps_vary_as_a_gamma_distribution_of_that_shape(burstiness: float) -> None:
    """Their standard deviation is 1 / √shape of their mean; shape 1 is Poisson."""
    found = times(20_000, rate=3.0, burstiness=burstiness)
    gaps = [later - sooner for sooner, later in pairwise(found)]
    assert fmean(gaps) == pytest.approx(1 / 3, rel=0.01)
    assert pstdev(gaps) / fmean(gaps) == pytest.approx(burstiness**-0.5, rel=0.05)


def test_long_schedules_are_drawn_in_stretches_of_the_same_rate() -> None:
    """A day at a thousand per second takes no memory before its first request."""
    load = Load(rate=1000.0)
    endless = due_times(load, 86_400_000)
    assert next(endless) == 0
    found = times(200_000, rate=1000.0)
    assert found == sorted(found)
    assert found[65_536] == pytest.approx(65.536)


def test_constant_arrivals_have_equal_gaps() -> None:
    """Nothing is drawn."""
    assert times(4, rate=2.0, arrivals="constant") == [0, 0.5, 1, 1.5]


def test_a_trace_says_itself_when_requests_are_due() -> None:
    """Its own times, as far as asked."""
    load = Load(rate=1.0, due_s=(0.0, 0.1, 5.0))
    assert list(due_times(load, 2)) == [0, 0.1]


@given(rate=st.floats(1, 1000), ramp_s=st.floats(0.1, 60))
def test_a_ramp_grows_evenly_to_the_rate(rate: float, ramp_s: float) -> None:
    """Half as many as at the full rate, a quarter of those in the first half of the time."""
    found = list(ramp_times(Load(rate=rate, ramp_up_s=ramp_s)))
    assert found == sorted(found)
    assert len(found) == round(rate * ramp_s / 2)
    assert all(0 <= after < ramp_s for after in found)
    assert sum(after < ramp_s / 2 for after in found) == pytest.approx(len(found) / 4, abs=1)


@pytest.mark.parametrize(
    ("rule", "load", "expected"),
    [
        (StopRule(max_time_s=10), Load(rate=1.0), 10),
        (StopRule(max_time_s=10), Load(rate=0.01), 1),
        (StopRule(repeats=7), Load(rate=1.0), 7),
        (StopRule(repeats=7, max_time_s=3), Load(rate=1.0), 3),
        (StopRule(max_time_s=10), Load(rate=1.0, due_s=(0.0, 100.0)), 2),
        (StopRule(repeats=1), Load(rate=1.0, due_s=(0.0, 100.0)), 1),
    ],
)
def test_how_many_are_due_follows_from_what_stops_the_run(
    rule: StopRule, load: Load, expected: int
) -> None:
    """Rate times time, or as many as were asked for; a trace has its own number."""
    assert Watch(rule, load).arrivals(load) == expected


@given(seed=SEEDS)
def test_ten_seconds_at_one_request_per_second_are_ten_requests(seed: int) -> None:
    """Whatever the seed, also through the loop that sends them."""
    load, done = Load(rate=1.0, seed=seed), []
    rule = StopRule(precision=0, max_time_s=10)
    FakeModel(0.001, 0.002).target().drive(requests(), load, Watch(rule, load), done.append)
    assert len(done) == 10


def test_a_trace_is_played_to_its_end() -> None:
    """However soon the median is known."""
    load, done = Load(rate=1.0, due_s=tuple(range(50))), []
    rule = StopRule(precision=0.5, max_time_s=1000)
    FakeModel(0.5).target().drive(requests(), load, Watch(rule, load), done.append)
    assert [one.start_s for one in done] == list(range(50))


def test_a_closed_loop_has_no_due_times() -> None:
    """Asking is a mistake."""
    with pytest.raises(ValueError, match="closed loop"):
        next(due_times(Load(), 1))
    with pytest.raises(ValueError, match="closed loop"):
        next(ramp_times(Load()))
