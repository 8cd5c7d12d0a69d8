"""Entries for tests: plausible, valid, and varied by dotted path."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from benchmark.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

PLAIN: dict[str, Any] = {
    "entry_id": "00000000-0000-4000-8000-000000000000",
    "sagellm_version": "0.5.0.0",
    "config_type": "single_gpu",
    "hardware": {"vendor": "Intel", "chip_model": "CPU", "chip_count": 1, "interconnect": "None"},
    "model": {"name": "gpt2", "precision": "FP32", "quantization": "None"},
    "workload": {
        "input_length": 128,
        "output_length": 128,
        "batch_size": 1,
        "concurrent_requests": 1,
        "dataset": "default",
    },
    "metrics": {
        "ttft_ms": 80.0,
        "tpot_ms": 10.0,
        "throughput_tps": 100.0,
        "peak_mem_mb": 900,
        "error_rate": 0.0,
    },
    "cluster": None,
    "versions": {"benchmark": "0.5.0.0"},
    "environment": {"os": "Linux"},
    "metadata": {"submitted_at": "2026-01-01T00:00:00Z", "submitter": "somebody", "notes": ""},
}


class _Absent:
    """Marks a field to leave out."""


ABSENT: Any = _Absent()


def data(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The plain entry's JSON object with the values at dotted paths replaced or left out."""
    result = copy.deepcopy(PLAIN)
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        target = result
        for parent in parents:
            target = target.setdefault(parent, {})
        if value is ABSENT:
            target.pop(last, None)
        else:
            target[last] = value
    return result


def entry(changes: dict[str, Any] | None = None) -> Entry:
    """The plain entry with the values at dotted paths replaced."""
    return Entry(data(changes))


def run(tps: float, ttft: float = 80.0, *, model: str = "gpt2") -> Entry:
    """A run of the plain configuration, or of another model; its TPOT is not known."""
    figures = {"throughput_tps": tps, "ttft_ms": ttft, "tpot_ms": None}
    named = {f"metrics.{name}": value for name, value in figures.items()}
    return entry({**named, "model.name": model})


def multi_node(changes: dict[str, Any] | None = None) -> Entry:
    """A run on two nodes."""
    cluster = {"node_count": 2, "parallelism": {"tensor_parallel": 4}}
    return entry({"config_type": "multi_node", "cluster": cluster, **(changes or {})})


def write(folder: Path, name: str, *entries: Entry) -> Path:
    """A JSON array of entries, indented as people write it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps([dict(item.data) for item in entries], indent=2), encoding="utf-8")
    return path
