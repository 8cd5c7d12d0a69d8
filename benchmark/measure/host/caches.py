"""The last cache before memory: what fits in there is not read from memory again and again."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.measure.host import counters, sysfs

if TYPE_CHECKING:
    from collections.abc import Collection

CPU = Path("/sys/devices/system/cpu")

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


def last_level(root: Path = CPU, usable: Collection[int] | None = None) -> int | None:
    """Bytes of last-level cache that the usable CPUs have together; None if unknown.

    A chip often has several such caches, each shared by some of its cores. A virtual machine may
    be shown the whole cache of a chip of which it has a part.

    Args:
        root: where the kernel describes its CPUs; https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-devices-system-cpu
        usable: CPUs to count, None for those this process may run on.
    """
    if usable is None and hasattr(os, "sched_getaffinity"):
        usable = os.sched_getaffinity(0)
    folders = [*root.glob("cpu[0-9]*/cache/index[0-9]*")]
    levels = {folder: sysfs.number(folder / "level") or 0 for folder in folders}
    last = [folder for folder, level in levels.items() if level == max(levels.values())]
    sizes: dict[frozenset[int], int] = {}
    for folder in last:
        shared = frozenset(counters.parse_list(sysfs.text(folder / "shared_cpu_list") or ""))
        if usable is None or shared & frozenset(usable):
            sizes[shared] = _bytes(sysfs.text(folder / "size") or "")
    return sum(sizes.values()) or None


def of_device(device: str) -> int | None:
    """Bytes of the last cache of torch's current device of a kind; None if torch does not say.

    Of a CPU it never does, and importing it takes seconds.
    """
    if device == "cpu":
        return None
    with suppress(ImportError, RuntimeError, AttributeError, AssertionError):
        module = getattr(importlib.import_module("torch"), device)
        return int(module.get_device_properties(module.current_device()).L2_cache_size)
    return None


def _bytes(size: str) -> int:
    """`32768K`; 0 if it is not understood."""
    with suppress(ValueError):
        unit = _UNITS.get(size[-1:])
        return int(size[:-1]) * unit if unit else int(size)
    return 0
