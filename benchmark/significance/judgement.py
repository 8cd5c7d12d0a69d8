"""The verdict on one figure of two sets of runs."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from benchmark.significance.student import two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.significance.evidence import Evidence, Metric

BETTER, WORSE, NO_DIFFERENCE = "better", "worse", "no-difference"
CANNOT_JUDGE = "cannot-judge"

RUN_NOISE = 0.01
"""Standard deviation of a run's figure that is allowed where only one run of each side is known:
two such runs then differ by 3 % at a confidence of 95 %, more on machines that others use too."""


_LEAST = 0.005
"""Half of the narrowest interval: clocks, rounding, and runs that happen to be alike."""


class Interval(NamedTuple):
    """Where a ratio lies with the confidence that was asked for."""

    low: float
    high: float


class Judged(NamedTuple):
    """One figure before and after.

    Attributes:
        before: the geometric mean of the runs' figures.
        after: the same.
        interval: of the ratio after / before; None if how uncertain it is is not known.
        verdict: `BETTER`, `WORSE`, `NO_DIFFERENCE` or `CANNOT_JUDGE`.
        regression: the share by which it became worse, negative where it became better: 0.1 for
            110 ms instead of 100 ms, and for 90 tokens/s instead of 100 tokens/s.
    """

    before: float
    after: float
    interval: Interval | None
    verdict: str
    regression: float

    @property
    def ratio(self) -> float:
        """After / before."""
        return self.after / self.before


def judge(
    before: Sequence[Evidence], after: Sequence[Evidence], metric: Metric, confidence: float
) -> Judged | None:
    """The verdict on a metric; None if a side has no figure.

    Args:
        before: runs of one configuration.
        after: runs of one configuration.
        metric: what is judged.
        confidence: of the interval, such as 0.95.
    """
    sides = [_Side.of(runs, metric) for runs in (before, after)]
    old, new = sides
    if not (old.logs and new.logs):
        return None
    change = fmean(new.logs) - fmean(old.logs)
    half = _half(old, new, confidence)
    interval = None if half is None else Interval(math.exp(change - half), math.exp(change + half))
    return Judged(
        old.mean,
        new.mean,
        interval,
        _verdict(change, half, more_is_better=metric.more_is_better),
        math.expm1(change) * (-1 if metric.more_is_better else 1),
    )


class _Side(NamedTuple):
    """The logarithms of runs' figures, and the variances within them as far as they are known."""

    figures: tuple[float, ...]
    logs: tuple[float, ...]
    within: tuple[float | None, ...]

    @classmethod
    def of(cls, runs: Sequence[Evidence], metric: Metric) -> _Side:
        known = [(figure, run) for run in runs if (figure := run.figure(metric)) is not None]
        errors = [run.error(metric) for _, run in known]
        return cls(
            tuple(figure for figure, _ in known),
            tuple(math.log(figure) for figure, _ in known),
            tuple(None if error is None else error * error for error in errors),
        )

    @property
    def mean(self) -> float:
        """The geometric mean; of one run its figure to the last digit."""
        return self.figures[0] if len(self.figures) == 1 else math.exp(fmean(self.logs))

    @property
    def from_requests(self) -> float | None:
        """The variance of the mean by the requests alone; None if of some run it is not known."""
        known = [one for one in self.within if one is not None]
        return sum(known) / len(self.logs) ** 2 if len(known) == len(self.logs) else None

    @property
    def squares(self) -> float:
        """The sum of squared distances of the runs from their mean."""
        middle = fmean(self.logs)
        return math.fsum((one - middle) ** 2 for one in self.logs)


def _half(old: _Side, new: _Side, confidence: float) -> float | None:
    """Half of the interval of the difference of logarithms; None if it is not known."""
    freedom = len(old.logs) + len(new.logs) - 2
    several = 1 / len(old.logs) + 1 / len(new.logs)
    parts = [one.from_requests for one in (old, new)]
    within = None if None in parts else sum(part for part in parts if part is not None)
    if freedom == 0:
        if within is None:
            return None
        return two_sided(confidence, None) * math.sqrt(within + several * RUN_NOISE**2)
    pooled = (old.squares + new.squares) / freedom * several
    by_runs = two_sided(confidence, freedom) * math.sqrt(pooled)
    by_requests = two_sided(confidence, None) * math.sqrt(within or 0.0)
    return max(by_runs, by_requests, _LEAST)


def _verdict(change: float, half: float | None, *, more_is_better: bool) -> str:
    if half is None:
        return CANNOT_JUDGE
    if abs(change) <= half:
        return NO_DIFFERENCE
    return BETTER if (change > 0) is more_is_better else WORSE
