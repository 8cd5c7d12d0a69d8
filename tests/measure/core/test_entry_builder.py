"""From known facts to an entry."""

from __future__ import annotations

import copy
import shlex
from dataclasses import replace
from typing import Any

import pytest

from benchmark import canonical, schema
from benchmark.entry import Entry
from benchmark.measure import checks
from benchmark.measure.engine_facts import Cluster
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.entry_builder import build_entry, human
from benchmark.measure.host.energy import Energy
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.slo import parse_slo
from tests.support.measured import FACTS, MEASUREMENT, RUN


def entry(**changed: Any) -> dict[str, Any]:
    """A fresh entry for the known run; `changed` are fields of its measurement."""
    run = RUN._replace(measurement=MEASUREMENT._replace(**changed))
    return copy.deepcopy(build_entry(run))


def test_the_entry_is_valid_consistent_and_small() -> None:
    """The schema and the checks have nothing to say against it."""
    assert schema.violations(entry()) == []
    checks.check(entry(), MEASUREMENT, "bfloat16")
    assert len(canonical.dumps(entry())) < 10_000


def test_figures_are_medians_of_the_samples() -> None:
    """Three requests with 10, 12 and 14 ms between tokens, one failure, 0.4 s."""
    metrics = entry()["metrics"]
    assert (metrics["ttft_ms"], metrics["tbt_ms"]) == (50, 12)
    assert metrics["tpot_ms"] == pytest.approx(37 / 3, abs=1e-6)
    assert metrics["decode_tps"] == pytest.approx(1000 / metrics["tpot_ms"], abs=1e-4)
    assert (metrics["throughput_tps"], metrics["error_rate"]) == (30, 0.25)
    assert (metrics["total_tps"], metrics["requests_per_s"]) == (150, 7.5)
    assert metrics["samples"] == {"requests": 4, "failed": 1, "warmup": 2}
    assert metrics["percentiles"]["e2e_ms"]["p50"] == 87


def test_memory_is_the_chips_where_there_is_one_and_the_process_trees_otherwise() -> None:
    """Both are told."""
    assert (entry()["metrics"]["peak_mem_mb"], entry()["metrics"]["peak_host_mem_mb"]) == (
        3072,
        2048,
    )
    assert entry(device_peak=None)["metrics"]["peak_mem_mb"] == 2048


def test_what_was_not_measured_is_null() -> None:
    """Nothing is invented for the fields of the public format."""
    metrics = entry(device_peak=None, host_peak=None, bandwidth=None)["metrics"]
    unknown = ("prefix_hit_rate", "kv_used_tokens", "kv_used_bytes", "evict_count", "evict_ms")
    unknown += ("spec_accept_rate", "peak_mem_mb", "energy_j", "joules_per_token")
    unknown += ("memory_bandwidth_gbs", "bandwidth_share")
    assert {metrics[name] for name in unknown} == {None}


def test_the_share_of_the_memory_bandwidth_is_bytes_per_step_times_steps_per_second() -> None:
    """2.47 GB read 81 times a second are 200 GB/s; 3350 GB/s were found on the spot."""
    metrics = entry()["metrics"]
    expected = FACTS.weight_bytes * metrics["decode_tps"] / 3.35e12
    assert metrics["bandwidth_share"] == pytest.approx(expected, abs=1e-4)
    assert metrics["memory_bandwidth_gbs"] == 3350


def test_energy_is_told_for_each_output_token() -> None:
    """Twelve tokens, 6 J."""
    metrics = entry(energy=Energy(6.0, ("nvml:0",)))["metrics"]
    assert (metrics["energy_j"], metrics["joules_per_token"]) == (6, 0.5)


def test_good_requests_are_counted_under_the_objective_that_was_asked() -> None:
    """Of three, one has its tokens within 12.5 ms each; TTFT is 50 ms in all."""
    run = RUN._replace(slo=parse_slo("ttft=60ms,tpot=11ms"))
    metrics = Entry(build_entry(run))
    assert metrics.at("metrics", "goodput_rps") == 2.5
    assert metrics.at("metrics", "slo_attainment") == 0.25


def test_the_entry_says_what_was_random() -> None:
    """Weights and prompts, with their seeds."""
    provenance = entry()["provenance"]
    assert (provenance["weights"], provenance["weights_seed"]) == ("random", 3)
    assert (provenance["prompts"], provenance["prompts_seed"]) == ("random-token-ids", 3)


def test_the_recorded_command_survives_a_shell() -> None:
    """A model's name with blanks and a semicolon stays one argument."""
    words = shlex.split(entry()["metadata"]["reproducible_cmd"])
    assert words[:4] == ["sagellm-benchmark", "run", "--model", "my org/llama; rm -rf /"]
    assert " ".join(words[4:]) == (
        "--backend cuda --workload tiny --engine transformers --dtype bfloat16 --threads 8 "
        "--seed 3 --random-weights --repeats 4"
    )


def test_the_config_key_knows_the_run() -> None:
    """Chip, engine and workload are where the leaderboard looks for them."""
    label = Entry(entry()).label
    assert label == (
        "NVIDIA H100 80GB HBM3|1|my org/llama; rm -rf /|BF16|16|4|tiny|transformers 5.0.0"
    )
    assert entry()["metadata"]["submitted_at"] == "2026-02-03T04:05:06Z"


def test_a_rate_is_part_of_what_people_compare_by() -> None:
    """Nobody decides how many requests are in flight then."""
    found = entry(cell=Cell(MEASUREMENT.cell.workload, Load(rate=12.5)))["workload"]
    assert (found["name"], found["concurrent_requests"]) == ("tiny@12.5/s", None)
    assert (found["request_rate"], found["arrivals"]) == (12.5, "poisson")


@pytest.mark.parametrize(
    ("nodes", "parallel", "kind"),
    [
        (1, Parallelism(), "single_gpu"),
        (1, Parallelism(tensor=2), "multi_gpu"),
        (2, Parallelism(data=2), "multi_node"),
    ],
)
def test_the_cluster_is_what_was_used(nodes: int, parallel: Parallelism, kind: str) -> None:
    """A single chip has none."""
    cluster = Cluster(nodes=nodes, parallelism=parallel, comm_backend="nccl")
    facts = replace(FACTS, cluster=cluster, local_parameters=1)
    found = entry(facts=facts)
    assert (found["config_type"], found["cluster"] is None) == (kind, kind == "single_gpu")
    assert schema.violations(found) == []
    if found["cluster"]:
        assert found["cluster"]["parallelism"]["tensor_parallel"] == parallel.tensor


@pytest.mark.parametrize(
    ("parameters", "text"),
    [(124_439_808, "124M"), (FACTS.parameters, "1.2B"), (72_706_203_648, "72.7B"), (999, "999")],
)
def test_parameters_are_written_as_people_say_them(parameters: int, text: str) -> None:
    """In the public format they are text."""
    assert human(parameters) == text
