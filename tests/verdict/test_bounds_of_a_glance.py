"""What is seen at a glance of an entry reaches up to its bounds, and no further."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, SOUND, agreement, ceilings, kind_of, looked_at, verdict
from benchmark.verdict.models import is_misnamed
from benchmark.verdict.order import disorder
from benchmark.verdict.orderly import is_orderly
from benchmark.verdict.quick import is_plainly_sound
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data
from tests.verdict.test_quick import H100, SIX, UNKNOWN, AskedError, figures

HUNDRED = {"workload.concurrent_requests": 100}
CROWD = {"workload.concurrent_requests": 1000}
THRONG = {"workload.concurrent_requests": 10_000}
# 15.95 GB at 3352 GB/s: 210.2 steps/s, and twice as many are allowed for.
WITHIN = {**H100, **SIX, **figures(2500, 2.4, 2.4)}


@pytest.fixture
def nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks up whether tokens are guessed fails."""

    def asked(value: object) -> None:
        raise AskedError(value)

    monkeypatch.setattr(ceilings, "_guesses", asked)


@pytest.mark.usefixtures("nobody_asks")
@pytest.mark.parametrize(
    "changes",
    [
        WITHIN,
        {**WITHIN, "workload.output_length": 1, "metrics.tpot_ms": 0.5},
        {**WITHIN, "metrics.tpot_ms": None},
        {**WITHIN, "metrics.ttft_ms": 0},
    ],
)
def test_what_a_token_a_step_explains_needs_no_guess(changes: dict[str, Any]) -> None:
    """Whether tokens are guessed takes long to look up."""
    assert not [*ceilings.excesses(stated(data(changes)))]


@pytest.mark.usefixtures("nobody_asks")
@pytest.mark.parametrize("changes", [figures(2530, 2.4, 2.4), figures(9, 2.3), figures(9, 9, 2.3)])
def test_what_is_faster_may_be_guessed(changes: dict[str, Any]) -> None:
    """The throughput, the first token, or each other one."""
    with pytest.raises(AskedError):
        [*ceilings.excesses(stated(data({**H100, **SIX, **changes})))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (figures(100, 1, 5), [".metrics.ttft_ms"]),
        (figures(100, 5, 1), [".metrics.tpot_ms"]),
        ({**figures(2530, 3, 0.5), "workload.output_length": 1}, [".metrics.throughput_tps"]),
    ],
)
def test_only_what_is_faster_than_a_step_is_told(
    changes: dict[str, Any], expected: list[str]
) -> None:
    """Of one token there is no time between two."""
    found = ceilings.excesses(stated(data({**H100, **SIX, **changes})))
    assert [reason.path for reason in found] == expected


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        # 64 requests with 128 tokens in 1350 ms and a pause of 50, a quarter of them.
        (
            {"workload.concurrent_requests": 64, **figures(1463)},
            {"workload.concurrent_requests": 64, **figures(1462)},
        ),
        # Ten tokens are read for one that is written: 61,875 in all.
        (
            {**H100, **HUNDRED, "workload.input_length": 1280, **figures(6180)},
            {**H100, **HUNDRED, "workload.input_length": 1280, **figures(6200)},
        ),
        ({**H100, "workload.input_length": 4940}, {**H100, "workload.input_length": 5000}),
        # 15.95 GB of weights, of which a hundredth may be seen: 152.1 MiB.
        ({**H100, "metrics.peak_mem_mb": 152.2}, {**H100, "metrics.peak_mem_mb": 151.5}),
        ({"workload.output_length": 10**17}, {"workload.output_length": 10**18}),
        (
            {"metrics.kv_used_tokens": 9, "kv_cache_config.budget_tokens": 9},
            {"metrics.kv_used_tokens": 10, "kv_cache_config.budget_tokens": 9},
        ),
    ],
)
def test_plainly_sound_is_all_up_to_the_bound(
    within: dict[str, Any], beyond: dict[str, Any]
) -> None:
    """A little more has to be looked at."""
    assert is_plainly_sound(data(within))
    assert not is_plainly_sound(data(beyond))


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.kv_used_tokens": 0, "kv_cache_config.budget_tokens": 8192},
        {"metrics.kv_used_tokens": None, "kv_cache_config.budget_tokens": 8192},
        {"metrics.kv_used_tokens": 5, "kv_cache_config": None},
        {"metrics.kv_used_tokens": 5, "kv_cache_config": "x"},
    ],
)
def test_a_cache_of_which_nothing_is_said_has_room(changes: dict[str, Any]) -> None:
    """Whichever side it is of which nothing is said."""
    assert is_plainly_sound(data(changes))


