"""Rows of statistics as `run` writes them, in order at a glance or not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from benchmark.verdict import written
from benchmark.verdict.orderly import is_orderly

ORDERED = ("min", "median", "p90", "p95", "p99", "max")
PERCENTILES = {"p50": "median", "p90": "p90", "p95": "p95", "p99": "p99"}


def row(**changes: Any) -> dict[str, Any]:
    """One in order, from 8 to 14."""
    values = dict(zip(ORDERED, (8.0, 10.0, 11.0, 12.0, 13.0, 14.0), strict=True))
    more = {"mean": 10.5, "stdev": 1.5, "n": 40, "ci95_low": 9.5, "ci95_high": 10.5}
    return {**values, **more, **changes}


def of_one(value: float) -> dict[str, Any]:
    """That of a single value: nothing is known of its spread."""
    nothing = dict.fromkeys(("stdev", "ci95_low", "ci95_high"))
    return {**dict.fromkeys((*ORDERED, "mean"), value), **nothing, "n": 1}


def same(value: float) -> dict[str, Any]:
    """That of several equal values."""
    return {**of_one(value), "stdev": 0.0, "ci95_low": value, "ci95_high": value, "n": 40}


def percentiles(**changes: Any) -> dict[str, Any]:
    """The four that are told once more."""
    return {**{name: row()[of] for name, of in PERCENTILES.items()}, **changes}


@pytest.mark.parametrize("statistics", [row(), of_one(5.0), same(5.0), row(stdev=None)])
def test_a_row_may_be_of_one_value_or_of_equal_ones(statistics: dict[str, Any]) -> None:
    """Each is in order."""
    assert written.is_in_order(statistics)
    assert is_orderly(statistics)


@pytest.mark.parametrize(
    "changes",
    [
        *({low: row()[high] + 0.5} for low, high in pairwise(ORDERED)),
        {"mean": 7.9},
        {"mean": 14.1},
        {"stdev": 6.1},
        {"stdev": 20.0},
        {"ci95_low": 10.1},
        {"ci95_high": 9.9},
        {"ci95_low": None},
        {"ci95_high": None},
        {"median": "10"},
        {"median": None},
        {"p999": 13.5},
    ],
)
def test_what_is_not_surely_in_order_is_not_in_order_at_a_glance(changes: dict[str, Any]) -> None:
    """Whichever two statistics disagree, or say nothing."""
    assert not written.is_in_order(row(**changes))


@pytest.mark.parametrize("name", row())
def test_a_row_without_one_of_them_is_not_looked_at(name: str) -> None:
    """Nor one with another in its place."""
    fewer = {key: value for key, value in row().items() if key != name}
    assert not written.is_in_order(fewer)
    assert not written.is_in_order({**fewer, "other": row()[name]})


def test_percentiles_are_told_again_if_each_is_the_same() -> None:
    """No more of them, and no fewer."""
    assert written.is_told_again(percentiles(), row())
    for name, of in PERCENTILES.items():
        assert not written.is_told_again(percentiles(**{name: 12.5}), row())
        fewer = {key: value for key, value in percentiles().items() if key != name}
        assert not written.is_told_again(fewer, row())
        assert not written.is_told_again({**fewer, "p75": 12.0}, row())
        statistics = {key: value for key, value in row().items() if key != of}
        assert not written.is_told_again(percentiles(), statistics)
    assert not written.is_told_again(percentiles(p75=10.5), row())


def test_a_row_is_before_another_if_each_statistic_is() -> None:
    """Or is the same; of one that is missing nothing is said."""
    assert written.is_before(row(), row())
    for name in (*ORDERED, "mean"):
        assert not written.is_before(row(**{name: row()[name] + 0.1}), row())
        fewer = {key: value for key, value in row().items() if key != name}
        assert not written.is_before(fewer, row())
        assert not written.is_before(row(), fewer)


def test_a_gauge_has_a_mean_and_the_most() -> None:
    """The mean is no more than that."""
    for gauge in ({"mean": 7.5, "max": 8}, {"mean": 8, "max": 8}):
        assert written.is_gauge(gauge)
    for other in (
        {"mean": 9, "max": 8},
        {"mean": 7, "max": 8, "min": 9},
        {"mean": 7, "most": 8},
        {"median": 7, "max": 8},
        {"mean": None, "max": 8},
    ):
        assert not written.is_gauge(other)
