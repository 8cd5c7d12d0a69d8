"""When to try again, and when to give up for now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from benchmark.errors import (
    BenchmarkError,
    ConflictError,
    HubUnreachableError,
    QuotaError,
    TryAgainError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_UNREADABLE_IN_A_ROW = 3

_LONGER_EACH_TIME = 2.0
_LONGER_EACH_CONFLICT = 1.25
"""Each is somebody's success, so fewer are left."""
_ATTEMPTS_APART = 2
"""The bound of the pause after the first conflict, in attempts."""


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter, an attempt limit and a deadline.

    Full jitter (a pause drawn from 0 to the bound) keeps many writers from meeting again:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        max_attempts: attempts in all, the first included.
        deadline: seconds from the first attempt after which none is started.
        first_pause: bound of the first pause, in seconds.
        longest_pause: bound of any pause, in seconds.
        longest_conflict_pause: the same after a conflict, which is no trouble: somebody got on;
            four times as long as the attempt took, if that is more. The first such pause is up to
            twice as long, and the bound grows slowly.
    """

    max_attempts: int = 100
    deadline: float = 900.0
    first_pause: float = 0.5
    longest_pause: float = 15.0
    longest_conflict_pause: float = 4.0

    def pause(
        self,
        failures: int,
        failure: BenchmarkError,
        uniform: Callable[[float, float], float],
        took: float = 0.0,
    ) -> float:
        """Seconds to wait after the `failures`-th failure, the first being 1.

        Args:
            failures: how many attempts have failed.
            failure: the last of them.
            uniform: a random number between two bounds.
            took: seconds that the last attempt took. Where a commit takes long, as that of a large
                leaderboard does, conflicting writers must keep out of each other's way for longer.
        """
        # The exponent is capped for the power to stay a float.
        times = min(failures - 1, 60)
        if isinstance(failure, ConflictError):
            first = max(self.first_pause, _ATTEMPTS_APART * took)
            longest = max(self.longest_conflict_pause, 4 * took)
            bound = min(longest, first * _LONGER_EACH_CONFLICT**times)
        else:
            bound = min(self.longest_pause, self.first_pause * _LONGER_EACH_TIME**times)
        backoff = uniform(0, bound)
        asked = failure.wait if isinstance(failure, TryAgainError) else None
        return backoff + (asked or 0)


@dataclass(frozen=True)
class Clockwork:
    """The outside world that a retry needs; tests pass their own.

    Attributes:
        monotonic: seconds on a clock that never goes back.
        sleep: waits that many seconds.
        uniform: a random number between two bounds.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    uniform: Callable[[float, float], float]


class Course:
    """The failures of one publish so far, and what follows from each.

    Args:
        policy: how often and how long to try.
        uniform: a random number between two bounds.
        started: when the first attempt began, in seconds.
    """

    def __init__(
        self, policy: RetryPolicy, uniform: Callable[[float, float], float], started: float
    ) -> None:
        self._policy = policy
        self._uniform = uniform
        self._started = started
        self._unreadable = 0

    def pause(self, number: int, error: BenchmarkError, began: float, now: float) -> float:
        """Seconds until the next attempt.

        Args:
            number: of the attempt that failed, the first being 1.
            error: why.
            began: when it began.
            now: when it ended.

        Raises:
            BenchmarkError: `error` itself, where it makes no sense to go on.
        """
        if isinstance(error, QuotaError) or not isinstance(
            error, (HubUnreachableError, TryAgainError)
        ):
            raise error
        unreadable = isinstance(error, HubUnreachableError)
        self._unreadable = self._unreadable + 1 if unreadable else 0
        pause = self._policy.pause(number, error, self._uniform, now - began)
        late = now - self._started + pause > self._policy.deadline
        if late or number >= self._policy.max_attempts or self._unreadable == _UNREADABLE_IN_A_ROW:
            raise error
        return pause


def until_done(attempt: Callable[[int], T], policy: RetryPolicy, clockwork: Clockwork) -> T:
    """Call `attempt` with 1, 2, … until it succeeds or it makes no sense to go on.

    Raises:
        HubUnreachableError: the last failure, if the Hub cannot be read.
        TryAgainError: the last failure, once the policy's limits are reached, or a quota.
        BenchmarkError: at once, whatever else `attempt` raises.
    """
    course = Course(policy, clockwork.uniform, clockwork.monotonic())
    number = 1
    while True:
        began = clockwork.monotonic()
        try:
            return attempt(number)
        except BenchmarkError as error:
            pause = course.pause(number, error, began, clockwork.monotonic())
        clockwork.sleep(pause)
        number += 1
