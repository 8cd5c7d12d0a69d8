"""A clock that only waiting moves, and processes that say how long they wait."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    Process = Generator[float, None, None]


class Clock:
    """Seconds since the beginning, and whoever waits for a moment; the earliest goes first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, Process]] = []

    def start(self, process: Process, at: float) -> None:
        """Let a process begin at a moment; what it yields are the seconds that it waits."""
        heapq.heappush(self._waiting, (at, next(self._order), process))

    def run(self) -> None:
        """Until nobody waits any more."""
        while self._waiting:
            self.now, _, process = heapq.heappop(self._waiting)
            wait = next(process, None)
            if wait is not None:
                self.start(process, self.now + wait)
