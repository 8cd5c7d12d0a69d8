"""Whether statistics of one quantity are in the order that their definitions give them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from benchmark.i18n import N_
from benchmark.verdict.reason import FACTOR, IMPOSSIBLE, because, beyond
from benchmark.verdict.stated import number, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_ROUNDED = 1.01
"""Two statistics that are equal may have been rounded to different digits."""

_DIGIT = 1e-3
"""Milliseconds, to which some round."""

_FAMILIES = ("percentiles", "distributions")
_PERCENTILE = re.compile(
    r"(?:p|q|pct|perc|percentile)?[_-]?(\d{1,3}(?:[._]\d{1,3})?)(?:st|nd|rd|th|%)?(?:_?ms)?",
    re.ASCII,
)
_PLACES = {"min": 0.0, "median": 50.0, "max": 100.0}
_PAIRS = (("min", "mean"), ("mean", "max"), ("ci95_low", "median"), ("median", "ci95_high"))
_ENDS = ("ci95_low", "ci95_high")
_NUMBERS = frozenset({int, float})
_OF_ONE_METRIC = ("ttft_ms", "tpot_ms", "throughput_tps")


def disorder(said: Stated) -> Iterator[Reason]:
    """Percentiles that fall, and figures outside of what they summarise."""
    for family in _FAMILIES:
        rows = said.metrics.get(family)
        for name, row in rows.items() if isinstance(rows, dict) else ():
            if isinstance(row, dict):
                yield from _falling(f".metrics.{family}.{name}", name, row)
                yield from _outside(f".metrics.{family}.{name}", name, row, (*_PAIRS, _ENDS))
                yield from _spread(f".metrics.{family}.{name}", name, row)
    for name, gauge in section(said.metrics, "server").items():
        if isinstance(gauge, dict):
            yield from _outside(f".metrics.server.{name}", name, gauge)
    for name in _OF_ONE_METRIC:
        yield from _not_of_its_own(said, name)
    yield from _longer_than_the_whole(said)
    yield from _told_twice(said)


def _falling(path: str, name: str, row: Mapping[str, Json]) -> Iterator[Reason]:
    names = _in_order(tuple(row))
    if _rises([row[each] for each in names]) and not _has_synonyms(tuple(row)):
        return
    given = [(each, number(row[each])) for each in names]
    placed = [(each, value) for each, value in given if value is not None]
    for low, high in pairwise(placed):
        is_same = _place(low[0]) == _place(high[0]) and low[1] * _ROUNDED < high[1]
        if low[1] > high[1] * _ROUNDED or is_same:
            yield _out_of_order(path, name, low, high)


def _rises(values: list[Json]) -> bool:
    """At a glance: they are numbers, and in order."""
    numbers = cast("list[float]", values)
    return _NUMBERS.issuperset(map(type, values)) and numbers == sorted(numbers)


def _outside(
    path: str,
    name: str,
    row: Mapping[str, Json],
    pairs: tuple[tuple[str, str], ...] = _PAIRS,
) -> Iterator[Reason]:
    """The mean is between the least and the most, the median in its interval."""
    for low, high in pairs:
        if row.get(low) is None or row.get(high) is None:
            continue
        less, more = number(row[low]), number(row[high])
        if less is not None and more is not None and less > more * _ROUNDED:
            yield _out_of_order(path, name, (low, less), (high, more))


def _spread(path: str, name: str, row: Mapping[str, Json]) -> Iterator[Reason]:
    """Popoviciu's inequality: the deviation of a sample is no more than its range."""
    deviation = number(row.get("stdev"))
    least, most = number(row.get("min")), number(row.get("max"))
    if least is None or most is None or deviation is None:
        return
    if deviation > _ROUNDED * (most - least) + _DIGIT:
        low, high = ("stdev", deviation), ("max - min", most - least)
        yield _out_of_order(path, name, low, high)


