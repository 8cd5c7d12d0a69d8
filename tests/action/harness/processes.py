"""A step's process: its output line by line, and how it is stopped."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TICK = 0.02
"""Seconds between two looks at whether to stop."""

SHELLS = {
    "bash": "--noprofile --norc -e -o pipefail {0}",
    "pwsh": "-command \". '{0}'\"",
    "python": "{0}",
    "sh": "-e {0}",
}
"""https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, `shell`."""

_EXTENSIONS = {"bash": ".sh", "pwsh": ".ps1", "python": ".py", "sh": ".sh"}


OnLine = Callable[[int, str], None]
"""Gets each line, and of which stream it is: 0 for stdout, 1 for stderr."""


class ShellError(Exception):
    """A shell that is not there, or a template without a place for the script."""


class Graces(NamedTuple):
    """Seconds: after SIGINT, after SIGTERM, and for the streams of a process that has ended.

    The defaults are those of `ProcessInvoker.cs`; see also
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
    """

    interrupt: float = 7.5
    terminate: float = 2.5
    streams: float = 5.0


class Ended(NamedTuple):
    """How a process ended: its exit status as a shell counts it, and whether it was told to."""

    code: int
    stopped: bool


def command_line(shell: str, path: str, script: Callable[[str], Path]) -> list[str]:
    """The arguments that run a script in `shell`: a name, or a template with `{0}`.

    Args:
        shell: as a step names it; left empty, bash or else sh with the arguments of sh.
        path: the PATH to look for it.
        script: writes the script to a file with the given ending, and returns where.
    """
    name, _, template = shell.partition(" ")
    template = template.strip() or SHELLS.get(name or "sh", "")
    program = shutil.which(name or "bash", path=path) or shutil.which(name or "sh", path=path)
    if not program:
        raise ShellError(f"{name}: command not found")
    if "{0}" not in template:
        raise ShellError(
            "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh)"
            " or a format string containing '{0}'"
        )
    filled = template.replace("{0}", str(script(_EXTENSIONS.get(name or "sh", ""))))
    return [program, *(word.replace('"', "") for word in _words(filled))]


def _words(text: str) -> list[str]:
    return re.findall(r'(?:[^\s"]|"[^"]*")+', text)


class StepProcess:
    """A process in a group of its own, so that what it leaves behind can be ended too."""

    def __init__(self, argv: list[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        """Start `argv`."""
        self._lines: queue.Queue[tuple[int, str] | None] = queue.Queue()
        with _interruptible():
            self._process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        streams = (self._process.stdout, self._process.stderr)
        self._readers = [
            threading.Thread(target=self._read, args=given) for given in enumerate(streams)
        ]
        for reader in self._readers:
            reader.daemon = True
            reader.start()

    def follow(self, on_line: OnLine, stop: Callable[[], bool], graces: Graces) -> Ended:
        """Hand on each line of output, with its stream, until the process has ended.

        Once `stop` is true the process gets SIGINT, then SIGTERM, then SIGKILL; its children get
        no signal but the last.
        """
        signals: Iterator[None] | None = None
        while self._process.poll() is None:
            self._take(on_line)
            if signals is None and stop():
                signals = self._signals(graces)
            if signals:
                next(signals)
        self._drain(on_line, graces.streams)
        code = self._process.returncode
        return Ended(code if code >= 0 else 128 - code, signals is not None)

    def end_group(self) -> None:
        """Kill what the process left behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _signals(self, graces: Graces) -> Iterator[None]:
        for number, grace in (
            (signal.SIGINT, graces.interrupt),
            (signal.SIGTERM, graces.terminate),
        ):
            self._process.send_signal(number)
            until = time.monotonic() + grace
            while time.monotonic() < until:
                yield
        self.end_group()
        while True:
            yield

    def _read(self, number: int, stream: IO[bytes]) -> None:
        # .NET ends a line at \n, \r and \r\n, as universal newlines do.
        with io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline=None) as text:
            for line in text:
                self._lines.put((number, line.removesuffix("\n")))
        self._lines.put(None)

    def _take(self, on_line: OnLine) -> None:
        """Hand on what has been printed, or wait a moment for it, or for the end."""
        if not self._reading():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_TICK)
            return
        with contextlib.suppress(queue.Empty):
            line = self._lines.get(timeout=_TICK)
            while True:
                if line:
                    on_line(*line)
                line = self._lines.get_nowait()

    def _reading(self) -> bool:
        """Whether a stream is open, or a line is left."""
        return not self._lines.empty() or any(reader.is_alive() for reader in self._readers)

    def _drain(self, on_line: OnLine, grace: float) -> None:
        until = time.monotonic() + grace
        while self._reading() and time.monotonic() < until:
            self._take(on_line)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """A process whose parent ignores SIGINT would ignore it too, and bash could not undo that."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    ):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
