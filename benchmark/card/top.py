"""The fastest results, of the models and workloads that most have measured."""

from __future__ import annotations

from collections import Counter
from functools import cmp_to_key
from heapq import nsmallest
from typing import TYPE_CHECKING, TypeAlias, cast

from benchmark import canonical
from benchmark.config_key import Term, is_missing, normalise
from benchmark.entry import Entry
from benchmark.leaderboard import lines
from benchmark.merge import outranks
from benchmark.text import number, table_cell

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.entry import RunId

Group: TypeAlias = "tuple[Term, ...]"

MOST_BYTES = 4_000_000
"""Of both leaderboards, 1,000 to 2,500 results: so many are read in 0.1 to 0.2 s."""

_GROUPED_BY = ("model", "workload", "input_length", "output_length")
_MOST_GROUPS = 6
_MOST_OF_A_MODEL = 2
_MOST_ROWS = 3
_LONGEST = 60
_HEADER = (
    *("Model", "Workload", "Hardware", "Engine", "Precision"),
    *("Concurrency", "Tokens/s", "TTFT ms"),
)
_FIGURES = 3
"""So many columns at the end are set to the right."""


def fastest(boards: Iterable[bytes], confirmed: Container[RunId] = frozenset()) -> list[str] | None:
    """The lines of a table.

    Args:
        boards: files of leaderboards in the canonical form.
        confirmed: the runs of which a maintainer has lifted the verdict.

    Returns:
        None where they are too large to be read for it; empty where nothing is ranked.
    """
    files = [*boards]
    if sum(map(len, files)) > MOST_BYTES:
        return None
    groups: dict[Group, list[Entry]] = {}
    for file in files:
        for line in lines(file):
            entry = Entry(cast("dict[str, Json]", canonical.reread(line)), line)
            values = entry.configuration
            group = tuple(normalise(values[name]) for name in _GROUPED_BY)
            groups.setdefault(group, []).append(entry)
    return [*_table(groups, confirmed)] if groups else []


def _table(groups: Mapping[Group, list[Entry]], confirmed: Container[RunId]) -> Iterator[str]:
    def before(one: Entry, other: Entry) -> int:
        return -1 if outranks(one, other, confirmed) else 1

    yield _row(_HEADER)
    yield "|" + "---|" * (len(_HEADER) - _FIGURES) + "---:|" * _FIGURES
    for group in _largest(groups):
        for entry in nsmallest(_MOST_ROWS, groups[group], key=cmp_to_key(before)):
            doubtful = entry.is_doubtful(confirmed=entry.run_id in confirmed)
            mark = "example " if entry.is_example else ""
            yield _row(_cells(entry, f"⚠ {mark}" if doubtful else mark))


def _largest(groups: Mapping[Group, list[Entry]]) -> list[Group]:
    """Those with the most results, of several models; together what belongs together."""
    found: list[Group] = []
    of_a_model: Counter[Term] = Counter()
    for group in sorted(groups, key=lambda group: (-len(groups[group]), group)):
        if of_a_model[group[0]] < _MOST_OF_A_MODEL:
            of_a_model[group[0]] += 1
            found.append(group)
    return sorted(found[:_MOST_GROUPS])


def _cells(entry: Entry, mark: str) -> Iterator[str]:
    values = entry.configuration
    yield _cell(values["model"])
    lengths = f"{values['input_length']}/{values['output_length']}"
    yield " ".join([*_known(values["workload"]), lengths])
    yield _hardware(values)
    yield " ".join([*_known(values["engine"]), *_known(values["engine_version"])])
    yield " ".join([_cell(values["precision"]), *_known(values["quantization"])])
    yield number(values["concurrent_requests"])
    yield mark + number(entry.at("metrics", "throughput_tps"))
    yield number(entry.at("metrics", "ttft_ms"))


def _hardware(values: Mapping[str, Json]) -> str:
    nodes = (
        f", {number(values['node_count'])} nodes" if normalise(values["node_count"])[1] > 1 else ""
    )
    return f"{number(values['chip_count'])} × {_cell(values['chip_model'])}{nodes}"


def _known(value: Json) -> list[str]:
    return [] if is_missing(value) else [_cell(value)]


def _cell(value: Json) -> str:
    text = value if isinstance(value, str) else canonical.dumps(value).decode()
    return table_cell(" ".join(text.split()), _LONGEST)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
