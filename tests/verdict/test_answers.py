"""What is said of each claim: one sentence, with the arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import verdict
from tests.support.entries import data
from tests.verdict.test_claims import H100, OPEN, UNKNOWN, VARIED, crowd, m

OFTEN = {**OPEN, "workload.request_rate": 1e6}
SENTENCES = [
    (
        {"model.name": "x", **OFTEN, **m(throughput_tps=1.3e6)},
        "doubtful",
        ".metrics.throughput_tps",
        "1,300,000 tokens/s are claimed: nothing known comes near to 1,000,000 (1 × cpu)",
    ),
    (
        {
            **UNKNOWN,
            "metrics.tpot_ms": None,
            **OFTEN,
            "workload.max_in_flight": 1,
            **m(throughput_tps=1.5e5),
        },
        "doubtful",
        ".metrics.throughput_tps",
        "150,000 tokens/s are claimed of 1 in flight: none is so fast",
    ),
    (
        {"hardware.chip_count": 126_000},
        "doubtful",
        ".hardware.chip_count",
        "126,000 chips are stated: no single system has so many",
    ),
    (
        {"workload.batch_size": 126_000, "workload.concurrent_requests": None},
        "doubtful",
        ".workload.batch_size",
        "126,000 requests at a time are stated for 1 chips: none takes so many",
    ),
    (
        {**UNKNOWN, **m(ttft_ms=0.005, tpot_ms=None)},
        "doubtful",
        ".metrics.ttft_ms",
        "TTFT is 0.005 ms: no first token comes within 0.01 ms, or after a day",
    ),
    (
        {**UNKNOWN, **OPEN, **m(ttft_ms=0.05, tpot_ms=0.005)},
        "doubtful",
        ".metrics.tpot_ms",
        "TPOT is 0.005 ms: no step takes less than 0.01 ms",
    ),
    (
        m(peak_host_mem_mb=2**27),
        "doubtful",
        ".metrics.peak_host_mem_mb",
        "131,072 GiB of memory are said to be used: no machine has more than 65,536",
    ),
    (
        crowd(64, 1400),
        "doubtful",
        ".metrics.ttft_ms",
        "64 in flight, each with 128 tokens in 1,350 ms, make 5,851 tokens/s, but 1,400 are stated",
    ),
    (
        m(throughput_tps=20),
        "doubtful",
        ".metrics.throughput_tps",
        "a request with 128 tokens in 1,350 ms makes 94.81 tokens/s by itself, but 20 are stated",
    ),
    (
        m(slo="ttft=40ms", slo_attainment=0.9),
        "doubtful",
        ".metrics.slo_attainment",
        "most requests are said to meet TTFT = 40 ms, but the median is 80",
    ),
    (
        m(goodput_rps=1),
        "doubtful",
        ".metrics.goodput_rps",
        "1 good requests/s of 128 tokens are more than 100 tokens/s",
    ),
    (
        {**OPEN, **VARIED, **m(requests_per_s=3)},
        "doubtful",
        ".metrics.requests_per_s",
        "3 requests/s are said to be answered, but 1 to be asked",
    ),
    (
        {**VARIED, **m(requests_per_s=11, distributions={"e2e_ms": {"mean": 1000}})},
        "impossible",
        ".metrics.requests_per_s",
        "11 requests/s are stated, but 1 in flight for 1,000 ms make 1",
    ),
    (
        m(spec_accept_rate=0.9, server={"draft_tokens": 100, "accepted_tokens": 50}),
        "doubtful",
        ".metrics.spec_accept_rate",
        "spec_accept_rate is 0.9, but accepted_tokens is 50, and draft_tokens 100",
    ),
    (
        m(distributions={"request_tps": {"max": 70}}),
        "doubtful",
        ".metrics.throughput_tps",
        "100 tokens/s are claimed, but the fastest request made 70, and 1 were in flight",
    ),
    (
        m(distributions={"request_tps": {"median": 1000}}),
        "impossible",
        ".metrics.distributions.request_tps",
        "requests are said to make 1,000 tokens/s, but 128 tokens in 1,350 ms make 94.81",
    ),
    (
        m(tpot_ms=None, ttft_ms=1500, percentiles={"e2e_ms": {"p50": 1000}}),
        "doubtful",
        ".metrics.ttft_ms",
        "TTFT is 1,500 ms, but requests are said to take 1,000 ms from end to end",
    ),
    (
        {**H100, "model.parameters": "0.5B"},
        "doubtful",
        ".model.parameters",
        "the model's name tells of 8e+09 parameters, but 500,000,000 are stated",
    ),
    (
        {**H100, **m(peak_mem_mb=70)},
        "doubtful",
        ".metrics.peak_mem_mb",
        "0.0734 GB of memory are said to be used, but every step reads 15.95 GB of weights",
    ),
    (
        m(kv_used_tokens=2000) | {"kv_cache_config": {"budget_tokens": 1000}},
        "doubtful",
        ".metrics.kv_used_tokens",
        "2,000 tokens are said to be cached, but there is room for 1,000",
    ),
    (
        {
            **H100,
            "workload.input_length": 1000,
            "workload.concurrent_requests": None,
            **m(throughput_tps=128 * 124, tpot_ms=None),
        },
        "doubtful",
        ".metrics.throughput_tps",
        (
            "124 requests/s with 1,000 prompt tokens each are claimed, but 2 × 8e+09 operations a "
            "token at 9.9e+14/s allow 61,875 tokens/s; nothing is said of a cache (1 × h100 hbm3)"
        ),
    ),
    (
        {**H100, **m(spec_accept_rate=0.8, throughput_tps=1700, tpot_ms=0.5, ttft_ms=12)},
        "doubtful",
        ".metrics.throughput_tps",
        (
            "1,700 tokens/s are 8.089 a step for each of 1 in flight, if reading 15.95 GB of "
            "weights at 3,352 GB/s is all that it does (1 × h100 hbm3)"
        ),
    ),
    (
        {**OPEN, "workload.request_rate": 0.2},
        "doubtful",
        ".metrics.throughput_tps",
        "100 tokens/s are claimed, but 0.2 requests/s of 128 tokens ask for 25.6 tokens/s",
    ),
]


@pytest.mark.parametrize(("changes", "kind", "path", "sentence"), SENTENCES)
def test_a_claim_is_answered_with_its_arithmetic(
    changes: dict[str, Any], kind: str, path: str, sentence: str
) -> None:
    """By one reason, at its place."""
    [reason] = verdict(data(changes)).reasons
    assert (reason.kind, reason.path, str(reason.text)) == (kind, path, sentence)
