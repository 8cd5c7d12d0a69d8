"""What an entry claims in fields that are seldom looked at, on either side of every bound."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, verdict
from tests.support.entries import data

UNKNOWN = {"model.name": "x", "hardware.chip_model": "Somebody X9"}
H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
    "metrics.ttft_ms": 20,
    "metrics.throughput_tps": 90,
}
OPEN = {"workload.concurrent_requests": None, "workload.request_rate": 1}
VARIED = {"provenance.answer_tokens_median": 128}


def kind_of(*changes: dict[str, Any]) -> str:
    """The verdict on the plain entry with these changes."""
    return verdict(data({path: value for each in changes for path, value in each.items()})).kind


def m(**figures: Any) -> dict[str, Any]:
    """Metrics by their names."""
    return {f"metrics.{name}": value for name, value in figures.items()}


def crowd(places: int, tps: float) -> dict[str, Any]:
    """As many in flight, each of which takes 1350 ms."""
    return {"workload.concurrent_requests": places, **m(throughput_tps=tps)}


EXTREMES = [
    # Of one chip that is known, 10^6 tokens/s; of a system that goes by one name, 10^7.
    ({"model.name": "x", **OPEN, "workload.request_rate": 1e6}, m(throughput_tps=1.25e6), SOUND),
    ({"model.name": "x", **OPEN, "workload.request_rate": 1e6}, m(throughput_tps=1.26e6), DOUBTFUL),
    (
        {"model.name": "x", **OPEN, "workload.request_rate": 1e6},
        m(throughput_tps=1.1e7),
        IMPOSSIBLE,
    ),
    ({**UNKNOWN, **OPEN, "workload.request_rate": 1e6}, m(throughput_tps=1.25e7), SOUND),
    ({**UNKNOWN, **OPEN, "workload.request_rate": 1e6}, m(throughput_tps=1.1e8), IMPOSSIBLE),
    (UNKNOWN, crowd(125_000, 1e7), SOUND),
    (UNKNOWN, crowd(126_000, 1e7), DOUBTFUL),
    (UNKNOWN, crowd(1_100_000, 1e7), IMPOSSIBLE),
    (UNKNOWN, {**OPEN, "workload.max_in_flight": 125_000}, SOUND),
    (UNKNOWN, {**OPEN, "workload.max_in_flight": 126_000}, DOUBTFUL),
    ({"hardware.chip_count": 125_000}, {}, SOUND),
    ({"hardware.chip_count": 126_000}, {}, DOUBTFUL),
    ({"hardware.chip_count": 1_100_000}, {}, IMPOSSIBLE),
    (
        {**UNKNOWN, "metrics.tpot_ms": 0},
        {
            **OPEN,
            "workload.request_rate": 1e4,
            "workload.max_in_flight": 1,
            **m(throughput_tps=1.25e5),
        },
        DOUBTFUL,
    ),
    (
        {**UNKNOWN, "metrics.tpot_ms": None},
        {
            **OPEN,
            "workload.request_rate": 1e4,
            "workload.max_in_flight": 1,
            **m(throughput_tps=1.25e5),
        },
        SOUND,
    ),
    (
        {**UNKNOWN, "metrics.tpot_ms": None},
        {
            **OPEN,
            "workload.request_rate": 1e4,
            "workload.max_in_flight": 1,
            **m(throughput_tps=1.26e5),
        },
        DOUBTFUL,
    ),
    (
        {**UNKNOWN, "metrics.tpot_ms": None},
        {
            **OPEN,
            "workload.request_rate": 1e4,
            "workload.max_in_flight": 1,
            **m(throughput_tps=1.1e6),
        },
        IMPOSSIBLE,
    ),
    ({"cluster": {"node_count": 126_000}}, {}, DOUBTFUL),
    (UNKNOWN, m(ttft_ms=0.008, tpot_ms=None), SOUND),
    (UNKNOWN, m(ttft_ms=0.0079, tpot_ms=None), DOUBTFUL),
    (UNKNOWN, m(ttft_ms=0.0009, tpot_ms=None), IMPOSSIBLE),
    (UNKNOWN, {**OPEN, **m(ttft_ms=1.08e8)}, SOUND),
    (UNKNOWN, {**OPEN, **m(ttft_ms=1.09e8)}, DOUBTFUL),
    (UNKNOWN, {**OPEN, **m(ttft_ms=0.05, tpot_ms=0.01)}, SOUND),
    (UNKNOWN, {**OPEN, **m(ttft_ms=0.05, tpot_ms=0.0099)}, DOUBTFUL),
    ({}, m(peak_mem_mb=65_536 * 1024), SOUND),
    ({}, m(peak_mem_mb=65_536 * 1024 * 1.3), DOUBTFUL),
    ({}, m(peak_mem_mb=65_536 * 1024 * 11), IMPOSSIBLE),
    ({}, m(peak_host_mem_mb=65_536 * 1024 * 11), IMPOSSIBLE),
    ({}, m(kv_used_bytes=2**50), IMPOSSIBLE),
    ({"hardware.chip_count": 16}, m(kv_used_bytes=2**50), SOUND),
]


@pytest.mark.parametrize(("base", "changes", "kind"), EXTREMES)
def test_what_nothing_does_is_not_believed(
    base: dict[str, Any], changes: dict[str, Any], kind: str
) -> None:
    """Whatever it is called, and whatever model computes on it."""
    assert kind_of(base, changes) == kind


PLACES = [
    # 64 in flight, 128 tokens in 1350 ms: 5851 tokens/s with 50 ms between two.
    ({}, 5851 / 4 + 1, SOUND),
    ({}, 5851 / 4 - 1, DOUBTFUL),
    # Of ten waves the last is one tenth of all.
    (m(samples={"requests": 640}), 5851 / 2.2 + 1, SOUND),
    (m(samples={"requests": 640}), 5851 / 2.2 - 1, DOUBTFUL),
    (m(samples={"requests": 640}, error_rate=0.05), 5851 / 2.2 - 1, SOUND),
    ({**VARIED, **m(samples={"requests": 640})}, 5851 / 2.2 - 1, SOUND),
    (m(samples={"requests": 640}, tpot_ms=None, ttft_ms=1350), 5851 / 2.2 - 1, SOUND),
    (m(tpot_ms=None, percentiles={"e2e_ms": {"p50": 1350}}), 5851 / 4 - 1, DOUBTFUL),
    (m(tpot_ms=None, percentiles={"e2e_ms": {"p50": 1350}}), 5851 / 4 + 1, SOUND),
    (m(tpot_ms=None, distributions={"e2e_ms": {"mean": 1350}}), 5851 / 4 - 1, DOUBTFUL),
    (m(tpot_ms=None, percentiles={"e2e_ms": {"p99": 1350}}), 5851 / 4 - 1, SOUND),
    ({"workload.output_length": 1, **m(tpot_ms=None, ttft_ms=1350)}, 45.72 / 4 - 0.1, DOUBTFUL),
    ({"workload.output_length": 1, **m(tpot_ms=None, ttft_ms=1350)}, 45.72 / 4 + 0.1, SOUND),
    ({"workload.output_length": 2, **m(tpot_ms=None, ttft_ms=1350)}, 45.72 / 4 - 0.1, SOUND),
    # 64 places, of which ten requests take ten at most: 914 tokens/s, in one wave.
    (m(samples={"requests": 10}), 914.3 / 4 - 1, DOUBTFUL),
    ({"workload.concurrent_requests": None, **m(samples={"requests": 64})}, 800, SOUND),
    ({"workload.concurrent_requests": None, **m(samples={"requests": 64})}, 80, SOUND),
    ({"workload.concurrent_requests": 2, **m(samples={"requests": 640})}, 91.3, SOUND),
    ({"workload.concurrent_requests": 2, **m(samples={"requests": 640})}, 91, DOUBTFUL),
    ({}, 1e3 * 64 * 128 / 1400 / 4, SOUND),
    ({"provenance.caveats": [{"kind": "body-not-ended", "text": "x"}]}, 1400, SOUND),
]


@pytest.mark.parametrize(("changes", "tps", "kind"), PLACES)
def test_places_in_flight_make_what_each_of_them_makes(
    changes: dict[str, Any], tps: float, kind: str
) -> None:
    """Else their times are too good: a few places may be empty, most of them not."""
    assert kind_of(crowd(64, tps), changes) == kind


GOOD = m(slo="ttft=40ms", slo_attainment=0.51)
OBJECTIVES = [
    (m(slo="ttft=64ms", slo_attainment=0.51), SOUND),
    (m(slo="ttft=63.9ms", slo_attainment=0.51), DOUBTFUL),
    (m(slo="ttft=63.9ms", slo_attainment=0.5), SOUND),
    (m(slo="ttft=90ms,tpot=0.9ms", slo_attainment=1), IMPOSSIBLE),
    (m(slo="e2e=1080ms", slo_attainment=1, percentiles={"e2e_ms": {"p50": 1350}}), SOUND),
    (m(slo="e2e=1079ms", slo_attainment=1, percentiles={"e2e_ms": {"p50": 1350}}), DOUBTFUL),
    (m(slo="whatever", slo_attainment=1), SOUND),
    (m(slo="ttft=1ms"), SOUND),
    (m(slo="e2e=1ms", slo_attainment=1), SOUND),
    (m(slo="ttft=0ms", slo_attainment=1), SOUND),
    (m(slo=None, slo_attainment=1), SOUND),
    (m(goodput_rps=0.97), SOUND),
    (m(goodput_rps=0.98), DOUBTFUL),
    (m(goodput_rps=8), IMPOSSIBLE),
    ({**VARIED, **m(goodput_rps=8)}, SOUND),
    (m(goodput_rps=1, requests_per_s=0.9), SOUND),
    ({**VARIED, **m(requests_per_s=10, distributions={"e2e_ms": {"mean": 1000}})}, SOUND),
    (
        {
            "workload.concurrent_requests": 2,
            **VARIED,
            **m(requests_per_s=19, distributions={"e2e_ms": {"mean": 1000}}),
        },
        SOUND,
    ),
    ({**OPEN, **VARIED, **m(requests_per_s=2)}, SOUND),
    ({**OPEN, **VARIED, **m(requests_per_s=2.01)}, DOUBTFUL),
    ({**OPEN, **VARIED, **m(requests_per_s=16.1)}, IMPOSSIBLE),
    ({**VARIED, **m(requests_per_s=9.9, distributions={"e2e_ms": {"mean": 1000}})}, SOUND),
    ({**VARIED, **m(requests_per_s=10.1, distributions={"e2e_ms": {"mean": 1000}})}, IMPOSSIBLE),
]


@pytest.mark.parametrize(("changes", "kind"), OBJECTIVES)
def test_good_requests_are_fast_and_were_asked(changes: dict[str, Any], kind: str) -> None:
    """The median meets what most requests meet, and no more are answered than there were."""
    assert kind_of(changes) == kind


SHARES = [
    (m(spec_accept_rate=0.75, server={"draft_tokens": 100, "accepted_tokens": 50}), SOUND),
    (m(spec_accept_rate=0.76, server={"draft_tokens": 100, "accepted_tokens": 50}), DOUBTFUL),
    (m(spec_accept_rate=0.9, server={"draft_tokens": 0, "accepted_tokens": 0}), SOUND),
    (m(prefix_hit_rate=0.1, server={"prefix_queries": 100, "prefix_hits": 36}), DOUBTFUL),
    (m(server={"running": {"mean": 9, "max": 4}}), IMPOSSIBLE),
    (m(server={"running": {"mean": 4, "max": 9}}), SOUND),
    (m(distributions={"request_tps": {"max": 80}}), SOUND),
    (m(distributions={"request_tps": {"max": 79}}), DOUBTFUL),
    (m(distributions={"request_tps": {"max": 9}}), IMPOSSIBLE),
    ({**crowd(64, 5000), **m(distributions={"request_tps": {"max": 63}})}, SOUND),
    ({**crowd(64, 5000), **m(distributions={"request_tps": {"max": 62}})}, DOUBTFUL),
    (m(distributions={"request_tps": {"median": 10 * (1e3 * 128 / 1350)}}), SOUND),
    (m(distributions={"request_tps": {"median": 948}}), SOUND),
    (m(distributions={"request_tps": {"median": 949}}), IMPOSSIBLE),
    (m(distributions={"throughput_tps": {"median": 1001}}), IMPOSSIBLE),
    (m(distributions={"throughput_tps": {"ci95_low": 9, "ci95_high": 8}}), IMPOSSIBLE),
    (m(percentiles={"ttft_ms": {"50": 90, "99th": 80}}), IMPOSSIBLE),
    (m(percentiles={"ttft_ms": {"percentile_50": 90, "q99": 80}}), IMPOSSIBLE),
    (m(tpot_ms=None, ttft_ms=1500, percentiles={"e2e_ms": {"p50": 1200}}), SOUND),
    (m(tpot_ms=None, ttft_ms=1500, percentiles={"e2e_ms": {"p50": 1199}}), DOUBTFUL),
    (m(tpot_ms=None, ttft_ms=1500, percentiles={"e2e_ms": {"p50": 149}}), IMPOSSIBLE),
    (m(tpot_ms=None, decode_tps=84), SOUND),
    (m(tpot_ms=None, decode_tps=79), DOUBTFUL),
    (m(tpot_ms=None, decode_tps=9), IMPOSSIBLE),
    (m(tpot_ms=None, decode_tps=5e-324), SOUND),
    (m(bandwidth_share=100), DOUBTFUL),
    (m(bandwidth_share=101), IMPOSSIBLE),
    (m(energy_j=1e9, samples={"requests": 10}), IMPOSSIBLE),
    (m(energy_j=1e-9, samples={"requests": 10}), IMPOSSIBLE),
    (m(energy_j=1e3, samples={"requests": 10}), SOUND),
]


@pytest.mark.parametrize(("changes", "kind"), SHARES)
def test_what_is_said_twice_is_the_same(changes: dict[str, Any], kind: str) -> None:
    """In other words, by a server's counters, or by every single request."""
    assert kind_of(changes) == kind


