"""A progress bar on standard error, where somebody may be waiting and can see it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from benchmark.i18n import N_
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.progress import Progress

    from benchmark.commands.common import Output
    from benchmark.watch import Watch

Piece = TypeVar("Piece")

READING = N_("Reading runs")
COMPARING = N_("Comparing")

_MANY = 8 * 1024 * 1024
"""Bytes that are worth a bar: a quarter of a second of reading."""

_REFRESH_S = 0.1


@contextmanager
def watching(output: Output, what: str) -> Iterator[Watch]:
    """What shows how far work is, on a terminal and beside no JSON; nothing is left of it.

    Args:
        output: of the command.
        what: is done, in the user's language.
    """
    if output.as_json or not sys.stderr.isatty():
        yield unwatched
        return
    from rich.console import Console  # noqa: PLC0415 - most commands have nothing to show
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    # A thread that refreshes would keep `crew` from forking.
    with Progress(console=console, transient=True, auto_refresh=False) as bar:
        yield partial(_watched, bar, what)


def _watched(
    bar: Progress, what: str, pieces: Iterable[Piece], sizes: Sequence[int]
) -> Iterable[Piece]:
    total = sum(sizes)
    return pieces if total < _MANY else _shown(bar, what, pieces, sizes)


def _shown(
    bar: Progress, what: str, pieces: Iterable[Piece], sizes: Sequence[int]
) -> Iterator[Piece]:
    task = bar.add_task(what, total=sum(sizes))
    bar.refresh()
    due = time.monotonic() + _REFRESH_S
    for piece, size in zip(pieces, sizes, strict=True):
        bar.advance(task, size)
        if time.monotonic() >= due:
            bar.refresh()
            due = time.monotonic() + _REFRESH_S
        yield piece
    bar.remove_task(task)
