"""A leaderboard as CSV (RFC 4180): one row for each configuration."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from benchmark.config_key import KEY_PATHS
from benchmark.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import RunId
    from benchmark.trust import Trust

_METRICS = (
    *("throughput_tps", "ttft_ms", "tpot_ms", "tbt_ms", "peak_mem_mb", "error_rate"),
    *("total_tps", "joules_per_token"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(
    entries: Iterable[Entry],
    doubts: Mapping[RunId, Sequence[str]],
    trust: Mapping[RunId, Trust],
) -> str:
    """The file, with a line of names first; units are in the names, empty is unknown."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    metadata = ("submitter", "submitted_at")
    writer.writerow(["rank", "tied", "tier", "verdict", *KEY_PATHS, *_METRICS, *metadata, "run_id"])
    for entry in entries:
        writer.writerow([_cell(value) for value in _row(entry, doubts, trust[entry.run_id])])
    return text.getvalue()


def _row(entry: Entry, doubts: Mapping[RunId, Sequence[str]], trust: Trust) -> Iterator[Json]:
    yield trust.place.rank if trust.place else None
    yield len(trust.place.sharing) - 1 if trust.place else None
    yield trust.tier
    yield "doubtful" if doubts.get(entry.run_id) else "sound"
    said = Entry(entry.data)  # a packed run would be parsed for every word
    yield from said.configuration.values()
    yield from (said.at("metrics", name) for name in _METRICS)
    yield from (said.at("metadata", name) for name in ("submitter", "submitted_at"))
    yield entry.run_id


def _cell(value: Json) -> str:
    """A text that a spreadsheet would compute gets an apostrophe (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
