"""As much of a dataset as it takes to tell what a few runs change in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import dataset
from benchmark.dataset import (
    BOARD_FILES,
    CONFIRMATIONS,
    RETRACTIONS,
    Dataset,
    decode_confirmations,
    decode_retractions,
)
from benchmark.decisions import TOMBSTONES, decode_tombstones
from benchmark.derived.index import Index, MisfitError
from benchmark.derived.manifest import fitting
from benchmark.leaderboard import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.entry import Entry
    from benchmark.leaderboard import Snapshot


def knowing(snapshot: Snapshot, entries: Iterable[Entry]) -> Dataset:
    """The dataset: where the manifest fits, of its runs those that are ranked and of `entries`.

    Whatever is added to it, both leaderboards and what is new are those of the whole dataset.

    Args:
        snapshot: what was read.
        entries: the runs whose presence matters.

    Raises:
        InvalidDataError: if a file of it cannot be read.
    """
    manifest = fitting(snapshot)
    if manifest is None:
        return dataset.parse(snapshot)
    runs = {entry.run_id: entry for entry in entries}
    try:
        held = Index(snapshot, manifest.runs).held(runs.keys())
    except MisfitError:
        return dataset.parse(snapshot)
    ranked = [
        entry for file in BOARD_FILES.values() for entry in decode(snapshot.files[file], file=file)
    ]
    known = {entry.run_id: entry for entry in ranked} | {run_id: runs[run_id] for run_id in held}
    retractions = decode_retractions(snapshot.files.get(RETRACTIONS, b""))
    confirmations = decode_confirmations(snapshot.files.get(CONFIRMATIONS, b""))
    tombstones = decode_tombstones(snapshot.files.get(TOMBSTONES, b""))
    return Dataset(known, frozenset(known), retractions, confirmations, tombstones)
