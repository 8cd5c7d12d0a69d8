"""Whether runs differ by more than chance."""

from __future__ import annotations

import math
import random
from statistics import median
from typing import TYPE_CHECKING

import pytest

from benchmark.significance import (
    BETTER,
    CANNOT_JUDGE,
    METRICS,
    NO_DIFFERENCE,
    WORSE,
    Evidence,
    Request,
    judge,
)
from benchmark.significance.blocks import log_error
from benchmark.significance.student import two_sided
from tests.support.entries import entry

if TYPE_CHECKING:
    from collections.abc import Iterator

THROUGHPUT, TTFT = METRICS["throughput_tps"], METRICS["ttft_ms"]
TOKENS = 100


def seeded(seed: int) -> random.Random:
    """The same chance in every run of the tests."""
    return random.Random(seed)  # noqa: S311 - no secret is made of it


def requests(
    chance: random.Random, *, count: int = 60, slow: float = 1.0, drift: float = 0.0
) -> Iterator[Request]:
    """Requests of some 1,000 ms, each like the one before it: machines are slow for a while."""
    state = 0.0
    run = math.exp(chance.gauss(0, drift))
    for number in range(count):
        state = 0.6 * state + chance.gauss(0, 0.02)
        e2e_ms = 1000 * slow * run * math.exp(state)
        yield Request(float(number), TOKENS, e2e_ms / 10, e2e_ms, e2e_ms / TOKENS)


def run(chance: random.Random, *, slow: float = 1.0, drift: float = 0.0) -> Evidence:
    """A run whose entry says what its requests say."""
    found = tuple(requests(chance, slow=slow, drift=drift))
    speed = 1000 * TOKENS * len(found) / sum(one.e2e_ms for one in found)
    said = {
        "metrics.throughput_tps": speed,
        "metrics.ttft_ms": median(one.ttft_ms for one in found),
    }
    return Evidence(entry(said), found)


def runs(chance: random.Random, count: int, *, slow: float = 1.0) -> list[Evidence]:
    """Several, on a machine of which each run is as fast as it happens to be."""
    return [run(chance, slow=slow, drift=0.01) for _ in range(count)]


@pytest.mark.parametrize(
    ("freedom", "confidence", "t"),
    [
        *((1, 0.95, 12.706), (2, 0.99, 9.925), (3, 0.99, 5.841), (4, 0.95, 2.776)),
        *((8, 0.99, 3.355), (30, 0.95, 2.042), (None, 0.95, 1.960)),
    ],
)
def test_students_t_is_that_of_the_tables(freedom: int | None, confidence: float, t: float) -> None:
    """As printed in every textbook."""
    assert two_sided(confidence, freedom) == pytest.approx(t, abs=5e-4)


def test_the_error_of_a_mean_is_that_of_the_formula_for_independent_values() -> None:
    """Lognormal values of 10 % around one: 1 % of a hundred of them."""
    chance = seeded(1)
    values = [math.exp(chance.gauss(0, 0.1)) for _ in range(100)]
    found = log_error(values, lambda some: sum(some) / len(some))
    assert found == pytest.approx(0.01, rel=0.35)


def test_values_like_the_ones_before_them_say_less() -> None:
    """Forty that come in two spells are not forty independent ones."""
    chance = seeded(1)
    mixed = [chance.choice((1.0, 2.0)) for _ in range(64)]
    spells = sorted(mixed)
    average = [log_error(some, lambda it: sum(it) / len(it)) or 0.0 for some in (mixed, spells)]
    assert average[1] > 1.5 * average[0]


def test_too_few_requests_say_nothing_of_chance() -> None:
    """A figure is all that is left."""
    assert log_error([1.0] * 5, lambda some: some[0]) is None


def test_entries_without_samples_and_intervals_cannot_be_judged() -> None:
    """However far apart they are: the figures are told, and that is all."""
    found = judge([Evidence(entry())], [Evidence(entry({"metrics.ttft_ms": 800}))], TTFT, 0.95)
    assert found is not None
    assert (found.verdict, found.interval) == (CANNOT_JUDGE, None)
    assert (found.before, found.after) == (80, 800)
    assert found.regression == pytest.approx(9)


