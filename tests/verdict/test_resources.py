"""Chips, memory and energy beside the speed: each on either side of its bounds."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from benchmark.verdict import DOUBTFUL, IMPOSSIBLE
from benchmark.verdict.resources import contradictions
from benchmark.verdict.stated import stated
from tests.support.entries import ABSENT, data

Found = tuple[str, str, str]
H100 = {"hardware.chip_model": "NVIDIA H100 80GB HBM3"}
VARIED = {"provenance.answer_tokens_median": 128}
GIB = 2**30
CHIPS = ".hardware.chip_count"
PARTS = ".cluster.parallelism"
JOULES = ".metrics.joules_per_token"
ENERGY = ".metrics.energy_j"
BANDWIDTH = ".metrics.memory_bandwidth_gbs"


def found(*changes: dict[str, Any]) -> list[Found]:
    """What the plain entry says of its chips that cannot be."""
    said = stated(data({path: value for each in changes for path, value in each.items()}))
    return [(kind, path, str(text)) for kind, path, text in contradictions(said)]


def kinds(*changes: dict[str, Any]) -> list[str]:
    """How bad each is."""
    return [kind for kind, _, _ in found(*changes)]


def hardware(**values: object) -> dict[str, Any]:
    """What is stated of the chips."""
    return {f"hardware.{name}": value for name, value in values.items()}


def cluster(nodes: object = 1, tensor: object = ABSENT, pipeline: object = ABSENT) -> Any:
    """Nodes, and the parts of the model on them."""
    stated = {"tensor_parallel": tensor, "pipeline_parallel": pipeline}
    parts = {name: value for name, value in stated.items() if value is not ABSENT}
    return {"cluster": {"node_count": nodes, "parallelism": parts}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({**hardware(chip_count=8, chips_per_node=5), **cluster(2)}, []),
        (
            {**hardware(chip_count=8, chips_per_node=11), **cluster(1)},
            [(DOUBTFUL, CHIPS, "8 chips are stated, but 1 nodes of 11 each")],
        ),
        (
            {**hardware(chip_count=8, chips_per_node=4), **cluster(3)},
            [(DOUBTFUL, CHIPS, "8 chips are stated, but 3 nodes of 4 each")],
        ),
        ({**hardware(chip_count=ABSENT, chips_per_node=8), **cluster(4)}, []),
        ({**hardware(chip_count=1), **cluster(4)}, []),
        (hardware(chip_count=1, chips_per_node=8), []),
        ({**hardware(chip_count=1, chips_per_node=8), "cluster": {"node_count": 0}}, []),
    ],
)
def test_nodes_have_no_more_chips_than_there_are(
    changes: dict[str, Any], expected: list[Found]
) -> None:
    """A quarter more is let pass, and what is not stated."""
    assert found(changes) == expected


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({**hardware(chip_count=8), **cluster(1, 4, 2)}, 0),
        ({**hardware(chip_count=8), **cluster(1, 4, 3)}, 12),
        ({**hardware(chip_count=8), **cluster(1, 9)}, 9),
        ({**hardware(chip_count=8), **cluster(1, ABSENT, 9)}, 9),
        ({**hardware(chip_count=8), **cluster(2, 16)}, 0),
        ({**hardware(chip_count=8), **cluster(2, 17)}, 17),
        ({**hardware(chip_count=1), **cluster(1, 1)}, 0),
        ({**hardware(chip_count=1), **cluster(1, ABSENT, 1)}, 0),
        ({**hardware(chip_count=1), **cluster(ABSENT, 2)}, 2),
        ({**hardware(chip_count=1), **cluster(0, 2)}, 2),
        ({**hardware(chip_count=ABSENT), **cluster(1, 9)}, 0),
    ],
)
def test_every_part_of_a_model_has_its_chip(changes: dict[str, Any], parts: int) -> None:
    """Or a socket or process of a CPU."""
    count = changes["hardware.chip_count"]
    text = f"a model in {parts} parts is stated, but {count} chips"
    assert found(H100, changes) == ([(DOUBTFUL, PARTS, text)] if parts else [])
    assert found({"hardware.chip_model": "CPU"}, changes) == []


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        (hardware(total_memory_gb=80), 80),
        (hardware(memory_per_chip_gb=80), 80),
        (hardware(memory_per_chip_gb=80, chip_count=ABSENT), 80),
        (hardware(memory_per_chip_gb=80, chip_count=0), 80),
        (hardware(memory_per_chip_gb=80, chip_count=4), 320),
        ({**hardware(memory_per_chip_gb=80, chip_count=4), **cluster(2)}, 640),
        ({**hardware(memory_per_chip_gb=80), "cluster": {}}, 80),
        (hardware(memory_per_chip_gb=80, total_memory_gb=640), 640),
        (hardware(memory_per_chip_gb=80, total_memory_gb=8), 80),
        (hardware(memory_per_chip_gb=0.25), 0.25),
        (hardware(total_memory_gb=0.25), 0.25),
    ],
)
@pytest.mark.parametrize(("name", "unit"), [("peak_mem_mb", 2**20), ("kv_used_bytes", 1)])
def test_no_more_memory_is_used_than_the_chips_have(
    changes: dict[str, Any], total: float, name: str, unit: int
) -> None:
    """A quarter more may be a matter of units."""

    def used(gib: float) -> list[Found]:
        return found(
            {"metrics.peak_mem_mb": ABSENT}, changes, {f"metrics.{name}": gib * GIB / unit}
        )

    text = f"{1.5 * total:.4g} GiB of memory are said to be used, but the chips have {total} in all"
    assert used(1.25 * total) == []
    assert used(1.5 * total) == [(DOUBTFUL, f".metrics.{name}", text)]
    assert [kind for kind, _, _ in used(11 * total)] == [IMPOSSIBLE]


@pytest.mark.parametrize("changes", [{}, hardware(total_memory_gb=0, memory_per_chip_gb=0)])
def test_of_memory_that_is_not_stated_any_may_be_used(changes: dict[str, Any]) -> None:
    """Nothing is known of it."""
    assert found(changes, {"metrics.peak_mem_mb": 1e9, "metrics.kv_used_bytes": 2**60}) == []


def test_memory_of_which_no_use_is_stated_may_be_as_small_as_any() -> None:
    """Of a byte too."""
    unused = {"metrics.peak_mem_mb": ABSENT, "metrics.kv_used_bytes": ABSENT}
    assert found(hardware(total_memory_gb=1e-12), unused) == []


@pytest.mark.parametrize(
    ("changes", "watts", "chips"),
    [
        ({}, 3000, "1 × cpu"),
        (H100, 3000, "1 × h100 hbm3"),
        ({**H100, "hardware.chip_count": 4}, 12_000, "4 × h100 hbm3"),
        ({"hardware.chip_model": "Somebody X9"}, 30_000, "1 × any"),
    ],
)
def test_chips_take_no_more_power_than_any_does(
    changes: dict[str, Any], watts: float, chips: str
) -> None:
    """100 tokens a second, each of so many joules."""

    def taken(power: float) -> list[Found]:
        return found(changes, {"metrics.joules_per_token": power / 100})

    text = f"{watts / 50:,g} J for each of 100 tokens/s make {2 * watts:,.0f} W, more than {chips}"
    assert taken(1.25 * watts) == []
    assert taken(2 * watts) == [(DOUBTFUL, JOULES, f"{text} take")]
    assert [kind for kind, _, _ in taken(11 * watts)] == [IMPOSSIBLE]


def test_operations_take_energy() -> None:
    """Two a parameter, of which the best chips make 1e14 with ten joules."""
    least = 2 * 124e6 / 1e14
    text = "2e-06 J a token are stated, but 2 × 124,000,000 operations take 2.48e-06 J"
    assert found({"metrics.joules_per_token": least}) == []
    assert found({"metrics.joules_per_token": 2e-6}) == [(IMPOSSIBLE, JOULES, text)]


def energy(joules: object, requests: object = 10, **others: object) -> dict[str, Any]:
    """All of the energy, at a joule for a token."""
    return {
        ENERGY[1:]: joules,
        "metrics.joules_per_token": 1,
        "metrics.samples": {"requests": requests, **others},
    }


def spoken(changes: dict[str, Any], joules: float) -> tuple[float, float]:
    """The figure, and what it should be, as the reason tells them."""
    ((_, path, text),) = found(changes, {ENERGY[1:]: joules})
    figure, _, other = text.replace(",", "").partition(
        " is stated but J a token × output tokens is "
    )
    assert path == ENERGY
    return float(figure), float(other)


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        (energy(None), 1280, 1280),
        (energy(None, failed=4), 768, 1280),
        (energy(None, failed=10), 128, 1280),
        (energy(None, 1), 128, 128),
        ({**energy(None), "workload.batch_size": 4}, 1280, 5120),
        ({**energy(None), "workload.batch_size": 0.5}, 1280, 1280),
        ({**energy(None), "workload.batch_size": ABSENT}, 1280, 1280),
        ({**energy(None), "metrics.joules_per_token": 0.5}, 640, 640),
    ],
)
def test_all_energy_is_that_of_every_token(
    changes: dict[str, Any], least: float, most: float
) -> None:
    """Of what succeeded at least; of every batch at most, whether a request is one or in one."""
    low, high = 0.75 * least, 1.5 * most
    assert found(changes, {ENERGY[1:]: 0.8 * least}) == []
    assert found(changes, {ENERGY[1:]: 1.25 * most}) == []
    assert kinds(changes, {ENERGY[1:]: low}) == kinds(changes, {ENERGY[1:]: high}) == [DOUBTFUL]
    assert kinds(changes, VARIED, {ENERGY[1:]: low}) == []
    assert spoken(changes, low) == (low, least)
    assert spoken(changes, high) == (high, most)


@pytest.mark.parametrize(
    "changes",
    [
        {**energy(5), "metrics.joules_per_token": ABSENT},
        {**energy(5), "metrics.samples": {}},
        energy(5, 0),
        energy(0),
        energy(ABSENT),
    ],
)
def test_of_energy_nothing_follows_where_a_part_is_not_stated(changes: dict[str, Any]) -> None:
    """The joules of a token, the requests, or all of it."""
    assert found(changes) == []


def test_energy_beyond_every_number_is_the_largest_number() -> None:
    """So that a stated one of that size agrees."""
    most = {"metrics.joules_per_token": 1e308, "metrics.throughput_tps": 1e-308}
    assert found(energy(sys.float_info.max), most) == []


@pytest.mark.parametrize(
    ("changes", "most", "chips"),
    [
        (H100, 3352, "1 × h100 hbm3"),
        ({**H100, "hardware.chip_count": 4}, 13_408, "4 × h100 hbm3"),
    ],
)
def test_no_memory_is_measured_at_more_than_twice_its_bandwidth(
    changes: dict[str, Any], most: float, chips: str
) -> None:
    """Of chips that are in the table."""

    def measured(rate: float) -> list[Found]:
        return found(changes, {BANDWIDTH[1:]: rate})

    text = f"{2.5 * most:,.0f} GB/s are said to have been measured, but {chips} have {most:,}"
    assert measured(2 * most) == []
    assert measured(2.5 * most) == [(DOUBTFUL, BANDWIDTH, text)]
    assert [kind for kind, _, _ in measured(11 * most)] == [IMPOSSIBLE]
    assert found({"hardware.chip_model": "Somebody X9"}, {BANDWIDTH[1:]: 1e300}) == []
