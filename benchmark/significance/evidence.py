"""What is known of a run's figures: the figures, and how uncertain each of them is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist, median
from typing import TYPE_CHECKING, NamedTuple

from benchmark.significance.blocks import log_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmark.entry import Entry

_IN_95 = 2 * NormalDist().inv_cdf(0.975)
"""Standard errors that a 95 % confidence interval is wide."""


class Request(NamedTuple):
    """One answered request of a run, in milliseconds; `tpot_ms` is None where it has none."""

    start_s: float
    output_tokens: int
    ttft_ms: float
    e2e_ms: float
    tpot_ms: float | None


class Metric(NamedTuple):
    """A figure that is judged.

    Attributes:
        name: its field in `metrics` of an entry.
        more_is_better: else less is.
        of: the same figure of requests; None where they have none. Of throughput it is the speed
            that all of them have together, which is as uncertain as the throughput.
        stated: the distribution of an entry that says how uncertain it is.
    """

    name: str
    more_is_better: bool
    of: Callable[[Sequence[Request]], float]
    has: Callable[[Request], bool]
    stated: str


def _speed(requests: Sequence[Request]) -> float:
    return sum(one.output_tokens for one in requests) / sum(one.e2e_ms for one in requests)


def _ttft(requests: Sequence[Request]) -> float:
    return median(one.ttft_ms for one in requests)


def _tpot(requests: Sequence[Request]) -> float:
    return median(one.tpot_ms or 0.0 for one in requests)


METRICS: Mapping[str, Metric] = {
    "throughput_tps": Metric(
        "throughput_tps",
        more_is_better=True,
        of=_speed,
        has=lambda one: one.e2e_ms > 0 and one.output_tokens > 0,
        stated="request_tps",
    ),
    "ttft_ms": Metric(
        "ttft_ms",
        more_is_better=False,
        of=_ttft,
        has=lambda one: one.ttft_ms > 0,
        stated="ttft_ms",
    ),
    "tpot_ms": Metric(
        "tpot_ms",
        more_is_better=False,
        of=_tpot,
        has=lambda one: one.tpot_ms is not None and one.tpot_ms > 0,
        stated="tpot_ms",
    ),
}
"""By name: those of which a run has samples."""


@dataclass(frozen=True)
class Evidence:
    """A run.

    Attributes:
        entry: what it says.
        requests: its samples, None where they are not at hand.
    """

    entry: Entry
    requests: tuple[Request, ...] | None = None

    def figure(self, metric: Metric) -> float | None:
        """What the entry says; None where it says nothing above 0."""
        found = self.entry.number("metrics", metric.name)
        return found if found > 0 else None

    def error(self, metric: Metric) -> float | None:
        """The standard error of the figure's logarithm; None if it is not known."""
        if metric.name not in self._errors:
            sampled = None if self.requests is None else _sampled(self.requests, metric)
            self._errors[metric.name] = self._stated(metric) if sampled is None else sampled
        return self._errors[metric.name]

    @cached_property
    def _errors(self) -> dict[str, float | None]:
        return {}

    def _stated(self, metric: Metric) -> float | None:
        """By the confidence interval that the entry has of a median."""
        at = ("metrics", "distributions", metric.stated)
        low, high = (self.entry.number(*at, name) for name in ("ci95_low", "ci95_high"))
        return math.log(high / low) / _IN_95 if 0 < low <= high else None


def _sampled(requests: Sequence[Request], metric: Metric) -> float | None:
    ordered = sorted(one for one in requests if metric.has(one))
    # What one batch answered together is one observation.
    alone = list({one[:1] + one[2:4]: one for one in ordered}.values())
    return log_error(alone, metric.of)
