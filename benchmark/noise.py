"""Whether two throughputs are the same within their noise: one rule for every view.

The noise of an entry is the 95 % confidence interval that it states: of its throughput, or of the
median speed of a request, as `run` writes it, taken as a share of that speed. Two throughputs are
within their noise if

- they are equal, or
- both state an interval, and the intervals overlap or the figures differ by no more than
  `LEAST_NOISE`, for the interval of one run knows nothing of what changes between runs; in either
  case they differ by no more than `MOST_NOISE`, so that nobody comes first for knowing little.

Where one of them states no interval, the caller says what counts as noise.

Noise has another side: who measures again finds other digits. Figures that are the same to the last
of many digits were copied.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.entry import Entry

    Figures: TypeAlias = tuple[float | None, ...]

LEAST_NOISE = 0.02
"""Two runs on one quiet machine differ by that much; shared machines drift by more in an hour."""

MOST_NOISE = 0.1
"""Beyond it nearly every speed would count as the same."""

_DIGITS = 8
"""Significant ones, of speed, first token and further tokens together: each of a few in a hundred
would come again by chance, if two machines were alike to a tenth."""

_FIGURES = ("throughput_tps", "ttft_ms", "tpot_ms")
_QUANTITIES = ("throughput_tps", "request_tps")


class Speed(NamedTuple):
    """A throughput and its 95 % confidence interval, tokens per second.

    Attributes:
        tps: the figure that ranks an entry.
        low: where the interval begins; None if the entry states none that makes sense.
        high: where it ends, likewise.
    """

    tps: float
    low: float | None = None
    high: float | None = None


def speed_of(entry: Entry) -> Speed:
    """How fast an entry says it was, and how surely."""
    return speed_in(entry.standing.throughput_tps, entry.at("metrics", "distributions"))


def speed_in(tps: float, distributions: Json) -> Speed:
    """The same of a throughput and of what stands in an entry's `metrics.distributions`."""
    if isinstance(distributions, dict):
        for name in _QUANTITIES:
            shares = _shares(distributions.get(name))
            if shares is not None:
                return Speed(tps, tps * shares[0], tps * shares[1])
    return Speed(tps)


def are_within_noise(one: Speed, other: Speed, *, unknown: float = 0) -> bool:
    """Whether two throughputs are the same but for noise; symmetric, and not transitive.

    Args:
        one: a speed.
        other: another.
        unknown: the share of the higher that counts as noise where an interval is not known.
    """
    slow, fast = sorted((one, other), key=lambda speed: speed.tps)
    if slow.high is None or fast.low is None:
        return _differ_by(slow, fast) <= unknown
    is_close = fast.low <= slow.high or _differ_by(slow, fast) <= LEAST_NOISE
    return is_close and _differ_by(slow, fast) <= MOST_NOISE


def figures_in(metrics: Json) -> Figures:
    """What tells measurements apart, of what stands in an entry's `metrics`."""
    if not isinstance(metrics, dict):
        return ()
    return tuple(_positive(metrics.get(name)) for name in _FIGURES)


def are_one_measurement(one: Figures, other: Figures) -> bool:
    """Whether two entries have the same figures to more digits than two runs have in common."""
    digits = 0
    for here, there in zip(one, other, strict=False):
        if here is not None and here == there:
            mantissa = f"{here!r}".partition("e")[0].replace(".", "")
            digits += len(mantissa.strip("0"))
    return digits >= _DIGITS


def _differ_by(slow: Speed, fast: Speed) -> float:
    """As a share of the higher; rounded, for 90 differs from 100 by no more than a tenth."""
    return round(1 - slow.tps / fast.tps, 12) if slow.tps < fast.tps else 0


def _shares(row: Json) -> tuple[float, float] | None:
    """Both ends of an interval as shares of its median."""
    if not isinstance(row, dict):
        return None
    low, middle, high = (_positive(row.get(name)) for name in ("ci95_low", "median", "ci95_high"))
    if low is None or middle is None or high is None or not low <= middle <= high:
        return None
    return low / middle, high / middle


def _positive(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None
