"""What is called sound at a glance: all that is plain, or it would be quick in vain."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, SOUND, quick, verdict
from benchmark.verdict.quick import is_plainly_sound
from tests.support import real_format
from tests.support.entries import ABSENT, data

SIX = {"workload.concurrent_requests": 2, "workload.batch_size": 3}
CROWD = {"workload.concurrent_requests": 1000}
THRONG = {"workload.concurrent_requests": 10_000}
H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
}


def figures(tps: float, ttft: float = 80, tpot: float = 10) -> dict[str, Any]:
    """The three that everything plain states."""
    return {"metrics.throughput_tps": tps, "metrics.ttft_ms": ttft, "metrics.tpot_ms": tpot}


def test_ordinary_entries_are_judged_the_quick_way() -> None:
    """As the first format has them; those that are all zero claim nothing."""
    ordinary = [data(), *real_format.public_entries()]
    assert all(is_plainly_sound(each) for each in ordinary if each["metrics"]["throughput_tps"])


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        # 6 in flight, a token every 10 ms: 600 tokens/s.
        (figures(749, 1.1), figures(750.5, 1.1)),
        # 6 in flight, 128 tokens in 1350 ms: 568.9 tokens/s.
        (figures(710.8), figures(711.4)),
        # Six times 256 tokens, one by one, in 15.36 s.
        (figures(3, 153_500), figures(3, 153_700)),
    ],
)
def test_figures_that_agree_within_a_quarter_are_plainly_sound(
    within: dict[str, Any], beyond: dict[str, Any]
) -> None:
    """And what is a little more is doubtful: a quarter, or ten times where a TTFT is long."""
    assert is_plainly_sound(data({**SIX, **within}))
    assert verdict(data({**SIX, **beyond})).kind == DOUBTFUL


@pytest.mark.parametrize(
    "changes",
    [
        # 128 tokens in 1350 ms: a request alone makes 94.81 tokens/s, of which four fifths.
        figures(75.9),
        # 8e9 parameters, two operations each, at 9.9e14/s.
        {**H100, **CROWD, **figures(61_800)},
        {**H100, "workload.input_length": 4940},
        # 15.95 GB at 3352 GB/s: 4.758 ms a step, 210.2 steps/s for each of six.
        {**H100, **SIX, **figures(1260, 5, 4.76)},
        {"workload.output_length": 1, **figures(12)},
        {"workload.batch_size": 1.0, "workload.concurrent_requests": 1},
    ],
)
def test_what_comes_near_to_what_is_possible_is_plainly_sound(changes: dict[str, Any]) -> None:
    """Up to the bound itself, on its right side."""
    assert is_plainly_sound(data(changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"workload.output_length": 0.5, **figures(6.5)},
        {"workload.concurrent_requests": 0.5},
        {"workload.batch_size": 0.5},
        {"workload.batch_size": None},
        {"workload.concurrent_requests": True},
        {"workload.concurrent_requests": 10**18},
        {"metrics.ttft_ms": 0},
        {"workload.input_length": 0},
        {"metrics.tpot_ms": "10"},
        {"model.name": 7},
        {"model": "x"},
        {"hardware": None},
        {"metrics": []},
        {"workload": "x"},
    ],
)
def test_what_is_odd_is_looked_at_in_full(changes: dict[str, Any]) -> None:
    """Nothing, parts of a token or of a request, no number, and more than anybody has."""
    assert not is_plainly_sound(data(changes))


def test_a_batch_that_is_not_stated_is_one() -> None:
    """As in the full look."""
    alone = {"workload.batch_size": ABSENT}
    assert is_plainly_sound(data({**alone, **figures(118)}))
    assert verdict(data({**alone, **figures(119)})).kind == DOUBTFUL


UNKNOWN = [
    {"model.name": "x"},
    {"model.name": "x", "model.parameters": "unknown"},
    {"model.name": "x", "model.parameters": None},
]
FAST = [{**THRONG, **figures(900_000)}, {"workload.input_length": 72_000}]
KNOWN = [
    {"model.name": "x", "model.parameters": "70B"},
    {"model.name": "x-70b"},
]
TOO_FAST = [{**THRONG, **figures(1_000_000)}, {"workload.input_length": 80_000}]


class AskedError(Exception):
    """What the chips can do was reckoned, or more was."""


def test_what_is_plainly_sound_is_looked_at_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything else is."""

    def asked(value: object) -> None:
        raise AskedError(value)

    monkeypatch.setattr("benchmark.verdict.looked_at", asked)
    assert verdict(data()).kind == SOUND
    with pytest.raises(AskedError):
        verdict(data({"provenance": {}}))


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for them fails."""

    def asked(value: object) -> None:
        raise AskedError(value)

    monkeypatch.setattr(quick, "limits_of", asked)


@pytest.mark.usefixtures("no_limits")
@pytest.mark.parametrize("figures", FAST)
@pytest.mark.parametrize("model", UNKNOWN)
def test_a_model_of_which_nothing_is_known_needs_no_look_at_its_chip(
    model: dict[str, Any], figures: dict[str, Any]
) -> None:
    """Every chip of the table makes a million tokens/s of a model so small."""
    assert is_plainly_sound(data({**model, **figures}))


@pytest.mark.usefixtures("no_limits")
@pytest.mark.parametrize(
    "changes",
    [*KNOWN, *({**UNKNOWN[0], **figures} for figures in TOO_FAST)],
)
def test_what_may_be_more_than_its_chip_can_do_is_compared_with_that(
    changes: dict[str, Any],
) -> None:
    """The size is known, or a million tokens/s are reached."""
    with pytest.raises(AskedError):
        is_plainly_sound(data(changes))
