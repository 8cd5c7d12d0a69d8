"""A sweep as a table, and what follows from it. `_` is the translator of benchmark.i18n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmark.measure.show.figures import figure, share
from benchmark.measure.sweep import CONCURRENCY, SATURATED, best, rows, saturation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.measure.sweep import Row, Sweep

    Translator = Callable[[str], str]


def table(_: Translator, sweep: Sweep) -> Table:
    """A row for each load, the best one with a star; with an objective, who meets it."""
    found = list(rows(sweep))
    result = Table(
        title=_title(_, sweep), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for title in _titles(_, sweep, found):
        result.add_column(title, justify="right")
    for row in found:
        result.add_row(*_cells(row, found, has_slo=sweep.slo is not None))
    return result


def conclusions(_: Translator, sweep: Sweep) -> Iterator[str]:
    """Where throughput stops growing, and where to run it."""
    knee = saturation(sweep)
    if knee is None:
        yield _("Throughput still grows at the highest load: try higher ones.")
    else:
        text = _(
            "Saturated at {load}: it reaches {share} of the highest throughput, and more load "
            "mostly adds waiting."
        )
        yield text.format(load=f"{knee.load:g}", share=f"{SATURATED:.0%}")
    if sweep.slo is not None:
        yield _objective(_, sweep)


def _objective(_: Translator, sweep: Sweep) -> str:
    if all(point.goodput is None for point in sweep.points):
        text = _("Who meets {slo} is not known: the answers do not tell when their tokens came.")
        return text.format(slo=sweep.slo)
    chosen = best(sweep)
    if chosen is None or chosen.goodput is None:
        return _("No load had a request within {slo}.").format(slo=sweep.slo)
    text = _("Most good requests at {load}*: {speed} per second within {slo}, {share} of all.")
    return text.format(
        load=f"{chosen.load:g}",
        speed=figure(chosen.goodput.requests_per_s),
        slo=sweep.slo,
        share=share(chosen.goodput.attainment),
    )


def _title(_: Translator, sweep: Sweep) -> str:
    if sweep.kind == CONCURRENCY:
        return _("Load: requests at a time. Times in ms.")
    return _("Load: requests started per second. Times in ms.")


def _titles(_: Translator, sweep: Sweep, found: Sequence[Row]) -> Iterator[str]:
    yield from (_("load"), "tokens/s", _("req/s"), "TTFT", "p99", "TPOT", "p99")
    if _any_failed(found):
        yield _("failed")
    if sweep.slo is not None:
        yield from (_("good/s"), _("good"))


def _cells(row: Row, found: Sequence[Row], *, has_slo: bool) -> Iterator[str]:
    yield f"{row.load:g}{'*' if row.best else ''}"
    values = (row.throughput_tps, row.requests_per_s, row.ttft_ms, row.ttft_p99_ms)
    for value in (*values, row.tpot_ms, row.tpot_p99_ms):
        yield figure(value)
    if _any_failed(found):
        yield share(row.error_rate)
    if row.goodput is not None:
        yield from (figure(row.goodput.requests_per_s), share(row.goodput.attainment))
    elif has_slo:
        yield from ("", "")


def _any_failed(found: Sequence[Row]) -> bool:
    return any(row.error_rate for row in found)
