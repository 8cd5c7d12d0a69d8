"""What a server tells of itself while it is measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.server_metrics import Reading, observed, parse, wanted
from tests.measure.endpoint.telling import telling

if TYPE_CHECKING:
    from collections.abc import Callable

VLLM = """\
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a}b \\"c"} 3.0
vllm:num_requests_running{engine="1",model_name="a}b \\"c"} 1.0
vllm:num_requests_waiting{engine="0",model_name="m"} 7.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 700.0
vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:kv_cache_usage_perc{engine="1"} 0.75
vllm:num_preemptions_total{engine="0"} 5.0
vllm:num_preemptions_created{engine="0"} 1.79e+09
vllm:prefix_cache_queries_total{engine="0"} 1.0e+3
vllm:prefix_cache_hits_total{engine="0"} 64.0
vllm:spec_decode_num_draft_tokens_total{engine="0"} 100.0
vllm:spec_decode_num_accepted_tokens_total{engine="0"} 40.0
"""
OLD_VLLM = "vllm:gpu_cache_usage_perc 0.5\nvllm:gpu_prefix_cache_hits_total 2\n"
SGLANG = """\
sglang:num_running_reqs{model_name="m",tp_rank="0"} 4.0
sglang:num_running_reqs{model_name="m",tp_rank="1"} 4.0
sglang:num_queue_reqs{model_name="m"} 2.0
sglang:token_usage{model_name="m"} 0.28
sglang:num_used_tokens{model_name="m"} 123859.0
sglang:prompt_tokens_total{model_name="m"} 8.0e+06
sglang:cached_tokens_total{cache_source="device",model_name="m"} 10.0
sglang:cached_tokens_total{cache_source="host",model_name="m"} 5.0
sglang:num_retracted_requests_total{model_name="m"} 1.0
"""
LLAMA_CPP = "llamacpp:requests_processing 2\nllamacpp:requests_deferred 9\n"
TGI = "tgi_batch_current_size 8\ntgi_queue_size 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            VLLM,
            {
                "running": 4,
                "waiting": 7,
                "kv_usage": 0.5,
                "preemptions": 5,
                "prefix_queries": 1000,
                "prefix_hits": 64,
                "draft_tokens": 100,
                "accepted_tokens": 40,
            },
        ),
        (OLD_VLLM, {"kv_usage": 0.5, "prefix_hits": 2}),
        (
            SGLANG,
            {
                "running": 4,
                "waiting": 2,
                "kv_usage": 0.28,
                "kv_tokens": 123859,
                "prefix_queries": 8e6,
                "prefix_hits": 15,
                "preemptions": 1,
            },
        ),
        (LLAMA_CPP, {"running": 2, "waiting": 9}),
        (TGI, {"running": 8, "waiting": 1}),
        ("python_info 1\nprocess_cpu_seconds_total 5\n", {}),
        ("vllm:num_requests_running\ntgi_queue_size NaN\n\x00tgi_queue_size{ 3\n", {}),
    ],
)
def test_metrics_are_read_whatever_a_server_calls_them(
    text: str, expected: dict[str, float]
) -> None:
    """Engines behind one address add up, ranks of one model do not; shares are averaged."""
    assert parse(wanted(text.encode())) == expected


@given(st.binary(max_size=300))
def test_no_page_can_break_the_reader(page: bytes) -> None:
    """It is the server's text."""
    lines = wanted(page + b"\nvllm:num_requests_running " + page + b"\n tgi_queue_size 1")
    assert all(isinstance(value, float) for value in parse(lines).values())


def reading(at_s: float, running: int, preemptions: int, hits: int | None = 0) -> Reading:
    """One page."""
    text = f"vllm:num_requests_running {running}\nvllm:num_preemptions_total {preemptions}\n"
    text += "vllm:prefix_cache_queries_total 100\n"
    if hits is not None:
        text += f"vllm:prefix_cache_hits_total {hits}\n"
    return Reading(at_s, wanted(text.encode()))


def test_counters_grow_over_the_phase_and_gauges_are_those_within_it() -> None:
    """Before and after it nothing runs, and what was counted before does not count."""
    found = observed([reading(0, 0, 10), reading(1, 3, 11), reading(2, 5, 12), reading(3, 0, 14)])
    assert found is not None
    assert found.gauges["running"] == (3, 5)
    assert found.counters["preemptions"] == 4
    assert found.as_json()["running"] == {"mean": 4, "max": 5}
    assert found.columns() == {"at_s": [1, 2], "running": [3, 5]}


def test_a_counter_that_appears_began_at_0_and_one_that_falls_says_nothing() -> None:
    """A label that never counted has no line yet; a server that was started again counts anew."""
    found = observed([reading(0, 0, 9, None), reading(3, 0, 1, 40)])
    assert found is not None
    assert "preemptions" not in found.counters
    assert found.counters["prefix_hits"] == 40


def test_a_server_without_metrics_is_asked_once_and_tells_nothing(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """And nothing is said about it."""
    asked: list[int] = []

    def page() -> str:
        asked.append(1)
        return "python_info 1\n"

    with telling({"/metrics": page}) as url:
        target = reach(url)
        drive(target, count=2)
        assert target.observed() is None
        assert len(asked) == 1


def test_a_phase_is_read_before_and_after(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Its counters are its own, whatever came before: the second phase sees what it added."""
    served: list[int] = []

    def metrics() -> str:
        served.append(10 * len(served))
        return f"vllm:num_preemptions_total {served[-1]}\n"

    with telling({"/metrics": metrics}) as url:
        target = reach(url)
        for _ in range(2):
            before = len(served)
            drive(target, count=2)
            seen = target.observed()
            assert seen.counters == {"preemptions": served[-1] - served[before]}
        json.dumps(seen.as_json())
