"""A process and those it starts, watched from outside: time, processor time, memory."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PAUSE_MS = 20
"""Between two looks."""

_SELDOM = 25
"""Looks at a process for one at those that it started, for which the kernel walks their pages."""


@dataclass(frozen=True)
class Spent:
    """What it took.

    Attributes:
        seconds: from start to end.
        cpu_s: of all processors, of it and all that it started.
        peak_bytes: its own peak, and of all its processes that were there at once what is theirs
            alone: a fork shares the memory of the process that it is a fork of.
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
        # Without reaping it: only who waits for it is told what it spent.
        looks, peak, others, ended = count(1), 0, 0, select.poll()
        handle = os.pidfd_open(process.pid)
        ended.register(handle, select.POLLIN)
        while not ended.poll(_PAUSE_MS):
            peak = max(peak, peak_of(process.pid))
            if next(looks) % _SELDOM == 0:
                others = max(others, sum(map(private_of, _children(process.pid))))
        os.close(handle)
        seconds = time.perf_counter() - started
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said, told = _content(out), _content(err)
    assert process.returncode == code, (command, status, said, told)
    cpu = usage.ru_utime + usage.ru_stime
    return Spent(seconds, cpu, peak + others, json.loads(said) if said[:1] == "{" else said)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _children(pid: int) -> list[int]:
    """All that a process started, of those that are there."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def private_of(pid: int) -> int:
    """Bytes of memory that no other process has; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def peak_of(pid: int | str) -> int:
    """Bytes that a process had at most; 0 if it is gone.

    Not `ru_maxrss`: that begins with the memory of the process that started this one.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int((status.partition("VmHWM:")[2].split() or ["0"])[0]) * 1024