SCALE = [
    ({"model.parameters": "0.8B"}, SOUND),
    ({"model.parameters": "0.79B"}, DOUBTFUL),
    ({"model.parameters": 7.9e8}, DOUBTFUL),
    ({"model.parameters": "81B"}, DOUBTFUL),
    ({"provenance.parameter_count": 7.9e8}, DOUBTFUL),
    ({"provenance.parameter_count": 8e8}, SOUND),
    ({"provenance.parameter_count": 8e10}, SOUND),
    ({"provenance.parameter_count": 8.1e10}, DOUBTFUL),
    ({"model.name": "meta-llama/Llama-3.1-8B-draft", "model.parameters": "0.2B"}, SOUND),
    ({"model.name": "mistralai/Mixtral-8x7B", "model.parameters": "0.2B"}, SOUND),
    (m(kv_used_tokens=1250) | {"kv_cache_config": {"budget_tokens": 1000}}, SOUND),
    (m(kv_used_tokens=1251) | {"kv_cache_config": {"budget_tokens": 1000}}, DOUBTFUL),
    (m(kv_used_tokens=10_001) | {"kv_cache_config": {"budget_tokens": 1000}}, IMPOSSIBLE),
    (m(peak_mem_mb=80), SOUND),
    ({"provenance.machine": {}, **m(peak_mem_mb=None)}, SOUND),
    (m(peak_mem_mb=70), DOUBTFUL),
]


