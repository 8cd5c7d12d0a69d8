"""From facts to an entry of the public format. Pure: nothing is detected or invented here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import __version__
from benchmark.measure.entry_metrics import metrics
from benchmark.measure.entry_provenance import provenance
from benchmark.measure.filed import filed
from benchmark.measure.run_options import command_line
from benchmark.text import whole

if TYPE_CHECKING:
    from datetime import datetime

    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import Cluster, EngineFacts
    from benchmark.measure.host.machine import Machine
    from benchmark.measure.job import Cell, Measurement
    from benchmark.measure.run_options import RunOptions
    from benchmark.measure.slo import Slo

SAGELLM = "sagellm"
_ABSENT = "N/A"
DATA_SOURCE = "sagellm-benchmark run"
_COMPONENTS = (
    "protocol",
    "backend",
    "core",
    "control_plane",
    "gateway",
    "kv_cache",
    "comm",
    "compression",
)
_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


class Run(NamedTuple):
    """Everything known about one finished run.

    Attributes:
        entry_id: a fresh name.
        engine: the engine's name; `openai` for whatever serves behind an endpoint.
        options: what was asked, for this engine and cell alone.
        measurement: what the measuring process found.
        machine: where it ran.
        slo: what a good request is, None if nobody asked.
        submitter: who measured.
        submitted_at: when, UTC.
        local_files: options that named files of this machine, whose places are told to nobody.
    """

    entry_id: str
    engine: str
    options: RunOptions
    measurement: Measurement
    machine: Machine
    slo: Slo | None
    submitter: str
    submitted_at: datetime
    local_files: tuple[str, ...] = ()


def build_entry(run: Run) -> dict[str, Json]:
    """The entry for one cell."""
    facts = run.measurement.facts
    return {
        "entry_id": run.entry_id,
        "engine": run.engine if facts.service is None else facts.service.name,
        "engine_version": facts.engine_version,
        "sagellm_version": _sagellm_version(facts),
        "config_type": _config_type(facts),
        "hardware": _hardware(facts),
        "model": {
            "name": whole(run.options.model_name),
            "parameters": None if facts.parameters is None else human(facts.parameters),
            "precision": facts.precision,
            "quantization": facts.quantization,
        },
        "workload": _workload(run),
        "metrics": metrics(run.measurement, run.slo),
        "cluster": _cluster(facts),
        "versions": _versions(facts),
        "environment": _environment(run),
        "metadata": _metadata(run),
        "provenance": {
            **provenance(run.measurement, run.machine, run.options.seed),
            "local_files": [*run.local_files],
        },
    }


def _sagellm_version(facts: EngineFacts) -> str:
    """Of sageLLM where it computed, as the public data have it; else of this package."""
    if facts.service is None or facts.service.name != SAGELLM:
        return __version__
    return facts.engine_version or _ABSENT


def _versions(facts: EngineFacts) -> dict[str, Json]:
    """Of sageLLM's components as far as they are known, and of what measured."""
    known = {name: facts.components.get(name, _ABSENT) for name in _COMPONENTS}
    return {**known, "benchmark": __version__}


def human(parameters: int) -> str:
    """A parameter count as people write it: 124M, 1.1B."""
    for size, unit in _UNITS:
        if parameters >= size:
            count = parameters / size
            return f"{count:.1f}{unit}" if unit == "B" else f"{count:.0f}{unit}"
    return str(parameters)


def workload_name(cell: Cell) -> str:
    """The name people compare by; a rate is part of it, for it limits what can be reached.

    So is what shapes the rate: `short@2/s~g0.5~max8` comes in bursts, eight in flight at most; and
    whether answers end where the model ends them, for others do other work.
    """
    load, trace = cell.load, cell.workload.trace
    name = f"{cell.workload.name}{'-natural' * cell.workload.natural}"
    if load.rate is None:
        return name
    faster = "" if trace is None or trace.speed == 1 else f"-x{trace.speed:g}"
    pace = f"{load.rate:g}/s" if trace is None else f"trace{faster}"
    bursts = "" if load.burstiness == 1 else f"~g{load.burstiness:g}"
    limit = "" if load.max_in_flight is None else f"~max{load.max_in_flight}"
    return f"{name}@{pace}{bursts}{limit}"