def test_the_interval_that_an_entry_states_takes_the_place_of_samples() -> None:
    """What is in a dataset has no samples beside it."""
    narrow = {"ci95_low": 79.5, "ci95_high": 80.5}
    old = entry({"metrics.distributions.ttft_ms": narrow})
    wide = {"ci95_low": 60, "ci95_high": 140}
    for interval, verdict in ((narrow, WORSE), (wide, NO_DIFFERENCE)):
        changes = {"metrics.ttft_ms": 90, "metrics.distributions.ttft_ms": interval}
        found = judge([Evidence(old)], [Evidence(entry(changes))], TTFT, 0.95)
        assert found is not None
        assert found.verdict == verdict


def test_what_is_better_depends_on_the_figure() -> None:
    """More tokens a second are better, more milliseconds are worse."""
    chance = seeded(2)
    slow, fast = [run(chance, slow=1.3)], [run(chance)]
    for metric in (THROUGHPUT, TTFT):
        better, worse = judge(slow, fast, metric, 0.95), judge(fast, slow, metric, 0.95)
        assert better is not None
        assert worse is not None
        assert (better.verdict, worse.verdict) == (BETTER, WORSE)
        assert better.regression < 0 < worse.regression


def test_a_figure_that_one_side_lacks_is_not_judged() -> None:
    """Nothing is invented."""
    assert judge([Evidence(entry())], [Evidence(entry({"metrics.ttft_ms": 0}))], TTFT, 0.9) is None


def test_alike_runs_are_no_difference_however_exact_they_are() -> None:
    """Without any spread the narrowest interval is half a percent."""
    some = [Evidence(entry({"metadata.notes": str(number)})) for number in range(3)]
    found = judge(some, some, THROUGHPUT, 0.99)
    assert found is not None
    assert found.verdict == NO_DIFFERENCE


def test_several_runs_without_samples_are_judged_by_how_they_differ() -> None:
    """Between them they say what chance does."""
    old, new = (
        [Evidence(entry({"metrics.throughput_tps": one})) for one in figures]
        for figures in ((100, 101, 99, 100), (80, 81, 79, 80))
    )
    found = judge(old, new, THROUGHPUT, 0.99)
    assert found is not None
    assert found.verdict == WORSE
    assert found.regression == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("count", [3, 5])
def test_equal_machines_hardly_ever_differ_and_slow_ones_nearly_always(count: int) -> None:
    """At 99 %, with requests and runs that both wander; 10 % are seen with 3 runs of each."""
    chance, alarms, caught, rounds = seeded(3), 0, 0, 60
    for _ in range(rounds):
        old = runs(chance, count)
        same = judge(old, runs(chance, count), THROUGHPUT, 0.99)
        slow = judge(old, runs(chance, count, slow=1.1), THROUGHPUT, 0.99)
        assert same is not None
        assert slow is not None
        alarms += same.verdict != NO_DIFFERENCE
        caught += slow.verdict == WORSE
    assert alarms <= 2
    assert caught >= 0.9 * rounds


def test_the_same_samples_give_the_same_interval() -> None:
    """Chance is that of the samples, not that of the method."""
    old, new = ([run(seeded(seed))] for seed in (4, 5))
    again = [Evidence(one.entry, one.requests) for one in new]
    assert judge(old, new, TTFT, 0.95) == judge(old, again, TTFT, 0.95)


def test_requests_that_one_batch_answered_together_count_once() -> None:
    """Eight answers at one time are one observation, and five of those are too few."""
    batch = [
        Request(float(number), TOKENS, 50.0 + number, 500.0 + number, 4.5)
        for number in range(5)
        for _ in range(8)
    ]
    assert Evidence(entry(), tuple(batch)).error(TTFT) is None
