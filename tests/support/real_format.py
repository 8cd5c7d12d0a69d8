"""Entries in the shape of the earlier public format: every field, a third all zero."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmark.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 47
ALL_ZERO = 16
"""Entries whose every figure is 0: the measurement never ran."""

_VERSIONS = ("0.3.1.0", "0.4.0.2", "0.5.0.1", "0.5.9.3")
_LENGTHS = ((128, 128), (32, 64), (256, 256), (512, 128))
_COMPONENTS = (
    *("protocol", "backend", "core", "control_plane", "gateway"),
    *("kv_cache", "comm", "compression", "benchmark"),
)


def public_entries() -> list[dict[str, Any]]:
    """47 valid entries of 47 configurations, 16 of them all zero and 9 that name an engine."""
    return [_entry(number) for number in range(COUNT)]


def eligible() -> list[Entry]:
    """Those of them that may be ranked."""
    return [Entry(_entry(number)) for number in range(COUNT) if not _is_zero(number)]


def write_public(path: Path) -> Path:
    """The file as the earlier tools wrote it: indented, in order of arrival."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(public_entries(), indent=2), encoding="utf-8")
    return path


def _is_zero(number: int) -> bool:
    return number % 3 == 1


def _entry(number: int) -> dict[str, Any]:
    version = _VERSIONS[number % len(_VERSIONS)]
    chips = 2 if number % 20 == 0 else 1
    names_engine = number % 5 == 2
    engine = {"engine": "sagellm", "engine_version": version} if names_engine else {}
    return {
        "entry_id": f"00000000-0000-4000-8000-{number:012}",
        "sagellm_version": version,
        **engine,
        "config_type": "multi_gpu" if chips > 1 else "single_gpu",
        "hardware": _hardware(chips),
        "model": {
            "name": f"tiny-{number // 4}",
            "parameters": "unknown",
            "precision": "FP32",
            "quantization": "None",
        },
        "workload": _workload(number),
        "metrics": _metrics(0.0 if _is_zero(number) else 10.0 + number / 7),
        "cluster": None,
        "versions": dict.fromkeys(_COMPONENTS, version) | {"gateway": "N/A"},
        "environment": _environment(),
        "kv_cache_config": {
            "enabled": True,
            "eviction_policy": "LRU",
            "budget_tokens": 8192,
            "prefix_cache_enabled": True,
        },
        "metadata": _metadata(number) | engine,
    }


def _hardware(chips: int) -> dict[str, Any]:
    link = "NVLink" if chips > 1 else "None"
    return {
        "vendor": "NVIDIA" if chips > 1 else "Unknown",
        "chip_model": "Accelerator 40GB" if chips > 1 else "CPU",
        "chip_count": chips,
        "interconnect": link,
        "chips_per_node": chips,
        "intra_node_interconnect": link,
        "memory_per_chip_gb": 39.5 if chips > 1 else 0.0,
        "total_memory_gb": 39.5 * chips if chips > 1 else 0.0,
    }


def _workload(number: int) -> dict[str, Any]:
    input_length, output_length = _LENGTHS[number % len(_LENGTHS)]
    return {
        "input_length": input_length,
        "output_length": output_length,
        "batch_size": 1,
        "concurrent_requests": 1,
        "dataset": "default",
    }


def _metrics(speed: float) -> dict[str, Any]:
    """The figures of a run at `speed` tokens per second; at 0 every figure is 0."""
    measured = speed > 0
    return {
        "ttft_ms": 1e3 / speed if measured else 0.0,
        "tbt_ms": 1e3 / speed if measured else 0.0,
        "tpot_ms": 1e3 / speed if measured else 0.0,
        "throughput_tps": speed,
        "peak_mem_mb": 700 if measured else 0,
        "error_rate": 0.0,
        "prefix_hit_rate": 0.0,
        "kv_used_tokens": 640 if measured else 0,
        "kv_used_bytes": 163840 if measured else 0,
        "evict_count": 0,
        "evict_ms": 0.0,
        "spec_accept_rate": None,
    }


def _environment() -> dict[str, Any]:
    return {
        "os": "Linux 6.1.0",
        "python_version": "3.11.9",
        "pytorch_version": "2.5.0+cpu",
        "cuda_version": "",
        "cann_version": "",
        "driver_version": "",
    }


def _metadata(number: int) -> dict[str, Any]:
    return {
        "submitted_at": f"2026-02-{number % 28 + 1:02}T10:00:00.{number:06}+00:00",
        "submitter": "an automated run",
        "data_source": "automated-benchmark",
        "reproducible_cmd": "sagellm-benchmark run --workload all --backend cpu",
        "git_commit": None,
        "release_date": "2026-02-01",
        "changelog_url": "https://example.org/CHANGELOG.md",
        "notes": f"Benchmark run: Q{number % 8}",
        "verified": False,
    }
