"""Does a run give again what an entry says? The rule is stated; there is no hidden tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.comparison import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.entry import Entry

LEAST_NOISE = 0.02
"""Two runs on one quiet machine differ by that much; shared machines drift by more in an hour."""


class Reproduction(NamedTuple):
    """A run beside the entry it repeats.

    Attributes:
        ratio: new over old median speed of a request.
        noise: how far the ratio may be from 1: half of both 95 % confidence intervals, as shares of
            their medians, added up; at least `LEAST_NOISE`.
        differences: what is not the same configuration, old and new; empty on the same machine.
    """

    ratio: float
    noise: float
    differences: Mapping[str, tuple[str, str]]

    @property
    def holds(self) -> bool:
        """Whether the difference is within the noise."""
        return abs(self.ratio - 1) <= self.noise


def judge(old: Entry, new: Entry) -> Reproduction:
    """Compare the speed of requests; of entries without samples, throughput."""
    pair = compare([old], [new])[0]
    return Reproduction(
        ratio=_speed(new) / _speed(old),
        noise=max(LEAST_NOISE, _half_interval(old) + _half_interval(new)),
        differences=pair.configuration,
    )


def _speed(entry: Entry) -> float:
    found = entry.at("metrics", "distributions", "request_tps", "median")
    return entry.number("metrics", "throughput_tps") if found is None else _number(found)


def _half_interval(entry: Entry) -> float:
    """As a share of the median; 0 where the entry has none."""
    names = ("ci95_low", "ci95_high", "median")
    found = [entry.at("metrics", "distributions", "request_tps", name) for name in names]
    if any(value is None for value in found):
        return 0.0
    low, high, middle = map(_number, found)
    return max(high - middle, middle - low) / middle


def _number(value: Json) -> float:
    assert isinstance(value, (int, float))  # noqa: S101 - the entry is valid
    return float(value)
