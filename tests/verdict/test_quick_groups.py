"""What is plain at a glance of an entry that `run` wrote, and that nothing is thought otherwise."""

from __future__ import annotations

import copy
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark import verdict as verdicts
from benchmark.verdict import IMPOSSIBLE, SOUND, kind_of, looked_at
from benchmark.verdict.limits import limits_of
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data
from tests.verdict.test_verdict_laws import NEAR, OBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict import Reason

LOOKS = verdicts._LOOKS  # noqa: SLF001


def row(median: float, spread: float = 0.1, n: int = 40) -> dict[str, Any]:
    """As `run` writes one."""
    return {
        "mean": median * (1 + spread / 9),
        "median": median,
        "p90": median * (1 + spread / 2),
        "p95": median * (1 + spread / 1.5),
        "p99": median * (1 + spread / 1.2),
        "stdev": median * spread / 3,
        "n": n,
        "min": median * (1 - spread),
        "max": median * (1 + spread),
        "ci95_low": median * (1 - spread / 5),
        "ci95_high": median * (1 + spread / 5),
    }


def percents(of: dict[str, Any]) -> dict[str, Any]:
    """The four that are told once more."""
    return {"p50": of["median"], **{name: of[name] for name in ("p90", "p95", "p99")}}


def written(more: dict[str, Any]) -> dict[str, Any]:
    """Eight in flight, each with 64 tokens in 680 ms, on one H100."""
    rows: dict[str, Any] = {
        "ttft_ms": row(50.0),
        "itl_ms": row(10.0),
        "tpot_ms": row(10.0),
        "e2e_ms": row(680.0),
        "request_tps": row(94.0),
    }
    rows["itl_ms"].update(ci95_low=None, ci95_high=None)
    changes = {
        "metrics.distributions": rows,
        "metrics.percentiles": {
            name: percents(rows[name]) for name in ("ttft_ms", "itl_ms", "e2e_ms")
        },
        "hardware": {
            "vendor": "NVIDIA",
            "chip_model": "NVIDIA H100 80GB HBM3",
            "chip_count": 1,
            "chips_per_node": 1,
            "memory_per_chip_gb": 79.2,
            "total_memory_gb": 79.2,
        },
        "model.name": "meta-llama/Llama-3.1-8B",
        "model.parameters": "8.0B",
        "model.precision": "BF16",
        "workload.input_length": 32,
        "workload.output_length": 64,
        "workload.concurrent_requests": 8,
        "workload.request_rate": None,
        "metrics.ttft_ms": 50.0,
        "metrics.tpot_ms": 10.0,
        "metrics.tbt_ms": 10.0,
        "metrics.decode_tps": 100.0,
        "metrics.throughput_tps": 740.0,
        "metrics.requests_per_s": 11.5625,
        "metrics.total_tps": 1110.0,
        "metrics.samples": {"requests": 40, "failed": 0, "warmup": 3},
        "metrics.peak_mem_mb": 17_000,
        "metrics.peak_host_mem_mb": 9_000,
        "metrics.memory_bandwidth_gbs": 3000.0,
        "metrics.bandwidth_share": 0.5,
        "metrics.server": None,
        "provenance": {"caveats": [], "engine": {}, "parameter_count": 8_030_261_248},
    }
    own = {path: each if each is ABSENT else copy.deepcopy(each) for path, each in more.items()}
    return data({**changes, **own})


def timed(ttft: float, e2e: float, tps: float) -> dict[str, Any]:
    """Other times, everywhere they are told; tokens still come every 10 ms."""
    rows = {"ttft_ms": row(ttft), "e2e_ms": row(e2e)}
    return {
        "metrics.ttft_ms": ttft,
        "metrics.throughput_tps": tps,
        "metrics.requests_per_s": tps / 64,
        "metrics.total_tps": tps * 1.5,
        **{f"metrics.distributions.{name}": each for name, each in rows.items()},
        **{f"metrics.percentiles.{name}": percents(each) for name, each in rows.items()},
        "metrics.distributions.request_tps": row(64_000 / e2e),
    }


