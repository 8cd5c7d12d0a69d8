"""How fast tokens can come at most, of the chips and the model that an entry states.

Each decoding step reads the weights that take part at least once from memory, and makes one token
for each request in flight; each token takes two operations for each such parameter (roofline:
https://doi.org/10.1145/1498765.1498785; 2N operations a token: https://arxiv.org/abs/2001.08361).
What the chips' caches can hold is not read from there, but from them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmark.verdict.chip_names import chip_named
from benchmark.verdict.chips import ANY
from benchmark.verdict.models import FEWEST, Size, model_of
from benchmark.verdict.precisions import bits
from benchmark.verdict.stated import figure, number, section, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

_MOST_CHIPS = 1e6
"""More than anybody has in one cluster."""

_CACHE = 20
"""No cache that holds so much is so many times as fast as the memory."""

_LONGEST = 512
_SINGLE_BITS, _HALF_BITS = 32, 16
_UNBOUND = float("inf")


class Limits(NamedTuple):
    """What decides how fast tokens can come.

    Attributes:
        chip: the name of the chip in the table.
        chips: how many there are.
        active: parameters that a token takes at least.
        rate: operations per second of all chips.
        memory: bytes per second that all chips read from memory; infinite where it is not known.
        bandwidth: bytes per second of all chips, from memory or from cache, as that takes longer.
        step_bytes: bytes that a step reads from there at least; 0 where that is not known.
        tokens_per_s: what the arithmetic allows.
        steps_per_s: what the bandwidth allows; infinite where that is not known.
    """

    chip: str
    chips: float
    active: float
    rate: float
    memory: float
    bandwidth: float
    step_bytes: float
    tokens_per_s: float
    steps_per_s: float


_Stated: TypeAlias = "tuple[str, float, str, str | float | None, float | None, str, str]"


class _Setup(NamedTuple):
    """What of an entry the limits follow from."""

    chip: str
    chips: float
    name: str
    parameters: str | float | None
    counted: float | None
    precision: str
    quantization: str


def limits_of(data: Mapping[str, Json]) -> Limits:
    """The limits of an entry's chips and model."""
    hardware, model = section(data, "hardware"), section(data, "model")
    # As a plain tuple: to make one with names takes as long as all the rest.
    return _limits(
        (
            text(hardware, "chip_model"),
            _count(data, hardware),
            text(model, "name")[:_LONGEST],
            _size(model),
            figure(section(data, "provenance"), "parameter_count"),
            text(model, "precision"),
            text(model, "quantization"),
        )
    )


def _reckoned(stated: _Stated) -> Limits:
    setup = _Setup(*stated)
    chip = chip_named(setup.chip)
    model = model_of(setup.name, Size(setup.parameters, setup.counted))
    width = bits(setup.precision, setup.quantization, setup.name, is_dense=model.is_dense)
    single, half, fewer = chip.tera
    few = half if width >= _HALF_BITS else fewer
    rate = setup.chips * 1e12 * (single if width >= _SINGLE_BITS else few)
    active, memory = model.active or FEWEST, setup.chips * chip.bandwidth * 1e9
    read, bandwidth = 0.0, memory
    if chip is not ANY and model.active is not None:
        weights = active * width / 8
        read, bandwidth = max(
            (weights - setup.chips * chip.cache * 1e6, memory),
            (weights, _CACHE * memory),
            key=lambda way: way[0] / way[1],
        )
    steps, tokens = bandwidth / read if read else _UNBOUND, rate / (2 * active)
    return Limits(chip.name, setup.chips, active, rate, memory, bandwidth, read, tokens, steps)


_limits = lru_cache(maxsize=4096)(_reckoned)


def _size(model: Mapping[str, Json]) -> str | float | None:
    size = model.get("parameters")
    return size[:_LONGEST] if isinstance(size, str) else number(size)


def _count(data: Mapping[str, Json], hardware: Mapping[str, Json]) -> float:
    """Chips in all; of several nodes it may be that each one's were counted."""
    count = figure(hardware, "chip_count") or 1
    nodes = figure(section(data, "cluster"), "node_count") or 1
    per_node = figure(hardware, "chips_per_node") or count
    return min(_MOST_CHIPS, max(count, nodes * per_node))
