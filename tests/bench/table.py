"""One markdown table for every bench: aligned, so that it reads in a terminal too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """A table whose first `words` columns are words; the others are figures, to the right."""
    lines = [[_cell(cell) for cell in row] for row in (header, *rows)]
    widths = [max(3, *(len(line[place]) for line in lines)) for place in range(len(header))]
    rule = [
        "-" * width if place < words else "-" * (width - 1) + ":" for place, width in _at(widths)
    ]
    return "\n".join(_line(line, widths, words) for line in (lines[0], rule, *lines[1:]))


def figure(value: float | None, digits: int = 1) -> str:
    """A number as a cell; nothing for what was not measured."""
    return "" if value is None else f"{value:.{digits}f}"


def _at(widths: list[int]) -> list[tuple[int, int]]:
    return list(enumerate(widths))


def _cell(text: str) -> str:
    """On one line, and without what would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _line(cells: list[str], widths: list[int], words: int) -> str:
    placed = (
        cell.ljust(width) if place < words else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(placed)} |"
