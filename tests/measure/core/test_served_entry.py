"""An entry about an endpoint: what is the server's, what the client's, and what to beware of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import schema
from benchmark.measure.caveats import caveats
from benchmark.measure.engine_facts import EngineFacts, Service
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.job import Cell, Measurement
from benchmark.measure.load import Load
from benchmark.measure.observed import Observed
from benchmark.measure.samples import Sample, Series
from benchmark.measure.workload.workloads import fixed
from tests.support.measured import FACTS, MEASUREMENT, RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Service("vllm", is_here=True, on_cpu=True, pid=1)
AWAY = Service("vllm")
OBSERVED = Observed(
    at_s=(0.5, 1.5),
    gauges={"running": (3.0, 5.0), "kv_usage": (0.25, None), "kv_tokens": (100.0, 300.0)},
    counters={"prefix_hits": 300.0, "prefix_queries": 1000.0, "preemptions": 2.0},
)


def facts(service: Service, **details: Any) -> EngineFacts:
    """Of a server."""
    return replace(
        FACTS,
        engine_version="0.32.0",
        parameters=None,
        weights="unknown",
        threads=None,
        service=service,
        details=details,
    )


def series(*cached: int | None, prompt: int = 100, every_s: float = 1.0) -> Series:
    """Requests that begin one after the other."""
    samples = [
        Sample(every_s * n, prompt, 4, 50.0, (10.0, 10.0, 10.0), 80.0, one)
        for n, one in enumerate(cached)
    ]
    return Series(tuple(samples), (), every_s * len(samples) + 0.08)


def measured(service: Service = HERE, **known: Any) -> Measurement:
    """Behind an endpoint."""
    details = known.pop("details", {})
    return MEASUREMENT._replace(**{"facts": facts(service, **details), "device_peak": None} | known)


def entry(measurement: Measurement) -> dict[str, Any]:
    """As it is written."""
    built = build_entry(RUN._replace(engine="openai", measurement=measurement))
    assert schema.violations(built) == []
    return built


def kinds(measurement: Measurement) -> list[str]:
    """What there is to beware of."""
    return [one.kind for one in caveats(measurement)]


def test_the_engine_is_what_serves_and_openai_how_it_was_reached() -> None:
    """A batch is the server's affair."""
    found = entry(measured(cell=Cell(fixed("tiny", 16, 4), Load(concurrency=4))))
    assert (found["engine"], found["engine_version"]) == ("vllm", "0.32.0")
    assert found["workload"]["batch_size"] == 1
    assert found["workload"]["concurrent_requests"] == 4
    assert "--engine openai" not in found["engine"]


def test_a_servers_environment_is_not_the_clients() -> None:
    """The client's is told apart."""
    found = entry(measured(AWAY))
    assert set(found["environment"].values()) == {None, "12.8", "570.1"}
    assert found["provenance"]["tools"] == {}
    assert found["provenance"]["machine"] is None
    assert found["provenance"]["client"]["tools"] == dict(FACTS.tools)
    assert found["provenance"]["client"]["python_version"] == "3.11.7"
    assert found["provenance"]["client"]["machine"]["os"] == "Linux 6.1"


def test_a_server_on_this_machine_has_this_machine() -> None:
    """But not this Python."""
    found = entry(measured(HERE))
    assert found["environment"]["os"] == "Linux 6.1"
    assert found["environment"]["python_version"] is None
    assert found["provenance"]["machine"]["os"] == "Linux 6.1"


@pytest.mark.parametrize(
    ("service", "load_time_s"), [(HERE, None), (HERE._replace(start_s=42.0), 42.0)]
)
def test_a_loading_time_is_that_of_a_server_that_was_started(
    service: Service, load_time_s: float | None
) -> None:
    """Reaching one that runs is no loading."""
    assert entry(measured(service))["metrics"]["load_time_s"] == load_time_s


@pytest.mark.parametrize(("on_cpu", "expected"), [(True, 2048), (False, None)])
def test_the_hosts_memory_is_not_written_as_the_chips(
    expected: int | None, *, on_cpu: bool
) -> None:
    """The memory of the chips behind an endpoint is not known."""
    found = entry(measured(HERE._replace(on_cpu=on_cpu)))["metrics"]
    assert (found["peak_mem_mb"], found["peak_host_mem_mb"]) == (expected, 2048)


def test_a_servers_metrics_are_condensed() -> None:
    """Means and maxima of gauges, growth of counters; and the format's own fields."""
    found = entry(measured(observed=OBSERVED))["metrics"]
    assert found["server"] == {
        "readings": 2,
        "running": {"mean": 4.0, "max": 5.0},
        "kv_usage": {"mean": 0.25, "max": 0.25},
        "kv_tokens": {"mean": 200.0, "max": 300.0},
        "prefix_hits": 300.0,
        "prefix_queries": 1000.0,
        "preemptions": 2.0,
    }
    assert found["kv_used_tokens"] == 300
    assert (found["prefix_hit_rate"], found["spec_accept_rate"]) == (0.3, None)


