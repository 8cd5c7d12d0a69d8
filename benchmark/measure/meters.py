"""Memory, energy and disturbances of a phase: of what computes, never of what only asks.

A model in this process is measured with this process. Of a server the processes on this machine
are, if they can be found; what cannot be told apart from the client or from others is None.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import energy, memory, noise, nvml, processes

if TYPE_CHECKING:
    from benchmark.measure.engine_facts import Service
    from benchmark.measure.host.energy import Energy, Meters
    from benchmark.measure.host.noise import Noise, Snapshot


class Metered(NamedTuple):
    """What a phase took.

    Attributes:
        host_peak: bytes of what computes.
        energy: None where the machine tells none, or others' would be in it.
        noise: None where others cannot be told from what computes.
    """

    host_peak: int | None
    energy: Energy | None
    noise: Noise | None


class PhaseMeters:
    """Reads before and after a phase.

    Args:
        service: what computes; None for this process.
    """

    def __init__(self, service: Service | None) -> None:
        self._service = service
        self._meters = _meters(service)
        self._found = service is None or service.pid is not None
        self._pid = None if service is None else service.pid
        self._joules: dict[str, float] = {}
        self._before: Snapshot | None = None
        self._start_s = 0.0

    def start(self) -> None:
        """Just before the phase."""
        if self._found:
            memory.reset_peaks(self._pid)
            self._before = noise.start(None, *(() if self._pid is None else (self._pid,)))
        self._joules = {} if self._meters is None else self._meters.read()
        self._start_s = time.monotonic()

    def stop(self) -> Metered:
        """Just after it; a server that is gone took the count of its work with it."""
        is_there = self._found and bool(processes.tree(self._pid))
        return Metered(
            host_peak=memory.tree_peak(self._pid) if is_there else None,
            energy=self._energy(),
            noise=noise.since(self._before) if is_there and self._before is not None else None,
        )

    def _energy(self) -> Energy | None:
        elapsed_s = time.monotonic() - self._start_s
        return None if self._meters is None else self._meters.since(self._joules, elapsed_s)


def _meters(service: Service | None) -> Meters | None:
    """None where a part of what the server uses would be missing."""
    if service is None:
        return energy.open_meters()
    if not service.is_here:
        return None
    if service.on_cpu:
        return energy.open_meters(gpus=())
    boards = nvml.in_use(pid=service.pid) if service.pid is not None else ()
    return energy.open_meters(gpus=boards) if boards else None
