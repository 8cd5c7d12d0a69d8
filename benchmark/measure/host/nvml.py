"""NVIDIA's GPUs as their driver sees them; the one door to pynvml (package nvidia-ml-py)."""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.host import processes

if TYPE_CHECKING:
    from collections.abc import Callable

_J = 1e-3
"""Joules in a millijoule."""


class Gpu(NamedTuple):
    """One GPU.

    Attributes:
        library: pynvml or what answers like it.
        number: among all GPUs of this machine, whatever this process may see.
        handle: the library's own name for it.
    """

    library: Any
    number: int
    handle: Any

    def uuid(self) -> str | None:
        """What identifies it, `GPU-…`."""
        answer = self._ask(self.library.nvmlDeviceGetUUID)
        return answer.decode() if isinstance(answer, bytes) else answer

    def joules(self) -> float | None:
        """Energy used since the driver was loaded; None before Volta."""
        answer = self._ask(self.library.nvmlDeviceGetTotalEnergyConsumption)
        return None if answer is None else answer * _J

    def busy_percent(self) -> int | None:
        """Share of the last sampling period (1/6 s to 1 s) in which it computed anything."""
        answer = self._ask(self.library.nvmlDeviceGetUtilizationRates)
        return None if answer is None else int(answer.gpu)

    def pids(self) -> frozenset[int]:
        """Processes that compute on it; inside a container often none are told."""
        answer = self._ask(self.library.nvmlDeviceGetComputeRunningProcesses)
        return frozenset(process.pid for process in answer or ())

    def _ask(self, question: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - the library is untyped
        with suppress(self.library.NVMLError):
            return question(self.handle)
        return None


def gpus(library: Any = None) -> tuple[Gpu, ...]:  # noqa: ANN401 - the library is untyped
    """All GPUs of this machine; empty without pynvml, a driver or a GPU."""
    with suppress(ImportError):
        nvml = library or importlib.import_module("pynvml")
        with suppress(nvml.NVMLError):
            nvml.nvmlInit()
            handles = map(nvml.nvmlDeviceGetHandleByIndex, range(nvml.nvmlDeviceGetCount()))
            return tuple(Gpu(nvml, number, handle) for number, handle in enumerate(handles))
    return ()


def in_use(library: Any = None, pid: int | None = None) -> tuple[Gpu, ...]:  # noqa: ANN401 - the library is untyped
    """The GPUs on which a process (None: this one) or one that it started holds memory."""
    pids = {process.pid for process in processes.tree(pid)}
    uuids = _uuids_of_torch() if pid is None else set()
    return tuple(gpu for gpu in gpus(library) if gpu.uuid() in uuids or gpu.pids() & pids)


def _uuids_of_torch() -> set[str]:
    """Asked of torch, because inside a container the driver does not tell which processes are ours.

    Never loads torch: without it in this process, this process computes nothing with it.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return set()
    return {
        f"GPU-{torch.cuda.get_device_properties(index).uuid}"
        for index in range(torch.cuda.device_count())
        if torch.cuda.memory_reserved(index)
    }