@pytest.mark.parametrize(("changes", "kind"), SCALE)
def test_a_model_is_as_large_as_it_is_called_and_fits(changes: dict[str, Any], kind: str) -> None:
    """8e9 parameters of two bytes, of which a part may be in files or in other processes."""
    assert kind_of(H100, changes) == kind


def test_a_small_model_in_the_name_of_a_large_one_lifts_no_limit() -> None:
    """More than 16 times too few are not believed: what the name tells is reckoned with."""
    fast = {**H100, **m(throughput_tps=1500, tpot_ms=0.5, ttft_ms=20)}
    assert kind_of(fast, {"model.parameters": "1B"}) == SOUND
    assert kind_of(fast, {"model.parameters": "1K"}) == IMPOSSIBLE


def test_a_large_model_without_a_size_in_its_name_may_be_a_mixture() -> None:
    """As Mistral Small 4 is: 119B parameters, of which a token takes few."""
    large = {**H100, "model.name": "mistralai/Mistral-Small-4", "model.parameters": "119B"}
    assert kind_of(large, m(tpot_ms=5, throughput_tps=180)) == SOUND
    dense = {**large, "model.parameters": "24B"}
    assert kind_of(dense, m(tpot_ms=5, throughput_tps=180)) == IMPOSSIBLE


