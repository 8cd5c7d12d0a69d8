"""The measured process and all that it started; the one door to psutil's processes."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class CpuTimes(Protocol):
    """Seconds; what `children_` counts are children that ended and were waited for."""

    user: float
    system: float
    children_user: float
    children_system: float


class MemoryInfo(Protocol):
    """Bytes; Windows adds `peak_wset`."""

    rss: int


class Process(Protocol):
    """What this package asks of a `psutil.Process`; two are equal if they are the same process."""

    pid: int

    def children(self, *, recursive: bool) -> list[Process]:
        """Those it started, and with `recursive` those that these started."""
        ...

    def cpu_times(self) -> CpuTimes:
        """CPU time since it started, of all its threads."""
        ...

    def memory_info(self) -> MemoryInfo:
        """Memory now."""
        ...


def tree(pid: int | None = None) -> list[Process]:
    """A process and all its living descendants; empty if it is gone.

    Args:
        pid: None for this process.
    """
    psutil = importlib.import_module("psutil")
    with suppress(psutil.Error):
        root: Process = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def command_line(pid: int) -> list[str]:
    """The words a process was started with; none of another user's, or of one that is gone."""
    psutil = importlib.import_module("psutil")
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.username() == psutil.Process().username():
            return [str(word) for word in process.cmdline()]
    return []


def cpu_seconds(processes: Iterable[Process]) -> float:
    """CPU time of processes and of their children that ended; one that vanished is skipped."""
    psutil = importlib.import_module("psutil")
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            used = process.cpu_times()
            total += used.user + used.system + used.children_user + used.children_system
    return total


def resident(process: Process) -> int | None:
    """Bytes in memory: the peak on Windows, elsewhere what there is now; None if it is gone."""
    psutil = importlib.import_module("psutil")
    with suppress(psutil.Error):
        info = process.memory_info()
        return int(getattr(info, "peak_wset", info.rss))
    return None
