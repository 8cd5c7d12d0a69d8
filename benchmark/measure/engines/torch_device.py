"""The chip torch computes on: is it there, what is it, what did it hold at the peak."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmark.errors import UsageError
from benchmark.measure.engine_facts import Hardware
from benchmark.measure.engine_options import BACKENDS
from benchmark.measure.host import cpu, memory

if TYPE_CHECKING:
    from types import ModuleType

GIB = 2**30
_ASCEND = "ascend"
"""As sageLLM calls what torch calls npu."""

_DRIVER = Path("/sys/module/nvidia/version")


def open_device(backend: str) -> torch.device:
    """The first device of a backend.

    Raises:
        UsageError: if there is none, saying which backends this machine has.
    """
    if find_spec("torch_npu") is not None:
        importlib.import_module("torch_npu")
    found = [name for name in BACKENDS if name != _ASCEND and _is_available(name)]
    device = "npu" if backend == _ASCEND else backend
    if device not in found:
        raise UsageError(
            f"torch {torch.__version__} has no {backend} device on this machine.",
            hint=f"Found: {', '.join(found)}. Check the driver and that torch is built for it.",
        )
    return torch.device(device)


def hardware(device: torch.device) -> Hardware:
    """What computes; a CPU machine's chips are its sockets."""
    if device.type == "cpu":
        return _cpu_hardware()
    if device.type == "mps":
        chip = cpu.detect(None)
        size = round(memory.total() / GIB, 2)
        return Hardware("Apple", chip.model, 1, size, size)
    properties = _module(device.type).get_device_properties(device)
    size = round(properties.total_memory / GIB, 2)
    vendor = _vendor(device.type)
    driver = _nvidia_driver() if vendor == "NVIDIA" else None
    return Hardware(vendor, " ".join(properties.name.split()), 1, size, size, driver)


def reset_peak_memory(device: torch.device) -> None:
    """Forget the peak so far, where the device keeps one; a CPU keeps none."""
    if device.type != "cpu" and hasattr(_module(device.type), "reset_peak_memory_stats"):
        _module(device.type).reset_peak_memory_stats()


def peak_memory(device: torch.device) -> int | None:
    """Bytes of torch's allocations at the peak; None on a CPU and where the device keeps none."""
    if device.type == "cpu":
        return None
    read = getattr(_module(device.type), "max_memory_allocated", None)
    return None if read is None else int(read())


def free(device: torch.device) -> None:
    """Give back what torch holds of the device's memory and does not use."""
    gc.collect()
    if device.type != "cpu" and hasattr(_module(device.type), "empty_cache"):
        _module(device.type).empty_cache()


def _is_available(backend: str) -> bool:
    if backend == "cpu":
        return True
    if backend == "mps":
        return torch.backends.mps.is_available()
    return hasattr(torch, backend) and bool(_module(backend).is_available())


def _module(backend: str) -> ModuleType:
    module: ModuleType = getattr(torch, backend)
    return module


def _vendor(backend: str) -> str:
    if backend == "cuda":
        return "NVIDIA" if torch.version.hip is None else "AMD"
    return {"xpu": "Intel", "npu": "Huawei"}[backend]


def _cpu_hardware() -> Hardware:
    # Older releases of torch have no torch.cpu.get_capabilities.
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    chip = cpu.detect(known.get("cpu_name"))
    total = memory.total() / GIB
    return Hardware(
        vendor=chip.vendor,
        chip_model=chip.model,
        chip_count=chip.sockets,
        memory_per_chip_gb=round(total / chip.sockets, 2),
        total_memory_gb=round(total, 2),
    )


def _nvidia_driver() -> str | None:
    """NVML knows it inside containers too; the kernel module's file needs no package."""
    with suppress(ImportError):
        nvml = importlib.import_module("pynvml")
        with suppress(nvml.NVMLError):
            nvml.nvmlInit()
            version = nvml.nvmlSystemGetDriverVersion()
            return version.decode() if isinstance(version, bytes) else str(version)
    with suppress(OSError):
        return _DRIVER.read_text(encoding="ascii").strip()
    return None
