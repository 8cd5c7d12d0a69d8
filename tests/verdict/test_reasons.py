"""Every reason there is, word by word: which figure it speaks of, and the arithmetic it shows."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, verdict
from benchmark.verdict.reason import because, beyond, times
from tests.support.entries import data

THROUGHPUT = ".metrics.throughput_tps"
H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
}
TWO = {"workload.concurrent_requests": 2}
CROWD = {"workload.concurrent_requests": None}

DISAGREEMENTS = [
    (
        {**TWO, "metrics.throughput_tps": 3000},
        (IMPOSSIBLE, THROUGHPUT),
        (
            "3,000 tokens/s are claimed, but a token every 10 ms in each of 2 in flight makes 200 "
            "tokens/s at most"
        ),
    ),
    (
        {
            **TWO,
            "metrics.throughput_tps": 60_000,
            "metrics.ttft_ms": 40,
            "metrics.tpot_ms": None,
            "metrics.tbt_ms": 50,
        },
        (IMPOSSIBLE, THROUGHPUT),
        (
            "60,000 tokens/s are claimed, but a piece of at most 128 tokens every 50 ms in each of "
            "2 in flight makes 5,120 tokens/s at most"
        ),
    ),
    (
        {**TWO, "metrics.throughput_tps": 6000, "metrics.tpot_ms": None, "metrics.ttft_ms": 500},
        (IMPOSSIBLE, THROUGHPUT),
        (
            "6,000 tokens/s are claimed, but 2 in flight, each with 128 tokens in 500 ms, make 512 "
            "tokens/s at most"
        ),
    ),
    (
        {"workload.request_rate": 0.05, "workload.concurrent_requests": None},
        (IMPOSSIBLE, THROUGHPUT),
        "100 tokens/s are claimed, but 0.05 requests/s of 128 tokens ask for 6.4 tokens/s",
    ),
    (
        {"metrics.throughput_tps": 50},
        (DOUBTFUL, THROUGHPUT),
        "a request with 128 tokens in 1,350 ms makes 94.81 tokens/s by itself, but 50 are stated",
    ),
    (
        {"metrics.tpot_ms": 0, "hardware.chip_model": "x", "metrics.throughput_tps": 1600},
        (DOUBTFUL, ".metrics.tpot_ms"),
        "tokens after the first are said to take no time: TPOT is 0",
    ),
    (
        {**TWO, "metrics.ttft_ms": 60_000, "metrics.throughput_tps": 4},
        (DOUBTFUL, ".metrics.ttft_ms"),
        (
            "TTFT, 60,000 ms, seems to hold the generation: at a TPOT of 10 ms even 512 tokens one "
            "by one take 5,120 ms"
        ),
    ),
    (
        {"metrics.percentiles": {"e2e_ms": {"p50": 1800}}, "metrics.throughput_tps": 71},
        (DOUBTFUL, ".metrics.ttft_ms"),
        (
            "TTFT and 127 times TPOT make 1,350 ms, but requests are said to take 1,800 ms from "
            "end to end"
        ),
    ),
    (
        {"metrics.decode_tps": 200},
        (DOUBTFUL, ".metrics.decode_tps"),
        "200 is stated, but 1 / TPOT is 100",
    ),
    (
        {"metrics.requests_per_s": 2},
        (DOUBTFUL, THROUGHPUT),
        "100 is stated, but requests/s × output tokens is 256",
    ),
    (
        {"metrics.total_tps": 50},
        (DOUBTFUL, THROUGHPUT),
        "100 tokens/s are more than the 50 that include the input's",
    ),
    (
        {"metrics.samples": {"requests": 10, "failed": 90}, "metrics.error_rate": 0.05},
        (IMPOSSIBLE, ".metrics.error_rate"),
        "an error rate of 0.05 is stated, but 90 failed and 10 did not",
    ),
    (
        {"metrics.samples": {"requests": 0}},
        (IMPOSSIBLE, ".metrics.samples.requests"),
        "a throughput is stated, but no request",
    ),
]
EXCESSES = [
    (
        {**H100, **CROWD, "metrics.throughput_tps": 1e6},
        (IMPOSSIBLE, THROUGHPUT),
        (
            "1,000,000 tokens/s are claimed, but 2 × 8e+09 operations a token at 9.9e+14/s allow "
            "61,875 tokens/s (1 × NVIDIA H100 80GB HBM3)"
        ),
    ),
    (
        {**CROWD, "metrics.throughput_tps": 1e8},
        (IMPOSSIBLE, THROUGHPUT),
        (
            "100,000,000 tokens/s are claimed, but 2 × 124,000,000 operations a token at 1e+16/s, "
            "more than any machine without an accelerator has, allow 40,322,581 tokens/s (1 × CPU)"
        ),
    ),
    (
        {**CROWD, "hardware.chip_model": "Somebody X9", "metrics.throughput_tps": 1e16},
        (IMPOSSIBLE, THROUGHPUT),
        (
            "1e+16 tokens/s are claimed, but 2 × 124,000,000 operations a token at 1e+18/s, more "
            "than any chip has, allow 4.032e+09 tokens/s (1 × Somebody X9)"
        ),
    ),
    (
        {
            **H100,
            **TWO,
            "metrics.throughput_tps": 1000,
            "metrics.tpot_ms": None,
            "metrics.ttft_ms": 256,
        },
        (IMPOSSIBLE, THROUGHPUT),
        (
            "1,000 tokens/s are claimed, but reading 15.95 GB of weights at 3,352 GB/s for each "
            "step of 2 in flight allows 420.3 tokens/s (1 × h100 hbm3)"
        ),
    ),
    (
        {
            **H100,
            "workload.concurrent_requests": 64,
            "metrics.throughput_tps": 1600,
            "metrics.tpot_ms": 1,
            "metrics.ttft_ms": 5000,
        },
        (DOUBTFUL, ".metrics.tpot_ms"),
        (
            "TPOT is 1 ms, but reading 15.95 GB of weights at 3,352 GB/s takes 4.758 ms (1 × h100 "
            "hbm3)"
        ),
    ),
    (
        {**H100, "workload.input_length": 10**6},
        (DOUBTFUL, ".metrics.ttft_ms"),
        (
            "TTFT is 80 ms, but 2 × 8e+09 operations for each of 1,000,000 prompt tokens at "
            "9.9e+14/s take 16,162 ms; nothing is said of a cache (1 × h100 hbm3)"
        ),
    ),
    (
        {
            **H100,
            "workload.input_length": 1,
            "metrics.ttft_ms": 1,
            "metrics.throughput_tps": 99,
        },
        (DOUBTFUL, ".metrics.ttft_ms"),
        (
            "TTFT is 1 ms, but reading 15.95 GB of weights at 3,352 GB/s takes 4.758 ms (1 × h100 "
            "hbm3)"
        ),
    ),
    (
        {"metrics.ttft_ms": 0.5},
        (DOUBTFUL, ".metrics.ttft_ms"),
        "the first token took 0.5 ms, but every other one 10 ms",
    ),
]
CONDUCT = [
    (
        {"metrics.samples": {"warmup": 0}},
        (DOUBTFUL, ".metrics.samples.warmup"),
        "there was no warm-up",
    ),
    (
        {"metrics.samples": {"requests": 1}},
        (DOUBTFUL, ".metrics.samples.requests"),
        "it is a single request",
    ),
    (
        {"provenance.caveats": [{"kind": "at-once", "text": "x"}]},
        (DOUBTFUL, ".provenance.caveats"),
        "answers came at once, as if something had kept their tokens back",
    ),
    (
        {"metrics.bandwidth_share": 2.5},
        (DOUBTFUL, ".metrics.bandwidth_share"),
        "weights are read at 2.5 times the memory bandwidth found on the spot",
    ),
    (
        {"provenance.executed_precision": "BF16"},
        (DOUBTFUL, ".model.precision"),
        "FP32 is stated, but BF16 was executed",
    ),
]
DISORDER = [
    (
        {"metrics.percentiles": {"ttft_ms": {"p50": 100, "p99": 50}}},
        (IMPOSSIBLE, ".metrics.percentiles.ttft_ms"),
        "of ttft_ms, p50 is 100, but p99 is 50: that is out of order",
    ),
    (
        {"metrics.distributions": {"tpot_ms": {"mean": 30, "max": 20}}},
        (IMPOSSIBLE, ".metrics.distributions.tpot_ms"),
        "of tpot_ms, mean is 30, but max is 20: that is out of order",
    ),
    (
        {"metrics.distributions": {"tpot_ms": {"max": 9}}},
        (IMPOSSIBLE, ".metrics.tpot_ms"),
        "of tpot_ms, mean is 10, but max is 9: that is out of order",
    ),
    (
        {"metrics.percentiles": {"ttft_ms": {"p50": 1}}},
        (IMPOSSIBLE, ".metrics.ttft_ms"),
        "ttft_ms is 80, but its median is 1",
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected", "sentence"), [*DISAGREEMENTS, *EXCESSES, *CONDUCT, *DISORDER]
)
def test_a_reason_shows_its_arithmetic(
    changes: dict[str, Any], expected: tuple[str, str], sentence: str
) -> None:
    """It is the only one, or the first of those on its figure."""
    kind, reasons = verdict(data(changes))
    first = reasons[0]
    assert (first.kind, first.path) == expected
    assert str(first.text) == sentence
    assert kind == first.kind
    assert [reason for reason in reasons if reason.path != first.path] == []


def test_a_limit_of_nothing_limits_nothing() -> None:
    """No request in flight, or figures too small to be told from nothing, contradict nothing."""
    assert times(7, 0) == 0
    assert times(7, 2) == 3.5


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        (999.94, "999.9"),
        (1000, "1,000"),
        (999_999_999, "999,999,999"),
        (1e9, "1e+09"),
        (0.012346, "0.01235"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 80 + "…"),
        ("a\nb", "a\\nb"),
        (None, "None"),
    ],
)
def test_a_reason_says_numbers_as_people_write_them_and_cuts_what_strangers_wrote(
    value: object, spoken: str
) -> None:
    """Four digits, or whole thousands; on one line."""
    assert str(because(DOUBTFUL, ".x", "{value}", value=value).text) == spoken


@pytest.mark.parametrize(
    ("ratio", "kinds"),
    [(1.25, []), (1.26, [DOUBTFUL]), (10, [DOUBTFUL]), (10.1, [IMPOSSIBLE]), (float("nan"), [])],
)
def test_a_quarter_more_is_doubtful_and_ten_times_as_much_impossible(
    ratio: float, kinds: list[str]
) -> None:
    """And neither at the very bound."""
    assert [reason.kind for reason in beyond(ratio, ".x", "message")] == kinds
