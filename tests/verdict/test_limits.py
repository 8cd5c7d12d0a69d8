"""How fast tokens can come at most: the arithmetic, figure by figure."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict.limits import Limits, limits_of
from tests.support.entries import ABSENT, data

NEVER = float("inf")
H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
}
L4 = {
    "hardware.chip_model": "NVIDIA L4",
    "model.name": "pythia-25m",
    "model.precision": "FP16",
}


def limits(changes: dict[str, Any]) -> Limits:
    """Of the plain entry with these changes."""
    return limits_of(data(changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 16 GB of weights, of which 50 MB are in the cache, at 3352 GB/s.
        (H100, Limits("h100 hbm3", 1, 8e9, 990e12, 3352e9, 3352e9, 15.95e9, 61_875, 3352 / 15.95)),
        # In 8 bits half as many bytes, and twice as many operations.
        (
            {**H100, "model.precision": "FP8"},
            Limits("h100 hbm3", 1, 8e9, 1979e12, 3352e9, 3352e9, 7.95e9, 1979e3 / 16, 3352 / 7.95),
        ),
        # In 32 bits twice as many bytes, and half as many operations.
        (
            {**H100, "model.precision": "FP32"},
            Limits("h100 hbm3", 1, 8e9, 495e12, 3352e9, 3352e9, 31.95e9, 495e3 / 16, 3352 / 31.95),
        ),
        # Two chips have two caches, too.
        (
            {**H100, "hardware.chip_count": 2},
            Limits("h100 hbm3", 2, 8e9, 1980e12, 6704e9, 6704e9, 15.9e9, 123_750, 6704 / 15.9),
        ),
        # 50 MB of which 48 are in the cache: reading them all from there takes longest.
        (L4, Limits("l4", 1, 25e6, 121e12, 300e9, 6000e9, 50e6, 2.42e6, 120_000)),
        # Twice as many, of which half is in the memory.
        (
            {**L4, "model.name": "pythia-50m"},
            Limits("l4", 1, 50e6, 121e12, 300e9, 300e9, 52e6, 1.21e6, 300e3 / 52),
        ),
        # Of a model that nobody knows it is not known what a step reads.
        (
            {**H100, "model.name": "x"},
            Limits("h100 hbm3", 1, 1000, 1979e12, 3352e9, 3352e9, 0, 1979e12 / 2000, NEVER),
        ),
        # Nor how fast a chip that nobody knows can read.
        (
            {**H100, "hardware.chip_model": "Somebody X9"},
            Limits("any", 1, 8e9, 1e18, NEVER, NEVER, 0, 6.25e7, NEVER),
        ),
    ],
)
def test_the_limits_follow_from_the_chips_and_the_weights(
    changes: dict[str, Any], expected: Limits
) -> None:
    """Operations and bytes, as a roofline has them."""
    found = limits(changes)
    assert found.chip == expected.chip
    assert found[1:] == pytest.approx(expected[1:], rel=1e-13)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"hardware.chip_count": 8}, 8),
        ({"hardware.chip_count": ABSENT}, 1),
        ({"hardware.chip_count": 0}, 1),
        ({"hardware.chip_count": 4, "hardware.chips_per_node": 8}, 8),
        ({"cluster": {"node_count": 3}, "hardware.chips_per_node": 8}, 24),
        ({"cluster": {"node_count": 3}, "hardware.chip_count": 32}, 96),
        ({"cluster": {"node_count": 3}}, 3),
        ({"hardware.chip_count": 2**53 - 1}, 1e6),
    ],
)
def test_chips_are_counted_in_favour_of_the_entry(changes: dict[str, Any], count: float) -> None:
    """In all, or those of each node; and more than anybody has are no more than that."""
    assert limits(changes).chips == count


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ({"model.name": "x"}, 1000),
        ({"model.name": "x", "model.parameters": "8B"}, 1e9),
        ({"model.name": "x", "model.parameters": 8e9}, 1e9),
        ({"model.name": "x", "provenance.parameter_count": 16e9}, 1e9),
        ({"model.name": "x", "model.parameters": "8B", "provenance.parameter_count": 4e9}, 0.5e9),
        ({"model.name": "llama-3-8b", "model.parameters": "9B"}, 8e9),
        ({"model.name": "llama-3-8b", "provenance.parameter_count": 7e9}, 7e9),
        ({"model.name": "gpt2"}, 124e6),
    ],
)
def test_of_all_that_is_said_of_a_models_size_the_least_counts(
    changes: dict[str, Any], active: float
) -> None:
    """Its name, what is stated, and what the engine counted."""
    assert limits(changes).active == active


def test_a_quantization_makes_weights_smaller_whatever_the_precision() -> None:
    """Or what a model's name tells of one."""
    half = limits(H100).step_bytes
    four = {**H100, "model.quantization": "int4"}
    named = {**H100, "model.name": "meta-llama/Llama-3.1-8B-AWQ"}
    assert half == 16e9 - 50e6
    assert {limits(four).step_bytes, limits(named).step_bytes} == {4e9 - 50e6}
