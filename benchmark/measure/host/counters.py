"""How busy the CPUs were and whose work it was: one reading of counters that count by themselves.

A reading costs some milliseconds and happens before and after a phase, never during it.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import cgroup, processes, sysfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmark.measure.host.processes import Process

_PROC = Path("/proc")
_CPU = Path("/sys/devices/system/cpu")
_BUSY = ("user", "nice", "system", "irq", "softirq")
"""Guests count as user; Windows counts its interrupts as system."""


class CpuUse(NamedTuple):
    """Seconds since boot in which a CPU worked, and in which a hypervisor gave it to others."""

    busy_s: float
    steal_s: float = 0.0


class Counters(NamedTuple):
    """One reading; None is what the platform does not tell.

    Attributes:
        at_s: of a monotonic clock.
        cpus: by number.
        allowed: the CPUs the process tree may run on; None for all.
        tree_s: CPU time of the process tree, ended children included.
        switches: involuntary context switches of each thread, by process and thread id.
        throttle_events: how often heat slowed a CPU, over all CPUs.
        quota_stop_s: how long the control group's limit on CPU time stopped its processes.
        mhz: clock of the CPUs, their mean.
        load: processes wanting a CPU, mean of the last minute.
    """

    at_s: float
    cpus: Mapping[int, CpuUse]
    allowed: frozenset[int] | None
    tree_s: float
    switches: Mapping[tuple[int, int], int] | None = None
    throttle_events: int | None = None
    quota_stop_s: float | None = None
    mhz: int | None = None
    load: float | None = None


def read(tree: Sequence[Process], clock: Callable[[], float] = time.perf_counter) -> Counters:
    """The counters now, for a tree of processes."""
    mhz = _mhz()
    statuses = _thread_statuses(tree)
    return Counters(
        at_s=clock(),
        cpus=_cpus(),
        tree_s=processes.cpu_seconds(tree),
        allowed=_allowed(statuses.values()),
        switches=_switches(statuses),
        throttle_events=_throttle_events(_CPU),
        quota_stop_s=cgroup.throttled_s(),
        mhz=mhz,
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def parse_stat(stat: str, ticks_per_s: int) -> dict[int, CpuUse]:
    """The CPUs in the text of Linux's /proc/stat."""
    found = {}
    for number, values in re.findall(r"^cpu(\d+) (.*)$", stat, re.MULTILINE):
        user, nice, system, _, _, irq, softirq, steal = map(int, values.split()[:8])
        busy = user + nice + system + irq + softirq
        found[int(number)] = CpuUse(busy / ticks_per_s, steal / ticks_per_s)
    return found


def parse_list(cpus: str) -> list[int]:
    """The kernel's way to name CPUs: `0-3,8` is 0, 1, 2, 3 and 8."""
    ranges = (part.split("-") for part in cpus.split(",") if part)
    return [cpu for one in ranges for cpu in range(int(one[0]), int(one[-1]) + 1)]


def _cpus() -> dict[int, CpuUse]:
    # psutil numbers the CPUs that are online, the kernel those that exist.
    if sys.platform == "linux":
        return parse_stat(sysfs.text(_PROC / "stat") or "", os.sysconf("SC_CLK_TCK"))
    times = importlib.import_module("psutil").cpu_times(percpu=True)
    return {
        number: CpuUse(sum(getattr(one, name, 0.0) for name in _BUSY))
        for number, one in enumerate(times)
    }


def _thread_statuses(tree: Sequence[Process]) -> dict[tuple[int, int], str]:
    """Linux's text about each thread; a process's own text is about its first thread only."""
    found = {}
    for process in tree:
        with suppress(OSError):
            for folder in (_PROC / str(process.pid) / "task").iterdir():
                status = sysfs.text(folder / "status")
                if status:
                    found[process.pid, int(folder.name)] = status
    return found


def _switches(statuses: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], int] | None:
    pattern = re.compile(r"^nonvoluntary_ctxt_switches:\s+(\d+)$", re.MULTILINE)
    matches = ((thread, pattern.search(status)) for thread, status in statuses.items())
    return {thread: int(match[1]) for thread, match in matches if match} or None


def _allowed(statuses: Iterable[str]) -> frozenset[int] | None:
    """Where any thread may run: libraries that compute often pin each thread to one CPU."""
    pattern = re.compile(r"^Cpus_allowed_list:\s+(\S+)$", re.MULTILINE)
    lists = {match[1] for status in statuses if (match := pattern.search(status))}
    return frozenset(cpu for one in lists for cpu in parse_list(one)) or None


def _throttle_events(cpu: Path) -> int | None:
    """Intel only. A package's event is told by each of its CPUs; whether there was one matters."""
    files = cpu.glob("cpu[0-9]*/thermal_throttle/*_throttle_count")
    counts = [count for file in files if (count := sysfs.number(file)) is not None]
    return sum(counts) if counts else None


def _mhz() -> int | None:
    """Read first: what reads the other counters would change it."""
    files = _CPU.glob("cpufreq/policy*/scaling_cur_freq")
    clocks = [clock for file in files if (clock := sysfs.number(file))]
    return round(sum(clocks) / len(clocks) / 1000) if clocks else None
