"""The chips behind an endpoint: as a file describes them, or this machine's."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import cluster_file
from benchmark.measure.engine_facts import Cluster, Hardware
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.host import cpu, listeners, memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.command import ServeCommand
    from benchmark.measure.engine_options import EngineOptions

_GIB = 2**30
_IN_USE = 0.05
"""Of a GPU's memory; a context alone takes less. Containers do not show the processes."""


NOT_KNOWN = {"hardware": {"vendor": "unknown", "chip_model": "unknown", "chip_count": 1}}
"""A description for one look, which needs none."""


class UnknownChipsError(UsageError):
    """An entry would not say what computed."""


class Chips(NamedTuple):
    """What computes."""

    hardware: Hardware
    cluster: Cluster


def find_chips(
    options: EngineOptions, address: Address, command: ServeCommand | None
) -> Chips | None:
    """What computes, as far as it is known before a server runs; None for GPUs of this machine.

    Raises:
        UnknownChipsError: if nobody tells.
        InvalidDataError: if the description is none.
    """
    endpoint = options.endpoint
    if endpoint is not None and endpoint.cluster is not None:
        return describe(endpoint.cluster)
    if not address.is_local:
        raise UnknownChipsError(f"What computes behind {address.url} is not known.", hint=_HINT)
    tunnel = listeners.forwarder(address.port) if command is None else None
    if tunnel in listeners.ELSEWHERE:
        raise UnknownChipsError(
            f"{tunnel} forwards {address.url} to another machine, which is not known.", hint=_HINT
        )
    if options.backend == "cpu":
        parallelism = Parallelism() if command is None else command.parallelism
        return Chips(_cpu(), Cluster(parallelism=parallelism))
    if options.backend != "cuda":
        raise UnknownChipsError(
            f"The {options.backend} devices behind {address.url} are not known.", hint=_HINT
        )
    return None


def find_gpus(command: ServeCommand | None) -> Chips:
    """The GPUs of this machine that the server uses, once it runs.

    Raises:
        UnknownChipsError: if NVML does not tell.
    """
    parallelism = Parallelism() if command is None else command.parallelism
    try:
        nvml = importlib.import_module("pynvml")
        nvml.nvmlInit()
    except Exception as error:  # noqa: BLE001 - no driver, no library, no package: all the same
        message = f"The GPUs of this machine are not known: {error}"
        raise UnknownChipsError(message, hint=_HINT) from None
    try:
        return Chips(_gpus(nvml, parallelism), Cluster(parallelism=parallelism))
    finally:
        nvml.nvmlShutdown()


def describe(description: Mapping[str, object]) -> Chips:
    """What a description says.

    Raises:
        InvalidDataError: if it is none.
    """
    value = cast("dict[str, Any]", description)
    cluster_file.judge(cast("Json", value), "--cluster")
    told = value["hardware"]
    hardware = Hardware(
        vendor=told["vendor"],
        chip_model=told["chip_model"],
        chip_count=int(told["chip_count"]),
        memory_per_chip_gb=told.get("memory_per_chip_gb"),
        total_memory_gb=told.get("total_memory_gb"),
        interconnect=told.get("interconnect"),
    )
    return Chips(hardware, _cluster(value.get("cluster") or {}))


def _cluster(told: dict[str, Any]) -> Cluster:
    split = told.get("parallelism") or {}
    return Cluster(
        nodes=int(told.get("node_count", 1)),
        parallelism=Parallelism(
            tensor=int(split.get("tensor_parallel") or 1),
            pipeline=int(split.get("pipeline_parallel") or 1),
            data=int(split.get("data_parallel") or 1),
        ),
        comm_backend=told.get("comm_backend"),
        network=told.get("inter_node_network"),
        bandwidth_gbps=told.get("network_bandwidth_gbps"),
        topology=told.get("topology_type"),
    )


def _cpu() -> Hardware:
    """A CPU machine's chips are its sockets."""
    chip = cpu.detect(None)
    total = memory.total() / _GIB
    per_chip = round(total / chip.sockets, 2)
    return Hardware(chip.vendor, chip.model, chip.sockets, per_chip, round(total, 2))


def _gpus(nvml: Any, parallelism: Parallelism) -> Hardware:  # noqa: ANN401 - NVML is untyped
    handles = [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(nvml.nvmlDeviceGetCount())]
    used = [one for one in handles if _is_used(nvml, one)]
    split = parallelism.tensor * parallelism.pipeline * parallelism.data
    count = max(len(used), split)
    if not used or count > len(handles):
        message = f"{len(used)} of {len(handles)} GPUs are in use, {split} are expected."
        raise UnknownChipsError(message, hint=_HINT)
    per_chip = round(nvml.nvmlDeviceGetMemoryInfo(used[0]).total / _GIB, 2)
    name, driver = nvml.nvmlDeviceGetName(used[0]), nvml.nvmlSystemGetDriverVersion()
    return Hardware(
        "NVIDIA", _text(name), count, per_chip, round(per_chip * count, 2), _text(driver)
    )


def _is_used(nvml: Any, handle: Any) -> bool:  # noqa: ANN401 - NVML is untyped
    found = nvml.nvmlDeviceGetMemoryInfo(handle)
    return bool(nvml.nvmlDeviceGetComputeRunningProcesses(handle)) or (
        found.used > _IN_USE * found.total
    )


def _text(value: str | bytes) -> str:
    """Older bindings give bytes."""
    return value.decode() if isinstance(value, bytes) else value


_HINT = N_("Describe the machine that computes in a JSON file and give it by --cluster FILE.")
