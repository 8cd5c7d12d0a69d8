"""Leaderboards brought up to date by the fragments that were added since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.dataset import Dataset, board_of, decode_confirmations, decode_retractions
from benchmark.leaderboard import decode_fragment
from benchmark.plan.standings import standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def replayed(
    boards: Mapping[str, bytes],
    fragments: Iterable[bytes],
    retractions: bytes,
    confirmations: bytes = b"",
) -> dict[str, bytes]:
    """The leaderboards after the runs of some fragments; the caller knows their sha-256.

    Args:
        boards: board name → content of its file, canonical.
        fragments: contents of files in `runs/`.
        retractions: content of retractions.jsonl, empty if there is none.
        confirmations: content of confirmations.jsonl, likewise.

    Raises:
        InvalidDataError: if a fragment cannot be read.
    """
    state = Dataset(
        retractions=decode_retractions(retractions),
        confirmations=decode_confirmations(confirmations),
    )
    entries = [entry for data in fragments for entry in decode_fragment(data, file="runs/")]
    runs = {entry.run_id: entry for entry in entries if not state.why_not_ranked(entry)}
    result = {}
    for name, board in boards.items():
        here = [run for run in runs.values() if board_of(run) == name]
        found = standings(board, 0, (), here, runs.keys(), state.confirmed)
        result[name] = found.unchecked_file() if found.winners else board
    return result
