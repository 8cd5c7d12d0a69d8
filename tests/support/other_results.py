"""Files of the shapes that isagellm-benchmark 0.5.4.14 writes besides result files, as values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SPEED = {"avg_ttft_ms": 177.7, "avg_tbt_ms": 9.7, "avg_throughput_tps": 81.9}
_ROW = {"model": "m", "scenario": "short_b1", "ttft_ms": 269.7, "tbt_ms": 9.6, "memory_mb": 0.0}

TARGET: dict[str, Any] = {
    "kind": "e2e", "simulate": False, "label": "sagellm", "models": ["m"], "batch_sizes": [1],
    "summary": {"total_rows": 1, **_SPEED}, "rows": [_ROW],
}  # fmt: skip
COMPARISON: dict[str, Any] = {
    "kind": "compare", "model": "m", "baseline": "sagellm",
    "targets": [{"label": "sagellm", "rows": 1, **_SPEED}],
}  # fmt: skip
SIMULATED: dict[str, Any] = {**TARGET, "simulate": True}
OPERATORS: dict[str, Any] = {
    "kind": "operator", "device": "cpu", "comparisons": [{"baseline_name": "a", "speedup": 1.2}],
}  # fmt: skip
METRICS: dict[str, Any] = {"metrics": {**_SPEED, "p50_itl_ms": 1.0, "error_rate": 0.0}}
SUMMARY: dict[str, Any] = {"workloads": {"Q1": {"total_requests": 5, **_SPEED}}, "overall": {}}
CONFIG: dict[str, Any] = {"run_id": "Q1_20261126_001", "backend": "cpu", "num_samples": 5}

WITH_FIGURES = {
    "a target": TARGET,
    "a comparison": COMPARISON,
    "a simulation": SIMULATED,
    "operators": OPERATORS,
    "metrics": METRICS,
    "a summary": SUMMARY,
}


def put(path: Path, value: object) -> None:
    """Write it as that program does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
