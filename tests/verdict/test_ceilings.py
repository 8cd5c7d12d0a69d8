"""What is faster than the chips are: on either side of every bound."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, verdict
from benchmark.verdict.ceilings import MARGIN, excesses
from benchmark.verdict.limits import limits_of
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data

H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
    "workload.concurrent_requests": 2,
    "metrics.ttft_ms": 5000,
    "metrics.tpot_ms": None,
}
LIMITS = limits_of(data(H100))
MOST = MARGIN * 2 * LIMITS.steps_per_s
OPEN = {"workload.request_rate": 1e6, "workload.max_in_flight": 2}
GUESSES = [
    {"metrics.spec_accept_rate": 0.8},
    {"metrics.server": {"draft_tokens": 5}},
    {"metadata.reproducible_cmd": "vllm serve --Speculative-config x"},
    {"metadata.notes": "with EAGLE 3"},
    {"engine": "Medusa"},
    {"provenance": {"engine": {"options": ["x", "--speculative-config"]}}},
    {"provenance": {"engine": {"options": {"speculative_config": {"tokens": 3}}}}},
    {"provenance": {"engine": {"options": {"mode": "prompt lookup"}}}},
]
NO_GUESSES = [
    {"metrics.spec_accept_rate": 0},
    {"metrics.server": {"draft_tokens": 0}},
    {"metadata.notes": "nothing to say"},
    {"metadata.notes": None},
    {"metadata": "x"},
    {"provenance": {"engine": {"options": {"speculative_config": None, "num_draft_tokens": 0}}}},
    {"provenance": {"engine": {"options": ["x", 7, {"draft_tokens": 3, "spec_accept_rate": 1}]}}},
]


def kind_of(*changes: dict[str, Any]) -> str:
    """The verdict on what the chip is said to have done."""
    return verdict(data({path: value for each in changes for path, value in each.items()})).kind


def tps(value: float) -> dict[str, Any]:
    """A throughput."""
    return {"metrics.throughput_tps": value}


@pytest.mark.parametrize("changes", NO_GUESSES)
def test_a_step_makes_one_token_for_each_request(changes: dict[str, Any]) -> None:
    """Twice what the memory allows for two in flight, and not more."""
    assert kind_of(H100, OPEN, changes, tps(MOST)) == SOUND
    assert kind_of(H100, OPEN, changes, tps(MOST * 1.001)) == IMPOSSIBLE


@pytest.mark.parametrize("changes", GUESSES)
def test_a_step_makes_sixteen_tokens_where_some_are_guessed(changes: dict[str, Any]) -> None:
    """Whoever says it; more than eight are doubtful: some of what is guessed is wrong."""
    assert kind_of(H100, OPEN, changes, tps(4 * MOST)) == SOUND
    assert kind_of(H100, OPEN, changes, tps(4.01 * MOST)) == DOUBTFUL
    assert kind_of(H100, OPEN, changes, tps(16 * MOST)) == DOUBTFUL
    assert kind_of(H100, OPEN, changes, tps(16.01 * MOST)) == IMPOSSIBLE


def test_without_requests_in_flight_the_memory_sets_no_limit_to_their_throughput() -> None:
    """They may be any number."""
    assert kind_of(H100, {"workload.concurrent_requests": None}, tps(2 * MOST)) == SOUND


def test_twice_the_arithmetic_is_the_most() -> None:
    """However many are in flight."""
    crowd = {"workload.concurrent_requests": 10_000}
    assert kind_of(H100, crowd, tps(MARGIN * LIMITS.tokens_per_s)) == SOUND
    assert kind_of(H100, crowd, tps(MARGIN * LIMITS.tokens_per_s * 1.001)) == IMPOSSIBLE


SHORTEST = 1e3 / (MARGIN * LIMITS.steps_per_s)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"metrics.tpot_ms": SHORTEST}, SOUND),
        ({"metrics.tpot_ms": SHORTEST * 0.999}, DOUBTFUL),
        ({"metrics.tpot_ms": SHORTEST * 0.999, "workload.output_length": 1}, SOUND),
        ({"metrics.tpot_ms": SHORTEST * 0.999, "workload.output_length": 1.5}, DOUBTFUL),
        ({"metrics.tpot_ms": SHORTEST * 0.999, "metrics.spec_accept_rate": 0.5}, SOUND),
        ({"metrics.tpot_ms": SHORTEST * 0.999, "workload.max_in_flight": None}, DOUBTFUL),
    ],
)
def test_a_step_takes_half_of_what_reading_the_weights_takes_at_least(
    changes: dict[str, Any], kind: str
) -> None:
    """Where there is a step, and it makes one token."""
    assert kind_of(H100, OPEN, tps(100), changes) == kind


# 8e9 parameters, two operations each, at 9.9e14/s: 1000 tokens in 16.16 ms.
PROMPT = {"workload.input_length": 61_875, "metrics.ttft_ms": 499}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (PROMPT, DOUBTFUL),
        ({**PROMPT, "metrics.ttft_ms": 500}, SOUND),
        ({**PROMPT, "workload.input_length": ABSENT, "metrics.ttft_ms": 3}, SOUND),
        ({**PROMPT, "metrics.prefix_hit_rate": 0.01}, SOUND),
        ({**PROMPT, "metrics.prefix_hit_rate": 0.001}, DOUBTFUL),
        ({**PROMPT, "metrics.prefix_hit_rate": 3}, SOUND),
        ({**PROMPT, "metrics.ttft_ms": 0, "metrics.prefix_hit_rate": 1}, SOUND),
        ({**PROMPT, "workload.shared_prefix_tokens": 1}, SOUND),
        ({**PROMPT, "workload.turns": 2}, SOUND),
        ({**PROMPT, "workload.trace": "t"}, SOUND),
    ],
)
def test_a_prompt_takes_half_of_its_arithmetic_at_least(changes: dict[str, Any], kind: str) -> None:
    """Unless a cache may have spared it: where one is measured, or prompts share beginnings."""
    assert kind_of(H100, OPEN, tps(100), changes) == kind


# 15.95 GB at 3352 GB/s: 4.758 ms.
START = {"metrics.ttft_ms": SHORTEST * 0.999, "workload.input_length": 1}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (START, DOUBTFUL),
        ({**START, "metrics.ttft_ms": SHORTEST}, SOUND),
        ({**START, "metrics.ttft_ms": 0, "workload.input_length": 0}, SOUND),
        ({**START, "metadata.notes": "with EAGLE 3"}, SOUND),
        ({**START, "workload.output_length": 1}, DOUBTFUL),
    ],
)
def test_the_first_token_takes_a_step_too(changes: dict[str, Any], kind: str) -> None:
    """Half of what reading the weights takes, at least, if a step makes one token."""
    assert kind_of(H100, OPEN, tps(100), changes) == kind


# Of these nothing is known, so that only its own figures can speak against one.
ALONE = {
    "hardware.chip_model": "x",
    "model.name": "x",
    "workload.input_length": 0,
    "metrics.ttft_ms": 0.99,
    "metrics.tpot_ms": 10,
    "metrics.throughput_tps": 100,
}


@pytest.mark.parametrize(
    ("changes", "is_doubted"),
    [
        ({}, True),
        ({"metrics.ttft_ms": 1}, False),
        ({"metrics.ttft_ms": 0}, False),
        ({"workload.concurrent_requests": 2}, False),
        ({"workload.concurrent_requests": None}, False),
        ({"workload.output_length": 1}, False),
        ({"workload.output_length": 2, "metrics.throughput_tps": 120}, True),
        ({"workload.output_length": 1.5, "metrics.throughput_tps": 110}, True),
        ({"metrics.tpot_ms": None, "metrics.ttft_ms": 0.05}, False),
    ],
)
def test_no_first_token_is_ten_times_as_fast_as_every_other(
    changes: dict[str, Any], is_doubted: bool
) -> None:
    """Where nothing else is computed meanwhile."""
    paths = [reason.path for reason in excesses(stated(data({**ALONE, **changes})))]
    assert paths == ([".metrics.ttft_ms"] if is_doubted else [])
