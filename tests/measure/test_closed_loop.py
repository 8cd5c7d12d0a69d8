"""How often requests are repeated, and what becomes of those that fail."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import BenchmarkError, UsageError
from benchmark.measure.closed_loop import Plan, Repeated, Series, measure, warm_up
from benchmark.measure.engine import (
    EngineFacts,
    ModelShape,
    RequestFailedError,
    Timing,
    check_concurrency,
)
from benchmark.measure.prompts import random_prompts
from benchmark.measure.workloads import WORKLOADS, Workload, find_workload

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKLOAD = Workload("two", 4, 2)
SHAPE = ModelShape(vocabulary=50, special_ids=frozenset({0, 49}), context_window=None)
SECOND = 1_000_000_000


class FakeModel:
    """Answers in `seconds` of its own clock; the requests numbered in `failing` fail."""

    def __init__(self, seconds: int = 1, failing: Sequence[int] = ()) -> None:
        self.seconds = seconds
        self.failing = failing
        self.now = 0
        self.prompts: list[tuple[int, ...]] = []

    def clock(self) -> int:
        """Nanoseconds."""
        return self.now

    def generate(self, prompt: Sequence[int], output_length: int) -> Timing:
        """Take the time it takes."""
        self.prompts.append(tuple(prompt))
        start, self.now = self.now, self.now + self.seconds * SECOND
        if len(self.prompts) in self.failing:
            raise RequestFailedError("no answer")
        step = (self.now - start) // output_length
        return Timing(start, tuple(start + step * (n + 1) for n in range(output_length)), self.now)

    def facts(self) -> EngineFacts:
        """Never asked by the loop."""
        raise NotImplementedError

    def reset_peak_memory(self) -> None:
        """Nothing to forget."""

    def peak_memory(self) -> int | None:
        """Unknown."""
        return None


def loop(model: FakeModel, plan: Plan, heard: list[Repeated] | None = None) -> Series:
    """Measure with `model`."""
    report = (heard if heard is not None else []).append
    prompts = random_prompts(SHAPE, 4, seed=1)
    return measure(model, WORKLOAD, prompts, plan, report, model.clock)


@pytest.mark.parametrize(
    ("plan", "seconds", "expected"),
    [
        (Plan(), 1, 10),
        (Plan(), 7, 5),
        (Plan(repeats=3), 1, 3),
        (Plan(repeats=30, max_time_s=4), 1, 4),
        (Plan(max_time_s=1), 60, 1),
    ],
)
def test_requests_repeat_until_the_plan_is_fulfilled(
    plan: Plan, seconds: int, expected: int
) -> None:
    """By default at least 5 requests and 10 seconds; limits end it earlier, never before one."""
    series = loop(FakeModel(seconds), plan)
    assert len(series.timings) == expected
    assert series.wall_s == expected * seconds


def test_a_failed_request_is_counted_and_told() -> None:
    """It takes its place among the repeats and its time in the wall."""
    heard: list[Repeated] = []
    series = loop(FakeModel(failing=[2]), Plan(repeats=4), heard)
    assert (len(series.timings), series.errors, series.wall_s) == (3, ("no answer",), 4)
    assert [event.error for event in heard] == [None, "no answer", None, None]
    assert heard[0].tokens_per_s == 2


def test_no_measurement_comes_of_requests_that_all_fail() -> None:
    """And it does not go on for the minimum time if none of the first ones succeeds."""
    model = FakeModel(failing=range(1000))
    with pytest.raises(BenchmarkError, match="All 5 requests failed, the last one: no answer"):
        loop(model, Plan(min_time_s=500))
    assert len(model.prompts) == 5


def test_a_warm_up_that_fails_ends_the_run() -> None:
    """Nothing can be measured then."""
    with pytest.raises(BenchmarkError, match="warm-up request failed: no answer"):
        warm_up(FakeModel(failing=[1]), WORKLOAD, random_prompts(SHAPE, 4, seed=1))


def test_prompts_have_the_exact_length_differ_and_hold_no_special_id() -> None:
    """So no prefix cache helps and no token has a meaning."""
    prompts = list(islice(random_prompts(SHAPE, 20, seed=7), 50))
    assert {len(prompt) for prompt in prompts} == {20}
    assert len(set(prompts)) == 50
    assert set().union(*prompts) == set(range(1, 49))


def test_the_same_seed_gives_the_same_prompts() -> None:
    """A run can be repeated."""
    first, again, other = (list(islice(random_prompts(SHAPE, 9, seed=s), 5)) for s in (1, 1, 2))
    assert first == again != other


def test_an_unknown_workload_is_answered_with_those_there_are() -> None:
    """The hint lists every name."""
    with pytest.raises(UsageError) as caught:
        find_workload("Q9")
    assert all(name in caught.value.hint for name in WORKLOADS)


@pytest.mark.parametrize("name", ["stress", "Q5", "Q6"])
def test_a_workload_with_concurrency_is_refused_rather_than_faked(name: str) -> None:
    """The transformers engine runs one request at a time."""
    with pytest.raises(UsageError, match="runs one request at a time"):
        check_concurrency("transformers", find_workload(name))
