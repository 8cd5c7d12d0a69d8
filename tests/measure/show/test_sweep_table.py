"""A sweep as a table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from benchmark.measure.show import sweep_table
from benchmark.measure.slo import parse_slo
from benchmark.measure.sweep import CONCURRENCY, RATE, Sweep, make_sweep

if TYPE_CHECKING:
    from benchmark.measure.samples import Series


def text(sweep: Sweep) -> str:
    """The table as a file of 80 columns shows it."""
    console = Console(file=io.StringIO(), width=80)
    console.print(sweep_table.table(str, sweep))
    return console.file.getvalue()  # type: ignore[attr-defined]


def faster(series: Series, factor: float) -> Series:
    """The same requests in less time."""
    return series._replace(wall_s=series.wall_s / factor)


def test_each_load_is_a_row_that_fits_80_columns(series: Series) -> None:
    """With everything that can be said about it."""
    found = {1: series, 512: faster(series, 1e4)}
    shown = text(make_sweep("x", CONCURRENCY, found.items(), parse_slo("ttft=105")))
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.splitlines()[5].split()[:3] == ["512*", "96,154", "19,231"]


def test_what_nobody_asked_for_and_nobody_saw_has_no_column(series: Series) -> None:
    """Failures only where there are some, goodput only under an objective."""
    clean = series._replace(failures=())
    assert "good" not in text(make_sweep("x", RATE, {1: series}.items()))
    assert "failed" in text(make_sweep("x", RATE, {1: series}.items()))
    assert "failed" not in text(make_sweep("x", RATE, {1: clean}.items()))


def test_it_says_where_throughput_stops_growing(series: Series) -> None:
    """Or that it still grows."""
    found = {1: series, 2: faster(series, 2), 4: faster(series, 2.01)}
    (line,) = sweep_table.conclusions(str, make_sweep("x", CONCURRENCY, found.items()))
    assert line.startswith("Saturated at 2: it reaches 95% of the highest")
    del found[4]
    (line,) = sweep_table.conclusions(str, make_sweep("x", CONCURRENCY, found.items()))
    assert line == "Throughput still grows at the highest load: try higher ones."


def test_under_an_objective_it_says_where_most_requests_are_good(series: Series) -> None:
    """Or that none is."""
    met = make_sweep("x", RATE, {0.5: series, 2: series}.items(), parse_slo("ttft=104ms"))
    assert list(sweep_table.conclusions(str, met))[1] == (
        "Most good requests at 0.5*: 0.4808 per second within ttft=104ms, 23% of all."
    )
    missed = make_sweep("x", RATE, {1: series}.items(), parse_slo("ttft=1ms"))
    assert list(sweep_table.conclusions(str, missed))[1] == "No load had a request within ttft=1ms."


def test_where_nobody_knows_who_meets_an_objective_it_says_so(series: Series) -> None:
    """Answers that came at once have no time per token; the rest of the table stays."""
    at_once = [one._replace(itl_ms=(), unplaced="at-once") for one in series.samples]
    unknown = series._replace(samples=tuple(at_once))
    sweep = make_sweep("x", RATE, {1: unknown, 2: unknown}.items(), parse_slo("tpot=1s"))
    assert list(sweep_table.conclusions(str, sweep))[1] == (
        "Who meets tpot=1000ms is not known: the answers do not tell when their tokens came."
    )
    assert text(sweep).splitlines()[4].split() == ["1", "9.615", "1.923", "109.5", "118.8", "9.1%"]
    mixed = make_sweep("x", RATE, {1: unknown, 2: series}.items(), parse_slo("tpot=1s"))
    assert "Most good requests at 2*" in list(sweep_table.conclusions(str, mixed))[1]
    assert len(text(mixed).splitlines()[5].split()) == 10
