"""When an entry's own figures contradict each other: on either side of every bound."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, verdict
from tests.support.entries import ABSENT, data

UNKNOWN = {"hardware.chip_model": "x", "model.name": "x"}
CLOSED = {**UNKNOWN, "metrics.tpot_ms": None}
OPEN = {**UNKNOWN, "workload.request_rate": 1e6, "workload.max_in_flight": 1}


def judged(changes: dict[str, Any]) -> tuple[str, list[str]]:
    """The verdict on the plain entry with these changes, and every reason."""
    kind, reasons = verdict(data(changes))
    return kind, [str(reason.text) for reason in reasons]


def kind_of(changes: dict[str, Any]) -> str:
    """The verdict alone."""
    return judged(changes)[0]


def test_two_tokens_have_a_time_between_them_and_one_has_none() -> None:
    """A TPOT sets a limit from the second token on."""
    fast = {**OPEN, "metrics.throughput_tps": 1500}
    assert kind_of({**fast, "workload.output_length": 2}) == IMPOSSIBLE
    assert kind_of({**fast, "workload.output_length": 1}) == SOUND


def test_of_two_claims_on_the_throughput_the_worse_is_told() -> None:
    """Once: both say the same."""
    slow = {**UNKNOWN, "metrics.distributions": {"e2e_ms": {"mean": 100_000}}}
    kind, reasons = judged({**slow, "metrics.throughput_tps": 200})
    assert kind == IMPOSSIBLE
    assert len(reasons) == 1
    assert "100,000 ms" in reasons[0]


def test_a_tpot_adds_nothing_to_a_single_token() -> None:
    """One token takes as long as the first one does."""
    one = {**UNKNOWN, "workload.output_length": 1, "metrics.throughput_tps": 12}
    assert kind_of({**one, "metrics.ttft_ms": 80, "metrics.tpot_ms": 1000}) == SOUND


def test_a_tpot_of_nothing_is_no_missing_one() -> None:
    """The time between pieces speaks only where there is no TPOT."""
    pieces = {**OPEN, "metrics.tbt_ms": 50, "metrics.throughput_tps": 1e5}
    assert kind_of({**pieces, "metrics.tpot_ms": None}) == IMPOSSIBLE
    assert kind_of({**pieces, "metrics.tpot_ms": 0}) == DOUBTFUL


@pytest.mark.parametrize(("tps", "kind"), [(1024, SOUND), (5120, SOUND), (5121, IMPOSSIBLE)])
def test_answers_of_several_lengths_may_hold_ten_times_the_tokens(tps: float, kind: str) -> None:
    """Half of them are longer than the median: 512 tokens/s, and up to ten times that."""
    varied = {**CLOSED, "provenance.answer_tokens_median": 128, "workload.concurrent_requests": 2}
    figures = {"metrics.ttft_ms": 500, "metrics.throughput_tps": tps}
    assert kind_of({**varied, **figures}) == kind


@pytest.mark.parametrize(
    ("rate", "asked", "kind"),
    [
        (50 / 128, None, SOUND),
        (49.9 / 128, None, DOUBTFUL),
        (49.9 / 128, 50, DOUBTFUL),
        (49.9 / 128, 49, SOUND),
        (10 / 128, 49, SOUND),
        (9.9 / 128, 49, IMPOSSIBLE),
        (9.9 / 128, None, IMPOSSIBLE),
    ],
)
def test_twice_what_was_asked_for_is_the_most_unless_hardly_anything_was(
    rate: float, asked: int | None, kind: str
) -> None:
    """100 tokens/s, of 128 tokens in each request; a few requests may come ten times as fast."""
    samples = {} if asked is None else {"metrics.samples": {"requests": asked}}
    assert kind_of({**OPEN, **samples, "workload.request_rate": rate}) == kind


IDLE = {
    **CLOSED,
    "workload.output_length": 1,
    "metrics.ttft_ms": 760,
    "metrics.throughput_tps": 0.99,
}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (IDLE, DOUBTFUL),
        # A quarter more than 760 ms, and 50 ms.
        ({**IDLE, "metrics.throughput_tps": 1}, SOUND),
        ({**IDLE, "workload.concurrent_requests": None}, SOUND),
        ({**IDLE, "workload.request_rate": 1, "workload.max_in_flight": 1}, SOUND),
        ({**IDLE, "provenance.answer_tokens_median": 1}, SOUND),
        ({**IDLE, "metrics.error_rate": 0.01}, SOUND),
        ({**IDLE, "provenance.caveats": [{"kind": "body-not-ended"}]}, SOUND),
        # How long an answer of two tokens takes is not known without a TPOT.
        ({**IDLE, "workload.output_length": 2}, SOUND),
        (
            {
                **IDLE,
                "workload.output_length": 2,
                "metrics.tpot_ms": 1,
                "metrics.throughput_tps": 2,
            },
            SOUND,
        ),
        (
            {**IDLE, "workload.output_length": 2, "metrics.tpot_ms": 1, "metrics.ttft_ms": 300},
            DOUBTFUL,
        ),
        (
            {
                **IDLE,
                "workload.output_length": 2,
                "metrics.percentiles": {"e2e_ms": {"p50": 760}},
                "metrics.throughput_tps": 2,
            },
            SOUND,
        ),
        (
            {
                **IDLE,
                "workload.output_length": 2,
                "metrics.percentiles": {"e2e_ms": {"p50": 300}},
            },
            DOUBTFUL,
        ),
    ],
)
def test_a_client_that_waits_is_doubted_unless_something_explains_it(
    changes: dict[str, Any], kind: str
) -> None:
    """What is known to take time is not held against it."""
    assert kind_of(changes) == kind


HELD = {**UNKNOWN, "metrics.ttft_ms": 25_601, "metrics.throughput_tps": 4.76}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (HELD, DOUBTFUL),
        # Ten times 256 tokens, in and out, of 10 ms each.
        ({**HELD, "metrics.ttft_ms": 25_600}, SOUND),
        ({**HELD, "metrics.ttft_ms": 12_801, "metrics.throughput_tps": 9}, SOUND),
        (
            {
                **HELD,
                "workload.input_length": ABSENT,
                "metrics.ttft_ms": 12_801,
                "metrics.throughput_tps": 9,
            },
            DOUBTFUL,
        ),
        (
            {
                **HELD,
                "workload.input_length": ABSENT,
                "metrics.ttft_ms": 12_800,
                "metrics.throughput_tps": 9,
            },
            SOUND,
        ),
        ({**HELD, "workload.concurrent_requests": None}, SOUND),
        ({**HELD, "workload.request_rate": 1, "workload.max_in_flight": 1}, SOUND),
        (
            {
                **OPEN,
                "workload.input_length": 0,
                "metrics.tpot_ms": 0,
                "metrics.ttft_ms": 0,
            },
            SOUND,
        ),
        ({**OPEN, "metrics.tpot_ms": 0, "metrics.ttft_ms": 1}, DOUBTFUL),
    ],
)
def test_a_first_token_that_holds_the_others_is_doubted(changes: dict[str, Any], kind: str) -> None:
    """Where nothing else may have kept it waiting."""
    assert kind_of(changes) == kind


TOGETHER = {"provenance.caveats": [{"kind": "first-tokens-together"}]}


@pytest.mark.parametrize(
    ("changes", "median", "kind"),
    [
        # TTFT and 127 times TPOT make 1350 ms.
        ({}, 1687.5, SOUND),
        ({}, 1688, DOUBTFUL),
        ({}, 1080, SOUND),
        ({}, 1079, DOUBTFUL),
        ({}, 13_500, DOUBTFUL),
        ({}, 13_501, IMPOSSIBLE),
        (TOGETHER, 13_500, SOUND),
        (TOGETHER, 13_501, IMPOSSIBLE),
        ({"provenance.answer_tokens_median": 128}, 13_500, SOUND),
        ({"provenance.answer_tokens_median": 128}, 13_501, IMPOSSIBLE),
        ({"metrics.tpot_ms": None}, 13_501, SOUND),
        ({"workload.output_length": 1}, 13_501, SOUND),
    ],
)
@pytest.mark.parametrize("place", ["distributions", "percentiles"])
def test_the_parts_of_a_request_make_the_whole_of_it(
    changes: dict[str, Any], median: float, kind: str, place: str
) -> None:
    """Unless answers differ in length, or the first tokens came together: but ten times is much."""
    name = "median" if place == "distributions" else "p50"
    whole = {f"metrics.{place}": {"e2e_ms": {name: median}}}
    assert kind_of({**OPEN, **changes, **whole}) == kind


def test_the_mean_of_whole_requests_counts_before_their_median() -> None:
    """For throughput is one of means."""
    both = {"e2e_ms": {"mean": 2000, "median": 1350}}
    assert kind_of({**UNKNOWN, "metrics.distributions": both}) == DOUBTFUL
    assert kind_of({**UNKNOWN, "metrics.distributions": {"e2e_ms": {"median": 1350}}}) == SOUND


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"metrics.decode_tps": 125}, SOUND),
        ({"metrics.decode_tps": 126}, DOUBTFUL),
        ({"metrics.decode_tps": 79}, DOUBTFUL),
        ({"metrics.decode_tps": 0}, SOUND),
        ({"metrics.decode_tps": 126, "metrics.tpot_ms": None}, SOUND),
        ({"metrics.requests_per_s": 0.9}, SOUND),
        ({"metrics.requests_per_s": 0.6}, DOUBTFUL),
        ({"metrics.requests_per_s": 0.6, "provenance.answer_tokens_median": 128}, SOUND),
        ({"metrics.requests_per_s": 0}, SOUND),
        ({"metrics.requests_per_s": 5e-324, "workload.output_length": 0.1}, SOUND),
        ({"metrics.total_tps": 200}, SOUND),
        ({"metrics.total_tps": 80}, SOUND),
        ({"metrics.total_tps": 79}, DOUBTFUL),
        ({"metrics.total_tps": 9.9}, IMPOSSIBLE),
        ({"metrics.total_tps": 0}, SOUND),
    ],
)
def test_a_figure_in_other_words_is_the_same_figure(changes: dict[str, Any], kind: str) -> None:
    """Within a quarter."""
    assert kind_of({**OPEN, **changes}) == kind


@pytest.mark.parametrize(
    ("requests", "failed", "rate", "kind"),
    [
        (99, 1, ABSENT, SOUND),
        (98, 2, ABSENT, IMPOSSIBLE),
        (98, 2, 0, IMPOSSIBLE),
        (98, 2, 0.02, SOUND),
        (90, 10, 0.05, DOUBTFUL),
        (94, 6, 0.05, SOUND),
        (93, 7, 0.05, DOUBTFUL),
        (10, 90, 0.05, IMPOSSIBLE),
        (None, 90, 0.05, SOUND),
        (100, 0, 0.05, SOUND),
        (100, None, 0.05, SOUND),
        (0, 0, 0.05, IMPOSSIBLE),
    ],
)
def test_requests_that_failed_are_in_the_error_rate(
    requests: object, failed: object, rate: object, kind: str
) -> None:
    """One in a hundred may be rounded away."""
    samples = {"requests": requests, "failed": failed}
    assert kind_of({**OPEN, "metrics.samples": samples, "metrics.error_rate": rate}) == kind
