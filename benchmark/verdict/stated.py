"""What an entry states, as numbers that can be reckoned with; None where it states nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

_NOTHING: Mapping[str, Json] = {}
_NO_CAVEATS: frozenset[str] = frozenset()
_NUMBERS = frozenset({int, float})
_LARGEST = sys.float_info.max


class Stated(NamedTuple):
    """The figures that verdicts rest on.

    Attributes:
        data: the entry itself, and its sections, empty where there is none.
        samples: how many requests there were; and the tables of statistics, likewise.
        throughput: output tokens per second.
        ttft: milliseconds to the first token.
        tpot: milliseconds between tokens of one request, or 1 / decode_tps where only that is said.
        output: tokens of an answer.
        streams: requests in flight at most; None where nothing tells, as in many an open loop.
        asked: requests in all; None where that is not stated.
        is_closed: whether a request follows on another, so that time is not idle.
        varies: whether answers are not all of one length.
        caveats: the kinds of what the entry says of itself to beware of.
    """

    data: Mapping[str, Json]
    hardware: Mapping[str, Json]
    model: Mapping[str, Json]
    workload: Mapping[str, Json]
    metrics: Mapping[str, Json]
    provenance: Mapping[str, Json]
    samples: Mapping[str, Json]
    percentiles: Mapping[str, Json]
    distributions: Mapping[str, Json]
    throughput: float
    ttft: float
    tpot: float | None
    output: float
    streams: float | None
    asked: float | None
    is_closed: bool
    varies: bool
    caveats: frozenset[str]


def stated(data: Mapping[str, Json]) -> Stated:
    """What any JSON object states, whether or not it is a valid entry."""
    workload, metrics = section(data, "workload"), section(data, "metrics")
    provenance, samples = section(data, "provenance"), section(metrics, "samples")
    is_played = workload.get("trace") is not None
    is_closed = workload.get("request_rate") is None and not is_played
    asked = _asked(samples)
    return Stated(
        data,
        section(data, "hardware"),
        section(data, "model"),
        workload,
        metrics,
        provenance,
        samples,
        section(metrics, "percentiles"),
        section(metrics, "distributions"),
        figure(metrics, "throughput_tps") or 0.0,
        figure(metrics, "ttft_ms") or 0.0,
        _tpot(metrics),
        _output(workload, provenance),
        _streams(workload, asked, is_closed=is_closed),
        asked,
        is_closed,
        is_played or "answer_tokens_median" in provenance,
        _caveats(provenance),
    )


def section(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """An object in an object, empty where there is none."""
    found = data.get(name)
    return found if isinstance(found, dict) else _NOTHING


def figure(values: Mapping[str, Json], name: str) -> float | None:
    """A number that is not negative and fits a double; None where there is none."""
    value = values.get(name)
    # As `number` has it: to ask that takes as long again.
    if type(value) in _NUMBERS and 0 <= value <= _LARGEST:  # type: ignore[operator]
        return value  # type: ignore[return-value]
    return None


def number(value: Json) -> float | None:
    """As `figure`, of a value."""
    # By type: whether a boolean is a number is another question than this one.
    if type(value) in _NUMBERS and 0 <= value <= _LARGEST:  # type: ignore[operator]
        return value  # type: ignore[return-value]
    return None


def statistic(said: Stated, name: str, which: str) -> float | None:
    """A mean, a median or the like of a quantity, in whichever way it is stated."""
    found = figure(section(said.distributions, name), which)
    if found is None and which == "median":
        return figure(section(said.percentiles, name), "p50")
    return found


def text(values: Mapping[str, Json], name: str) -> str:
    """A text; empty where there is none."""
    found = values.get(name)
    return found if isinstance(found, str) else ""


def e2e_of(said: Stated) -> float:
    """Milliseconds from end to end: the mean that is stated, else the least that follows."""
    known = statistic(said, "e2e_ms", "mean") or statistic(said, "e2e_ms", "median")
    return known or said.ttft + max(0.0, said.output - 1) * (said.tpot or 0.0)


def _tpot(metrics: Mapping[str, Json]) -> float | None:
    """One is the other by definition."""
    tpot = figure(metrics, "tpot_ms")
    if tpot is None and (pace := figure(metrics, "decode_tps")):
        return number(1e3 / pace)
    return tpot


def _output(workload: Mapping[str, Json], provenance: Mapping[str, Json]) -> float:
    length = figure(provenance, "answer_tokens_median") or figure(workload, "output_length")
    return length or 1.0


def _asked(samples: Mapping[str, Json]) -> float | None:
    """Whether or not those that failed were counted among the requests."""
    requests = figure(samples, "requests")
    return None if requests is None else requests + (figure(samples, "failed") or 0)


def _streams(workload: Mapping[str, Json], asked: float | None, *, is_closed: bool) -> float | None:
    """A batch in each of several requests, or each for the other: whichever is more.

    No more requests can be in flight than there were.
    """
    requests = figure(workload, "concurrent_requests" if is_closed else "max_in_flight")
    requests = asked if requests is None else requests
    if requests is None:
        return None
    several = max(1.0, requests if asked is None else min(requests, asked))
    return several * (max(1.0, figure(workload, "batch_size") or 1.0) if is_closed else 1.0)


def _caveats(provenance: Mapping[str, Json]) -> frozenset[str]:
    found = provenance.get("caveats")
    if not found or not isinstance(found, list):
        return _NO_CAVEATS
    return frozenset(text(row, "kind") for row in found if isinstance(row, dict))
