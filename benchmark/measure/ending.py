"""The worker's ear: its parent wants the run to end early, or is gone.

A thread waits on standard input. A byte means: end what is being measured and tell what is known of
it. The end of input means: stop everything now.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from benchmark.measure.job import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.job import Event
    from benchmark.measure.load import Watch

PLEASE = b"!"
_STOPPED = 1
"""Exit status when the parent closed the pipe."""

_PATIENCE_S = 2.0
"""For a model to answer what it is busy with. Who ends a job may kill it after 10 s."""


class Measured:
    """A phase that is being measured.

    Args:
        watch: decides when it is enough.
        report: tells of its end: with its length in seconds, None if it has not ended.
    """

    def __init__(self, watch: Watch, report: Callable[[float | None], None]) -> None:
        self.watch = watch
        self._report = report
        self._lock = threading.Lock()
        self._told = threading.Event()

    def end(self, wall_s: float | None) -> None:
        """Tell of its end, unless that was told already."""
        with self._lock:
            if not self._told.is_set():
                self._report(wall_s)
                self._told.set()

    def end_early(self) -> None:
        """See that its end is told: by the thread that measures, if it can do so soon."""
        self.watch.end()
        if not self._told.wait(_PATIENCE_S):
            self.end(None)


class Ending:
    """Listens to the parent.

    Args:
        tell: what the parent is told by.
        close: stops what there is when the parent is gone, until `closing` says how to do so.
    """

    def __init__(self, tell: Callable[[Event], None], close: Callable[[], None]) -> None:
        self._tell = tell
        self._close: Callable[[], None] | None = close
        self._lock = threading.Lock()
        self._measured: Measured | None = None
        self.is_asked = False

    def listen(self) -> None:
        """From here on, in a thread of its own."""
        threading.Thread(target=self._listen, daemon=True).start()

    @contextmanager
    def of(self, measured: Measured) -> Iterator[None]:
        """While a phase is measured in here, its end is told of when the run ends early."""
        self._measured = measured
        try:
            yield
        finally:
            self._measured = None

    def closing(self, close: Callable[[], None]) -> None:
        """From here on this stops what there is."""
        self._close = close

    def close(self) -> None:
        """Stop what there is; whoever comes second waits for the first."""
        with self._lock:
            close, self._close = self._close, None
            if close is not None:
                close()

    def _listen(self) -> None:
        # Not through sys.stdin: its lock would be held when the interpreter ends.
        while os.read(0, 1) == PLEASE:
            # Whatever goes wrong, the end of input must be seen.
            with suppress(Exception):
                self._end_early()
        with suppress(Exception):
            self.close()
        os._exit(_STOPPED)

    def _end_early(self) -> None:
        self.is_asked, measured = True, self._measured
        if measured is not None:
            measured.end_early()
        self._tell(Ended())
