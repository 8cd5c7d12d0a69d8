"""How much is asked at once, and when enough has been measured."""

from __future__ import annotations

import math
from bisect import insort
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.stats import sorted_median_interval, sorted_percentile

if TYPE_CHECKING:
    from collections.abc import Callable

ARRIVALS = ("poisson", "constant")
PRECISION = 0.02
MAX_TIME_S = 120.0
_HOPELESS = 5
_HOPELESS_OPEN = 20
"""So many failures in a row end a run; of requests in flight together, twice as many as those."""

_WAVES = 3


class Load(NamedTuple):
    """How requests follow each other.

    Attributes:
        concurrency: closed loop: so many are in flight at any time, the next starts when one ends.
        rate: open loop: so many start per second, whatever has been answered; None for closed.
        arrivals: one of `ARRIVALS`: exponential or equal gaps between starts.
        seed: of the gaps.
        burstiness: shape of the gaps' gamma distribution: 1 is Poisson, less comes in bursts.
        max_in_flight: open loop: a request that is due waits while so many are; None for no limit.
        ramp_up_s: seconds in which the load grows to what it says; nothing is measured meanwhile.
        due_s: open loop: when each request is due, as a trace has it; `rate` is the mean then.
    """

    concurrency: int = 1
    rate: float | None = None
    arrivals: str = "poisson"
    seed: int = 0
    burstiness: float = 1.0
    max_in_flight: int | None = None
    ramp_up_s: float = 0.0
    due_s: tuple[float, ...] = ()

    @property
    def spacing(self) -> str | None:
        """How requests are spaced, in an entry's words; None in a closed loop."""
        if self.rate is None:
            return None
        if self.due_s:
            return "trace"
        return "gamma" if self.burstiness != 1 else self.arrivals


ONE_BY_ONE = Load()


class StopRule(NamedTuple):
    """When to stop.

    Attributes:
        repeats: exactly so many requests; None to stop by precision and time.
        precision: stop when the 95 % confidence interval of the median speed of a request lies
            within this share of it on both sides.
        max_time_s: start no request after so many seconds; one is always measured.
        min_requests: never fewer, unless time is up.
        turns: so many requests are one conversation, which is measured whole.
    """

    repeats: int | None = None
    precision: float = PRECISION
    max_time_s: float = MAX_TIME_S
    min_requests: int = 6
    turns: int = 1

    def whole(self, turns: int) -> StopRule:
        """The rule for conversations of so many turns, which are measured whole."""
        repeats = None if self.repeats is None else -(-self.repeats // turns) * turns
        return self._replace(repeats=repeats, turns=turns)

    def arrivals(self, load: Load) -> int:
        """How many requests of an open loop are due until it stops at the latest."""
        most = len(load.due_s) or max(1, round((load.rate or 0) * self.max_time_s))
        return most if self.repeats is None else min(self.repeats, most)


class Watch:
    """Sees every request and knows when to stop; one for each phase that is measured."""

    def __init__(self, rule: StopRule, load: Load = ONE_BY_ONE) -> None:
        # A trace is played to its end.
        self._rule = rule._replace(repeats=rule.arrivals(load)) if load.due_s else rule
        self._in_flight = load.concurrency
        self._hopeless = _HOPELESS if load.rate is None else _HOPELESS_OPEN
        if load.concurrency > 1:
            self._hopeless = max(self._hopeless, 2 * load.concurrency)
        self._speeds: list[float] = []
        self._started = 0
        self._ended = False
        self._on_end: Callable[[], None] | None = None
        self._failed_in_a_row = 0

    def arrivals(self, load: Load) -> int:
        """How many requests of an open loop are due until it stops at the latest."""
        return self._rule.arrivals(load)

    @property
    def hopeless(self) -> bool:
        """Whether requests have only failed lately."""
        return self._failed_in_a_row >= self._hopeless

    @property
    def ended(self) -> bool:
        """Whether it was ended from outside."""
        return self._ended

    def end(self) -> None:
        """Whatever has been measured is enough; any thread may say so."""
        self._ended = True
        if self._on_end is not None:
            self._on_end()

    def on_end(self, call: Callable[[], None] | None) -> None:
        """What `end` calls, in whatever thread it is called."""
        self._on_end = call

    def start(self, count: int = 1) -> None:
        """Note that requests are sent, or will be for sure; fewer than 0 will not be after all."""
        self._started += count

    def succeed(self, speed: float) -> None:
        """Note the speed of a request, or of a batch that answered together, in tokens/s."""
        self._failed_in_a_row = 0
        insort(self._speeds, speed)

    def fail(self) -> None:
        """Note a failure."""
        self._failed_in_a_row += 1

    def enough(self, seconds: float) -> bool:
        """Whether to start no further request after so many seconds."""
        if self.hopeless or self._ended:
            return True
        if self._started and seconds >= self._rule.max_time_s:
            return True
        if self._rule.repeats is not None:
            return self._started >= self._rule.repeats
        return self._are_many and self.spread() <= self._rule.precision

    @property
    def _are_many(self) -> bool:
        """The first wave of requests in flight together says little about those that follow."""
        waves = _WAVES * self._in_flight * self._rule.turns
        return len(self._speeds) >= self._rule.min_requests and self._started >= waves

    def spread(self) -> float:
        """Half of the confidence interval of the median speed, as a share of it; inf if unknown."""
        interval = sorted_median_interval(self._speeds)
        if interval is None:
            return math.inf
        middle = sorted_percentile(self._speeds, 50)
        return max(interval.high - middle, middle - interval.low) / middle
