"""Whether statistics of one quantity are in the order that their definitions give them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import IMPOSSIBLE, because
from benchmark.verdict.stated import number, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_ROUNDED = 1.01
"""Two statistics that are equal may have been rounded to different digits."""

_PERCENTILE = re.compile(r"p(\d{1,3}(?:[._]\d{1,3})?)", re.ASCII)
_PLACES = {"min": 0.0, "median": 50.0, "max": 100.0}
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
    placed = sorted(_placed(row))
    for (_, low, less), (_, high, more) in itertools.pairwise(placed):
        if less > more * _ROUNDED:
            yield _out_of_order(path, name, (low, less), (high, more))


def _outside(path: str, name: str, row: Mapping[str, Json]) -> Iterator[Reason]:
    """The mean is between the least and the most."""
    mean, least, most = (number(row.get(each)) for each in ("mean", "min", "max"))
    if mean is not None and least is not None and least > mean * _ROUNDED:
        yield _out_of_order(path, name, ("min", least), ("mean", mean))
    if mean is not None and most is not None and mean > most * _ROUNDED:
        yield _out_of_order(path, name, ("mean", mean), ("max", most))


def _not_of_its_own(said: Stated, name: str) -> Iterator[Reason]:
    """The figure of an entry is a median or a mean, so it is between the extremes."""
    value = number(said.metrics.get(name))
    row = section(section(said.metrics, "distributions"), name)
    least, most = number(row.get("min")), number(row.get("max"))
    path = f".metrics.{name}"
    if value is not None and least is not None and least > value * _ROUNDED:
        yield _out_of_order(path, name, ("min", least), (name, value))
    if value is not None and most is not None and value > most * _ROUNDED:
        yield _out_of_order(path, name, (name, value), ("max", most))


def _placed(row: Mapping[str, Json]) -> Iterator[tuple[float, str, float]]:
    for name, item in row.items():
        value, place = number(item), _place(name)
        if value is not None and place is not None:
            yield place, name, value


def _place(name: str) -> float | None:
    if name in _PLACES:
        return _PLACES[name]
    match = _PERCENTILE.fullmatch(name)
    return float(match[1].replace("_", ".")) if match else None


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