def _config_type(facts: EngineFacts) -> str:
    if facts.cluster.nodes > 1:
        return "multi_node"
    return "multi_gpu" if _is_parallel(facts.cluster) else "single_gpu"


def _is_parallel(cluster: Cluster) -> bool:
    return max(cluster.parallelism) > 1


def _hardware(facts: EngineFacts) -> dict[str, Json]:
    hardware = facts.hardware
    alone = hardware.chip_count == 1
    interconnect = "None" if alone else hardware.interconnect
    return {
        "vendor": hardware.vendor,
        "chip_model": hardware.chip_model,
        "chip_count": hardware.chip_count,
        "interconnect": interconnect,
        "chips_per_node": max(1, hardware.chip_count // facts.cluster.nodes),
        "intra_node_interconnect": interconnect,
        "memory_per_chip_gb": hardware.memory_per_chip_gb,
        "total_memory_gb": hardware.total_memory_gb,
    }


def _workload(run: Run) -> dict[str, Json]:
    """In an open loop nobody decides how many requests are in flight."""
    cell, is_served = filed(run.measurement), run.measurement.facts.service is not None
    in_flight = None if cell.load.rate is not None else cell.load.concurrency
    return {
        "name": workload_name(cell),
        "input_length": cell.workload.input_length,
        "output_length": cell.workload.output_length,
        "batch_size": 1 if is_served or in_flight is None else in_flight,
        "concurrent_requests": in_flight,
        "dataset": run.measurement.dataset,
        "request_rate": cell.load.rate,
        "arrivals": cell.load.spacing,
        **_shape(cell),
    }


def _shape(cell: Cell) -> dict[str, Json]:
    """What is not as in a plain load; absent where it is."""
    load, workload, trace = cell.load, cell.workload, cell.workload.trace
    found: dict[str, Json] = {
        "burstiness": None if load.burstiness == 1 else load.burstiness,
        "max_in_flight": load.max_in_flight,
        "ramp_up_s": load.ramp_up_s or None,
        "shared_prefix_tokens": workload.shared_prefix or None,
        "turns": None if workload.turns == 1 else workload.turns,
        "trace": None if trace is None else trace.as_json(),
    }
    return {name: value for name, value in found.items() if value is not None}


def _cluster(facts: EngineFacts) -> dict[str, Json] | None:
    cluster = facts.cluster
    if cluster.nodes == 1 and not _is_parallel(cluster):
        return None
    return {
        "node_count": cluster.nodes,
        "comm_backend": cluster.comm_backend,
        "inter_node_network": cluster.network,
        "network_bandwidth_gbps": cluster.bandwidth_gbps,
        "topology_type": cluster.topology,
        "parallelism": {
            "tensor_parallel": cluster.parallelism.tensor,
            "pipeline_parallel": cluster.parallelism.pipeline,
            "data_parallel": cluster.parallelism.data,
        },
    }


def _environment(run: Run) -> dict[str, Json]:
    """What computes runs in; of a server's own packages what its environment tells."""
    facts = run.measurement.facts
    is_here = facts.service is None or facts.service.is_here
    tools = {**facts.tools, "python": run.machine.python_version}
    if facts.service is not None:
        tools = {**facts.service_tools}
    return {
        "os": run.machine.os if is_here else None,
        "python_version": tools.get("python"),
        "pytorch_version": tools.get("torch"),
        "cuda_version": facts.cuda_version,
        "cann_version": None,
        "driver_version": facts.hardware.driver_version,
        "transformers_version": tools.get("transformers"),
    }


def _metadata(run: Run) -> dict[str, Json]:
    return {
        "submitted_at": run.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "submitter": run.submitter,
        "data_source": DATA_SOURCE,
        "reproducible_cmd": command_line(run.options),
        "git_commit": run.machine.package_commit,
        "release_date": None,
        "changelog_url": None,
        "notes": f"Benchmark run: {workload_name(filed(run.measurement))}",
        "verified": False,
    }
