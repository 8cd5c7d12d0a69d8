"""A table for a terminal: as wide as it has room, and no word broken.

Text that is too long for its column goes on in the next line, after a blank or one of the marks
that names are put together with; what is still too long is cut and ends in "…". Figures are whole:
where it is very narrow, their titles are wrapped and columns move together.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GAP = "  "
_NARROW_GAP = " "
_NARROWEST = 8
_PIECES = re.compile(r"[^\s/_:-]*[/_:-]+|[^\s/_:-]+\s*|\s+")


class Column(NamedTuple):
    """One column.

    Attributes:
        title: what stands above it.
        cells: one for each row, printable, on one line.
        is_figure: set to the right; its cells are never wrapped.
        is_extra: left out where there is no room for it; the first ones stay longest.
    """

    title: str
    cells: Sequence[str] = ()
    is_figure: bool = False
    is_extra: bool = False


def lines_of(columns: Sequence[Column], width: int) -> Iterator[str]:
    """The lines of a table, its titles first.

    Args:
        columns: of as many cells each.
        width: of the terminal, in cells.
    """
    shown = _with_room(columns, width)
    widths = _widths(shown, width)
    gap = _GAP if _total(widths) <= width else _NARROW_GAP
    for number in range(-1, len(shown[0].cells)):
        parts = [
            _wrapped(column.cells[number] if number >= 0 else column.title, size)
            for column, size in zip(shown, widths, strict=True)
        ]
        for line in zip_longest(*parts, fillvalue=""):
            placed = map(_placed, line, widths, shown)
            yield gap.join(placed).rstrip()


def filled(columns: Iterable[Column], rows: Iterable[Sequence[str]]) -> list[Column]:
    """Columns with the cells of rows, of which there is at least one."""
    cells = zip(*rows, strict=True)
    return [column._replace(cells=of_one) for column, of_one in zip(columns, cells, strict=True)]


def prose(text: str, width: int) -> list[str]:
    """A sentence in lines of a width, those behind the first indented."""
    first, *rest = _wrapped(text, width - len(_GAP))
    return [first, *(_GAP + line for line in rest)]


def _placed(text: str, size: int, column: Column) -> str:
    room = " " * (size - cell_len(text))
    return room + text if column.is_figure else text + room


def _with_room(columns: Sequence[Column], width: int) -> list[Column]:
    """Those that are always there, and extra ones as far as nothing need be wrapped for them."""
    shown = [column for column in columns if not column.is_extra]
    room = width - _total(map(_natural, shown))
    kept = set()
    for column in (one for one in columns if one.is_extra):
        room -= _natural(column) + len(_GAP)
        if room < 0:
            break
        kept.add(column.title)
    return [column for column in columns if not column.is_extra or column.title in kept]


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Natural ones; where they are too wide together, titles of figures and the widest text yield.

    What is above a figure is wrapped only where all text is as narrow as it gets.
    """
    widths = _narrowed(columns, [_natural(column) for column in columns], width)
    if _total(widths) <= width:
        return widths
    least = [_figures(column) if column.is_figure else _natural(column) for column in columns]
    return _narrowed(columns, least, width)


def _narrowed(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    widths = [*widths]
    texts = [place for place, column in enumerate(columns) if not column.is_figure]
    while _total(widths) > width:
        widest = max(texts, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _natural(column: Column) -> int:
    return max(map(_length, (column.title, *column.cells)))


def _figures(column: Column) -> int:
    """The width of its figures, and of the longest word above them."""
    return max(map(_length, (*column.title.split(), *column.cells)))


def _length(text: str) -> int:
    """Cells, of which a Chinese character takes two."""
    return cell_len(text)


def _total(widths: Iterable[int]) -> int:
    several: list[int] = [*widths]
    return sum(several) + len(_GAP) * (len(several) - 1)


def _wrapped(text: str, size: int) -> list[str]:
    if cell_len(text) <= size:
        return [text.rstrip()]
    lines = [""]
    for piece in _PIECES.findall(text):
        if cell_len((lines[-1] + piece).rstrip()) <= size:
            lines[-1] += piece
        else:
            lines.append(piece)
    kept = [_cut(line.rstrip(), size) for line in lines if line.strip()]
    return kept or [""]


def _cut(text: str, size: int) -> str:
    return text if cell_len(text) <= size else set_cell_size(text, size - 1).rstrip() + "…"
