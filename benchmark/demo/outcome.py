"""What the dataset holds in the end, read with plain git behind the Hub's back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table
from rich.text import Text

from benchmark import dataset
from benchmark.leaderboard import Revision, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from benchmark.dataset import Dataset
    from benchmark.entry import Entry, RunId

_SHOWN = 8


class Row(NamedTuple):
    """One row of all leaderboards together, by throughput."""

    rank: int
    entry: Entry


def read_clone(clone: Path) -> Dataset:
    """The dataset in a clone of its repository.

    Raises:
        InvalidDataError: if a file of it cannot be read.
    """
    paths = (path for path in clone.rglob("*") if path.is_file())
    named = {path.relative_to(clone).as_posix(): path for path in paths}
    files = {name: path.read_bytes() for name, path in named.items() if dataset.is_data(name)}
    return dataset.parse(Snapshot(Revision(""), files))


def ranking(found: Dataset) -> list[Row]:
    """The best run of every configuration, the fastest first."""
    best = [entry for board in found.boards.values() for entry in board.values()]
    best.sort(key=lambda entry: -entry.number("metrics", "throughput_tps"))
    return [Row(rank, entry) for rank, entry in enumerate(best, 1)]


def lost(found: Dataset, submitted: Collection[RunId]) -> set[RunId]:
    """The runs that were submitted and are not in `runs/`."""
    return set(submitted) - found.logged


def table(_: Callable[[str], str], rows: list[Row], new: Mapping[RunId, str]) -> Table:
    """The first rows, and those in `new`, each with its remark."""
    shown = Table("#", _("Configuration"), box=None, pad_edge=False)
    for title in (_("tokens/s"), _("TTFT ms")):
        shown.add_column(title, justify="right")
    shown.add_column(_("Submitter"))
    for cells, is_new in _cells(_, rows, new):
        shown.add_row(*cells, style="bold green" if is_new else "")
    return shown


def _cells(
    _: Callable[[str], str], rows: list[Row], new: Mapping[RunId, str]
) -> Iterator[tuple[list[Text], bool]]:
    previous = 0
    for row in rows:
        remark = new.get(row.entry.run_id, "")
        if row.rank > _SHOWN and not remark:
            continue
        if row.rank > previous + 1:
            yield [Text("…")], False
        previous = row.rank
        said = remark or (_("example") if row.entry.is_example else "")
        yield [Text(text) for text in _texts(row, said, is_new=bool(remark))], bool(remark)
    if previous < len(rows):
        yield [Text("…")], False


def _texts(row: Row, remark: str, *, is_new: bool) -> Iterator[str]:
    yield str(row.rank)
    yield row.entry.label
    yield f"{row.entry.number('metrics', 'throughput_tps'):,.1f}"
    yield f"{row.entry.number('metrics', 'ttft_ms'):,.1f}"
    submitter = str(row.entry.at("metadata", "submitter"))
    named = f"{submitter}, {remark}" if remark else submitter
    yield f"◀ {named}" if is_new else named
