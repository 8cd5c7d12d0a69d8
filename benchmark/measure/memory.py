"""The peak resident memory of this process, in bytes, without a sampler beside it."""

from __future__ import annotations

import importlib
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

_RESET_PEAK = "5"
"""https://www.kernel.org/doc/html/latest/filesystems/proc.html, /proc/PID/clear_refs."""

_CLEAR_REFS = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


def reset_peak() -> None:
    """Start a new peak where the kernel can (Linux); elsewhere the peak is the process's."""
    with suppress(OSError):
        _CLEAR_REFS.write_text(_RESET_PEAK, encoding="ascii")


def peak() -> int | None:
    """Bytes at the peak; None where the platform does not say."""
    with suppress(OSError):
        match = re.search(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(encoding="utf-8"), re.MULTILINE)
        if match:
            return int(match[1]) * 1024
    return _peak_windows() if os.name == "nt" else _peak_rusage()


def total() -> int:
    """Bytes of memory this machine has."""
    return int(importlib.import_module("psutil").virtual_memory().total)


def _peak_windows() -> int:
    return int(importlib.import_module("psutil").Process().memory_info().peak_wset)


def _peak_rusage() -> int:
    """`ru_maxrss` is bytes on macOS and kibibytes elsewhere."""
    resource = importlib.import_module("resource")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used) if sys.platform == "darwin" else int(used) * 1024
