"""How the chips of one node are connected, as their driver tells it."""

from __future__ import annotations

import importlib
from contextlib import suppress

_SAME_NODE = 2


def between_chips(vendor: str, count: int) -> str | None:
    """NVLink or PCIe between the first two of `count` NVIDIA chips; None if unknown or alone.

    A machine that links some pairs and not others is told by those two.
    """
    if vendor != "NVIDIA" or count < _SAME_NODE:
        return None
    with suppress(ImportError):
        nvml = importlib.import_module("pynvml")
        with suppress(nvml.NVMLError):
            nvml.nvmlInit()
            first, second = (nvml.nvmlDeviceGetHandleByIndex(index) for index in (0, 1))
            status = nvml.nvmlDeviceGetP2PStatus(first, second, nvml.NVML_P2P_CAPS_INDEX_NVLINK)
            return "NVLink" if status == nvml.NVML_P2P_STATUS_OK else "PCIe"
    return None
