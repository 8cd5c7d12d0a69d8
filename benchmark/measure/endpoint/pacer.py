"""Calls at times fixed before, to the tenth of a millisecond."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.measure.samples import NS_PER_S

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

_JOIN_S = 10.0


class Pacer:
    """Calls back at the due times, to the tenth of a millisecond.

    A thread that sleeps, because the timers of event loops count whole milliseconds.

    Args:
        loop: where the call is made.
        due_ns: when, in `clock`'s time.
        call: told the time it was due.
        end: called when the last time is over.
        clock: nanoseconds.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        due_ns: Iterator[int],
        call: Callable[[int], None],
        end: Callable[[], None],
        clock: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._loop = loop
        self._due_ns = due_ns
        self._call = call
        self._end = end
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Call no more."""
        self._stopped.set()
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            for due in self._due_ns:
                early = (due - self._clock()) / NS_PER_S
                if early > 0 and self._stopped.wait(early):
                    return
                if self._stopped.is_set():
                    return
                self._loop.call_soon_threadsafe(self._call, due)
            self._loop.call_soon_threadsafe(self._end)
