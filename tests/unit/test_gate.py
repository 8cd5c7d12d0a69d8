"""A regression is worse by more than is tolerated, and by more than chance."""

from __future__ import annotations

from benchmark.gate import Limits, check
from benchmark.significance import METRICS, Evidence
from tests.support.entries import entry, run

LIMITS = Limits(0.05, [*METRICS], 0.99)


def some(*figures: float, **changes: object) -> list[Evidence]:
    """Runs of one configuration, each with a throughput, and a TTFT that belongs to it."""
    said = {key.replace("__", "."): value for key, value in changes.items()}
    return [
        Evidence(entry({"metrics.throughput_tps": one, "metrics.ttft_ms": 8000 / one, **said}))
        for one in figures
    ]


BASELINE = some(100, 100.5, 99.5, 100.2)


def names(runs: list[Evidence], baseline: list[Evidence] = BASELINE) -> list[str]:
    """The figures that have regressed."""
    return [one.metric for one in check(baseline, runs, LIMITS).regressions]


def test_what_is_slower_by_more_than_the_bound_has_regressed() -> None:
    """In every figure in which it is."""
    assert names(some(90, 90.5, 89.5, 90.1)) == ["throughput_tps", "ttft_ms"]


def test_a_small_slowdown_is_tolerated_however_certain() -> None:
    """Four percent of five."""
    assert names(some(96, 96.1, 96.2, 96.05)) == []


def test_a_large_slowdown_that_may_be_chance_is_none() -> None:
    """Runs that differ by as much among themselves."""
    assert names(some(70, 110, 95, 60)) == []


def test_what_became_faster_has_not_regressed() -> None:
    """By however much."""
    assert names(some(190, 190.5, 189.5)) == []


def test_a_configuration_without_counterpart_is_named_and_fails_nothing() -> None:
    """Nor is a single run compared with a single one of another configuration."""
    found = check([Evidence(run(100))], [Evidence(run(1, model="other"))], LIMITS)
    assert (found.regressions, found.contrasts) == ([], [])
    assert [one.at("model", "name") for one in found.new] == ["other"]


def test_entries_that_cannot_be_judged_are_named_and_fail_nothing() -> None:
    """One run each, without samples or interval."""
    found = check(some(100), some(10), LIMITS)
    assert found.regressions == []
    assert len(found.unjudged) == 1


def test_the_more_is_looked_at_the_surer_each_must_be() -> None:
    """Three figures of one configuration have a third of one percent each, of three a ninth."""
    one = check(BASELINE, some(100, 101), LIMITS)
    assert one.confidence == 1 - 0.01 / 3
    models = [run for name in "abc" for run in some(100, 101, model__name=name)]
    assert check(models, models, LIMITS).confidence == 1 - 0.01 / 9


def test_runs_that_may_not_be_ranked_are_no_baseline() -> None:
    """What is impossible proves nothing."""
    assert check(some(100, metrics__error_rate=0.5), some(50, 51), LIMITS).contrasts == []
