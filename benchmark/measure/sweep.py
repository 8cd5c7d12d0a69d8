"""One model under several loads: how throughput and latency grow, and where more load is in vain.

The saturation point is the smallest load that reaches `SATURATED` of the highest throughput found,
provided that a larger load was measured too: otherwise the curve may still be rising, and there is
none. This is a convention of this module: simpler to state and to check than a knee of curvature
(V. Satopaa et al., Finding a "Kneedle" in a Haystack, ICDCSW 2011), which needs a smoothed curve of
many points. Latency keeps growing beyond it and throughput hardly does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.slo import Goodput, Slo, goodput
from benchmark.measure.stats import Summary, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.measure.samples import Series

SATURATED = 0.95
CONCURRENCY = "concurrency"
RATE = "rate"


class SweepPoint(NamedTuple):
    """What one load gave; `load` is requests in flight, or requests per second.

    Attributes:
        goodput: None without an objective, or where it cannot be known.
    """

    load: float
    summary: Summary
    goodput: Goodput | None = None


class Sweep(NamedTuple):
    """Points in ascending order of load.

    Attributes:
        title: what was measured, for people.
        kind: `CONCURRENCY` or `RATE`: what a point's load is.
        points: at least one.
        slo: what a good request is, None if nobody asked.
    """

    title: str
    kind: str
    points: tuple[SweepPoint, ...]
    slo: Slo | None = None


class Row(NamedTuple):
    """A point as a table shows it; times in milliseconds."""

    load: float
    throughput_tps: float
    requests_per_s: float
    ttft_ms: float
    ttft_p99_ms: float
    tpot_ms: float | None
    tpot_p99_ms: float | None
    e2e_ms: float
    error_rate: float
    goodput: Goodput | None
    saturated: bool
    best: bool


def make_sweep(
    title: str, kind: str, measured: Iterable[tuple[float, Series]], slo: Slo | None = None
) -> Sweep:
    """The sweep of what each load gave; every series has at least one success.

    Two may have had the same load in the end: rates that a client did not keep.
    """
    points = [
        SweepPoint(load, summarize(series), None if slo is None else goodput(series, slo))
        for load, series in sorted(measured, key=lambda one: one[0])
    ]
    return Sweep(title, kind, tuple(points), slo)


def saturation(sweep: Sweep) -> SweepPoint | None:
    """The smallest load beyond which throughput hardly grows; None if it may still grow."""
    highest = max(point.summary.throughput_tps for point in sweep.points)
    enough = next(
        point for point in sweep.points if point.summary.throughput_tps >= SATURATED * highest
    )
    return None if enough is sweep.points[-1] else enough


def best(sweep: Sweep) -> SweepPoint | None:
    """The load to run at.

    Under an objective it is the smallest one with the highest goodput, None if no request was good.
    Without one it is the saturation point, or the highest load if throughput may still grow.
    """
    if sweep.slo is None:
        return saturation(sweep) or sweep.points[-1]
    found = max(sweep.points, key=_good_requests)
    return found if _good_requests(found) > 0 else None


def rows(sweep: Sweep) -> Iterator[Row]:
    """The sweep as a table, one row for each load."""
    knee, chosen = saturation(sweep), best(sweep)
    for point in sweep.points:
        found = point.summary.distributions
        tpot = found.get("tpot_ms")
        yield Row(
            load=point.load,
            throughput_tps=point.summary.throughput_tps,
            requests_per_s=point.summary.requests_per_s,
            ttft_ms=point.summary.ttft_ms,
            ttft_p99_ms=found["ttft_ms"].p99,
            tpot_ms=point.summary.tpot_ms,
            tpot_p99_ms=None if tpot is None else tpot.p99,
            e2e_ms=point.summary.e2e_ms,
            error_rate=point.summary.error_rate,
            goodput=point.goodput,
            saturated=point is knee,
            best=point is chosen,
        )


def _good_requests(point: SweepPoint) -> float:
    return 0.0 if point.goodput is None else point.goodput.requests_per_s
