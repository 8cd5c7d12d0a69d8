"""An entry that contradicts its own samples is not written."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmark import schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, Violation
from benchmark.i18n import N_
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.measure.samples import Samples
    from benchmark.measure.stats import Sample, Summary

_RELATIVE = 1e-6
_MILLIONTH = 1e-6
_MOST_UNEXPLAINED = 0.05
"""Of the median request: one stall of a busy machine is no contradiction, a habit is."""

_FIGURES = ("ttft_ms", "tpot_ms", "tbt_ms", "throughput_tps", "decode_tps", "error_rate")


def check(entry: dict[str, Json], samples: Samples) -> None:
    """See that the entry is valid and says what its samples say.

    Raises:
        InvalidDataError: with everything that contradicts.
    """
    known = Entry(entry)
    found = [
        Violation("the measured entry", path, message)
        for source in (_requests(known, samples), _figures(known, samples.summary))
        for path, message in source
    ]
    found += schema.violations(entry, file="the measured entry")
    if found:
        raise InvalidDataError(
            "The measurement contradicts itself, so no entry was written.",
            found,
            hint=N_("Run it again; if it stays, report it as a bug."),
        )


def _requests(entry: Entry, samples: Samples) -> Iterator[tuple[str, str]]:
    asked = entry.number("workload", "output_length")
    for index, one in enumerate(samples.done):
        path = f"$.samples[{index}]"
        if one.output_tokens != asked:
            yield path, f"{one.output_tokens} tokens, {asked} were asked."
        if not 0 < one.ttft_ms <= one.e2e_ms or min(one.itl_ms) < 0:
            yield path, "times do not grow from start to end."
    if median([_unexplained(one) for one in samples.done]) >= _MOST_UNEXPLAINED:
        yield "$.samples", "TTFT and the intervals do not add up to the whole."


def _figures(entry: Entry, summary: Summary) -> Iterator[tuple[str, str]]:
    for name in _FIGURES:
        stated = entry.number("metrics", name)
        if not math.isclose(stated, getattr(summary, name), rel_tol=_RELATIVE, abs_tol=_MILLIONTH):
            yield f"$.metrics.{name}", "does not follow from the samples."
    for name in ("ttft_ms", "throughput_tps"):
        if entry.number("metrics", name) <= 0:
            yield f"$.metrics.{name}", "is not above 0."
    for name, expected in summary.percentiles.items():
        stated_row = [entry.number("metrics", "percentiles", name, key) for key in expected]
        if any(lower > higher for lower, higher in pairwise(stated_row)):
            yield f"$.metrics.percentiles.{name}", "are not in ascending order."


def _unexplained(one: Sample) -> float:
    """The share of a request in which no token was on its way."""
    return abs(one.e2e_ms - one.ttft_ms - math.fsum(one.itl_ms)) / one.e2e_ms
