"""When to try again, and when to give up for now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """

    max_attempts: int = 100
    deadline: float = 900.0
    first_pause: float = 0.25
    longest_pause: float = 15.0

    def pause(self, failures: int, uniform: Callable[[float, float], float]) -> float:
        """Seconds to wait after the `failures`-th failure in a row, the first being 1."""
        # The exponent is capped for 2**failures to stay a float.
        bound = min(self.longest_pause, self.first_pause * 2.0 ** min(failures - 1, 60))
        return uniform(0, bound)


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
