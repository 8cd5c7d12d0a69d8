"""The pictures."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from PIL import Image

from benchmark.errors import UsageError
from benchmark.measure.samples import Failure, Sample, Series
from benchmark.measure.show import canvas, plots
from benchmark.measure.slo import parse_slo
from benchmark.measure.sweep import CONCURRENCY, RATE, Sweep, make_sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.canonical import Json

    MakeEntry = Callable[..., dict[str, Json]]

RED, GREEN = (196, 48, 43), (46, 139, 87)


def picture(png: bytes) -> Image.Image:
    """Decoded, as any viewer would."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def count(png: bytes, color: tuple[int, int, int]) -> int:
    """Pixels of exactly that color."""
    found = picture(png).getcolors(maxcolors=2**24) or []
    return sum(pixels for pixels, seen in found if seen == color)


def a_sweep(kind: str, series: Series, slo: str | None = None) -> Sweep:
    """Four loads, each slower for a request and faster in all, until the last."""
    found = {
        load: series._replace(wall_s=10 / speed)
        for load, speed in {1: 1, 2: 1.9, 4: 3, 8: 3.01}.items()
    }
    return make_sweep("gpt2", kind, found.items(), None if slo is None else parse_slo(slo))


def test_a_run_is_a_picture_of_readable_size(make_entry: MakeEntry, series: Series) -> None:
    """Large enough to read, small enough to keep."""
    png = plots.run_png(make_entry(), series)
    assert picture(png).size == (1320, 792)
    assert len(png) < 300_000


def test_what_is_not_known_leaves_its_panel_empty(make_entry: MakeEntry, series: Series) -> None:
    """Answers that came at once: no gaps, no time per token, everything else."""
    at_once = [one._replace(itl_ms=(), unplaced="at-once") for one in series.samples]
    unknown = series._replace(samples=tuple(at_once))
    png = plots.run_png(make_entry(tpot_ms=None, tbt_ms=None, decode_tps=None), unknown)
    assert count(png, GREEN) == 0
    assert count(plots.run_png(make_entry(), series), GREEN) > 0
    assert picture(plots.sweep_png(a_sweep(RATE, unknown, "tpot=1s"))).size == (1320, 792)


def test_the_same_run_gives_the_same_bytes(make_entry: MakeEntry, series: Series) -> None:
    """No date, no version, nothing left over from the picture before."""
    first = plots.run_png(make_entry(), series)
    plots.sweep_png(a_sweep(CONCURRENCY, series))
    assert plots.run_png(make_entry(), series) == first


def test_every_failure_is_marked(make_entry: MakeEntry, series: Series) -> None:
    """Red appears only with them."""
    none = plots.run_png(make_entry(), series._replace(failures=()))
    some = plots.run_png(make_entry(), series)
    many = tuple(Failure(number / 4, 1, "503") for number in range(30))
    more = plots.run_png(make_entry(), series._replace(failures=many))
    assert count(none, RED) == 0
    assert 0 < count(some, RED) < count(more, RED)


@pytest.mark.parametrize(
    "one",
    [
        Sample(0, 8, 1, 10, (), 10),
        Sample(0, 8, 2, 10, (0.0,), 10),
        Sample(0, 8, 3, 1e-3, (1e5, 1e-3), 1e5),
    ],
)
def test_odd_requests_can_be_drawn(make_entry: MakeEntry, one: Sample) -> None:
    """One token, no time between tokens, eight orders of magnitude."""
    assert picture(plots.run_png(make_entry(), Series((one,), (), 1.0))).size == (1320, 792)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["机构/很长的模型名", "$x_{1$ \\frac", "a" * 500, "a|b " * 200])
def test_any_name_can_be_drawn(make_entry: MakeEntry, series: Series, name: str) -> None:
    """No font knows all of it, and nothing in it is a formula; a warning would fail this."""
    entry = {**make_entry(), "model": {"name": name, "precision": "FP32"}}
    assert picture(plots.run_png(entry, series)).size == (1320, 792)


def test_a_hundred_thousand_gaps_are_few_points() -> None:
    """The curve keeps its ends, ascends, and a thousandth of it is no wider than it was."""
    points = canvas.thinned(range(100_000))
    values, shares = zip(*points, strict=True)
    assert len(points) < 2100
    assert (values[0], values[-1], shares[0], shares[-1]) == (0, 99_999, 0, 1)
    assert list(shares) == sorted(shares)


@pytest.mark.parametrize(
    ("kind", "slo"),
    [(CONCURRENCY, None), (RATE, "ttft=105ms"), (CONCURRENCY, "ttft=1ms,tpot=1ms")],
)
def test_a_sweep_is_a_picture(series: Series, kind: str, slo: str | None) -> None:
    """With and without an objective, met or not; red marks the saturation."""
    png = plots.sweep_png(a_sweep(kind, series, slo))
    assert picture(png).size == (1320, 792)
    assert count(png, RED) > 0


def test_a_sweep_of_one_load_can_be_drawn(series: Series) -> None:
    """A single point, not saturated."""
    assert count(plots.sweep_png(make_sweep("x", RATE, {0.5: series}.items())), RED) == 0


def test_the_users_own_settings_are_neither_used_nor_changed(
    make_entry: MakeEntry, series: Series
) -> None:
    """A matplotlibrc may ask for anything."""
    first = plots.run_png(make_entry(), series)
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "text.usetex": True}):
        assert plots.run_png(make_entry(), series) == first
        assert mpl.rcParams["lines.linewidth"] == 9


def test_matplotlib_is_imported_only_when_something_is_drawn(tmp_path: Path) -> None:
    """And pyplot, with its windows and global figures, never."""
    code = """
import sys
from benchmark.measure.samples import Sample, Series
from benchmark.measure.show import plots
from benchmark.measure.sweep import make_sweep
assert "matplotlib" not in sys.modules
series = Series((Sample(0.0, 1, 2, 1.0, (1.0,), 2.0),), (), 1.0)
plots.sweep_png(make_sweep("x", "rate", {1.0: series, 2.0: series}.items()))
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=tmp_path)
    assert done.returncode == 0


def test_without_matplotlib_the_extra_is_named(
    make_entry: MakeEntry, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None in `sys.modules` is how Python says that a module cannot be imported."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError) as caught:
        plots.run_png(make_entry(), series)
    assert 'pip install "sagellm-benchmark[run]"' in caught.value.hint
