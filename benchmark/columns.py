"""Packed entries by columns: sent to another process in a fifth of the time.

pickle asks every named tuple in Python how it is to be made again; of plain ones it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.entry import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.entry import Packed


class Columns(NamedTuple):
    """The values of several entries, each in the order of the entries.

    Attributes:
        values: of `Packed`, but for the standings.
        standings: the values of `Standing`.
    """

    values: tuple[tuple[Any, ...], ...]
    standings: tuple[tuple[Any, ...], ...]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The values of each `Packed`."""
        texts, run_ids, keys, fields = self.values
        return zip(texts, run_ids, keys, map(Standing, *self.standings), fields, strict=True)


def by_columns(rows: Sequence[Packed]) -> Columns:
    """The columns of at least one entry."""
    texts, run_ids, keys, standings, fields = zip(*rows, strict=True)
    return Columns((texts, run_ids, keys, fields), tuple(zip(*standings, strict=True)))
