"""Statistics that are in order at a glance: in a tenth of the time that looking at each takes.

What is in order here is in order by `benchmark.verdict.order`, which allows for rounding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from benchmark.verdict import written
from benchmark.verdict.places import ENDS, PAIRS, has_synonyms, in_order
from benchmark.verdict.reason import FACTOR
from benchmark.verdict.stated import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.limits import Limits
    from benchmark.verdict.stated import Stated

_NUMBERS = frozenset({int, float})
_AROUND = ("min", "median", "max")


class _Places(NamedTuple):
    """Where the values are that have to be in order, of a row that has fields of these names."""

    rising: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    spread: tuple[int, int, int] | None


def are_plain(said: Stated, _: Limits) -> bool:
    """Whether all statistics are as `run` writes them, and `order` has nothing to say of them."""
    rows, server = said.distributions, said.metrics.get("server")
    return (
        (not server or _are_gauges(server))
        and all(map(written.is_in_order, rows.values()))
        and _are_told_again(said.percentiles, rows)
        and "throughput_tps" not in rows
        and (not rows or _is_before(said, rows))
        and _is_its_own(said.metrics.get("ttft_ms"), rows.get("ttft_ms"))
        and _is_its_own(said.metrics.get("tpot_ms"), rows.get("tpot_ms"))
    )


def _are_gauges(server: Json) -> bool:
    """What is no gauge has no order."""
    rows = server.values() if isinstance(server, dict) else ()
    return all(is_orderly(row) for row in rows if isinstance(row, dict))


def _are_told_again(percentiles: Mapping[str, Json], rows: Mapping[str, Json]) -> bool:
    """Whether each row is of a quantity that has statistics, and agrees with them."""
    return all(
        name in rows and written.is_told_again(row, rows[name]) for name, row in percentiles.items()
    )


def _is_before(said: Stated, rows: Mapping[str, Any]) -> bool:
    """Whether the first token comes before the end, in rows that are in order."""
    first, whole = rows.get("ttft_ms"), rows.get("e2e_ms")
    if whole is None:
        return True
    return bool(said.ttft <= whole["max"]) and (first is None or written.is_before(first, whole))


def _is_its_own(value: Json, row: Any) -> bool:  # noqa: ANN401
    """As `is_plainly_its_own`, of a row that is in order: as a rule it is the median."""
    if row is None or row["median"] == value:
        return True
    figure = number(value)
    return figure is None or is_plainly_its_own(figure, row)


def is_orderly(row: Mapping[str, Json]) -> bool:
    """Whether a row of statistics is in order, without any rounding."""
    return written.is_in_order(row) or written.is_gauge(row) or _is_in_any_order(row)


def _is_in_any_order(row: Mapping[str, Json]) -> bool:
    """The same of any names."""
    told = row
    if None in row.values():
        told = {name: value for name, value in row.items() if value is not None}
    values, places = _numbers(told.values()), _places(tuple(told))
    if values is None or places is None:
        return False
    rising = [values[place] for place in places.rising]
    if rising != sorted(rising) or any(values[low] > values[high] for low, high in places.pairs):
        return False
    if places.spread is None:
        return True
    deviation, least, most = places.spread
    return values[deviation] <= values[most] - values[least]


def is_plainly_its_own(value: float, row: Mapping[str, Json]) -> bool:
    """Whether a figure may be the median or the mean of what a row tells of."""
    figures = _numbers(map(row.get, _AROUND))
    if figures is None:
        return False
    least, middle, most = figures
    if not max(least, middle / FACTOR) <= value <= min(most, middle * FACTOR):
        return False
    low, high = row.get("ci95_low"), row.get("ci95_high")
    if low is high is None:
        return True
    between = _numbers((low, high))
    return between is not None and between[0] <= value <= between[1]


def is_plainly_before(first: Mapping[str, Json], whole: Mapping[str, Json]) -> bool:
    """Whether every place of one row is before every place of another."""
    values, others = _placed(first), _placed(whole)
    return bool(values and others) and max(values) <= min(others)


def _placed(row: Mapping[str, Json]) -> list[float]:
    """The values that have a place, and the mean; none where one of them is no number."""
    names = [*in_order(tuple(row)), "mean"]
    return _numbers([row[name] for name in names if name in row]) or []


def _numbers(values: Iterable[Json]) -> list[float] | None:
    """The values, if all are numbers; those that are none are not compared with any."""
    found = [*values]
    return cast("list[float]", found) if _NUMBERS.issuperset(map(type, found)) else None


def _laid_out(names: tuple[str, ...]) -> _Places | None:
    """None where two names are of one statistic."""
    if has_synonyms(names):
        return None
    at = {name: place for place, name in enumerate(names)}
    pairs = tuple((at[low], at[high]) for low, high in (*PAIRS, ENDS) if low in at and high in at)
    least, most, deviation = at.get("min"), at.get("max"), at.get("stdev")
    is_spread = least is not None and most is not None and deviation is not None
    spread = cast("tuple[int, int, int]", (deviation, least, most)) if is_spread else None
    return _Places(tuple(at[name] for name in in_order(names)), pairs, spread)


_places = lru_cache(maxsize=64)(_laid_out)
