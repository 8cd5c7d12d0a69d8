"""One picture for each run: how requests went over time, and how their times are distributed.

`sweep_png` is here too, so that `plots` has every picture there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.entry import Entry
from benchmark.measure.show import canvas
from benchmark.measure.show.canvas import BLUE, GRAY, GREEN, ORANGE, RED
from benchmark.measure.show.figures import figure as digits
from benchmark.measure.show.sweep_plot import sweep_png
from benchmark.measure.stats import pace_is_known, sorted_percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from benchmark.canonical import Json
    from benchmark.measure.samples import Failure, Series

__all__ = ["run_png", "sweep_png"]

_MANY = 300
_ROOM = 1.3
_WIDE = 20
_TAIL = 3
"""Beyond p99 an axis shows so many times the distance from the median to it; the rest is said."""


def run_png(entry: Mapping[str, Json], series: Series) -> bytes:
    """The picture of a run with at least one success, as a PNG file's content.

    Raises:
        UsageError: if matplotlib is missing.
    """
    with canvas.drawing():
        figure, ((e2e, gaps), (ttft, first)) = canvas.new_figure(
            Entry(entry).label, _subtitle(series)
        )
        e2e.set_title("Whole request (E2E) over time")
        _over_time(e2e, series, [one.e2e_ms for one in series.samples], ORANGE)
        ttft.set_title("Time to first token (TTFT) over time")
        _over_time(ttft, series, [one.ttft_ms for one in series.samples], BLUE)
        ttft.set_xlabel("start of the request, s")
        gaps.set_title("Gaps between tokens (ITL)")
        _distribution(gaps, _gaps(series), GREEN)
        first.set_title("Time to first token (TTFT)")
        _distribution(first, [one.ttft_ms for one in series.samples], BLUE)
        return canvas.to_png(figure)


def _gaps(series: Series) -> list[float]:
    """Those that the entry's figures are of."""
    placed = series.samples if pace_is_known(series.samples) else ()
    return [gap for one in placed for gap in one.itl_ms]


def _subtitle(series: Series) -> str:
    speed = sum(one.output_tokens for one in series.samples) / series.wall_s
    requests = len(series.samples) + len(series.failures)
    return f"{digits(speed)} tokens/s; requests: {requests} in {series.wall_s:.1f} s"


def _over_time(axes: Axes, series: Series, values: Sequence[float], color: str) -> None:
    """One point for each request, the median as a line, and a cross above for each failure."""
    starts = [one.start_s for one in series.samples]
    size, alpha = (26, 0.9) if len(values) <= _MANY else (7, 0.35)
    axes.scatter(starts, values, s=size, alpha=alpha, color=color, linewidths=0)
    middle = sorted_percentile(sorted(values), 50)
    axes.axhline(middle, color=GRAY, linewidth=1, linestyle="--", zorder=1)
    beside = axes.get_yaxis_transform()
    text = axes.text(1, middle, f" p50 {digits(middle)}", transform=beside, va="center")
    text.set(fontsize=8.5, color=GRAY)
    axes.set_ylabel("ms")
    _scale(axes, values)
    axes.set_xlim(-0.02 * series.wall_s, 1.02 * series.wall_s)
    _failures(axes, series.failures)


def _scale(axes: Axes, values: Sequence[float]) -> None:
    """From zero, so that heights compare; logarithmic where values differ in size."""
    if max(values) > _WIDE * min(values) > 0:
        canvas.logarithmic(axes)
    else:
        axes.set_ylim(0, max(values) * _ROOM)


def _failures(axes: Axes, failures: Sequence[Failure]) -> None:
    if not failures:
        return
    starts, heights = [one.start_s for one in failures], [0.97] * len(failures)
    above = axes.get_xaxis_transform()
    axes.scatter(starts, heights, marker="x", s=28, color=RED, linewidths=1.4, transform=above)
    axes.set_title(f"x  {len(failures)} failed", loc="right", color=RED, fontsize=9.5)


def _distribution(axes: Axes, values: Sequence[float], color: str) -> None:
    """The share of values up to each time, with three percentiles marked."""
    axes.set(xlabel="ms", ylabel="share of all", ylim=(0, 1.01))
    if not values:
        axes.text(
            0.5,
            0.5,
            "none: one token an answer, or not known (see the caveats)",
            ha="center",
            color=GRAY,
        )
        return
    ordered = sorted(values)
    points = canvas.thinned(ordered)
    shares = [share for _, share in points]
    axes.step([value for value, _ in points], shares, where="post", color=color)
    axes.fill_between([value for value, _ in points], shares, step="post", color=color, alpha=0.12)
    for percent, style in ((50, "-"), (90, "--"), (99, ":")):
        at = sorted_percentile(ordered, percent)
        label = f"p{percent} {digits(at)} ms"
        axes.axvline(at, color=GRAY, linewidth=1, linestyle=style, label=label)
    _without_tail(axes, ordered)
    axes.legend(loc="lower right", title=f"max {digits(ordered[-1])} ms", title_fontsize=8.5)


def _without_tail(axes: Axes, ordered: Sequence[float]) -> None:
    """One stalled token among thousands must not squeeze all others into a line."""
    middle, high = (sorted_percentile(ordered, percent) for percent in (50, 99))
    most = high + _TAIL * (high - middle)
    if ordered[-1] > most > ordered[0]:
        axes.set_xlim(ordered[0] - 0.05 * (most - ordered[0]), most)
