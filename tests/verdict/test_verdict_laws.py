"""A verdict is a pure function that no JSON object can break."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmark.entry import KEY_PATHS, Entry
from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, looked_at, verdict
from tests.support.entries import ABSENT, data

NUMBERS = st.sampled_from(
    [0, -0.0, 5e-324, 1e-300, 0.1, 1, 1.0, 10, 1e3, 1e15, 2**53 - 1, 1e300, 1.7e308, True, None, -1]
) | st.floats(0, 1e6)
ODD = st.recursive(
    NUMBERS | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3), max_leaves=4
)
NAMES = st.sampled_from(["p50", "p99", "p", "p1000", "min", "max", "mean", "median", "n"])
ROWS = st.dictionaries(NAMES, ODD, max_size=4) | ODD
PLACES: dict[str, st.SearchStrategy[Any]] = {
    **{f"metrics.{name}": ODD for name in ("throughput_tps", "ttft_ms", "tpot_ms", "tbt_ms")},
    **{f"metrics.{name}": ODD for name in ("decode_tps", "requests_per_s", "total_tps", "samples")},
    **{".".join(path): ODD for name, path in KEY_PATHS.items() if name != "node_count"},
    "metrics.percentiles": st.dictionaries(st.sampled_from(["ttft_ms", "e2e_ms"]), ROWS) | ODD,
    "metrics.distributions": st.dictionaries(st.sampled_from(["ttft_ms", "e2e_ms"]), ROWS) | ODD,
    "metrics.server": ODD
    | st.fixed_dictionaries({"draft_tokens": ODD, "accepted_tokens": ODD, "running": ROWS}),
    **{f"metrics.{name}": ODD for name in ("peak_mem_mb", "kv_used_bytes", "memory_bandwidth_gbs")},
    **{f"metrics.{name}": ODD for name in ("energy_j", "joules_per_token")},
    **{f"metrics.{name}": ODD for name in ("goodput_rps", "slo_attainment", "error_rate")},
    **{f"hardware.{name}": ODD for name in ("total_memory_gb", "memory_per_chip_gb")},
    **{f"metrics.{name}": ODD for name in ("kv_used_tokens", "peak_host_mem_mb", "slo")},
    "kv_cache_config": ODD | st.fixed_dictionaries({"budget_tokens": ODD}),
    "config_type": st.sampled_from(["single_gpu", "multi_gpu", "multi_node"]),
    "model.parameters": ODD | st.sampled_from(["124M", "1K", "7B"]),
    "provenance.parameter_count": ODD,
    "provenance.caveats": ODD,
    "hardware.chips_per_node": ODD,
    "workload.max_in_flight": ODD,
    "workload.request_rate": ODD,
}
OBJECTS = st.fixed_dictionaries({}, optional=PLACES).map(
    lambda changes: (
        data({path: changes[path] for path in sorted(changes, key=len)})
        if not any(path.startswith("cluster.") for path in changes)
        else data({"cluster": {}, **changes})
    )
)
SECTIONS = st.sampled_from(["hardware", "model", "workload", "metrics", "metadata", "provenance"])


@given(OBJECTS)
def test_every_object_has_one_verdict_that_its_reasons_bear_out(value: dict[str, Any]) -> None:
    """The same at every look, and the worst reason decides."""
    kind, reasons = verdict(value)
    assert verdict(value) == (kind, reasons)
    worst = {reason.kind for reason in reasons}
    assert worst <= {DOUBTFUL, IMPOSSIBLE}
    assert kind == (IMPOSSIBLE if IMPOSSIBLE in worst else DOUBTFUL if worst else SOUND)
    assert Entry(value).standing.verdict == kind


@given(OBJECTS, SECTIONS, ODD | st.just(ABSENT))
def test_a_section_may_be_anything(value: dict[str, Any], section: str, odd: object) -> None:
    """What is no entry has a verdict that means nothing, and raises nothing."""
    value.pop(section, None)
    if odd is not ABSENT:
        value[section] = odd
    assert verdict(value).kind in {SOUND, DOUBTFUL, IMPOSSIBLE}


@given(OBJECTS, st.floats(1, 1e300))
def test_who_claims_more_is_not_believed_more(value: dict[str, Any], factor: float) -> None:
    """An impossible throughput does not become possible by being higher."""
    tps = value["metrics"].get("throughput_tps")
    if type(tps) not in {int, float} or tps <= 0 or not tps * factor < 1e308:
        return
    too_much = [r for r in verdict(value).reasons if r.path == ".metrics.throughput_tps"]
    value["metrics"]["throughput_tps"] = tps * factor
    if any(r.kind == IMPOSSIBLE and "are claimed" in r.text for r in too_much):
        assert any("are claimed" in reason.text for reason in verdict(value).reasons)


SPEEDS = st.sampled_from([0.5, 1, 7, 9, 9.9, 10, 12, 13, 90, 99, 100, 124, 125, 126, 1e3])
NEAR = st.fixed_dictionaries(
    {
        "metrics.throughput_tps": SPEEDS,
        "metrics.ttft_ms": SPEEDS | st.sampled_from([25600, 26000]),
        "metrics.tpot_ms": SPEEDS | st.sampled_from([None, 0]),
        "workload.concurrent_requests": st.sampled_from([1, 2, 8, None, True]),
        "workload.batch_size": st.sampled_from([1, 4, None, 0]),
        "workload.output_length": st.sampled_from([1, 2, 128]),
        "hardware.chip_model": st.sampled_from(["CPU", "NVIDIA L4", "x"]),
        "model.name": st.sampled_from(
            ["gpt2", "llama-3-8b", "LLAMA-3-70B", "x", "org/GPT2 ", "x-1"]
        ),
        "metrics.peak_mem_mb": st.sampled_from([None, 1, 1e5]),
        "metrics.tbt_ms": st.sampled_from([None, 0, 10, 1e5]),
        "metrics.kv_used_bytes": st.sampled_from([None, 0, 2**40]),
        "hardware.total_memory_gb": st.sampled_from([None, 0, 1, 80]),
        "hardware.memory_per_chip_gb": st.sampled_from([None, 0, 1, 80]),
        "hardware.chips_per_node": st.sampled_from([None, 1, 2, True]),
        "cluster": st.sampled_from(
            [
                None,
                {"node_count": 1},
                {"node_count": 2},
                {"node_count": 1, "parallelism": {"tensor_parallel": 9}},
            ]
        ),
        "model.parameters": st.sampled_from([None, "unknown", "70B", 70e9]),
    }
)


@given(NEAR.map(data) | OBJECTS)
def test_what_is_sound_at_a_glance_is_sound(value: dict[str, Any]) -> None:
    """The quick look never disagrees with the whole one."""
    assert verdict(value) == looked_at(value)
