"""What differs between two runs."""

from __future__ import annotations

from benchmark.comparison import METRICS, compare
from tests.support.entries import ABSENT, entry, run


def test_two_single_runs_are_paired_whatever_they_measured() -> None:
    """The parts of their configuration that differ are named, as submitted."""
    other = entry({"model.precision": "BF16", "workload.batch_size": 4, "engine": "vllm"})
    [pair] = compare([entry()], [other])
    assert pair.configuration == {
        "engine": ("sagellm", "vllm"),
        "engine_version": ("0.5.0.0", "–"),
        "precision": ("FP32", "BF16"),
        "batch_size": ("1", "4"),
    }
    assert (pair.before, pair.after) == (entry(), other)


def test_spelling_is_no_difference() -> None:
    """Only what makes another configuration is named."""
    same = entry({"model.precision": " fp32", "workload.batch_size": 1.0, "engine": "SageLLM"})
    same = entry(dict(same.data) | {"engine_version": "0.5.0.0"})
    [pair] = compare([entry()], [same])
    assert pair.configuration == {}


def test_single_runs_that_may_not_be_ranked_are_compared_too() -> None:
    """People look at a bad run to find out what is wrong with it."""
    bad = entry({"metrics.throughput_tps": 0})
    [pair] = compare([bad], [run(1)])
    assert pair.metrics["throughput_tps"] == (0, 1)


def test_of_several_runs_the_best_of_each_shared_configuration_are_paired() -> None:
    """In the leaderboard's order; configurations of one side only are left out."""
    before = [run(1), run(3), run(1, model="b"), run(1, model="gone")]
    after = [run(2), run(5, model="b"), run(1, model="new"), entry({"metrics.ttft_ms": 0})]
    pairs = compare(before, after)
    assert [(pair.before, pair.after) for pair in pairs] == [
        (run(1, model="b"), run(5, model="b")),
        (run(3), run(2)),
    ]
    assert all(pair.configuration == {} for pair in pairs)


def test_one_run_against_several_is_paired_by_configuration() -> None:
    """A single run is free to differ only from another single run."""
    assert compare([run(1)], [run(2, model="b"), run(2, model="c")]) == []
    assert [pair.after for pair in compare([run(1)], [run(2), run(2, model="c")])] == [run(2)]


def test_nothing_against_anything_is_nothing() -> None:
    """No pair, no exception."""
    assert compare([], []) == compare([run(1)], []) == compare([], [run(1), run(2)]) == []


def test_only_metrics_that_both_runs_have_are_compared() -> None:
    """Nothing is invented for what was not measured."""
    one = entry({"metrics.tpot_ms": None, "metrics.tbt_ms": 1})
    other = entry({"metrics.tpot_ms": 5, "metrics.tbt_ms": ABSENT, "metrics.peak_mem_mb": 0})
    [pair] = compare([one], [other])
    assert list(pair.metrics) == [
        name
        for name in METRICS
        if name in {"throughput_tps", "ttft_ms", "peak_mem_mb", "error_rate"}
    ]
    assert pair.metrics["peak_mem_mb"] == (900, 0)


def test_a_hostile_value_is_shown_on_one_short_line() -> None:
    """It is escaped and cut."""
    [pair] = compare([entry()], [entry({"model.name": "a\n\x1b[2J\u202e" + "x" * 100})])
    shown = pair.configuration["model"][1]
    assert shown.startswith("a\\n\\x1b[2J\\u202ex")
    assert shown.isprintable()
    assert shown.endswith("x…")
