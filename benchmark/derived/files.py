"""Manifest, index and trail of a whole dataset: what follows from everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, is_fragment
from benchmark.derived.index import is_shard, shards
from benchmark.derived.manifest import MANIFEST, BoardFact, Manifest, SaidFact
from benchmark.derived.manifest import decode as manifest_of
from benchmark.derived.trail import TRAIL, Trail
from benchmark.derived.trail import decode as trail_of
from benchmark.fragment_reading import text_lines
from benchmark.hashing import Hashing
from benchmark.leaderboard import applied
from benchmark.said import SAID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from benchmark.canonical import Digest
    from benchmark.dataset import Dataset
    from benchmark.leaderboard import Changes, Snapshot


FEW = 0
"""Of more runs than that a commit writes manifest and index. A few would be read whole in no time,
but what somebody removed by hand would leave no trace."""


def derived_files(state: Dataset, files: Mapping[str, bytes], hashing: Hashing) -> dict[str, bytes]:
    """The manifest and the index of a dataset.

    Args:
        state: the dataset.
        files: its files as they will be.
        hashing: knows the sha-256 of some.
    """
    boards = {
        name: BoardFact(hashing.digest(files[file]), len(state.boards[name]))
        for name, file in BOARD_FILES.items()
    }
    said = {path: _said(files[path]) for path in SAID if path in files}
    known = manifest_of(files.get(MANIFEST, b""))
    rewrites = known.rewrites if known else 0
    manifest = Manifest(boards, said, runs=len(state.runs), rewrites=rewrites)
    return {MANIFEST: manifest.encode(), **shards(state.runs.keys())}


def differing(
    snapshot: Snapshot, state: Dataset, changed: Changes, hashing: Hashing | None = None
) -> dict[str, bytes]:
    """Of the manifest and the index, what is another once `changed` is written to the snapshot."""
    files = applied(snapshot.files, changed)
    outgrown = {path: b"" for path in files if is_shard(path)}
    derived = {**outgrown, **derived_files(state, files, hashing or Hashing())}
    return {path: data for path, data in derived.items() if files.get(path) != data}


def is_worthwhile(runs: Collection[object], files: Collection[str]) -> bool:
    """Whether a commit writes manifest and index: of any run, or where it did before.

    Args:
        runs: those of the dataset.
        files: the paths in it.
    """
    return len(runs) > FEW or MANIFEST in files


def repairs(
    snapshot: Snapshot, state: Dataset, changed: Changes, hashing: Hashing | None = None
) -> dict[str, bytes]:
    """What to write of manifest, index and trail beside `changed`, to a dataset with or without.

    Without any of them and without another change nothing is written: it is of an older release,
    and all is well with it.
    """
    has_some = any(map(is_derived, snapshot.files))
    if not (has_some or is_worthwhile(state.runs if changed else (), snapshot.files)):
        return {}
    derived = {**differing(snapshot, state, changed, hashing), **_trail(snapshot, changed)}
    if any(is_fragment(path) and data is None for path, data in changed.items()):
        derived[MANIFEST] = _rewritten(derived.get(MANIFEST) or snapshot.files[MANIFEST])
    return derived


def trail_fits(files: Mapping[str, bytes]) -> bool:
    """Whether the trail leads to the leaderboards that are there, by fragments that are there."""
    trail = trail_of(files[TRAIL])
    if trail is None or trail.encode() != files[TRAIL] or trail.now != _board_digests(files):
        return False
    return all(step.fragment in files for step in trail.steps)


def _rewritten(manifest: bytes) -> bytes:
    """The manifest of the commit after this one, which rewrites fragments."""
    known = manifest_of(manifest)
    return known._replace(rewrites=known.rewrites + 1).encode() if known else manifest


def _trail(snapshot: Snapshot, changed: Changes) -> dict[str, bytes]:
    """A new one where there is none, or where it fits no more."""
    files = applied(snapshot.files, changed)
    if TRAIL in files and trail_fits(files):
        return {}
    return {TRAIL: Trail(_board_digests(files), ()).encode()}


def _board_digests(files: Mapping[str, bytes]) -> dict[str, Digest]:
    return {name: canonical.digest(files[file]) for name, file in BOARD_FILES.items()}


def _said(data: bytes) -> SaidFact:
    return SaidFact(canonical.digest(data), sum(1 for _ in text_lines(data)))


def is_derived(path: str) -> bool:
    """Whether a file follows from the others."""
    return path in {MANIFEST, TRAIL} or is_shard(path)
