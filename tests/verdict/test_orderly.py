"""Statistics that are in order at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark.verdict import order
from benchmark.verdict.order import disorder
from benchmark.verdict.orderly import is_orderly, is_plainly_before, is_plainly_its_own
from benchmark.verdict.stated import stated
from tests.support.entries import data

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW: dict[str, Any] = {
    "mean": 12.0,
    "median": 11.0,
    "p90": 14.0,
    "p99": 15.0,
    "stdev": 5.0,
    "n": 3,
    "min": 10.0,
    "max": 15.0,
    "ci95_low": 10.5,
    "ci95_high": 11.5,
}
NAMES = (*ROW, "p50", "p999", "q10", "x")
VALUES = st.sampled_from([0, 1, 2, 2.01, 3, 30, 1e300, -1, None, True, "1", [1]])
ROWS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=7)
TABLES = st.dictionaries(st.sampled_from(["ttft_ms", "e2e_ms", "throughput_tps"]), ROWS)


@given(TABLES, TABLES, ROWS, st.sampled_from([1, 2, 3, 30.0]))
@example({}, {"ttft_ms": {"median": 1, "p50": 2}}, {}, 1)
@example({}, {"throughput_tps": {"min": 1, "median": 2, "max": 3, "ci95_high": 1}}, {}, 2)
@settings(max_examples=300)
def test_a_glance_changes_nothing(
    percentiles: Any, distributions: Any, gauge: Any, value: float
) -> None:
    """What is in order at a glance is in order by every look."""
    changes = {
        "metrics.percentiles": percentiles,
        "metrics.distributions": distributions,
        "metrics.server": {"running": gauge},
        "metrics.ttft_ms": value,
        "metrics.throughput_tps": value,
    }
    said = stated(data(changes))
    found = [*disorder(said)]
    blind = dict.fromkeys(
        ("is_orderly", "is_plainly_its_own", "is_plainly_before"), lambda *_: False
    )
    with mock.patch.multiple(order, **blind):
        assert found == [*disorder(said)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ci95_low": None, "ci95_high": None},
        {"stdev": 5},
        {"mean": 10.0},
        {"mean": 15.0},
        {"p90": 11.0},
        {"ci95_low": 11.0, "ci95_high": 11.0},
    ],
)
def test_what_is_in_order_is_seen_at_a_glance(changes: Mapping[str, Any]) -> None:
    """Up to the bound, and without what is null."""
    assert is_orderly({**ROW, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"p90": 10.9},
        {"p90": True},
        {"p90": "14"},
        {"mean": 9.9},
        {"mean": 15.1},
        {"ci95_low": 11.1},
        {"ci95_high": 10.9},
        {"stdev": 5.1},
        {"p50": 11.0},
    ],
)
def test_what_may_not_be_in_order_is_looked_at(changes: Mapping[str, Any]) -> None:
    """As two names of one statistic are."""
    assert not is_orderly({**ROW, **changes})


def test_a_figure_of_its_own_is_within_and_near_the_median() -> None:
    """Between the extremes and in the interval, where there is one."""
    wide = {"min": 1, "median": 20.0, "max": 1000}
    assert [is_plainly_its_own(value, wide) for value in (1.9, 2, 200, 201)] == [
        *(False, True, True, False),
    ]
    near = {"min": 19, "median": 20, "max": 21}
    assert [is_plainly_its_own(value, near) for value in (18.9, 19, 21, 21.1)] == [
        *(False, True, True, False),
    ]
    known = {**near, "ci95_low": 19.5, "ci95_high": 20.5}
    assert [is_plainly_its_own(value, known) for value in (19.4, 19.5, 20.5, 20.6)] == [
        *(False, True, True, False),
    ]
    assert not is_plainly_its_own(20, {**near, "ci95_low": 19.5})
    assert not is_plainly_its_own(20, {**near, "max": None})


def test_a_row_is_before_another_if_its_last_place_is_before_the_other_ones_first() -> None:
    """The mean is a place too; how many there are is none."""
    first, whole = {"p50": 1, "p99": 3, "mean": 2, "n": 9}, {"p50": 3, "p99": 5, "mean": 4, "n": 1}
    assert is_plainly_before(first, whole)
    assert not is_plainly_before({**first, "p99": 3.1}, whole)
    assert not is_plainly_before({**first, "mean": 3.1}, whole)
    assert not is_plainly_before(first, {**whole, "mean": 2.9})
    assert not is_plainly_before({}, whole)
    assert not is_plainly_before(first, {})
    assert not is_plainly_before({**first, "p50": None}, whole)
