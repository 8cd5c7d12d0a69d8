"""How it was measured: the load that is stated, and the one that was there."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL
from benchmark.verdict.conduct import faults
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data

EIGHT = {"workload.concurrent_requests": 8}


def found(*changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What of the plain entry is typical of a measuring fault."""
    said = stated(data({path: value for each in changes for path, value in each.items()}))
    return [(kind, path, str(text)) for kind, path, text in faults(said)]


@pytest.mark.parametrize(
    "samples", [{"requests": 7}, {"requests": 5, "failed": 2}, {"requests": 7, "failed": 0}]
)
def test_a_load_that_too_few_requests_made_is_doubted(samples: dict[str, float]) -> None:
    """Eight places were never full."""
    text = "8 requests in flight are stated, but there were 7 in all"
    expected = [(DOUBTFUL, ".workload.concurrent_requests", text)]
    assert found(EIGHT, {"metrics.samples": samples}) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.samples": {"requests": 8}},
        {"metrics.samples": {"requests": 7, "failed": 1}},
        {"metrics.samples": {"requests": 0}},
        {"metrics.samples": {}},
        {"metrics.samples": {"requests": 7}, "workload.request_rate": 1},
        {"metrics.samples": {"requests": 7}, "workload.concurrent_requests": ABSENT},
        {"metrics.samples": {"requests": 7}, "workload.concurrent_requests": 0},
    ],
)
def test_a_load_of_which_not_all_is_stated_is_not_doubted(changes: dict[str, Any]) -> None:
    """Nor one whose places were full once; in an open loop they may be any number."""
    assert found(EIGHT, changes) == []


def test_weights_are_read_at_up_to_twice_the_bandwidth_that_was_found() -> None:
    """A cache may be as fast as that; more is doubted."""
    assert found({"metrics.bandwidth_share": 2.0}) == []
    assert [kind for kind, *_ in found({"metrics.bandwidth_share": 2.01})] == [DOUBTFUL]