@pytest.mark.parametrize(
    ("gauges", "counters", "expected"),
    [
        ({}, {"accepted_tokens": 30.0, "draft_tokens": 40.0}, 0.75),
        ({}, {"accepted_tokens": 0.0, "draft_tokens": 0.0}, None),
        ({"spec_accept_rate": (0.5, 0.7)}, {}, 0.6),
        ({"spec_accept_rate": (0.0, 0.0)}, {}, None),
    ],
)
def test_acceptance_is_known_where_something_was_drafted(
    gauges: Mapping[str, tuple[float, ...]], counters: Mapping[str, float], expected: float | None
) -> None:
    """Zero all the time is no speculation."""
    observed = Observed((0.5, 1.5), gauges, counters)
    assert entry(measured(observed=observed))["metrics"]["spec_accept_rate"] == expected


@pytest.mark.parametrize(
    ("cached", "observed", "rate", "told"),
    [
        ((None, None), None, None, False),
        ((0, 0), None, 0, False),
        ((0, 0), OBSERVED, 0, False),
        ((None, None), OBSERVED, 0.3, True),
        ((0, 90), None, 0.45, True),
        ((20, 20), None, 0.2, False),
        ((96, None), None, 0.96, True),
    ],
)
def test_a_hit_that_was_not_asked_for_is_told(
    cached: tuple[int | None, ...], observed: Observed | None, rate: float | None, *, told: bool
) -> None:
    """The answers' own counts before the server's; a template's tokens are shared anyway."""
    known = measured(series=series(*cached), observed=observed, details={"template_tokens": 8})
    assert entry(known)["metrics"]["prefix_hit_rate"] == rate
    assert ("prefix-cache-hit" in kinds(known)) == told


@pytest.mark.parametrize(("template", "told"), [(48, False), (20, True), (None, True)])
def test_a_long_template_is_no_hit_and_a_long_difference_of_counts_no_template(
    template: int | None, *, told: bool
) -> None:
    """By what a first short prompt grew; another tokenizer's count of a long one grows more."""
    details = {"template_tokens": template, "prompt_tokens_added_by_server": 500}
    assert ("prefix-cache-hit" in kinds(measured(series=series(60, 60), details=details))) == told


@pytest.mark.parametrize("shared", [{"shared_prefix": 64}, {"turns": 2}])
def test_a_hit_that_was_asked_for_is_none(shared: dict[str, int]) -> None:
    """The workload is about it, whatever its name."""
    cell = Cell(fixed("mine", 100, 4)._replace(**shared), Load())
    assert "prefix-cache-hit" not in kinds(measured(series=series(90, 90), cell=cell))


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=8))
def test_a_hit_rate_is_a_share_whatever_a_server_tells(cached: list[int | None]) -> None:
    """More hits than tokens are a server's mistake."""
    rate = entry(measured(series=series(*cached)))["metrics"]["prefix_hit_rate"]
    assert rate is None or 0 <= rate <= 1


def open_loop(rate: float, count: int, every_s: float, **details: Any) -> Measurement:
    """Requests at equal gaps that should have come at a rate."""
    return measured(
        series=series(*[None] * count, every_s=every_s),
        cell=Cell(fixed("tiny", 16, 4), Load(rate=rate)),
        details=details,
    )


def test_a_rate_that_was_not_kept_is_not_what_a_result_is_filed_under() -> None:
    """18 arrivals where 10 were due."""
    known = open_loop(1.0, 18, 10 / 17)
    found = entry(known)
    assert found["workload"]["name"] == "tiny@1.8/s"
    assert found["workload"]["request_rate"] == 1.8
    assert found["metadata"]["notes"] == "Benchmark run: tiny@1.8/s"
    assert kinds(known) == ["rate-not-kept"]


def test_a_client_that_sends_later_and_later_did_not_keep_the_rate() -> None:
    """What was due is not what was sent."""
    known = open_loop(100.0, 100, 0.01, last_sent_s=2.0, send_delay_p99_ms=990.0)
    assert entry(known)["workload"]["name"] == "tiny@50/s"
    assert kinds(known) == ["rate-not-kept", "client-lag"]


@pytest.mark.parametrize(("count", "every_s"), [(1, 0.0), (10, 0.1), (10, 0.11), (100, 0.105)])
def test_a_rate_that_was_kept_is_the_one_asked_for(count: int, every_s: float) -> None:
    """A tenth, or where a short schedule happens to end, is no other rate."""
    known = open_loop(10.0, count, every_s)
    assert (entry(known)["workload"]["name"], kinds(known)) == ("tiny@10/s", [])


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"send_delay_p99_ms": 289.0}, True),
        ({"send_delay_p99_ms": 5.0, "loop_lag_p99_ms": 4.0, "client_cpu_share": 0.5}, False),
        ({"loop_lag_p99_ms": 30.0}, True),
        ({"client_cpu_share": 0.97}, True),
    ],
)
def test_a_client_that_was_too_slow_says_so(details: dict[str, float], *, told: bool) -> None:
    """It is the only machine it can judge, of a server elsewhere."""
    assert ("client-lag" in kinds(measured(AWAY, details=details))) == told


def test_a_server_that_was_not_found_leaves_the_machine_unjudged() -> None:
    """Which is said, for this machine; another one's was never known."""
    assert kinds(measured(HERE._replace(pid=None))) == ["noise-unknown"]
    assert kinds(measured(AWAY)) == []


def test_a_precision_that_only_the_user_states_is_marked() -> None:
    """So that nobody takes it for executed."""
    known = measured()
    stated = known._replace(facts=replace(known.facts, precision_source="stated"))
    assert entry(stated)["provenance"]["precision_source"] == "stated"
    assert build_entry(RUN)["provenance"]["precision_source"] == "executed"  # type: ignore[index,call-overload]
