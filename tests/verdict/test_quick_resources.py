"""What is called sound at a glance of chips, memory and pieces: up to the bound itself."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict.quick import is_plainly_sound
from tests.support.entries import ABSENT, data

H100 = {
    "hardware.chip_model": "NVIDIA H100 80GB HBM3",
    "model.name": "meta-llama/Llama-3.1-8B",
    "model.precision": "BF16",
    "workload.input_length": 9,
}


def chips(count: object, per_node: object = ABSENT, **cluster: object) -> dict[str, Any]:
    """Chips, and the nodes and parts of a model that take some."""
    parts = {name: value for name, value in cluster.items() if name != "node_count"}
    stated = {"hardware.chip_count": count, "hardware.chips_per_node": per_node}
    nodes = {"node_count": cluster.get("node_count", 1), "parallelism": parts}
    return {**stated, "cluster": nodes} if cluster else stated


@pytest.mark.parametrize(
    "changes",
    [
        chips(8),
        chips(10_000),
        chips(ABSENT),
        chips(2.5, 2.5),
        chips(8, 8),
        chips(8, 1),
        chips(8, 4, node_count=2),
        chips(8, 8, node_count=1, tensor_parallel=4, pipeline_parallel=2),
        chips(8, tensor_parallel=8),
        chips(8, pipeline_parallel=8),
        chips(1, node_count=None, tensor_parallel=None, pipeline_parallel=0),
        {"cluster": {}},
        {"cluster": {"node_count": 1}},
        {"hardware.chip_count": 1, "cluster": {"parallelism": {}}},
    ],
)
def test_as_many_chips_as_nodes_and_parts_take_are_plainly_sound(changes: dict[str, Any]) -> None:
    """And a count that is told twice in the same way."""
    assert is_plainly_sound(data(changes))


@pytest.mark.parametrize(
    "changes",
    [
        chips(count=True, per_node=True),
        chips(0, 0),
        chips(10_001),
        chips(8, 9),
        chips(8, 4, node_count=3),
        chips(8, 4.0, node_count=2),
        chips(8.0, 4, node_count=2),
        chips(8, 8, tensor_parallel=9),
        chips(8, 8, pipeline_parallel=9),
        chips(8, 8, tensor_parallel=3, pipeline_parallel=3),
        chips(8, -1),
        chips(8, node_count=-1),
        chips(8, tensor_parallel=-1),
        chips(8, pipeline_parallel=-1),
        chips(8, node_count=True),
        chips(8, node_count="1"),
        chips(8, tensor_parallel=1.0),
        chips(8, pipeline_parallel=[1]),
        chips(ABSENT, node_count=1),
    ],
)
def test_more_parts_than_chips_are_looked_at_in_full(changes: dict[str, Any]) -> None:
    """So is what is no whole number of them."""
    assert not is_plainly_sound(data(changes))


NO_USE = {"metrics.peak_mem_mb": ABSENT, "metrics.kv_used_bytes": ABSENT}


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.peak_mem_mb": 1024, "hardware.total_memory_gb": 1},
        {"metrics.peak_mem_mb": 1024, "hardware.memory_per_chip_gb": 1},
        {"metrics.peak_mem_mb": 1024, "hardware.memory_per_chip_gb": 1, "hardware.chip_count": 2},
        {
            "metrics.peak_mem_mb": 1024,
            "hardware.memory_per_chip_gb": 1,
            "hardware.total_memory_gb": 0,
        },
        {"metrics.kv_used_bytes": 2**30, "hardware.total_memory_gb": 1},
        {"metrics.kv_used_bytes": 2**46, "metrics.peak_mem_mb": 2**26},
        {"metrics.peak_mem_mb": 2048, "hardware.total_memory_gb": 2.0},
        {**NO_USE, "hardware.total_memory_gb": 1e-12},
        {"metrics.kv_used_bytes": None, "metrics.peak_mem_mb": None},
        {"metrics.tbt_ms": 1599.9},
        {"metrics.tbt_ms": None},
    ],
)
def test_memory_and_pieces_up_to_what_there_is_are_plainly_sound(changes: dict[str, Any]) -> None:
    """128 tokens of 10 ms, and a quarter; memory that is not stated may be the largest there is."""
    assert is_plainly_sound(data(changes))


def test_pieces_of_which_nothing_is_stated_are_plainly_sound() -> None:
    """However short a token is."""
    short = {
        "model.name": "x",
        "workload.output_length": 1,
        "metrics.tpot_ms": 1e-2,
        "metrics.ttft_ms": 1,
        "metrics.throughput_tps": 1000,
    }
    assert is_plainly_sound(data(short))
    assert is_plainly_sound(data({**short, "metrics.tbt_ms": 0.0124}))
    assert not is_plainly_sound(data({**short, "metrics.tbt_ms": 0.0126}))


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics.peak_mem_mb": 1025, "hardware.total_memory_gb": 1},
        {"metrics.peak_mem_mb": 1025, "hardware.memory_per_chip_gb": 1},
        {"metrics.kv_used_bytes": 2**30 + 1, "hardware.total_memory_gb": 1},
        {"metrics.kv_used_bytes": 2**46 + 1},
        {"metrics.peak_mem_mb": 2**26 + 1},
        {"metrics.peak_mem_mb": 2**26 + 1, "hardware.total_memory_gb": 1e9},
        {"metrics.tbt_ms": 1601},
        {"metrics.tbt_ms": "x"},
        {"metrics.peak_mem_mb": True},
        {"metrics.kv_used_bytes": [1]},
        {"hardware.total_memory_gb": "80 GB"},
        {"hardware.memory_per_chip_gb": "80 GB"},
        {"workload.request_rate": None},
        {"workload.trace": None},
        {"provenance": {}},
        {"metrics.samples": {}},
    ],
)
def test_more_memory_or_longer_pieces_are_looked_at_in_full(changes: dict[str, Any]) -> None:
    """So is what is no number, and all that tells more."""
    assert not is_plainly_sound(data(changes))


@pytest.mark.parametrize(
    ("ttft", "tpot", "is_sound"),
    [(4.76, 9, True), (4.75, 9, False), (9, 4.76, True), (9, 4.75, False)],
)
def test_neither_the_first_token_nor_another_is_sooner_than_its_weights_are_read(
    ttft: float, tpot: float, *, is_sound: bool
) -> None:
    """15.95 GB at 3352 GB/s: 4.758 ms."""
    figures = {"metrics.ttft_ms": ttft, "metrics.tpot_ms": tpot}
    alone = 128e3 / (ttft + 127 * tpot)
    stated = {**H100, **figures, "metrics.throughput_tps": alone}
    assert is_plainly_sound(data(stated)) == is_sound
