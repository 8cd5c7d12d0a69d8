"""A process and those it starts, watched from outside: time, processor time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PAUSE = 0.02
"""Seconds between two looks."""


@dataclass(frozen=True)
class Spent:
    """What it took.

    Attributes:
        seconds: from start to end.
        cpu_s: of all processors, of it and all that it started.
        peak_bytes: of all its processes that were there at once, the peak of each so far.
        said: what it printed, which is JSON if it is anything.
    """

    seconds: float
    cpu_s: float
    peak_bytes: int
    said: Any


def watched(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    code: int = 0,
) -> Spent:
    """Run it to its end.

    Args:
        command: its words.
        cwd: where it runs.
        env: what is different in its environment.
        code: its exit code.

    Raises:
        AssertionError: if it ends with another.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        environment = {**os.environ, **(env or {})}
        words = [*map(str, command)]
        process = subprocess.Popen(words, cwd=cwd, env=environment, stdout=out, stderr=err)
        most = 0
        # Without reaping it: only who waits for it is told what it spent.
        while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            most = max(most, sum(map(peak_of, _family(process.pid))))
            time.sleep(_PAUSE)
        seconds = time.perf_counter() - started
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said, told = _content(out), _content(err)
    assert process.returncode == code, (command, status, said, told)
    cpu = usage.ru_utime + usage.ru_stime
    return Spent(seconds, cpu, most, json.loads(said) if said[:1] == "{" else said)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _family(pid: int) -> list[int]:
    """A process and all that it started, of those that are there."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def peak_of(pid: int | str) -> int:
    """Bytes that a process had at most; 0 if it is gone.

    Not `ru_maxrss`: that begins with the memory of the process that started this one.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int((status.partition("VmHWM:")[2].split() or ["0"])[0]) * 1024
