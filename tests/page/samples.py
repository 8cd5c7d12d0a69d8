"""A few small entries that look like real ones, one of them hostile, one not ranked."""

from __future__ import annotations

from typing import Any

from benchmark import page
from benchmark.entry import Entry

HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><!--<script>\u2028'\"&"
REVISION = "0123456789abcdef0123456789abcdef01234567"
DATASET = "https://hub.example.org/datasets/lab/results"


def entry(
    model: str,
    *,
    engine: str = "vllm",
    chip: tuple[str, int, int] = ("RTX 4090", 1, 1),
    precision: str = "FP16",
    workload: str = "Q1",
    metrics: tuple[float | None, float | None, float | None] = (100.0, 50.0, 4096),
    **metadata: Any,
) -> dict[str, Any]:
    """An entry; `chip` is model, chips and nodes, `metrics` are tok/s, TTFT in ms and peak MB."""
    chip_model, chip_count, node_count = chip
    throughput, ttft, memory = metrics
    return {
        "engine": engine,
        "engine_version": "0.11.0",
        "hardware": {"vendor": "NVIDIA", "chip_model": chip_model, "chip_count": chip_count},
        "model": {"name": model, "precision": precision, "quantization": "None"},
        "workload": {"name": workload, "input_length": 128, "output_length": 256},
        "metrics": {
            "throughput_tps": throughput,
            "ttft_ms": ttft,
            "peak_mem_mb": memory,
            "error_rate": 0.0,
        },
        "cluster": {"node_count": node_count} if node_count > 1 else None,
        "metadata": {
            "submitted_at": "2026-03-02T23:30:00-02:00",
            "submitter": "ada",
            "reproducible_cmd": "sagellm-benchmark run --model gpt2",
            **metadata,
        },
    }


FAST = entry("gpt2", metrics=(900.5, 35, 2048))
SLOW = entry("gpt2", engine="sagellm", chip=("CPU", 1, 1), precision="FP32", metrics=(48, 210, 764))
SLOW["hardware"]["vendor"] = " nvidia"
UNWEIGHED = entry("Qwen2.5-7B", metrics=(110, 28.5, None), workload="Q5")
EVIL = entry(
    HOSTILE,
    engine="=cmd|' /C calc'!A0",
    metrics=(5, 900, 10),
    reproducible_cmd=HOSTILE,
    notes=HOSTILE,
    submitter='"eve" they said',
    changelog_url="javascript:document.title='owned'",
)
CHIPS = entry("Llama-3-70B", chip=("A100 80GB", 8, 1), metrics=(320, 80, 524288))
NODES = entry("Llama-3-70B", chip=("Ascend 910B", 16, 2), metrics=(512, 120, None))
FAILED = entry("tiny", metrics=(0, 0, 0))


def row(value: dict[str, Any], *not_ranked: str, **marks: Any) -> page.Row:
    """The row of an entry; `marks` are the other fields of a row."""
    run = Entry(value)
    board = "multi" if run.node_count > 1 else "single"
    return page.Row(board, run.label, run.run_id, value, not_ranked, **marks)


def at_once(value: dict[str, Any], requests: int, metrics: tuple[float, float]) -> dict[str, Any]:
    """The same measured with so many requests at a time: tok/s, and TPOT in ms."""
    throughput, tpot = metrics
    return {
        **value,
        "workload": {**value["workload"], "concurrent_requests": requests},
        "metrics": {**value["metrics"], "throughput_tps": throughput, "tpot_ms": tpot},
    }


ROWS = [
    *map(row, (FAST, SLOW, UNWEIGHED, EVIL, CHIPS, NODES)),
    row(FAILED, "throughput_tps is not above 0"),
]


def build(rows: list[page.Row] = ROWS, **changes: Any) -> bytes:
    """The page of some rows, as of one revision of one dataset."""
    return site(rows, **changes).html


def site(rows: list[page.Row] = ROWS, **changes: Any) -> page.Site:
    """The page of some rows, and the file beside it."""
    facts: dict[str, Any] = {
        "title": "Lab leaderboard",
        "dataset_url": DATASET,
        "revision": REVISION,
        "generated_at": "2026-03-04 05:06 UTC",
        "lang": "en",
    }
    graves = changes.pop("graves", ())
    return page.build(rows, page.Facts(**{**facts, **changes}), graves)
