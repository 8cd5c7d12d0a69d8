"""What the control group of this process may use: inside a container the visible cores lie.

Both versions are read, https://docs.kernel.org/admin-guide/cgroup-v2.html and
https://docs.kernel.org/admin-guide/cgroup-v1/index.html. A limit of a group holds for the groups
below it, so the group of this process and all above it are asked.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import sysfs

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/")
_UNLIMITED = 2**60
"""Version 1 says the largest number of pages where there is no limit."""

_US = 1e-6
_NS = 1e-9


class Limits(NamedTuple):
    """What the groups allow; None for no limit or where there are no groups.

    Attributes:
        cpus: CPU time per time, 1.5 is one and a half cores.
        memory: bytes.
    """

    cpus: float | None
    memory: int | None


def limits(root: Path = ROOT) -> Limits:
    """The tightest limits on this process."""
    quotas = [quota for folder in _folders(root, "cpu") if (quota := _quota(folder))]
    sizes = [size for folder in _folders(root, "memory") if (size := _memory(folder))]
    return Limits(min(quotas, default=None), min(sizes, default=None))


def memory_left(root: Path = ROOT) -> int | None:
    """Bytes this process can still take before a group's limit; None where there is no limit.

    What the kernel can drop at once (file pages not used lately) counts as free.
    """
    left = [
        max(0, limit - _used(folder))
        for folder in _folders(root, "memory")
        if (limit := _memory(folder))
    ]
    return min(left, default=None)


def throttled_s(root: Path = ROOT) -> float | None:
    """Seconds for which the limit on CPU time has stopped this process's group so far."""
    times = [time for folder in _folders(root, "cpu") if (time := _throttled(folder)) is not None]
    return max(times, default=None)


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """Where the groups of this process are, from its own to the top; not all need exist.

    Inside a container the path may be the host's, of which only the top is visible.
    """
    mounts = root / "sys/fs/cgroup"
    for line in (sysfs.text(root / "proc/self/cgroup") or "").splitlines():
        _, controllers, path = line.split(":", 2)
        own = Path(path.lstrip("/"))
        if controllers == "":
            yield from (mounts / group for group in (own, *own.parents))
        elif controller in controllers.split(","):
            tops = {mounts / controllers, mounts / controller}
            yield from (top / group for top in sorted(tops) for group in (own, *own.parents))


def _quota(folder: Path) -> float | None:
    """Version 2: `max 100000` or `150000 100000`, in µs; version 1: two files, -1 for none."""
    with suppress(ValueError, AttributeError, ZeroDivisionError):
        quota, period = sysfs.text(folder / "cpu.max").split()  # type: ignore[union-attr]
        return int(quota) / int(period)
    quota_us = sysfs.number(folder / "cpu.cfs_quota_us")
    period_us = sysfs.number(folder / "cpu.cfs_period_us")
    return quota_us / period_us if quota_us and period_us and quota_us > 0 else None


def _memory(folder: Path) -> int | None:
    limit = sysfs.number(folder / "memory.max") or sysfs.number(folder / "memory.limit_in_bytes")
    return limit if limit and limit < _UNLIMITED else None


def _used(folder: Path) -> int:
    taken = sysfs.number(folder / "memory.current")
    if taken is None:
        taken = sysfs.number(folder / "memory.usage_in_bytes") or 0
    stat = sysfs.text(folder / "memory.stat") or ""
    idle = _entry(stat, "total_inactive_file") or _entry(stat, "inactive_file") or 0
    return taken - idle


def _throttled(folder: Path) -> float | None:
    stat = sysfs.text(folder / "cpu.stat") or ""
    microseconds = _entry(stat, "throttled_usec")
    if microseconds is not None:
        return microseconds * _US
    nanoseconds = _entry(stat, "throttled_time")
    return None if nanoseconds is None else nanoseconds * _NS


def _entry(stat: str, name: str) -> int | None:
    match = re.search(rf"^{name} (\d+)$", stat, re.MULTILINE)
    return int(match[1]) if match else None
