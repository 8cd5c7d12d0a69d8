"""Messages of another process, read by a thread: an interrupt cuts none of them in two."""

from __future__ import annotations

import os
import pickle
import queue
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_POLL_S = 0.5 if os.name == "nt" else None
"""On Windows nothing interrupts a thread that waits."""


class Inbox(Generic[T]):
    """What comes out of a pipe, in order.

    Args:
        stream: pickles, from a process of this package.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._messages: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def next(self) -> T | None:
        """The next message, None after the last; waits for it."""
        while True:
            with suppress(queue.Empty):
                return self._messages.get(timeout=_POLL_S)

    def until(self, is_last: Callable[[T], bool], patience_s: float) -> Iterator[T]:
        """Messages up to the last one of a kind, or as many as come in time."""
        until_s = time.monotonic() + patience_s
        with suppress(queue.Empty):
            while True:
                message = self._messages.get(timeout=max(0.0, until_s - time.monotonic()))
                if message is None or is_last(message):
                    return
                yield message

    def close(self) -> None:
        """The other process is gone: nothing follows."""
        self._thread.join()

    def _read(self, stream: IO[bytes]) -> None:
        try:
            with suppress(EOFError, pickle.UnpicklingError):
                while True:
                    self._messages.put(pickle.load(stream))  # noqa: S301 - see `stream`
        finally:
            self._messages.put(None)
