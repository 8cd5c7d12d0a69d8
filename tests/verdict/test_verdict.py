"""What cannot be true, what is doubtful, and what nobody may hold against an entry."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, verdict
from tests.support.entries import ABSENT, data

H100 = {
    "hardware.vendor": "NVIDIA",
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
}


def figures(tps: float, ttft: float | None = None, tpot: float | None = None) -> dict[str, Any]:
    """A single request at a time; the rest follows from its speed."""
    step = 1e3 / tps if tpot is None else tpot
    return {
        "metrics.throughput_tps": tps,
        "metrics.tpot_ms": step,
        "metrics.ttft_ms": step if ttft is None else ttft,
    }


def judged(*changes: dict[str, Any]) -> tuple[str, str]:
    """The verdict on the plain entry with these changes, and its first reason."""
    merged = {path: value for each in changes for path, value in each.items()}
    kind, reasons = verdict(data(merged))
    return kind, str(reasons[0].text) if reasons else ""


UNTOLD = {"workload.concurrent_requests": None, "metrics.tpot_ms": None}
XEON = {"hardware.chip_model": "Intel(R) Xeon(R) Platinum 8480+"}


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.throughput_tps": 9e14},
        {**XEON, "metrics.throughput_tps": 9e14},
        {**XEON, **UNTOLD, "metrics.throughput_tps": 9e14},
        {**XEON, **UNTOLD, "metrics.throughput_tps": 9e14, "model.name": "x"},
        {**XEON, **UNTOLD, "metrics.throughput_tps": 9e14, "workload.batch_size": 2**50},
        {**XEON, **UNTOLD, "metrics.throughput_tps": 9e14, "workload.request_rate": 1e300},
        {**UNTOLD, "hardware.chip_model": "nobody knows", "metrics.throughput_tps": 1e308},
        {**UNTOLD, "hardware.chip_count": 2**53 - 1, "metrics.throughput_tps": 1e308},
        {"metrics.throughput_tps": 1e308, "metrics.tpot_ms": 2.4},
        {"metrics.throughput_tps": 1e5, "metrics.tpot_ms": None, "metrics.ttft_ms": 100},
        {"metrics.throughput_tps": 1e6, "metrics.tpot_ms": ABSENT, "metrics.tbt_ms": 10},
        {"metrics.ttft_ms": 1e300},
        {"metrics.tpot_ms": 1e300},
        {"metrics.percentiles": {"ttft_ms": {"p50": 100, "p99": 50}}},
        {"metrics.percentiles": {"odd": {"p99.9": 1, "p5": 2}}},
        {"metrics.percentiles": {"odd": {"p50": 1, "p99": 0}}},
        {"metrics.percentiles": {"odd": {"P99_9_MS": 1, "p90": 2}}},
        {"metrics.percentiles": {"odd": {"p100": 1, "p50": 2}}},
        {"metrics.percentiles": {"odd": {"max": 1, "p50": 2}}},
        {"metrics.percentiles": {"odd": {"min": 3, "p50": 2}}},
        {"metrics.percentiles": {"odd": {"p50": 1.011, "p99": 1}}},
        {"metrics.distributions": {"odd": {"mean": 1.011, "max": 1}}},
        {"metrics.percentiles": {"odd": {"p50": "x", "p90": 2, "p99": 1}}},
        {"metrics.percentiles": {"fine": 7, "odd": {"p90": 2, "p99": 1}}},
        {"metrics.percentiles": {"fine": {"p50": 1}, "odd": {"p90": 2, "p99": 1}}},
        {"metrics.distributions": {"ttft_ms": {"min": 90, "mean": 80}}},
        {"metrics.distributions": {"tpot_ms": {"mean": 30, "max": 20}}},
        {"metrics.distributions": {"ttft_ms": {"median": 30, "max": 20}}},
        {"metrics.distributions": {"ttft_ms": {"min": 200, "max": 300}}},
        {"metrics.percentiles": {"e2e_ms": {"p50": 50_000}}},
        {"metrics.percentiles": {"e2e_ms": {"p50": 5}}},
        {"metrics.total_tps": 5},
        {"metrics.decode_tps": 5000},
        {"metrics.requests_per_s": 100},
        {"metrics.samples": {"requests": 100, "failed": 90}},
        {"metrics.samples": {"requests": 0}},
        {"metrics.percentiles": {"ttft_ms": {"p50": 1}}},
        {"metrics.percentiles": {"ttft_ms": {"p50": 7.9}}},
        {"metrics.percentiles": {"tpot_ms": {"p50": 101}}},
        {"metrics.distributions": {"ttft_ms": {"median": 801}}},
        {"metrics.distributions": {"ttft_ms": {"median": 30, "ci95_low": 40}}},
        {"metrics.distributions": {"ttft_ms": {"median": 90, "ci95_high": 70}}},
        {"metrics.distributions": {"ttft_ms": {"ci95_high": 70}}},
        {"workload.request_rate": 0.01, "workload.concurrent_requests": None},
        {"metrics.percentiles": {"ttft_ms": {"p99": 9000}, "e2e_ms": {"p99": 1500}}},
        {"metrics.distributions": {"ttft_ms": {"mean": 90}, "e2e_ms": {"mean": 80}}},
        {"metrics.tpot_ms": None, "metrics.distributions": {"e2e_ms": {"max": 40}}},
        {"metrics.distributions": {"ttft_ms": {"min": 70, "max": 90, "stdev": 5000}}},
        {"metrics.distributions": {"odd": {"median": 10, "p50": 20}}},
        {
            "metrics.percentiles": {"odd": {"p50": 10}},
            "metrics.distributions": {"odd": {"median": 1000}},
        },
        {
            "metrics.throughput_tps": 6000,
            "workload.concurrent_requests": 64,
            "metrics.samples": {"requests": 4},
        },
        {"metrics.peak_mem_mb": 80_000_000, "hardware.memory_per_chip_gb": 80},
        {"metrics.kv_used_bytes": 2**50, "hardware.total_memory_gb": 80},
        {"metrics.joules_per_token": 1e4},
        {"metrics.joules_per_token": 1e-9},
        {
            "metrics.energy_j": 1,
            "metrics.joules_per_token": 1,
            "metrics.samples": {"requests": 10},
        },
        {"metrics.memory_bandwidth_gbs": 1e6},
        {"metrics.requests_per_s": 0.8, "metrics.goodput_rps": 50},
        {
            "metrics.requests_per_s": 0.8,
            "metrics.goodput_rps": 0.7,
            "metrics.slo_attainment": 0.01,
        },
        {"metrics.total_tps": 1e5},
        {"metrics.tbt_ms": 1e5},
        {"metrics.distributions": {"itl_ms": {"mean": 0.5}, "tpot_ms": {"mean": 10}}},
        {
            "metrics.distributions": {
                "request_tps": {"median": 1e5},
                "e2e_ms": {"min": 1300, "max": 1400},
            }
        },
        {"metrics.server": {"draft_tokens": 10, "accepted_tokens": 1000}},
        {"metrics.server": {"prefix_queries": 0, "prefix_hits": 1000}},
    ],
)
def test_what_contradicts_itself_by_more_than_ten_is_impossible(changes: dict[str, Any]) -> None:
    """Whatever of it is left out."""
    assert judged(changes)[0] == IMPOSSIBLE


def test_more_than_twice_what_the_memory_allows_is_impossible() -> None:
    """8B parameters of two bytes at 3.35 TB/s: 209 tokens/s for a single request."""
    assert judged(H100, figures(300))[0] == SOUND
    kind, reason = judged(H100, figures(600))
    assert kind == IMPOSSIBLE
    assert "reading 15.95 GB of weights at 3,352 GB/s" in reason


def test_a_batch_shares_what_is_read() -> None:
    """A hundred requests at once are not a hundred times as slow."""
    many = {"workload.concurrent_requests": 100, "metrics.tpot_ms": 10, "metrics.ttft_ms": 50}
    assert judged(H100, many, {"metrics.throughput_tps": 9_500})[0] == SOUND


@pytest.mark.parametrize(
    "changes", [{"workload.batch_size": 8}, {"workload.concurrent_requests": None}]
)
def test_an_unknown_batch_makes_it_doubtful_at_most(changes: dict[str, Any]) -> None:
    """Its TPOT is still that of one request."""
    assert judged(H100, figures(600), changes)[0] == DOUBTFUL


def test_more_arithmetic_than_the_chips_have_is_impossible() -> None:
    """However many requests are said to be in flight."""
    crowd = {"workload.concurrent_requests": 1100, "metrics.tpot_ms": 10}
    assert judged(H100, crowd, {"metrics.throughput_tps": 1e5})[0] == SOUND
    kind, reason = judged(H100, crowd, {"metrics.throughput_tps": 1e6})
    assert kind == IMPOSSIBLE
    assert "operations a token" in reason


@pytest.mark.parametrize(
    "changes",
    [
        {"hardware.chip_model": "Somebody X9"},
        {"hardware.chip_count": 4},
        {"model.quantization": "int4"},
        {"model.precision": "FP8"},
        {"model.name": "somebody/Llama-3.1-8B-AWQ"},
        {"model.name": "openai/gpt-oss-20b"},
        {"model.name": "Qwen/Qwen3-30B-A3B"},
        {"model.name": "Qwen/Qwen3-30B"},
        {"model.name": "an-unknown-model"},
        {"model.name": "a/tiny-random-llama-3-8b"},
        {"metrics.spec_accept_rate": 0.8},
        {"metadata.reproducible_cmd": "vllm serve --speculative-config x"},
        {"provenance.engine": {"options": {"speculative_config": {"method": "x"}}}},
        {"metadata.notes": "用草稿模型投机解码"},
        {"cluster": {"node_count": 4}},
        {
            "cluster": {"node_count": 1, "parallelism": {"data_parallel": 4}},
            "hardware.chip_count": 4,
        },
        {"hardware.chip_model": "8×H100"},
    ],
)
def test_what_is_not_known_is_not_held_against_an_entry(changes: dict[str, Any]) -> None:
    """An unknown chip is judged by nothing, nor is what may read less for a token."""
    assert judged(H100, figures(600), changes)[0] == SOUND


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"metrics.tpot_ms": 0}, "no time"),
        ({"metrics.ttft_ms": 1350, "metrics.tpot_ms": 0.01}, "hold the generation"),
        ({"metrics.throughput_tps": 50}, "by itself"),
        ({"metrics.throughput_tps": 200}, "at most"),
        ({"metrics.samples": {"warmup": 0}}, "no warm-up"),
        ({"metrics.samples": {"requests": 1}}, "single request"),
        ({"provenance.caveats": [{"kind": "at-once", "text": "x"}]}, "at once"),
        ({"provenance.caveats": [{"kind": "content-held-back", "text": "x"}]}, "before it sent"),
        ({"metrics.percentiles": {"e2e_ms": {"p50": 2000}}}, "end to end"),
        ({"metrics.decode_tps": 200}, "1 / TPOT"),
        ({"metrics.bandwidth_share": 2.5}, "2.5 times the memory bandwidth"),
        ({"provenance.executed_precision": "BF16"}, "BF16 was executed"),
        ({"provenance.precision_executed": "BF16"}, "BF16 was executed"),
        ({"provenance.engine": {"executed_precision": "BF16"}}, "BF16 was executed"),
        ({"provenance.engine": {"precision_executed": "BF16"}}, "BF16 was executed"),
        ({**H100, "workload.input_length": 10**6}, "prompt tokens"),
        ({**H100, **figures(50), "metrics.ttft_ms": 0.08}, "TTFT is 0.08 ms"),
        ({"metrics.ttft_ms": 0.08}, "the first token took 0.08 ms"),
        ({"workload.concurrent_requests": 9, "metrics.samples": {"requests": 8}}, "8 in all"),
        ({"metrics.peak_mem_mb": 2048, "hardware.total_memory_gb": 1}, "2 GiB of memory"),
        (
            {"hardware.chips_per_node": 8, "cluster": {"node_count": 4}},
            "1 chips are stated, but 4 nodes of 8 each",
        ),
        (
            {**H100, "cluster": {"node_count": 1, "parallelism": {"tensor_parallel": 16}}},
            "in 16 parts",
        ),
    ],
)
def test_what_is_typical_of_a_measuring_fault_is_doubtful(
    changes: dict[str, Any], word: str
) -> None:
    """Possible, and marked with the reason."""
    kind, reasons = verdict(data(changes))
    assert kind == DOUBTFUL
    assert any(word in reason.text for reason in reasons)


def test_a_step_shorter_than_reading_the_weights_takes_is_doubtful() -> None:
    """Where the throughput is not more than they can do."""
    many = {"workload.concurrent_requests": 64, "metrics.tpot_ms": 1, "metrics.ttft_ms": 5000}
    kind, reason = judged(H100, many, {"metrics.throughput_tps": 1600})
    assert kind == DOUBTFUL
    assert reason.startswith("TPOT is 1 ms")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"workload.input_length": 32_768, "metrics.ttft_ms": 9000, "metrics.throughput_tps": 12.47},
        {"workload.request_rate": 0.8, "workload.concurrent_requests": None},
        {
            "workload.request_rate": 50,
            "workload.max_in_flight": 1,
            "metrics.ttft_ms": 600_000,
            "workload.concurrent_requests": None,
        },
        {"workload.output_length": 1, "metrics.tpot_ms": None, "metrics.throughput_tps": 12},
        {"metrics.samples": {"requests": 10, "failed": 0, "warmup": 3}},
        {"metrics.percentiles": {"ttft_ms": {"p50": 80, "p90": 80, "p99": 79.9999}}},
        {"metrics.distributions": {"ttft_ms": {"ci95_low": 1, "n": 3}}},
        {"metrics.percentiles": {"odd": {"p50": 1.01, "p99": 1}}},
        {"metrics.distributions": {"odd": {"mean": 1.01, "max": 1}}},
        {"metrics.distributions": {"odd": {"mean": "x", "max": 1}}},
        {"metrics.percentiles": {"odd": {"p1000": 1, "p50": 2}}},
        {"metrics.percentiles": {"odd": {"p99_9_s": 1, "p50": 2}}},
        {"metrics.percentiles": {"ttft_ms": {"p50": 8}, "tpot_ms": {"p50": 100}}},
        {"metrics.percentiles": {"ttft_ms": {"p50": 0}}},
        {
            "metrics.percentiles": {"ttft_ms": {"p50": 99}},
            "metrics.distributions": {"ttft_ms": {"median": 80}},
        },
        {"metrics.bandwidth_share": 2},
        {"provenance.engine": {"executed_precision": "FP32"}},
        {"metrics.percentiles": {"odd": {"p99": 9, "p999": 10, "max": 11, "p90": None}}},
        {"metrics.throughput_tps": 40, "metrics.error_rate": 0.02},
        {"workload.concurrent_requests": 8, "metrics.throughput_tps": 400},
        {"provenance.executed_precision": "torch.float32"},
        {**H100, "workload.input_length": 10**6, "metrics.prefix_hit_rate": 0.999},
        {**H100, "workload.input_length": 10**6, "workload.shared_prefix_tokens": 10**6 - 9},
        {"metrics.percentiles": {"ttft_ms": {"p50": 80.0004}, "e2e_ms": {"p50": 1350}}},
        {"metrics.distributions": {"odd": {"min": 9, "max": 9.0001, "stdev": 0.0004}}},
        {
            "metrics.distributions": {
                "request_tps": {"median": 704},
                "e2e_ms": {"min": 100, "median": 5050, "max": 10_000},
            },
            "metrics.tpot_ms": None,
            "metrics.throughput_tps": 25,
        },
        {
            "metrics.energy_j": 1280,
            "metrics.joules_per_token": 1,
            "metrics.samples": {"requests": 10},
        },
        {
            "workload.batch_size": 64,
            "metrics.energy_j": 640,
            "metrics.joules_per_token": 0.5,
            "metrics.samples": {"requests": 10, "failed": 0},
        },
        {
            "metrics.requests_per_s": 0.8,
            "metrics.goodput_rps": 0.79,
            "metrics.slo_attainment": 0.99,
        },
        {"metrics.total_tps": 400},
        {"metrics.peak_mem_mb": 900, "hardware.total_memory_gb": 0},
        {"cluster": {"node_count": 1, "parallelism": {"tensor_parallel": 2}}},
    ],
)
def test_an_honest_result_is_sound(changes: dict[str, Any]) -> None:
    """A long prompt, idle time in an open loop, one token, a slow failure, a place left empty."""
    assert judged(changes) == (SOUND, "")


@pytest.mark.parametrize(
    ("stated", "executed"),
    [
        ("FP32", "torch.float32"),
        ("BF16", " bfloat16 "),
        ("torch.bfloat16", "BF16"),
        ("half", "FP16"),
        ("float", "full"),
        ("single", "FP32"),
        ("FP8", "float8"),
    ],
)
def test_a_precision_has_several_names(stated: str, executed: str) -> None:
    """What was executed is what is stated, whoever names it."""
    named = {"model.precision": stated, "provenance.executed_precision": executed}
    assert judged(named) == (SOUND, "")
    assert judged(named, {"model.precision": "INT8"})[0] == DOUBTFUL


def test_old_entries_may_count_a_batch_or_one_request() -> None:
    """Throughput of eight requests, of a few; that of one alone is not what eight make."""
    eight = {"workload.concurrent_requests": 8}
    assert {judged(eight, {"metrics.throughput_tps": t})[0] for t in (183, 400, 758)} == {SOUND}
    assert judged(eight, {"metrics.throughput_tps": 182})[0] == DOUBTFUL
    assert judged(eight, {"metrics.throughput_tps": 1200})[0] == DOUBTFUL
    assert judged(eight, {"metrics.throughput_tps": 8000})[0] == IMPOSSIBLE
