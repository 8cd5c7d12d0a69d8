"""Plausible entries that nobody measured, each of which says so.

The figures follow from a chip's memory bandwidth and arithmetic rate by a roofline model
(https://doi.org/10.1145/1498765.1498785) with some noise, so that rows compare as one would expect.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from benchmark.entry import EXAMPLE_SOURCE, Entry

if TYPE_CHECKING:
    from benchmark.canonical import Json

NOTES = "Generated for the demo: plausible, but nobody measured it."

_SEED = 2026
_FIRST_DAY = datetime(2026, 1, 5, 9, 30, tzinfo=timezone.utc)
_EFFICIENCY = {"sagellm": 0.55, "transformers": 0.35, "vllm": 0.62}
_NEAREST_TO_PEAK = 0.95
_STEP_OVERHEAD_MS = 0.9
_OVERHEAD_PER_NODE_MS = 6.0
_GAIN_PER_REQUEST = 0.8
_BETTER = 1.08
_SUBMITTERS = ("Aurora Lab", "Blue Harbour HPC", "Cedar Systems", "Dune Research", "Estuary AI")


class Chip(NamedTuple):
    """A chip: memory in GB, bandwidth in GB/s, arithmetic rate in TFLOP/s."""

    vendor: str
    model: str
    memory: float
    bandwidth: float
    rate: float
    link: str


class Model(NamedTuple):
    """A model: parameters in billions, bytes each takes."""

    name: str
    parameters: float
    precision: str
    width: int


class Workload(NamedTuple):
    """A workload: tokens in, tokens out, requests at a time."""

    name: str
    input: int
    output: int
    concurrency: int = 1


@dataclass(frozen=True)
class Setup:
    """What is measured on what; `chips` are those of all nodes together."""

    chip: Chip
    model: Model
    engine: str
    engine_version: str
    chips: int = 1
    nodes: int = 1


_XEON = Chip("Intel", "Xeon Platinum 8480+", 256, 280, 7, "None")
_EPYC = Chip("AMD", "EPYC 9654", 384, 420, 11, "None")
_L4 = Chip("NVIDIA", "L4", 24, 300, 121, "None")
_A100 = Chip("NVIDIA", "A100-SXM4-80GB", 80, 2039, 312, "NVLink")
_H100 = Chip("NVIDIA", "H100-SXM5-80GB", 80, 3350, 989, "NVLink")
_MI300X = Chip("AMD", "Instinct MI300X", 192, 5300, 1307, "Infinity Fabric")
_ASCEND = Chip("Huawei", "Ascend 910B", 64, 1600, 313, "HCCS")

_GPT2 = Model("gpt2", 0.124, "FP32", 4)
_QWEN_SMALL = Model("Qwen/Qwen2-0.5B", 0.494, "BF16", 2)
_LLAMA_SMALL = Model("meta-llama/Llama-3.2-1B", 1.24, "BF16", 2)
_LLAMA = Model("meta-llama/Llama-3.1-8B", 8.03, "BF16", 2)
_QWEN = Model("Qwen/Qwen2.5-14B", 14.8, "BF16", 2)
_LLAMA_LARGE = Model("meta-llama/Llama-3.1-70B", 70.6, "BF16", 2)

_SHORT = Workload("short", 128, 128)
_WORKLOADS = (_SHORT, Workload("long", 2048, 512), Workload("Q5", 32, 64, concurrency=10))
_LEVELS = (1, 4, 16, 64)
"""Requests at a time of a sweep."""

_SWEPT = [Workload("chat", 512, 256, concurrency) for concurrency in _LEVELS]
_SETUPS = (
    Setup(_XEON, _GPT2, "transformers", "4.57.1"),
    Setup(_EPYC, _GPT2, "transformers", "4.57.1"),
    Setup(_EPYC, _QWEN_SMALL, "transformers", "4.57.1"),
    Setup(_L4, _GPT2, "sagellm", "0.3.0.3"),
    Setup(_L4, _LLAMA_SMALL, "vllm", "0.11.0"),
    Setup(_L4, _LLAMA, "vllm", "0.11.0"),
    Setup(_A100, _LLAMA_SMALL, "sagellm", "0.3.0.3"),
    Setup(_A100, _LLAMA, "vllm", "0.11.0"),
    Setup(_A100, _QWEN, "vllm", "0.11.0", chips=2),
    Setup(_H100, _LLAMA, "vllm", "0.11.0"),
    Setup(_H100, _LLAMA_LARGE, "vllm", "0.11.0", chips=4),
    Setup(_MI300X, _LLAMA_LARGE, "vllm", "0.11.0", chips=2),
    Setup(_ASCEND, _LLAMA, "sagellm", "0.3.0.3"),
    Setup(_ASCEND, _LLAMA_LARGE, "sagellm", "0.3.0.3", chips=8, nodes=2),
    Setup(_A100, _LLAMA_LARGE, "vllm", "0.11.0", chips=16, nodes=2),
    Setup(_H100, _LLAMA_LARGE, "vllm", "0.11.0", chips=32, nodes=4),
)
_IMPROVED = _SETUPS[7]
_ADDED = Setup(_MI300X, _LLAMA, "vllm", "0.11.0")


def leaderboard() -> list[Entry]:
    """The entries that are there before; the same ones every time."""
    noise = random.Random(_SEED)  # noqa: S311 - for looks, not for secrets
    cases = _cases()
    return [
        _entry(f"demo-{number:03}", setup, workload, factor=noise.uniform(0.93, 1.0), day=number)
        for number, (setup, workload) in enumerate(cases, 1)
    ]


def _cases() -> list[tuple[Setup, Workload]]:
    """Every setup with every workload, and one model on several chips as a sweep."""
    return [
        *((setup, workload) for setup in _SETUPS for workload in _WORKLOADS),
        *((setup, workload) for setup in _SETUPS if setup.model is _LLAMA for workload in _SWEPT),
    ]


def contributions(first: str, second: str) -> tuple[Entry, Entry]:
    """What two others submit: a new configuration, and a better run of one that is there."""
    day = len(_cases()) + 1
    return (
        _entry("demo-new", _ADDED, _SHORT, day=day, submitter=first),
        _entry("demo-better", _IMPROVED, _SHORT, factor=_BETTER, day=day, submitter=second),
    )


def _entry(
    entry_id: str,
    setup: Setup,
    workload: Workload,
    *,
    day: int,
    factor: float = 1.0,
    submitter: str = "",
) -> Entry:
    submitted_at = _FIRST_DAY + timedelta(days=day, minutes=17 * day)
    return Entry({
        "entry_id": entry_id,
        "engine": setup.engine,
        "engine_version": setup.engine_version,
        "sagellm_version": "0.3.0.3",
        "config_type": _config_type(setup),
        "hardware": _hardware(setup),
        "model": {
            "name": setup.model.name,
            "parameters": f"{setup.model.parameters:g}B",
            "precision": setup.model.precision,
            "quantization": "None",
        },
        "workload": {
            "name": workload.name,
            "input_length": workload.input,
            "output_length": workload.output,
            "batch_size": 1,
            "concurrent_requests": workload.concurrency,
            "dataset": "default",
        },
        "metrics": _metrics(setup, workload, factor),
        "cluster": _cluster(setup),
        "versions": {"benchmark": "0.3.0.3"},
        "environment": {"os": None, "python_version": None},
        "metadata": {
            "submitted_at": submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "submitter": submitter or _SUBMITTERS[day % len(_SUBMITTERS)],
            "data_source": EXAMPLE_SOURCE,
            "notes": NOTES,
            "verified": False,
        },
    })  # fmt: skip


def _config_type(setup: Setup) -> str:
    if setup.nodes > 1:
        return "multi_node"
    return "multi_gpu" if setup.chips > 1 else "single_gpu"


def _hardware(setup: Setup) -> dict[str, Json]:
    chip, per_node = setup.chip, setup.chips // setup.nodes
    link = chip.link if setup.chips > 1 else "None"
    return {
        "vendor": chip.vendor,
        "chip_model": chip.model,
        "chip_count": setup.chips,
        "interconnect": link,
        "chips_per_node": per_node,
        "intra_node_interconnect": link,
        "memory_per_chip_gb": chip.memory,
        "total_memory_gb": chip.memory * setup.chips,
    }


def _cluster(setup: Setup) -> dict[str, Json] | None:
    if setup.nodes == 1:
        return None
    return {
        "node_count": setup.nodes,
        "comm_backend": "HCCL" if setup.chip is _ASCEND else "NCCL",
        "inter_node_network": "InfiniBand",
        "network_bandwidth_gbps": 400,
        "parallelism": {
            "tensor_parallel": setup.chips // setup.nodes,
            "pipeline_parallel": setup.nodes,
            "data_parallel": 1,
        },
    }


def _metrics(setup: Setup, workload: Workload, factor: float) -> dict[str, Json]:
    """Reading all weights takes the time of a token, all arithmetic that of the prompt."""
    chip, model = setup.chip, setup.model
    speed = min(_NEAREST_TO_PEAK, _EFFICIENCY[setup.engine] * factor)
    overhead = _STEP_OVERHEAD_MS + _OVERHEAD_PER_NODE_MS * (setup.nodes - 1)
    weights = model.parameters * model.width
    tpot = weights / (chip.bandwidth * setup.chips * speed) * 1e3 + overhead
    tpot *= workload.concurrency ** (1 - _GAIN_PER_REQUEST)
    arithmetic = 2 * model.parameters * workload.input / (chip.rate * setup.chips * speed)
    ttft = (arithmetic + tpot) * workload.concurrency**0.5
    tokens = workload.output * workload.concurrency
    throughput = tokens / (ttft + (workload.output - 1) * tpot) * 1e3
    return {
        "ttft_ms": round(ttft, 3),
        "tbt_ms": round(tpot, 3),
        "tpot_ms": round(tpot, 3),
        "throughput_tps": round(throughput, 3),
        "peak_mem_mb": round(weights * 1.2e3 / setup.chips),
        "error_rate": 0.0,
    }
