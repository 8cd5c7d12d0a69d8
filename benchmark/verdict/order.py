"""Whether statistics of one quantity are in the order that their definitions give them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from benchmark.i18n import N_
from benchmark.verdict.reason import FACTOR, IMPOSSIBLE, because
from benchmark.verdict.stated import number, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_ROUNDED = 1.01
"""Two statistics that are equal may have been rounded to different digits."""

_PERCENTILE = re.compile(r"p(\d{1,3}(?:[._]\d{1,3})?)(?:_ms)?", re.ASCII)
_PLACES = {"min": 0.0, "median": 50.0, "max": 100.0}
_PAIRS = (("min", "mean"), ("mean", "max"), ("ci95_low", "median"), ("median", "ci95_high"))
_NUMBERS = frozenset({int, float})
_OF_ONE_METRIC = ("ttft_ms", "tpot_ms")


def disorder(said: Stated) -> Iterator[Reason]:
    """Percentiles that fall, and figures outside of what they summarise."""
    for family in ("percentiles", "distributions"):
        rows = said.metrics.get(family)
        for name, row in rows.items() if isinstance(rows, dict) else ():
            if isinstance(row, dict):
                yield from _falling(f".metrics.{family}.{name}", name, row)
                yield from _outside(f".metrics.{family}.{name}", name, row)
    for name in _OF_ONE_METRIC:
        yield from _not_of_its_own(said, name)


def _falling(path: str, name: str, row: Mapping[str, Json]) -> Iterator[Reason]:
    names = _in_order(tuple(row))
    if _rises([row[each] for each in names]):
        return
    given = [(each, number(row[each])) for each in names]
    placed = [(each, value) for each, value in given if value is not None]
    for low, high in pairwise(placed):
        if low[1] > high[1] * _ROUNDED:
            yield _out_of_order(path, name, low, high)


def _rises(values: list[Json]) -> bool:
    """At a glance: they are numbers, and in order."""
    numbers = cast("list[float]", values)
    return _NUMBERS.issuperset(map(type, values)) and numbers == sorted(numbers)


def _outside(path: str, name: str, row: Mapping[str, Json]) -> Iterator[Reason]:
    """The mean is between the least and the most, the median in its interval."""
    for low, high in _PAIRS:
        if row.get(low) is None or row.get(high) is None:
            continue
        less, more = number(row[low]), number(row[high])
        if less is not None and more is not None and less > more * _ROUNDED:
            yield _out_of_order(path, name, (low, less), (high, more))


def _not_of_its_own(said: Stated, name: str) -> Iterator[Reason]:
    """The figure of an entry is a median or a mean: between the extremes, and near the median."""
    value = number(said.metrics.get(name))
    if value is None:
        return
    path, row = f".metrics.{name}", section(section(said.metrics, "distributions"), name)
    yield from _outside(path, name, {**row, "median": value, "mean": value})
    middle = number(row.get("median"))
    if middle is None:
        middle = number(section(section(said.metrics, "percentiles"), name).get("p50"))
    if middle and not middle / FACTOR <= value <= middle * FACTOR:
        message = N_("{name} is {value}, but its median is {middle}")
        yield because(IMPOSSIBLE, path, message, name=name, value=value, middle=middle)


def _sorted(names: tuple[str, ...]) -> list[str]:
    """The names of percentiles and the like, by their places."""
    places = {name: place for name in names if (place := _place(name)) is not None}
    return sorted(places, key=lambda name: (places[name], name))


_in_order = lru_cache(maxsize=64)(_sorted)


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
