"""When a retry waits, how long, and when it gives up; no test waits itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import (
    BenchmarkError,
    BusyError,
    ConflictError,
    HubUnreachableError,
    InvalidDataError,
    OutcomeUnknownError,
    PermissionDeniedError,
    QuotaError,
    RefusedError,
    TryAgainError,
)
from benchmark.retry import Clockwork, RetryPolicy, until_done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUSY, CONFLICT, UNREADABLE = BusyError("409"), ConflictError("412"), HubUnreachableError("503")


def most(_low: float, high: float) -> float:
    """The longest pause that may be drawn."""
    return high


@dataclass
class World:
    """A clock that only sleeping and working move, and attempts that fail as told."""

    failures: Iterator[BenchmarkError | None]
    uniform: Callable[[float, float], float] = most
    work: float = 0.0
    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)

    def run(self, policy: RetryPolicy) -> str:
        """Try until done."""
        clockwork = Clockwork(lambda: self.now, self._sleep, self.uniform)
        return until_done(self._attempt, policy, clockwork)

    def _attempt(self, number: int) -> str:
        self.attempts.append(number)
        self.now += self.work
        failure = next(self.failures, None)
        if failure is not None:
            raise failure
        return "done"

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_success_at_once_waits_for_nothing() -> None:
    """One attempt, no pause."""
    world = World(iter(()))
    assert world.run(RetryPolicy()) == "done"
    assert (world.attempts, world.slept) == ([1], [])


def test_pauses_double_up_to_the_longest() -> None:
    """From the first pause on; attempts are numbered from 1."""
    world = World(iter([BUSY] * 6))
    assert world.run(RetryPolicy(first_pause=1, longest_pause=10)) == "done"
    assert world.slept == [1, 2, 4, 8, 10, 10]
    assert world.attempts == [1, 2, 3, 4, 5, 6, 7]


@given(
    st.integers(1, 10_000),
    st.floats(0.001, 100),
    st.floats(0.001, 100),
    st.floats(0.001, 100),
    st.sampled_from([BUSY, CONFLICT]),
)
def test_a_pause_is_drawn_from_nothing_up_to_its_bound(
    failures: int, first: float, longest: float, longest_conflict: float, failure: BenchmarkError
) -> None:
    """Full jitter: the lower bound is always 0, the upper never above the longest."""
    policy = RetryPolicy(
        first_pause=first, longest_pause=longest, longest_conflict_pause=longest_conflict
    )
    drawn: list[tuple[float, float]] = []

    def note(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    assert policy.pause(failures, failure, note) == 0
    bound, growth = (longest_conflict, 1.25) if failure is CONFLICT else (longest, 2.0)
    assert drawn == [(0, min(bound, first * growth ** min(failures - 1, 60)))]


def test_the_bound_of_a_pause_is_a_number_after_any_number_of_failures() -> None:
    """It grows sixty times, which no float is too small for."""
    policy = RetryPolicy(first_pause=1, longest_pause=math.inf, longest_conflict_pause=math.inf)
    for failure, growth in ((BUSY, 2.0), (CONFLICT, 1.25)):
        assert [policy.pause(failures, failure, most) for failures in (60, 61, 62, 10**6)] == [
            growth**59, *[growth**60] * 3
        ]  # fmt: skip


def test_a_conflict_is_waited_for_less_than_trouble() -> None:
    """Somebody got on; the next attempt has the same chance as the first."""
    policy = RetryPolicy()
    assert policy.pause(99, CONFLICT, most) == policy.longest_conflict_pause
    for trouble in (BUSY, UNREADABLE, OutcomeUnknownError("500"), TryAgainError("?")):
        assert policy.pause(99, trouble, most) == policy.longest_pause
    assert policy.longest_conflict_pause < policy.longest_pause


def test_the_wait_that_the_hub_asked_for_comes_before_the_jitter() -> None:
    """The next attempt is never earlier than asked, and not at one moment for everybody."""
    policy = RetryPolicy(first_pause=2)
    slow_down = BusyError("429", wait=30.0)
    assert policy.pause(1, slow_down, lambda low, _: low) == 30
    assert policy.pause(1, slow_down, most) == 32


def test_no_attempt_is_started_after_the_deadline() -> None:
    """The pause counts: a wait that would end too late is not begun."""
    world = World(iter([BUSY] * 99), work=5.0)
    with pytest.raises(BusyError):
        world.run(RetryPolicy(deadline=29, first_pause=10, longest_pause=10))
    assert world.attempts == [1, 2]
    assert world.slept == [10]


def test_an_attempt_may_start_exactly_at_the_deadline() -> None:
    """The bound belongs to the time allowed."""
    world = World(iter([BUSY]))
    assert world.run(RetryPolicy(deadline=10, first_pause=10, longest_pause=10)) == "done"
    late = World(iter([BUSY]))
    with pytest.raises(BusyError):
        late.run(RetryPolicy(deadline=9.999, first_pause=10, longest_pause=10))


def test_a_wait_beyond_the_deadline_ends_it_at_once() -> None:
    """Nobody sleeps only to give up."""
    world = World(iter([BusyError("429", wait=3600.0)]))
    with pytest.raises(BusyError):
        world.run(RetryPolicy(deadline=900))
    assert world.slept == []


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_the_attempt_limit_counts_the_first(limit: int) -> None:
    """The last failure comes out, without a pause after it."""
    failures = [BusyError(str(number)) for number in range(1, 20)]
    world = World(iter(failures))
    with pytest.raises(BusyError, match=f"^{limit}$"):
        world.run(RetryPolicy(max_attempts=limit, deadline=1e9))
    assert len(world.attempts) == limit
    assert len(world.slept) == limit - 1


@pytest.mark.parametrize(
    "final",
    [
        QuotaError("128 commits an hour", wait=1.0),
        PermissionDeniedError("401"),
        RefusedError("422"),
        InvalidDataError("no list"),
        BenchmarkError("a bug"),
    ],
)
def test_what_waiting_cannot_mend_comes_out_at_once(final: BenchmarkError) -> None:
    """Also after failures that were retried."""
    world = World(iter([BUSY, final]))
    with pytest.raises(type(final)) as caught:
        world.run(RetryPolicy())
    assert caught.value is final
    assert len(world.attempts) == 2


def test_a_hub_that_cannot_be_read_three_times_in_a_row_is_given_up() -> None:
    """The same command can be run again later."""
    world = World(iter([UNREADABLE] * 9))
    with pytest.raises(HubUnreachableError):
        world.run(RetryPolicy())
    assert len(world.attempts) == 3


def test_unreadable_times_that_are_not_in_a_row_are_forgiven() -> None:
    """Whatever was heard from the Hub in between counts as an answer."""
    world = World(iter([UNREADABLE, UNREADABLE, CONFLICT, UNREADABLE, UNREADABLE, BUSY]))
    assert world.run(RetryPolicy()) == "done"
    assert len(world.attempts) == 7


def test_another_programs_error_is_not_retried() -> None:
    """A bug is not hidden behind a hundred attempts."""
    attempts = []

    def broken(number: int) -> None:
        attempts.append(number)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        until_done(broken, RetryPolicy(), Clockwork(lambda: 0, lambda _: None, most))
    assert attempts == [1]


def test_after_a_conflict_of_long_attempts_the_pauses_are_longer() -> None:
    """Writers that hold each other up for 10 s must not meet again every 4; trouble is no rival."""
    world = World(iter([*[CONFLICT] * 6, BUSY]), work=10)
    policy = RetryPolicy(first_pause=0.5, longest_pause=15, longest_conflict_pause=4)
    assert world.run(policy) == "done"
    assert world.slept == [20, 25, 31.25, 39.0625, 40, 40, 15]
