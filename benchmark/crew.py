"""Work on many pieces of one file, or of many, by several processes; in order, not all at once.

Reading and judging an entry is Python's work, some 20 to 50 µs, and one interpreter does one thing
at a time: two processors read 100,000 entries in little more than half the time. This process takes
its share whenever the others have enough before them.

Where it can be, the others are forks of this process: they are there at once, where a new
interpreter takes 0.3 s, and have the file already, where its pieces would have to be sent.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from benchmark.slots import Left, Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence, Sized

    from typing_extensions import Self

    from benchmark.cut import Span, Text

    Outcome = TypeVar("Outcome")
    Whole = Text | Sequence[bytes]
    Work = Callable[[Any], Outcome]

_MOST = 4
_AHEAD = 2
"""Pieces for each other process: the one in work and the next. None is called back.

Where a process dies, an older Python stumbles over one that was, and leaves the other processes:
https://github.com/python/cpython/pull/108974.
"""

_UNSEEN = 8
"""Pieces for each process that may be done before the first of them is looked at."""

_SWITCH_S = 0.0001
"""How long this process's own work may keep it from handing out more: by default it is 5 ms."""

_TASKS = Path("/proc/self/task")
"""A folder for each thread of this process, whoever started it; Linux only."""

_inherited: Whole = b""
"""In a fork: what the pieces are cut from."""

_shared: Slots | None = None
"""In a fork: where it leaves what it makes of them."""


def outcomes(
    work: Work[Outcome], data: Whole, spans: Iterable[Span]
) -> Iterator[tuple[Span, Outcome]]:
    """Each piece with what `work` makes of it, in this process where no other can be had.

    Args:
        work: a function of a module; it and what it returns travel between processes.
        data: what the pieces are cut from: a text, or several of which a piece is some.
        spans: where they are in it; taken as there is room.
    """
    others = min(_MOST, _processors()) - 1
    if not others:
        yield from ((span, work(_cut(data, span))) for span in spans)
        return
    with _switching(_SWITCH_S), _Crew(others, data) as crew:
        yield from crew.outcomes(work, spans)


@contextmanager
def _switching(seconds: float) -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _Crew:
    """Other processes that work on pieces of `data`."""

    def __init__(self, others: int, data: Whole) -> None:
        self._others, self._data = others, data
        self._slots = _slots(_UNSEEN * (others + 1))
        self._pool = _pool(others, (data, self._slots) if self._slots else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def outcomes(
        self, work: Work[Outcome], spans: Iterable[Span]
    ) -> Iterator[tuple[Span, Outcome]]:
        """As the function of this name."""
        waiting: deque[tuple[Span, Future[Outcome | Left]]] = deque()
        for span in spans:
            under_way = sum(not future.done() for _, future in waiting)
            future = self._started(work, span) if under_way < _AHEAD * self._others else None
            waiting.append((span, future or _done(work(_cut(self._data, span)))))
            while waiting and (waiting[0][1].done() or self._are_enough(waiting)):
                yield self._outcome(work, *waiting.popleft())
        while waiting:
            yield self._outcome(work, *waiting.popleft())

    def _are_enough(self, waiting: Sized) -> bool:
        return len(waiting) > _UNSEEN * (self._others + 1)

    def _started(self, work: Work[Outcome], span: Span) -> Future[Outcome | Left] | None:
        try:
            if self._slots is None:
                return self._pool.submit(work, _cut(self._data, span))
            slot = self._slots.taken()
            return None if slot is None else self._pool.submit(_of_inherited, work, span, slot)
        except (BrokenProcessPool, OSError):
            return None

    def _outcome(
        self, work: Work[Outcome], span: Span, future: Future[Outcome | Left]
    ) -> tuple[Span, Outcome]:
        try:
            outcome = future.result()
        except BrokenProcessPool:
            return span, work(_cut(self._data, span))
        if self._slots and isinstance(outcome, Left):
            return span, cast("Outcome", self._slots.found(outcome))
        return span, cast("Outcome", outcome)


def _processors() -> int:
    """Those that this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    """Whether a fork is a whole process: no other thread can hold a lock in it for ever.

    macOS has threads of its own: https://docs.python.org/3/library/multiprocessing.html.
    """
    with suppress(OSError):
        return sys.platform == "linux" and len([*_TASKS.iterdir()]) == 1
    return False


def _slots(count: int) -> Slots | None:
    """For what forks make; None where there can be none."""
    if _can_fork():
        with suppress(OSError):
            return Slots(count)
    return None


def _pool(processes: int, inherited: tuple[Whole, Slots] | None) -> ProcessPoolExecutor:
    if inherited is None:
        return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin)
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(processes, context, _begin, inherited)


def _begin(inherited: Whole = b"", shared: Slots | None = None) -> None:
    """In another process: whatever ends this one ends it too; what it makes is no garbage."""
    global _inherited, _shared
    _inherited, _shared = inherited, shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What this process would do when it is asked to end is not for a fork of it to do.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()


def _end_with_parent() -> None:
    """One that is killed takes nobody along: the others would wait for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _of_inherited(work: Work[Outcome], span: Span, slot: int) -> Outcome | Left:
    outcome = work(_cut(_inherited, span))
    return _shared.left(slot, outcome) if _shared else outcome


def _cut(data: Whole, span: Span) -> Whole:
    start, end = span
    return data[start:end]


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future
