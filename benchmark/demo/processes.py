"""Processes that do not outlive the demo. POSIX."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast

from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import IO

_GRACE_SECONDS = 5


@contextmanager
def processes() -> Iterator[Processes]:
    """A starter of processes; when the block is left, however that happens, all are gone."""
    started = Processes()
    try:
        yield started
    finally:
        started.end()


class Processes:
    """Starts processes and follows them.

    Each has a session of its own, so Ctrl-C reaches the demo alone, which then ends them and
    whatever they started.
    """

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: IO[str] | int = subprocess.PIPE,
        stderr: IO[str] | int = subprocess.STDOUT,
    ) -> subprocess.Popen[str]:
        """Start a program that is found on the `PATH` of `env`.

        Raises:
            BenchmarkError: if there is none.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - the demo's own words; no shell reads them
                argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                encoding="utf-8", errors="replace", start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise BenchmarkError(f"Cannot start {argv[0]}: {error.strerror}.") from None
        self._running.append(process)
        return process

    def finish(
        self, process: subprocess.Popen[str], lines: IO[str], on_line: Callable[[str], object]
    ) -> None:
        """Follow what a process prints until it ends.

        Raises:
            BenchmarkError: if it ended with anything but 0.
        """
        last = ""
        for line in lines:
            on_line(line.rstrip("\n"))
            last = line.strip() or last
        code = process.wait()
        self._running.remove(process)
        if code:
            command = shlex.join(cast("list[str]", process.args))
            raise BenchmarkError(f"`{command}` ended with exit status {code}: {last}")

    def end(self) -> None:
        """End every process, and what it started, that is still there."""
        left = tuple(self._running)
        for process in left:
            _signal(process, signal.SIGTERM)
        for process in left:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Signal a process and what it started; they may be gone already."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
