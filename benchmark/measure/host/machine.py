"""Under which circumstances a run happened: what a reader needs to judge or repeat it.

The name of the machine is not among them: it tells nothing about a figure, and much about its
owner.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import cgroup, container, git, memory, nvml, sysfs, topology

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.measure.host.topology import Topology

_GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
_PACKAGE = Path(__file__).resolve().parents[2]


class Machine(NamedTuple):
    """What does not change during a run; None is what could not be detected or is not there.

    Attributes:
        os: kernel and release.
        python_version: of this process.
        cpu_governor: how the first CPU's clock is chosen.
        container: see `container.kind`.
        working_commit: of the repository around the working directory.
        package_commit: of this package, if it runs from its repository.
        working_dirty: whether tracked files differ from `working_commit`.
        total_memory: bytes.
        cpu_limit: cores' worth of CPU time that the control group allows.
        memory_limit: bytes that the control group allows.
        topology: cores, memory nodes and pages.
        gpu_busy_percent: of every NVIDIA GPU, before anything of this run computes.
    """

    os: str
    python_version: str
    cpu_governor: str | None
    container: str | None
    working_commit: str | None
    package_commit: str | None
    working_dirty: bool | None = None
    total_memory: int | None = None
    cpu_limit: float | None = None
    memory_limit: int | None = None
    topology: Topology | None = None
    gpu_busy_percent: tuple[int | None, ...] | None = None

    def as_json(self) -> dict[str, Json]:
        """For an entry's provenance; the topology's values stand beside the others."""
        known = {name: value for name, value in self._asdict().items() if name != "topology"}
        known["gpu_busy_percent"] = self.gpu_busy_percent and [*self.gpu_busy_percent]
        return {**known, **(self.topology._asdict() if self.topology else {})}


def detect() -> Machine:
    """The machine, its Python and the commits of the working directory and of this package."""
    limits = cgroup.limits()
    return Machine(
        os=f"{platform.system()} {platform.release()}",
        python_version=platform.python_version(),
        cpu_governor=sysfs.text(_GOVERNOR),
        container=container.kind(),
        working_commit=git.commit(Path.cwd()),
        package_commit=_package_commit(),
        working_dirty=git.is_dirty(Path.cwd()),
        total_memory=memory.total(),
        cpu_limit=limits.cpus,
        memory_limit=limits.memory,
        topology=topology.detect(),
        gpu_busy_percent=tuple(gpu.busy_percent() for gpu in nvml.gpus()) or None,
    )


def load_average() -> float | None:
    """Processes wanting a CPU, mean of the last minute; None on Windows."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def git_user() -> str | None:
    """The name git signs with here, never the e-mail; None without one."""
    return git.user(Path.cwd())


def _package_commit() -> str | None:
    """None for an installed package, also when it is installed below some other repository."""
    top = git.top(_PACKAGE)
    if top is None or Path(top).resolve() != _PACKAGE.parent:
        return None
    return git.commit(_PACKAGE)
