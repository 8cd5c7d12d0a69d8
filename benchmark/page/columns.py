"""Many values of one kind as one JSON value: what repeats is written once.

A column is `{"all": value}` where every row has the same, `{"each": [value, …]}` where most rows
have their own, and else `{"of": [value, …], "at": [place in "of", …]}`; a row without a value has
the place -1, which is not null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from benchmark import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.canonical import Json

Path: TypeAlias = "tuple[str, ...]"

NOWHERE = -1


def of_values(values: Sequence[Json]) -> dict[str, Json]:
    """The column of a list of values, one a row."""
    return of_some(dict(enumerate(values)), len(values))


def of_some(values: Mapping[int, Json], rows: int) -> dict[str, Json]:
    """The column of the rows that have a value, by their places."""
    places: dict[object, int] = {}
    distinct: list[Json] = []
    at: list[Json] = [NOWHERE] * rows
    for row, value in values.items():
        place = places.setdefault(_same(value), len(distinct))
        if place == len(distinct):
            distinct.append(value)
        at[row] = place
    if len(values) == rows:
        if len(distinct) == 1:
            return {"all": distinct[0]}
        if len(distinct) > rows / 2:
            return {"each": [values[row] for row in range(rows)]}
    return {"of": distinct, "at": at}


def by_path(entries: Sequence[Mapping[str, Json]]) -> dict[Path, dict[int, Json]]:
    """Every leaf of some entries: path → row → value, the paths in order."""
    found: dict[Path, dict[int, Json]] = {}
    for row, entry in enumerate(entries):
        for path, value in _leaves(entry, ()):
            found.setdefault(path, {})[row] = value
    return dict(sorted(found.items()))


def _leaves(section: Mapping[str, Json], above: Path) -> Iterator[tuple[Path, Json]]:
    """Lists are leaves, and so are empty objects: with less, the entry could not be told again."""
    for key, value in section.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _same(value: Json) -> object:
    """Equal for two values iff JSON writes them alike; Python takes 1 and True for the same."""
    if isinstance(value, (dict, list)):
        return "json", canonical.dumps(value)
    return (type(value) is bool, value) if isinstance(value, (int, float)) else value
