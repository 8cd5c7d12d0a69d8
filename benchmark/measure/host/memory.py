"""The peak resident memory of processes, in bytes, without a sampler beside them."""

from __future__ import annotations

import importlib
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.measure.host import processes

if TYPE_CHECKING:
    from benchmark.measure.host.processes import Process

_RESET_PEAK = "5"
"""https://www.kernel.org/doc/html/latest/filesystems/proc.html, /proc/PID/clear_refs."""

_PROC = Path("/proc")
_KIB = 1024


def reset_peak() -> None:
    """Start a new peak where the kernel can (Linux); elsewhere the peak is the process's."""
    _reset(os.getpid())


def reset_peaks(pid: int | None = None) -> None:
    """Start a new peak for a process (None: this one) and its descendants, as `reset_peak`."""
    for process in processes.tree(pid):
        _reset(process.pid)


def peak() -> int | None:
    """Bytes at this process's peak; None where the platform does not say."""
    high_water = _field("status", "VmHWM", os.getpid())
    if high_water is not None:
        return high_water
    return _peak_windows() if os.name == "nt" else _peak_rusage()


def tree_peak(pid: int | None = None) -> int | None:
    """Bytes at the peaks of a process (None: this one) and its living descendants, added up.

    The processes need not have peaked at the same moment, so their simultaneous peak is this or
    less. Pages that several processes share, such as a mapped model or what a fork left common,
    are counted in the proportion of now: a process gives VmHWM − (Rss − Pss) if there is more than
    one. A process that ended is not counted. macOS tells no peak of another process: what a
    descendant holds now stands in for it.

    Returns:
        None if the process is gone or the platform does not say.
    """
    tree = processes.tree(pid)
    sizes = [size for process in tree if (size := _own_part(process, alone=len(tree) == 1))]
    return sum(sizes) or None


def total() -> int:
    """Bytes of memory this machine has."""
    return int(importlib.import_module("psutil").virtual_memory().total)


def available() -> int:
    """Bytes of memory this machine could give now without swapping."""
    return int(importlib.import_module("psutil").virtual_memory().available)


def _reset(pid: int) -> None:
    with suppress(OSError):
        (_PROC / str(pid) / "clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def _own_part(process: Process, *, alone: bool) -> int | None:
    """A process's peak without what it shares with the others of its tree."""
    whole = _process_peak(process)
    if whole is None or alone:
        return whole
    resident = _field("smaps_rollup", "Rss", process.pid)
    proportional = _field("smaps_rollup", "Pss", process.pid)
    if resident is None or proportional is None:
        return whole
    return max(whole - (resident - proportional), proportional)


def _process_peak(process: Process) -> int | None:
    if sys.platform == "linux":
        return _field("status", "VmHWM", process.pid)
    return peak() if process.pid == os.getpid() else processes.resident(process)


def _field(file: str, name: str, pid: int) -> int | None:
    """One size of a process as the kernel tells it; a zombie has none."""
    with suppress(OSError):
        content = (_PROC / str(pid) / file).read_text(encoding="utf-8", errors="replace")
        match = re.search(rf"^{name}:\s+(\d+) kB$", content, re.MULTILINE)
        return int(match[1]) * _KIB if match else None
    return None


def _peak_windows() -> int:
    return int(importlib.import_module("psutil").Process().memory_info().peak_wset)


def _peak_rusage() -> int:
    """`ru_maxrss` is bytes on macOS and kibibytes elsewhere."""
    resource = importlib.import_module("resource")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used) if sys.platform == "darwin" else int(used) * _KIB
