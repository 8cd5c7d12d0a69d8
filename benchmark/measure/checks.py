"""An entry that cannot be right, by its own samples or by itself, is not written.

What is only unusual is no matter for here: see `benchmark.measure.caveats`. A long wait for the
first token, for one, is what a queue or a long prompt looks like.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmark import schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, Violation
from benchmark.i18n import N_
from benchmark.measure.stats import median, summarize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Cell, Measurement
    from benchmark.measure.samples import Sample
    from benchmark.measure.stats import Summary
    from benchmark.measure.workload.workloads import Workload

_RELATIVE = 1e-6
_MILLIONTH = 1e-6
_MOST_UNEXPLAINED = 0.05
"""Of the median request: one stall of a busy machine is no contradiction, a habit is."""

_FASTER_THAN_MEMORY = 2.0
"""The bandwidth probe, disturbed by others, may find half of what the engine's own reads had."""

_BUG = N_("Run it again; if it stays, report it as a bug.")
_NOT_EXECUTED = N_("Ask for what the engine executes, or choose another --engine.")
_TOO_FAST = N_("Run it again on a quiet machine: the memory's speed is probed after the run.")
_FIGURES = ("ttft_ms", "tpot_ms", "tbt_ms", "throughput_tps", "decode_tps", "error_rate")
_PRECISIONS = {"float32": "FP32", "bfloat16": "BF16", "float16": "FP16"}
_QUANTIZED = ("int8", "int4")


def check(entry: dict[str, Json], measurement: Measurement, asked: str | None) -> None:
    """See that the entry is valid and says what its samples and the engine say.

    Args:
        entry: as it would be written.
        measurement: what it was built from.
        asked: the dtype that was asked for, None for the engine's default.

    Raises:
        InvalidDataError: with everything that contradicts.
    """
    known, series = Entry(entry), measurement.series
    contradictions = (
        *_requests(measurement),
        *_lengths(known, measurement.cell.workload),
        *_figures(known, summarize(series)),
    )
    file = f"the measured entry of {_name(measurement.cell)}"
    found = [
        *((_BUG, path, message) for path, message in contradictions),
        *((_BUG, one.path, one.message) for one in schema.violations(entry, file=file)),
        *((_NOT_EXECUTED, *one) for one in _execution(known, measurement.facts, asked)),
        *((_TOO_FAST, *one) for one in _plausibility(known)),
    ]
    if found:
        violations = [Violation(file, path, message) for _, path, message in found]
        message = "The measurement cannot be right, so no entry was written."
        raise InvalidDataError(message, violations, hint=found[0][0])


def _name(cell: Cell) -> str:
    load = cell.load
    return f"{cell.workload.name}, " + (
        f"{load.concurrency} at a time" if load.rate is None else f"{load.rate:g} per second"
    )


def _requests(measurement: Measurement) -> Iterator[tuple[str, str]]:
    samples, cell = measurement.series.samples, measurement.cell
    asked = cell.workload.outputs
    # What a server counts was judged answer by answer, when it was there to be looked at.
    by_server = measurement.facts.weights == "unknown"
    for index, one in enumerate(samples):
        path = f"$.samples[{index}]"
        first_ms = one.ttft_ms if one.first_ms is None else one.first_ms
        if not 0 < first_ms <= one.ttft_ms <= one.e2e_ms or min(one.itl_ms, default=0) < 0:
            yield path, "times do not grow from start to end."
        if len(one.itl_ms) >= one.output_tokens:
            yield path, f"{len(one.itl_ms) + 1} arrivals for {one.output_tokens} tokens."
        if asked and not by_server and not _as_asked(one.output_tokens, cell.workload):
            yield path, f"{one.output_tokens} tokens, {_shown(asked)} were asked."
    unexplained = [_unexplained(one) for one in samples if one.unplaced is None]
    if unexplained and median(unexplained) >= _MOST_UNEXPLAINED:
        yield "$.samples", "TTFT and the gaps do not add up to the whole."


def _as_asked(tokens: int, workload: Workload) -> bool:
    """A natural answer may have any length up to the longest."""
    if workload.natural:
        return 0 < tokens <= max(high for _, high in workload.outputs)
    return any(low <= tokens <= high for low, high in workload.outputs)


def _shown(asked: Collection[tuple[int, int]]) -> str:
    spans = (f"{low}" if low == high else f"{low} to {high}" for low, high in sorted(asked))
    return " or ".join(spans)


def _figures(entry: Entry, summary: Summary) -> Iterator[tuple[str, str]]:
    for name in _FIGURES:
        if not _same(entry.at("metrics", name), getattr(summary, name)):
            yield f"$.metrics.{name}", "does not follow from the samples."
    for name in ("ttft_ms", "throughput_tps"):
        if entry.number("metrics", name) <= 0:
            yield f"$.metrics.{name}", "is not above 0."
    for name, row in summary.percentiles.items():
        yield from _percentiles(entry, name, row)


def _percentiles(entry: Entry, name: str, row: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if not _same(entry.at("metrics", "percentiles", name, key), value):
            yield f"$.metrics.percentiles.{name}.{key}", "does not follow from the samples."
    if any(lower > higher for lower, higher in pairwise(row.values())):
        yield f"$.metrics.percentiles.{name}", "are not in ascending order."


def _lengths(entry: Entry, workload: Workload) -> Iterator[tuple[str, str]]:
    for name in ("input_length", "output_length"):
        if entry.at("workload", name) != getattr(workload, name):
            yield f"$.workload.{name}", f"is not the {getattr(workload, name)} that was asked."


def _same(stated: Json, found: float | None) -> bool:
    if found is None or not isinstance(stated, (int, float)):
        return stated is found
    return math.isclose(stated, found, rel_tol=_RELATIVE, abs_tol=_MILLIONTH)


def _execution(entry: Entry, facts: EngineFacts, asked: str | None) -> Iterator[tuple[str, str]]:
    """Stated precision and parallelism are those that executed."""
    stated = entry.at("model", "precision")
    if stated != facts.precision:
        yield "$.model.precision", f"{stated} is stated, {facts.precision} was executed."
    expected = _PRECISIONS.get(asked or "")
    if expected is not None and facts.precision != expected and facts.weights != "unknown":
        yield "$.model.precision", f"{asked} was asked for, {facts.precision} was executed."
    is_known = facts.precision_source != "stated"
    if asked in _QUANTIZED and is_known and asked not in facts.quantization.casefold():
        yield "$.model.quantization", f"{asked} was asked for, {facts.quantization} was executed."
    split = facts.cluster.parallelism.tensor
    if split > 1 and not _is_split(facts):
        path = "$.cluster.parallelism.tensor_parallel"
        yield path, f"{split} is stated, but each process holds all parameters."


def _is_split(facts: EngineFacts) -> bool:
    """Whether one process holds clearly fewer parameters than the model has."""
    if facts.weights == "unknown":
        return True
    if facts.local_parameters is None or facts.parameters is None:
        return False
    return facts.local_parameters < facts.parameters


def _plausibility(entry: Entry) -> Iterator[tuple[str, str]]:
    """Nothing is decoded faster than its weights can be read."""
    share = entry.at("metrics", "bandwidth_share")
    if isinstance(share, float) and share > _FASTER_THAN_MEMORY:
        yield "$.metrics.bandwidth_share", "decoding read weights faster than the memory can."


def _unexplained(one: Sample) -> float:
    """The share of a request in which no token was on its way."""
    first_ms = one.ttft_ms if one.first_ms is None else one.first_ms
    return abs(one.e2e_ms - first_ms - math.fsum(one.itl_ms)) / one.e2e_ms
