"""The place of a statistic among the values that it is one of, by its name."""

from __future__ import annotations

import re
from functools import lru_cache

_PERCENTILE = re.compile(
    r"(?:p|q|pct|perc|percentile)?[_-]?(\d{1,3}(?:[._]\d{1,3})?)(?:st|nd|rd|th|%)?(?:_?ms)?",
    re.ASCII,
)
_PLACES = {"min": 0.0, "median": 50.0, "max": 100.0}
PAIRS = (("min", "mean"), ("mean", "max"), ("ci95_low", "median"), ("median", "ci95_high"))
"""What cannot be more than what."""

ENDS = ("ci95_low", "ci95_high")
"""Those of an interval, likewise."""


def _sorted(names: tuple[str, ...]) -> list[str]:
    """The names of percentiles and the like, by their places."""
    places = {name: place for name in names if (place := place_of(name)) is not None}
    return sorted(places, key=lambda name: (places[name], name))


in_order = lru_cache(maxsize=64)(_sorted)


def _repeats_a_place(names: tuple[str, ...]) -> bool:
    """Whether two of them are one statistic."""
    placed = in_order(names)
    return len({*map(place_of, placed)}) < len(placed)


has_synonyms = lru_cache(maxsize=64)(_repeats_a_place)


def place_of(name: str) -> float | None:
    """In per cent of the sorted values: 50 of a median; None if it names no place."""
    if name in _PLACES:
        return _PLACES[name]
    match = _PERCENTILE.fullmatch(name.casefold())
    place = float(match[1].replace("_", ".")) if match else None
    # p999 may be that of 99.9 %.
    return place if place is not None and place <= _PLACES["max"] else None
