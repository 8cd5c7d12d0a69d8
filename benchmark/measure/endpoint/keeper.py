"""Runs a server and ends it when its own standard input ends, however that comes about.

A program of its own, run by its path: whoever started it may be killed with no chance to clean up,
and the server, processes with gigabytes of memory, must not outlive it. It may be killed itself:
on POSIX a second process, apart from everything else, then ends the server in its stead. Called
with the seconds to wait between asking and forcing, then the command.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_IS_WINDOWS = os.name == "nt"
_MARK = "SAGELLM_BENCHMARK_SERVER"
"""A variable that everything which the server starts inherits, wherever it goes."""

_PROC = Path("/proc")
_SET_PARENT_DEATH_SIGNAL = 1  # Linux' prctl
_POLL_S = 0.05
_TO_THE_END_S = 5.0
"""For processes that are killed to be gone."""


def main(arguments: list[str]) -> int:
    """Run the command; its exit status, negative for a signal."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Who ends a job may signal its every process; its input tells when this one is to end.
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, name), lambda *_: None)
    grace_s, command, mark = float(arguments[0]), arguments[1:], secrets.token_hex(8)
    guard = None if _IS_WINDOWS else Guard(mark, grace_s)
    environ = {**os.environ, _MARK: mark}  # noqa: TID251 - it is handed on
    server = subprocess.Popen(  # noqa: S603 - the command the user gave
        command,
        stdin=subprocess.DEVNULL,
        env=environ,
        start_new_session=not _IS_WINDOWS,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread yet
    )
    if guard is not None:
        guard.watch(server.pid)
    threading.Thread(target=_end_with_input, args=(server, grace_s), daemon=True).start()
    status = server.wait()
    _signal_group(server.pid, "SIGKILL")
    if guard is not None:
        guard.conclude()
    return status


class Guard:
    """A process that ends what is left of a server when this process is gone.

    It is forked before there is a thread, and is nobody's child: what ends a family does not end
    it. It hears from this process by a pipe, of which only this process has the other end.

    Args:
        mark: what the server and all that it starts have in their environment.
        grace_s: seconds between asking and forcing.
    """

    def __init__(self, mark: str, grace_s: float) -> None:
        heard, self._said = os.pipe()
        self._over, ended = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            if os.fork():
                os._exit(0)
            os.close(self._said)
            os.close(self._over)
            _guard(heard, mark, grace_s)
            os._exit(0)
        os.close(heard)
        os.close(ended)
        os.waitpid(child, 0)

    def watch(self, server: int) -> None:
        """Tell it which process the server is."""
        with suppress(BrokenPipeError):
            os.write(self._said, f"{server}\n".encode())

    def conclude(self) -> None:
        """Let it end what is left, and end itself."""
        os.close(self._said)
        os.read(self._over, 1)


def _guard(heard: int, mark: str, grace_s: float) -> None:
    """Wait for the keeper's end; its own output is a file that others may wait for."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    told = b""
    while data := os.read(heard, 64):
        told += data
    server = int(told) if told.strip().isdigit() else None
    with suppress(OSError):
        _end_all(server, mark, grace_s)


def _end_all(server: int | None, mark: str, grace_s: float) -> None:
    """Ask all that is left to end, then force it."""
    _signal_all(server, mark, signal.SIGTERM)
    if _is_any_left(server, mark, grace_s):
        _signal_all(server, mark, signal.SIGKILL)
        # What one that was killed had started meanwhile.
        if _is_any_left(server, mark, _TO_THE_END_S):
            _signal_all(server, mark, signal.SIGKILL)


def _is_any_left(server: int | None, mark: str, patience_s: float) -> bool:
    """Wait for all to end."""
    until_s = time.monotonic() + patience_s
    while _signal_all(server, mark, 0):
        if time.monotonic() > until_s:
            return True
        time.sleep(_POLL_S)  # noqa: TID251 - a program of its own
    return False


def _signal_all(server: int | None, mark: str, number: int) -> bool:
    """Whether anybody was there; 0 is no signal."""
    if not _PROC.is_dir():
        return server is not None and _signalled(os.killpg, server, number)
    found = [_signalled(os.kill, pid, number) for pid in _left(server, mark)]
    return any(found)


def _signalled(send: Callable[[int, int], None], pid: int, number: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        send(pid, number)
        return True
    return False


def _left(server: int | None, mark: str) -> Iterator[int]:
    """Processes of the server's session, and those that carry its mark wherever they went."""
    wanted = f"{_MARK}={mark}".encode()
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError):
            # The name of a process may hold anything, so what follows the last parenthesis counts.
            stat = (folder / "stat").read_text().rpartition(")")[2]
            state, _, _, session, *_ = stat.split()
            if state != "Z" and (session == str(server) or wanted in _environ(folder)):
                yield int(folder.name)


def _environ(folder: Path) -> list[bytes]:
    """Of a process, as it was when its program began; empty if it is another user's."""
    with suppress(OSError):
        return (folder / "environ").read_bytes().split(b"\0")
    return []


def _end_with_parent() -> None:
    """Runs in the server before its program: the kernel asks it to end if this process is gone."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _end_with_input(server: subprocess.Popen[bytes], grace_s: float) -> None:
    # Not through sys.stdin: its lock, held here, would abort the interpreter when it ends.
    while os.read(0, 4096):
        pass
    _signal_group(server.pid, "SIGTERM")
    try:
        server.wait(grace_s)
    except subprocess.TimeoutExpired:
        _signal_group(server.pid, "SIGKILL")


def _signal_group(server: int, name: str) -> None:
    """To the server and everything it started, of which some may outlive it."""
    if _IS_WINDOWS:
        os.kill(server, signal.SIGTERM)
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(server, getattr(signal, name))


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.exit(status if status >= 0 else 128 - status)
