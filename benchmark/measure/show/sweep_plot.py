"""One picture for each sweep: throughput and latency against load, and where it saturates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.show import canvas
from benchmark.measure.show.canvas import BLUE, GRAY, GREEN, ORANGE, RED
from benchmark.measure.show.figures import figure as digits
from benchmark.measure.sweep import CONCURRENCY, RATE, best, rows, saturation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from benchmark.measure.sweep import Row, Sweep

_LOADS = {CONCURRENCY: "requests at a time", RATE: "requests per second, sent"}
_WIDE = 8
_MOST_TICKS = 12
_ROOM = 1.3


def sweep_png(sweep: Sweep) -> bytes:
    """The picture of a sweep, as a PNG file's content.

    Raises:
        UsageError: if matplotlib is missing.
    """
    found = list(rows(sweep))
    with canvas.drawing():
        figure, ((speed, ttft), (requests, tpot)) = canvas.new_figure(sweep.title, _subtitle(sweep))
        _throughput(speed, sweep, found)
        _requests(requests, sweep, found)
        _latency(ttft, found, ("ttft_ms", "ttft_p99_ms"), BLUE)
        ttft.set_title("Time to first token (TTFT), ms")
        _latency(tpot, found, ("tpot_ms", "tpot_p99_ms"), ORANGE)
        tpot.set_title("Time per output token (TPOT), ms")
        for axes in (speed, requests, ttft, tpot):
            _loads(axes, sweep, found)
        if sweep.slo is not None:
            _limit(ttft, sweep.slo.ttft)
            _limit(tpot, sweep.slo.tpot)
        for axes in (speed, requests, ttft, tpot):
            axes.legend(loc="best")
        return canvas.to_png(figure)


def _subtitle(sweep: Sweep) -> str:
    knee, chosen = saturation(sweep), best(sweep)
    text = "not saturated" if knee is None else f"saturated at {knee.load:g}"
    if sweep.slo is None:
        return text
    most = "no load meets it" if chosen is None else f"most good requests at {chosen.load:g}"
    return f"{text}; under {sweep.slo}: {most}"


def _throughput(axes: Axes, sweep: Sweep, found: Sequence[Row]) -> None:
    axes.set_title("Throughput, output tokens/s")
    values = [row.throughput_tps for row in found]
    axes.plot([row.load for row in found], values, "o-", color=GREEN, label="throughput")
    axes.set_ylim(0, max(values) * _ROOM)
    knee = saturation(sweep)
    if knee is not None:
        label = f"saturated: {digits(knee.summary.throughput_tps)} tokens/s"
        axes.axvline(knee.load, color=RED, linestyle="--", linewidth=1.2, label=label)


def _requests(axes: Axes, sweep: Sweep, found: Sequence[Row]) -> None:
    """What was answered, what of it was good, and what was sent where that is the load."""
    axes.set_title("Requests per second")
    loads, answered = [row.load for row in found], [row.requests_per_s for row in found]
    if sweep.kind == RATE:
        axes.plot(loads, loads, ":", color=GRAY, label="sent")
    axes.plot(loads, answered, "o-", color=GREEN, linewidth=4, alpha=0.5, label="answered")
    good = [(row.load, row.goodput.requests_per_s) for row in found if row.goodput is not None]
    if good:
        points = zip(*good, strict=True)
        axes.plot(*points, "s-", color=BLUE, label=f"good: {sweep.slo}")
    axes.set_ylim(0, max(answered) * _ROOM)


def _latency(axes: Axes, found: Sequence[Row], names: tuple[str, str], color: str) -> None:
    """Median and tail; logarithmic where they grow manifold."""
    for name, style, label in zip(names, ("o-", "o--"), ("median", "p99"), strict=True):
        points = [(row.load, getattr(row, name)) for row in found]
        known = [(load, value) for load, value in points if value is not None]
        axes.plot([x for x, _ in known], [y for _, y in known], style, color=color, label=label)
    values = [value for row in found for name in names if (value := getattr(row, name)) is not None]
    if values and max(values) > _WIDE * min(values) > 0:
        canvas.logarithmic(axes)
    else:
        axes.set_ylim(0, max(values, default=1) * _ROOM)


def _limit(axes: Axes, limit: float | None) -> None:
    if limit is not None:
        axes.axhline(
            limit, color=RED, linewidth=1, linestyle=":", label=f"limit {digits(limit)} ms"
        )


def _loads(axes: Axes, sweep: Sweep, found: Sequence[Row]) -> None:
    """The loads as results are filed under; by powers where they span several."""
    loads = [row.load for row in found]
    axes.set_xlabel(_LOADS[sweep.kind])
    if loads[-1] >= _WIDE * loads[0]:
        axes.set_xscale("log", base=2)
    step = -(-len(loads) // _MOST_TICKS)
    axes.set_xticks(loads[::step], [f"{load:g}" for load in loads[::step]])
    axes.minorticks_off()
