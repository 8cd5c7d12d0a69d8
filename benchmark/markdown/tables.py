"""Tables, and the cells that entries make in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.text import number, table_cell

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from benchmark.entry import Entry

__all__ = ["label", "number", "submitter", "table"]

MOST_ROWS = 200
"""Of a table: a page of GitHub has a limit."""

_LONGEST_LABEL = 300


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    more: str,
    figures: Container[int] = (),
    left_out: int | None = None,
) -> list[str]:
    """The lines of a table.

    Args:
        header: the columns' names.
        rows: cells, made safe already.
        more: what a table with too many rows ends with, told how many are hidden.
        figures: the places of columns that are set to the right.
        left_out: how many rows were left out already; None if that is done here.
    """
    lines = [f"| {' | '.join(row)} |" for row in rows]
    hidden = len(lines[MOST_ROWS:]) if left_out is None else left_out
    return [
        f"| {' | '.join(header)} |",
        "".join(["|", *("---:|" if place in figures else "---|" for place in range(len(header)))]),
        *(lines[:MOST_ROWS] if left_out is None else lines),
        *([f"| {more.format(count=hidden)} |"] if hidden > 0 else []),
    ]


def label(text: str) -> str:
    """A label, as a cell."""
    return table_cell(text, _LONGEST_LABEL)


def submitter(entry: Entry, example: str = "") -> str:
    """Who submitted it, and the word for an example, where one is given, if it is one."""
    name = entry.at("metadata", "submitter")
    shown = table_cell(name) if isinstance(name, str) else "–"
    return f"{shown} ({example})" if example and entry.is_example else shown
