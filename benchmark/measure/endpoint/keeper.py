"""Runs a server and ends it when its own standard input ends, however that comes about.

A program of its own, run by its path: whoever started it may be killed with no chance to clean up,
and the server, a group of processes with gigabytes of memory, must not outlive it. Called with the
seconds to wait between asking and forcing, then the command.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

_IS_WINDOWS = os.name == "nt"


def main(arguments: list[str]) -> int:
    """Run the command; its exit status, negative for a signal."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Who ends a job may signal its every process; its input tells when this one is to end.
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, name), lambda *_: None)
    grace_s, command = float(arguments[0]), arguments[1:]
    server = subprocess.Popen(  # noqa: S603 - the command the user gave
        command, stdin=subprocess.DEVNULL, start_new_session=not _IS_WINDOWS
    )
    threading.Thread(target=_end_with_input, args=(server, grace_s), daemon=True).start()
    status = server.wait()
    _signal_group(server, "SIGKILL")
    return status


def _end_with_input(server: subprocess.Popen[bytes], grace_s: float) -> None:
    # Not through sys.stdin: its lock, held here, would abort the interpreter when it ends.
    while os.read(0, 4096):
        pass
    _signal_group(server, "SIGTERM")
    try:
        server.wait(grace_s)
    except subprocess.TimeoutExpired:
        _signal_group(server, "SIGKILL")


def _signal_group(server: subprocess.Popen[bytes], name: str) -> None:
    """To the server and everything it started, of which some may outlive it."""
    if _IS_WINDOWS:
        server.terminate()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, getattr(signal, name))


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.exit(status if status >= 0 else 128 - status)
