"""A board of any size: sweeps over concurrency of many chips, engines, precisions and models."""

from __future__ import annotations

import random
from itertools import cycle, islice, product
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEED = 7
_LEVELS = (1, 2, 4, 8, 16, 32, 64)
_CHIPS = {
    "NVIDIA H200": ("NVIDIA", 4800), "NVIDIA H100-SXM5-80GB": ("NVIDIA", 3350),
    "NVIDIA A100-SXM4-80GB": ("NVIDIA", 2039), "NVIDIA L40S": ("NVIDIA", 864),
    "NVIDIA GeForce RTX 4090": ("NVIDIA", 1008), "AMD Instinct MI300X": ("AMD", 5300),
    "Ascend 910B": ("Huawei", 1600), "Intel Xeon Platinum 8480+": ("Intel", 280),
}  # fmt: skip
_ENGINES = (("vllm", "0.11"), ("sagellm", "0.5"), ("sglang", "0.5"), ("transformers", "4.57"))
_PRECISIONS = {"BF16": 1.0, "FP8": 1.7, "INT4": 2.4}
_MODELS = {
    "meta-llama/Llama-3.1-8B-Instruct": 8, "Qwen/Qwen2.5-7B-Instruct": 7.6,
    "mistralai/Mistral-7B-v0.3": 7.2, "Qwen/Qwen2.5-14B-Instruct": 14.8,
    "meta-llama/Llama-3.1-70B-Instruct": 70.6, "google/gemma-2-9b-it": 9.2, "gpt2": 0.12,
}  # fmt: skip
_WORKLOADS = (("Q1", 128, 128), ("short", 128, 128), ("Q3", 512, 128), ("long", 2048, 512))
_SWEPT = 75_264
"""All of these; then the engines' next versions follow."""


class Sweep(NamedTuple):
    """What one curve is of."""

    chip: str
    engine: tuple[str, str]
    precision: str
    chips: int
    model: str
    workload: tuple[str, int, int]


def entries(count: int) -> Iterator[dict[str, Any]]:
    """So many entries, all different; the same ones every time."""
    noise = random.Random(_SEED)  # noqa: S311 - for looks, not for secrets
    sweeps = product(_CHIPS, _ENGINES, _PRECISIONS, (1, 2, 4, 8), _MODELS, _WORKLOADS)
    points = ((Sweep(*sweep), level) for sweep in cycle(sweeps) for level in _LEVELS)
    for number, (sweep, level) in enumerate(islice(points, count)):
        yield _entry(number, sweep, level, noise)


def _entry(number: int, sweep: Sweep, level: int, noise: random.Random) -> dict[str, Any]:
    chip, (engine, version), precision, chips, model, workload = sweep
    vendor, bandwidth = _CHIPS[chip]
    name, inputs, outputs = workload
    age = number // _SWEPT
    quirk = 0.7 + crc32(f"{chip} {engine} {precision}".encode()) % 300 / 1000
    step = _MODELS[model] * 2e3 / _PRECISIONS[precision] / (bandwidth * chips**0.85) / quirk + 0.8
    tpot = step * (1 + level / 48) * noise.uniform(0.97, 1.03)
    ttft = step * (4 + inputs / 90) * (1 + level / 12) * noise.uniform(0.9, 1.1)
    rate = level * outputs / (ttft + (outputs - 1) * tpot) * 1e3
    return {
        "entry_id": f"00000000-0000-4000-8000-{number:012}",
        "engine": engine,
        "engine_version": f"{version}.{age}",
        "sagellm_version": "0.5.0.0",
        "config_type": "multi_gpu" if chips > 1 else "single_gpu",
        "hardware": {"vendor": vendor, "chip_model": chip, "chip_count": chips},
        "model": {"name": model, "precision": precision, "quantization": "None"},
        "workload": {
            "name": name, "input_length": inputs, "output_length": outputs,
            "batch_size": 1, "concurrent_requests": level, "dataset": "default",
        },
        "metrics": {
            "ttft_ms": ttft, "tbt_ms": tpot, "tpot_ms": tpot, "throughput_tps": rate,
            "peak_mem_mb": round(_MODELS[model] * 2400), "error_rate": 0.0,
        },
        "cluster": None,
        "versions": {"benchmark": "0.5.0.0"},
        "environment": {"os": f"Linux 6.{number % 9}.0", "python_version": "3.12.4"},
        "metadata": {
            "submitted_at": f"2026-{1 + number % 11:02}-{1 + number % 28:02}T09:10:00Z",
            "submitter": f"lab {number * 31 % 97}",
            "data_source": "automated-benchmark",
            "reproducible_cmd": f"sagellm-benchmark run --model {model} --concurrency {level}",
            "notes": "",
        },
    }  # fmt: skip
