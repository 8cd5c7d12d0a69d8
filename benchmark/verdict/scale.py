"""Whether the model and the memory that are stated fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.limits import limits_of
from benchmark.verdict.models import Size, named_and_stated
from benchmark.verdict.reason import DOUBTFUL, FACTOR, because, beyond
from benchmark.verdict.stated import figure, number, section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_MIB = 2**20
SEEN = 200.0
"""Of several processes only one's memory may have been seen, or the weights are mapped files; what
is less was counted in another unit."""


def misfits(said: Stated) -> Iterator[Reason]:
    """A model of another size than its name's, weights in no memory, more tokens than room."""
    yield from _size(said)
    yield from _weights(said)
    yield from _cached(said)


def _size(said: Stated) -> Iterator[Reason]:
    """Of a family whose names tell the size, and that of all its parameters."""
    counted = number(said.provenance.get("parameter_count"))
    stated = said.model.get("parameters")
    size = Size(stated if isinstance(stated, str) else number(stated), counted)
    found = named_and_stated(text(said.model, "name"), size)
    if found is not None and not found[0] / FACTOR <= found[1] <= found[0] * FACTOR:
        yield because(
            DOUBTFUL,
            ".model.parameters",
            N_("the model's name tells of {named} parameters, but {stated} are stated"),
            named=found[0],
            stated=found[1],
        )


def _weights(said: Stated) -> Iterator[Reason]:
    used = (figure(said.metrics, "peak_mem_mb") or 0.0) * _MIB
    limits = limits_of(said.data)
    if used and used * SEEN * limits.chips < limits.step_bytes:
        yield because(
            DOUBTFUL,
            ".metrics.peak_mem_mb",
            N_(
                "{used} GB of memory are said to be used, but every step reads {size} GB of weights"
            ),
            used=used / 1e9,
            size=limits.step_bytes / 1e9,
        )


def _cached(said: Stated) -> Iterator[Reason]:
    budget = figure(section(said.data, "kv_cache_config"), "budget_tokens")
    used = figure(said.metrics, "kv_used_tokens")
    if budget and used:
        yield from beyond(
            used / budget,
            ".metrics.kv_used_tokens",
            N_("{used} tokens are said to be cached, but there is room for {budget}"),
            used=used,
            budget=budget,
        )