def _longer_than_the_whole(said: Stated) -> Iterator[Reason]:
    """The first token of each request comes before its end: so in every statistic."""
    for family in _FAMILIES:
        rows = section(said.metrics, family)
        first, whole = section(rows, "ttft_ms"), section(rows, "e2e_ms")
        for name in ("mean", *_in_order(tuple(first))):
            yield from _after(f".metrics.{family}.ttft_ms", f"TTFT {name}", first, whole, name)
    latest = section(section(said.metrics, "distributions"), "e2e_ms")
    yield from _after(".metrics.ttft_ms", "TTFT", {"max": said.ttft}, latest, "max")


def _after(
    path: str, what: str, first: Mapping[str, Json], whole: Mapping[str, Json], name: str
) -> Iterator[Reason]:
    start, end = number(first.get(name)), number(whole.get(name))
    if start is not None and end is not None and start > _ROUNDED * end + _DIGIT:
        message = N_("{what} is {start} ms, but E2E {name} is {end} ms")
        yield because(IMPOSSIBLE, path, message, what=what, start=start, name=name, end=end)


def _told_twice(said: Stated) -> Iterator[Reason]:
    """One statistic of one quantity in both tables."""
    ours, others = (section(said.metrics, family) for family in _FAMILIES)
    for name in ours:
        row, other = section(ours, name), section(others, name)
        for one, two in _of_one_place(tuple(row), tuple(other)):
            if row[one] != other[two]:
                yield from _otherwise(name, (one, row[one]), (two, other[two]))


def _otherwise(name: str, one: tuple[str, Json], two: tuple[str, Json]) -> Iterator[Reason]:
    here, there = number(one[1]), number(two[1])
    if here and there:
        yield from beyond(
            max(here, there) / min(here, there),
            f".metrics.percentiles.{name}",
            N_("of {name}, {one} is {here}, but {two} is {there} in distributions"),
            name=name,
            one=one[0],
            here=here,
            two=two[0],
            there=there,
        )


def _matched(row: tuple[str, ...], other: tuple[str, ...]) -> list[tuple[str, str]]:
    """The names in one table, each with that of the same statistic in the other."""
    places = {_place(name): name for name in _in_order(other)}
    return [(name, places[at]) for name in _in_order(row) if (at := _place(name)) in places]


_of_one_place = lru_cache(maxsize=64)(_matched)


def _not_of_its_own(said: Stated, name: str) -> Iterator[Reason]:
    """The figure of an entry is a median or a mean: between the extremes, and near the median."""
    value = number(said.metrics.get(name))
    if value is None:
        return
    path, row = f".metrics.{name}", section(section(said.metrics, "distributions"), name)
    percentiles = section(section(said.metrics, "percentiles"), name)
    if not row and not percentiles:
        return
    yield from _outside(path, name, {**row, "median": value, "mean": value})
    middle = number(row.get("median"))
    if middle is None:
        middle = number(percentiles.get("p50"))
    if middle and not middle / FACTOR <= value <= middle * FACTOR:
        message = N_("{name} is {value}, but its median is {middle}")
        yield because(IMPOSSIBLE, path, message, name=name, value=value, middle=middle)


def _sorted(names: tuple[str, ...]) -> list[str]:
    """The names of percentiles and the like, by their places."""
    places = {name: place for name in names if (place := _place(name)) is not None}
    return sorted(places, key=lambda name: (places[name], name))


_in_order = lru_cache(maxsize=64)(_sorted)


def _repeats_a_place(names: tuple[str, ...]) -> bool:
    """Whether two of them are one statistic."""
    placed = _in_order(names)
    return len({*map(_place, placed)}) < len(placed)


_has_synonyms = lru_cache(maxsize=64)(_repeats_a_place)


def _place(name: str) -> float | None:
    if name in _PLACES:
        return _PLACES[name]
    match = _PERCENTILE.fullmatch(name.casefold())
    place = float(match[1].replace("_", ".")) if match else None
    # p999 may be that of 99.9 %.
    return place if place is not None and place <= _PLACES["max"] else None


def _out_of_order(path: str, name: str, low: tuple[str, float], high: tuple[str, float]) -> Reason:
    return because(
        IMPOSSIBLE,
        path,
        N_("of {name}, {low} is {less}, but {high} is {more}: that is out of order"),
        name=name,
        low=low[0],
        less=low[1],
        high=high[0],
        more=high[1],
    )
