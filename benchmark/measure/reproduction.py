"""Does a run give again what an entry says? Decided on evidence only, by a rule that is stated.

Let r be the new median speed of a request over the old one, and the noise how far r may be from 1
by chance: half of both 95 % confidence intervals of the medians (distribution-free, from order
statistics), as shares of their medians, added up, and at least `LEAST_NOISE`. Then

- "not-reproduced": |r − 1| is more than the noise, which chance does not explain;
- "reproduced": |r − 1| is within the noise, and the noise is no more than `MOST_NOISE`, so that a
  real difference of more than twice that much would have been seen;
- "cannot-say": everything else, also where one of the intervals is not known (fewer than
  `FEWEST` requests): too few requests were measured to tell the same from another speed.

An interval narrows with the square root of the number of requests, which says how many it takes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from benchmark.comparison import compare
from benchmark.noise import LEAST_NOISE, MOST_NOISE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.entry import Entry

FEWEST = 6
"""Requests: the median of fewer has no 95 % confidence interval."""

REPRODUCED, NOT_REPRODUCED, CANNOT_SAY = "reproduced", "not-reproduced", "cannot-say"


class Reproduction(NamedTuple):
    """A run beside the entry it repeats.

    Attributes:
        ratio: new over old median speed of a request.
        noise: how far the ratio may be from 1; None if that is not known.
        requests: how many it takes to decide; None if it is decided, or if the entry's own figure
            is too uncertain for any number to help.
        differences: what is not the same configuration, old and new; empty on the same machine.
    """

    ratio: float
    noise: float | None
    requests: int | None
    differences: Mapping[str, tuple[str, str]]

    @property
    def verdict(self) -> str:
        """`REPRODUCED`, `NOT_REPRODUCED` or `CANNOT_SAY`."""
        if self.noise is None:
            return CANNOT_SAY
        if abs(self.ratio - 1) > self.noise:
            return NOT_REPRODUCED
        return REPRODUCED if self.noise <= MOST_NOISE else CANNOT_SAY


def judge(old: Entry, new: Entry) -> Reproduction:
    """Compare the speed of requests; of entries without samples, throughput."""
    pair = compare([old], [new])[0]
    before, after = _half_interval(old), _half_interval(new)
    known = None if before is None or after is None else max(LEAST_NOISE, before + after)
    found = Reproduction(_speed(new) / _speed(old), known, None, pair.configuration)
    if found.verdict != CANNOT_SAY:
        return found
    return found._replace(requests=_needed(before, after, _count(new)))


def has_speed(entry: Entry) -> bool:
    """Whether there is one to compare with."""
    return _speed(entry) > 0


def _needed(before: float | None, after: float | None, count: int) -> int | None:
    """Requests of a new run after which both intervals together are narrow enough."""
    if before is None or before >= MOST_NOISE:
        return None
    if after is None:
        return max(FEWEST, count + 1)
    return max(FEWEST, math.ceil(count * (after / (MOST_NOISE - before)) ** 2))


def _count(entry: Entry) -> int:
    """Requests whose speed is known."""
    found = entry.at("metrics", "distributions", "request_tps", "n")
    return found if isinstance(found, int) else 0


def _speed(entry: Entry) -> float:
    found = entry.at("metrics", "distributions", "request_tps", "median")
    return entry.number("metrics", "throughput_tps") if found is None else _number(found)


def _half_interval(entry: Entry) -> float | None:
    """As a share of the median; None where the entry has none."""
    names = ("ci95_low", "ci95_high", "median")
    found = [entry.at("metrics", "distributions", "request_tps", name) for name in names]
    if any(value is None for value in found):
        return None
    low, high, middle = map(_number, found)
    return max(high - middle, middle - low) / middle


def _number(value: Json) -> float:
    assert isinstance(value, (int, float))  # noqa: S101 - the entry is valid
    return float(value)
