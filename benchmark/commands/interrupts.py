"""Signals that end a command are interrupts, as Ctrl-C is, and cut off nothing that must be whole.

Slurm, Kubernetes and CI end a job with SIGTERM, a terminal that closes with SIGHUP; some send it to
every process of the job, and more than once. A signal that this process was started to ignore, as
by nohup, stays ignored.
"""

from __future__ import annotations

import atexit
import os
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn, TypeAlias

    _Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two are POSIX's and Windows' own
_SIGNALS = tuple(signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__)
_BY_SIGNAL = 128
"""What shells add to a signal's number to make an exit code of it."""


class Interrupts:
    """The signals that came to this process; while none is listened to, it does nothing."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._raised = False
        self._holds = 0
        self._allowed = False

    @property
    def exit_code(self) -> int:
        """By the first signal that came: 130, 143, 129; that of Ctrl-C if none was seen."""
        return _BY_SIGNAL + (signal.SIGINT if self._first is None else self._first)

    @contextmanager
    def listening(self, *, to_the_end: bool = False) -> Iterator[None]:
        """From here on signals are interrupts.

        Args:
            to_the_end: of the process: what comes after an interrupt, when all is cleaned up, ends
                it with the same exit code and not by the signal.
        """
        self._first, self._raised = None, False
        with ExitStack() as stack:
            for number in _SIGNALS:
                before = signal.getsignal(number)
                if before in {signal.SIG_DFL, signal.default_int_handler}:
                    stack.callback(self._leave, number, before, to_the_end=to_the_end)
                    signal.signal(number, self._take)
            yield

    def _leave(self, number: int, before: _Handler, *, to_the_end: bool) -> None:
        if not to_the_end or self._first is None:
            signal.signal(number, before)
            return
        signal.signal(number, self._end)
        # Python's own end gives every signal back to the system, but for those that are ignored.
        atexit.register(signal.signal, number, signal.SIG_IGN)

    def _end(self, _number: int, _frame: FrameType | None) -> NoReturn:
        os._exit(self.exit_code)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is done in here is not cut off: an interrupt waits until its end.

        Raises:
            KeyboardInterrupt: at the end, if a signal came and was not raised inside.
        """
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self._raise_what_waits()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Where a hold only waits for something; an interrupt may come here.

        Raises:
            KeyboardInterrupt: if a signal came.
        """
        try:
            self._allowed = True
            self._raise_what_waits()
            yield
        finally:
            self._allowed = False

    def _take(self, number: int, _frame: FrameType | None) -> None:
        """A second one adds nothing, but that Ctrl-C interrupts the clean-up, too."""
        if self._first is None:
            self._first = number
        if self._holds and not self._allowed:
            return
        if not self._raised or number == signal.SIGINT:
            self._raise()

    def _raise_what_waits(self) -> None:
        if self._first is not None and not self._raised and (self._allowed or not self._holds):
            self._raise()

    def _raise(self) -> NoReturn:
        # From here on what is complete is kept, wherever this passes through.
        self._raised, self._allowed = True, False
        raise KeyboardInterrupt


INTERRUPTS = Interrupts()
"""The one of this process, for its signals are."""