@pytest.mark.parametrize(
    "changes",
    [
        {**THRONG, **figures(1_000_000), "workload.input_length": 1},
        {**CROWD, **figures(100_000), "workload.input_length": 1280},
    ],
)
def test_a_million_tokens_are_compared_with_the_chip(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """Those that are written, or those that are read meanwhile."""

    def asked(value: object) -> None:
        raise AskedError(value)

    monkeypatch.setattr("benchmark.verdict.quick.limits_of", asked)
    with pytest.raises(AskedError):
        is_plainly_sound(data({**UNKNOWN[0], **changes}))


def test_the_kind_is_that_of_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is plainly sound is looked at no further."""
    doubtful, impossible = data({"metrics.throughput_tps": 200}), data(figures(1e9))
    assert verdict(doubtful).kind == kind_of(doubtful) == DOUBTFUL
    assert verdict(impossible).kind == kind_of(impossible)
    assert looked_at(impossible).kind not in {SOUND, DOUBTFUL}

    def asked(value: object) -> None:
        raise AskedError(value)

    monkeypatch.setattr("benchmark.verdict.looked_at", asked)
    assert kind_of(data()) == SOUND


@pytest.mark.parametrize(
    ("parameters", "expected"), [("0.69B", True), ("0.7B", False), ("70B", False), ("71B", True)]
)
def test_a_size_is_that_of_the_name_within_ten_times(parameters: str, *, expected: bool) -> None:
    """In either direction."""
    assert is_misnamed("meta-llama/llama-2-7b-hf", parameters) is expected


def test_an_interval_that_ends_before_it_begins_is_out_of_order() -> None:
    """Where no median stands between its ends, too."""
    row = {"ci95_low": 5.0, "ci95_high": 1.0}
    [reason] = disorder(stated(data({"metrics.distributions": {"e2e_ms": row}})))
    assert reason.path == ".metrics.distributions.e2e_ms"
    assert str(reason.text).startswith("of e2e_ms, ci95_low is 5, but ci95_high is 1")


def test_a_gauge_out_of_order_is_told_by_its_name() -> None:
    """With its place."""
    [reason] = disorder(stated(data({"metrics.server": {"running": {"mean": 5, "max": 1}}})))
    assert reason.path == ".metrics.server.running"
    assert str(reason.text).startswith("of running, mean is 5, but max is 1")


def test_a_row_without_a_deviation_is_in_order() -> None:
    """As percentiles alone are."""
    assert is_orderly({"p50": 1, "p99": 2})


def test_a_pace_is_a_time_between_tokens() -> None:
    """Where only that is said."""
    said = stated(data({"metrics.tpot_ms": ABSENT, "metrics.decode_tps": 100}))
    assert said.tpot == 10


def test_where_tokens_are_told_of_their_sum_is_looked_at() -> None:
    """Of two tokens there is one time between them: then the first is no whole."""
    late = {"metrics.ttft_ms": 500, "metrics.distributions": {"e2e_ms": {"median": 1}}}
    look = agreement._first_after_the_end  # noqa: SLF001
    assert not [*look(stated(data({**late, "workload.output_length": 2})))]
    assert [*look(stated(data({**late, "workload.output_length": 1})))]
    assert [*look(stated(data({**late, "metrics.tpot_ms": ABSENT})))]
