"""Which entries are refused because they contradict their samples, the engine, or themselves."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.errors import InvalidDataError
from benchmark.measure import checks
from benchmark.measure.engine_facts import Cluster, EngineFacts
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.entry_builder import build_entry
from tests.support.measured import FACTS, MEASUREMENT, RUN

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.job import Measurement


def contradict(*path: str, to: object) -> Callable[[dict[str, Any]], None]:
    """What sets the value at `path`."""

    def apply(value: dict[str, Any]) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return apply


def violations(
    measurement: Measurement,
    asked: str | None = None,
    change: Callable[[dict[str, Any]], None] = lambda _entry: None,
) -> list[str]:
    """Where the checks found something, in the entry built from `measurement`, then changed."""
    entry: dict[str, Any] = copy.deepcopy(build_entry(RUN._replace(measurement=measurement)))
    change(entry)
    try:
        checks.check(entry, measurement, asked)
    except InvalidDataError as error:
        return [violation.path for violation in error.violations]
    return []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (contradict("metrics", "ttft_ms", to=0), "$.metrics.ttft_ms"),
        (contradict("metrics", "throughput_tps", to=0), "$.metrics.throughput_tps"),
        (contradict("metrics", "throughput_tps", to=31), "$.metrics.throughput_tps"),
        (contradict("metrics", "error_rate", to=0), "$.metrics.error_rate"),
        (contradict("metrics", "tpot_ms", to=20), "$.metrics.tpot_ms"),
        (contradict("metrics", "tpot_ms", to=None), "$.metrics.tpot_ms"),
        (contradict("metrics", "percentiles", "itl_ms", "p50", to=99), "$.metrics.percentiles"),
        (contradict("workload", "output_length", to=5), "$.workload.output_length"),
        (contradict("model", "precision", to="FP32"), "$.model.precision"),
        (contradict("hardware", "chip_count", to=0), "$.hardware.chip_count"),
    ],
)
def test_an_entry_that_contradicts_its_samples_is_refused(
    change: Callable[[dict[str, Any]], None], where: str
) -> None:
    """The violation says where."""
    assert [path for path in violations(MEASUREMENT, change=change) if path.startswith(where)]


def test_every_contradiction_is_told_at_once() -> None:
    """Not only the first."""

    def change(entry: dict[str, Any]) -> None:
        entry["metrics"] |= {"ttft_ms": 1, "throughput_tps": 1, "error_rate": 1}

    assert len(violations(MEASUREMENT, change=change)) == 3


@pytest.mark.parametrize(
    ("asked", "executed", "refused"),
    [
        ("float32", "BF16", True),
        ("bfloat16", "FP32", True),
        ("bfloat16", "BF16", False),
        (None, "BF16", False),
        ("int8", "BF16", True),
    ],
)
def test_another_precision_than_the_one_asked_for_is_refused(
    asked: str | None, executed: str, *, refused: bool
) -> None:
    """OpenVINO computes in bf16 where fp32 was asked, unless it is told; so may others."""
    facts = replace(FACTS, precision=executed)
    assert bool(violations(MEASUREMENT._replace(facts=facts), asked)) == refused


@pytest.mark.parametrize(
    ("local", "refused"), [(FACTS.parameters, True), (None, True), (620_000_000, False)]
)
def test_tensor_parallelism_is_stated_only_where_parameters_were_split(
    local: int | None, *, refused: bool
) -> None:
    """A model without a plan is loaded whole by every process, silently."""
    facts = split(local)
    path = "$.cluster.parallelism.tensor_parallel"
    assert (path in violations(MEASUREMENT._replace(facts=facts))) == refused


def split(local: int | None) -> EngineFacts:
    """Two processes that hold so many parameters each."""
    cluster = Cluster(parallelism=Parallelism(tensor=2), comm_backend="gloo")
    return replace(FACTS, cluster=cluster, local_parameters=local)


@pytest.mark.parametrize(("late", "refused"), [(1, False), (2, True)])
def test_time_that_no_token_explains_is_refused_unless_it_is_a_single_stall(
    late: int, *, refused: bool
) -> None:
    """A second between the last token and the end, in so many of three requests."""
    samples = MEASUREMENT.series.samples
    slow = tuple(one._replace(e2e_ms=one.e2e_ms + 1000) for one in samples[:late])
    series = MEASUREMENT.series._replace(samples=(*slow, *samples[late:]))
    found = violations(MEASUREMENT._replace(series=series))
    assert ("$.samples" in found) == refused


def test_a_long_wait_for_the_first_token_is_no_contradiction() -> None:
    """A queue, or a long prompt: 32 tokens within the last tenth of the time."""
    one = MEASUREMENT.series.samples[0]
    waited = one._replace(output_tokens=32, ttft_ms=1000, itl_ms=(1.0,) * 31, e2e_ms=1031)
    series = MEASUREMENT.series._replace(samples=(waited,) * 3, failures=())
    facts = replace(FACTS, weights="unknown", weight_bytes=None)
    assert violations(MEASUREMENT._replace(series=series, facts=facts)) == []


@pytest.mark.parametrize(
    ("bandwidth", "refused"), [(1e10, True), (0.9e11, True), (1.4e11, False), (3e11, False)]
)
def test_decoding_twice_as_fast_as_the_memory_can_be_read_is_refused(
    bandwidth: float, *, refused: bool
) -> None:
    """The public leaderboard holds such entries. A probe that was disturbed is a caveat."""
    measurement = MEASUREMENT._replace(bandwidth=bandwidth)
    assert violations(measurement) == ["$.metrics.bandwidth_share"] * refused


@pytest.mark.parametrize(
    ("asked", "bandwidth", "change", "hint"),
    [
        ("bfloat16", 1e10, lambda _: None, "quiet machine"),
        ("float32", 1e10, lambda _: None, "choose another --engine"),
        ("float32", 1e10, contradict("metrics", "ttft_ms", to=1), "report it as a bug"),
    ],
)
def test_only_what_contradicts_itself_is_called_a_bug(
    asked: str, bandwidth: float, change: Callable[[dict[str, Any]], None], hint: str
) -> None:
    """For all else there is something to do."""
    measurement = MEASUREMENT._replace(bandwidth=bandwidth)
    entry: dict[str, Any] = copy.deepcopy(build_entry(RUN._replace(measurement=measurement)))
    change(entry)
    with pytest.raises(InvalidDataError) as caught:
        checks.check(entry, measurement, asked)
    assert hint in caught.value.hint


def test_an_answer_of_another_length_than_asked_is_refused() -> None:
    """A server's answers are judged one by one; an engine in this process has no excuse."""
    short = MEASUREMENT.series.samples[0]._replace(output_tokens=3, itl_ms=(10.0, 20.0))
    series = MEASUREMENT.series._replace(samples=(short, *MEASUREMENT.series.samples[1:]))
    assert "$.samples[0]" in violations(MEASUREMENT._replace(series=series))


def test_nothing_is_said_against_a_sound_entry() -> None:
    """The control of all the above."""
    with nullcontext():
        assert violations(MEASUREMENT, "bfloat16") == []
