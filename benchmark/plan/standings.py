"""What a submission does to one leaderboard of which only some lines are parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.board.bisection import places
from benchmark.board.lines import Span, body
from benchmark.board.splice import Edit, lost, spliced
from benchmark.errors import BenchmarkError
from benchmark.i18n import N_
from benchmark.merge import outranks
from benchmark.summary import BoardSummary, Change

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from benchmark.board.bisection import Place
    from benchmark.entry import ConfigKey, Entry, RunId


class Standings(NamedTuple):
    """A leaderboard and what is to change in it.

    Attributes:
        board: the content of its file now.
        places: config key → where it stands, of the configurations that were submitted.
        winners: config key → the run that takes the place, in the leaderboard's order.
        summary: what is told.
    """

    board: bytes
    places: Mapping[ConfigKey, Place]
    winners: Mapping[ConfigKey, Entry]
    summary: BoardSummary

    def file(self) -> bytes:
        """The new content.

        Raises:
            BenchmarkError: if a line would be lost: a bug, caught before it can do harm.
        """
        after = self.unchecked_file()
        replaced = [
            change.old.canonical for change in self.summary.changes if change.old is not None
        ]
        if lost(self.board, after, replaced):
            raise BenchmarkError(
                "The new files would lose data that the dataset holds; nothing was written.",
                hint=N_("This is a bug: please report it with the dataset's revision."),
            )
        return after

    def unchecked_file(self) -> bytes:
        """The same, for who knows its sha-256."""
        edits = [Edit(self.places[key].span, run.canonical) for key, run in self.winners.items()]
        return spliced(self.board, edits)


def standings(
    board: bytes,
    entries: int,
    held: Iterable[Span],
    rankable: Collection[Entry],
    new: Collection[RunId],
    confirmed: Collection[RunId] = frozenset(),
) -> Standings:
    """Find the places of what was submitted, and who wins them.

    Args:
        board: the content of the leaderboard's file, canonical.
        entries: lines in it.
        held: its lines that were submitted too.
        rankable: what else was submitted and may be ranked in it, each run once.
        new: run ids that the dataset does not hold.
        confirmed: run ids of which a maintainer has lifted the verdict.
    """
    found = places(board, (entry.config_key for entry in rankable))
    winners: dict[ConfigKey, Entry] = {}
    for entry in rankable:
        best = winners.get(entry.config_key, found[entry.config_key].holder)
        if entry.run_id in new and (best is None or outranks(entry, best, confirmed)):
            winners[entry.config_key] = entry
    winners = dict(sorted(winners.items()))
    changes = tuple(Change(run, found[key].holder) for key, run in winners.items())
    added = sum(change.old is None for change in changes)
    losers = [entry for entry in rankable if not _wins(entry, winners)]
    at = [found[entry.config_key] for entry in losers]
    leading = [place.span for place, run in zip(at, losers, strict=True) if place.holder == run]
    # Each run once: lines of the board that were submitted, and other runs.
    skipped = _lines(board, entries, [*held, *leading]) + len(losers) - len(leading)
    return Standings(board, found, winners, BoardSummary(changes, skipped, entries + added))


def _wins(entry: Entry, winners: Mapping[ConfigKey, Entry]) -> bool:
    return winners.get(entry.config_key) == entry


def _lines(board: bytes, entries: int, spans: Iterable[Span]) -> int:
    """How many lines are in these spans; those that are not are counted if they are fewer."""
    united = _union(spans)
    if 2 * sum(span.size for span in united) <= len(board):
        return sum(board.count(b"\n", *span) for span in united)
    whole = body(board)
    starts, ends = [whole.start, *(one.end for one in united)], [*(one.start for one in united)]
    gaps = zip(starts, [*ends, whole.end], strict=True)
    return entries - sum(board.count(b"\n", *gap) for gap in gaps)


def _union(spans: Iterable[Span]) -> list[Span]:
    """The same lines in spans that do not overlap."""
    united: list[Span] = []
    for span in sorted(spans):
        if united and span.start < united[-1].end:
            united[-1] = Span(united[-1].start, max(united[-1].end, span.end))
        else:
            united.append(span)
    return united
