"""The parent's side of a measurement: start the measuring process, listen, clean up."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext, suppress
from typing import IO, TYPE_CHECKING, BinaryIO

from benchmark.errors import BenchmarkError
from benchmark.i18n import N_
from benchmark.measure.collector import INTERRUPTED, Collector
from benchmark.measure.confidential import cleaned_error, cleaned_event
from benchmark.measure.ending import PLEASE
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.host import memory
from benchmark.measure.inbox import Inbox
from benchmark.measure.job import Ended
from benchmark.measure.messages import STOPPED
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from benchmark.measure.job import Event, Job, Measurement

    Message = Event | BenchmarkError

_KILLED = -signal.SIGKILL if hasattr(signal, "SIGKILL") else None
"""Exit code of a process that the kernel's out-of-memory killer ended."""

_POLITE_S = 20.0
"""Longer than an engine waits for the server it started (`Patience.stop_s`)."""

_ANSWER_S = 5.0
"""For the measuring process to tell of a phase that is cut off; longer than it waits itself."""

_LAST_BYTES = 4000
_LAST_LINES = 5


class InterruptedRunError(KeyboardInterrupt):
    """An interrupt, and what was complete by then."""

    def __init__(self, complete: Sequence[Measurement]) -> None:
        super().__init__()
        self.complete = tuple(complete)


class BrokenRunError(EngineFailedError):
    """The engine failed midway, and what was complete by then."""

    def __init__(self, cause: BenchmarkError, complete: Sequence[Measurement]) -> None:
        super().__init__(str(cause), hint=cause.hint, said=cause.said)
        self.complete = tuple(complete)


def _nobody(_complete: Sequence[Measurement]) -> None:
    """Listens."""


def run_job(
    job: Job,
    command: Sequence[str],
    on_event: Callable[[Event], None],
    clean: Callable[[str], str] = str,
    on_early_end: Callable[[Sequence[Measurement]], None] = _nobody,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> tuple[Measurement, ...]:
    """Measure in a process of its own, which is gone when this returns or raises.

    This process sleeps on a pipe meanwhile, so the engine has every core.

    Args:
        job: what to measure.
        command: starts `benchmark.measure.worker.main`.
        on_event: told what happens, as it happens.
        clean: takes secrets out of what engines and servers say, before anybody is told.
        on_early_end: told what is complete when the run ends early, before the engine is stopped:
            that may take longer than whoever ends this process waits.
        waiting: entered wherever this process only waits for the other one.

    Returns:
        One measurement for each cell.

    Raises:
        InterruptedRunError: at an interrupt.
        BrokenRunError: if the engine failed after some requests were complete.
        BenchmarkError: if it failed before.
    """
    collector = Collector()
    with tempfile.TemporaryFile() as log, _child(command, log) as (child, inbox):
        try:
            with waiting():
                _send(child, job)
            for told in _events(child, inbox, log, waiting):
                event = cleaned_event(told, clean)
                collector.add(event)
                on_event(event)
        except KeyboardInterrupt:
            _end_early(child, inbox, collector, clean)
            complete = collector.complete(INTERRUPTED, memory.tree_peak(child.pid))
            on_early_end(complete)
            raise InterruptedRunError(complete) from None
        except BenchmarkError as error:
            cleaned_error(error, clean)
            reason = STOPPED["failed"].format(error=one_line(str(error)))
            complete = collector.complete(reason, None)
            if not complete:
                raise
            on_early_end(complete)
            raise BrokenRunError(error, complete) from error
    return collector.complete(None, None)


@contextmanager
def _child(
    command: Sequence[str], log: IO[bytes]
) -> Iterator[tuple[subprocess.Popen[bytes], Inbox[Message]]]:
    """The measuring process, in a group of its own: an interrupt at the terminal is ours."""
    child = subprocess.Popen(  # noqa: S603 - this package's own worker
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
    )
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    inbox: Inbox[Message] = Inbox(child.stdout)
    try:
        yield child, inbox
    finally:
        _stop(child)
        inbox.close()
        child.stdout.close()


def _send(child: subprocess.Popen[bytes], job: Job) -> None:
    """Give it the job; the pipe stays open, for its end means stop."""
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(BrokenPipeError):
        pickle.dump(job, child.stdin)
        child.stdin.flush()


def _events(
    child: subprocess.Popen[bytes],
    inbox: Inbox[Message],
    log: IO[bytes],
    waiting: Callable[[], AbstractContextManager[None]],
) -> Iterator[Event]:
    while True:
        with waiting():
            message = inbox.next()
        if message is None:
            with waiting():
                child.wait()
            if child.returncode:
                raise _died(child.returncode, log)
            return
        if isinstance(message, BenchmarkError):
            raise message
        yield message


def _end_early(
    child: subprocess.Popen[bytes],
    inbox: Inbox[Message],
    collector: Collector,
    clean: Callable[[str], str],
) -> None:
    """Hear what is known of the phase that goes on, before anything is stopped."""
    if not collector.is_measuring:
        return
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(OSError):
        child.stdin.write(PLEASE)
        child.stdin.flush()
    for told in inbox.until(lambda message: isinstance(message, Ended), _ANSWER_S):
        if isinstance(told, BenchmarkError):
            return
        collector.add(cleaned_event(told, clean))


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask by closing its input, so that it stops what it started; then end its whole group."""
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(OSError):
        child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(_POLITE_S)
    if hasattr(os, "killpg"):
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()


def _died(exit_code: int, log: BinaryIO | IO[bytes]) -> BenchmarkError:
    if exit_code == _KILLED:
        return EngineFailedError(
            "The engine's process was killed, most likely because memory ran out.",
            hint=N_("Choose a smaller model, a shorter workload or --dtype bfloat16."),
        )
    said = _last_words(log)
    return BenchmarkError(
        f"The engine's process ended with exit status {exit_code}: {said[-1] if said else ''}",
        hint=N_("This is a bug of the engine or of this package: please report it."),
        said=said[:-1],
    )


def _last_words(log: IO[bytes]) -> tuple[str, ...]:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _LAST_BYTES))
    lines = log.read().decode(errors="replace").strip().splitlines()
    return tuple(one_line(line) for line in lines[-_LAST_LINES:])
