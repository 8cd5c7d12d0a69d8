"""The manifest and the index of a whole dataset: what follows from everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, CONFIRMATIONS, RETRACTIONS
from benchmark.derived.index import is_shard, shards
from benchmark.derived.manifest import MANIFEST, BoardFact, Manifest
from benchmark.derived.trail import TRAIL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from benchmark.dataset import Dataset
    from benchmark.leaderboard import Snapshot


FEW = 256
"""So many runs are read whole in no time: for them nothing is derived that could be out of step."""


def derived_files(state: Dataset, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The manifest and the index of a dataset.

    Args:
        state: the dataset.
        files: its files as they will be.
    """
    boards = {
        name: BoardFact(canonical.digest(files[file]), len(state.boards[name]))
        for name, file in BOARD_FILES.items()
    }
    retractions, confirmations = (
        canonical.digest(files[path]) if path in files else None
        for path in (RETRACTIONS, CONFIRMATIONS)
    )
    return {
        MANIFEST: Manifest(boards, retractions, confirmations, len(state.runs)).encode(),
        **shards(state.runs.keys()),
    }


def differing(snapshot: Snapshot, state: Dataset, changed: Mapping[str, bytes]) -> dict[str, bytes]:
    """Of the manifest and the index, what is another once `changed` is written to the snapshot."""
    files = {**snapshot.files, **changed}
    outgrown = {path: b"" for path in files if is_shard(path)}
    derived = {**outgrown, **derived_files(state, files)}
    return {path: data for path, data in derived.items() if files.get(path) != data}


def is_worthwhile(runs: Collection[object], files: Collection[str]) -> bool:
    """Whether a commit writes manifest and index: of many runs, or where it did before.

    Args:
        runs: those of the dataset.
        files: the paths in it.
    """
    return len(runs) > FEW or MANIFEST in files


def repairs(snapshot: Snapshot, state: Dataset, changed: Mapping[str, bytes]) -> dict[str, bytes]:
    """What to write of the manifest and the index beside `changed`, to a dataset with or without.

    Without a manifest and without another change nothing is written: it is of an older release,
    and all is well with it.
    """
    needed = is_worthwhile(state.runs if changed else (), snapshot.files)
    if not needed:
        return {}
    return differing(snapshot, state, changed)


def is_derived(path: str) -> bool:
    """Whether a file follows from the others."""
    return path in {MANIFEST, TRAIL} or is_shard(path)
