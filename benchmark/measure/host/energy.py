"""The energy of a measured phase, from two readings of counters that count by themselves.

CPU packages: RAPL as the kernel shows it, https://docs.kernel.org/power/powercap/powercap.html.
A package is all its cores with their caches, without the memory modules, and with whatever else
runs on it. GPUs: NVML's total energy of the boards this process computes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import nvml, sysfs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

POWERCAP = Path("/sys/class/powercap")
MOST_WATTS = 1000.0
"""More than any CPU package draws: how fast a counter may run."""

_J = 1e-6
"""Joules in a microjoule."""


class Energy(NamedTuple):
    """Joules of a phase, and the counters they are from, such as `rapl:package-0` or `nvml:0`."""

    joules: float
    sources: tuple[str, ...]


class Meter(NamedTuple):
    """One counter of joules.

    Attributes:
        name: of its source.
        read: joules so far, None if it does not tell.
        wraps_at: joules after which it starts again at 0, None for never.
    """

    name: str
    read: Callable[[], float | None]
    wraps_at: float | None = None

    def used(self, before: float, after: float, elapsed_s: float) -> float | None:
        """Joules between two readings; None if it may have wrapped more often than can be seen."""
        if self.wraps_at is None:
            return after - before if after >= before else None
        if elapsed_s * MOST_WATTS > self.wraps_at:
            return None
        return after - before + (self.wraps_at if after < before else 0.0)


class Meters:
    """All counters of this machine."""

    def __init__(self, meters: Sequence[Meter]) -> None:
        self._meters = tuple(meters)

    def read(self) -> dict[str, float]:
        """Joules so far by source, meaningful only as a difference; empty where none tells."""
        found = ((meter.name, meter.read()) for meter in self._meters)
        return {name: joules for name, joules in found if joules is not None}

    def since(self, before: Mapping[str, float], elapsed_s: float) -> Energy | None:
        """The energy used since a reading.

        RAPL counters start again after about 262 kJ on many CPUs. One restart is seen; a phase so
        long that there could be more (262 s at 1000 W) has no known energy. A sum that lacks a
        meter would look like a thriftier machine, so there is none either.

        Args:
            before: an earlier `read`.
            elapsed_s: seconds since then.

        Returns:
            None if the machine tells none, or not reliably; never 0.
        """
        after = self.read()
        parts = [
            meter.used(before[meter.name], after[meter.name], elapsed_s)
            for meter in self._meters
            if meter.name in before and meter.name in after
        ]
        known = [part for part in parts if part is not None]
        if len(known) < len(self._meters) or not sum(known):
            return None
        return Energy(sum(known), tuple(before))


def open_meters(root: Path = POWERCAP, gpus: Sequence[nvml.Gpu] | None = None) -> Meters:
    """Find the counters of this machine, once the model is loaded.

    Args:
        root: where the kernel shows RAPL.
        gpus: the GPUs to count, None for those `nvml.in_use` finds.
    """
    boards = nvml.in_use() if gpus is None else gpus
    return Meters([*_packages(root), *(Meter(f"nvml:{gpu.number}", gpu.joules) for gpu in boards)])


def _packages(root: Path) -> list[Meter]:
    """The CPU packages; none unless all can be read, which needs root on most systems.

    The other domains are part of a package (core, uncore), beyond it (psys, dram), or the same one
    once more (intel-rapl-mmio).
    """
    zones = sorted(root.glob("intel-rapl:*"), key=lambda zone: zone.name)
    packages = [zone for zone in zones if (sysfs.text(zone / "name") or "").startswith("package")]
    meters = [_package(zone) for zone in packages]
    return [meter for meter in meters if meter] if all(meters) else []


def _package(zone: Path) -> Meter | None:
    def joules() -> float | None:
        count = sysfs.number(zone / "energy_uj")
        return None if count is None else count * _J

    wraps_at = sysfs.number(zone / "max_energy_range_uj")
    if joules() is None or wraps_at is None:
        return None
    return Meter(f"rapl:{sysfs.text(zone / 'name')}", joules, wraps_at * _J)
