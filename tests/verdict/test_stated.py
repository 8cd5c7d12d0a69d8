"""What an entry states: every figure from its place, and nothing from anything odd."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from benchmark.verdict.stated import Stated, stated, statistic
from benchmark.verdict.stated import number as stated_number
from tests.support.entries import ABSENT, data

OPEN = {"workload.concurrent_requests": 7, "workload.max_in_flight": 5}


def states(changes: dict[str, Any]) -> Stated:
    """What the plain entry states with these changes."""
    return stated(data(changes))


def test_every_section_and_figure_is_taken_from_its_place() -> None:
    """Sections as they are, figures as numbers."""
    value = data(
        {
            "metrics.ttft_ms": 81,
            "metrics.tpot_ms": 11,
            "metrics.throughput_tps": 91,
            "workload.output_length": 129,
            "workload.concurrent_requests": 3,
            "workload.batch_size": 2,
            "provenance": {"caveats": [{"kind": "at-once"}, {"kind": "odd"}]},
            "metrics.samples": {"requests": 9},
            "metrics.percentiles": {"ttft_ms": {"p50": 1}},
            "metrics.distributions": {"ttft_ms": {"median": 1}},
        }
    )
    sections = ("hardware", "model", "workload", "metrics", "provenance")
    tables = ("samples", "percentiles", "distributions")
    caveats = frozenset({"at-once", "odd"})
    figures = (91, 81, 11, 129, 6, 9, True, False, caveats)
    told = (*map(value.get, sections), *map(value["metrics"].get, tables))
    assert stated(value) == (value, *told, *figures)


def test_an_empty_object_states_nothing() -> None:
    """And makes one token, as any answer does."""
    assert stated({}) == (
        *({} for _ in range(9)),
        0,
        0,
        None,
        1,
        None,
        None,
        True,
        False,
        frozenset(),
    )


@pytest.mark.parametrize(
    ("changes", "streams"),
    [
        ({"workload.concurrent_requests": 3}, 3),
        ({"workload.batch_size": 4}, 4),
        ({"workload.batch_size": None, "workload.concurrent_requests": 3}, 3),
        ({"workload.batch_size": 0.5, "workload.concurrent_requests": 3}, 3),
        ({"workload.concurrent_requests": 0, "workload.batch_size": 4}, 4),
        ({"workload.concurrent_requests": ABSENT, "workload.batch_size": 4}, None),
        ({**OPEN, "workload.request_rate": 1}, 5),
        ({**OPEN, "workload.trace": "t"}, 5),
        ({"workload.request_rate": 1}, None),
    ],
)
def test_requests_in_flight_are_counted_in_favour_of_the_entry(
    changes: dict[str, Any], streams: float | None
) -> None:
    """A batch in each of several; in an open loop as many as there may be."""
    assert states(changes).streams == streams


@pytest.mark.parametrize(
    ("samples", "asked"),
    [
        ({"requests": 6}, 6),
        ({"requests": 6, "failed": 2}, 8),
        ({"requests": 0}, 0),
        ({"failed": 2}, None),
        ({}, None),
        (7, None),
    ],
)
def test_requests_that_failed_were_asked_too(samples: object, asked: float | None) -> None:
    """Whether or not they are counted among the others."""
    assert states({"metrics.samples": samples}).asked == asked


@pytest.mark.parametrize(
    ("changes", "streams"),
    [
        ({"workload.concurrent_requests": 8, "metrics.samples": {"requests": 6}}, 6),
        ({"workload.concurrent_requests": 8, "metrics.samples": {"requests": 9}}, 8),
        ({"workload.concurrent_requests": 8, "metrics.samples": {"requests": 0}}, 1),
        (
            {
                "workload.concurrent_requests": 8,
                "workload.batch_size": 4,
                "metrics.samples": {"requests": 6, "failed": 1},
            },
            28,
        ),
        ({**OPEN, "workload.request_rate": 1, "metrics.samples": {"requests": 3}}, 3),
        ({**OPEN, "workload.request_rate": 1, "workload.batch_size": 4}, 5),
    ],
)
def test_no_more_requests_are_in_flight_than_there_were(
    changes: dict[str, Any], streams: float
) -> None:
    """Each of which may be a batch, in a closed loop."""
    assert states(changes).streams == streams


@pytest.mark.parametrize(
    ("name", "which", "expected"),
    [
        ("both", "median", 1),
        ("one", "mean", 2),
        ("one", "median", 3),
        ("one", "p50", None),
        ("other", "median", 4),
        ("other", "mean", None),
        ("none", "median", None),
        ("odd", "median", 5),
    ],
)
def test_a_statistic_is_taken_from_either_table(
    name: str, which: str, expected: float | None
) -> None:
    """The median by its name, or as the half-way percentile."""
    said = states(
        {
            "metrics.distributions": {
                "both": {"median": 1},
                "one": {"mean": 2},
                "odd": {"median": "x"},
            },
            "metrics.percentiles": {
                "both": {"p50": 9, "mean": 9},
                "one": {"p50": 3, "median": 9},
                "other": {"p50": 4, "mean": 9},
                "odd": {"p50": 5},
            },
        }
    )
    assert statistic(said, name, which) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (128, True, False)),
        ({"workload.request_rate": 1}, (128, False, False)),
        ({"workload.trace": "t"}, (128, False, True)),
        ({"provenance.answer_tokens_median": 99}, (99, True, True)),
        ({"workload.output_length": ABSENT}, (1, True, False)),
        ({"workload.output_length": 0}, (1, True, False)),
    ],
)
def test_how_long_answers_are_and_whether_one_follows_on_another(
    changes: dict[str, Any], expected: tuple[float, bool, bool]
) -> None:
    """The length, whether the loop is closed, and whether lengths vary."""
    said = states(changes)
    assert (said.output, said.is_closed, said.varies) == expected


@pytest.mark.parametrize("odd", [True, -1, 10**400, "1", None, [1], float("nan"), float("inf")])
def test_what_is_no_number_is_no_figure(odd: object) -> None:
    """Nor is what is negative, or does not fit a double."""
    said = states({"metrics.tpot_ms": odd, "metrics.ttft_ms": odd, "metrics.throughput_tps": odd})
    assert (said.tpot, said.ttft, said.throughput) == (None, 0, 0)


@pytest.mark.parametrize("number", [0, 0.0, 1, sys.float_info.max])
def test_a_number_is_a_figure_however_large(number: float) -> None:
    """Up to the largest double."""
    assert states({"metrics.tpot_ms": number}).tpot == number
    assert stated_number(number) == number


@pytest.mark.parametrize(
    "odd", [None, {}, "at-once", 7, ["at-once"], [{"kind": 7}], [{"text": ""}]]
)
def test_what_is_no_caveat_is_none(odd: object) -> None:
    """Whatever stands in its place."""
    assert states({"provenance": {"caveats": odd}}).caveats <= {""}