MORE: list[dict[str, Any]] = [
    {},
    {"workload.request_rate": 11.6, "workload.concurrent_requests": None},
    {"workload.request_rate": 11.6, "workload.max_in_flight": 8},
    {"provenance.answer_tokens_median": 60},
    {"provenance.caveats": [{"kind": "first-tokens-together"}, {"kind": "body-not-ended"}]},
    {
        "metrics.slo": "ttft=52ms,tpot=50ms",
        "metrics.slo_attainment": 0.9,
        "metrics.goodput_rps": 10,
    },
    {"metrics.energy_j": 1000.0, "metrics.joules_per_token": 0.39},
    {"metrics.samples.failed": 4, "metrics.error_rate": 0.09},
    {
        "metrics.server": {
            "running": {"mean": 7.5, "max": 8},
            "prefix_hits": 0,
            "prefix_queries": 1280,
            "draft_tokens": 100,
            "accepted_tokens": 60,
            "readings": 9,
        },
        "metrics.prefix_hit_rate": 0.0,
        "metrics.spec_accept_rate": 0.6,
    },
    {"cluster": {"node_count": 1, "parallelism": {"tensor_parallel": 1}}},
    {"kv_cache_config": {"budget_tokens": 4000}, "metrics.kv_used_tokens": 900},
    {"metrics.kv_used_bytes": 2**30, "workload.batch_size": 2, "workload.concurrent_requests": 4},
    {
        **timed(50.0, 1300.0, 740.0),
        "metrics.distributions.request_tps": row(94.0),
        "provenance.answer_tokens_median": 60,
    },
    {**timed(50.0, 860.0, 700.0), "provenance.caveats": [{"kind": "first-tokens-together"}]},
    timed(40_000.0, 40_630.0, 12.6),
    timed(50.0, 680.0, 310.0),
    {**timed(50.0, 680.0, 75.0), "workload.concurrent_requests": 1},
    {
        **timed(50.0, 680.0, 62.0),
        "workload.request_rate": 1.0,
        "workload.concurrent_requests": None,
    },
    {"metrics.peak_mem_mb": None},
    {"metrics.requests_per_s": None},
    {"metrics.total_tps": None},
    {"metrics.ttft_ms": 50.5},
    {"metrics.distributions.itl_ms": ABSENT, "metrics.percentiles.itl_ms": ABSENT},
    {"metrics.samples": {"requests": 8, "failed": 0, "warmup": 3}},
    {"hardware.chip_count": 400, "hardware.chips_per_node": 400},
    {"metrics.total_tps": 24_420.0, "workload.input_length": 2048},
    {
        "metrics.distributions.e2e_ms": ABSENT,
        "metrics.percentiles.e2e_ms": ABSENT,
        "metrics.distributions.request_tps": ABSENT,
    },
    {"metrics.distributions.ttft_ms": ABSENT, "metrics.percentiles.ttft_ms": ABSENT},
    {"metrics.ttft_ms": 55.0, "metrics.distributions": {}, "metrics.percentiles": {}},
]

SPEEDS, FIGURES, ORDER, RESOURCES = range(4)
LESS: list[tuple[int, dict[str, Any]]] = [
    (SPEEDS, {"cluster": {"node_count": 200_000}}),
    (SPEEDS, {"cluster": {"node_count": 200_000}, "hardware.chips_per_node": 0.1}),
    (
        SPEEDS,
        {
            "workload.request_rate": 11.6,
            "workload.concurrent_requests": None,
            "workload.max_in_flight": 200_000,
        },
    ),
    (
        SPEEDS,
        {
            "workload.request_rate": 11.6,
            "workload.concurrent_requests": None,
            "workload.batch_size": 200_000,
        },
    ),
    (SPEEDS, {"metrics.requests_per_s": 1e7}),
    (
        SPEEDS,
        {
            **timed(5_000.0, 5_630.0, 740.0),
            "workload.concurrent_requests": 64,
            "workload.input_length": 20_000,
        },
    ),
    (FIGURES, {"metrics.distributions.tpot_ms": row(40.0)}),
    (FIGURES, {"metrics.goodput_rps": 20.0}),
    (FIGURES, {"metrics.goodput_rps": 20.0, "metrics.slo_attainment": 1.5}),
    (FIGURES, {"metrics.goodput_rps": 20.0, "metrics.requests_per_s": None}),
    (
        FIGURES,
        {
            "metrics.samples": {"requests": 0, "failed": 40, "warmup": 3},
            "metrics.error_rate": 1.0,
        },
    ),
    (FIGURES, {"metrics.total_tps": 7_450.0, "workload.input_length": ABSENT}),
    (
        ORDER,
        {
            "metrics.distributions.ttft_ms": {
                **row(50.0),
                "p90": 900,
                "p95": 900,
                "p99": 900,
                "max": 900,
            },
            "metrics.percentiles.ttft_ms": ABSENT,
        },
    ),
    (
        ORDER,
        {
            "metrics.ttft_ms": 5_000.0,
            "metrics.distributions.ttft_ms": ABSENT,
            "metrics.percentiles.ttft_ms": ABSENT,
        },
    ),
    (ORDER, {"metrics.tpot_ms": 15.0}),
    (RESOURCES, {"metrics.kv_used_bytes": 2**37}),
    (ORDER, {"metrics.distributions.throughput_tps": row(7_400.0)}),
]
"""Group, and what its looks object to."""


