"""The bench of `check` judges what it means to judge."""

from __future__ import annotations

import pytest

from benchmark.gate import Limits, check
from benchmark.significance import METRICS, Evidence, Request
from tests.bench.bench_check import slowed
from tests.support.entries import entry

REQUESTS = tuple(Request(1.4 * at, 128, 80.0, 1350.0, 10.0) for at in range(5))
STATED = {
    "metrics.throughput_tps": 94,
    "metrics.decode_tps": 100,
    "metrics.distributions": {"ttft_ms": {"min": 79, "median": 80, "max": 81}},
}


@pytest.mark.parametrize("slow", [1.1, 2.0])
def test_a_run_that_was_slowed_is_one_that_can_be_judged(slow: float) -> None:
    """What it states besides of its times would contradict them, and it would count for nothing."""
    run = Evidence(entry(STATED), REQUESTS)
    other = slowed(run, slow)
    assert other.entry.number("metrics", "throughput_tps") == pytest.approx(94 / slow)
    assert other.entry.verdict.kind == "sound"
    assert check([run] * 3, [other] * 3, Limits(0.05, [*METRICS], 0.99)).contrasts
