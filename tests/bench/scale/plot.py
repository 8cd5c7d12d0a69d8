"""How time grows with size, on one logarithmic plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from tests.bench.scale.rows import Found, Row, gigabytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.bench.scale.rows import Point

_NOT_START_UP = 10_000
"""Below it, what does not grow is more than what does."""


def growth(points: Sequence[Point]) -> Found:
    """The steepest exponent of time over size: 1 is linear; and the memory at the largest size."""
    by_series: dict[str, list[Point]] = {}
    for point in points:
        if point.size >= _NOT_START_UP:
            by_series.setdefault(point.series, []).append(point)
    slopes = {name: _slope(found) for name, found in by_series.items() if len(found) > 1}
    if not slopes:
        return Found([])
    largest = max(point.size for point in points)
    most = max((point for point in points if point.size == largest), key=lambda one: one.peak_bytes)
    steepest = max(slopes, key=slopes.__getitem__)
    exponents = ", ".join(f"{slope:.2f} {name}" for name, slope in slopes.items())
    return Found(
        [
            Row(f"CPU time from {_NOT_START_UP:,} to {largest:,}", exponents, slopes[steepest],
                "exponent", 1.1),
            Row(f"{largest:,}: memory of {most.series}", gigabytes(most.peak_bytes),
                most.peak_bytes / 1e9, "GB", 24),
        ]
    )  # fmt: skip


def draw(points: Iterable[Point], path: Path) -> None:
    """One line for each series, and what would be linear."""
    figure = Figure(figsize=(8, 5.5), layout="constrained")
    axes = figure.add_subplot()
    by_series: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda one: one.size):
        by_series.setdefault(point.series, []).append(point)
    for name, found in by_series.items():
        sizes = [point.size for point in found]
        (line,) = axes.plot(sizes, [point.seconds for point in found], "o-", label=name)
        axes.plot(sizes, [point.cpu_s for point in found], "x--", color=line.get_color())
    sizes = sorted({point.size for found in by_series.values() for point in found})
    ends = sizes[:1] + sizes[-1:]
    axes.plot(ends, [1e-4 * size for size in ends], ":", color="gray", label="linear: 0.1 ms each")
    axes.plot([], [], "x--", color="gray", label="of CPU, all processes")
    axes.set(xscale="log", yscale="log", xlabel="n", ylabel="seconds")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=150)


def _slope(points: Sequence[Point]) -> float:
    """Least squares on logarithms; of CPU time, for what else a machine does is no part of it."""
    xs, ys = ([math.log(value) for value in values] for values in (
        [point.size for point in points], [point.cpu_s for point in points],
    ))  # fmt: skip
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((one - x) * (other - y) for one, other in zip(xs, ys, strict=True))
    return above / sum((one - x) ** 2 for one in xs)
