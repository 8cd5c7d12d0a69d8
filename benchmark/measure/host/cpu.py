"""Which CPU this is, from what the kernel says."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_CPUINFO = Path("/proc/cpuinfo")
_VENDORS = {
    "AuthenticAMD": "AMD",
    "GenuineIntel": "Intel",
    "Intel": "Intel",
    "AMD": "AMD",
    "Apple": "Apple",
    "CPU implementer": "ARM",
}


class Cpu(NamedTuple):
    """Vendor, brand string and number of sockets."""

    vendor: str
    model: str
    sockets: int


def detect(torch_name: str | None) -> Cpu:
    """The CPU of this machine.

    Args:
        torch_name: the name torch reports; it knows chips whose kernel names none.
    """
    cpuinfo = ""
    with suppress(OSError):
        cpuinfo = _CPUINFO.read_text(encoding="utf-8", errors="replace")
    brand = _brand_macos() if sys.platform == "darwin" else None
    return describe(cpuinfo, brand or torch_name, platform.processor(), platform.machine())


def describe(cpuinfo: str, name: str | None, processor: str, machine: str) -> Cpu:
    """Pure part of `detect`: the kernel's text first, then what others say."""
    brand = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    model = brand[1] if brand else name or processor or machine or "Unknown"
    text = f"{cpuinfo}\n{model}\n{processor}"
    vendor = next((vendor for mark, vendor in _VENDORS.items() if mark in text), None)
    if vendor is None:
        vendor = "ARM" if machine.lower() in {"aarch64", "arm64"} else "Unknown"
    sockets = set(re.findall(r"^physical id\s*:\s*(\d+)$", cpuinfo, re.MULTILINE))
    return Cpu(vendor, " ".join(model.split()), len(sockets) or 1)


def _brand_macos() -> str | None:
    with suppress(OSError, subprocess.SubprocessError):
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=10)  # noqa: S603 - constant
        return done.stdout.decode(errors="replace").strip() or None
    return None
