"""Rows as a page holds them: what the table needs at once, and the rest for who looks closer."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark.entry import KEY_PATHS, Entry
from benchmark.page import columns, packing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.page.row import Row

_MEASURES = ("throughput_tps", "ttft_ms", "tpot_ms", "tbt_ms", "peak_mem_mb", "error_rate")
_ORIGINS = ("submitted_at", "submitter", "data_source")
_AT_ONCE = {
    *KEY_PATHS.values(),
    *(("metrics", name) for name in _MEASURES),
    *(("metadata", name) for name in _ORIGINS),
}
_CONFIGURED = ("engine", "engine_version", "workload")
"""What an entry of the first format says elsewhere than in the field of that name."""

_INTERVALS = {
    ("metrics", "distributions", quantity, end)
    for quantity in ("ttft_ms", "tpot_ms", "request_tps")
    for end in ("ci95_low", "ci95_high")
}
_MARKS = (
    "not_ranked", "superseded_by", "is_retracted", "verdict", "verdict_reasons",
    "rank", "tied_with", "tier", "reproduced_by",
)  # fmt: skip


class Packed(NamedTuple):
    """Rows, ready to be written.

    Attributes:
        rows: what the table, the filters and the plots need.
        rest: every other field of the entries.
        left_out: the fields that there was no room for.
    """

    rows: str
    rest: str
    left_out: tuple[str, ...]


def pack(rows: Sequence[Row], room: int) -> Packed:
    """Pack rows; where all is more than `room` bytes, fields of little in common give way."""
    leaves = columns.by_path([row.entry for row in rows])
    fields: dict[columns.Path, dict[str, Json]] = {
        path: {"path": list(path), **columns.of_some(values, len(rows))}
        for path, values in leaves.items()
    }
    first = packing.pack({
        "count": len(rows),
        "fields": [dict(field) for path, field in fields.items() if path in _AT_ONCE],
        "facts": _facts(rows),
    })  # fmt: skip
    others = [field for path, field in fields.items() if path not in _AT_ONCE]
    kept = packing.fitting(others, room - len(first), _is_interval)
    inside = {id(field) for field in kept}
    left_out = [field for field in others if id(field) not in inside]
    return Packed(
        first,
        packing.pack({"fields": [dict(field) for field in kept]}),
        tuple(".".join(cast("list[str]", field["path"])) for field in left_out),
    )


def _is_interval(field: Mapping[str, Json]) -> bool:
    """Whether a comparison needs it to tell a change from noise."""
    return tuple(cast("list[str]", field["path"])) in _INTERVALS


def _facts(rows: Sequence[Row]) -> dict[str, Json]:
    """What is known of the rows beside their entries."""
    configurations = [Entry(row.entry).configuration for row in rows]
    return {
        "board": columns.of_values([row.board for row in rows]),
        "label": columns.of_values([row.label for row in rows]),
        "run_id": columns.of_values([row.run_id for row in rows]),
        **{name: _mark(rows, name) for name in _MARKS},
        **{
            name: columns.of_values([values[name] for values in configurations])
            for name in _CONFIGURED
        },
    }


def _mark(rows: Sequence[Row], name: str) -> dict[str, Json]:
    values = map(attrgetter(name), rows)
    return columns.of_values([list(v) if isinstance(v, tuple) else v for v in values])


def best_of(rows: Iterable[Row], count: int) -> list[Row]:
    """So many rows: the best of every model and workload, then the second best, and so on."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(_group(row.entry), []).append(row)
    ranks = {
        row.run_id: rank
        for group in groups.values()
        for rank, row in enumerate(sorted(group, key=_from_the_best))
    }
    chosen = [row for group in groups.values() for row in group]
    chosen.sort(key=lambda row: (not row.is_ranked, ranks[row.run_id], row.run_id))
    return chosen[:count]


def _group(entry: Mapping[str, Json]) -> tuple[str, ...]:
    values = Entry(entry).configuration
    names = ("model", "workload", "input_length", "output_length")
    return tuple(str(values[name]).casefold() for name in names)


def _from_the_best(row: Row) -> tuple[bool, float, str]:
    return not row.is_ranked, -Entry(row.entry).number("metrics", "throughput_tps"), row.run_id
