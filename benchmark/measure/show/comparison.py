"""Several entries side by side: engines, and workloads one below the other.

Entries are compared only with entries of the same workload, lengths and load. `_` is the translator
of benchmark.i18n; text from outside passes through benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from benchmark.entry import Entry
from benchmark.measure.show.figures import figure, number, whole
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json

    Translator = Callable[[str], str]

_SAME = ("name", "input_length", "output_length", "concurrent_requests", "request_rate")
_FASTEST = "*"
_LIKE_FASTEST = "≈"


def tables(_: Translator, data: Sequence[dict[str, Json]]) -> Group:
    """A table for each workload, its entries in the order given; `×` is relative to the first.

    Where no two entries can be compared, one table has all of them.
    """
    groups = _groups([Entry(one) for one in data])
    if not _comparable(groups):
        return Group(_overview(_, groups))
    return Group(*(_table(_, name, group) for name, group in groups.items()))


def notes(_: Translator, data: Sequence[dict[str, Json]]) -> Iterator[str]:
    """How to read the tables, and what makes them unfair."""
    groups = _groups([Entry(one) for one in data])
    if _comparable(groups):
        yield _(
            "×: throughput relative to the first of its workload; TTFT and TPOT are medians. "
            "* fastest; ≈ not distinguishable from it (the intervals of the median speed overlap)."
        )
    if any(len(_precisions(group)) > 1 for group in groups.values()):
        yield _("⚠ The precisions differ: less precise is faster, and not the same answer.")


def _comparable(groups: Mapping[str, Sequence[Entry]]) -> bool:
    return any(len(group) > 1 for group in groups.values())


def _overview(_: Translator, groups: Mapping[str, Sequence[Entry]]) -> Table:
    result = _new_table((_("workload"), _("precision")), ("tokens/s", *_latencies(_)))
    for name, (entry,) in groups.items():
        cells = (name, _executed(entry), figure(entry.number("metrics", "throughput_tps")))
        result.add_row(*map(Text, (*cells, *_figures(entry))))
    return result


def _table(_: Translator, name: str, group: Sequence[Entry]) -> Table:
    result = _new_table((_("engine"), _("precision")), ("tokens/s", "×", "", *_latencies(_)))
    result.title, result.title_justify = Text(name), "left"
    for row in _rows(group):
        result.add_row(*map(Text, row))
    return result


def _new_table(words: Sequence[str], numbers: Sequence[str]) -> Table:
    result = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in words:
        result.add_column(title, overflow="fold")
    for title in numbers:
        result.add_column(title, justify="right", no_wrap=True)
    return result


def _latencies(_: Translator) -> tuple[str, ...]:
    return ("TTFT ms", "TPOT ms", _("decode/s"), "MiB")


def _figures(entry: Entry) -> Iterator[str]:
    for name in ("ttft_ms", "tpot_ms", "decode_tps"):
        yield figure(number(entry.at("metrics", name)))
    yield whole(number(entry.at("metrics", "peak_mem_mb")))


def _groups(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Entries of one workload under one load, by the words for it."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(_group(entry), []).append(entry)
    return found


def _group(entry: Entry) -> str:
    name, into, out, at_once, rate = (entry.at("workload", key) for key in _SAME)
    parts = [one_line(str(name or "-")), f"{into}/{out}"]
    parts += [f"c={at_once}"] if at_once not in {None, 1} else []
    said = rate is None or "@" in parts[0]  # `run` makes a rate part of the name
    parts += [] if said else [f"{rate}/s"]
    return " ".join(parts)


def _rows(group: Sequence[Entry]) -> Iterator[list[str]]:
    first = group[0].number("metrics", "throughput_tps")
    fastest = max(group, key=lambda entry: entry.number("metrics", "throughput_tps"))
    for entry in group:
        speed = entry.number("metrics", "throughput_tps")
        yield [
            _name(entry),
            _executed(entry),
            figure(speed),
            f"{speed / first:.2f}" if first else "",
            _mark(entry, fastest) if len(group) > 1 else "",
            *_figures(entry),
        ]


def _name(entry: Entry) -> str:
    compiled = " compiled" if entry.at("provenance", "compiled") is True else ""
    engine, version = (entry.at(key) or "" for key in ("engine", "engine_version"))
    return one_line(f"{engine}{compiled} {version}".strip()) or "-"


def _mark(entry: Entry, fastest: Entry) -> str:
    if entry is fastest:
        return _FASTEST
    mine, best = (_interval(one) for one in (entry, fastest))
    alike = mine is not None and best is not None and mine[1] >= best[0]
    return _LIKE_FASTEST if alike else ""


def _interval(entry: Entry) -> tuple[float, float] | None:
    path = ("metrics", "distributions", "request_tps")
    low, high = (number(entry.at(*path, key)) for key in ("ci95_low", "ci95_high"))
    return None if low is None or high is None else (low, high)


def _executed(entry: Entry) -> str:
    return one_line(str(entry.at("model", "precision")))


def _precisions(group: Sequence[Entry]) -> set[str]:
    return {_executed(entry) for entry in group}
