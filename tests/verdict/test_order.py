"""Statistics of one quantity: on either side of every bound, and word by word."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE
from benchmark.verdict.order import disorder
from benchmark.verdict.stated import stated
from tests.support.entries import data

Found = tuple[str, str, str]
Row = dict[str, Any]
ODD = ".metrics.distributions.odd"


def found(changes: dict[str, Any]) -> list[Found]:
    """What of the plain entry's statistics is not in order."""
    return [(kind, path, str(text)) for kind, path, text in disorder(stated(data(changes)))]


def distributed(**rows: Row) -> dict[str, Any]:
    """Distributions of the quantities so named."""
    return {"metrics.distributions": rows}


def percentiles(**rows: Row) -> dict[str, Any]:
    """The other table that may have them."""
    return {"metrics.percentiles": rows}


@pytest.mark.parametrize("table", [distributed, percentiles])
def test_one_statistic_by_two_names_is_one_figure(table: Any) -> None:
    """Within what rounding does."""
    path = f".metrics.{'distributions' if table is distributed else 'percentiles'}.odd"
    text = "of odd, median is 10, but p50 is 20: that is out of order"
    assert found(table(odd={"median": 10, "p50": 10 * 1.01})) == []
    assert found(table(odd={"median": 10, "p50": 20})) == [(IMPOSSIBLE, path, text)]
    assert found(table(odd={"p50": 10, "p50_ms": 10.2, "p90": 11})) != []
    assert found(table(odd={"p50": 10, "p90": 20})) == []


def test_a_deviation_is_no_more_than_the_range() -> None:
    """And a digit more for rounding."""

    def spread(stdev: float) -> list[Found]:
        return found(distributed(odd={"min": 70, "max": 90, "stdev": stdev}))

    text = "of odd, stdev is 21, but max - min is 20: that is out of order"
    assert spread(1.01 * 20 + 1e-3) == []
    assert spread(20.202) == [
        (IMPOSSIBLE, ODD, "of odd, stdev is 20.2, but max - min is 20: that is out of order")
    ]
    assert spread(21) == [(IMPOSSIBLE, ODD, text)]


@pytest.mark.parametrize(
    "row",
    [
        {"min": 70, "max": 90},
        {"min": 70, "stdev": 1000},
        {"max": 90, "stdev": 1000},
        {"min": "x", "max": 90, "stdev": 1000},
        {"min": 70, "max": "x", "stdev": 1000},
        {"min": 70, "max": 90, "stdev": "x"},
    ],
)
def test_of_a_deviation_nothing_follows_without_a_range(row: Row) -> None:
    """From the least to the most."""
    assert found(distributed(odd=row)) == []


@pytest.mark.parametrize("name", ["mean", "median", "p50", "p99", "max"])
@pytest.mark.parametrize("family", ["distributions", "percentiles"])
def test_no_first_token_comes_after_the_whole_request(name: str, family: str) -> None:
    """In none of its statistics."""

    def compared(start: object, end: object) -> list[Found]:
        rows = {"ttft_ms": {name: start}, "e2e_ms": {name: end}}
        path = f".metrics.{family}.ttft_ms"
        return [each for each in found({f"metrics.{family}": rows}) if each[1] == path]

    text = f"TTFT {name} is 150 ms, but E2E {name} is 100 ms"
    assert compared(150, 100) == [(IMPOSSIBLE, f".metrics.{family}.ttft_ms", text)]
    assert compared(1.01 * 100 + 1e-3, 100) == []
    assert compared(101.002, 100) != []
    assert compared(0.0011, 0) != []
    assert compared(0.0009, 0) == []
    assert compared(150, "x") == compared("x", 100) == []


def test_the_figure_of_first_tokens_is_no_more_than_the_longest_request() -> None:
    """A median or a mean, it is less than what took longest."""
    text = "TTFT is 80 ms, but E2E max is 40 ms"
    assert found(distributed(e2e_ms={"max": 40})) == [(IMPOSSIBLE, ".metrics.ttft_ms", text)]
    assert found(distributed(e2e_ms={"max": 80})) == []
    assert found(distributed(e2e_ms={"mean": 40})) == []
    assert found(percentiles(e2e_ms={"max": 40})) == []


@pytest.mark.parametrize(
    ("here", "there", "kind"),
    [
        (10, 10, None),
        (10, 12.5, None),
        (12.5, 10, None),
        (10, 13, DOUBTFUL),
        (13, 10, DOUBTFUL),
        (10, 101, IMPOSSIBLE),
        (0, 10, None),
        (10, 0, None),
        ("x", 10, None),
        (10, "x", None),
    ],
)
@pytest.mark.parametrize(("one", "two"), [("p50", "median"), ("median", "p50"), ("p99", "p99")])
def test_one_statistic_in_two_tables_is_one_figure(
    here: Any, there: Any, kind: str | None, one: str, two: str
) -> None:
    """Within a quarter, for they may be of different requests."""
    row, other = {"p1": 0, one: here, "p99.9": 1e4}, {"min": 0, two: there, "p99.99": 1e5}
    text = f"of odd, {one} is {here}, but {two} is {there} in distributions"
    expected = [] if kind is None else [(kind, ".metrics.percentiles.odd", text)]
    both = {**percentiles(other=row, odd=row), **distributed(odd=other, more=other)}
    assert found(both) == expected
