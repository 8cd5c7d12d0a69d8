"""Figures in other words: each way to say one twice, on either side of its bounds."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE
from benchmark.verdict.repeats import repetitions
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data

Found = tuple[str, str, str]
VARIED = {"provenance.answer_tokens_median": 128}
ITL = ".metrics.distributions.itl_ms"
REQUEST_TPS = ".metrics.distributions.request_tps"
TOTAL = ".metrics.total_tps"
GOODPUT = ".metrics.goodput_rps"
SERVER = ".metrics.server"


def found(*changes: dict[str, Any]) -> list[Found]:
    """What the plain entry says in other words that do not agree."""
    said = stated(data({path: value for each in changes for path, value in each.items()}))
    return [(kind, path, str(text)) for kind, path, text in repetitions(said)]


def kinds(*changes: dict[str, Any]) -> list[str]:
    """How bad each is."""
    return [kind for kind, _, _ in found(*changes)]


def rows(**statistics: dict[str, float]) -> dict[str, Any]:
    """Distributions of the quantities so named."""
    return {"metrics.distributions": statistics}


@pytest.mark.parametrize(("gap", "expected"), [(1600, []), (1601, [DOUBTFUL]), (12_801, None)])
@pytest.mark.parametrize("path", [".metrics.tbt_ms", ITL])
def test_no_arrivals_are_further_apart_than_a_whole_answer(
    path: str, gap: float, expected: list[str] | None
) -> None:
    """128 tokens of 10 ms: a quarter more is doubtful."""
    changes = {"metrics.tbt_ms": gap} if path != ITL else rows(itl_ms={"mean": gap})
    assert kinds(changes, VARIED) == []
    assert kinds(changes, {"metrics.tpot_ms": None}) == []
    assert kinds(changes) == ([IMPOSSIBLE] if expected is None else expected)


def test_arrivals_too_far_apart_are_told_with_all_that_is_between_them() -> None:
    """The same of a figure and of a mean."""
    text = "arrivals are 2,000 ms apart, but all 128 tokens take 1,280 ms"
    assert found({"metrics.tbt_ms": 2000}) == [(DOUBTFUL, ".metrics.tbt_ms", text)]
    assert found(rows(itl_ms={"mean": 2000})) == [(DOUBTFUL, ITL, text)]


def test_nothing_is_said_of_arrivals_where_nothing_is_stated() -> None:
    """However short a token is."""
    assert found({"metrics.tpot_ms": 1e-5}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (rows(itl_ms={"mean": 8}, tpot_ms={"mean": 10}), []),
        (rows(itl_ms={"mean": 7.9}, tpot_ms={"mean": 10}), [DOUBTFUL]),
        (rows(itl_ms={"mean": 0.9}, tpot_ms={"mean": 10}), [IMPOSSIBLE]),
        ({**rows(itl_ms={"mean": 0.9}, tpot_ms={"mean": 10}), **VARIED}, []),
        # A median, which TPOT may be, says little of a mean: a tenth of it at most.
        (rows(itl_ms={"mean": 0.8}), []),
        (rows(itl_ms={"mean": 0.79}), [DOUBTFUL]),
        (rows(itl_ms={"mean": 0.09}), [IMPOSSIBLE]),
        (rows(itl_ms={"mean": 0.0}), []),
    ],
)
def test_arrivals_do_not_come_faster_than_tokens(
    changes: dict[str, Any], expected: list[str]
) -> None:
    """An arrival has a token at least."""
    assert kinds(changes) == expected


def test_arrivals_that_are_too_many_are_told_beside_the_tokens() -> None:
    """Each by its milliseconds."""
    text = "tokens are said to come every 10 ms, but arrivals every 5 ms"
    assert found(rows(itl_ms={"mean": 5}, tpot_ms={"mean": 10})) == [(DOUBTFUL, ITL, text)]


# 128 tokens in one to two seconds: 64 to 128 tokens/s.
LASTING = {"min": 1000.0, "max": 2000.0}


@pytest.mark.parametrize(
    ("speed", "expected"),
    [
        (160, []),
        (161, [(DOUBTFUL, REQUEST_TPS, "161 is stated, but output tokens / E2E is 128")]),
        (100, []),
        (51.2, []),
        (51, [(DOUBTFUL, REQUEST_TPS, "51 is stated, but output tokens / E2E is 64")]),
    ],
)
def test_a_requests_speed_is_between_those_of_the_longest_and_the_shortest(
    speed: float, expected: list[Found]
) -> None:
    """Where both are stated, and answers are of one length."""
    both = rows(request_tps={"median": speed}, e2e_ms=LASTING)
    assert found(both) == expected
    assert found(both, VARIED) == []


@pytest.mark.parametrize(
    "changes",
    [
        rows(e2e_ms=LASTING),
        rows(request_tps={"median": 1e5}),
        rows(request_tps={"median": 1e5}, e2e_ms={"min": 1000}),
        rows(request_tps={"median": 1e5}, e2e_ms={"max": 2000}),
        rows(request_tps={"median": 1e5}, e2e_ms={"min": 0, "max": 2000}),
    ],
)
def test_of_a_requests_speed_nothing_follows_without_its_times(changes: dict[str, Any]) -> None:
    """Both of them, and neither nothing."""
    assert found(changes) == []


def test_all_tokens_are_made_in_requests() -> None:
    """As many in each as its answer has."""
    text = "100 is stated, but requests/s × output tokens is 256"
    twice = {"metrics.requests_per_s": 2}
    assert found(twice) == [(DOUBTFUL, ".metrics.throughput_tps", text)]
    assert found(twice, VARIED) == []


@pytest.mark.parametrize(
    ("changes", "made"),
    [
        ({}, 200),
        ({"workload.input_length": ABSENT}, 100),
        ({"workload.input_length": 896}, 800),
        ({"workload.output_length": 32}, 500),
    ],
)
def test_tokens_of_prompts_are_ten_times_what_is_stated_at_most(
    changes: dict[str, Any], made: float
) -> None:
    """A server may count its template and its tools."""
    much = {"metrics.total_tps": 10 * made + 1}
    assert found(changes, {"metrics.total_tps": 10 * made}) == []
    assert found(changes, much, VARIED) == []
    text = f"{10 * made + 1:,} is stated, but throughput × all tokens / output tokens is {made}"
    assert found(changes, much) == [(IMPOSSIBLE, TOTAL, text)]


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ({}, 2),
        ({"metrics.slo_attainment": 0.5}, 1),
        ({"metrics.slo_attainment": 0.5, "metrics.error_rate": ABSENT}, 1),
        ({"metrics.slo_attainment": 0}, 0.02),
        # Of those that did not fail half were good.
        ({"metrics.slo_attainment": 0.5, "metrics.error_rate": 0.2}, 1.25),
        ({"metrics.error_rate": 0.5}, 2),
        # The share may have been of those that succeeded.
        ({"metrics.slo_attainment": 0.9, "metrics.error_rate": 0.5}, 2),
        ({"metrics.slo_attainment": 0.005, "metrics.error_rate": 1}, 2),
        ({"metrics.slo_attainment": 0.005, "metrics.error_rate": 0.992}, 2),
    ],
)
def test_good_requests_are_some_of_all(changes: dict[str, Any], most: float) -> None:
    """As many as the share of those that were good says, a hundredth at least."""
    rate = {"metrics.requests_per_s": 2, **VARIED}
    assert found(changes, rate, {"metrics.goodput_rps": 1.249 * most}) == []
    text = f"{1.5 * most:.4g} good requests/s are stated, but {most:.4g} at most follow from 2"
    expected = [(DOUBTFUL, GOODPUT, f"{text} in all")]
    assert found(changes, rate, {"metrics.goodput_rps": 1.5 * most}) == expected
    assert kinds(changes, rate, {"metrics.goodput_rps": 10.1 * most}) == [IMPOSSIBLE]


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.goodput_rps": 50},
        {"metrics.goodput_rps": 0, "metrics.requests_per_s": 0.8},
        {"metrics.requests_per_s": 0.8},
        {"metrics.goodput_rps": 50, "metrics.requests_per_s": 0},
    ],
)
def test_of_good_requests_nothing_follows_without_all(changes: dict[str, Any]) -> None:
    """Nor of all without the good ones."""
    assert found(changes) == []


@pytest.mark.parametrize(
    ("part", "whole"), [("accepted_tokens", "draft_tokens"), ("prefix_hits", "prefix_queries")]
)
def test_a_counter_of_a_part_is_not_more_than_that_of_the_whole(part: str, whole: str) -> None:
    """Within a quarter, for servers do not read both at once; nothing is part of nothing."""

    def counted(some: object, of: object) -> list[Found]:
        return found({"metrics.server": {part: some, whole: of}})

    assert counted(125, 100) == counted(1000, ABSENT) == counted(ABSENT, 1) == counted(0, 0) == []
    assert counted(126, 100) == [(DOUBTFUL, SERVER, f"{part} is 126, but {whole} is 100")]
    assert counted(1001, 100) == [(IMPOSSIBLE, SERVER, f"{part} is 1,001, but {whole} is 100")]
    assert counted(1, 0) == [(IMPOSSIBLE, SERVER, f"{part} is 1, but {whole} is 0")]
