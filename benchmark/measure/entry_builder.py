"""From facts to an entry of the public format. Pure: nothing is detected or invented here."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from benchmark import __version__
from benchmark.measure import prompts
from benchmark.measure.closed_loop import WARMUP_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from benchmark.canonical import Json
    from benchmark.measure.engine import EngineFacts, Hardware
    from benchmark.measure.machine import Machine
    from benchmark.measure.stats import Summary
    from benchmark.measure.worker import Job, Measurement

DATA_SOURCE = "sagellm-benchmark run"
MIB = 2**20
_DIGITS = 6
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
        model_name: the name people compare by; of a local folder only its last part.
        job: what was asked.
        measurement: what the engine's process found.
        machine: where it ran.
        load_before: the machine's load average before, and after it.
        load_after: see `load_before`.
        submitter: who measured.
        submitted_at: when, UTC.
    """

    entry_id: str
    model_name: str
    job: Job
    measurement: Measurement
    machine: Machine
    load_before: float | None
    load_after: float | None
    submitter: str
    submitted_at: datetime


def build_entry(run: Run, summary: Summary) -> dict[str, Json]:
    """The entry for a run on one device of one machine."""
    facts = run.measurement.facts
    return {
        "entry_id": run.entry_id,
        "engine": run.job.engine,
        "engine_version": facts.engine_version,
        "sagellm_version": __version__,
        "config_type": "single_gpu",
        "hardware": _hardware(facts.hardware),
        "model": {
            "name": run.model_name,
            "parameters": human(facts.parameters),
            "precision": facts.precision,
            "quantization": facts.quantization,
        },
        "workload": _workload(run),
        "metrics": _metrics(run.measurement, summary),
        "cluster": None,
        "versions": {**dict.fromkeys(_COMPONENTS, "N/A"), "benchmark": __version__},
        "environment": _environment(run),
        "metadata": _metadata(run, summary),
        "provenance": _provenance(run),
    }


def human(parameters: int) -> str:
    """A parameter count as people write it: 124M, 1.1B."""
    for size, unit in _UNITS:
        if parameters >= size:
            count = parameters / size
            return f"{count:.1f}{unit}" if unit == "B" else f"{count:.0f}{unit}"
    return str(parameters)


def reproducible_command(run: Run, summary: Summary) -> str:
    """The command that repeats the run, with the defaults that mattered spelled out."""
    options = run.job.options
    parts = ["sagellm-benchmark", "run", "--model", run.model_name]
    parts += ["--backend", options.backend, "--workload", run.job.workload.name]
    parts += ["--engine", run.job.engine]
    parts += ["--dtype", options.dtype] if options.dtype else []
    parts += ["--threads", str(run.measurement.facts.threads), "--seed", str(options.seed)]
    parts += ["--repeats", str(summary.requests)]
    parts += ["--random-weights"] if options.random_weights else []
    return shlex.join(parts)


def _hardware(hardware: Hardware) -> dict[str, Json]:
    interconnect = "None" if hardware.chip_count == 1 else None
    return {
        "vendor": hardware.vendor,
        "chip_model": hardware.chip_model,
        "chip_count": hardware.chip_count,
        "interconnect": interconnect,
        "chips_per_node": hardware.chip_count,
        "intra_node_interconnect": interconnect,
        "memory_per_chip_gb": hardware.memory_per_chip_gb,
        "total_memory_gb": hardware.total_memory_gb,
    }


def _workload(run: Run) -> dict[str, Json]:
    workload = run.job.workload
    return {
        "name": workload.name,
        "input_length": workload.input_length,
        "output_length": workload.output_length,
        "batch_size": 1,
        "concurrent_requests": workload.concurrency,
        "dataset": "default",
    }


def _metrics(measurement: Measurement, summary: Summary) -> dict[str, Json]:
    """Times are medians; what transformers does not have or tell is null."""
    peak = measurement.peak_memory
    return {
        "ttft_ms": _round(summary.ttft_ms),
        "tbt_ms": _round(summary.tbt_ms),
        "tpot_ms": _round(summary.tpot_ms),
        "throughput_tps": _round(summary.throughput_tps),
        "peak_mem_mb": None if peak is None else round(peak / MIB),
        "error_rate": _round(summary.error_rate),
        "prefix_hit_rate": None,
        "kv_used_tokens": None,
        "kv_used_bytes": None,
        "evict_count": None,
        "evict_ms": None,
        "spec_accept_rate": None,
        "decode_tps": _round(summary.decode_tps),
        "load_time_s": _round(measurement.load_time_s),
        "percentiles": {name: _rounded(row) for name, row in summary.percentiles.items()},
        "samples": {
            "requests": summary.requests,
            "failed": summary.failed,
            "warmup": WARMUP_REQUESTS,
        },
    }


def _environment(run: Run) -> dict[str, Json]:
    facts = run.measurement.facts
    return {
        "os": run.machine.os,
        "python_version": run.machine.python_version,
        "pytorch_version": facts.tools.get("torch"),
        "cuda_version": facts.cuda_version,
        "cann_version": None,
        "driver_version": facts.hardware.driver_version,
        "transformers_version": facts.tools.get("transformers"),
    }


def _metadata(run: Run, summary: Summary) -> dict[str, Json]:
    return {
        "submitted_at": run.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "submitter": run.submitter,
        "data_source": DATA_SOURCE,
        "reproducible_cmd": reproducible_command(run, summary),
        "git_commit": run.machine.package_commit,
        "release_date": None,
        "changelog_url": None,
        "notes": f"Benchmark run: {run.job.workload.name}",
        "verified": False,
    }


def _provenance(run: Run) -> dict[str, Json]:
    facts, machine = run.measurement.facts, run.machine
    return {
        **_weights(facts, run.job.options.seed),
        "prompts": prompts.KIND,
        "prompts_seed": run.job.options.seed,
        "threads": facts.threads,
        "tools": dict(facts.tools),
        "load_average_before": run.load_before,
        "load_average_after": run.load_after,
        "cpu_governor": machine.cpu_governor,
        "container": machine.container,
        "working_directory_commit": machine.working_commit,
    }


def _weights(facts: EngineFacts, seed: int) -> dict[str, Json]:
    return {
        "weights": facts.weights,
        "weights_seed": seed if facts.weights == "random" else None,
        "parameter_count": facts.parameters,
        "model_revision": facts.model_revision,
        "config_sha256": facts.config_sha256,
    }


def _round(value: float) -> float:
    """Milliseconds to the nanosecond: as exact as the clock."""
    return round(value, _DIGITS)


def _rounded(values: Mapping[str, float]) -> dict[str, Json]:
    return {name: _round(value) for name, value in values.items()}
