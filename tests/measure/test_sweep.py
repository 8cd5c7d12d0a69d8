"""Several loads, where they saturate, and how many requests were good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.samples import Failure, Sample, Series
from benchmark.measure.slo import Slo, goodput, parse_slo
from benchmark.measure.sweep import CONCURRENCY, Sweep, best, make_sweep, rows, saturation

if TYPE_CHECKING:
    from collections.abc import Mapping

limits = st.none() | st.floats(0.001, 1e6).map(lambda value: round(value, 3))


def series(tokens_per_s: float, ttft: float = 100, good: int = 10, slow: int = 0) -> Series:
    """Requests of ten tokens in a second; the slow ones took ten times as long to begin."""
    one = Sample(0, 5, 10, ttft, (10.0,) * 9, ttft + 90)
    late = one._replace(ttft_ms=10 * ttft, e2e_ms=10 * ttft + 90)
    every = (one,) * good + (late,) * slow
    return Series(every, (), 10 * len(every) / tokens_per_s)


def a_sweep(found: Mapping[float, Series], slo: Slo | None = None) -> Sweep:
    """A sweep of concurrencies."""
    return make_sweep("gpt2", CONCURRENCY, found.items(), slo)


def test_the_saturation_point_is_the_smallest_load_with_95_percent_of_the_highest() -> None:
    """100 tokens/s at 16; 96 at 8 is nearly as much, 94 at 4 is not."""
    speeds = {1: 40, 4: 94, 8: 96, 16: 100, 32: 99}
    knee = saturation(a_sweep({load: series(speed) for load, speed in speeds.items()}))
    assert knee is not None
    assert knee.load == 8


def test_while_the_highest_load_is_the_fastest_nothing_is_saturated() -> None:
    """More might give more, and the best load known is the highest."""
    sweep = a_sweep({1: series(10), 2: series(20), 4: series(40)})
    assert saturation(sweep) is None
    assert best(sweep) == sweep.points[-1]


def test_a_single_load_is_never_saturated() -> None:
    """There is nothing to compare it with."""
    assert saturation(a_sweep({8: series(10)})) is None


@given(st.dictionaries(st.integers(1, 99), st.floats(1, 1e4), min_size=1, max_size=8))
def test_no_smaller_load_reaches_what_the_saturation_point_reaches(
    speeds: dict[int, float],
) -> None:
    """The rule, restated over any curve."""
    sweep = a_sweep({load: series(speed) for load, speed in speeds.items()})
    tps = {point.load: point.summary.throughput_tps for point in sweep.points}
    enough = [load for load, speed in tps.items() if speed >= 0.95 * max(tps.values())]
    knee = saturation(sweep)
    assert (knee.load if knee else max(tps)) == min(enough)


def test_loads_are_in_order_whatever_the_order_they_were_measured_in() -> None:
    """A table and a curve start at the smallest."""
    sweep = a_sweep({8: series(30), 1: series(10), 4: series(20)})
    assert [row.load for row in rows(sweep)] == [1, 4, 8]


def test_under_an_objective_the_best_load_is_the_one_with_most_good_requests() -> None:
    """The highest load is faster, but half of its requests start too late."""
    found = {1: series(100), 4: series(300), 8: series(400, good=5, slow=5)}
    sweep = a_sweep(found, parse_slo("ttft=500ms"))
    chosen = best(sweep)
    assert chosen is not None
    assert chosen.load == 4
    assert [row.best for row in rows(sweep)] == [False, True, False]
    assert [row.goodput.attainment for row in rows(sweep) if row.goodput] == [1, 1, 0.5]


def test_where_no_request_is_good_there_is_no_best_load() -> None:
    """An objective nobody meets."""
    assert best(a_sweep({1: series(10), 2: series(20)}, Slo(ttft=1))) is None


def test_answers_of_one_token_leave_the_time_per_token_empty() -> None:
    """A sweep of them has everything else."""
    one = Series((Sample(0, 5, 1, 10, (), 10),), (), 1)
    (row,) = rows(a_sweep({1: one}))
    assert (row.tpot_ms, row.tpot_p99_ms, row.ttft_ms) == (None, None, 10)


def test_goodput_counts_requests_within_every_limit_and_failures_are_never_good() -> None:
    """Four requests in two seconds: good, late, slow, failed."""
    good = Sample(0, 5, 3, 100, (10, 10), 120)
    late = good._replace(ttft_ms=600, e2e_ms=620)
    slow = good._replace(itl_ms=(90, 90), e2e_ms=280)
    measured = Series((good, late, slow), (Failure(0, 1, "no"),), 2)
    assert goodput(measured, parse_slo("ttft=500,tpot=50")) == (0.5, 0.25)
    assert goodput(measured, parse_slo("e2e=10s")) == (1.5, 0.75)


def test_goodput_is_not_known_where_a_limited_tpot_is_not() -> None:
    """Of a run that came at once; a single such answer is one that is not good."""
    good = Sample(0, 5, 3, 100, (10, 10), 120)
    burst = Sample(0, 5, 3, 120, (), 120, unplaced="at-once")
    few, all_of_them = Series((burst, *[good] * 9), (), 1), Series((burst,) * 10, (), 1)
    assert goodput(few, Slo(tpot=50)) == (9, 0.9)
    assert goodput(all_of_them, Slo(tpot=50)) is None
    assert goodput(all_of_them, Slo(ttft=150)) == (10, 1)
    sweep = a_sweep({1: all_of_them, 2: all_of_them}, Slo(tpot=50))
    assert best(sweep) is None
    assert [(row.tpot_ms, row.goodput) for row in rows(sweep)] == [(None, None)] * 2


def test_a_request_exactly_at_a_limit_meets_it_and_one_token_has_no_tpot() -> None:
    """Limits are inclusive."""
    one = Sample(0, 5, 1, 100, (), 100)
    assert Slo(ttft=100, tpot=1, e2e=100).met_by(one)
    assert not Slo(ttft=99.999).met_by(one)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ttft=500ms,tpot=50ms,e2e=2s", Slo(500, 50, 2000)),
        (" e2e = 1.5 s ", Slo(e2e=1500)),
        ("tpot=.5", Slo(tpot=0.5)),
    ],
)
def test_limits_are_read_in_milliseconds_unless_they_say_otherwise(
    text: str, expected: Slo
) -> None:
    """Blanks do not matter."""
    assert parse_slo(text) == expected


@given(st.builds(Slo, limits, limits, limits).filter(any))
def test_an_objective_reads_what_it_writes(slo: Slo) -> None:
    """An entry keeps it as text."""
    assert parse_slo(str(slo)) == pytest.approx(slo)


def test_everything_wrong_with_an_objective_is_said_at_once() -> None:
    """Five mistakes, five parts of one message."""
    with pytest.raises(UsageError) as caught:
        parse_slo("ttft=1h,itl=5ms,tpot,e2e=1s,e2e=2s,ttft=0")
    message = str(caught.value)
    for part in ("'1h' is no time", "'itl' is none of ttft", "'tpot' is not", "twice", "'0' is"):
        assert part in message


@pytest.mark.parametrize(
    "text", ["", ",", "ttft=", "ttft=-5", "ttft=1e9", "ttft=nan", "ttft=\u0665"]
)
def test_what_limits_nothing_is_refused(text: str) -> None:
    """Silently good would be worse."""
    with pytest.raises(UsageError, match="no service level objective"):
        parse_slo(text)
