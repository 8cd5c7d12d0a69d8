"""Results that others have published are believed: as they stand, with nothing explained."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import SOUND, verdict
from tests.support.entries import data

LAB = "https://docs.gpustack.ai/latest/performance-lab/"
VLLM = "https://github.com/vllm-project/vllm/pull/"
H100, H200, A100 = "NVIDIA H100 80GB HBM3", "NVIDIA H200", "NVIDIA A100-SXM4-80GB"

# Source; chip, how many; model, precision; in flight, requests; input, output; medians of TTFT and
# TPOT in milliseconds; output tokens a second.
RESULTS = [
    (
        (f"{LAB}deepseek-r1/h200", H200, 8, "deepseek-ai/DeepSeek-R1-0528", "FP8"),
        (100, 100, 31999, 100, 101163.8, 400.72, 48.33),
    ),
    (
        (f"{LAB}deepseek-r1/h200", H200, 8, "deepseek-ai/DeepSeek-R1-0528", "FP8"),
        (500, 500, 3995, 200, 61952.74, 177.37, 753.67),
    ),
    (
        (f"{LAB}deepseek-v3.2/h200", H200, 8, "deepseek-ai/DeepSeek-V3.2", "FP8"),
        (500, 500, 2000, 100, 43997.53, 433.59, 520.27),
    ),
    (
        (f"{LAB}glm-4.5-air/a100", A100, 4, "zai-org/GLM-4.5-Air", "BF16"),
        (500, 500, 1999, 100, 60039.46, 224.99, 411.83),
    ),
    (
        (f"{LAB}glm-4.6/h200", H200, 4, "zai-org/GLM-4.6-FP8", "FP8"),
        (500, 500, 1999, 100, 29627.26, 142.76, 827.27),
    ),
    (
        (f"{LAB}qwen3-14b/h100", H100, 1, "Qwen/Qwen3-14B-FP8", "FP8"),
        (500, 500, 1996, 100, 33169.68, 146.25, 704.28),
    ),
    (
        (f"{LAB}qwen3-30b-a3b/910b", "Ascend 910B", 1, "Qwen/Qwen3-30B-A3B", "BF16"),
        (500, 500, 2000, 100, 62622.42, 350.15, 373.52),
    ),
    (
        (f"{VLLM}33743", "not told", 1, "google/gemma-3-27b-it", "BF16"),
        (16, 16, 1023, 350, 2648.65, 51.75, 268.31),
    ),
    (
        (f"{VLLM}43276", "not told", 4, "MiniMaxAI/MiniMax-M2", "FP8"),
        (16, 128, 8230, 1024, 1432.74, 17.21, 862.09),
    ),
    (
        ("https://github.com/ROCm/ATOM/pull/466", "not told", 1, "Qwen/Qwen3-Next-80B-A3B", "FP8"),
        (64, 640, 1033, 1002, 192.92, 29.63, 2027.82),
    ),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda row: row[0][0].rpartition("/")[2])
def test_a_published_result_is_sound(result: tuple[tuple[Any, ...], tuple[float, ...]]) -> None:
    """Thousands of tokens in flight, queues longer than answers, mixtures, few bits."""
    (_, chip, chips, model, precision), figures = result
    places, asked, given, output, ttft, tpot, tps = figures
    entry = {
        "hardware.chip_model": chip,
        "hardware.chip_count": chips,
        "model.name": model,
        "model.precision": precision,
        "workload.concurrent_requests": places,
        "workload.input_length": given,
        "workload.output_length": output,
        "metrics.samples": {"requests": asked, "failed": 0},
        "metrics.ttft_ms": ttft,
        "metrics.tpot_ms": tpot,
        "metrics.throughput_tps": tps,
    }
    assert verdict(data(entry)) == (SOUND, ())


def test_times_that_miss_the_thoughts_of_a_model_are_doubtful() -> None:
    """As in performance-lab/qwen3.5-9b/h100: the client saw the answer only, and counted more."""
    entry = {
        "hardware.chip_model": "Somebody X9",
        "model.name": "Qwen/Qwen3.5-9B",
        "workload.concurrent_requests": 31,
        "workload.output_length": 281,
        "metrics.samples": {"requests": 1000},
        "metrics.ttft_ms": 34,
        "metrics.tpot_ms": 0.11,
        "metrics.throughput_tps": 2197,
    }
    kind, reasons = verdict(data(entry))
    assert kind == "doubtful"
    assert "31 in flight, each with 281 tokens in 64.8 ms" in reasons[0].text