def test_prompts_take_their_arithmetic_in_all_the_time_too() -> None:
    """61,875 tokens/s of 8e9 parameters at 9.9e14/s, twice: as many as 1000 a request make."""
    long = {"workload.input_length": 1000, "workload.concurrent_requests": None}
    assert kind_of(H100, long, m(throughput_tps=128 * 123, tpot_ms=None, ttft_ms=20)) == SOUND
    busy = {**H100, **long, **m(throughput_tps=128 * 124, tpot_ms=None, ttft_ms=20)}
    assert kind_of(busy) == DOUBTFUL
    assert kind_of(busy, {"workload.shared_prefix_tokens": 900}) == SOUND
    assert kind_of(busy, m(prefix_hit_rate=0.1)) == SOUND
    assert kind_of(busy, VARIED) == SOUND
    assert kind_of(busy, VARIED, m(requests_per_s=124)) == DOUBTFUL


def test_an_open_loop_has_no_more_in_flight_than_it_had_requests() -> None:
    """Ten requests with a token every 10 ms: 1000 tokens/s."""
    asked = {**OPEN, "workload.request_rate": 100, **m(samples={"requests": 10})}
    assert kind_of(asked, m(throughput_tps=1250)) == SOUND
    assert kind_of(asked, m(throughput_tps=1251)) == DOUBTFUL
    assert kind_of(asked, m(throughput_tps=10_001)) == IMPOSSIBLE
