"""How the CPU and its memory are set up: what changes figures without any other sign."""

from __future__ import annotations

import importlib
import mmap
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmark.measure.host import sysfs

ROOT = Path("/")
_CPU = "sys/devices/system/cpu"


class Topology(NamedTuple):
    """None is what could not be read.

    Attributes:
        logical_cpus: threads the machine runs at once.
        physical_cores: cores that these threads share.
        usable_cpus: logical CPUs this process may run on (its affinity).
        numa_nodes: parts of memory that are near to some cores only.
        smt: whether several threads run on one core.
        turbo: whether the clock may rise above its nominal value.
        virtual: whether a hypervisor runs this machine.
        page_size: bytes.
        transparent_hugepages: `always`, `madvise` or `never`.
        hugepages: large pages set aside.
    """

    logical_cpus: int | None
    physical_cores: int | None
    usable_cpus: int | None
    numa_nodes: int | None
    smt: bool | None
    turbo: bool | None
    virtual: bool | None
    page_size: int
    transparent_hugepages: str | None
    hugepages: int | None


def detect(root: Path = ROOT) -> Topology:
    """As the kernel of this machine tells it.

    Args:
        root: where /proc and /sys are.
    """
    psutil = importlib.import_module("psutil")
    cpu = root / _CPU
    return Topology(
        logical_cpus=psutil.cpu_count(),
        physical_cores=psutil.cpu_count(logical=False),
        usable_cpus=usable_cpus(),
        numa_nodes=len([*(root / "sys/devices/system/node").glob("node[0-9]*")]) or None,
        smt=_flag(cpu / "smt/active"),
        turbo=_turbo(cpu),
        virtual=_virtual(root / "proc/cpuinfo"),
        page_size=mmap.PAGESIZE,
        transparent_hugepages=_chosen(root / "sys/kernel/mm/transparent_hugepage/enabled"),
        hugepages=sysfs.number(root / "proc/sys/vm/nr_hugepages"),
    )


def usable_cpus() -> int | None:
    """Logical CPUs this process may run on; None where the platform knows no affinity."""
    with suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return None


def _turbo(cpu: Path) -> bool | None:
    denied = _flag(cpu / "intel_pstate/no_turbo")
    return _flag(cpu / "cpufreq/boost") if denied is None else not denied


def _virtual(cpuinfo: Path) -> bool | None:
    """x86 only: other kernels do not list the feature."""
    content = sysfs.text(cpuinfo) or ""
    flags = re.search(r"^flags\s*:(.*)$", content, re.MULTILINE)
    return "hypervisor" in flags[1].split() if flags else None


def _flag(path: Path) -> bool | None:
    value = sysfs.number(path)
    return None if value is None else bool(value)


def _chosen(path: Path) -> str | None:
    """The word in brackets: `always [madvise] never`."""
    match = re.search(r"\[(\w+)\]", sysfs.text(path) or "")
    return match[1] if match else None
