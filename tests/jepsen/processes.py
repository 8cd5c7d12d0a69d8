"""Child processes that may be killed, paused and replaced while somebody waits for their answer."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORKS = get_context("forkserver")
"""Children are forks of a process without threads that has imported everything."""

_LONGEST = 300.0  # seconds that an answer may take
_END = 10.0


class Child:
    """One process and the way to talk to it; another one takes its place when it has died."""

    def __init__(self, words: Path, target: Callable[..., None], *arguments: Any) -> None:
        """Start `target(connection, *arguments)`, whose words for people go to the file `words`."""
        self._words = words
        self._target = target
        self._arguments = arguments
        self._guard = threading.RLock()
        self._start()

    def _start(self) -> None:
        self._ours, theirs = FORKS.Pipe()
        arguments = (str(self._words), self._target, theirs, *self._arguments)
        self._process = FORKS.Process(target=_quietly, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def replace(self, *arguments: Any) -> None:
        """Begin anew, with these arguments if there are any."""
        with self._guard:
            self._process.kill()
            self._process.join()
            self._ours.close()
            self._arguments = arguments or self._arguments
            self._start()

    def ask(self, message: Any) -> Any:
        """Its answer; None if it died without one."""
        with suppress(OSError):
            self._ours.send(message)
        return self.hear()

    def tell(self, message: Any) -> None:
        """Send what needs no answer."""
        with suppress(OSError):
            self._ours.send(message)

    def hear(self) -> Any:
        """What it says next; None if it died before it did.

        Raises:
            TimeoutError: if it neither speaks nor dies.
        """
        if not connection.wait([self._ours, self._process.sentinel], _LONGEST):
            raise TimeoutError("A process does not answer.")
        try:
            return self._ours.recv()
        except (EOFError, OSError):
            return None

    def kill(self) -> None:
        """SIGKILL."""
        with self._guard:
            self._process.kill()

    def pause(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT so much later."""
        self._signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Let it end by itself."""
        self._ours.close()
        self._process.join(_END)
        self._process.kill()
        self._process.join()

    def _signal(self, number: int) -> None:
        with self._guard:
            if self._process.is_alive() and self._process.pid:
                os.kill(self._process.pid, number)


def _quietly(words: str, target: Callable[..., None], *arguments: Any) -> None:
    """The client logs every retry; a terminal is no place for that."""
    descriptor = os.open(words, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    target(*arguments)