FACTORS = [
    *(0, 0.01, 0.0999, 0.1, 0.1001, 0.25, 0.49, 0.5, 0.51, 0.79, 0.8, 0.81, 0.99, 0.9999, 1.0001),
    *(1.01, 1.05, 1.11, 1.24, 1.25, 1.2501, 1.26, 1.9, 2, 2.001, 4, 8, 9.99, 10, 10.01, 40, 1e3),
    *(1e9, 1e300),
]
ODD: list[Any] = [
    None,
    True,
    False,
    "x",
    [],
    {},
    -1,
    -0.0,
    0,
    1,
    2,
    5e-324,
    1e-300,
    1.7e308,
    2**53 - 1,
]
Path = tuple[str, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something is that no more is in."""
    for name, each in value.items():
        yield from (
            leaves(each, (*path, name)) if isinstance(each, dict) and each else [(*path, name)]
        )


def set_at(value: dict[str, Any], path: Path, factor: float, odd: object) -> None:
    """Another number, if there is one, else something odd."""
    *parents, last = path
    for parent in parents:
        value = value[parent]
    found = value[last]
    if odd is ABSENT and type(found) in {int, float}:
        value[last] = found * factor
    elif odd is not ABSENT:
        value[last] = odd


@st.composite
def measurements(draw: st.DrawFn) -> dict[str, Any]:
    """As `run` writes it, a few figures of which may be others, or nothing, or no figures."""
    more = draw(st.lists(st.sampled_from(MORE), max_size=3))
    value = written({path: each for changes in more for path, each in changes.items()})
    sections = ("metrics", "metrics", "workload", "hardware", "provenance", "model", "cluster")
    for section in draw(st.lists(st.sampled_from(sections), max_size=3)):
        if value.get(section):
            path = draw(st.sampled_from([*leaves(value[section])]))
            odd = draw(st.just(ABSENT) | st.just(ABSENT) | st.sampled_from(ODD))
            set_at(value[section], path, draw(st.sampled_from(FACTORS)), odd)
    return value


def reasons(value: dict[str, Any], looks: Any) -> list[Reason]:
    """All that is found by looking, whatever is seen at a glance."""
    said = stated(value)
    return [*chain.from_iterable(look(said) for look in looks)] if said.throughput else []


@given(measurements() | NEAR.map(data) | OBJECTS)
@settings(max_examples=500)
def test_of_what_is_plain_no_look_has_anything_to_say(value: dict[str, Any]) -> None:
    """Whatever the figures are; so the reasons are those of all looks, in their order."""
    said, limits = stated(value), limits_of(value)
    for is_plain, looks in LOOKS:
        if said.throughput and is_plain(said, limits):
            assert not reasons(value, looks)
    found = reasons(value, [look for _, looks in LOOKS for look in looks])
    assert [*looked_at(value).reasons] == sorted(found, key=lambda each: each.kind != IMPOSSIBLE)


@pytest.mark.parametrize(("group", "changes"), LESS)
def test_what_is_objected_to_is_not_plain(group: int, changes: dict[str, Any]) -> None:
    """Where only one look of a group has anything to say, and of one figure."""
    value = written(changes)
    said, limits = stated(value), limits_of(value)
    is_plain, looks = LOOKS[group]
    assert reasons(value, looks)
    assert not is_plain(said, limits)


@pytest.mark.parametrize("more", MORE)
def test_what_run_writes_is_plain(more: dict[str, Any]) -> None:
    """In every group, whatever is told besides; or it would be quick in vain."""
    value = written(more)
    said, limits = stated(value), limits_of(value)
    assert [is_plain(said, limits) for is_plain, _ in LOOKS] == [True] * len(LOOKS)
    assert kind_of(value) == SOUND
