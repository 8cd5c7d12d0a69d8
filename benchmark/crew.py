"""Work on many pieces of one file by several processes; in order, and a bounded number at once.

Reading and judging an entry is Python's work, some 20 to 50 µs, and one interpreter does one thing
at a time: two processors read 100,000 entries in little more than half the time. This process takes
its share: while the others start, which takes 0.2 s, and whenever they have enough before them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Piece = TypeVar("Piece")
    Outcome = TypeVar("Outcome")

_MOST = 4
_AHEAD = 2
"""Pieces for each other process that are on their way or in work."""

_UNSEEN = 8
"""Pieces for each process that may be done before the first of them is looked at."""


def outcomes(
    work: Callable[[Piece], Outcome], pieces: Iterable[Piece]
) -> Iterator[tuple[Piece, Outcome]]:
    """Each piece with what `work` makes of it, in this process where no other can be had.

    Args:
        work: a function of a module; it and what it returns travel between processes.
        pieces: taken as there is room.
    """
    others = min(_MOST, os.cpu_count() or 1) - 1
    if not others:
        yield from ((piece, work(piece)) for piece in pieces)
        return
    waiting: deque[tuple[Piece, Future[Outcome]]] = deque()
    with _pool(others) as pool:
        for piece in pieces:
            under_way = sum(not future.done() for _, future in waiting)
            future = _started(pool, work, piece) if under_way < _AHEAD * others else None
            waiting.append((piece, future or _done(work(piece))))
            while waiting and (waiting[0][1].done() or len(waiting) > _UNSEEN * (others + 1)):
                yield _outcome(work, *waiting.popleft())
        while waiting:
            yield _outcome(work, *waiting.popleft())


def _pool(processes: int) -> ProcessPoolExecutor:
    """A fork of a process with threads may hang: https://docs.python.org/3/library/os.html#os.fork."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, context, _begin)


def _begin() -> None:
    """In another process: who interrupts this one ends it too; what it makes is no garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _started(
    pool: ProcessPoolExecutor, work: Callable[[Piece], Outcome], piece: Piece
) -> Future[Outcome] | None:
    try:
        return pool.submit(work, piece)
    except (BrokenProcessPool, OSError):
        return None


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _outcome(
    work: Callable[[Piece], Outcome], piece: Piece, future: Future[Outcome]
) -> tuple[Piece, Outcome]:
    try:
        return piece, future.result()
    except BrokenProcessPool:
        return piece, work(piece)
