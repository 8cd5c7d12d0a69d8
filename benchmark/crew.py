"""Work on many pieces of one file by several processes; in order, and a bounded number at once.

Reading and judging an entry is Python's work, some 50 µs, and one interpreter does one thing at a
time: two processors read 100,000 entries in little more than half the time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    Piece = TypeVar("Piece")
    Outcome = TypeVar("Outcome")

_MOST = 4
_AHEAD = 2
"""Pieces for each process that are on their way or waiting to be looked at."""


def outcomes(
    work: Callable[[Piece], Outcome], pieces: Iterable[Piece]
) -> Iterator[tuple[Piece, Outcome | None]]:
    """Each piece with what `work` makes of it; with None where no process could be had for it.

    Args:
        work: a function of a module; it and what it returns travel between processes.
        pieces: taken as there is room.
    """
    processes = min(_MOST, os.cpu_count() or 1)
    if processes == 1:
        yield from ((piece, None) for piece in pieces)
        return
    waiting: deque[tuple[Piece, Future[Outcome] | None]] = deque()
    with _pool(processes) as pool:
        for piece in pieces:
            waiting.append((piece, _started(pool, work, piece)))
            if len(waiting) > _AHEAD * processes:
                first, future = waiting.popleft()
                yield first, _outcome(future)
        for last, future in waiting:
            yield last, _outcome(future)


def _pool(processes: int) -> ProcessPoolExecutor:
    """A fork of a process with threads may hang: https://docs.python.org/3/library/os.html#os.fork."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))


def _started(
    pool: ProcessPoolExecutor, work: Callable[[Piece], Outcome], piece: Piece
) -> Future[Outcome] | None:
    try:
        return pool.submit(work, piece)
    except (BrokenProcessPool, OSError):
        return None


def _outcome(future: Future[Outcome] | None) -> Outcome | None:
    try:
        return None if future is None else future.result()
    except BrokenProcessPool:
        return None
